"""What a work was made from: edges of the remix graph, added and removed without ever closing a circle."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from db.models import DisputeKind, Post, Show, Source, SourceState, Work, WorkState
from domain.errors import UserError
from domain.licences import Licence, conflict
from domain.lineage import cycle_sentence, find_cycle
from services.access import Actor, is_producer
from services.store import Transaction, writes
from services.works import parts, remixed, words
from services.works.dispute_rows import end_between, require_not_upheld
from services.works.graph import made_from
from services.works.records import Held, changed, hold, note, refresh_card, require_hand, require_taking
from services.works.sourcelines import SourceLine, read_line

MOST = 20
"""Sources a work can name."""


@writes
async def add(
    tx: Transaction,
    actor: Actor,
    work_id: int,
    *,
    text: str,
    site_url: str,
    now: datetime,
    thanks: str = "",
) -> tuple[str, ...]:
    """Credit sources as somebody typed them, one a line: see sourcelines. `thanks` for those that bring none.

    Returns a sentence for each, and one more where their parts have changed. UserError, and nothing added, when one
    of them cannot be a source.
    """
    held = await hold(tx, work_id)
    require_hand(held, actor, "add its sources")
    require_taking(held, "add sources", by=actor)
    lines = words.source_lines(text)
    if not lines:
        raise UserError("Name at least one source: a number such as #12, a link to a work, or a title.")
    said = await add_lines(tx, held, lines, by=actor, site_url=site_url, thanks=thanks, now=now)
    await changed(tx, held, now)
    return tuple(said)


@writes
async def remove(tx: Transaction, actor: Actor, work_id: int, source_id: int, *, now: datetime) -> None:
    """Take a source off a work; asked twice it is still gone."""
    held = await hold(tx, work_id)
    require_hand(held, actor, "remove its sources")
    require_taking(held, "remove sources", by=actor)
    edge = await tx.get(Source, source_id)
    if edge is None or edge.work_id != work_id:
        raise UserError("This work has no such source.")
    if edge.state is SourceState.REMOVED:
        return
    await unlink(tx, held, edge, by=actor.user_id, now=now)
    await changed(tx, held, now)


async def unlink(tx: Transaction, held: Held, edge: Source, *, by: int, now: datetime, **detail: str) -> None:
    """Take an edge off a held work; `detail` goes into the history."""
    edge.state = SourceState.REMOVED
    named = {"source": edge.source_work_id, "outside": edge.outside_title, "url": edge.outside_url}
    note(tx, held.work, "source_removed", by, now, **named, **detail)
    await parts.settle(tx, held.work.id)
    await remixed.retell(tx, held.work, edge, now=now)
    source = await tx.get(Work, edge.source_work_id) if edge.source_work_id is not None else None
    if source is not None:
        await end_between(tx, held.show, held.work, source.id, DisputeKind.WRONG, by=by, now=now)
        await refresh_card(tx, source, now)


async def add_lines(
    tx: Transaction, held: Held, lines: Sequence[str], *, by: Actor, site_url: str, thanks: str = "", now: datetime
) -> list[str]:
    """add() for a work that is held."""
    parted_before = any(part.edge.share_bp is not None for part in await parts.parts_of(tx, held.work.id))
    said, given = [], dict[int, int]()
    for line in lines:
        read = read_line(line, guild_id=held.show.guild_id, site_url=site_url)
        source = await find_named(tx, held.show, read.what, site_url=site_url)
        edge = await _credit(tx, held, read, source, by=by, thanks=thanks, now=now)
        if read.share_bp is not None:
            given[edge.id] = read.share_bp
        name = f"#{source.number} {source.title}" if source else f"“{edge.outside_title}”, outside this community"
        said.append(f"#{held.work.number} is made from {name}.")
    found = await parts.parts_of(tx, held.work.id)
    if given:
        for part in found:
            part.edge.share_bp = given.get(part.edge.id, part.edge.share_bp)
        parts.require_whole(found)
        note(tx, held.work, "sources_parted", by.user_id, now, parts=parts.plain(found))
        said.append(parts.parted(found))
    elif parted_before and found[0].edge.share_bp is None:
        said.append(parts.EQUAL_AGAIN)
    return said


async def _credit(
    tx: Transaction, held: Held, line: SourceLine, source: Work | None, *, by: Actor, thanks: str, now: datetime
) -> Source:
    """Credit one source as it was typed."""
    own = "" if source is not None and line.loose and _is_title(line.thanks, source.title) else line.thanks
    if source is None:
        return await _add_outside(tx, held, line, by=by.user_id, thanks=own or thanks, now=now)
    producer = is_producer(held.show, by)
    edge = await link(tx, held, source, by=by.user_id, thanks=own or thanks, now=now, producer=producer)
    words = own or ("" if edge.thanks else thanks)
    if words and edge.thanks != words:  # it was credited before, and is thanked now
        edge.thanks = words[:300]
        note(tx, held.work, "source_thanked", by.user_id, now, source=source.id, thanks=edge.thanks)
        await tx.flush()
        await remixed.retell(tx, held.work, edge, now=now)
    return edge


def _is_title(typed: str, title: str) -> bool:
    """Whether words behind a number are the work's title, as lists of works show it, and no thanks."""
    return typed.casefold().startswith(title.casefold())


