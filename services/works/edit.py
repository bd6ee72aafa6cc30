"""Changing a work: its words and licence, taking it out and back in, and what its message does to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from db.models import Source, SourceState, Work, WorkEvent, WorkLink, WorkState
from domain.errors import UserError
from domain.licences import Licence, conflict
from services import outbox
from services.access import Actor, require_producer
from services.episodes.notices import keep_current
from services.store import Transaction, writes
from services.works import words
from services.works.collect import take
from services.works.naming import link_named, named_sources
from services.works.records import (
    Held,
    changed,
    hold,
    in_time,
    note,
    refresh_cards,
    require_hand,
    require_taking,
    require_timely,
)
from services.works.storing import Collected, Posting, Took


@dataclass(frozen=True, slots=True)
class Change:
    """What to change; None leaves it as it is."""

    title: str | None = None
    note: str | None = None
    licence: Licence | None = None


@writes
async def edit(tx: Transaction, actor: Actor, work_id: int, change: Change, *, at: datetime, now: datetime) -> None:
    """Change a work's title, note or licence, until the deadline; as a producer until the episode is out.

    UserError for an empty title, or a licence that one of its sources does not allow.
    """
    held = await hold(tx, work_id)
    require_hand(held, actor, "edit it")
    require_timely(held, at, "edit a work", by=actor)
    before = _words(held.work)
    if change.title is not None:
        held.work.title = words.cut_title(change.title)
        if not held.work.title:
            raise UserError("A work needs a title.")
    if change.note is not None:
        held.work.note = change.note.strip()[: words.NOTE]
    if change.licence is not None and change.licence is not held.work.licence:
        await _require_licence(tx, held, change.licence)
        held.work.licence = change.licence
    await _record(tx, held, "edited", actor.user_id, before, now)


@writes
async def withdraw(tx: Transaction, actor: Actor, work_id: int, *, at: datetime, now: datetime) -> None:
    """Take one's work out, until the deadline; it can be restored until then. Asked twice it stays out."""
    held = await hold(tx, work_id)
    require_hand(held, actor, "withdraw it")
    if held.work.state is WorkState.WITHDRAWN:
        return
    if held.work.state is WorkState.DISQUALIFIED:
        raise UserError(f"#{held.work.number} is disqualified already: {held.work.reason}")
    require_timely(held, at, "withdraw a work", by=actor)
    await _take_out(tx, held, actor.user_id, now, reason="")


@writes
async def restore(tx: Transaction, actor: Actor, work_id: int, *, at: datetime, now: datetime) -> None:
    """Bring a work back: one's own withdrawn one until the deadline, as a producer a disqualified one too."""
    held = await hold(tx, work_id)
    if held.work.state is WorkState.IN:
        return
    if held.work.state is WorkState.DISQUALIFIED:
        require_producer(held.show, actor)
        require_taking(held, "restore works", by=actor)
    else:
        require_hand(held, actor, "restore it")
        require_timely(held, at, "bring a work back", by=actor)
    was_disqualified = held.work.state is WorkState.DISQUALIFIED
    held.work.state, held.work.reason = WorkState.IN, ""
    note(tx, held.work, "restored", actor.user_id, now)
    await _counted_anew(tx, held, now)
    if was_disqualified:
        await _tell_artist(tx, held, now)


@writes
async def disqualify(tx: Transaction, actor: Actor, work_id: int, *, reason: str, now: datetime) -> None:
    """As a producer, take a work out for a reason, which its artist is told."""
    held = await hold(tx, work_id)
    require_producer(held.show, actor)
    require_taking(held, "disqualify works", by=actor)
    reason = reason.strip()[:500]
    if not reason:
        raise UserError("Give the reason: the artist will read it.")
    if (held.work.state, held.work.reason) == (WorkState.DISQUALIFIED, reason):
        return
    held.work.state, held.work.reason = WorkState.DISQUALIFIED, reason
    note(tx, held.work, "disqualified", actor.user_id, now, reason=reason)
    await _counted_anew(tx, held, now)
    await _tell_artist(tx, held, now)


@writes
async def message_edited(tx: Transaction, posting: Posting, *, site_url: str, now: datetime) -> Collected:
    """Bring a work's words and links up to its edited message; until the deadline, as nothing changes after it.

    What the artist has changed by hand since stays. A message that becomes a work by the edit is collected.
    """
    work_id = await _of_message(tx, posting.message_id)
    if work_id is None:
        return (await take(tx, [posting], site_url=site_url, now=now))[0]
    held = await hold(tx, work_id)
    if in_time(held, now) and held.work.state is WorkState.IN:
        await _follow(tx, held, posting, site_url, now)
    return Collected(Took.KNOWN, work_id, held.work.number)


@writes
async def message_deleted(tx: Transaction, message_ids: tuple[int, ...], *, now: datetime) -> tuple[int, ...]:
    """Withdraw the works whose messages were deleted before the deadline; later it is only written down.

    Returns the row ids of the works that were withdrawn.
    """
    gone = []
    rows = await tx.scalars(select(Work.id).where(Work.message_id.in_(message_ids), Work.by_form.is_(False)))
    for work_id in list(rows):
        held = await hold(tx, work_id)
        if held.work.state is WorkState.IN and in_time(held, now):
            await _take_out(tx, held, None, now, reason="The message was deleted.")
            gone.append(work_id)
        elif not await _has_event(tx, work_id, "message_deleted"):
            note(tx, held.work, "message_deleted", None, now)
    return tuple(gone)


