"""STAR: scores, then for every place an automatic runoff between the two highest."""

from collections.abc import Sequence
from fractions import Fraction

from domain.voting.columns import Columns, marked_in_any, of_heights
from domain.voting.election import TallyResult, WorkNumbers, seat
from domain.voting.pairs import Pairs
from domain.voting.poll import Poll, Side
from domain.voting.scale import Scale
from domain.voting.uncertainty import interval


def tally_star(poll: Poll) -> TallyResult:
    """For each place in turn, compare the two works of the highest totals among those left, ballot by ballot.

    Not rated counts as 0. The one that more ballots prefer takes the place; if equally many do, the one of the higher
    total. Where more than two come into question because totals are equal, all of them are compared with one
    another and the place goes to the one that wins most of these comparisons (a draw is half a win), then to the higher
    total. Those that are equal even so share the place.
    """
    rules = poll.rules
    marks = [_Side(poll, side) for side in poll.sides]
    weights = poll.weights()
    pairs = Pairs([(weight, side.heights) for weight, side in zip(weights, marks, strict=True)])
    totals = [
        sum((weight * side.totals[place] for weight, side in zip(weights, marks, strict=True)), Fraction(0))
        for place in range(len(rules.works))
    ]
    order = tuple(tuple(sorted(rules.works[place] for place in group)) for group in _places(totals, pairs))
    winners, ties = seat(order, rules.seats)
    scores = dict(zip(rules.works, totals, strict=True))
    electors, effective = poll.electors(), poll.effective()
    numbers = {
        work: WorkNumbers(
            sum(side.votes[place] for side in marks),
            totals[place],
            *interval(totals[place], effective, electors * rules.max_score),
        )
        for place, work in enumerate(rules.works)
    }
    return TallyResult(order, winners, ties, scores, numbers)


def _places(totals: Sequence[Fraction], pairs: Pairs) -> list[list[int]]:
    left = sorted(range(len(totals)), key=lambda work: totals[work], reverse=True)
    groups = []
    while left:
        group = _best(_finalists(left, totals), totals, pairs)
        groups.append(group)
        left = [work for work in left if work not in group]
    return groups


def _finalists(left: Sequence[int], totals: Sequence[Fraction]) -> list[int]:
    """The two of the highest totals, and whoever shares a total with the second of them."""
    least = totals[left[min(1, len(left) - 1)]]
    return [work for work in left if totals[work] >= least]


def _best(finalists: Sequence[int], totals: Sequence[Fraction], pairs: Pairs) -> list[int]:
    keys = {
        work: (sum(_half_wins(pairs, work, other) for other in finalists if other != work), totals[work])
        for work in finalists
    }
    best = max(keys.values())
    return [work for work in finalists if keys[work] == best]


def _half_wins(pairs: Pairs, work: int, other: int) -> int:
    wins, losses = pairs.between(work, other)
    return 2 if wins > losses else 1 if wins == losses else 0


class _Side:
    """One electorate: totals in points, how many ballots rate each work, and columns in which more is better."""

    __slots__ = ("heights", "totals", "votes")

    def __init__(self, poll: Poll, side: Side) -> None:
        rules, works = poll.rules, range(len(poll.rules.works))
        self.votes = [marked_in_any(side.criteria, work) for work in works]
        weights = [criterion.weight for criterion in rules.criteria] or [1]
        scales = [Scale(columns, rules.max_score, normalise=rules.normalise) for columns in side.criteria]
        whole = sum(weights)
        self.totals = [
            sum((scale.total(work) * weight for scale, weight in zip(scales, weights, strict=True)), Fraction(0))
            / whole
            for work in works
        ]
        if len(scales) == 1 and not rules.normalise:
            plain = tuple(column.translate(bytes([0, *range(255)])) for column in side.columns.columns)
            self.heights = Columns(side.cast, plain)
        else:
            self.heights = _heights(side.cast, scales, weights, len(works))


def _heights(count: int, scales: Sequence[Scale], weights: Sequence[int], works: int) -> Columns:
    """Number what a ballot can give to a work, all criteria together, from the least up."""
    numbers: dict[int, int] = {0: 0}
    columns = []
    for work in range(works):
        sums = [0] * count
        for scale, weight in zip(scales, weights, strict=True):
            sums = [done + worth * weight for done, worth in zip(sums, scale.worth(work), strict=True)]
        columns.append([numbers.setdefault(worth, len(numbers)) for worth in sums])
    rising = {numbers[worth]: height for height, worth in enumerate(sorted(numbers))}
    return of_heights(count, [[rising[number] for number in column] for column in columns])
