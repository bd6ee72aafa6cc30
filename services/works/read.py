"""Reading works: one, an episode's, a person's, or whatever matches. A fixed number of queries whatever the size."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import aliased

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
    WorkFile,
    WorkLink,
    WorkState,
)
from domain.episode import Phase
from domain.errors import UserError
from services.access import Actor, find_show, is_producer
from services.store import Transaction, reads
from services.views import ArtistView, CreditView, FileView, SourceView, WorkRef, WorkView
from services.works.records import hold
from services.works.sources import find_named, referred

_BATCH = 400
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


async def views_of(tx: Transaction, work_ids: Sequence[int]) -> tuple[WorkView, ...]:
    """The works with these ids, in that order; ids that lead nowhere are left out."""
    found: dict[int, WorkView] = {}
    for start in range(0, len(work_ids), _BATCH):
        found.update(await _load(tx, work_ids[start : start + _BATCH]))
    return tuple(found[work_id] for work_id in dict.fromkeys(work_ids) if work_id in found)


async def refs(tx: Transaction, work_ids: Collection[int]) -> dict[int, WorkRef]:
    """Works as others mention them, by id."""
    ids, found = list(work_ids), {}
    for start in range(0, len(ids), _BATCH):
        rows = await tx.execute(_refs().where(Work.id.in_(ids[start : start + _BATCH])))
        found.update({row.id: _ref(row) for row in rows})
    return found


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
    """Works whose number begins with, or whose title or artist contains, what somebody has typed; newest first."""
    wanted = text.strip().removeprefix("#")[:100]
    query = _refs().where(Work.show_id == show_id, Work.state.in_(states))
    if artist_user_id is not None:
        query = query.where(Artist.user_id == artist_user_id)
    if wanted:
        like = "%" + wanted.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        matches: list[ColumnElement[bool]] = [Work.title.ilike(like, escape="\\"), Artist.name.ilike(like, escape="\\")]
        if wanted.isascii() and wanted.isdigit() and len(wanted) <= _DIGITS:
            matches.append(Work.number == int(wanted))
        query = query.where(or_(*matches))
    rows = list(await tx.execute(query.order_by(Work.number.desc()).limit(limit)))
    exact = [row for row in rows if str(row.number) == wanted]
    return tuple(_ref(row) for row in [*exact, *(row for row in rows if row not in exact)])


async def count_in(tx: Transaction, episode_id: int) -> int:
    """How many works take part in an episode."""
    where = (Work.episode_id == episode_id) & (Work.state == WorkState.IN)
    return int(await tx.scalar(select(func.count()).select_from(Work).where(where)) or 0)


@reads
async def view(tx: Transaction, work_id: int) -> WorkView:
    """work_view() for a cog or a page."""
    return await work_view(tx, work_id)


@dataclass(frozen=True, slots=True)
class Card:
    """A work and what its card says besides: notices to its artist, and where the episode stands."""

    work: WorkView
    episode_code: str
    closes_at: datetime | None
    show_licence: bool


@reads
async def card(tx: Transaction, work_id: int) -> Card | None:
    """What a work's card shows; None when the work is gone."""
    found = await views_of(tx, [work_id])
    if not found:
        return None
    held = await hold(tx, work_id)
    return Card(
        work=found[0], episode_code=f"S{held.episode.season}E{held.episode.number}",
        closes_at=held.episode.closes_at, show_licence=found[0].licence is held.show.licence,
    )  # fmt: skip


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
) -> tuple[WorkRef, ...]:
    """What autocomplete offers while somebody types; nothing when it is unclear which show is meant."""
    try:
        show = await find_show(tx, guild_id, channel_id=channel_id)
    except UserError:
        return ()
    states = tuple(WorkState) if everything or user_id is not None else (WorkState.IN,)
    return await search(tx, show.id, text, artist_user_id=user_id, states=states)


@dataclass(frozen=True, slots=True)
class PartView:
    """A person's part in a work. Share in basis points."""

    work: WorkRef
    episode_code: str
    episode_title: str
    phase: Phase
    posted: bool
    role: str
    share_bp: int
    state: CreditState


@reads
async def my_works(tx: Transaction, guild_id: int, user_id: int, *, limit: int = 200) -> tuple[PartView, ...]:
    """The works a person posted, newest first."""
    return await _parts(tx, guild_id, user_id, limit=limit, posted_only=True)


@reads
async def my_credits(tx: Transaction, guild_id: int, user_id: int, *, limit: int = 200) -> tuple[PartView, ...]:
    """The works a person has, or is offered, a part in, newest first; declined parts are left out."""
    return await _parts(tx, guild_id, user_id, limit=limit, posted_only=False)


@dataclass(frozen=True, slots=True)
class CreditLine:
    """An artist with the works they have a part in, as (number, role), in one episode."""

    artist: ArtistView
    works: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class EpisodeCredits:
    """Everyone in an episode."""

    episode_id: int
    code: str
    title: str
    works: int
    lines: tuple[CreditLine, ...]


