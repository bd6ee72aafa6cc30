"""Works against one another: how many ballots hold one higher, for showing how a place was won."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from domain.voting.columns import Columns
from domain.voting.election import Election
from domain.voting.pairs import Pairs
from domain.voting.poll import RANKED, compact

_NOT_RATED_IS_NOUGHT = bytes([0, *range(255)])


@dataclass(frozen=True, slots=True)
class Meeting:
    """How many ballots hold `first` higher than `second`, and how many the other way round."""

    first: str
    second: str
    wins: int
    losses: int


def meetings(election: Election, works: Sequence[str]) -> tuple[Meeting, ...]:
    """Return how each of these works met each that follows it, where the method compares works: Schulze and STAR.

    Ballots are counted as people, so there is nothing to show where a jury's weigh differently, nor where a mark is
    made of several criteria.
    """
    compares = election.method in ("schulze", "star")
    if not compares or election.jury or election.jury_bp or election.criteria or len(works) < 2:  # noqa: PLR2004 - a pair
        return ()
    chosen = set(works)
    ballots = tuple({work: mark for work, mark in one.items() if work in chosen} for one in election.ballots)
    (side,) = compact(replace(election, works=tuple(works), ballots=ballots, exposure={})).sides
    columns = side.columns
    if election.method not in RANKED:
        # A mark of 0 says no more for a work than none.
        columns = Columns(columns.count, tuple(column.translate(_NOT_RATED_IS_NOUGHT) for column in columns.columns))
    pairs = Pairs([(Fraction(1), columns)])
    return tuple(
        Meeting(one, other, *(int(count) for count in pairs.between(place, place + 1 + after)))
        for place, one in enumerate(works)
        for after, other in enumerate(works[place + 1 :])
    )
