"""The outbox as delivery sees it: what is to be said next, and what became of it.

Three rules keep a message from being lost or doubled, whatever is killed and whenever:

- A row stays WAITING until its message id is written down, so nothing is lost.
- Every try carries the row's own nonce, by which Discord recognises a repetition for a few minutes.
- `tried_at` of a SEND is the first try whose outcome is not known. Once that is older than Discord's
  memory, delivery looks into the channel's history before it sends again.

A lease keeps two processes from sending the same row at once. Taking it away (services.outbox.refresh does)
makes an EDIT that is under way with older data count for nothing: the row stays WAITING and is done again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from db.models import OutboxAction, OutboxRow, OutboxState, Post, Show
from services.store import Transaction, reads, writes
from services.undelivered import give_up

EDIT_PACE = timedelta(seconds=1)
"""A post is edited no more often than this; what changes in between goes into one edit."""

_PER_TARGET = 4
"""Rows for one channel that are leased together: in order, and no more than a crash may make wait."""


@dataclass(frozen=True, slots=True)
class PostView:
    """A message of the bot's own: Discord's ids."""

    channel_id: int
    message_id: int
    thread_id: int | None


@dataclass(frozen=True, slots=True)
class DueRow:
    """An outbox row that is leased to the caller until `lease`.

    `target` is what must stay in order: rows of one target are said one after the other. `tried_at` is the
    first try that may have reached Discord without our knowing; None for a row that was never tried. `post` is the
    message to edit.
    """

    id: int
    kind: str
    edit: bool
    show_id: int
    guild_id: int
    subject: Mapping[str, Any]
    channel_id: int | None
    user_id: int | None
    reply_to: int | None
    post_key: str | None
    nonce: str
    attempts: int
    lease: datetime
    tried_at: datetime | None
    created_at: datetime
    post: PostView | None

    @property
    def target(self) -> str:
        """A post's edits stand alone; messages to one channel, or to one person, are one line."""
        if self.edit:
            return f"edit {self.post_key}"
        return f"person {self.user_id}" if self.user_id is not None else f"channel {self.channel_id}"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What may be said now, oldest first, and when to look again if nothing happens before (None: never)."""

    rows: tuple[DueRow, ...]
    next_at: datetime | None


@writes
async def claim(tx: Transaction, *, now: datetime, lease: timedelta, limit: int) -> Claimed:
    """Lease up to `limit` targets' next rows to the caller until `now + lease`.

    A row is due when its time has come, nobody has leased it, and no earlier message to the same target is
    waiting for its next try or being sent by someone else.
    """
    until = now + lease
    due = _due(now).order_by(OutboxRow.id).limit(limit * _PER_TARGET * 4)
    found = await tx.scalars(due.with_for_update(skip_locked=True, of=OutboxRow))
    rows = _per_target(list(found), limit)
    guilds, posts = await _guilds(tx, rows), await _posts(tx, rows)
    claimed = []
    for row in rows:
        row.leased_until = until
        claimed.append(_due_row(row, until, guilds[row.show_id], posts.get(row.post_key or "")))
        if row.action is OutboxAction.EDIT or row.tried_at is None:
            row.tried_at = now
    await tx.flush()
    return Claimed(tuple(claimed), await _next_at(tx, now))


@writes
async def forget_leases(tx: Transaction) -> int:
    """Free what a process that is gone had leased; only for the one that holds the process lock."""
    freed = await tx.execute(
        update(OutboxRow)
        .where(OutboxRow.state == OutboxState.WAITING, OutboxRow.leased_until.is_not(None))
        .values(leased_until=None)
        .returning(OutboxRow.id)
    )
    return len(freed.all())


@writes
async def not_in_history(tx: Transaction, row: DueRow, *, now: datetime) -> None:
    """The channel's history does not hold the row's message: tries until now have come to nothing."""
    await tx.execute(update(OutboxRow).where(OutboxRow.id == row.id).values(tried_at=now))


@reads
async def taken_messages(tx: Transaction, message_ids: Collection[int]) -> frozenset[int]:
    """Those of `message_ids` that are known to be the message of some row."""
    found = await tx.scalars(select(OutboxRow.message_id).where(OutboxRow.message_id.in_(message_ids)))
    return frozenset(message_id for message_id in found if message_id is not None)


@writes
async def delivered(
    tx: Transaction, row: DueRow, *, channel_id: int, message_id: int, thread_id: int | None, now: datetime
) -> bool:
    """Write down that `row` was said. False when it must be done again (an EDIT whose post changed meanwhile)."""
    found = await _waiting(tx, row, strict=row.edit)
    if found is None:
        return False
    found.state, found.sent_at, found.leased_until, found.error = OutboxState.SENT, now, None, ""
    found.message_id = message_id
    if not row.edit and row.post_key is not None:
        await _remember_post(tx, row.post_key, channel_id, message_id, thread_id, now)
    await tx.flush()
    return True


@writes
async def postponed(tx: Transaction, row: DueRow, *, error: str, at: datetime) -> None:
    """The try failed and the next is at `at`; `error` says why, for those who look."""
    found = await _waiting(tx, row, strict=True)
    if found is not None:
        found.attempts, found.next_try_at, found.leased_until, found.error = found.attempts + 1, at, None, error
        await tx.flush()


@writes
async def released(tx: Transaction, rows: Collection[DueRow]) -> None:
    """Give back rows that were leased and not tried."""
    for row in rows:
        found = await _waiting(tx, row, strict=True)
        if found is not None:
            found.leased_until = None
            if not row.edit:
                found.tried_at = row.tried_at
    await tx.flush()


@writes
async def dropped(tx: Transaction, row: DueRow, *, reason: str, forget_post: bool = False) -> None:
    """It is no longer worth saying. `forget_post`: the message it would edit is gone."""
    found = await _waiting(tx, row, strict=row.edit)
    if found is not None:
        found.state, found.leased_until, found.error = OutboxState.DROPPED, None, reason
    post = await tx.get(Post, row.post_key) if forget_post and row.post_key else None
    if post is not None:
        await tx.delete(post)
    await tx.flush()


@writes
async def thread_gone(tx: Transaction, row: DueRow) -> bool:
    """The thread that `row` goes to was deleted: what waits for it goes to the channel it hung in instead.

    False where it is no thread under a post of ours.
    """
    post = await tx.scalar(select(Post).where(Post.thread_id == row.channel_id)) if row.channel_id else None
    if post is None:
        return False
    post.thread_id = None
    await tx.execute(
        update(OutboxRow)
        .where(OutboxRow.state == OutboxState.WAITING, OutboxRow.channel_id == row.channel_id)
        .values(channel_id=post.channel_id)
    )
    return True


@writes
async def failed(tx: Transaction, row: DueRow, *, error: str, now: datetime) -> None:
    """It cannot be said, and trying again would not help: keep it and tell the producers, once per cause.

    `error` is a sentence for people that says what would mend it.
    """
    found = await _waiting(tx, row, strict=row.edit)
    if found is not None:
        await give_up(tx, found, error, now)


def _due(now: datetime) -> Select[OutboxRow]:
    return select(OutboxRow).where(
        OutboxRow.state == OutboxState.WAITING,
        OutboxRow.next_try_at <= now,
        or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until <= now),
        or_(
            and_(OutboxRow.action == OutboxAction.SEND, ~_held_back(now)),
            and_(OutboxRow.action == OutboxAction.EDIT, _editable(now)),
        ),
    )


def _held_back(now: datetime) -> ColumnElement[bool]:
    """Whether an earlier message to the same target waits for its next try, or is being sent."""
    earlier = aliased(OutboxRow)
    same = or_(
        and_(earlier.user_id.is_(None), OutboxRow.user_id.is_(None), earlier.channel_id == OutboxRow.channel_id),
        earlier.user_id == OutboxRow.user_id,
    )
    return exists().where(
        earlier.state == OutboxState.WAITING,
        earlier.action == OutboxAction.SEND,
        earlier.id < OutboxRow.id,
        same,
        or_(earlier.next_try_at > now, earlier.leased_until > now),
    )


def _editable(now: datetime) -> ColumnElement[bool]:
    """Whether a post may be edited: it is there (or never will be), and was not edited just now."""
    sending = aliased(OutboxRow)
    return and_(
        or_(OutboxRow.tried_at.is_(None), OutboxRow.tried_at <= now - EDIT_PACE),
        or_(
            exists().where(Post.key == OutboxRow.post_key),
            ~exists().where(
                sending.post_key == OutboxRow.post_key,
                sending.action == OutboxAction.SEND,
                sending.state == OutboxState.WAITING,
            ),
        ),
    )


async def _next_at(tx: Transaction, now: datetime) -> datetime | None:
    """When something falls due by the clock alone; what waits for another row is woken by that row."""
    waiting = OutboxRow.state == OutboxState.WAITING
    times = [
        await tx.scalar(select(func.min(OutboxRow.next_try_at)).where(waiting, OutboxRow.next_try_at > now)),
        await tx.scalar(select(func.min(OutboxRow.leased_until)).where(waiting, OutboxRow.leased_until > now)),
    ]
    edited = await tx.scalar(
        select(func.min(OutboxRow.tried_at)).where(
            waiting,
            OutboxRow.action == OutboxAction.EDIT,
            OutboxRow.leased_until.is_(None),
            OutboxRow.tried_at > now - EDIT_PACE,
        )
    )
    times.append(None if edited is None else edited + EDIT_PACE)
    return min((time for time in times if time is not None), default=None)


def _per_target(rows: list[OutboxRow], limit: int) -> list[OutboxRow]:
    counts: dict[tuple[str, int | str | None], int] = {}
    chosen = []
    for row in rows:
        edit = row.action is OutboxAction.EDIT
        target = ("edit", row.post_key) if edit else ("person", row.user_id) if row.user_id else ("", row.channel_id)
        if target not in counts and len(counts) == limit:
            continue
        counts[target] = counts.get(target, 0) + 1
        if counts[target] <= _PER_TARGET:
            chosen.append(row)
    return chosen


async def _guilds(tx: Transaction, rows: list[OutboxRow]) -> dict[int, int]:
    shows = {row.show_id for row in rows}
    found = await tx.execute(select(Show.id, Show.guild_id).where(Show.id.in_(shows)))
    return {row.id: row.guild_id for row in found}


async def _posts(tx: Transaction, rows: list[OutboxRow]) -> dict[str, PostView]:
    keys = {row.post_key for row in rows if row.action is OutboxAction.EDIT and row.post_key}
    if not keys:
        return {}
    found = await tx.scalars(select(Post).where(Post.key.in_(keys)))
    return {post.key: PostView(post.channel_id, post.message_id, post.thread_id) for post in found}


def _due_row(row: OutboxRow, lease: datetime, guild_id: int, post: PostView | None) -> DueRow:
    return DueRow(
        id=row.id, kind=row.kind, edit=row.action is OutboxAction.EDIT, show_id=row.show_id, guild_id=guild_id,
        subject=dict(row.subject), channel_id=row.channel_id, user_id=row.user_id, reply_to=row.reply_to,
        post_key=row.post_key, nonce=row.nonce, attempts=row.attempts, lease=lease, tried_at=row.tried_at,
        created_at=row.created_at, post=post,
    )  # fmt: skip


async def _waiting(tx: Transaction, row: DueRow, *, strict: bool) -> OutboxRow | None:
    """The row if its outcome is still open; `strict`: and if it is still leased to the caller."""
    found = await tx.scalar(select(OutboxRow).where(OutboxRow.id == row.id).with_for_update())
    if found is None or found.state is not OutboxState.WAITING:
        return None
    return None if strict and found.leased_until != row.lease else found


async def _remember_post(
    tx: Transaction, key: str, channel_id: int, message_id: int, thread_id: int | None, now: datetime
) -> None:
    post = await tx.get(Post, key)
    if post is None:
        post = Post(key=key, posted_at=now)
        tx.add(post)
    post.channel_id, post.message_id, post.thread_id, post.posted_at = channel_id, message_id, thread_id, now
