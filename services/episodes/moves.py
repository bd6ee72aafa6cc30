"""The one way an episode gets from phase to phase: exactly once, with everything that comes along."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from db.models import Deadline, DeadlineKind, DeadlineState, Deal, Episode, EpisodeMove, Show
from domain.episode import Phase, check_move
from domain.errors import UserError
from services import cuts, tallies
from services.deadlines import drop_deadlines, set_deadline
from services.episodes.notices import announce, keep_current, keep_plan_current, keep_vote_current
from services.episodes.times import begins_at, later, reminder_at, seen_check_at
from services.episodes.views import code_of
from services.outcomes import tell_outcomes
from services.pools import give_back
from services.store import Transaction

_MOMENT = timedelta(milliseconds=1)
_OWN_DEADLINES = (
    DeadlineKind.OPEN, DeadlineKind.CLOSING_SOON, DeadlineKind.CLOSE, DeadlineKind.SEEN_CHECK,
    DeadlineKind.VOTE_ENDING, DeadlineKind.COUNT,
)  # fmt: skip


async def move(
    tx: Transaction,
    episode: Episode,
    to: Phase,
    *,
    now: datetime,
    by: int | None,
    reason: str = "",
    at: datetime | None = None,
) -> bool:
    """Bring an episode into a phase: its times and deadlines, the record of the move, the announcement.

    False when it is there already (or another transaction brought it on meanwhile): then nothing happens. `by` is
    a Discord id, None for the clock. `at` is when the move counts, for a clock that comes late; None means now.
    UserError for a move that is not legal, and for a second open episode in a show.
    """
    if episode.phase is to:
        return False
    check_move(episode.phase, to)
    show = await tx.get_one(Show, episode.show_id)
    if to is Phase.OPEN:
        await require_none_open(tx, show)
    at, came_from = at or now, episode.phase
    if not await _compare_and_set(tx, episode, to, _times(show, episode, to, at, now)):
        return False
    tx.add(EpisodeMove(episode_id=episode.id, from_phase=came_from, to_phase=to, at=at, by_user=by, reason=reason))
    await _enter(tx, show, episode, came_from, now)
    if to is Phase.CANCELED:
        await give_back(tx, episode, by=by, now=now)
    if to is not Phase.CUTTING:  # there the count itself says what came out
        await announce(tx, show, episode, to, now)
    return True


async def open_one(tx: Transaction, show_id: int) -> Episode | None:
    """The episode of a show that takes works now."""
    found: Episode | None = await tx.scalar(
        select(Episode).where(Episode.show_id == show_id, Episode.phase == Phase.OPEN)
    )
    return found


async def require_none_open(tx: Transaction, show: Show) -> None:
    """UserError when the show has an open episode: works must know where they belong."""
    other = await open_one(tx, show.id)
    if other is not None:
        raise UserError(
            f"{code_of(other)} “{other.title}” is still open, and a show takes works for one episode at a time. "
            "Close it first with /episode advance."
        )


async def _compare_and_set(tx: Transaction, episode: Episode, to: Phase, times: dict[str, datetime]) -> bool:
    statement = (
        update(Episode)
        .where(Episode.id == episode.id, Episode.phase == episode.phase, Episode.version == episode.version)
        .values(phase=to, version=episode.version + 1, **times)
        .execution_options(synchronize_session=False)
    )
    changed = cast(CursorResult[Any], await tx.execute(statement)).rowcount == 1
    await tx.refresh(episode)
    return changed


def _times(show: Show, episode: Episode, to: Phase, at: datetime, now: datetime) -> dict[str, datetime]:
    """The times of an episode that entering a phase sets."""
    if to is Phase.OPEN:
        closes = later(at, show.open_seconds, show.timezone)
        return {"opens_at": at, "closes_at": closes, "votes_until": later(closes, show.voting_seconds, show.timezone)}
    if to is Phase.VOTING and episode.opens_at and episode.closes_at and episode.votes_until:
        span = episode.votes_until - episode.closes_at
        if at < episode.closes_at:
            closes = max(at, episode.opens_at + _MOMENT)
            return {"closes_at": closes, "votes_until": closes + span}
        begun = begins_at(episode.closes_at, now, span)
        return {"votes_until": episode.votes_until if begun == episode.closes_at else begun + span}
    if to is Phase.CUTTING and episode.closes_at and episode.votes_until:
        return {"votes_until": max(min(at, episode.votes_until), episode.closes_at + _MOMENT)}
    return {"released_at": at} if to is Phase.RELEASED else {}


async def _enter(tx: Transaction, show: Show, episode: Episode, came_from: Phase, now: datetime) -> None:
    """What comes with the phase that the episode is in now."""
    for kind in _OWN_DEADLINES:
        await drop_deadlines(tx, now=now, key=_key(episode, kind))
    if episode.phase is Phase.OPEN:
        deal = await tx.get_one(Deal, episode.id)
        deal.locked_at = episode.opens_at
        await set_close(tx, episode)
    elif episode.phase is Phase.VOTING:
        await set_count(tx, episode)
    elif episode.phase is Phase.CUTTING:
        await tallies.count(tx, episode.id, now)
    elif episode.phase is Phase.RELEASED:
        await cuts.settle_outcomes(tx, episode.id, now)
        await tell_outcomes(tx, show, episode, now)
    if came_from is Phase.PLANNED:
        await keep_plan_current(tx, show, episode, now)
    if came_from is Phase.OPEN:
        await keep_current(tx, episode.id, now, at_once=True)
    if came_from is Phase.VOTING:
        await keep_vote_current(tx, show, episode, now)


async def set_close(tx: Transaction, episode: Episode) -> None:
    """Set when an open episode closes, and the reminder before."""
    if episode.opens_at is None or episode.closes_at is None:
        return
    await _set(tx, episode, DeadlineKind.CLOSE, episode.closes_at)
    await _set(tx, episode, DeadlineKind.CLOSING_SOON, reminder_at(episode.opens_at, episode.closes_at))


async def set_count(tx: Transaction, episode: Episode) -> None:
    """Set when the vote on an episode ends, the reminder before, and the look at what is seen too little."""
    if episode.votes_until is None or episode.closes_at is None:
        return
    await _set(tx, episode, DeadlineKind.COUNT, episode.votes_until)
    await _set(tx, episode, DeadlineKind.SEEN_CHECK, seen_check_at(episode.closes_at, episode.votes_until))
    await _set(tx, episode, DeadlineKind.VOTE_ENDING, reminder_at(episode.closes_at, episode.votes_until))


async def set_open(tx: Transaction, episode: Episode, due: datetime) -> None:
    """Set when a planned episode opens by itself."""
    await _set(tx, episode, DeadlineKind.OPEN, due)


async def set_close_again(tx: Transaction, episode: Episode, due: datetime) -> None:
    """Look once more at whether an episode has works: its grace period is not over yet."""
    await _set(tx, episode, DeadlineKind.CLOSE, due)


async def close_due(tx: Transaction, episode: Episode) -> datetime | None:
    """When the clock closes an open episode; None when it does not."""
    where = (Deadline.key == _key(episode, DeadlineKind.CLOSE), Deadline.state == DeadlineState.WAITING)
    found: datetime | None = await tx.scalar(select(Deadline.due_at).where(*where))
    return found


async def _set(tx: Transaction, episode: Episode, kind: DeadlineKind, due: datetime) -> None:
    await set_deadline(
        tx, key=_key(episode, kind), kind=kind, show_id=episode.show_id, episode_id=episode.id, due_at=due
    )


def _key(episode: Episode, kind: DeadlineKind) -> str:
    return f"episode:{episode.id}:{kind}"
