"""STV: single transferable vote for several seats, in exact fractions."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final

from domain.voting.columns import Columns, rows
from domain.voting.draw import draw_key
from domain.voting.election import Stage, TallyResult, WorkNumbers, seat
from domain.voting.marks import rank
from domain.voting.poll import Poll
from domain.voting.uncertainty import interval

FINEST: Final = 10**50
"""Values are exact while their denominator is no more than this; finer ones are rounded down to 50 decimals.

Exact fractions double their digits with every surplus, so that twenty seats could not be counted at all.
"""

Ranking = tuple[tuple[int, ...], ...]
"""Works by place, the best first, equal ranks together."""


def tally_stv(poll: Poll) -> TallyResult:
    """Fill the seats by quota, surpluses and elimination; ties that decide are drawn by the election's seed.

    The quota is Droop's: floor(votes / (seats + 1)) + 1, the votes being the ballots that rank a work. A vote, or a
    part of one, always lies with the works left (neither seated nor out) that its ballot ranks best; several of
    equal rank have equal parts of it. In each step

    1. if no more works are left than seats, they are all seated;
    2. else all works that have reached the quota are seated together, and their surpluses move on: each vote there
       keeps (votes - quota) / votes of its value (weighted inclusive Gregory);
    3. else the works without any vote are out together; if there are none, the one with the fewest votes is out. Of
       equals, the one that had fewer the last time they differed; if they never did, the one of the highest lot.

    The order: seated works by step and votes, then those left, then those out, the last first.
    """
    return _result(poll, _Count(poll))


class _Count:
    """The state of a count: where all votes lie, and what happened so far."""

    def __init__(self, poll: Poll) -> None:
        self.rules = poll.rules
        self.stages: list[Stage] = []
        self.seated: list[tuple[str, ...]] = []
        self.out: list[tuple[str, ...]] = []
        self.scores: dict[str, Fraction] = {}
        works = range(len(self.rules.works))
        self._left = [True] * len(works)
        self._rankings: list[Ranking] = []
        self._piles: list[defaultdict[Fraction, Counter[int]]] = [defaultdict(Counter) for _ in works]
        self.votes = [Fraction(0)] * len(works)
        self.cast = Fraction(0)
        for weight, side in zip(poll.weights(), poll.sides, strict=True):
            pile = self._read(side.columns)
            self.cast += weight * pile.total()
            if weight:
                self._move({weight: pile})
        self.quota = Fraction(self.cast // (self.rules.seats + 1) + 1)

    def _read(self, columns: Columns) -> Counter[int]:
        """Take in the rankings of a side; return how often each occurs, by its place in the list."""
        pile: Counter[int] = Counter()
        for row, times in Counter(rows(columns)).items():
            ranking = _ranking(row, len(self.votes))
            if ranking:
                pile[len(self._rankings)] += times
                self._rankings.append(ranking)
        return pile

    def places_left(self) -> list[int]:
        """Works that are neither seated nor out."""
        return [work for work, left in enumerate(self._left) if left]

    def run(self) -> None:
        """Go step by step until all seats are filled or nothing is left to decide."""
        seats = self.rules.seats
        while seats > 0 and (left := self.places_left()):
            reached = [work for work in left if self.votes[work] >= self.quota]
            without = [work for work in left if not self.votes[work]]
            if len(left) <= seats:
                seats -= self._seat("left", left)
            elif reached:
                seats -= self._seat("seated", reached)
                self._transfer(reached)
            elif without and len(left) - len(without) >= seats:
                self._exclude(without, ())
            elif without:
                # Fewer works have votes than there are seats: those without are equal in all, and only a draw is left.
                seats -= self._seat("left", [work for work in left if self.votes[work]])
                break
            else:
                self._exclude(*self._fewest(left))

    def _seat(self, kind: str, works: Sequence[int]) -> int:
        """Seat these works, by votes; return how many they are."""
        if works:
            self._note(kind, works)
            self.seated += rank({self.rules.works[work]: self.votes[work] for work in works})
        return len(works)

    def _exclude(self, works: Sequence[int], drawn: Sequence[int]) -> None:
        self._note("out", works, drawn)
        self.out.append(tuple(sorted(self.rules.works[work] for work in works)))
        for work in works:
            self._move(self._piles[work])

    def _note(self, kind: str, works: Sequence[int], drawn: Sequence[int] = ()) -> None:
        """Keep what happens and what the votes were, and take the works out of those that are left."""
        votes = self.votes_left()
        names = [tuple(sorted(self.rules.works[work] for work in some)) for some in (works, drawn)]
        self.stages.append(Stage(kind, names[0], votes, names[1]))
        for work in works:
            self._left[work] = False
            self.scores[self.rules.works[work]] = self.votes[work]

    def votes_left(self) -> dict[str, Fraction]:
        """The votes of all works that are neither seated nor out."""
        return {self.rules.works[work]: self.votes[work] for work in self.places_left()}

    def _transfer(self, works: Sequence[int]) -> None:
        """Move on what these works, seated just now, have above the quota."""
        for work in works:
            total = self.votes[work]
            moving: defaultdict[Fraction, Counter[int]] = defaultdict(Counter)
            for value, pile in self._piles[work].items():
                moving[_fine(value * (total - self.quota) / total)].update(pile)
            self._move(moving)

    def _move(self, votes: Mapping[Fraction, Counter[int]]) -> None:
        """Give votes of some values to the works left that their ballots rank best."""
        for value, pile in votes.items():
            added: defaultdict[tuple[int, Fraction], int] = defaultdict(int)
            if value:
                for ballot, times in pile.items():
                    best = self._best_left(ballot)
                    part = value if len(best) == 1 else _fine(value / max(len(best), 1))
                    for work in best:
                        self._piles[work][part][ballot] += times
                        added[work, part] += times
            for (work, part), times in added.items():
                self.votes[work] += part * times

    def _best_left(self, ballot: int) -> tuple[int, ...]:
        left = self._left
        for works in self._rankings[ballot]:
            if len(works) == 1:
                if left[works[0]]:
                    return works
            elif best := tuple(work for work in works if left[work]):
                return best
        return ()

    def _fewest(self, left: Sequence[int]) -> tuple[list[int], list[int]]:
        """The work that is out next, and those of which it was drawn."""
        least = min(self.votes[work] for work in left)
        tied = [work for work in left if self.votes[work] == least]
        for stage in reversed(self.stages):
            then = {work: stage.votes[self.rules.works[work]] for work in tied}
            tied = [work for work in tied if then[work] == min(then.values())]
        if len(tied) == 1:
            return tied, []
        return [max(tied, key=lambda work: draw_key(self.rules.seed, self.rules.works[work]))], tied


def _ranking(row: bytes, works: int) -> Ranking:
    """Read a ballot's heights: the works by place, the highest first."""
    if len(row) == works:
        heights = {work: height for work, height in enumerate(row) if height}
    else:
        every = ((work, int.from_bytes(row[work::works], "little")) for work in range(works))
        heights = {work: height for work, height in every if height}
    ranked = sorted(heights, key=heights.__getitem__, reverse=True)
    return tuple(tuple(group) for _, group in groupby(ranked, key=heights.__getitem__))


