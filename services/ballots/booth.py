"""A voter's booth: what they were shown and what they marked, and their way through the works.

The way begins with what they were shown, in that order, and goes on with what they have yet to see: the works that the
fewest people have seen so far first, and equals by lots that are the voter's own. A work that is seen too little
therefore moves up for everybody who has not seen it, whenever they began.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from random import Random

from domain.ranking import Order, order_of
from services.ballots.views import Given
from services.views import WorkRef

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_BITS = (1 << 64) - 1


@dataclass(slots=True)
class Booth:
    """What is known of a voter in one vote. `started` is whether their ballot is stored.

    `shown` has the works they saw in that order, each once. `busy` counts presses that are being carried out. `way` is
    their way as it was when they last moved on.
    """

    receipt: str
    started: bool
    loaded_at: datetime
    shown: dict[int, None] = field(default_factory=dict)
    marks: dict[int, Given] = field(default_factory=dict)
    busy: int = 0
    lots: tuple[int, int] = (0, 0)
    way: "Way | None" = None

    def __post_init__(self) -> None:
        self.lots = lots_of(self.receipt)

    @property
    def order(self) -> Order:
        """The voter's ranking, where the vote is by ranks."""
        return order_of({work: given[0] for work, given in self.marks.items() if given[0] is not None})


@dataclass(frozen=True, slots=True)
class Way:
    """A voter's order of the works they can mark: `order`, of which the first `seen` were shown to them.

    It is a way through `works`, as they were known then.
    """

    order: tuple[int, ...]
    seen: int
    works: Mapping[int, WorkRef]

    def following(self, work_id: int) -> int | None:
        """The next work of this order, or, from outside it, one they have not seen yet."""
        at = self.order.index(work_id) + 1 if work_id in self.order else self.seen
        return self.order[at] if at < len(self.order) else None

    def preceding(self, work_id: int) -> int | None:
        """The work before it in this order; outside the order, the last they were shown."""
        if work_id not in self.order:
            return self.order[max(self.seen - 1, 0)] if self.order else None
        at = self.order.index(work_id)
        return self.order[at - 1] if at else None

    def current(self, marked: Mapping[int, object]) -> int | None:
        """Where the voter left off: the last work shown if it has no mark, else one unseen, else one unmarked."""
        if self.seen and self.order[self.seen - 1] not in marked:
            return self.order[self.seen - 1]
        unmarked = (work for work in self.order if work not in marked)
        return next(iter(self.order[self.seen :]), None) or next(unmarked, None) or next(iter(self.order), None)


def way_of(booth: Booth, works: Mapping[int, WorkRef], exposure: Mapping[int, int], own: frozenset[int]) -> Way:
    """The voter's way through `works`; `exposure` says how many people were shown each."""
    shown = [work for work in booth.shown if work in works and work not in own]
    unseen = [work for work in works if work not in booth.shown and work not in own]
    ahead = least_seen_first(booth.lots, {work: exposure.get(work, 0) for work in unseen})
    return Way((*shown, *ahead), len(shown), works)


def least_seen_first(lots: tuple[int, int], exposure: Mapping[int, int]) -> list[int]:
    """Works by how many were shown them, equals by the lots."""
    drawn = sorted((seen, _lot(lots, work), work) for work, seen in exposure.items())
    return [work for _, _, work in drawn]


def _lot(lots: tuple[int, int], work: int) -> int:
    factor, start = lots
    mixed = work * factor + start & _BITS
    mixed = (mixed ^ mixed >> 32) * factor & _BITS
    return mixed ^ mixed >> 29


def new_receipt(rng: Random) -> str:
    """Four groups of five characters that are hard to misread: 100 bits, so that nobody guesses another's."""
    return "-".join("".join(rng.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


def lots_of(receipt: str) -> tuple[int, int]:
    """What a voter's lots are drawn with: two numbers that their receipt decides, the first of them odd."""
    digest = sha256(receipt.encode()).digest()
    return int.from_bytes(digest[:8]) | 1, int.from_bytes(digest[8:16])
