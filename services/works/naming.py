"""The sources that messages name, and linking them: of many new works at once, or of one that was edited."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from db.models import Deal, Show, Source, SourceState, Work, WorkEvent, WorkState
from domain.errors import UserError
from services.store import Transaction
from services.works import remixed, sources
from services.works.records import Held, note, refresh_cards, write_rows
from services.works.sources import MOST, References
from services.works.storing import Posting
from services.works.words import Reading


@dataclass(frozen=True, slots=True)
class Fresh:
    """A work that was just stored from a message."""

    work_id: int
    show: Show
    posting: Posting
    reading: Reading


async def link_fresh(tx: Transaction, fresh: Sequence[Fresh], *, now: datetime) -> None:
    """Link what the messages of new works name. What cannot be a source goes into the history; the work is kept.

    A new work takes the licence that its sources demand. It is nobody's source yet, so no link can close a circle.
    """
    asked = [(one, wanted) for one in fresh if (wanted := references(one.show, one.posting, one.reading)).any]
    if not asked:
        return
    works = await tx.scalars(select(Work).where(Work.id.in_([one.work_id for one, _ in asked])))
    own = {work.id: work for work in works}
    edges: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    credited: list[tuple[Work, Work]] = []
    paid = await _commercial(tx, {work.episode_id for work in own.values()})
    for (one, _), named in zip(asked, await sources.referred_each(tx, [wanted for _, wanted in asked]), strict=True):
        work, by = own[one.work_id], one.posting.author_id
        made_from = [source for source in _usable(named, work) if source.number < work.number]
        usual, work.licence = (
            work.licence,
            sources.fitting_licence(one.show.licence, [source.licence for source in made_from]),
        )
        if work.licence is not usual:
            events.append(
                _event(work, "licence_fitted", by, now, changed={"licence": [usual.value, work.licence.value]})
            )
        for source in made_from:
            problem = sources.refusal(work, source, commercial=work.episode_id in paid)
            if problem:
                events.append(_event(work, "source_refused", by, now, source=source.id, sentence=problem))
                continue
            edges.append(_edge(work, source, by, now))
            events.append(_event(work, "source_added", by, now, source=source.id))
            credited.append((work, source))
    await write_rows(tx, Source, edges)
    await write_rows(tx, WorkEvent, events)
    await remixed.tell(tx, credited, now=now)
    await refresh_cards(tx, list({source.id: source for _, source in credited}.values()), now)


async def _commercial(tx: Transaction, episode_ids: Collection[int]) -> set[int]:
    """Those of these episodes whose deal says that the show makes money."""
    where = (Deal.episode_id.in_(episode_ids), Deal.commercial)
    return set(await tx.scalars(select(Deal.episode_id).where(*where)))


async def named_sources(tx: Transaction, held: Held, posting: Posting, reading: Reading) -> list[Work]:
    """The works of its show that the message of a work names."""
    found = await sources.referred_each(tx, [references(held.show, posting, reading)])
    return _usable(found[0], held.work)


async def link_named(tx: Transaction, held: Held, made_from: Sequence[Work], *, by: int, now: datetime) -> None:
    """Link what an edited message names; what cannot be a source is written into the history."""
    for source in made_from:
        try:
            await sources.link(tx, held, source, by=by, thanks="", now=now)
        except UserError as error:
            note(tx, held.work, "source_refused", by, now, source=source.id, sentence=str(error))


def references(show: Show, posting: Posting, reading: Reading) -> References:
    """What a message names: by answering, by its thread, by link or by number."""
    messages = [*reading.messages]
    if posting.reply_to is not None:
        messages.append(posting.reply_to)
    if posting.parent_id is not None:
        messages.append(posting.channel_id)  # a thread has the id of the message it was started on
    return References(tuple(messages), reading.gallery, show.id, reading.numbers)


def _usable(found: Sequence[Work], work: Work) -> list[Work]:
    mine = [one for one in found if one.show_id == work.show_id and one.id != work.id]
    return [one for one in mine if one.state is WorkState.IN][:MOST]


def _edge(work: Work, source: Work, by: int, now: datetime) -> dict[str, Any]:
    return {
        "work_id": work.id, "source_work_id": source.id, "thanks": "", "state": SourceState.CONFIRMED,
        "added_by": by, "added_at": now,
    }  # fmt: skip


def _event(work: Work, kind: str, by: int, now: datetime, **detail: Any) -> dict[str, Any]:
    return {"work_id": work.id, "at": now, "by_user": by, "kind": kind, "detail": detail}
