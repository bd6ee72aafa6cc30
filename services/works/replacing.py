"""A work's files after it was submitted: one replaced, one more, one taken off. What was there stays in the history."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from db.models import FileState, Work, WorkFile, WorkLink
from domain.errors import UserError
from services.access import Actor
from services.store import Transaction, writes
from services.works import grants, limits
from services.works.files import medium_of_types
from services.works.records import Held, changed, hold, note, require_hand, require_timely
from services.works.storing import Attachment


@writes
async def replace_file(
    tx: Transaction, actor: Actor, work_id: int, file_id: int, new: Attachment, *, at: datetime, now: datetime
) -> str:
    """Put `new` in the place of one of a work's files, until the deadline; the name of the old one.

    The old file's name and SHA-256 stay in the history, its bytes in the media store; nobody is shown them any more.
    Asked twice (the same address) it is done once. UserError for a file that the show does not take.
    """
    held = await _held(tx, actor, work_id, at)
    if await _is_there(tx, work_id, new):
        return new.name
    old = await _file(tx, held, file_id)
    limits.require(held.show, [new], beside=await _count(tx, work_id) - 1)
    gone, place = _gone(old), old.position
    row = _row(work_id, await _next_position(tx, work_id), new, now)
    tx.add(row)
    await tx.flush()
    await tx.delete(old)
    await tx.flush()
    row.position = place
    await _done(tx, held, actor, now, "file_replaced", position=place, old=gone, file=new.name)
    return old.name


@writes
async def add_file(
    tx: Transaction, actor: Actor, work_id: int, new: Attachment, *, at: datetime, now: datetime
) -> None:
    """Put a further file into a work, until the deadline; once for each address. UserError as for replace_file()."""
    held = await _held(tx, actor, work_id, at)
    if await _is_there(tx, work_id, new):
        return
    limits.require(held.show, [new], beside=await _count(tx, work_id))
    place = await _next_position(tx, work_id)
    tx.add(_row(work_id, place, new, now))
    await _done(tx, held, actor, now, "file_added", position=place, file=new.name)


@writes
async def remove_file(tx: Transaction, actor: Actor, work_id: int, file_id: int, *, at: datetime, now: datetime) -> str:
    """Take one of a work's files off, until the deadline; its name. UserError for the last one without any link."""
    held = await _held(tx, actor, work_id, at)
    old = await _file(tx, held, file_id)
    links = await tx.scalar(select(func.count()).where(WorkLink.work_id == work_id))
    if await _count(tx, work_id) == 1 and not links:
        raise UserError("This is all the work has. Replace the file instead, or withdraw the work.")
    gone, place = _gone(old), old.position
    await tx.delete(old)
    await _done(tx, held, actor, now, "file_removed", position=place, old=gone)
    return old.name


async def _held(tx: Transaction, actor: Actor, work_id: int, at: datetime) -> Held:
    held = await hold(tx, work_id)
    require_hand(held, actor, "change its files")
    require_timely(held, at, "change a work's files", by=actor)
    return held


async def _file(tx: Transaction, held: Held, file_id: int) -> WorkFile:
    found = await tx.get(WorkFile, file_id)
    if found is None or found.work_id != held.work.id:
        raise UserError("The work does not have this file any more. Look at it again.")
    return found


async def _is_there(tx: Transaction, work_id: int, new: Attachment) -> bool:
    where = (WorkFile.work_id == work_id, WorkFile.url == new.url)
    return await tx.scalar(select(WorkFile.id).where(*where).limit(1)) is not None


async def _count(tx: Transaction, work_id: int) -> int:
    return int(await tx.scalar(select(func.count()).where(WorkFile.work_id == work_id)) or 0)


async def _next_position(tx: Transaction, work_id: int) -> int:
    top = await tx.scalar(select(func.coalesce(func.max(WorkFile.position), -1)).where(WorkFile.work_id == work_id))
    return int(-1 if top is None else top) + 1


def _gone(file: WorkFile) -> dict[str, Any]:
    return {"name": file.name, "sha256": file.sha256, "size": file.size}


def _row(work_id: int, position: int, new: Attachment, now: datetime) -> WorkFile:
    return WorkFile(
        work_id=work_id, position=position, name=new.name[:260] or "file", content_type=new.content_type[:100],
        size=max(0, new.size), url=new.url, state=FileState.WAITING, attempts=0, next_try_at=now, error="",
        by_form=True,
    )  # fmt: skip


async def _done(tx: Transaction, held: Held, actor: Actor, now: datetime, kind: str, **detail: Any) -> None:
    """Write it down, under a grant of its own, and bring card and medium up to date."""
    await tx.flush()
    note(tx, held.work, kind, actor.user_id, now, **detail)
    held.work.medium = await _medium(tx, held.work)
    await grants.record_change(tx, held.work, grants.Cause.FILES, actor.user_id, now)
    await changed(tx, held, now)


async def _medium(tx: Transaction, work: Work) -> str:
    kinds = await tx.scalars(select(WorkFile.content_type).where(WorkFile.work_id == work.id))
    return medium_of_types(list(kinds)) or "link"