def _fine(value: Fraction) -> Fraction:
    """Return the value as it is, or rounded down to 50 decimals when its denominator is finer than that."""
    return value if value.denominator <= FINEST else Fraction(value.numerator * FINEST // value.denominator, FINEST)


def _result(poll: Poll, count: _Count) -> TallyResult:
    rules = poll.rules
    count.run()
    scores = count.scores | count.votes_left()
    order = (*count.seated, *rank(count.votes_left()), *reversed(count.out))
    winners, ties = seat(order, rules.seats)
    drawn = [number for number, stage in enumerate(count.stages) if stage.drawn]
    if drawn:
        # Only what was seated before the first draw is seated whatever is drawn.
        sure = {work for stage in count.stages[: drawn[0]] if stage.kind != "out" for work in stage.works}
        winners = tuple(work for group in order for work in group if work in sure)
        ties = (*(count.stages[number].drawn for number in drawn), *ties)
    effective = poll.effective() if len(poll.sides) > 1 else count.cast
    numbers = {
        work: WorkNumbers(
            sum(side.columns.marked(place) for side in poll.sides),
            scores[work],
            *interval(scores[work], effective, int(count.cast)),
        )
        for place, work in enumerate(rules.works)
    }
    return TallyResult(order, winners, ties, scores, numbers, tuple(count.stages), count.quota)