async def link(
    tx: Transaction, held: Held, source: Work, *, by: int, thanks: str, now: datetime, producer: bool = False
) -> Source:
    """Make `source` a source of the held work. `producer`: even one that producers took off after a dispute.

    UserError: itself, another show, not taking part, licence, circle.
    """
    commercial = held.deal.commercial
    problem = refusal(held.work, source, commercial=commercial) or await circle(tx, held.work, source)
    if problem:
        raise UserError(problem)
    edge = await tx.scalar(select(Source).where(Source.work_id == held.work.id, Source.source_work_id == source.id))
    if edge is not None and edge.state is not SourceState.REMOVED:
        return edge
    if edge is not None and not producer:
        await require_not_upheld(tx, held.work.id, source)
    await _require_room(tx, held.work.id)
    if edge is None:
        edge = Source(work_id=held.work.id, source_work_id=source.id)
        tx.add(edge)
    edge.thanks, edge.state, edge.added_by, edge.added_at = thanks[:300], SourceState.CONFIRMED, by, now
    edge.share_bp = None
    note(tx, held.work, "source_added", by, now, source=source.id, thanks=edge.thanks)
    await parts.settle(tx, held.work.id)
    await end_between(tx, held.show, held.work, source.id, DisputeKind.MISSING, by=by, now=now)
    await remixed.tell(tx, [(held.work, source)], now=now)
    await refresh_card(tx, source, now)
    return edge


async def circle(tx: Transaction, work: Work, source: Work) -> str | None:
    """The sentence that refuses `source` because it was itself made from `work`, or None."""
    if source.id != work.id and not await made_from(tx, source.id, work.id):
        return None
    edges = await edges_above(tx, source.id)
    cycle = find_cycle(edges, work.id, source.id)
    if cycle is None:
        return None
    rows = await tx.execute(select(Work.id, Work.number).where(Work.id.in_(cycle)))
    numbers = {row.id: f"#{row.number}" for row in rows}
    names = [numbers[item] for item in cycle]
    return f"{cycle_sentence(names)} ({' -> '.join([*names, names[0]])})"


async def edges_above(tx: Transaction, work_id: int) -> dict[int, list[int]]:
    """The edges of a work and all its ancestors, from remix to sources; the rest of the graph is never read."""
    live = Source.state != SourceState.REMOVED
    above = (
        select(Source.work_id, Source.source_work_id)
        .where(Source.work_id == work_id, Source.source_work_id.is_not(None), live)
        .cte("above", recursive=True)
    )
    above = above.union(
        select(Source.work_id, Source.source_work_id)
        .join(above, Source.work_id == above.c.source_work_id)
        .where(Source.source_work_id.is_not(None), live)
    )
    edges: dict[int, list[int]] = {}
    for remix, source in await tx.execute(select(above.c.work_id, above.c.source_work_id)):
        edges.setdefault(remix, []).append(source)
    return edges


async def find_named(tx: Transaction, show: Show, text: str, *, site_url: str) -> Work | None:
    """The work meant by "#12", "12", a message link or a gallery link; None for anything else.

    UserError for a number or a link of ours that leads to no work of this show.
    """
    text = text.strip()
    number = text.removeprefix("#").strip()
    if number.isascii() and number.isdigit():
        found = await tx.scalar(select(Work).where(Work.show_id == show.id, Work.number == int(number[:9])))
        if found is None:
            raise UserError(f"{show.name} has no work #{number[:9]}.")
        return found
    message = words.message_id(text, show.guild_id)
    page = words.gallery_id(text, site_url)
    if message is None and page is None:
        return None
    works = await referred(tx, messages=[message] if message else [], gallery=[page] if page else [])
    if not works:
        raise UserError("That link does not lead to a work.")
    if works[0].show_id != show.id:
        raise UserError("That work belongs to another show. Credit it as an outside source: its title, then its link.")
    return works[0]


@dataclass(frozen=True, slots=True)
class References:
    """What a text points at: messages (works', or their cards'), works with gallery pages, numbers in a show."""

    messages: tuple[int, ...] = ()
    gallery: tuple[int, ...] = ()
    show_id: int | None = None
    numbers: tuple[int, ...] = ()

    @property
    def any(self) -> bool:
        """Whether it points at something at all."""
        return bool(self.messages or self.gallery or self.numbers)


async def referred(tx: Transaction, *, messages: Sequence[int] = (), gallery: Sequence[int] = ()) -> list[Work]:
    """The works that messages (theirs, or their cards) and gallery pages stand for, oldest first."""
    return (await referred_each(tx, [References(tuple(messages), tuple(gallery))]))[0]


