"""Works that look like earlier ones of somebody else: their poster is asked, once, whether those are sources.

Nobody else ever learns of the question: that two files look alike proves nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, and_, exists, select, union

from db.models import (
    Artist,
    Credit,
    CreditState,
    Likeness,
    LikenessState,
    PictureHash,
    Source,
    Work,
    WorkFile,
    WorkState,
)
from domain.errors import UserError
from domain.lookalike import NEAR, bands, distance, probes, signed, unsigned
from services import outbox
from services.store import Transaction, reads, writes
from services.views import ArtistView, WorkRef
from services.works.graph import made_from
from services.works.loading import refs
from services.works.records import changed, hold, require_taking
from services.works.sources import link

MOST = 3
"""Questions about one work."""

_CANDIDATES = 4_000
_LEAST_SIZE = 64
"""Bytes: smaller files are alike by chance."""


@dataclass(frozen=True, slots=True)
class LikenessView:
    """The question whether `work` was made from `source`. `exact`: a file of both is the same, byte for byte."""

    id: int
    work: WorkRef
    source: WorkRef
    poster: ArtistView
    exact: bool
    state: LikenessState


async def consider(tx: Transaction, work: Work, file: WorkFile, *, dhash: int | None, now: datetime) -> None:
    """Look for the works that a file, just kept, looks like; ask the poster about the likest one.

    `dhash` is the picture's, None for anything else.
    """
    await _remember(tx, work, file, dhash)
    best = await _same_file(tx, work, file) or (await nearest(tx, work, dhash) if dhash is not None else None)
    if best is None or work.state is not WorkState.IN:
        return
    source_id, apart = best
    if await _asked(tx, work.id, source_id) or await made_from(tx, work.id, source_id):
        return
    found = Likeness(work_id=work.id, source_work_id=source_id, distance=apart, state=LikenessState.ASKED, asked_at=now)
    tx.add(found)
    await tx.flush()
    artist = await tx.get_one(Artist, work.artist_id)
    if artist.user_id is not None:
        await outbox.say(
            tx, key=f"likeness:{found.id}", kind="work_likeness", show_id=work.show_id,
            subject={"likeness": found.id}, user_id=artist.user_id, channel_id=work.channel_id, now=now,
        )  # fmt: skip


@writes
async def answer(tx: Transaction, user_id: int, likeness_id: int, *, credit: bool, now: datetime) -> LikenessView:
    """As the poster, say whether the work is a source; Yes credits it. Said again, the first answer stays.

    UserError for anybody else, or where it cannot be a source (a licence, the episode is out).
    """
    found = await tx.get(Likeness, likeness_id)
    if found is None:
        raise UserError("There is no such question.")
    held = await hold(tx, found.work_id)
    if held.artist.user_id != user_id:
        raise UserError(f"This is for {held.artist.name}, who posted #{held.work.number}.")
    if found.state is LikenessState.ASKED:
        if credit:
            require_taking(held, "add sources")
            source = await tx.get_one(Work, found.source_work_id)
            await link(tx, held, source, by=user_id, thanks="", now=now)
            await changed(tx, held, now)
        found.state = LikenessState.CREDITED if credit else LikenessState.DENIED
        found.answered_at = now
        await tx.flush()
    return await _view(tx, found)


@reads
async def view(tx: Transaction, likeness_id: int) -> LikenessView | None:
    """A question that is still open; None once it is answered, or the source is credited, or either work is out."""
    found = await tx.get(Likeness, likeness_id)
    if found is None or found.state is not LikenessState.ASKED:
        return None
    return (await waiting(tx, found.work_id, only=likeness_id) or (None,))[0]


async def waiting(tx: Transaction, work_id: int, *, only: int | None = None) -> tuple[LikenessView, ...]:
    """The questions about a work that its poster has not answered, and that still make sense."""
    credited = exists().where(Source.work_id == Likeness.work_id, Source.source_work_id == Likeness.source_work_id)
    either = Work.id.in_([Likeness.work_id, Likeness.source_work_id])
    out = exists().where(either, Work.state != WorkState.IN)
    query = select(Likeness).where(Likeness.work_id == work_id, Likeness.state == LikenessState.ASKED, ~credited, ~out)
    if only is not None:
        query = query.where(Likeness.id == only)
    return tuple([await _view(tx, found) for found in list(await tx.scalars(query.order_by(Likeness.id)))])


async def _view(tx: Transaction, found: Likeness) -> LikenessView:
    works = await refs(tx, [found.work_id, found.source_work_id])
    poster = await tx.scalar(select(Artist).join(Work, Work.artist_id == Artist.id).where(Work.id == found.work_id))
    if poster is None:
        raise TypeError("a work has an artist")
    return LikenessView(
        id=found.id, work=works[found.work_id], source=works[found.source_work_id],
        poster=ArtistView(poster.id, poster.user_id, poster.name), exact=found.distance is None, state=found.state,
    )  # fmt: skip


async def _remember(tx: Transaction, work: Work, file: WorkFile, dhash: int | None) -> None:
    """Keep the picture's hash with its file: another one if the file was replaced."""
    known = await tx.get(PictureHash, file.id)
    if known is not None:
        await tx.delete(known)
        await tx.flush()
    if dhash is not None:
        parts = {f"band_{band}": value for band, value in enumerate(bands(dhash))}
        tx.add(PictureHash(file_id=file.id, work_id=work.id, show_id=work.show_id, dhash=signed(dhash), **parts))
        await tx.flush()


