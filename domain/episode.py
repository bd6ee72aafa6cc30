"""The life of an episode and of a payout round: phases, legal moves, and what counts as in time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.errors import UserError

_DISCORD_EPOCH: Final = datetime(2015, 1, 1, tzinfo=UTC)
_SNOWFLAKE_SHIFT: Final = 22


class Phase(StrEnum):
    """Where an episode is in its life."""

    PLANNED = "planned"
    OPEN = "open"
    VOTING = "voting"
    CUTTING = "cutting"
    RELEASED = "released"
    CANCELED = "canceled"


class RoundPhase(StrEnum):
    """Where a payout round is in its life."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    FINAL = "final"
    SETTLED = "settled"


class Outcome(StrEnum):
    """What became of a work: in the cut, an ancestor of a work in the cut, or neither."""

    USED = "used"
    INFLUENCE = "influence"
    NOT_USED = "not_used"


EPISODE_MOVES: Final[Mapping[Phase, frozenset[Phase]]] = MappingProxyType(
    {
        Phase.PLANNED: frozenset({Phase.OPEN, Phase.CANCELED}),
        Phase.OPEN: frozenset({Phase.VOTING, Phase.CANCELED}),
        Phase.VOTING: frozenset({Phase.CUTTING, Phase.CANCELED}),
        Phase.CUTTING: frozenset({Phase.RELEASED, Phase.CANCELED}),
        Phase.RELEASED: frozenset(),
        Phase.CANCELED: frozenset(),
    }
)
"""Every legal move of an episode."""

ROUND_MOVES: Final[Mapping[RoundPhase, frozenset[RoundPhase]]] = MappingProxyType(
    {
        RoundPhase.DRAFT: frozenset({RoundPhase.PROPOSED}),
        RoundPhase.PROPOSED: frozenset({RoundPhase.FINAL}),
        RoundPhase.FINAL: frozenset({RoundPhase.SETTLED}),
        RoundPhase.SETTLED: frozenset(),
    }
)
"""Every legal move of a payout round. An accepted concern changes a proposal; it stays proposed."""

_NOW: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        Phase.PLANNED: "This episode has not opened yet.",
        Phase.OPEN: "This episode is open for submissions right now.",
        Phase.VOTING: "Submissions for this episode closed; it is in the vote now.",
        Phase.CUTTING: "The vote on this episode is over; the producers are making the cut now.",
        Phase.RELEASED: "This episode is already out.",
        Phase.CANCELED: "This episode was canceled.",
    }
)

_WHEN: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        Phase.PLANNED: "before submissions open",
        Phase.OPEN: "while submissions are open",
        Phase.VOTING: "during the vote",
        Phase.CUTTING: "while the cut is made",
        Phase.RELEASED: "once the episode is out",
        Phase.CANCELED: "once the episode is canceled",
    }
)

_DEED: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        Phase.PLANNED: "go back to planning",
        Phase.OPEN: "open for submissions",
        Phase.VOTING: "go to the vote",
        Phase.CUTTING: "go to the cut",
        Phase.RELEASED: "be released",
        Phase.CANCELED: "be canceled",
    }
)

_ROUND_NOW: Final[Mapping[RoundPhase, str]] = MappingProxyType(
    {
        RoundPhase.DRAFT: "This payout round is still a draft; the next step is to propose it.",
        RoundPhase.PROPOSED: "This payout round is proposed; the next step is to finalise it.",
        RoundPhase.FINAL: "This payout round is final and cannot change; the next step is to settle it.",
        RoundPhase.SETTLED: "This payout round is settled. Later money goes into a new round.",
    }
)


def check_move(current: Phase, to: Phase) -> None:
    """Refuse with a UserError any move that EPISODE_MOVES does not hold."""
    if to in EPISODE_MOVES[current]:
        return
    if to == current:
        raise UserError(f"{_NOW[current]} Nothing to do.")
    follows = [phase for phase in Phase if phase in EPISODE_MOVES[current] and phase != Phase.CANCELED]
    hint = f" The next step is to {_DEED[follows[0]]}." if follows else " That cannot be undone."
    raise UserError(f"{_NOW[current]} It cannot {_DEED[to]}.{hint}")


def check_round_move(current: RoundPhase, to: RoundPhase) -> None:
    """Refuse with a UserError any move that ROUND_MOVES does not hold."""
    if to in ROUND_MOVES[current]:
        return
    raise UserError(_ROUND_NOW[current])


def require_phase(actual: Phase, *allowed: Phase, doing: str) -> None:
    """Refuse with a UserError when the episode is in none of the allowed phases.

    `doing` completes "You cannot ...", as in require_phase(phase, Phase.OPEN, doing="submit a work").
    """
    if actual in allowed:
        return
    when = " or ".join(_WHEN[phase] for phase in allowed)
    raise UserError(f"{_NOW[actual]} You can {doing} only {when}.")


def counts_for(created_at: datetime, opens_at: datetime, closes_at: datetime | None, grace_seconds: int) -> bool:
    """Say whether a work whose message was created at this instant counts for the episode.

    From the opening instant up to, not including, the closing instant plus the grace period, so that no
    instant belongs to two episodes. `closes_at` None means that no deadline is set. All datetimes are aware.
    """
    if created_at < opens_at:
        return False
    return closes_at is None or created_at < closes_at + timedelta(seconds=grace_seconds)


def snowflake_time(snowflake: int) -> datetime:
    """Return when Discord made this id, in UTC, exact to the millisecond."""
    return _DISCORD_EPOCH + timedelta(milliseconds=snowflake >> _SNOWFLAKE_SHIFT)
