"""Carrying out what falls due. Each deadline is one transaction, and happens once however many processes look."""

import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

from sqlalchemy import CursorResult, case, func, select, update

from db.models import Deadline, DeadlineKind, DeadlineState, Deal, Episode, Show
from domain.episode import Phase
from domain.schedule import next_after
from services.episodes import move, open_one
from services.episodes.moves import close_due, set_close_again, set_open
from services.episodes.notices import remind_of_close, tell_producers
from services.episodes.plan import next_episode
from services.episodes.times import begins_at
from services.episodes.views import works_of
from services.paying import claims
from services.payouts.rounds import comments_ended
from services.reminders import remind
from services.shows import cadence_of, schedule_next
from services.shows.schedule import set_theme_deadline
from services.shows.views import queue_length
from services.store import Database, Transaction, reads, writes
from services.suggestions import choose_next
from services.unseen import tell_unseen
from services.watch import point_out

log = logging.getLogger(__name__)

RETRY = timedelta(seconds=30)
"""When a deadline that could not be carried out is tried again."""

_ORDER = (
    DeadlineKind.CLOSING_SOON,
    DeadlineKind.CLOSE,
    DeadlineKind.SEEN_CHECK,
    DeadlineKind.VOTE_ENDING,
    DeadlineKind.COUNT,
    DeadlineKind.COMMENTS_END,
    DeadlineKind.CLAIM_SOON,
    DeadlineKind.CLAIM_END,
    DeadlineKind.QUEUE_CHECK,
    DeadlineKind.OPEN,
    DeadlineKind.THEME,
)
"""Of those due at the same instant the earlier one goes first: an episode closes before the next theme opens."""


@dataclass(frozen=True, slots=True)
class _Due:
    """One deadline being carried out."""

    tx: Transaction
    deadline: Deadline
    show: Show
    now: datetime
    rng: Random


async def run_due(db: Database, now: datetime, rng: Random) -> datetime | None:
    """Carry out everything that is due; when something falls due next (None: nothing is set).

    After downtime, run this only once the messages posted meanwhile are collected: an episode that closes without
    works is canceled. A deadline that fails is logged, holds up no other, and is tried again after RETRY.
    """
    failed: set[int] = set()
    while (deadline_id := await _first_due(db, now, failed)) is not None:
        try:
            await _carry_out(db, deadline_id, now, rng)
        except Exception:
            # Whatever is wrong with this one, the others of every show must still happen.
            log.exception("deadline %d could not be carried out", deadline_id)
            failed.add(deadline_id)
    following = await next_due(db, now)
    if failed:
        return min(now + RETRY, following or now + RETRY)
    return following


@reads
async def next_due(tx: Transaction, now: datetime) -> datetime | None:
    """The next instant after `now` at which something falls due."""
    where = (Deadline.state == DeadlineState.WAITING, Deadline.due_at > now)
    found: datetime | None = await tx.scalar(select(func.min(Deadline.due_at)).where(*where))
    return found


@reads
async def _first_due(tx: Transaction, now: datetime, without: Collection[int]) -> int | None:
    rank = case({kind: place for place, kind in enumerate(_ORDER)}, value=Deadline.kind)
    where = (Deadline.state == DeadlineState.WAITING, Deadline.due_at <= now, Deadline.id.not_in(without))
    query = select(Deadline.id).where(*where).order_by(Deadline.due_at, rank, Deadline.id).limit(1)
    found: int | None = await tx.scalar(query)
    return found


@writes
async def _carry_out(tx: Transaction, deadline_id: int, now: datetime, rng: Random) -> bool:
    """Take the deadline and do what it is for, in the same transaction; False when someone else did."""
    statement = (
        update(Deadline)
        .where(Deadline.id == deadline_id, Deadline.state == DeadlineState.WAITING, Deadline.due_at <= now)
        .values(state=DeadlineState.DONE, done_at=now)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], await tx.execute(statement)).rowcount != 1:
        return False
    deadline = await tx.get_one(Deadline, deadline_id)
    show = await tx.get_one(Show, deadline.show_id)
    await _DEEDS[deadline.kind](_Due(tx, deadline, show, now, rng))
    return True


async def _theme(due: _Due) -> None:
    """The cadence's moment: the next episode opens, or waits for the one that is open."""
    tx, show, now = due.tx, due.show, due.now
    cadence = cadence_of(show)
    if cadence is None or show.paused:
        return
    still_open = await open_one(tx, show.id)
    if still_open is not None:
        await _theme_waits(due, still_open, next_after(cadence, now))
        return
    episode = await next_episode(tx, show, now=now, by=None, rng=due.rng)
    if episode is None:
        await tell_producers(tx, show, about="queue_missed", once=due.deadline.due_at.isoformat(), now=now)
    else:
        await _open(due, episode)
    await schedule_next(tx, show, now)


async def _theme_waits(due: _Due, still_open: Episode, following: datetime) -> None:
    """One open episode at a time: the theme goes out when that one closes, or at the next turn if that is sooner."""
    again = await _once_closed(due, still_open)
    if again < following:
        await set_theme_deadline(due.tx, due.show, again)
        return
    await tell_producers(
        due.tx,
        due.show,
        about="theme_waits",
        once=due.deadline.due_at.isoformat(),
        episode_id=still_open.id,
        now=due.now,
    )
    await schedule_next(due.tx, due.show, due.now)


