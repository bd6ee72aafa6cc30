"""Writing what must be said. `bot.delivery` says it; see services.deliveries for its side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import insert, select

from db.models import OutboxAction, OutboxRow, OutboxState
from services.store import Transaction


def nonce_of(key: str) -> str:
    """The nonce Discord recognises a repetition of `key` by: 25 characters at most, the same on every try."""
    return blake2b(key.encode(), digest_size=12).hexdigest()


async def say(
    tx: Transaction,
    *,
    key: str,
    kind: str,
    show_id: int,
    subject: Mapping[str, Any],
    now: datetime,
    channel_id: int | None = None,
    user_id: int | None = None,
    reply_to: int | None = None,
    post_key: str | None = None,
) -> bool:
    """Have something said once, whatever happens: False when `key` was already asked for.

    `channel_id` for a post, `user_id` for a direct message (then `channel_id` is where a mention goes if DMs
    are closed), `reply_to` the message it answers, `post_key` the name to remember the message by.
    """
    if await tx.scalar(select(OutboxRow.id).where(OutboxRow.key == key)) is not None:
        return False
    tx.add(_row(OutboxAction.SEND, key, kind, show_id, subject, now, channel_id, user_id, reply_to, post_key))
    await tx.flush()
    return True


@dataclass(frozen=True, slots=True)
class Saying:
    """A post to say: see say()."""

    key: str
    kind: str
    show_id: int
    subject: Mapping[str, Any]
    channel_id: int
    reply_to: int | None = None
    post_key: str | None = None
    user_id: int | None = None


async def say_new(tx: Transaction, sayings: Sequence[Saying], *, now: datetime) -> None:
    """Have posts said that nobody can have asked for before, as their keys hold ids made in this transaction."""
    rows = [
        _columns(OutboxAction.SEND, one.key, one.kind, one.show_id, one.subject, now, one.channel_id, one.user_id,
                 one.reply_to, one.post_key)
        for one in sayings
    ]  # fmt: skip
    if rows:
        await tx.execute(insert(OutboxRow), rows)


@dataclass(frozen=True, slots=True)
class Edit:
    """A post to bring up to date: see refresh()."""

    post_key: str
    kind: str
    show_id: int
    subject: Mapping[str, Any]
    channel_id: int


async def refresh(
    tx: Transaction,
    *,
    post_key: str,
    kind: str,
    show_id: int,
    subject: Mapping[str, Any],
    channel_id: int,
    now: datetime,
) -> None:
    """Have the post remembered as `post_key` rendered again and edited; many calls make one edit."""
    await refresh_all(tx, [Edit(post_key, kind, show_id, subject, channel_id)], now=now)


async def refresh_all(tx: Transaction, edits: Sequence[Edit], *, now: datetime) -> None:
    """refresh() for several posts, each named once."""
    if not edits:
        return
    keys = [f"edit:{edit.post_key}" for edit in edits]
    waiting = {row.key: row for row in await tx.scalars(select(OutboxRow).where(OutboxRow.key.in_(keys)))}
    for key, edit in zip(keys, edits, strict=True):
        row = waiting.get(key)
        if row is None:
            tx.add(_row(OutboxAction.EDIT, key, edit.kind, edit.show_id, edit.subject, now, edit.channel_id, None,
                        None, edit.post_key))  # fmt: skip
            continue
        # Taking the lease away makes a delivery that is under way with older data count for nothing.
        row.state, row.sent_at, row.attempts, row.leased_until = OutboxState.WAITING, None, 0, None
        row.next_try_at, row.subject, row.kind, row.error = now, dict(edit.subject), edit.kind, ""
    await tx.flush()


def _row(*columns: Any) -> OutboxRow:
    return OutboxRow(**_columns(*columns))


def _columns(
    action: OutboxAction,
    key: str,
    kind: str,
    show_id: int,
    subject: Mapping[str, Any],
    now: datetime,
    channel_id: int | None,
    user_id: int | None,
    reply_to: int | None,
    post_key: str | None,
) -> dict[str, Any]:
    return {
        "key": key, "kind": kind, "action": action, "show_id": show_id, "subject": dict(subject),
        "channel_id": channel_id, "user_id": user_id, "reply_to": reply_to, "post_key": post_key,
        "nonce": nonce_of(key), "state": OutboxState.WAITING, "attempts": 0, "next_try_at": now, "created_at": now,
        "error": "",
    }  # fmt: skip