async def _follow(tx: Transaction, held: Held, posting: Posting, site_url: str, now: datetime) -> None:
    reading = words.read_text(posting.text, guild_id=posting.guild_id, site_url=site_url)
    before, last = _words(held.work), await _last_words(tx, held.work.id)
    if reading.title and held.work.title == last.get("title"):
        held.work.title = reading.title
    if held.work.note == last.get("note"):
        held.work.note = reading.note
    added = await _new_links(tx, held.work, reading.links)
    if added or _words(held.work) != before:
        await _record(tx, held, "message_edited", posting.author_id, before, now, title=held.work.title,
                      note=held.work.note, links=added)  # fmt: skip
    made_from = await named_sources(tx, held, posting, reading)
    known = set(await tx.scalars(select(Source.source_work_id).where(Source.work_id == held.work.id)))
    fresh = [source for source in made_from if source.id not in known and not await _refused_before(tx, held, source)]
    if fresh:
        await link_named(tx, held, fresh, by=posting.author_id, now=now)
        await changed(tx, held, now)


async def _new_links(tx: Transaction, work: Work, links: tuple[str, ...]) -> list[str]:
    known = list(await tx.scalars(select(WorkLink.url).where(WorkLink.work_id == work.id)))
    added = [address for address in links if address not in known][: max(0, 10 - len(known))]
    top = await tx.scalar(select(func.coalesce(func.max(WorkLink.position), -1)).where(WorkLink.work_id == work.id))
    for offset, address in enumerate(added, start=1):
        tx.add(WorkLink(work_id=work.id, position=int(-1 if top is None else top) + offset, url=address))
    return added


async def _refused_before(tx: Transaction, held: Held, source: Work) -> bool:
    details = await tx.scalars(
        select(WorkEvent.detail).where(WorkEvent.work_id == held.work.id, WorkEvent.kind == "source_refused")
    )
    return any(detail.get("source") == source.id for detail in details)


async def _last_words(tx: Transaction, work_id: int) -> dict[str, Any]:
    """The title and note that the message last gave."""
    found = await tx.scalar(
        select(WorkEvent.detail)
        .where(WorkEvent.work_id == work_id, WorkEvent.kind.in_(("collected", "message_edited")))
        .order_by(WorkEvent.id.desc())
        .limit(1)
    )
    return found or {}


async def _has_event(tx: Transaction, work_id: int, kind: str) -> bool:
    where = (WorkEvent.work_id == work_id) & (WorkEvent.kind == kind)
    return await tx.scalar(select(WorkEvent.id).where(where).limit(1)) is not None


async def _of_message(tx: Transaction, message_id: int) -> int | None:
    return await tx.scalar(select(Work.id).where(Work.message_id == message_id, Work.by_form.is_(False)))


async def _require_licence(tx: Transaction, held: Held, licence: Licence) -> None:
    rows = await tx.execute(
        select(Work.number, Work.licence)
        .join(Source, Source.source_work_id == Work.id)
        .where(Source.work_id == held.work.id, Source.state != SourceState.REMOVED)
    )
    for number, source in rows:
        problem = conflict(source, licence, commercial=False)
        if problem:
            raise UserError(f"#{number}: {problem}")


def _words(work: Work) -> dict[str, str]:
    return {"title": work.title, "note": work.note, "licence": work.licence.value}


async def _record(
    tx: Transaction, held: Held, kind: str, by: int, before: dict[str, str], now: datetime, **detail: Any
) -> None:
    after = _words(held.work)
    differs = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if not differs and not detail:
        return
    note(tx, held.work, kind, by, now, changed=differs, **detail)
    await changed(tx, held, now)
    if "title" in differs:
        await _refresh_neighbours(tx, held.work, now)


async def _take_out(tx: Transaction, held: Held, by: int | None, now: datetime, *, reason: str) -> None:
    held.work.state, held.work.reason = WorkState.WITHDRAWN, reason
    note(tx, held.work, "withdrawn", by, now, reason=reason)
    await _counted_anew(tx, held, now)


async def _counted_anew(tx: Transaction, held: Held, now: datetime) -> None:
    await changed(tx, held, now)
    await keep_current(tx, held.episode.id, now)
    await _refresh_neighbours(tx, held.work, now)


async def _refresh_neighbours(tx: Transaction, work: Work, now: datetime) -> None:
    """Have the cards of the works beside it in the graph rendered again: they name it."""
    live = Source.state != SourceState.REMOVED
    above = select(Source.source_work_id).where(Source.work_id == work.id, Source.source_work_id.is_not(None), live)
    below = select(Source.work_id).where(Source.source_work_id == work.id, live)
    others = await tx.scalars(select(Work).where(Work.id.in_(above.union(below))))
    await refresh_cards(tx, list(others), now)


async def _tell_artist(tx: Transaction, held: Held, now: datetime) -> None:
    if held.artist.user_id is None:  # somebody known by an import only: there is nobody to write to
        return
    await outbox.say(
        tx, key=f"work:{held.work.id}:judged:{held.work.version}", kind="work_judged", show_id=held.show.id,
        subject={"work": held.work.id}, user_id=held.artist.user_id, channel_id=held.work.channel_id, now=now,
    )  # fmt: skip
