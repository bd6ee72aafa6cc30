"""What happened to works: a page of a work's history for people, and whether histories lead to what is there."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from db.models import Artist, Credit, Source, SourceState, Work, WorkEvent, WorkFile, WorkLink
from domain.errors import UserError
from domain.history import Edge, Part, Past, replay
from services.access import Actor, is_producer
from services.store import Transaction, reads
from services.views import WorkRef
from services.works.loading import refs
from services.works.records import hold

PER_PAGE = 15
QUIET = ("file_kept",)
"""Lines that people are not shown: they change nothing that anybody did."""

_BATCH = 200
_COMPARED = tuple(item.name for item in fields(Past) if item.compare)


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of a work's history: who (a Discord user id) did what, and the other work that it is about."""

    at: datetime
    by_user: int | None
    kind: str
    detail: Mapping[str, Any]
    other: WorkRef | None


@dataclass(frozen=True, slots=True)
class History:
    """A page of a work's history, newest first. Pages count from 0."""

    work: WorkRef
    moments: tuple[Moment, ...]
    page: int
    pages: int
    lines: int


@reads
async def history(tx: Transaction, actor: Actor, work_id: int, *, page: int = 0) -> History:
    """A page of a work's history (the last one at most); UserError unless `actor` posted it or runs the show."""
    held = await hold(tx, work_id)
    own = actor.guild_id == held.show.guild_id and actor.user_id == held.artist.user_id
    if not own and not is_producer(held.show, actor):
        raise UserError(f"Only {held.artist.name}, who posted #{held.work.number}, or a producer can see this.")
    lines = await count(tx, work_id)
    pages = max(1, -(-lines // PER_PAGE))
    page = min(max(0, page), pages - 1)
    moments = await newest(tx, work_id, limit=PER_PAGE, skip=page * PER_PAGE)
    ref = WorkRef(work_id, held.work.number, held.work.title, held.artist.name, held.work.state)
    return History(ref, moments, page, pages, lines)


async def newest(tx: Transaction, work_id: int, *, limit: int, skip: int = 0) -> tuple[Moment, ...]:
    """The newest lines of a work's history that people are shown, after the first `skip` of them."""
    query = select(WorkEvent).where(*_shown(work_id)).order_by(WorkEvent.id.desc()).limit(limit).offset(skip)
    rows = list(await tx.scalars(query))
    others = await _others(tx, {row.detail["source"] for row in rows if row.detail.get("source")})
    return tuple(
        Moment(row.at, row.by_user, row.kind, row.detail, others.get(row.detail.get("source") or 0)) for row in rows
    )


async def count(tx: Transaction, work_id: int) -> int:
    """How many lines of a work's history people are shown."""
    return int(await tx.scalar(select(func.count()).select_from(WorkEvent).where(*_shown(work_id))) or 0)


PUBLIC = (
    "collected", "imported", "edited", "message_edited", "licence_fitted", "file_replaced", "file_added",
    "file_removed", "disqualified", "restored", "source_added", "source_removed", "credit_confirmed",
)  # fmt: skip
"""What everybody may read of a work's history: not what was offered or disputed, and no words that were taken back."""


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A line that everybody may read: `who` is a name, or None for whoever runs the show, or nobody.

    `what` names the things that were changed, or the file, source or person that it is about.
    """

    at: datetime
    kind: str
    who: str | None
    what: str


async def public(tx: Transaction, work_id: int, *, limit: int = 20) -> tuple[PublicLine, ...]:
    """The newest lines of a work's history that everybody may read, newest first."""
    where = (WorkEvent.work_id == work_id, WorkEvent.kind.in_(PUBLIC))
    rows = list(await tx.scalars(select(WorkEvent).where(*where).order_by(WorkEvent.id.desc()).limit(limit)))
    others = await _others(tx, {row.detail["source"] for row in rows if row.detail.get("source")})
    names = await _names(tx, work_id)
    return tuple(
        PublicLine(row.at, row.kind, names.get(row.by_user or 0), _what(row.detail, others, names)) for row in rows
    )


async def _names(tx: Transaction, work_id: int) -> dict[int, str]:
    """The people who have a part in a work, by their Discord ids."""
    mine = select(Credit.artist_id).where(Credit.work_id == work_id)
    rows = await tx.execute(select(Artist.user_id, Artist.name).where(Artist.id.in_(mine), Artist.user_id.is_not(None)))
    return {user_id: name for user_id, name in rows if user_id is not None}


def _what(detail: Mapping[str, Any], others: Mapping[int, WorkRef], names: Mapping[int, str]) -> str:
    other = others.get(detail.get("source") or 0)
    if other is not None:
        return f"#{other.number} {other.title}"
    if detail.get("outside"):
        return str(detail["outside"])
    if detail.get("user"):
        return names.get(detail["user"], "")
    if detail.get("file") or detail.get("old"):
        return str(detail.get("file") or detail["old"].get("name", ""))
    return ", ".join([*(detail.get("changed") or ()), *(["files"] if detail.get("gone") else ())])


@reads
async def unexplained(tx: Transaction) -> list[str]:
    """A sentence for each work that its history does not lead to. Imported works, and older ones, are passed over."""
    ids = list(await tx.scalars(select(Work.id).order_by(Work.id)))
    problems: list[str] = []
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        told, there, shares = await _told(tx, batch), await _there(tx, batch), await _own_shares(tx, batch)
        for work_id, past in told.items():
            wrong = [name for name in _COMPARED if getattr(past, name) != getattr(there[work_id], name)]
            wrong += ["own share"] if past.own_share != shares.get(work_id) else []
            if wrong:
                problems.append(f"The history of work {work_id} does not lead to its {', '.join(wrong)}.")
    return problems


def _shown(work_id: int) -> tuple[Any, ...]:
    return (WorkEvent.work_id == work_id, WorkEvent.kind.not_in(QUIET))


async def _others(tx: Transaction, work_ids: Collection[int]) -> dict[int, WorkRef]:
    return await refs(tx, work_ids) if work_ids else {}


async def _told(tx: Transaction, ids: Sequence[int]) -> dict[int, Past]:
    """What their histories say, of the works whose first line says all that later ones change."""
    where = WorkEvent.work_id.in_(ids)
    rows = await tx.execute(
        select(WorkEvent.work_id, WorkEvent.kind, WorkEvent.detail).where(where).order_by(WorkEvent.id)
    )
    lines: dict[int, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for work_id, kind, detail in rows:
        lines[work_id].append((kind, detail))
    return {work_id: replay(told) for work_id, told in lines.items() if _is_whole(*told[0])}


def _is_whole(kind: str, detail: Mapping[str, Any]) -> bool:
    return kind == "collected" and "licence" in detail


async def _there(tx: Transaction, ids: Sequence[int]) -> dict[int, Past]:
    """What the tables say."""
    found: dict[int, Past] = {}
    posters = await tx.execute(
        select(Work, Artist.user_id).join(Artist, Artist.id == Work.artist_id).where(Work.id.in_(ids))
    )
    for work, user_id in posters:
        found[work.id] = Past(
            artist=user_id or 0, title=work.title, note=work.note, licence=work.licence.value, state=work.state.value,
            reason=work.reason,
        )  # fmt: skip
    for file in await tx.scalars(select(WorkFile).where(WorkFile.work_id.in_(ids)).order_by(WorkFile.position)):
        found[file.work_id].files[file.position] = (file.name, file.sha256)
    for link in await tx.scalars(select(WorkLink).where(WorkLink.work_id.in_(ids)).order_by(WorkLink.position)):
        found[link.work_id].links.append(link.url)
    await _people(tx, ids, found)
    live = (Source.work_id.in_(ids), Source.state != SourceState.REMOVED)
    for edge in await tx.scalars(select(Source).where(*live).order_by(Source.id)):
        key = (edge.source_work_id, edge.outside_title, edge.outside_url)
        disputed = edge.state is SourceState.DISPUTED
        found[edge.work_id].sources[key] = Edge(edge.thanks, disputed, edge.share_bp)
    return found


async def _own_shares(tx: Transaction, ids: Sequence[int]) -> dict[int, int]:
    """The shares of those who posted the works."""
    rows = await tx.execute(
        select(Credit.work_id, Credit.share_bp)
        .join(Work, (Work.id == Credit.work_id) & (Work.artist_id == Credit.artist_id))
        .where(Work.id.in_(ids))
    )
    return dict(rows.all())


async def _people(tx: Transaction, ids: Sequence[int], found: Mapping[int, Past]) -> None:
    rows = await tx.execute(
        select(Credit, Artist.user_id).join(Artist, Artist.id == Credit.artist_id).where(Credit.work_id.in_(ids))
    )
    for credit, user_id in rows:
        past = found[credit.work_id]
        if user_id == past.artist:
            continue  # what is left to whoever posted it follows from the others
        past.credits[user_id or 0] = Part(credit.role, credit.share_bp, credit.state.value)
