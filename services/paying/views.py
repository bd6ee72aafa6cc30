"""What the services of paying return. Amounts are Money; ids are row ids."""

from dataclasses import dataclass, field
from datetime import datetime

from db.models import HoldState, PayBy, PaymentState, RunMethod, RunState, Wish
from domain.money import Money
from domain.payments import Destination, PaymentFile
from services.views import ArtistView, WorkRef


@dataclass(frozen=True, slots=True)
class PayView:
    """How an artist wants to be paid; `to` is for their eyes only. `locked` where no key opens what is kept."""

    by: PayBy | None
    to: Destination | None
    wish: Wish | None
    changed_at: datetime | None
    locked: bool = False
    on_its_way: int = 0


@dataclass(frozen=True, slots=True)
class PaymentLineView:
    """One payment of a run, without where it goes."""

    place: int
    artist: ArtistView
    amount: Money
    reference: str
    state: PaymentState
    reason: str


@dataclass(frozen=True, slots=True)
class RunView:
    """A payment run with its lines in order."""

    id: int
    show_id: int
    show_name: str
    number: int
    method: RunMethod
    state: RunState
    created_at: datetime
    closed_at: datetime | None
    by_user: int
    lines: tuple[PaymentLineView, ...]
    total: Money

    def having(self, state: PaymentState) -> tuple[PaymentLineView, ...]:
        """The lines in a state."""
        return tuple(line for line in self.lines if line.state is state)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Who is not in a run though they hold money, as counts and sums.

    `silent` have not said how they want to be paid, `other` want it another way, `small` hold less than the minimum,
    `locked` cannot be opened with the keys that are set.
    """

    silent: int
    silent_sum: Money
    other: int
    small: int
    small_sum: Money
    locked: int


@dataclass(frozen=True, slots=True)
class ExportView:
    """A run with its files; `again` when it was exported before. The files are for whoever sends them, only."""

    run: RunView
    again: bool
    left_out: LeftOut
    files: tuple[PaymentFile, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class ImportView:
    """What a provider's report changed, and a sentence for everything in it that did not fit."""

    paid: int
    failed: int
    returned: int
    waiting: int
    known: int
    unmatched: tuple[str, ...]
    runs: tuple[RunView, ...]


@dataclass(frozen=True, slots=True)
class HoldView:
    """A work whose money waits, or waited: how much, why, and what was decided.

    With `hidden` the sum is for producers only, as a work's name would tell whose it is.
    """

    id: int
    round_id: int
    guild_id: int
    episode: str
    work: WorkRef
    reason: str
    state: HoldState
    amount: Money
    people: int
    decision: str
    final: bool
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class GivenPart:
    """What an artist gets of money that was passed on."""

    artist: ArtistView
    amount: Money


@dataclass(frozen=True, slots=True)
class GiftView:
    """Money that is (or would be) given away from a balance, and what stays on it.

    `show_id` and `show_name` say whose balance; `parts` is empty for a donation to the show's reserve.
    """

    show_id: int
    show_name: str
    amount: Money
    left: Money
    parts: tuple[GivenPart, ...] = ()
