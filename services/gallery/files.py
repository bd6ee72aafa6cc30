"""Which files the gallery gives out, and the pictures it shows episodes with."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import case, func, or_, select

from db.models import CutEntry, FileState, Work, WorkFile, WorkLink, WorkState
from services.gallery.views import Pictures
from services.store import Transaction, reads

_PICTURES = 4


@reads
async def media_type(tx: Transaction, *, sha256: str) -> str | None:
    """The content type of a file or preview that a work in the gallery has, or of a picture of one of its links.

    None when there is no such file.

    Files of works that were withdrawn or disqualified are kept but no longer shown.
    """
    query = (
        select(WorkFile.sha256, WorkFile.content_type)
        .join(Work, Work.id == WorkFile.work_id)
        .where(Work.state == WorkState.IN, or_(WorkFile.sha256 == sha256, WorkFile.preview == sha256))
        .limit(1)
    )
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        return "image/webp" if await _shows_link(tx, sha256) else None
    original, content_type = found
    return content_type if original == sha256 else "image/webp"


async def _shows_link(tx: Transaction, sha256: str) -> bool:
    query = select(WorkLink.id).join(Work, Work.id == WorkLink.work_id)
    return await tx.scalar(query.where(Work.state == WorkState.IN, WorkLink.preview == sha256).limit(1)) is not None


async def pictures_of(tx: Transaction, episode_ids: Collection[int]) -> Pictures:
    """Up to four previews for each episode: of works in its cut first, then by number."""
    place = func.row_number().over(
        partition_by=Work.episode_id,
        order_by=(case((CutEntry.in_cut, 0), else_=1), Work.number, WorkFile.position),
    )
    ranked = (
        select(Work.episode_id, WorkFile.preview, place.label("place"))
        .join(Work, Work.id == WorkFile.work_id)
        .outerjoin(CutEntry, CutEntry.work_id == Work.id)
        .where(
            Work.episode_id.in_(episode_ids),
            Work.state == WorkState.IN,
            WorkFile.state == FileState.KEPT,
            WorkFile.preview.is_not(None),
        )
        .subquery()
    )
    rows = await tx.execute(
        select(ranked.c.episode_id, ranked.c.preview)
        .where(ranked.c.place <= _PICTURES)
        .order_by(ranked.c.episode_id, ranked.c.place)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for episode_id, preview in rows:
        found[episode_id].append(preview)
    return {episode_id: tuple(previews) for episode_id, previews in found.items()}