async def _same_file(tx: Transaction, work: Work, file: WorkFile) -> tuple[int, None] | None:
    """The first work of somebody else with the same bytes."""
    if file.sha256 is None or file.size < _LEAST_SIZE:
        return None
    query = (
        select(Work.id)
        .join(WorkFile, WorkFile.work_id == Work.id)
        .where(WorkFile.sha256 == file.sha256, *_others(work))
        .order_by(Work.id)
        .limit(1)
    )
    found = await tx.scalar(query)
    return None if found is None else (found, None)


async def nearest(tx: Transaction, work: Work, dhash: int) -> tuple[int, int] | None:
    """The work of somebody else whose picture is nearest, the earliest of those; found by the bands alone."""
    found = candidates(work.show_id, dhash)
    if found is None:
        return None
    query = (
        select(found.c.dhash, found.c.work_id)
        .join(Work, Work.id == found.c.work_id)
        .where(*_others(work))
        .order_by(found.c.work_id)
        .limit(_CANDIDATES)
    )
    near = [(distance(dhash, unsigned(stored)), work_id) for stored, work_id in await tx.execute(query)]
    apart, work_id = min(near, default=(NEAR + 1, 0))
    return (work_id, apart) if apart <= NEAR else None


def candidates(show_id: int, dhash: int) -> Subquery | None:
    """The pictures of a show that share a band, give or take a bit; None where no band is worth looking for.

    A query for each band: with one OR over all of them SQLite reads the whole show.
    """
    columns = (PictureHash.band_0, PictureHash.band_1, PictureHash.band_2, PictureHash.band_3)
    looks = [
        select(PictureHash.dhash, PictureHash.work_id).where(PictureHash.show_id == show_id, column.in_(values))
        for column, values in zip(columns, probes(dhash), strict=True)
        if values
    ]
    return union(*looks).subquery() if looks else None


def _others(work: Work) -> tuple[ColumnElement[bool], ...]:
    """Earlier works of the show that take part, and that the poster has no confirmed credit on."""
    mine = exists().where(
        and_(Credit.work_id == Work.id, Credit.artist_id == work.artist_id, Credit.state == CreditState.CONFIRMED)
    )
    return (Work.show_id == work.show_id, Work.id < work.id, Work.state == WorkState.IN, ~mine)


async def _asked(tx: Transaction, work_id: int, source_id: int) -> bool:
    """Whether the poster was asked about this one before, or took it off the sources, or was asked enough."""
    known = select(Source.id).where(Source.work_id == work_id, Source.source_work_id == source_id).limit(1)
    if await tx.scalar(known) is not None:
        return True
    asked = list(await tx.scalars(select(Likeness.source_work_id).where(Likeness.work_id == work_id)))
    return source_id in asked or len(asked) >= MOST
