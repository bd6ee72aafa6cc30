"""Reading works: one, an episode's, or whatever matches."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, ColumnOperators, Select, func, or_, select, union

from db.models import (
    Artist,
    Show,
    Work,
    WorkState,
)
from domain.errors import UserError
from services.access import Actor, find_show, is_producer
from services.store import Transaction, reads
from services.views import WorkRef, WorkView
from services.works.loading import ref, ref_query, refs, views_of
from services.works.records import hold
from services.works.sources import find_named, referred

__all__ = [
    "count_in",
    "find",
    "for_hand",
    "of_message",
    "pick",
    "refs",
    "search",
    "suggest",
    "view",
    "views",
    "views_of",
    "work_view",
]


_DIGITS = 9


async def work_view(tx: Transaction, work_id: int) -> WorkView:
    """One work with everything around it; UserError when there is none."""
    found = await views_of(tx, [work_id])
    if not found:
        raise UserError("This work is not here any more.")
    return found[0]


async def views(
    tx: Transaction, episode_id: int, *, states: Collection[WorkState] = (WorkState.IN,)
) -> tuple[WorkView, ...]:
    """An episode's works in the order of their numbers; those that take part unless `states` says otherwise."""
    where = select(Work.id).where(Work.episode_id == episode_id, Work.state.in_(states)).order_by(Work.number)
    return await views_of(tx, list(await tx.scalars(where)))


async def find(tx: Transaction, show_id: int, text: str, *, site_url: str = "") -> WorkRef:
    """The work of a show meant by "#12", "12", "#12 Dawn" (as autocomplete offers it) or a link.

    UserError when there is none.
    """
    show = await tx.get_one(Show, show_id)
    head = text.strip().split(maxsplit=1)[0] if text.strip().startswith("#") else text.strip()
    work = await find_named(tx, show, head, site_url=site_url or "-")
    if work is None:
        raise UserError(f"Which work? Give its number, such as #12, or pick one from the list; “{head[:60]}” is none.")
    return (await refs(tx, [work.id]))[work.id]


async def search(
    tx: Transaction,
    show_id: int,
    text: str,
    *,
    limit: int = 25,
    artist_user_id: int | None = None,
    states: Collection[WorkState] = (WorkState.IN,),
) -> tuple[WorkRef, ...]:
    """Works whose number begins with ("#12"), or whose title or artist contains, what somebody has typed.

    The work with exactly that number comes first, the others by their newness.
    """
    typed = text.strip()[:100]
    wanted = typed.removeprefix("#").strip()
    where = [Work.show_id == show_id, Work.state.in_(states)]
    if artist_user_id is not None:
        mine = select(Artist.id).join(Show, Show.guild_id == Artist.guild_id)
        where.append(Work.artist_id.in_(mine.where(Show.id == show_id, Artist.user_id == artist_user_id)))
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= _DIGITS else None
    if number is not None and typed.startswith("#"):
        query = ref_query().where(*where, _begins(number)).order_by(Work.number)
    elif wanted:
        # SQLite's LIKE knows capitals by itself, and is twice as fast without lower() around every title.
        alike = ColumnOperators.like if tx.get_bind().dialect.name == "sqlite" else ColumnOperators.ilike
        found = _named(show_id, wanted, number, where, limit, alike)
        query = ref_query().where(Work.id.in_(found)).order_by(Work.number != (number or 0), Work.number.desc())
    else:
        query = ref_query().where(*where).order_by(Work.number.desc())
    return tuple(ref(row) for row in await tx.execute(query.limit(limit)))


def _begins(number: int) -> ColumnElement[bool]:
    """Numbers that begin with these digits, as ranges that an index finds."""
    spans = [(number * 10**more, (number + 1) * 10**more) for more in range(_DIGITS - len(str(number)) + 1)]
    return or_(*((Work.number >= first) & (Work.number < end) for first, end in spans))


def _named(
    show_id: int,
    wanted: str,
    number: int | None,
    where: Sequence[ColumnElement[bool]],
    limit: int,
    alike: Callable[..., Any],
) -> Select[int]:
    """Works whose title contains what is typed, the newest; those of artists whose name does; the one of that number.

    Looked for apart: titles until there are enough, names among the artists, who are few and whose works have an index.
    """
    like = "%" + wanted.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    people = select(Artist.id).join(Show, Show.guild_id == Artist.guild_id)
    people = people.where(Show.id == show_id, alike(Artist.name, like, escape="\\")).limit(limit)
    titled = select(Work.id).where(*where, alike(Work.title, like, escape="\\"))
    newest = titled.order_by(Work.number.desc()).limit(limit).subquery()
    looks = [select(newest.c.id), select(Work.id).where(*where, Work.artist_id.in_(people))]
    looks += [] if number is None else [select(Work.id).where(*where, Work.number == number)]
    return select(union(*looks).subquery().c.id)


async def count_in(tx: Transaction, episode_id: int) -> int:
    """How many works take part in an episode."""
    where = (Work.episode_id == episode_id) & (Work.state == WorkState.IN)
    return int(await tx.scalar(select(func.count()).select_from(Work).where(where)) or 0)


@reads
async def view(tx: Transaction, work_id: int) -> WorkView:
    """work_view() for a cog or a page."""
    return await work_view(tx, work_id)


@reads
async def for_hand(tx: Transaction, actor: Actor, work_id: int) -> WorkView:
    """A work for somebody who is about to change it: UserError unless they posted it or run the show."""
    held = await hold(tx, work_id)
    if actor.user_id != held.artist.user_id and not is_producer(held.show, actor):
        raise UserError(f"Only {held.artist.name}, who posted #{held.work.number}, or a producer can do this.")
    return await work_view(tx, work_id)


@reads
async def of_message(tx: Transaction, message_id: int) -> WorkRef | None:
    """The work that a message is, or whose card it is."""
    works = await referred(tx, messages=[message_id])
    return (await refs(tx, [works[0].id]))[works[0].id] if works else None


@reads
async def pick(
    tx: Transaction, guild_id: int, text: str, *, show: str | None, channel_id: int | None, site_url: str
) -> WorkRef:
    """The work that a command's option names, in the show that is meant; UserError when there is none."""
    found = await find_show(tx, guild_id, name=show, channel_id=channel_id)
    return await find(tx, found.id, text, site_url=site_url)


@reads
async def suggest(
    tx: Transaction,
    guild_id: int,
    text: str,
    *,
    channel_id: int | None,
    user_id: int | None = None,
    everything: bool = False,
    show: str | None = None,
) -> tuple[WorkRef, ...]:
    """What autocomplete offers while somebody types; nothing when it is unclear which show is meant."""
    try:
        found = await find_show(tx, guild_id, name=show, channel_id=channel_id)
    except UserError:
        return ()
    states = tuple(WorkState) if everything or user_id is not None else (WorkState.IN,)
    return await search(tx, found.id, text, artist_user_id=user_id, states=states)