async def _once_closed(due: _Due, still_open: Episode) -> datetime:
    """When what waits for an episode to close is to be tried again: right after its close, in the order of _ORDER."""
    closes = await close_due(due.tx, still_open)
    if closes is not None and due.deadline.due_at < closes:
        return closes
    # Its close should have happened before this and has not; do not spin until it is mended.
    return due.now + RETRY


async def _open(due: _Due, episode: Episode) -> None:
    span = timedelta(seconds=due.show.open_seconds)
    at = begins_at(due.deadline.due_at, due.now, span)
    await move(due.tx, episode, Phase.OPEN, now=due.now, by=None, at=at)


async def _queue_check(due: _Due) -> None:
    """Some time before the next theme: is there one? If not, the community's choice becomes it."""
    waiting = await queue_length(due.tx, due.show.id)
    planned = await due.tx.scalar(
        select(Episode.id).where(Episode.show_id == due.show.id, Episode.phase == Phase.PLANNED).limit(1)
    )
    if waiting or planned is not None or due.show.paused:
        return
    if await choose_next(due.tx, due.show, due.now) is None:
        await tell_producers(due.tx, due.show, about="queue_empty", once=due.deadline.due_at.isoformat(), now=due.now)


async def _planned_opens(due: _Due) -> None:
    episode = await _episode(due)
    if episode.phase is not Phase.PLANNED:
        return
    still_open = await open_one(due.tx, due.show.id)
    if still_open is None:
        await _open(due, episode)
        return
    await set_open(due.tx, episode, await _once_closed(due, still_open))
    await tell_producers(
        due.tx, due.show, about="opening_waits", once=str(episode.id), episode_id=still_open.id, now=due.now
    )


async def _closing_soon(due: _Due) -> None:
    episode = await _episode(due)
    if episode.phase is Phase.OPEN and episode.closes_at is not None and due.now < episode.closes_at:
        await remind_of_close(due.tx, due.show, episode, due.now)


async def _close(due: _Due) -> None:
    """Submissions are over: on to the vote, or, without a single work, the end of it."""
    episode = await _episode(due)
    if episode.phase is not Phase.OPEN or episode.closes_at is None:
        return
    if await works_of(due.tx, [episode.id]):
        await move(due.tx, episode, Phase.VOTING, now=due.now, by=None, at=episode.closes_at)
        return
    # By its deal, as works are taken: the show's grace may have changed since.
    deal = await due.tx.get_one(Deal, episode.id)
    grace_ends = episode.closes_at + timedelta(seconds=deal.grace_seconds)
    if due.now < grace_ends:
        # Somebody may still be in time with a first work.
        await set_close_again(due.tx, episode, grace_ends)
        return
    await move(due.tx, episode, Phase.CANCELED, now=due.now, by=None, reason="no works were submitted")
    await tell_producers(due.tx, due.show, about="no_works", once=str(episode.id), episode_id=episode.id, now=due.now)


async def _seen_check(due: _Due) -> None:
    """In the middle of a vote: who is seen too little, and does anything about it stand out?"""
    episode = await _episode(due)
    if _vote_is_on(episode, due.now):
        await tell_unseen(due.tx, due.show, episode, due.now)
        await point_out(due.tx, due.show, episode.id, when="middle", now=due.now)


async def _vote_ending(due: _Due) -> None:
    episode = await _episode(due)
    if _vote_is_on(episode, due.now):
        await remind(due.tx, due.show, episode, due.now)
        await point_out(due.tx, due.show, episode.id, when="ending", now=due.now)


def _vote_is_on(episode: Episode, now: datetime) -> bool:
    return episode.phase is Phase.VOTING and episode.votes_until is not None and now < episode.votes_until


async def _count(due: _Due) -> None:
    episode = await _episode(due)
    if episode.phase is not Phase.VOTING:
        return
    await move(due.tx, episode, Phase.CUTTING, now=due.now, by=None, at=episode.votes_until)


async def _comments_end(due: _Due) -> None:
    if due.deadline.round_id is not None:
        await comments_ended(due.tx, due.deadline.round_id, due.now)


async def _claim_soon(due: _Due) -> None:
    if due.deadline.round_id is not None:
        await claims.remind(due.tx, due.deadline.round_id, due.deadline.key, due.now)


async def _claim_end(due: _Due) -> None:
    if due.deadline.round_id is not None:
        await claims.expire(due.tx, due.deadline.round_id, due.now)


async def _episode(due: _Due) -> Episode:
    return await due.tx.get_one(Episode, due.deadline.episode_id)


_DEEDS: dict[DeadlineKind, Callable[[_Due], Awaitable[None]]] = {
    DeadlineKind.THEME: _theme,
    DeadlineKind.QUEUE_CHECK: _queue_check,
    DeadlineKind.OPEN: _planned_opens,
    DeadlineKind.CLOSING_SOON: _closing_soon,
    DeadlineKind.CLOSE: _close,
    DeadlineKind.SEEN_CHECK: _seen_check,
    DeadlineKind.VOTE_ENDING: _vote_ending,
    DeadlineKind.COUNT: _count,
    DeadlineKind.COMMENTS_END: _comments_end,
    DeadlineKind.CLAIM_SOON: _claim_soon,
    DeadlineKind.CLAIM_END: _claim_end,
}
