"""What becomes of a work when its message, or the forum post that holds it, is edited, renamed or deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from db.models import Collecting, Source, Work, WorkEvent, WorkFile, WorkLink, WorkState
from services import outbox
from services.store import Transaction, writes
from services.works import grants, words
from services.works.collect import take
from services.works.edit import record, take_out, words_in
from services.works.naming import link_named, named_sources
from services.works.records import Held, changed, hold, in_time, note, refresh_card
from services.works.storing import Collected, Posting, Took, words_of

_LINKS = 10
_NOTHING_LEFT = "What it was made of was taken off the message."
_DELETED = "The message was deleted."


@writes
async def message_edited(tx: Transaction, posting: Posting, *, site_url: str, now: datetime) -> Collected:
    """Bring a work's words, links and files up to its edited message, if the edit was made in time.

    What the artist has changed by hand since stays. A message that becomes a work by the edit is collected, if the edit
    is in time. The same edit a second time changes nothing.
    """
    work_id = await _of_message(tx, posting.message_id)
    if work_id is None:
        return (await take(tx, [posting], site_url=site_url, now=now, by_edit=True))[0]
    held = await hold(tx, work_id)
    known, at = held.work.message_edited_at, posting.edited_at or now
    if known is None or posting.edited_at is None or known < posting.edited_at:
        held.work.message_edited_at = at
        if in_time(held, at) and held.work.state is not WorkState.DISQUALIFIED:
            await _follow(tx, held, posting, site_url, now)
    return Collected(Took.KNOWN, work_id, held.work.number)


@writes
async def message_deleted(tx: Transaction, message_ids: Sequence[int], *, now: datetime) -> tuple[int, ...]:
    """Withdraw the works whose messages were deleted before the deadline; later it is only written down.

    Their artists are told how to bring them back. Returns the row ids of the works that were withdrawn.
    """
    where = (Work.message_id.in_(message_ids), Work.by_form.is_(False), Work.message_gone.is_(False))
    return await _gone(tx, list(await tx.scalars(select(Work.id).where(*where).order_by(Work.id))), now)


@writes
async def thread_deleted(tx: Transaction, thread_id: int, *, now: datetime) -> tuple[int, ...]:
    """message_deleted() for every work in a thread or forum post that is gone as a whole."""
    where = (Work.channel_id == thread_id, Work.by_form.is_(False), Work.message_gone.is_(False))
    return await _gone(tx, list(await tx.scalars(select(Work.id).where(*where).order_by(Work.id))), now)


@writes
async def post_renamed(tx: Transaction, thread_id: int, name: str, *, now: datetime) -> None:
    """Give the work that a forum post opens with the post's new name, unless its artist has named it since."""
    work_id = await _of_message(tx, thread_id)
    title = words.cut_title(name)
    if work_id is None or not title:
        return
    held = await hold(tx, work_id)
    if held.work.channel_id != thread_id or not in_time(held, now) or held.work.state is WorkState.DISQUALIFIED:
        return
    before, last = words_in(held.work), await _last_words(tx, held.work.id)
    if held.work.title == last.get("title") and title != held.work.title:
        held.work.title = title
        await record(tx, held, "message_edited", None, before, now, title=title, note=last.get("note", ""), links=[])


async def _gone(tx: Transaction, work_ids: Sequence[int], now: datetime) -> tuple[int, ...]:
    gone = []
    for work_id in work_ids:
        held = await hold(tx, work_id)
        held.work.message_gone = True
        if held.work.state is WorkState.IN and in_time(held, now):
            await take_out(tx, held, None, now, reason=_DELETED)
            await _tell_way_back(tx, held, now)
            gone.append(work_id)
        else:
            note(tx, held.work, "message_deleted", None, now)
            await refresh_card(tx, held.work, now)
    return tuple(gone)


async def _tell_way_back(tx: Transaction, held: Held, now: datetime) -> None:
    """In private: whoever deleted it on purpose need not be asked in front of everybody."""
    closes = held.episode.closes_at
    if held.artist.user_id is None:
        return
    await outbox.say(
        tx, key=f"work:{held.work.id}:gone", kind="work_gone", show_id=held.show.id,
        subject={"work": held.work.id, "until": int(closes.timestamp()) if closes else None},
        user_id=held.artist.user_id, channel_id=held.work.channel_id, now=now,
    )  # fmt: skip


