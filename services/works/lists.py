"""What a person has made and has a part in, and everyone in an episode."""

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import aliased

from db.models import (
    Artist,
    Credit,
    CreditState,
    Episode,
    FileState,
    Source,
    SourceState,
    Work,
    WorkFile,
    WorkState,
)
from domain.episode import Outcome, Phase
from services.cuts import outcomes_of
from services.episodes.views import code_of, find_episode
from services.store import Transaction, reads
from services.views import ArtistView, WorkRef
from services.works.loading import ref


@dataclass(frozen=True, slots=True)
class PartView:
    """A person's part in a work. Share in basis points; `outcome` is there once the episode is out.

    `used_in` is how many works that take part were made from it, `lost` how many of its files could not be kept.
    """

    work: WorkRef
    episode_code: str
    episode_title: str
    phase: Phase
    posted: bool
    role: str
    share_bp: int
    state: CreditState
    outcome: Outcome | None = None
    medium: str = ""
    used_in: int = 0
    lost: int = 0


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
    tx: Transaction, guild_id: int, *, episode: str | None, show: str | None, channel_id: int | None
) -> EpisodeCredits:
    """The credits of the episode named ("S1E3", "3"), else of the newest that has opened."""
    phases = (Phase.OPEN, Phase.VOTING, Phase.CUTTING, Phase.RELEASED)
    _, found = await find_episode(
        tx, guild_id, text=episode, show=show, channel_id=channel_id, phases=phases, what="episode with works"
    )
    return await episode_credits(tx, found)


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
    return EpisodeCredits(episode.id, code_of(episode), episode.title, len(numbers), tuple(lines))


async def _parts(
    tx: Transaction, guild_id: int, user_id: int, *, limit: int, posted_only: bool
) -> tuple[PartView, ...]:
    poster = aliased(Artist)
    query = (
        select(
            Work.id, Work.number, Work.title, Work.state, Work.medium, poster.name.label("artist"),
            (Work.artist_id == Artist.id).label("posted"), Episode.season, Episode.number.label("episode"),
            Episode.title.label("episode_title"), Episode.phase, Credit.role, Credit.share_bp,
            Credit.state.label("credit_state"), _used_in().label("used_in"), _lost().label("lost"),
        )
        .join(Credit, Credit.work_id == Work.id)
        .join(Artist, Artist.id == Credit.artist_id)
        .join(poster, poster.id == Work.artist_id)
        .join(Episode, Episode.id == Work.episode_id)
        .where(Artist.guild_id == guild_id, Artist.user_id == user_id, Credit.state != CreditState.DECLINED)
    )  # fmt: skip
    if posted_only:
        query = query.where(Work.artist_id == Artist.id)
    rows = list(await tx.execute(query.order_by(Work.id.desc()).limit(limit)))
    became = await outcomes_of(tx, [row.id for row in rows])
    return tuple(
        PartView(
            work=ref(row), episode_code=f"S{row.season}E{row.episode}", episode_title=row.episode_title,
            phase=row.phase, posted=bool(row.posted), role=row.role, share_bp=row.share_bp, state=row.credit_state,
            outcome=became.get(row.id), medium=row.medium, used_in=row.used_in, lost=row.lost,
        )
        for row in rows
    )  # fmt: skip


def _used_in() -> ScalarSelect[int]:
    remix = aliased(Work)
    return (
        select(func.count())
        .select_from(Source)
        .join(remix, remix.id == Source.work_id)
        .where(Source.source_work_id == Work.id, Source.state != SourceState.REMOVED, remix.state == WorkState.IN)
        .correlate(Work)
        .scalar_subquery()
    )


def _lost() -> ScalarSelect[int]:
    where = (WorkFile.work_id == Work.id, WorkFile.state == FileState.FAILED)
    return select(func.count()).select_from(WorkFile).where(*where).correlate(Work).scalar_subquery()