@reads
async def credits_of(
    tx: Transaction,
    guild_id: int,
    *,
    show: str | None,
    channel_id: int | None,
    number: int | None = None,
    season: int | None = None,
) -> EpisodeCredits:
    """The credits of an episode: the one numbered, else the newest that has opened."""
    found = await find_show(tx, guild_id, name=show, channel_id=channel_id)
    query = select(Episode).where(Episode.show_id == found.id, Episode.opens_at.is_not(None))
    query = query.where(Episode.phase.not_in((Phase.PLANNED, Phase.CANCELED)))
    if number is not None:
        query = query.where(Episode.number == number, Episode.season == (season or found.season))
    episode = await tx.scalar(query.order_by(Episode.opens_at.desc(), Episode.id.desc()).limit(1))
    if episode is None:
        raise UserError(f"{found.name} has no such episode yet.")
    return await episode_credits(tx, episode)


async def episode_credits(tx: Transaction, episode: Episode) -> EpisodeCredits:
    """Everyone with a confirmed part in the works of an episode, most works first, then by name."""
    rows = await tx.execute(
        select(Artist.id, Artist.user_id, Artist.name, Work.number, Credit.role)
        .join(Credit, Credit.artist_id == Artist.id)
        .join(Work, Work.id == Credit.work_id)
        .where(Work.episode_id == episode.id, Work.state == WorkState.IN, Credit.state == CreditState.CONFIRMED)
        .where(Credit.share_bp > 0)
        .order_by(Work.number)
    )
    people: dict[int, tuple[ArtistView, list[tuple[int, str]]]] = {}
    numbers = set()
    for artist_id, user_id, name, number, role in rows:
        people.setdefault(artist_id, (ArtistView(artist_id, user_id, name), []))[1].append((number, role))
        numbers.add(number)
    lines = [CreditLine(artist, tuple(works)) for artist, works in people.values()]
    lines.sort(key=lambda line: (-len(line.works), line.artist.name.casefold(), line.artist.id))
    return EpisodeCredits(episode.id, f"S{episode.season}E{episode.number}", episode.title, len(numbers), tuple(lines))


async def _parts(
    tx: Transaction, guild_id: int, user_id: int, *, limit: int, posted_only: bool
) -> tuple[PartView, ...]:
    poster = aliased(Artist)
    query = (
        select(
            Work.id, Work.number, Work.title, Work.state, poster.name.label("artist"),
            (Work.artist_id == Artist.id).label("posted"), Episode.season, Episode.number.label("episode"),
            Episode.title.label("episode_title"), Episode.phase, Credit.role, Credit.share_bp,
            Credit.state.label("credit_state"),
        )
        .join(Credit, Credit.work_id == Work.id)
        .join(Artist, Artist.id == Credit.artist_id)
        .join(poster, poster.id == Work.artist_id)
        .join(Episode, Episode.id == Work.episode_id)
        .where(Artist.guild_id == guild_id, Artist.user_id == user_id, Credit.state != CreditState.DECLINED)
    )  # fmt: skip
    if posted_only:
        query = query.where(Work.artist_id == Artist.id)
    rows = await tx.execute(query.order_by(Work.id.desc()).limit(limit))
    return tuple(
        PartView(
            work=_ref(row), episode_code=f"S{row.season}E{row.episode}", episode_title=row.episode_title,
            phase=row.phase, posted=bool(row.posted), role=row.role, share_bp=row.share_bp, state=row.credit_state,
        )
        for row in rows
    )  # fmt: skip


def _refs() -> Select[int, int, str, str, WorkState]:
    return select(Work.id, Work.number, Work.title, Artist.name.label("artist"), Work.state).join(
        Artist, Artist.id == Work.artist_id
    )


def _ref(row: Row) -> WorkRef:  # type: ignore[type-arg]  # rows of several queries that share these columns
    return WorkRef(id=row.id, number=row.number, title=row.title, artist=row.artist, state=row.state)


async def _load(tx: Transaction, ids: Sequence[int]) -> dict[int, WorkView]:
    query = (
        select(*Work.__table__.columns, Artist.user_id, Artist.name.label("artist_name"), Show.guild_id, Episode.phase)
        .join(Artist, Artist.id == Work.artist_id)
        .join(Show, Show.id == Work.show_id)
        .join(Episode, Episode.id == Work.episode_id)
        .where(Work.id.in_(ids))
    )
    rows = list(await tx.execute(query))
    if not rows:
        return {}
    credits, sources = await _credits(tx, ids), await _sources(tx, ids)
    used, files, links = await _used_in(tx, ids), await _files(tx, ids), await _links(tx, ids)
    notices = await _notices(tx, ids)
    return {
        row.id: WorkView(
            id=row.id, show_id=row.show_id, episode_id=row.episode_id, guild_id=row.guild_id, number=row.number,
            title=row.title, note=row.note, medium=row.medium, licence=row.licence, state=row.state,
            reason=row.reason, artist=ArtistView(row.artist_id, row.user_id, row.artist_name),
            credits=_own_first(credits[row.id], row.artist_id), sources=tuple(sources[row.id]),
            used_in=tuple(used[row.id]), files=tuple(files[row.id]), links=tuple(links[row.id]),
            channel_id=row.channel_id, message_id=row.message_id, by_form=row.by_form,
            submitted_at=row.submitted_at, version=row.version, phase=row.phase, notices=tuple(notices[row.id]),
        )
        for row in rows
    }  # fmt: skip