async def _follow(tx: Transaction, held: Held, posting: Posting, site_url: str, now: datetime) -> None:
    reading = words.read_text(posting.text, guild_id=posting.guild_id, site_url=site_url)
    before, last = words_in(held.work), await _last_words(tx, held.work.id)
    title, told = words_of(posting, reading)
    if (reading.title or posting.post_name) and held.work.title == last.get("title"):
        held.work.title = title
    if held.work.note == last.get("note"):
        held.work.note = told
    without = await _links_taken_out(tx, held.work, reading.links)
    links = await _new_links(tx, held.work, reading.links)
    gone = await _files_taken_off(tx, held.work, posting)
    if links or gone or without or words_in(held.work) != before:
        more: dict[str, Any] = {"title": title, "note": told, "links": links}
        more |= {name: lost for name, lost in (("gone", gone), ("without", without)) if lost}
        await record(tx, held, "message_edited", posting.author_id, before, now, **more)
    if gone:
        await grants.record_change(tx, held.work, grants.Cause.FILES, posting.author_id, now)
    if gone or without:
        await _require_something(tx, held, posting, now)
    await _follow_sources(tx, held, posting, reading, now)


async def _follow_sources(tx: Transaction, held: Held, posting: Posting, reading: words.Reading, now: datetime) -> None:
    made_from = await named_sources(tx, held, posting, reading)
    known = set(await tx.scalars(select(Source.source_work_id).where(Source.work_id == held.work.id)))
    fresh = [source for source in made_from if source.id not in known and not await _refused_before(tx, held, source)]
    if fresh:
        await link_named(tx, held, fresh, by=posting.author_id, now=now)
        await changed(tx, held, now)


async def _files_taken_off(tx: Transaction, work: Work, posting: Posting) -> list[dict[str, Any]]:
    """Remove the files that the message no longer has; what came by a form was never there."""
    there = {_place(file.url) for file in posting.attachments}
    rows = await tx.scalars(
        select(WorkFile).where(WorkFile.work_id == work.id, WorkFile.by_form.is_(False)).order_by(WorkFile.position)
    )
    gone = []
    for row in list(rows):
        if _place(row.url) not in there:
            gone.append({"position": row.position, "name": row.name, "sha256": row.sha256, "size": row.size})
            await tx.delete(row)
    await tx.flush()
    return gone


async def _require_something(tx: Transaction, held: Held, posting: Posting, now: datetime) -> None:
    """A work whose last file or link was taken off is no longer there; where works are asked for, words can be one."""
    if held.show.collecting is Collecting.ASKED:
        return
    files = await tx.scalar(select(func.count()).where(WorkFile.work_id == held.work.id))
    links = await tx.scalar(select(func.count()).where(WorkLink.work_id == held.work.id))
    if not files and not links and held.work.state is WorkState.IN:
        await take_out(tx, held, posting.author_id, now, reason=_NOTHING_LEFT)


def _place(url: str) -> str:
    """What stays of a file's address when Discord signs it anew."""
    return urlsplit(url).path


async def _links_taken_out(tx: Transaction, work: Work, links: Sequence[str]) -> list[str]:
    """Remove the links that the message no longer has; a work's links are its message's."""
    rows = await tx.scalars(select(WorkLink).where(WorkLink.work_id == work.id).order_by(WorkLink.position))
    gone = [row for row in rows if row.url not in links]
    for row in gone:
        await tx.delete(row)
    await tx.flush()
    return [row.url for row in gone]


async def _new_links(tx: Transaction, work: Work, links: Sequence[str]) -> list[str]:
    known = list(await tx.scalars(select(WorkLink.url).where(WorkLink.work_id == work.id)))
    added = [address for address in links if address not in known][: max(0, _LINKS - len(known))]
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


async def _of_message(tx: Transaction, message_id: int) -> int | None:
    where = (Work.message_id == message_id, Work.by_form.is_(False), Work.message_gone.is_(False))
    return await tx.scalar(select(Work.id).where(*where))
