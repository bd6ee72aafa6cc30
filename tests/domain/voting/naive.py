"""Every rule once more, as plainly as can be: ballot by ballot, in fractions, by the words of docs/voting.md.

Nothing here is shared with domain.voting but the election itself and the lots of a draw.
"""

from fractions import Fraction
from itertools import permutations
from random import Random
from statistics import median

from domain.voting import Criterion, Election
from domain.voting.draw import draw_key


def weighed(election):
    """All ballots with what they weigh: (weight, ballot)."""
    if not election.jury and not election.jury_bp:
        return [(Fraction(1), ballot) for ballot in election.ballots]
    groups = [
        (10_000 - election.jury_bp, [b for b in election.ballots if b]),
        (election.jury_bp, [b for b in election.jury if b]),
    ]
    groups = [(bp, ballots) for bp, ballots in groups if ballots]
    voices, whole = sum(len(ballots) for _, ballots in groups), sum(bp for bp, _ in groups)
    if not whole:
        return []
    return [(Fraction(bp, whole) * voices / len(ballots), ballot) for bp, ballots in groups for ballot in ballots]


def grouped(works, key):
    """Works by key, the highest first, equals together."""
    return [sorted(w for w in works if key[w] == value) for value in sorted({key[w] for w in works}, reverse=True)]


def approval(election):
    scores = {
        w: sum((weight for weight, ballot in weighed(election) if w in ballot), Fraction(0)) for w in election.works
    }
    return grouped(election.works, scores), scores


def rescaled(election, ballot):
    """A ballot with marks in fractions; criteria are rescaled each by itself."""
    names = [c.name for c in election.criteria] or [None]
    found = {}
    for name in names:
        marks = {w: (m if name is None else m[name]) for w, m in ballot.items() if name is None or name in m}
        low, high, top = min(marks.values(), default=0), max(marks.values(), default=0), Fraction(election.max_score)
        for work, mark in marks.items():
            worth = top / 2 if low == high else (mark - low) * top / (high - low)
            found.setdefault(work, {})[name] = worth if election.normalise else Fraction(mark)
    return found


def score(election):
    weights = {c.name: c.weight for c in election.criteria} or {None: 1}
    sides = [(10_000 - election.jury_bp, election.ballots), (election.jury_bp, election.jury)]
    scores, votes = {}, {}
    for work in election.works:
        said = []
        votes[work] = sum(work in ballot for _, ballots in sides for ballot in ballots)
        for bp, ballots in sides:
            means = []
            for name, weight in weights.items():
                given = [
                    rescaled(election, b)[work][name] for b in ballots if name in rescaled(election, b).get(work, {})
                ]
                if given:
                    means.append((weight, sum(given) / len(given)))
            if means and bp:
                said.append((bp, sum(w * m for w, m in means) / sum(w for w, _ in means)))
        scores[work] = sum(bp * mean for bp, mean in said) / sum(bp for bp, _ in said) if said else Fraction(0)
    middle = Fraction(median(votes.values())) if votes else Fraction(0)
    key = {}
    for work in election.works:
        share = min(Fraction(1), votes[work] / middle) if election.few_votes and middle else Fraction(1)
        # Squares of numbers that are not negative compare as the numbers do.
        key[work] = (votes[work] > 0, scores[work] ** 2 * share)
    return grouped(election.works, key), scores


def star(election):
    weights = {c.name: c.weight for c in election.criteria} or {None: 1}
    ballots = []
    for weight, ballot in weighed(election):
        marks = rescaled(election, ballot)
        given = {
            w: sum((weights[n] * m for n, m in marks.get(w, {}).items()), Fraction(0)) / sum(weights.values())
            for w in election.works
        }
        ballots.append((weight, given))
    totals = {w: sum((weight * given[w] for weight, given in ballots), Fraction(0)) for w in election.works}

    def half_wins(one, other):
        for_one = sum((weight for weight, given in ballots if given[one] > given[other]), Fraction(0))
        for_other = sum((weight for weight, given in ballots if given[one] < given[other]), Fraction(0))
        return 2 if for_one > for_other else 1 if for_one == for_other else 0

    left, order = list(election.works), []
    while left:
        second = sorted((totals[w] for w in left), reverse=True)[:2][-1]
        final = [w for w in left if totals[w] >= second]
        key = {w: (sum(half_wins(w, v) for v in final if v != w), totals[w]) for w in final}
        place = grouped(final, key)[0]
        order.append(place)
        left = [w for w in left if w not in place]
    return order, totals


def schulze(election):
    works = election.works

    def prefer(one, other):
        last = 10**9
        pairs = ((weight, ballot.get(one, last), ballot.get(other, last)) for weight, ballot in weighed(election))
        return sum((weight for weight, a, b in pairs if a < b), Fraction(0))

    wins = {(a, b): prefer(a, b) if prefer(a, b) > prefer(b, a) else 0 for a in works for b in works}
    path = {}
    for a in works:
        for b in works:
            # Every path there is, through any other works in any order.
            between = [w for w in works if w not in (a, b)]
            ways = (mid for size in range(len(between) + 1) for mid in permutations(between, size))
            path[a, b] = max(min(wins[x, y] for x, y in zip((a, *mid), (*mid, b), strict=True)) for mid in ways)
    beats = {a: {b for b in works if a != b and path[a, b] > path[b, a]} for a in works}
    left, order = list(works), []
    while left:
        place = sorted(w for w in left if not any(w in beats[v] for v in left))
        order.append(place)
        left = [w for w in left if w not in place]
    return order, {w: Fraction(len(beats[w])) for w in works}


