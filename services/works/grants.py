"""What artists agreed to: recorded when a work is submitted and when its licence or its files change, for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select

from db.models import Artist, FileState, GrantedFile, Show, Work, WorkFile, WorkGrant
from domain.errors import UserError
from domain.licences import Licence
from domain.terms import CURRENT
from services.access import Actor, is_producer
from services.store import Transaction, reads
from services.works.records import hold, write_rows


class Cause(StrEnum):
    """Why a grant was made."""

    SUBMITTED = "submitted"
    LICENCE = "licence"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Given:
    """A work that was just submitted, by this Discord user's act."""

    work_id: int
    by_user: int


@dataclass(frozen=True, slots=True)
class GrantFile:
    """A file that a grant covers; size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant: the licence, the terms' version, when, by whose act (a Discord user id), and the files kept since."""

    id: int
    licence: Licence
    terms: str
    at: datetime
    by_user: int
    cause: Cause
    files: tuple[GrantFile, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """Everything that was agreed to about a work, newest first."""

    work_id: int
    number: int
    title: str
    artist_user_id: int | None
    grants: tuple[Grant, ...]


async def record_new(tx: Transaction, given: Sequence[Given], *, now: datetime) -> None:
    """Record the grants of works that were just submitted, under the licences that they have now."""
    if not given:
        return
    rows = await tx.execute(select(Work.id, Work.licence).where(Work.id.in_([one.work_id for one in given])))
    licences = dict(rows.all())
    await write_rows(
        tx, WorkGrant, [_row(one.work_id, licences[one.work_id], one.by_user, Cause.SUBMITTED, now) for one in given]
    )


async def record_change(tx: Transaction, work: Work, cause: Cause, by_user: int, now: datetime) -> None:
    """Record that the work is given anew, with the files that are kept of it now; those still to come follow."""
    values = _row(work.id, work.licence, by_user, cause, now)
    grant_id = await tx.scalar(insert(WorkGrant).values(**values).returning(WorkGrant.id))
    files = await tx.execute(
        select(WorkFile.name, WorkFile.sha256, WorkFile.size)
        .where(WorkFile.work_id == work.id, WorkFile.state == FileState.KEPT)
        .order_by(WorkFile.position)
    )
    rows = dict.fromkeys((name, sha256, size) for name, sha256, size in files)
    await write_rows(
        tx,
        GrantedFile,
        [{"grant_id": grant_id, "name": name, "sha256": sha256, "size": size} for name, sha256, size in rows],
    )


async def file_kept(tx: Transaction, work_id: int, *, name: str, sha256: str, size: int) -> None:
    """Write a file down under the newest grant of its work, now that its bytes are known."""
    newest = select(WorkGrant.id).where(WorkGrant.work_id == work_id).order_by(WorkGrant.id.desc()).limit(1)
    grant_id = await tx.scalar(newest)
    if grant_id is None:  # an imported work: nobody agreed to anything here
        return
    same = (GrantedFile.grant_id == grant_id, GrantedFile.sha256 == sha256, GrantedFile.name == name)
    if await tx.scalar(select(GrantedFile.id).where(*same)) is None:
        tx.add(GrantedFile(grant_id=grant_id, name=name, sha256=sha256, size=size))


@reads
async def agreed(tx: Transaction, actor: Actor, work_id: int) -> Agreed:
    """What was agreed to about a work; UserError unless `actor` posted it or runs the show."""
    held = await hold(tx, work_id)
    own = actor.guild_id == held.show.guild_id and actor.user_id == held.artist.user_id
    if not own and not is_producer(held.show, actor):
        raise UserError(f"Only {held.artist.name}, who posted #{held.work.number}, or a producer can see this.")
    work = held.work
    return Agreed(
        work.id, work.number, work.title, held.artist.user_id, (await _grants(tx, [work_id])).get(work_id, ())
    )


async def grants_by(tx: Transaction, guild_id: int, user_id: int) -> dict[int, tuple[Grant, ...]]:
    """The grants of all works that a person posted in a guild, by the works' row ids."""
    mine = (
        select(Work.id)
        .join(Artist, Artist.id == Work.artist_id)
        .join(Show, Show.id == Work.show_id)
        .where(Show.guild_id == guild_id, Artist.user_id == user_id)
    )
    return await _grants(tx, list(await tx.scalars(mine)))


async def _grants(tx: Transaction, work_ids: Sequence[int]) -> dict[int, tuple[Grant, ...]]:
    grants = list(
        await tx.scalars(select(WorkGrant).where(WorkGrant.work_id.in_(work_ids)).order_by(WorkGrant.id.desc()))
    )
    query = select(GrantedFile).where(GrantedFile.grant_id.in_([grant.id for grant in grants]))
    files: dict[int, list[GrantFile]] = {}
    for kept in await tx.scalars(query.order_by(GrantedFile.id)):
        files.setdefault(kept.grant_id, []).append(GrantFile(kept.name, kept.sha256, kept.size))
    found: dict[int, tuple[Grant, ...]] = {}
    for row in grants:
        one = Grant(row.id, row.licence, row.terms, row.at, row.by_user, Cause(row.cause), tuple(files.get(row.id, ())))
        found[row.work_id] = (*found.get(row.work_id, ()), one)
    return found


def _row(work_id: int, licence: Licence, by_user: int, cause: Cause, now: datetime) -> dict[str, Any]:
    return {
        "work_id": work_id, "licence": licence, "terms": CURRENT.version, "at": now, "by_user": by_user,
        "cause": cause.value,
    }  # fmt: skip
