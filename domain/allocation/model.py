"""What an allocation is computed from, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ALL_BP: Final = 10_000
"""The whole, in basis points."""

DEFAULT_LINEAGE_BP: Final = 2_000


@dataclass(frozen=True, slots=True)
class CreditShare:
    """An artist's confirmed share of a work in basis points; those of a work sum to 10,000."""

    artist: str
    bp: int


@dataclass(frozen=True, slots=True)
class SourceShare:
    """A confirmed source of a work: another work by its id, or the title of something outside the community.

    `bp` is its part of what the remix passes on, in basis points; None for equal parts. Either all sources of
    a work have one (sum 10,000) or none has.
    """

    work: str | None = None
    outside: str | None = None
    bp: int | None = None


@dataclass(frozen=True, slots=True)
class AllocationWork:
    """A work in the cut, or one that works in the cut descend from. The weight counts only in the cut."""

    id: str
    weight: int
    in_cut: bool
    credits: tuple[CreditShare, ...]
    sources: tuple[SourceShare, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """In what proportion equal weight, producers' points and votes make up a work's weight; not all zero."""

    equal: int = 0
    points: int = 0
    votes: int = 0


@dataclass(frozen=True, slots=True)
class Weighing:
    """How the weights of the works in the cut came about, so that anyone can recompute them.

    `works` gives each work in the cut its points and its votes (the tally's score in millionths).
    """

    parts: Parts
    works: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Party:
    """Whose money an adjustment moves: an artist's, or what a work's artists get; one of the two is given."""

    artist: str | None = None
    work: str | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Money that producers moved by hand, with the reason that everybody reads.

    `amount` in minor units, above zero. `giver` None takes it off the top of the pool, before it is shared.
    """

    giver: Party | None
    taker: Party
    amount: int
    reason: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that an allocation depends on.

    `pool` and `floor` (per paid artist) are minor units of the ISO 4217 currency; `lineage_bp`, what a work passes to
    its sources, and `cap_bp`, the most of the pool that one artist gets, are basis points. The seed decides odd units.
    Adjustments are made last, and are not held to the floor and the cap.
    """

    currency: str
    pool: int
    works: tuple[AllocationWork, ...]
    lineage_bp: int = DEFAULT_LINEAGE_BP
    floor: int = 0
    cap_bp: int = ALL_BP
    seed: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    weighing: Weighing | None = None


class LineKind(StrEnum):
    """Where a part of an allocation comes from.

    Own: a work in the cut. Lineage: a remix that passed money on. Floor, cap: what the limits moved, with the odd unit
    that was rounded another way because of it. Adjustment: what producers moved by hand.
    """

    OWN = "own"
    LINEAGE = "lineage"
    FLOOR = "floor"
    CAP = "cap"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class Line:
    """A part of an artist's allocation in whole minor units.

    `remix` is the work that passed the money on, for lineage lines only ("from" in JSON). Floor and cap lines have no
    work; they and adjustments may be negative. Adjustments say why in `reason`, and name a work where one was meant.
    """

    artist: str
    work: str | None
    kind: LineKind
    remix: str | None
    amount: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Allocation:
    """What each artist is owed (minor units, by artist id), the lines that sum to it, and what is left of the pool.

    The allocations and `unallocated` sum to the pool. Artists whom money reached are in, even when it rounds to zero.
    """

    allocations: dict[str, int]
    lines: tuple[Line, ...]
    unallocated: int