def _own_first(credits: Iterable[CreditView], artist_id: int) -> tuple[CreditView, ...]:
    return tuple(sorted(credits, key=lambda credit: credit.artist.id != artist_id))


async def _credits(tx: Transaction, ids: Sequence[int]) -> dict[int, list[CreditView]]:
    rows = await tx.execute(
        select(Credit.work_id, Credit.role, Credit.share_bp, Credit.state, Artist.id, Artist.user_id, Artist.name)
        .join(Artist, Artist.id == Credit.artist_id)
        .where(Credit.work_id.in_(ids))
        .order_by(Credit.id)
    )
    found: dict[int, list[CreditView]] = defaultdict(list)
    for work_id, role, share_bp, state, artist_id, user_id, name in rows:
        found[work_id].append(CreditView(ArtistView(artist_id, user_id, name), role, share_bp, state))
    return found


async def _sources(tx: Transaction, ids: Sequence[int]) -> dict[int, list[SourceView]]:
    rows = await tx.execute(
        select(
            Source.id.label("edge"), Source.work_id, Source.outside_title, Source.outside_url, Source.share_bp,
            Source.thanks, Source.state.label("edge_state"), Work.id, Work.number, Work.title, Work.state,
            Artist.name.label("artist"),
        )
        .outerjoin(Work, Work.id == Source.source_work_id)
        .outerjoin(Artist, Artist.id == Work.artist_id)
        .where(Source.work_id.in_(ids), Source.state != SourceState.REMOVED)
        .order_by(Source.id)
    )  # fmt: skip
    found: dict[int, list[SourceView]] = defaultdict(list)
    for row in rows:
        found[row.work_id].append(
            SourceView(
                id=row.edge, work=None if row.id is None else _ref(row), outside_title=row.outside_title,
                outside_url=row.outside_url, share_bp=row.share_bp, thanks=row.thanks, state=row.edge_state,
            )
        )  # fmt: skip
    return found


async def _used_in(tx: Transaction, ids: Sequence[int]) -> dict[int, list[WorkRef]]:
    query = _refs().add_columns(Source.source_work_id).join(Source, Source.work_id == Work.id)
    where = (Source.state != SourceState.REMOVED) & (Work.state == WorkState.IN)
    rows = await tx.execute(query.where(Source.source_work_id.in_(ids), where).order_by(Work.number))
    found: dict[int, list[WorkRef]] = defaultdict(list)
    for row in rows:
        found[row.source_work_id].append(_ref(row))
    return found


async def _files(tx: Transaction, ids: Sequence[int]) -> dict[int, list[FileView]]:
    rows = await tx.execute(
        select(*WorkFile.__table__.columns).where(WorkFile.work_id.in_(ids)).order_by(WorkFile.position)
    )
    found: dict[int, list[FileView]] = defaultdict(list)
    for row in rows:
        found[row.work_id].append(
            FileView(
                id=row.id, name=row.name, content_type=row.content_type, size=row.size, url=row.url,
                state=row.state, sha256=row.sha256, preview=row.preview, error=row.error,
            )
        )  # fmt: skip
    return found


async def _links(tx: Transaction, ids: Sequence[int]) -> dict[int, list[str]]:
    rows = await tx.execute(
        select(WorkLink.work_id, WorkLink.url).where(WorkLink.work_id.in_(ids)).order_by(WorkLink.position)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for work_id, url in rows:
        found[work_id].append(url)
    return found


async def _notices(tx: Transaction, ids: Sequence[int]) -> dict[int, list[str]]:
    """What could not be credited, unless it has been since."""
    rows = await tx.execute(
        select(WorkEvent.work_id, WorkEvent.detail)
        .where(WorkEvent.work_id.in_(ids), WorkEvent.kind == "source_refused")
        .order_by(WorkEvent.id)
    )
    refused = [(work_id, detail) for work_id, detail in rows]
    if not refused:
        return defaultdict(list)
    linked = {
        (work_id, source)
        for work_id, source in await tx.execute(
            select(Source.work_id, Source.source_work_id).where(Source.work_id.in_([item[0] for item in refused]))
        )
    }
    found: dict[int, list[str]] = defaultdict(list)
    for work_id, detail in refused:
        if (work_id, detail.get("source")) not in linked:
            found[work_id].append(str(detail.get("sentence", "")))
    return found
