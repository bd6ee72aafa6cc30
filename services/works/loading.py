"""Works as dataclasses, loaded in bulk: a fixed number of queries for each batch, whatever its size."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, func, select

from db.models import (
    Artist,
    Credit,
    CreditState,
    Episode,
    Show,
    Source,
    SourceState,
    Work,
    WorkEvent,
    WorkFile,
    WorkLink,
    WorkState,
)
from services.store import Transaction
from services.views import ArtistView, CreditView, FileView, LinkView, SourceView, WorkRef, WorkView

_BATCH = 400


async def views_of(tx: Transaction, work_ids: Sequence[int]) -> tuple[WorkView, ...]:
    """The works with these ids, in that order; ids that lead nowhere are left out."""
    found: dict[int, WorkView] = {}
    for start in range(0, len(work_ids), _BATCH):
        found.update(await _load(tx, work_ids[start : start + _BATCH]))
    return tuple(found[work_id] for work_id in dict.fromkeys(work_ids) if work_id in found)


async def refs(tx: Transaction, work_ids: Collection[int]) -> dict[int, WorkRef]:
    """Works as others mention them, by id."""
    ids, found = list(work_ids), {}
    for start in range(0, len(ids), _BATCH):
        rows = await tx.execute(ref_query().where(Work.id.in_(ids[start : start + _BATCH])))
        found.update({row.id: ref(row) for row in rows})
    return found


def ref_query() -> Select[int, int, str, str, WorkState]:
    """The columns of a WorkRef; add what to look for."""
    return select(Work.id, Work.number, Work.title, Artist.name.label("artist"), Work.state).join(
        Artist, Artist.id == Work.artist_id
    )


def ref(row: Row) -> WorkRef:  # type: ignore[type-arg]  # rows of several queries that share these columns
    """A row of ref_query() as a WorkRef."""
    return WorkRef(id=row.id, number=row.number, title=row.title, artist=row.artist, state=row.state)


@cache
def _works_query() -> Select[Any]:
    """The works themselves, and which of the tables around them have something on them."""
    live = Source.state != SourceState.REMOVED
    refused = WorkEvent.kind == "source_refused"
    return (
        select(
            *Work.__table__.columns, Artist.user_id, Artist.name.label("artist_name"), Show.guild_id, Episode.phase,
            exists().where(Source.work_id == Work.id, live).label("has_sources"),
            exists().where(Source.source_work_id == Work.id, live).label("has_remixes"),
            exists().where(WorkFile.work_id == Work.id).label("has_files"),
            exists().where(WorkLink.work_id == Work.id).label("has_links"),
            exists().where(WorkEvent.work_id == Work.id, refused).label("has_notices"),
        )
        .join(Artist, Artist.id == Work.artist_id)
        .join(Show, Show.id == Work.show_id)
        .join(Episode, Episode.id == Work.episode_id)
        .where(Work.id.in_(bindparam("ids", expanding=True)))
    )  # fmt: skip


async def _load(tx: Transaction, ids: Sequence[int]) -> dict[int, WorkView]:
    rows = list(await tx.execute(_works_query(), {"ids": list(ids)}))
    if not rows:
        return {}
    credits = await _credits(tx, ids)
    # Most works have no sources, remixes, links or notices: what is empty for all of them is not asked for.
    sources = await _sources(tx, _with(rows, "has_sources"))
    used = await _used_in(tx, _with(rows, "has_remixes"))
    files, links = await _files(tx, _with(rows, "has_files")), await _links(tx, _with(rows, "has_links"))
    notices = await _notices(tx, _with(rows, "has_notices"))
    return {
        row.id: WorkView(
            id=row.id, show_id=row.show_id, episode_id=row.episode_id, guild_id=row.guild_id, number=row.number,
            title=row.title, note=row.note, medium=row.medium, licence=row.licence, state=row.state,
            reason=row.reason, artist=ArtistView(row.artist_id, row.user_id, row.artist_name),
            credits=_own_first(credits[row.id], row.artist_id), sources=tuple(sources.get(row.id, ())),
            used_in=tuple(used.get(row.id, ())), files=tuple(files.get(row.id, ())),
            links=tuple(link.url for link in links.get(row.id, ())), link_previews=tuple(links.get(row.id, ())),
            channel_id=row.channel_id, message_id=row.message_id,
            by_form=row.by_form, submitted_at=row.submitted_at, version=row.version, phase=row.phase,
            notices=tuple(notices.get(row.id, ())), message_gone=row.message_gone,
        )
        for row in rows
    }  # fmt: skip


def _with(rows: Sequence[Row[Any]], what: str) -> list[int]:
    """The ids of the works that have something of a kind."""
    return [row.id for row in rows if getattr(row, what)]


def _own_first(credits: Iterable[CreditView], artist_id: int) -> tuple[CreditView, ...]:
    return tuple(sorted(credits, key=lambda credit: credit.artist.id != artist_id))


@cache
def _credits_query() -> Select[int, str, int, CreditState, int, int | None, str]:
    return (
        select(Credit.work_id, Credit.role, Credit.share_bp, Credit.state, Artist.id, Artist.user_id, Artist.name)
        .join(Artist, Artist.id == Credit.artist_id)
        .where(Credit.work_id.in_(bindparam("ids", expanding=True)))
        .order_by(Credit.id)
    )


async def _credits(tx: Transaction, ids: Sequence[int]) -> dict[int, list[CreditView]]:
    rows = await tx.execute(_credits_query(), {"ids": list(ids)})
    found: dict[int, list[CreditView]] = defaultdict(list)
    for work_id, role, share_bp, state, artist_id, user_id, name in rows:
        found[work_id].append(CreditView(ArtistView(artist_id, user_id, name), role, share_bp, state))
    return found


async def _sources(tx: Transaction, ids: Sequence[int]) -> dict[int, list[SourceView]]:
    if not ids:
        return {}
    rows = await tx.execute(
        select(
            Source.id.label("edge"), Source.work_id, Source.outside_title, Source.outside_url, Source.share_bp,
            func.coalesce(Work.licence, Source.outside_licence).label("licence"),
            Source.thanks, Source.state.label("edge_state"), Work.id, Work.number, Work.title, Work.state,
            Artist.name.label("artist"),
        )
        .outerjoin(Work, Work.id == Source.source_work_id)
        .outerjoin(Artist, Artist.id == Work.artist_id)
        .where(Source.work_id.in_(ids), Source.state != SourceState.REMOVED)
        .order_by(Source.id)
    )  # fmt: skip
    found: dict[int, list[SourceView]] = defaultdict(list)
    for row in rows:
        found[row.work_id].append(
            SourceView(
                id=row.edge, work=None if row.id is None else ref(row), outside_title=row.outside_title,
                outside_url=row.outside_url, share_bp=row.share_bp, thanks=row.thanks, state=row.edge_state,
                licence=row.licence,
            )
        )  # fmt: skip
    return found


async def _used_in(tx: Transaction, ids: Sequence[int]) -> dict[int, list[WorkRef]]:
    if not ids:
        return {}
    query = ref_query().add_columns(Source.source_work_id).join(Source, Source.work_id == Work.id)
    where = (Source.state != SourceState.REMOVED) & (Work.state == WorkState.IN)
    rows = await tx.execute(query.where(Source.source_work_id.in_(ids), where).order_by(Work.number))
    found: dict[int, list[WorkRef]] = defaultdict(list)
    for row in rows:
        found[row.source_work_id].append(ref(row))
    return found


@cache
def _files_query() -> Select[Any]:
    mine = WorkFile.work_id.in_(bindparam("ids", expanding=True))
    return select(*WorkFile.__table__.columns).where(mine).order_by(WorkFile.position)


async def _files(tx: Transaction, ids: Sequence[int]) -> dict[int, list[FileView]]:
    if not ids:
        return {}
    rows = await tx.execute(_files_query(), {"ids": list(ids)})
    found: dict[int, list[FileView]] = defaultdict(list)
    for row in rows:
        found[row.work_id].append(
            FileView(
                id=row.id, name=row.name, content_type=row.content_type, size=row.size, url=row.url,
                state=row.state, sha256=row.sha256, preview=row.preview, error=row.error,
                duration_ms=row.duration_ms, peaks=tuple(row.peaks or ()), by_form=row.by_form,
            )
        )  # fmt: skip
    return found


async def _links(tx: Transaction, ids: Sequence[int]) -> dict[int, list[LinkView]]:
    if not ids:
        return {}
    rows = await tx.execute(
        select(WorkLink.work_id, WorkLink.url, WorkLink.title, WorkLink.site, WorkLink.preview)
        .where(WorkLink.work_id.in_(ids))
        .order_by(WorkLink.position)
    )
    found: dict[int, list[LinkView]] = defaultdict(list)
    for work_id, url, title, site, preview in rows:
        found[work_id].append(LinkView(url, title, site, preview))
    return found


async def _notices(tx: Transaction, ids: Sequence[int]) -> dict[int, list[str]]:
    """What could not be credited, unless it has been since."""
    if not ids:
        return {}
    rows = await tx.execute(
        select(WorkEvent.work_id, WorkEvent.detail)
        .where(WorkEvent.work_id.in_(ids), WorkEvent.kind == "source_refused")
        .order_by(WorkEvent.id)
    )
    refused = [(work_id, detail) for work_id, detail in rows]
    if not refused:
        return {}
    linked = {
        (work_id, source)
        for work_id, source in await tx.execute(
            select(Source.work_id, Source.source_work_id).where(Source.work_id.in_([item[0] for item in refused]))
        )
    }
    found: dict[int, list[str]] = defaultdict(list)
    for work_id, detail in refused:
        if (work_id, detail.get("source")) not in linked:
            found[work_id].append(str(detail.get("sentence", "")))
    return found
