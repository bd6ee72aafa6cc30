"""What the public gallery shows: everything of a show or an episode that anybody may see, in one reading each."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from db.models import (
    Episode,
    PayoutRound,
    Show,
    Source,
    SourceState,
    Tally,
    Theme,
    ThemeState,
    Work,
    WorkFile,
    WorkState,
)
from domain.episode import Outcome, Phase
from domain.errors import UserError
from services import cuts, tallies, voting
from services.cuts import CutView
from services.episodes.views import MoveView, episode_view, episode_views, moves_of
from services.payouts.read import round_view
from services.payouts.views import RoundView
from services.store import Transaction, reads
from services.tallies import ResultView
from services.views import EpisodeView, WorkView
from services.works import read as works

PUBLIC = (WorkState.IN, WorkState.WITHDRAWN, WorkState.DISQUALIFIED)


@dataclass(frozen=True, slots=True)
class ShowCard:
    """A show in the list of shows; `episodes` counts those that have opened."""

    id: int
    name: str
    slug: str
    timezone: str
    episodes: int
    works: int


@dataclass(frozen=True, slots=True)
class ShowPage:
    """A show with its episodes, newest first."""

    show: ShowCard
    episodes: tuple[EpisodeView, ...]
    queued_themes: int


@dataclass(frozen=True, slots=True)
class EpisodePage:
    """An episode with all that is public of it.

    `result` is None until the vote is counted, so nothing of the marks shows before; `turnout` (ballots) always does.
    """

    episode: EpisodeView
    timezone: str
    moves: tuple[MoveView, ...]
    works: tuple[WorkView, ...]
    outcomes: dict[int, Outcome]
    turnout: int
    result: ResultView | None
    cut: CutView
    rounds: tuple[RoundView, ...]

    def taking_part(self) -> tuple[WorkView, ...]:
        """The works that were neither withdrawn nor disqualified."""
        return tuple(work for work in self.works if work.state is WorkState.IN)


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A work with its episode, and what became of it once the episode is out."""

    work: WorkView
    episode: EpisodeView
    timezone: str
    outcome: Outcome | None


@reads
async def shows(tx: Transaction) -> tuple[ShowCard, ...]:
    """Every show, by name."""
    rows = await tx.scalars(select(Show).order_by(Show.name, Show.id))
    return tuple([await _show_card(tx, show) for show in list(rows)])


@reads
async def show_page(tx: Transaction, *, slug: str) -> ShowPage:
    """A show by its slug; UserError when there is none."""
    show = await tx.scalar(select(Show).where(Show.slug == slug))
    if show is None:
        raise UserError("There is no such show here.")
    ids = list(await tx.scalars(select(Episode.id).where(Episode.show_id == show.id)))
    queued = await tx.scalar(
        select(func.count()).select_from(Theme).where(Theme.show_id == show.id, Theme.state == ThemeState.QUEUED)
    )
    return ShowPage(await _show_card(tx, show), await episode_views(tx, ids), int(queued or 0))


@reads
async def episode_page(tx: Transaction, *, episode_id: int) -> EpisodePage:
    """An episode by its id; UserError when there is none."""
    episode = await episode_view(tx, episode_id)
    made = await works.views(tx, episode_id, states=PUBLIC)
    show = await tx.get_one(Show, episode.show_id)
    rounds = await tx.scalars(
        select(PayoutRound.id).where(PayoutRound.episode_id == episode_id).order_by(PayoutRound.number)
    )
    counted = await tx.get(Tally, episode_id) is not None
    return EpisodePage(
        episode=episode,
        timezone=show.timezone,
        moves=await moves_of(tx, episode_id),
        works=made,
        outcomes=await cuts.outcomes_of(tx, [work.id for work in made]),
        turnout=await voting.turnout(tx, episode_id),
        result=await tallies.result_view(tx, episode_id) if counted else None,
        cut=await cuts.view_of(tx, episode_id),
        rounds=tuple([await round_view(tx, round_id) for round_id in list(rounds)]),
    )


@reads
async def work_page(tx: Transaction, *, work_id: int) -> WorkPage:
    """A work by its id; UserError when there is none."""
    work = await works.work_view(tx, work_id)
    episode = await episode_view(tx, work.episode_id)
    show = await tx.get_one(Show, work.show_id)
    outcomes = await cuts.outcomes_of(tx, [work.id])
    return WorkPage(work, episode, show.timezone, outcomes.get(work.id))


@reads
async def alive(tx: Transaction) -> int:
    """Ask the database for something small; the number of shows."""
    return int(await tx.scalar(select(func.count()).select_from(Show)) or 0)


@reads
async def totals(tx: Transaction) -> dict[str, int]:
    """How much there is of what, over all shows: shows, episodes, works, sources between works."""
    counts = {
        "shows": select(func.count()).select_from(Show),
        "episodes": select(func.count()).select_from(Episode).where(Episode.phase != Phase.PLANNED),
        "works": select(func.count()).select_from(Work).where(Work.state == WorkState.IN),
        "sources": select(func.count())
        .select_from(Source)
        .where(Source.state == SourceState.CONFIRMED, Source.source_work_id.is_not(None)),
    }
    return {name: int(await tx.scalar(query) or 0) for name, query in counts.items()}


async def _show_card(tx: Transaction, show: Show) -> ShowCard:
    episodes = await tx.scalar(
        select(func.count()).select_from(Episode).where(Episode.show_id == show.id, Episode.opens_at.is_not(None))
    )
    made = await tx.scalar(
        select(func.count()).select_from(Work).where(Work.show_id == show.id, Work.state == WorkState.IN)
    )
    return ShowCard(show.id, show.name, show.slug, show.timezone, int(episodes or 0), int(made or 0))


@reads
async def media_type(tx: Transaction, *, sha256: str) -> str | None:
    """The content type of a file or preview that a work in the gallery has; None when there is no such file.

    Files of works that were withdrawn or disqualified are kept but no longer shown.
    """
    query = (
        select(WorkFile.sha256, WorkFile.content_type)
        .join(Work, Work.id == WorkFile.work_id)
        .where(Work.state == WorkState.IN, or_(WorkFile.sha256 == sha256, WorkFile.preview == sha256))
        .limit(1)
    )
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        return None
    original, content_type = found
    return content_type if original == sha256 else "image/webp"
