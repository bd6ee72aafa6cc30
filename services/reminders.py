"""Reminders of a vote's end, for those who asked: once, by direct message, unless they have marked everything."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from db.models import (
    Artist,
    Ballot,
    Credit,
    CreditState,
    Deadline,
    DeadlineKind,
    DeadlineState,
    Episode,
    Mark,
    Post,
    Show,
    VoteReminder,
    Work,
    WorkState,
)
from domain.episode import Phase, require_phase
from domain.errors import UserError
from services import outbox
from services.access import Actor
from services.store import Transaction, reads, writes
from services.voting import VoteEpisode, insert, load_episode, table_of


@dataclass(frozen=True, slots=True)
class ReminderView:
    """What somebody asked for: `at` is when they will be reminded, None when they will not be."""

    episode: VoteEpisode
    at: datetime | None


@dataclass(frozen=True, slots=True)
class DueReminder:
    """What is left to do for somebody: `left` works of `works` have no mark of theirs. Ids are Discord's.

    `message_id` is the vote's announcement in the news channel, if it is there.
    """

    episode: VoteEpisode
    left: int
    works: int
    message_id: int | None


@writes
async def ask(tx: Transaction, actor: Actor, *, episode_id: int, wanted: bool, now: datetime) -> ReminderView:
    """Ask to be reminded before the vote ends, or no longer; asked twice, it is once.

    UserError when the vote is not on, or so near its end that there is nothing to wait for.
    """
    episode = await load_episode(tx, episode_id)
    if episode.guild_id != actor.guild_id:
        raise UserError("This vote is held in another server.")
    mine = (VoteReminder.episode_id == episode_id, VoteReminder.user_id == actor.user_id)
    if not wanted:
        await tx.execute(delete(VoteReminder).where(*mine))
        return ReminderView(episode, None)
    require_phase(episode.phase, Phase.VOTING, doing="be reminded of its end")
    at = await _due_at(tx, episode_id)
    if at is None or at <= now:
        raise UserError("The vote is about to end, so there is no time for a reminder. Vote now with /vote booth.")
    row = {"episode_id": episode_id, "user_id": actor.user_id, "asked_at": now}
    await tx.execute(insert(tx, table_of(VoteReminder)).values(**row).on_conflict_do_nothing())
    return ReminderView(episode, at)


async def remind(tx: Transaction, show: Show, episode: Episode, now: datetime) -> None:
    """Remind those who asked and have not marked everything; each once, however often this is called.

    For use inside the transaction that finds the reminder due.
    """
    query = select(VoteReminder.user_id).where(VoteReminder.episode_id == episode.id).order_by(VoteReminder.user_id)
    people = list(await tx.scalars(query))
    left = await _left(tx, episode.id, people)
    for user_id in people:
        if left[user_id]:
            await outbox.say(
                tx, key=f"vote:{episode.id}:remind:{user_id}", kind="vote_reminder", show_id=show.id,
                subject={"episode": episode.id, "user": user_id}, user_id=user_id, channel_id=show.news_channel_id,
                now=now,
            )  # fmt: skip


@reads
async def due_reminder(tx: Transaction, *, episode_id: int, user_id: int) -> DueReminder | None:
    """What to remind somebody of; None once the vote is over or they have marked everything."""
    episode = await load_episode(tx, episode_id)
    left = (await _left(tx, episode_id, [user_id]))[user_id]
    if episode.phase is not Phase.VOTING or not left:
        return None
    where = (Work.episode_id == episode_id, Work.state == WorkState.IN)
    works = await tx.scalar(select(func.count()).select_from(Work).where(*where))
    post = await tx.get(Post, f"vote:{episode_id}")
    return DueReminder(episode, left, works or 0, post.message_id if post else None)


async def _due_at(tx: Transaction, episode_id: int) -> datetime | None:
    where = (
        Deadline.episode_id == episode_id,
        Deadline.kind == DeadlineKind.VOTE_ENDING,
        Deadline.state == DeadlineState.WAITING,
    )
    found: datetime | None = await tx.scalar(select(Deadline.due_at).where(*where))
    return found


async def _left(tx: Transaction, episode_id: int, people: Collection[int]) -> dict[int, int]:
    """How many works each of these people (Discord ids) could still mark."""
    works = set(await tx.scalars(select(Work.id).where(Work.episode_id == episode_id, Work.state == WorkState.IN)))
    done: defaultdict[int, set[int]] = defaultdict(set)
    marked = (
        select(Ballot.voter_id, Mark.work_id)
        .join(Mark, Mark.ballot_id == Ballot.id)
        .where(Ballot.episode_id == episode_id, Ballot.voter_id.in_(people))
    )
    made = select(Artist.user_id, Work.id).join(Work, Work.artist_id == Artist.id)
    credited = (
        select(Artist.user_id, Work.id)
        .join(Credit, Credit.artist_id == Artist.id)
        .join(Work, Work.id == Credit.work_id)
        .where(Credit.state != CreditState.DECLINED)
    )
    theirs = (Work.episode_id == episode_id, Artist.user_id.in_(people))
    for query in (marked, made.where(*theirs), credited.where(*theirs)):
        for user_id, work_id in await tx.execute(query):
            if user_id is not None:
                done[user_id].add(work_id)
    return {user_id: len(works - done[user_id]) for user_id in people}
