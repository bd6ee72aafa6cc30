"""What payout services return. Amounts are Money of the round's currency; ids are row ids."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.models import AllocationState, ConcernKind, ConcernState, Weights
from domain.allocation import Parts
from domain.episode import RoundPhase
from domain.money import Money
from services.views import ArtistView, WorkRef

EQUAL = Parts(equal=1)
"""Every work weighs the same."""


@dataclass(frozen=True, slots=True)
class AllocationView:
    """What an artist gets in a round."""

    artist: ArtistView
    amount: Money
    state: AllocationState


@dataclass(frozen=True, slots=True)
class LineView:
    """One line that makes up an allocation; `remix` is the work that passed the money on.

    `share_bp` is the artist's credit in the work, in basis points, `reason` why producers adjusted something by hand.
    """

    kind: str
    work: WorkRef | None
    remix: WorkRef | None
    amount: Money
    share_bp: int = 10_000
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ConcernView:
    """An artist's objection with its answer, both public; `amount` is what they would find right, if they said so."""

    id: int
    round_id: int
    number: int
    artist: ArtistView
    kind: ConcernKind
    text: str
    state: ConcernState
    answer: str
    answered_by: int | None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class AdjustmentView:
    """An adjustment with the names that others may see; `giver` is empty for the pool."""

    id: int
    round_id: int
    number: int
    giver: str
    taker: str
    amount: Money
    reason: str
    by_user: int
    undone: bool


@dataclass(frozen=True, slots=True)
class RoundView:
    """A payout round with everything a proposal shows. `allocations` are largest first.

    `floor` and `cap_bp` are the limits this round is worked out with; where the deal's own could not hold for its pool
    they differ from `deal_floor` and `deal_cap_bp`. With `hidden` the artists' names are pseudonyms of the round.
    `parts` say how the weights are made up, `adjustments` are those that stand, `missing` is how much less than was
    promised the episode's rounds come to so far.
    """

    id: int
    show_id: int
    show_name: str
    guild_id: int
    episode_id: int
    episode: str
    number: int
    phase: RoundPhase
    pool: Money
    weights: Weights
    lineage_bp: int
    works_in_cut: int
    floor: Money
    cap_bp: int
    deal_floor: Money
    deal_cap_bp: int
    allocations: tuple[AllocationView, ...]
    concerns: tuple[ConcernView, ...]
    proposed_at: datetime | None
    comments_until: datetime | None
    finalised_at: datetime | None
    settled_at: datetime | None
    digest: str | None
    hidden: bool = False
    parts: Parts = EQUAL
    adjustments: tuple[AdjustmentView, ...] = ()
    missing: Money | None = None

    @property
    def open_concerns(self) -> int:
        """How many concerns still wait for their answer."""
        return sum(concern.state is ConcernState.OPEN for concern in self.concerns)

    def takes_concerns(self, now: datetime) -> bool:
        """Whether concerns can be raised (one that was begun in time has the deal's grace period on top)."""
        return self.phase is RoundPhase.PROPOSED and self.comments_until is not None and now < self.comments_until


@dataclass(frozen=True, slots=True)
class OpenConcern:
    """A concern that waits for its answer, as a list offers it."""

    id: int
    number: int
    episode: str
    artist: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """An artist's amount before and after a change to the proposal."""

    artist: ArtistView
    before: Money
    after: Money
    material: bool


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answered concern and what its answer changed; `window_restarts` when someone's share fell materially."""

    round: RoundView
    concern: ConcernView
    changes: tuple[ChangeView, ...]
    window_restarts: bool


@dataclass(frozen=True, slots=True)
class HeldView:
    """What of an artist's allocation waits for a decision on a work."""

    work: WorkRef
    reason: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ExplainView:
    """One artist's allocation with its lines. Who is not in the round has no amount; a very small share can be zero.

    `held` is what of it waits for a decision on a work: the work, why, and how much. `called` is the artist's pseudonym
    in the statement, empty where it has their number.
    """

    round: RoundView
    artist: ArtistView
    amount: Money | None
    lines: tuple[LineView, ...]
    held: tuple[HeldView, ...] = ()
    called: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class StatementView:
    """The published statement of a round: inputs, rules and results in the form of DESIGN 8."""

    round_id: int
    document: dict[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class EarningView:
    """What an artist earned in one round."""

    show_name: str
    episode: str
    number: int
    amount: Money
    state: AllocationState


@dataclass(frozen=True, slots=True)
class EarningsView:
    """An artist's rounds, newest first, what their balances hold, by show and currency, and what they were paid.

    `years` is what was paid in each calendar year (UTC), newest first, by currency; what came back does not count.
    `on_its_way` is what payment runs are sending.
    """

    artist: ArtistView
    earnings: tuple[EarningView, ...]
    balances: tuple[tuple[str, Money], ...]
    years: tuple[tuple[int, Money], ...] = ()
    on_its_way: tuple[Money, ...] = ()
