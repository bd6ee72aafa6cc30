"""What a vote consists of and what a tally says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

WHOLE_BP: Final = 10_000


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of several things that a work is rated for; weights are whole numbers and count in proportion."""

    name: str
    weight: int


@dataclass(frozen=True, slots=True)
class Election:
    """The ballots of one vote and how to count them.

    `ballots` map works to marks. Approval: the mark is 1. Score and star: 0 to `max_score`; a work that is absent
    was not rated. With `criteria`, such a mark is an object of marks by criterion. Schulze and STV: the mark is a
    rank, 1 the best, equal ranks allowed. `normalise` rescales each score or star ballot to the full range, a flat
    one to the middle. `few_votes` orders a score vote by the correction for few votes. `jury` are the ballots of a
    second electorate, whose share of the whole is `jury_bp` basis points. `seed` decides the draws inside an STV
    count. `exposure` is how many people were shown a work; it is only handed on to the numbers.
    """

    method: str
    works: tuple[str, ...]
    ballots: tuple[Mapping[str, Any], ...]
    seats: int = 1
    max_score: int = 5
    normalise: bool = False
    few_votes: bool = False
    criteria: tuple[Criterion, ...] = ()
    jury: tuple[Mapping[str, Any], ...] = ()
    jury_bp: int = 0
    seed: str = ""
    exposure: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkNumbers:
    """A work's numbers to show: how many marked it, the sum of their marks, and an interval of uncertainty.

    `low` and `high` are on the scale of the work's score, rounded outwards to thousandths. `criteria` are the means
    in each criterion in which somebody rated the work.
    """

    votes: int
    total: Fraction
    low: Fraction
    high: Fraction
    criteria: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of an STV count: what happened to `works`, and the votes of all works still in it before that.

    `kind` is "seated" (reached the quota), "out" (the fewest votes) or "left" (as many left as seats). `drawn` are
    the works with equally few votes of which the seed's lots chose the one that is out; empty without a draw.
    """

    kind: str
    works: tuple[str, ...]
    votes: Mapping[str, Fraction]
    drawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TallyResult:
    """The counted result, with every tie.

    `order`: tie groups, best first, works of a group sorted by id. `winners`: the works that have a seat
    without any draw. `ties`: the groups that are larger than the seats left for them, where a draw decides; for STV
    also works that a draw inside the count decides among. `scores`: the exact number that the order follows. `stages`
    tell how an STV count went, with its `quota`.
    """

    order: tuple[tuple[str, ...], ...]
    winners: tuple[str, ...]
    ties: tuple[tuple[str, ...], ...]
    scores: Mapping[str, Fraction]
    numbers: Mapping[str, WorkNumbers]
    stages: tuple[Stage, ...] = ()
    quota: Fraction | None = None


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
