"""Votes that move from work to work: one STV count, step by step."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Final

from domain.voting.columns import rows
from domain.voting.draw import draw_key
from domain.voting.election import Election, Stage
from domain.voting.marks import rank
from domain.voting.poll import Poll

FINEST: Final = 10**50
"""Values are exact while their denominator is no more than this; finer ones are rounded down to 50 decimals.

Exact fractions double their digits with every surplus, so that twenty seats could not be counted at all.
"""

Ranking = tuple[tuple[int, ...], ...]
"""Works by place, the best first, equal ranks together."""

Pile = dict[int, int]
"""Votes of one value: how many there are of each ranking, by its place."""


@dataclass(frozen=True, slots=True)
class Papers:
    """All ballots that rank a work.

    `rankings` are the different ones; `piles` have for each electorate what a ballot weighs, and how often each ranking
    occurs there, by its place. `cast` is what all ballots weigh together.
    """

    rules: Election
    rankings: Sequence[Ranking]
    piles: Sequence[tuple[Fraction, Pile]]
    cast: Fraction

    @property
    def quota(self) -> Fraction:
        """Droop's: the least whole number that no more works than seats can reach."""
        return Fraction(self.cast // (self.rules.seats + 1) + 1)


def read_papers(poll: Poll) -> Papers:
    """Read the rankings from the columns."""
    rankings: list[Ranking] = []
    piles = []
    alone = [(work,) for work in range(len(poll.rules.works))]
    for weight, side in zip(poll.weights(), poll.sides, strict=True):
        pile: Pile = {}
        for row, times in Counter(rows(side.columns)).items():
            ranking = _ranking(row, alone)
            if ranking:
                pile[len(rankings)] = times
                rankings.append(ranking)
        piles.append((weight, pile))
    cast = sum((weight * sum(pile.values()) for weight, pile in piles), Fraction(0))
    return Papers(poll.rules, rankings, piles, cast)


def _ranking(row: bytes, alone: Sequence[tuple[int]]) -> Ranking:
    """Read a ballot's heights: the works by place, the highest first. `alone` has a group for every single work."""
    works = len(alone)
    if len(row) == works:
        heights = {work: height for work, height in enumerate(row) if height}
    else:
        every = ((work, int.from_bytes(row[work::works], "little")) for work in range(works))
        heights = {work: height for work, height in every if height}
    ranked = sorted(heights, key=heights.__getitem__, reverse=True)
    if len(set(heights.values())) == len(heights):
        return tuple(map(alone.__getitem__, ranked))
    return tuple(tuple(group) for _, group in groupby(ranked, key=heights.__getitem__))


def _fine(value: Fraction) -> Fraction:
    """Return the value as it is, or rounded down to 50 decimals when its denominator is finer than that."""
    return value if value.denominator <= FINEST else Fraction(value.numerator * FINEST // value.denominator, FINEST)


class Count:
    """A count: where all votes lie, and what happened so far.

    `choices` are works to be out at the first draws, by place; further draws are by lot. `draws` are the works that
    each was made among, and `picked` those that were out by it.
    """

    def __init__(self, papers: Papers, choices: Sequence[int] = ()) -> None:
        self.rules = papers.rules
        self.stages: list[Stage] = []
        self.seated: list[tuple[str, ...]] = []
        self.out: list[tuple[str, ...]] = []
        self.scores: dict[str, Fraction] = {}
        self.draws: list[list[int]] = []
        self.picked = list(choices)
        works = range(len(self.rules.works))
        self._left = [True] * len(works)
        self._rankings = papers.rankings
        self._piles: list[dict[Fraction, Pile]] = [{} for _ in works]
        self.votes = [Fraction(0)] * len(works)
        self._standing = [0] * len(works)
        self._quota = papers.quota
        for weight, pile in papers.piles:
            if weight:
                self._move({weight: pile})

    def places_left(self) -> list[int]:
        """Works that are neither seated nor out."""
        return [work for work, left in enumerate(self._left) if left]

    def run(self) -> None:
        """Go step by step until all seats are filled or nothing is left to decide."""
        seats = self.rules.seats
        while seats > 0 and (left := self.places_left()):
            self._compare(left)
            reached = [work for work in left if self.votes[work] >= self._quota]
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
            for value, pile in self._piles[work].items():
                self._move({_fine(value * (total - self._quota) / total): pile})

    def _move(self, votes: Mapping[Fraction, Pile]) -> None:
        """Give votes of some values to the works left that their ballots rank best."""
        for value, pile in votes.items():
            landed: defaultdict[tuple[int, int], Pile] = defaultdict(dict)
            if value:
                for ballot, times in pile.items():
                    best = self._best_left(ballot)
                    for work in best:
                        landed[work, len(best)][ballot] = times
            for (work, shares), new in landed.items():
                part = value if shares == 1 else _fine(value / shares)
                self.votes[work] += part * sum(new.values())
                there = self._piles[work].setdefault(part, new)
                if there is not new:
                    for ballot, times in new.items():
                        there[ballot] = there.get(ballot, 0) + times

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
        least = min(self._standing[work] for work in left)
        tied = [work for work in left if self._standing[work] == least]
        if len(tied) == 1:
            return tied, []
        self.draws.append(tied)
        if len(self.draws) > len(self.picked):
            self.picked.append(max(tied, key=lambda work: draw_key(self.rules.seed, self.rules.works[work])))
        return [self.picked[len(self.draws) - 1]], tied

    def _compare(self, left: Sequence[int]) -> None:
        """Number the works left by their votes now and, where those are equal, as they were numbered a step ago.

        So two works have the same number only if their votes have been equal in every step.
        """
        # Whole numbers are compared and hashed much faster than fractions are.
        now = [votes.numerator if votes.denominator == 1 else votes for votes in (self.votes[work] for work in left)]
        keys = list(zip(now, (self._standing[work] for work in left), strict=True))
        numbers = {key: number for number, key in enumerate(sorted(set(keys)))}
        for work, key in zip(left, keys, strict=True):
            self._standing[work] = numbers[key]
