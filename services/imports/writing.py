"""Imported works into the tables: a batch at a time, each with everything of it in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import insert, select

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
    WorkLink,
    WorkState,
)
from domain.errors import UserError
from services.episodes.notices import keep_current
from services.imports.episode import Into, target
from services.imports.judging import Ready
from services.imports.rows import Part
from services.store import Transaction, writes
from services.works.records import refresh_cards, write_rows

_ASKED = 1000


@writes
async def write_batch(
    tx: Transaction, show_id: int, into: Into, batch: Sequence[Ready], *, now: datetime, rng: Random
) -> int:
    """Import rows whose sources are in this batch or there already; returns how many were new.

    What is there already is left alone, so a batch written twice is written once.
    """
    show = await tx.get_one(Show, show_id, with_for_update=True)
    named = {one.row.key for one in batch} | {edge.key for one in batch for edge in one.edges if edge.key}
    works = await by_key(tx, show_id, named)
    new = [one for one in batch if one.row.key not in works]
    if not new:
        return 0
    episode = await target(tx, show, into, now=now, rng=rng)
    artists = await _artists(tx, show.guild_id, [part for one in new for part in one.row.artists], now)
    rows = [_work(show, episode, one, artists, now) for one in new]
    ids = await tx.scalars(insert(Work).returning(Work.id, sort_by_parameter_order=True), rows)
    works |= dict(zip((one.row.key for one in new), ids, strict=True))
    made = [(works[one.row.key], one) for one in new]
    await write_rows(tx, Credit, [row for work_id, one in made for row in _credits(work_id, one, artists)])
    await write_rows(tx, WorkLink, [row for work_id, one in made for row in _links(work_id, one)])
    await write_rows(tx, Source, [row for work_id, one in made for row in _sources(work_id, one, works, now)])
    await write_rows(tx, WorkEvent, [_event(work_id, one, now) for work_id, one in made])
    await _keep_posts_current(tx, episode, new, now)
    return len(new)


async def by_key(tx: Transaction, show_id: int, keys: Collection[str]) -> dict[str, int]:
    """The row ids of a show's imported works, by their ids in the catalogue."""
    wanted, found = list(keys), {}
    for start in range(0, len(wanted), _ASKED):
        mine = (Work.show_id == show_id, Work.import_key.in_(wanted[start : start + _ASKED]))
        found.update({key: work_id for key, work_id in await tx.execute(select(Work.import_key, Work.id).where(*mine))})  # noqa: C416 - rows are no pairs to mypy
    return {key: work_id for key, work_id in found.items() if key is not None}


async def _artists(tx: Transaction, guild_id: int, parts: Sequence[Part], now: datetime) -> dict[int | str, int]:
    """The row ids of artists, by Discord id or by name; who is there keeps the name they have."""
    wanted = {part.person: part for part in parts}
    users = [person for person in wanted if isinstance(person, int)]
    names = [person for person in wanted if isinstance(person, str)]
    mine = select(Artist).where(Artist.guild_id == guild_id)
    found: dict[int | str, Artist] = {}
    for artist in await tx.scalars(mine.where(Artist.user_id.in_(users))):
        found[artist.user_id or 0] = artist
    for artist in await tx.scalars(mine.where(Artist.imported_name.in_(names))):
        found[artist.imported_name or ""] = artist
    for person, part in wanted.items():
        if person not in found:
            known_by = part.name if part.user_id is None else None
            found[person] = Artist(
                guild_id=guild_id, user_id=part.user_id, imported_name=known_by, name=part.name, created_at=now
            )
            tx.add(found[person])
    await tx.flush()
    return {person: artist.claimed_by_id or artist.id for person, artist in found.items()}


def _work(show: Show, episode: Episode, one: Ready, artists: Mapping[int | str, int], now: datetime) -> dict[str, Any]:
    row, number = one.row, show.next_work
    show.next_work += 1
    return {
        "show_id": show.id, "episode_id": episode.id, "number": number, "artist_id": artists[row.artists[0].person],
        "title": row.title, "note": row.note, "medium": "link" if row.links else "text", "licence": one.licence,
        "state": WorkState.IN, "reason": "", "channel_id": show.works_channel_id, "message_id": None, "by_form": True,
        "import_key": row.key, "submitted_at": row.at or now, "collected_at": now, "version": 1,
    }  # fmt: skip


def _credits(work_id: int, one: Ready, artists: Mapping[int | str, int]) -> list[dict[str, Any]]:
    shares: dict[int, int] = {}
    for part in one.row.artists:  # two names may have turned out to be one person
        shares[artists[part.person]] = shares.get(artists[part.person], 0) + part.share_bp
    return [
        {"work_id": work_id, "artist_id": artist, "role": "", "share_bp": share, "state": CreditState.CONFIRMED}
        for artist, share in shares.items()
    ]


def _links(work_id: int, one: Ready) -> list[dict[str, Any]]:
    return [{"work_id": work_id, "position": place, "url": url} for place, url in enumerate(one.row.links)]


def _sources(work_id: int, one: Ready, works: Mapping[str, int], now: datetime) -> list[dict[str, Any]]:
    common = {"work_id": work_id, "thanks": "", "state": SourceState.CONFIRMED, "added_by": None, "added_at": now}
    rows: list[dict[str, Any]] = []
    for edge in one.edges:
        source = edge.work_id if edge.key is None else works.get(edge.key)
        if source is None:
            raise UserError(f"“{one.row.title}” has lost its source {edge.key} meanwhile. Run the import again.")
        rows.append(common | _edge(source, None, None, edge.share_bp))
    if one.row.outside:
        rows.append(common | _edge(None, *one.row.outside, one.outside_bp))
    return rows


def _edge(source: int | None, title: str | None, url: str | None, share_bp: int | None) -> dict[str, Any]:
    return {"source_work_id": source, "outside_title": title, "outside_url": url, "share_bp": share_bp}


def _event(work_id: int, one: Ready, now: datetime) -> dict[str, Any]:
    return {
        "work_id": work_id, "at": now, "by_user": None, "kind": "imported", "detail": {"row": one.row.fields()},
    }  # fmt: skip


async def _keep_posts_current(tx: Transaction, episode: Episode, new: Sequence[Ready], now: datetime) -> None:
    """Nothing is announced; posts that are there and count or name these works are edited."""
    named = {edge.work_id for one in new for edge in one.edges if edge.work_id is not None}
    cards = await tx.scalars(select(Work).where(Work.id.in_(named), Work.message_id.is_not(None)))
    await refresh_cards(tx, list(cards), now)
    await keep_current(tx, episode.id, now)
