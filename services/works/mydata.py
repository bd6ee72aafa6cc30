"""Everything that is kept about a person's works, for them to take along: plain data, ready to be written as JSON."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from db.models import Artist, Credit, Work, WorkEvent
from domain.terms import terms_of
from services.store import Transaction, reads
from services.views import WorkView
from services.works.grants import Grant, grants_by
from services.works.loading import views_of

_BATCH = 200


@reads
async def my_data(tx: Transaction, guild_id: int, user_id: int, *, now: datetime) -> dict[str, Any]:
    """The works a person posted with their files, credits, sources, history and grants, and their parts in others.

    Of other people's works only that person's own part is told.
    """
    artist = await tx.scalar(select(Artist).where(Artist.guild_id == guild_id, Artist.user_id == user_id))
    if artist is None:
        return {"made_at": _time(now), "name": None, "works": [], "parts": [], "terms": {}}
    own = list(await tx.scalars(select(Work.id).where(Work.artist_id == artist.id).order_by(Work.id)))
    grants, history = await grants_by(tx, guild_id, user_id), await _histories(tx, own)
    works = [
        _work(view) | {"history": history.get(view.id, []), "agreed": [_grant(one) for one in grants.get(view.id, ())]}
        for view in await views_of(tx, own)
    ]
    versions = {one.terms for found in grants.values() for one in found}
    return {
        "made_at": _time(now),
        "name": artist.name,
        "works": works,
        "parts": await _parts(tx, artist),
        "terms": {version: list(terms.paragraphs) for version in sorted(versions) if (terms := terms_of(version))},
    }


def _work(view: WorkView) -> dict[str, Any]:
    return {
        "id": view.id, "number": view.number, "title": view.title, "note": view.note, "licence": view.licence.value,
        "state": view.state.value, "reason": view.reason, "submitted_at": _time(view.submitted_at),
        "links": list(view.links),
        "files": [
            {"name": file.name, "size": file.size, "sha256": file.sha256, "state": file.state.value}
            for file in view.files
        ],
        "credits": [
            {"name": one.artist.name, "role": one.role, "bp": one.share_bp, "state": one.state.value}
            for one in view.credits
        ],
        "sources": [
            {
                "work": edge.work.number if edge.work else None, "outside": edge.outside_title, "url": edge.outside_url,
                "thanks": edge.thanks, "state": edge.state.value,
            }
            for edge in view.sources
        ],
        "used_in": [ref.number for ref in view.used_in],
    }  # fmt: skip


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "at": _time(grant.at), "licence": grant.licence.value, "terms": grant.terms, "by_user": str(grant.by_user),
        "cause": grant.cause.value,
        "files": [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in grant.files],
    }  # fmt: skip


async def _histories(tx: Transaction, work_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for start in range(0, len(work_ids), _BATCH):
        where = WorkEvent.work_id.in_(work_ids[start : start + _BATCH])
        for row in await tx.scalars(select(WorkEvent).where(where).order_by(WorkEvent.id)):
            by = None if row.by_user is None else str(row.by_user)
            line = {"at": _time(row.at), "by_user": by, "kind": row.kind, "detail": row.detail}
            found.setdefault(row.work_id, []).append(line)
    return found


async def _parts(tx: Transaction, artist: Artist) -> list[dict[str, Any]]:
    rows = await tx.execute(
        select(Work.number, Work.title, Credit.role, Credit.share_bp, Credit.state)
        .join(Work, Work.id == Credit.work_id)
        .where(Credit.artist_id == artist.id, Work.artist_id != artist.id)
        .order_by(Work.id)
    )
    return [
        {"number": number, "title": title, "role": role, "bp": share, "state": state.value}
        for number, title, role, share, state in rows
    ]


def _time(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