async def referred_each(tx: Transaction, asked: Sequence[References]) -> list[list[Work]]:
    """The works that each of these points at, oldest first; two queries for all."""
    messages = {message for one in asked for message in one.messages}
    cards = await _cards(tx, messages)
    wanted: list[ColumnElement[bool]] = []
    if messages:
        wanted.append(Work.message_id.in_(messages))
    pages = {page for one in asked for page in one.gallery} | set(cards.values())
    if pages:
        wanted.append(Work.id.in_(pages))
    for show_id in {one.show_id for one in asked if one.numbers}:
        numbers = {number for one in asked if one.show_id == show_id for number in one.numbers}
        wanted.append((Work.show_id == show_id) & Work.number.in_(numbers))
    if not wanted:
        return [[] for _ in asked]
    works = list(await tx.scalars(select(Work).where(or_(*wanted)).order_by(Work.id)))
    return [[work for work in works if _means(one, work, cards)] for one in asked]


async def _cards(tx: Transaction, messages: Collection[int]) -> dict[int, int]:
    """The works whose cards some of these messages are, by message."""
    if not messages:
        return {}
    where = (Post.message_id.in_(messages), Post.key.like("work:%"))
    rows = await tx.execute(select(Post.message_id, Post.key).where(*where))
    return {message_id: int(key.removeprefix("work:")) for message_id, key in rows}


def _means(asked: References, work: Work, cards: Mapping[int, int]) -> bool:
    by_number = work.show_id == asked.show_id and work.number in asked.numbers
    by_card = any(cards.get(message) == work.id for message in asked.messages)
    return by_number or by_card or work.message_id in asked.messages or work.id in asked.gallery


async def licences_named(tx: Transaction, show: Show, lines: Sequence[str], *, site_url: str) -> list[Licence]:
    """The licences of what these lines name, as far as they are known; UserError as for find_named."""
    found = []
    for line in lines:
        read = read_line(line, guild_id=show.guild_id, site_url=site_url)
        source = await find_named(tx, show, read.what, site_url=site_url)
        found.append(source.licence if source is not None else read.licence)
    return [licence for licence in found if licence is not None]


def fitting_licence(default: Licence, sources: Sequence[Licence]) -> Licence:
    """The licence for a remix whose artist chose none: the default, or the one that its sources demand."""
    for licence in (default, *sources):
        if all(conflict(source, licence, commercial=False) is None for source in sources):
            return licence
    return default


def refusal(work: Work, source: Work, *, commercial: bool) -> str | None:
    """The sentence for what cannot be a source of `work`, whatever the rest of the graph is, or None."""
    if source.id == work.id:
        return f"#{source.number} cannot be its own source."
    if source.show_id != work.show_id:
        return "That work belongs to another show. Credit it as an outside source: its title, then its link."
    if source.state is not WorkState.IN:
        return f"#{source.number} is {source.state.value}, so it cannot be a source."
    problem = conflict(source.licence, work.licence, commercial=commercial)
    return f"#{source.number}: {problem}" if problem else None


async def licence_problem(tx: Transaction, held: Held, licence: Licence) -> str | None:
    """The sentence for why the held work cannot be under `licence`, given what it was made from, or None."""
    rows = await tx.execute(
        select(Work.number, Source.outside_title, func.coalesce(Work.licence, Source.outside_licence))
        .outerjoin(Work, Source.source_work_id == Work.id)
        .where(Source.work_id == held.work.id, Source.state != SourceState.REMOVED)
        .order_by(Source.id)
    )
    for number, title, terms in rows:
        problem = conflict(terms, licence, commercial=held.deal.commercial) if terms else None
        if problem:
            return f"#{number}: {problem}" if number else f"“{title}”: {problem}"
    return None


async def _add_outside(tx: Transaction, held: Held, line: SourceLine, *, by: int, thanks: str, now: datetime) -> Source:
    """Credit something outside the community. UserError where its licence, if one is given, does not allow it."""
    title, address = words.outside_of(line.what)
    problem = line.licence and conflict(line.licence, held.work.licence, commercial=held.deal.commercial)
    if problem:
        raise UserError(f"“{title}”: {problem}")
    live = select(Source).where(
        Source.work_id == held.work.id, Source.outside_title == title, Source.state != SourceState.REMOVED
    )
    known = next((edge for edge in await tx.scalars(live) if edge.outside_url == address), None)
    if known is not None:
        return known
    await _require_room(tx, held.work.id)
    edge = Source(
        work_id=held.work.id, outside_title=title, outside_url=address, outside_licence=line.licence,
        thanks=thanks[:300], state=SourceState.CONFIRMED, added_by=by, added_at=now,
    )  # fmt: skip
    tx.add(edge)
    terms = line.licence.value if line.licence else None
    note(tx, held.work, "source_added", by, now, outside=title, url=address, licence=terms, thanks=edge.thanks)
    await parts.settle(tx, held.work.id)
    return edge


async def _require_room(tx: Transaction, work_id: int) -> None:
    count = await tx.scalar(select(func.count()).where(Source.work_id == work_id, Source.state != SourceState.REMOVED))
    if (count or 0) >= MOST:
        raise UserError(f"A work can name {MOST} sources at most. Remove one first.")
