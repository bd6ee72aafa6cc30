"""Shows and their episodes."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select

from db.models import Episode, Show, Theme, ThemeState, Work, WorkState
from domain.episode import Phase
from domain.errors import UserError
from services.episodes.views import episode_views
from services.gallery.files import pictures_of
from services.gallery.views import Home, ShowCard, ShowPage
from services.store import Transaction, reads
from services.views import EpisodeView

_FIRST = (Phase.OPEN, Phase.VOTING, Phase.CUTTING, Phase.RELEASED, Phase.PLANNED, Phase.CANCELED)
"""Which of a show's episodes people come to see, first choice in front."""


@reads
async def alive(tx: Transaction) -> int:
    """Ask the database for something small; the number of shows."""
    return int(await tx.scalar(select(func.count()).select_from(Show)) or 0)


@reads
async def home(tx: Transaction) -> Home:
    """Every show, by name."""
    rows = list(await tx.scalars(select(Show).order_by(Show.name, Show.id)))
    cards = await _cards(tx, rows)
    current = [card.current.id for card in cards if card.current is not None]
    return Home(cards, await pictures_of(tx, current))


@reads
async def all_shows(tx: Transaction) -> tuple[ShowPage, ...]:
    """Every show with its episodes, by name, without pictures."""
    rows = list(await tx.scalars(select(Show).order_by(Show.name, Show.id)))
    cards = await _cards(tx, rows)
    episodes: dict[int, list[EpisodeView]] = defaultdict(list)
    for view in await episode_views(tx, list(await tx.scalars(select(Episode.id)))):
        episodes[view.show_id].append(view)
    queued = await _queued(tx)
    return tuple(ShowPage(card, tuple(episodes[card.id]), queued.get(card.id, 0), {}) for card in cards)


@reads
async def show_page(tx: Transaction, *, slug: str) -> ShowPage:
    """A show by its slug; UserError when there is none."""
    show = await tx.scalar(select(Show).where(Show.slug == slug))
    if show is None:
        raise UserError("There is no such show here.")
    ids = list(await tx.scalars(select(Episode.id).where(Episode.show_id == show.id)))
    card = (await _cards(tx, [show]))[0]
    queued = (await _queued(tx)).get(show.id, 0)
    return ShowPage(card, await episode_views(tx, ids), queued, await pictures_of(tx, ids))


async def _cards(tx: Transaction, shows: Sequence[Show]) -> tuple[ShowCard, ...]:
    ids = [show.id for show in shows]
    found = await tx.execute(
        select(Episode.id, Episode.show_id, Episode.phase, Episode.opens_at).where(Episode.show_id.in_(ids))
    )
    episodes: dict[int, list[tuple[int, int]]] = defaultdict(list)
    opened: dict[int, int] = defaultdict(int)
    for episode_id, show_id, phase, opens_at in found:
        episodes[show_id].append((_FIRST.index(phase), -episode_id))
        opened[show_id] += opens_at is not None and phase is not Phase.PLANNED
    first = {show_id: -min(ranked)[1] for show_id, ranked in episodes.items()}
    views = {view.show_id: view for view in await episode_views(tx, list(first.values()))}
    where = (Work.show_id.in_(ids), Work.state == WorkState.IN)
    made = dict((await tx.execute(select(Work.show_id, func.count()).where(*where).group_by(Work.show_id))).all())
    return tuple(
        ShowCard(
            show.id, show.name, show.slug, show.timezone, opened[show.id], made.get(show.id, 0), views.get(show.id)
        )
        for show in shows
    )


async def _queued(tx: Transaction) -> dict[int, int]:
    query = select(Theme.show_id, func.count()).where(Theme.state == ThemeState.QUEUED).group_by(Theme.show_id)
    return dict((await tx.execute(query)).all())
