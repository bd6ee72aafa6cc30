"""Setting what falls due. `services.clock` carries it out."""

from datetime import datetime

from sqlalchemy import select

from db.models import Deadline, DeadlineKind, DeadlineState
from services.store import Transaction


async def set_deadline(
    tx: Transaction,
    *,
    key: str,
    kind: DeadlineKind,
    show_id: int,
    due_at: datetime,
    episode_id: int | None = None,
    round_id: int | None = None,
) -> None:
    """Have something fall due at `due_at`; the same key again moves (or revives) the one there is."""
    row = await tx.scalar(select(Deadline).where(Deadline.key == key))
    if row is None:
        row = Deadline(key=key, kind=kind, show_id=show_id, episode_id=episode_id, round_id=round_id)
        tx.add(row)
    row.due_at, row.state, row.done_at = due_at, DeadlineState.WAITING, None
    await tx.flush()


async def drop_deadlines(
    tx: Transaction, *, now: datetime, episode_id: int | None = None, key: str | None = None
) -> None:
    """Let what was to fall due for an episode (or under one key) no longer do so."""
    where = Deadline.episode_id == episode_id if key is None else Deadline.key == key
    for row in await tx.scalars(select(Deadline).where(where, Deadline.state == DeadlineState.WAITING)):
        row.state, row.done_at = DeadlineState.DROPPED, now
    await tx.flush()
