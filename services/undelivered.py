"""What could not be said: kept, told to the producers, shown to them, and tried again once they mended the cause."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from db.models import OutboxRow, OutboxState, Show
from services.access import Actor, find_show, require_producer
from services.outbox import say
from services.store import Transaction, reads, writes


@dataclass(frozen=True, slots=True)
class FailureView:
    """A row that could not be said: to whom, since when, and why (a sentence that says how to mend it)."""

    id: int
    kind: str
    show_id: int
    show_name: str
    channel_id: int | None
    user_id: int | None
    error: str
    created_at: datetime
    alike: int


async def give_up(tx: Transaction, found: OutboxRow, error: str, now: datetime) -> None:
    """Keep a row as failed and tell the producers, once per cause; `error` is a sentence: what would mend it."""
    told = await _same_cause(tx, found, error)
    found.state, found.leased_until, found.error = OutboxState.FAILED, None, error
    await tx.flush()
    channel_id = await _where_to_tell(tx, found)
    if told or found.kind == "undeliverable" or channel_id is None:
        return
    await say(
        tx, key=f"undeliverable:{found.id}:{int(now.timestamp() * 1000)}", kind="undeliverable",
        show_id=found.show_id, subject={"row": found.id}, channel_id=channel_id, now=now,
    )  # fmt: skip


@reads
async def failure(tx: Transaction, row_id: int) -> FailureView | None:
    """One row that could not be said; None once it no longer is one."""
    found = await tx.get(OutboxRow, row_id)
    if found is None or found.state is not OutboxState.FAILED:
        return None
    return await _failure(tx, found, await tx.get_one(Show, found.show_id))


@writes
async def retry_failed(tx: Transaction, actor: Actor, *, show: str | None = None, now: datetime) -> int:
    """Try everything again that could not be said for a show; how many rows that is.

    UserError for who is no producer. The answer to "I can't post there" once that is mended.
    """
    found = await find_show(tx, actor.guild_id, name=show)
    require_producer(found, actor)
    rows = list(
        await tx.scalars(select(OutboxRow).where(OutboxRow.show_id == found.id, OutboxRow.state == OutboxState.FAILED))
    )
    for row in rows:
        row.state, row.attempts, row.next_try_at, row.leased_until = OutboxState.WAITING, 0, now, None
    await tx.flush()
    return len(rows)


async def _same_cause(tx: Transaction, row: OutboxRow, error: str) -> bool:
    return (
        await tx.scalar(
            select(OutboxRow.id)
            .where(_alike(row, error), OutboxRow.id != row.id, OutboxRow.kind != "undeliverable")
            .limit(1)
        )
        is not None
    )


def _alike(row: OutboxRow, error: str) -> ColumnElement[bool]:
    """Rows of the same show that failed to reach the same target for the same reason."""
    same_person = OutboxRow.user_id.is_(None) if row.user_id is None else OutboxRow.user_id == row.user_id
    same_channel = OutboxRow.channel_id.is_(None) if row.channel_id is None else OutboxRow.channel_id == row.channel_id
    return and_(
        OutboxRow.state == OutboxState.FAILED,
        OutboxRow.show_id == row.show_id,
        OutboxRow.error == error,
        same_person,
        same_channel,
    )


async def _where_to_tell(tx: Transaction, row: OutboxRow) -> int | None:
    """The producers' channel, or the news where that is the one that cannot be posted in; None when both are."""
    show = await tx.get_one(Show, row.show_id)
    choices = (show.producers_channel_id, show.news_channel_id)
    return next((channel for channel in choices if channel is not None and channel != row.channel_id), None)


async def _failure(tx: Transaction, row: OutboxRow, show: Show) -> FailureView:
    alike = await tx.scalar(select(func.count()).select_from(OutboxRow).where(_alike(row, row.error))) or 0
    return FailureView(
        id=row.id, kind=row.kind, show_id=show.id, show_name=show.name, channel_id=row.channel_id,
        user_id=row.user_id, error=row.error, created_at=row.created_at, alike=alike,
    )  # fmt: skip
