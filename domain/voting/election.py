"""What a vote consists of and what a tally says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Election:
    """The ballots of one vote and how to count them.

    `ballots` map works to marks. Approval: the mark is 1. Score: 0 to `max_score`; a work that is absent
    was not rated. `normalise` rescales each score ballot to the full range, a flat one to the middle.
    """

    method: str
    works: tuple[str, ...]
    ballots: tuple[Mapping[str, int], ...]
    seats: int = 1
    max_score: int = 5
    normalise: bool = False


@dataclass(frozen=True, slots=True)
class WorkNumbers:
    """A work's numbers to show: how many marked it, the sum of their marks, and an interval of uncertainty.

    `low` and `high` are on the scale of the work's score, rounded outwards to thousandths.
    """

    votes: int
    total: Fraction
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class TallyResult:
    """The counted result, with every tie.

    `order`: tie groups, best first, works of a group sorted by id. `winners`: the works that have a seat
    without any draw. `ties`: the groups that are larger than the seats left for them, where a draw decides.
    `scores`: the exact number that the order follows.
    """

    order: tuple[tuple[str, ...], ...]
    winners: tuple[str, ...]
    ties: tuple[tuple[str, ...], ...]
    scores: Mapping[str, Fraction]
    numbers: Mapping[str, WorkNumbers]


def seat(groups: Iterable[tuple[str, ...]], seats: int) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Fill the seats from the top: return the winners, and the tie group that only a draw can split."""
    winners: list[str] = []
    for group in groups:
        left = seats - len(winners)
        if left <= 0:
            break
        if len(group) > left:
            return tuple(winners), (group,)
        winners.extend(group)
    return tuple(winners), ()