def stv(election, picks=()):  # noqa: C901 - one count from the first vote to the last seat, to be read in one go
    """Every ballot on its own, with its parts: which work has how much of it.

    The first draws are decided by `picks`. Returned are the order, the votes, and the works of each draw.
    """
    ballots = [(weight, ballot) for weight, ballot in weighed(election) if ballot]
    quota = sum((weight for weight, _ in ballots), Fraction(0)) // (election.seats + 1) + 1
    left, seated, out, seats, history, scores, drawn = set(election.works), [], [], election.seats, [], {}, []
    held = [{} for _ in ballots]

    def give(number, value):
        ballot = ballots[number][1]
        best = min((rank for w, rank in ballot.items() if w in left), default=None)
        takers = [w for w in left if ballot.get(w) == best and best is not None]
        for w in takers:
            held[number][w] = held[number].get(w, Fraction(0)) + value / len(takers)

    for number, (weight, _) in enumerate(ballots):
        give(number, weight)
    while seats > 0 and left:
        votes = {w: sum((parts.get(w, Fraction(0)) for parts in held), Fraction(0)) for w in left}
        history.append(votes)
        reached = {w for w in left if votes[w] >= quota}
        none = {w for w in left if not votes[w]}
        if len(left) <= seats or (not reached and none and len(left) - len(none) < seats):
            seating = left if len(left) <= seats else left - none
            seated += grouped(seating, votes)
            scores |= {w: votes[w] for w in seating}
            left = left - seating
            break
        leaving = reached or none
        if not leaving:
            least = [w for w in left if votes[w] == min(votes.values())]
            for before in reversed(history):
                least = [w for w in least if before[w] == min(before[v] for v in least)]
            leaving = {max(least, key=lambda w: draw_key(election.seed, w))}
            if len(least) > 1:
                if len(drawn) < len(picks):
                    leaving = {picks[len(drawn)]}
                drawn.append(least)
        scores |= {w: votes[w] for w in leaving}
        left = left - leaving
        if reached:
            seated += grouped(reached, votes)
            seats -= len(reached)
        else:
            out.append(sorted(leaving))
        for number in range(len(ballots)):
            for w in leaving & held[number].keys():
                value = held[number].pop(w)
                give(number, value * (votes[w] - quota) / votes[w] if reached else value)
    votes = {w: sum((parts.get(w, Fraction(0)) for parts in held), Fraction(0)) for w in left}
    return [*seated, *grouped(left, votes), *reversed(out)], scores | votes, drawn


def seated_whatever_is_drawn(election):
    """The works that every way of drawing seats, and those that at least one does; a tie at the end is a draw, too."""
    sure, possible, waiting = set(election.works), set(), [()]
    while waiting:
        picks = waiting.pop()
        order, _, drawn = stv(election, picks)
        if len(drawn) > len(picks):
            waiting += [(*picks, work) for work in drawn[len(picks)]]
            continue
        seats, in_all, in_some = election.seats, set(), set()
        for group in order:
            in_all |= set(group) if len(group) <= seats else set()
            in_some |= set(group) if seats > 0 else set()
            seats -= len(group)
        sure &= in_all
        possible |= in_some
    return sure, possible


def count(election):
    """The order, as lists of equals, and the scores."""
    return {"approval": approval, "score": score, "star": star, "schulze": schulze, "stv": stv}[election.method](
        election
    )[:2]


def random_election(
    rng: Random, method: str, *, most_works: int = 5, most_ballots: int = 9, whole: bool = False
) -> Election:
    """Any election: ties, empty and partial ballots, a single work, equal marks; `whole` ballots mark every work."""
    works = tuple("abcdefgh"[: rng.randint(1, most_works)])
    top = rng.choice([1, 2, 5, 10])
    criteria = ()
    if not whole and method in ("score", "star") and rng.random() < 0.3:
        criteria = tuple(Criterion(name, rng.randint(1, 3)) for name in ("craft", "idea", "mood")[: rng.randint(1, 3)])
    flat = rng.random() < 0.1

    def mark():
        if method == "approval":
            return 1
        least, most = (0, top) if method in ("score", "star") else (1, rng.choice([2, len(works), 300]))
        return most if flat else rng.randint(least, most)

    def marks():
        if not criteria:
            return mark()
        return {c.name: mark() for c in criteria if rng.random() < 0.8} or {criteria[0].name: mark()}

    def ballot():
        chosen = [w for w in works if whole or rng.random() < 0.7]
        return {w: marks() for w in rng.sample(chosen, len(chosen))}

    has_jury = not whole and rng.random() < 0.3
    return Election(
        method,
        works,
        tuple(ballot() for _ in range(rng.randint(0, most_ballots))),
        seats=rng.randint(0, len(works) + 1),
        max_score=top,
        normalise=not whole and method in ("score", "star") and rng.random() < 0.3,
        few_votes=method == "score" and rng.random() < 0.3,
        criteria=criteria,
        jury=tuple(ballot() for _ in range(rng.randint(1, 3))) if has_jury else (),
        jury_bp=rng.choice([1, 2500, 5000, 9999, 10_000]) if has_jury else 0,
        seed=str(rng.random()),
    )
