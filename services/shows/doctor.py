"""What /doctor needs to know that is not in Discord itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.models import Deadline, DeadlineKind, DeadlineState, Episode, OutboxRow, OutboxState
from services.access import Actor, find_show, require_producer
from services.shows.views import ShowView, show_view
from services.store import Transaction, reads

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Something that could not be said, and why; kept until it is tried again."""

    id: int
    kind: str
    channel_id: int | None
    user_id: int | None
    error: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NextDeadline:
    """Something that falls due; `episode` is its code and title, None for what concerns the show."""

    kind: DeadlineKind
    due_at: datetime
    episode: str | None


@dataclass(frozen=True, slots=True)
class DoctorFacts:
    """A show as the check looks at it. `failed` counts all that could not be said, `undelivered` holds the newest."""

    show: ShowView
    failed: int
    waiting: int
    undelivered: tuple[Undelivered, ...]
    deadlines: tuple[NextDeadline, ...]


@reads
async def doctor_facts(
    tx: Transaction, actor: Actor, *, show: str | None = None, channel_id: int | None = None
) -> DoctorFacts:
    """What is stuck and what comes next in a show, for its producers."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    return DoctorFacts(
        show=await show_view(tx, found),
        failed=await _count(tx, found.id, OutboxState.FAILED),
        waiting=await _count(tx, found.id, OutboxState.WAITING),
        undelivered=await _undelivered(tx, found.id),
        deadlines=await _deadlines(tx, found.id),
    )


async def _count(tx: Transaction, show_id: int, state: OutboxState) -> int:
    where = (OutboxRow.show_id == show_id, OutboxRow.state == state)
    return int(await tx.scalar(select(func.count()).select_from(OutboxRow).where(*where)) or 0)


async def _undelivered(tx: Transaction, show_id: int) -> tuple[Undelivered, ...]:
    where = (OutboxRow.show_id == show_id, OutboxRow.state == OutboxState.FAILED)
    rows = await tx.scalars(select(OutboxRow).where(*where).order_by(OutboxRow.id.desc()).limit(SHOWN))
    return tuple(Undelivered(row.id, row.kind, row.channel_id, row.user_id, row.error, row.created_at) for row in rows)


async def _deadlines(tx: Transaction, show_id: int) -> tuple[NextDeadline, ...]:
    where = (Deadline.show_id == show_id, Deadline.state == DeadlineState.WAITING)
    query = (
        select(Deadline, Episode)
        .outerjoin(Episode, Episode.id == Deadline.episode_id)
        .where(*where)
        .order_by(Deadline.due_at, Deadline.id)
        .limit(SHOWN)
    )
    return tuple(
        NextDeadline(row.kind, row.due_at, f"S{episode.season}E{episode.number} {episode.title}" if episode else None)
        for row, episode in (await tx.execute(query))
    )
