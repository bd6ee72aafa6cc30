"""Disputes about sources: an artist raises one, the poster says their side, producers settle it.

While a source is disputed it carries no money. Whoever has a confirmed part in the source may object to being named,
or claim that a work was made from theirs and does not say so.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from db.models import Artist, Dispute, DisputeKind, DisputeState, Source, SourceState, Work, WorkState
from domain.errors import UserError
from services.access import Actor, find_show, is_producer, require_producer
from services.store import Transaction, reads, writes
from services.works.dispute_rows import (
    DisputeView,
    begin,
    dispute_views,
    end,
    open_between,
    refresh_card,
    settled_before,
)
from services.works.records import Held, changed, hold, note, still_taking
from services.works.remixed import credited, retell
from services.works.sources import circle, find_named, link, unlink

MOST_OPEN = 10
"""Disputes that one artist can have open at a time."""

_REASON = 500


@writes
async def dispute(
    tx: Transaction, user_id: int, work_id: int, source_id: int, *, reason: str, now: datetime
) -> DisputeView:
    """Object to a work naming `source_id` (a work's row id) as its source; asked twice it is one dispute.

    UserError unless the person has a confirmed part in the source, or when producers have settled it before.
    """
    held = await hold(tx, work_id)
    artist = await _part_in(tx, held, user_id, source_id)
    edge = await _edge(tx, work_id, source_id)
    if edge is None:
        raise UserError("This work does not name yours as its source any more.")
    begun = await _begun(tx, held, source_id, DisputeKind.WRONG)
    if begun is not None:
        return begun
    made = await _raise(tx, held, artist, source_id, DisputeKind.WRONG, reason, now)
    edge.state = SourceState.DISPUTED
    await retell(tx, held.work, edge, now=now)
    await changed(tx, held, now)
    return (await dispute_views(tx, [made]))[0]


@writes
async def claim(
    tx: Transaction, actor: Actor, work_id: int, *, source: str, reason: str, site_url: str, now: datetime
) -> DisputeView:
    """Claim that a work was made from one's own, named as "#12" or by a link, and does not say so.

    The poster is asked; producers settle it. Asked twice it is one dispute.
    """
    held = await hold(tx, work_id)
    if held.show.guild_id != actor.guild_id:
        raise UserError("This work is not here any more.")
    if held.artist.user_id == actor.user_id:
        raise UserError(f"#{held.work.number} is your own work: just add the source.")
    mine = await find_named(tx, held.show, source, site_url=site_url)
    if mine is None:
        raise UserError("Name your own work by its number, such as #12, or by a link to it.")
    artist = await _part_in(tx, held, actor.user_id, mine.id)
    if await _edge(tx, work_id, mine.id) is not None:
        raise UserError(f"#{held.work.number} names #{mine.number} as its source already.")
    begun = await _begun(tx, held, mine.id, DisputeKind.MISSING)
    if begun is not None:
        return begun
    problem = await circle(tx, held.work, mine)
    if problem or mine.state is not WorkState.IN:
        raise UserError(problem or f"#{mine.number} is {mine.state.value}, so it cannot be a source.")
    made = await _raise(tx, held, artist, mine.id, DisputeKind.MISSING, reason, now)
    await changed(tx, held, now)
    return (await dispute_views(tx, [made]))[0]


@writes
async def reply(tx: Transaction, user_id: int, dispute_id: int, *, text: str, now: datetime) -> DisputeView:
    """Say the poster's side of a dispute; producers read it. Said again it replaces what was said."""
    found, held = await _open(tx, dispute_id)
    _require_poster(held, user_id)
    text = " ".join(text.split())[:_REASON]
    if not text:
        raise UserError("Say in a sentence how it was, so that the producers can judge.")
    if text != found.answer:
        found.answer = text
        note(tx, held.work, "dispute_answered", user_id, now, source=found.source_work_id, answer=text)
        await tx.flush()
        await refresh_card(tx, found, show=held.show, now=now)
    return (await dispute_views(tx, [found]))[0]


@writes
async def agree(tx: Transaction, user_id: int, dispute_id: int, *, now: datetime) -> DisputeView:
    """As the poster, do what the other side asks for: take the source off, or credit it. That settles it."""
    found, held = await _find(tx, dispute_id)
    _require_poster(held, user_id)
    if found.state is DisputeState.OPEN:
        await _uphold(tx, held, found, by=user_id, verdict="", now=now)
    return (await dispute_views(tx, [found]))[0]


@writes
async def settle(
    tx: Transaction, actor: Actor, dispute_id: int, *, uphold: bool, reason: str, now: datetime
) -> DisputeView:
    """As a producer, settle a dispute with a reason that both sides read. UserError when somebody else has.

    Upheld: a wrong source goes, a missing one is credited. Otherwise everything stays as it was.
    """
    found, held = await _find(tx, dispute_id)
    require_producer(held.show, actor)
    wanted = DisputeState.UPHELD if uphold else DisputeState.DECLINED
    if found.state is wanted:
        return (await dispute_views(tx, [found]))[0]
    if found.state is not DisputeState.OPEN:
        raise UserError(_over(found))
    reason = " ".join(reason.split())[:_REASON]
    if not reason:
        raise UserError("Give the reason: both sides will read it.")
    if uphold:
        await _uphold(tx, held, found, by=actor.user_id, verdict=reason, now=now)
    else:
        await _leave(tx, held, found, DisputeState.DECLINED, by=actor.user_id, verdict=reason, now=now)
    return (await dispute_views(tx, [found]))[0]


@writes
async def take_back(tx: Transaction, user_id: int, dispute_id: int, *, now: datetime) -> DisputeView:
    """Take one's own dispute back: everything stays as it was."""
    found, held = await _find(tx, dispute_id)
    artist = await tx.get_one(Artist, found.by_artist_id)
    if artist.user_id != user_id:
        raise UserError(f"Only {artist.name}, who raised this, can take it back.")
    if found.state is DisputeState.OPEN:
        await _leave(tx, held, found, DisputeState.TAKEN_BACK, by=user_id, verdict="", now=now)
    return (await dispute_views(tx, [found]))[0]


@reads
async def view(tx: Transaction, dispute_id: int) -> DisputeView:
    """A dispute; UserError when there is none."""
    found, _ = await _find(tx, dispute_id)
    return (await dispute_views(tx, [found]))[0]


@reads
async def declined_for(tx: Transaction, work_id: int, source_id: int) -> str | None:
    """Why producers keep `source_id` as a source of the work, where they have been asked about it; None otherwise."""
    found = await settled_before(tx, work_id, source_id, DisputeKind.WRONG, DisputeState.DECLINED)
    return found.verdict if found is not None else None


@reads
async def for_verdict(tx: Transaction, actor: Actor, dispute_id: int) -> DisputeView:
    """An open dispute for a producer who is about to settle it; UserError for anybody else, or when it is settled."""
    found, held = await _open(tx, dispute_id)
    require_producer(held.show, actor)
    return (await dispute_views(tx, [found]))[0]


@reads
async def open_in(
    tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None
) -> tuple[DisputeView, ...]:
    """A show's open disputes, oldest first, for its producers."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    return tuple(await dispute_views(tx, await _waiting(tx, Work.show_id == found.id)))


async def concerning(tx: Transaction, held: Held, actor: Actor) -> tuple[DisputeView, ...]:
    """The open disputes about a work that `actor` has a say in: its poster, whoever raised them, producers."""
    views = await dispute_views(tx, await _waiting(tx, Work.id == held.work.id))
    if is_producer(held.show, actor):
        return tuple(views)
    return tuple(one for one in views if actor.user_id in (one.by.user_id, one.poster.user_id))


async def parts_in(tx: Transaction, user_id: int, guild_id: int, work_ids: Collection[int]) -> set[int]:
    """Those of these works that a person has a confirmed part in."""
    return {
        work_id
        for work_id, people in (await credited(tx, work_ids)).items()
        if any(artist.user_id == user_id and artist.guild_id == guild_id for artist in people)
    }


async def _waiting(tx: Transaction, where: ColumnElement[bool]) -> list[Dispute]:
    query = select(Dispute).join(Work, Work.id == Dispute.work_id).where(where, Dispute.state == DisputeState.OPEN)
    return list(await tx.scalars(query.order_by(Dispute.id)))


async def _find(tx: Transaction, dispute_id: int) -> tuple[Dispute, Held]:
    found = await tx.get(Dispute, dispute_id)
    if found is None:
        raise UserError("There is no such dispute.")
    return found, await hold(tx, found.work_id)


async def _open(tx: Transaction, dispute_id: int) -> tuple[Dispute, Held]:
    found, held = await _find(tx, dispute_id)
    if found.state is not DisputeState.OPEN:
        raise UserError(_over(found))
    return found, held


def _over(found: Dispute) -> str:
    if found.state is DisputeState.TAKEN_BACK:
        return "Whoever raised this has taken it back."
    ended = "upheld" if found.state is DisputeState.UPHELD else "declined"
    return f"This is settled already: {ended}. {found.verdict}".strip()


async def _begun(tx: Transaction, held: Held, source_id: int, kind: DisputeKind) -> DisputeView | None:
    """The dispute of this kind that is open already; UserError when one was declined before."""
    found = await open_between(tx, held.work.id, source_id)
    if found is not None:
        return (await dispute_views(tx, [found]))[0]
    declined = await settled_before(tx, held.work.id, source_id, kind, DisputeState.DECLINED)
    if declined is not None:
        raise UserError(
            f"The producers have settled this: “{declined.verdict}” Once a payout is proposed, a concern is the way."
        )
    return None


async def _raise(
    tx: Transaction, held: Held, artist: Artist, source_id: int, kind: DisputeKind, reason: str, now: datetime
) -> Dispute:
    reason = " ".join(reason.split())[:_REASON]
    if not reason:
        raise UserError("Say in a sentence what is wrong: the poster and the producers will read it.")
    if not still_taking(held):
        raise UserError("The episode is out. Now a concern on the payout proposal is the way, or a word to a producer.")
    mine = (Dispute.by_artist_id == artist.id, Dispute.state == DisputeState.OPEN)
    if (await tx.scalar(select(func.count()).select_from(Dispute).where(*mine)) or 0) >= MOST_OPEN:
        raise UserError(f"You have {MOST_OPEN} disputes open. Wait until some are settled, or take one back.")
    made = Dispute(
        work_id=held.work.id, source_work_id=source_id, kind=kind, state=DisputeState.OPEN, by_artist_id=artist.id,
        reason=reason, answer="", verdict="", opened_at=now,
    )  # fmt: skip
    if artist.user_id is None:
        raise TypeError("a dispute is raised by a person")
    await begin(tx, made, show=held.show, work=held.work, by=artist.user_id, now=now)
    return made


async def _part_in(tx: Transaction, held: Held, user_id: int, source_id: int) -> Artist:
    """The person with their confirmed part in the source; UserError when they have none."""
    people = (await credited(tx, [source_id])).get(source_id, ())
    for artist in people:
        if artist.user_id == user_id and artist.guild_id == held.show.guild_id:
            return artist
    number = await tx.scalar(select(Work.number).where(Work.id == source_id))
    raise UserError(f"Only somebody with a confirmed credit on #{number or '?'} can do this.")


async def _edge(tx: Transaction, work_id: int, source_id: int) -> Source | None:
    """The live edge between two works."""
    live = Source.state != SourceState.REMOVED
    return await tx.scalar(select(Source).where(Source.work_id == work_id, Source.source_work_id == source_id, live))


def _require_poster(held: Held, user_id: int) -> None:
    if held.artist.user_id != user_id:
        raise UserError(f"This is for {held.artist.name}, who posted #{held.work.number}.")


async def _uphold(tx: Transaction, held: Held, found: Dispute, *, by: int, verdict: str, now: datetime) -> None:
    """Do what was asked for, and close the dispute."""
    show, work = held.show, held.work
    await end(tx, found, DisputeState.UPHELD, show=show, work=work, by=by, verdict=verdict, now=now)
    if found.kind is DisputeKind.MISSING:
        source = await tx.get_one(Work, found.source_work_id)
        await link(tx, held, source, by=by, thanks="", now=now, producer=True)
    else:
        edge = await _edge(tx, work.id, found.source_work_id)
        if edge is not None:
            await unlink(tx, held, edge, by=by, now=now, reason=verdict)
    await changed(tx, held, now)


async def _leave(
    tx: Transaction, held: Held, found: Dispute, state: DisputeState, *, by: int, verdict: str, now: datetime
) -> None:
    """Close the dispute with everything as it was before: a disputed source counts again."""
    await end(tx, found, state, show=held.show, work=held.work, by=by, verdict=verdict, now=now)
    edge = await _edge(tx, held.work.id, found.source_work_id)
    if edge is not None and edge.state is SourceState.DISPUTED:
        edge.state = SourceState.CONFIRMED
        await tx.flush()
        await retell(tx, held.work, edge, now=now)
    await changed(tx, held, now)
