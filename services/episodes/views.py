"""Episodes as they are read: by id, the current one, by the name people type, and the history of a show."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.models import Deal, Episode, EpisodeMove, Show, Suggestion, Work, WorkState
from domain.episode import Phase
from domain.errors import UserError
from domain.money import currency
from services.access import find_show
from services.store import Transaction, reads
from services.views import DealView, EpisodeView, vote_rules

RUNNING = (Phase.OPEN, Phase.VOTING, Phase.CUTTING, Phase.PLANNED)
"""The phases of an episode that is not over, the one people mean first in front."""

_CODE = re.compile(
    r"(?:s(?P<season>[0-9]{1,4}))?\s*(?:e|#)?\s*(?P<number>[0-9]{1,6})(?![0-9]).*", re.IGNORECASE | re.DOTALL
)
CHOICES = 25


@dataclass(frozen=True, slots=True)
class MoveView:
    """One transition of an episode; `by_user` is a Discord id, None for the clock."""

    to_phase: Phase
    at: datetime
    by_user: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class EpisodeStatus:
    """An episode with its way so far."""

    episode: EpisodeView
    moves: tuple[MoveView, ...]


@dataclass(frozen=True, slots=True)
class EpisodeChoice:
    """An episode in a list to choose from."""

    id: int
    code: str
    title: str
    phase: Phase


def code_of(episode: Episode) -> str:
    """How people name the episode: S1E3."""
    return f"S{episode.season}E{episode.number}"


async def episode_view(tx: Transaction, episode_id: int) -> EpisodeView:
    """The snapshot of an episode; UserError when there is none of that id."""
    views = await episode_views(tx, [episode_id])
    if not views:
        raise UserError("That episode does not exist any more.")
    return views[0]


async def episode_views(tx: Transaction, ids: Sequence[int]) -> tuple[EpisodeView, ...]:
    """The snapshots of several episodes, newest first, in three queries however many."""
    query = (
        select(Episode, Show, Deal, Suggestion.suggested_by)
        .join(Show, Show.id == Episode.show_id)
        .join(Deal, Deal.episode_id == Episode.id)
        .outerjoin(Suggestion, Suggestion.theme_id == Episode.theme_id)
        .where(Episode.id.in_(ids))
        .order_by(Episode.id.desc())
    )
    rows = (await tx.execute(query)).all()
    works = await works_of(tx, ids)
    return tuple(
        _view(episode, show, deal, works.get(episode.id, 0), suggested_by) for episode, show, deal, suggested_by in rows
    )


async def works_of(tx: Transaction, ids: Sequence[int]) -> dict[int, int]:
    """How many works take part in each of these episodes; none is left out of the dict."""
    where = (Work.episode_id.in_(ids), Work.state == WorkState.IN)
    query = select(Work.episode_id, func.count()).where(*where).group_by(Work.episode_id)
    return {episode_id: count for episode_id, count in (await tx.execute(query)).all()}  # noqa: C416 - rows are no pairs to mypy


def _view(episode: Episode, show: Show, deal: Deal, works: int, suggested_by: int | None) -> EpisodeView:
    return EpisodeView(
        id=episode.id, show_id=show.id, show_name=show.name, show_slug=show.slug, guild_id=show.guild_id,
        works_channel_id=show.works_channel_id, news_channel_id=show.news_channel_id, season=episode.season,
        number=episode.number, title=episode.title, prompt=episode.prompt, phase=episode.phase,
        opens_at=episode.opens_at, closes_at=episode.closes_at, votes_until=episode.votes_until,
        released_at=episode.released_at, release_url=episode.release_url, draw_commitment=episode.draw_commitment,
        collecting=show.collecting,
        works=works, deal=deal_view(deal), suggested_by=suggested_by,
    )  # fmt: skip


def deal_view(deal: Deal) -> DealView:
    """The snapshot of a deal."""
    return DealView(
        currency=currency(deal.currency), vote_method=deal.vote_method, max_score=deal.max_score, seats=deal.seats,
        weights=deal.weights, lineage_bp=deal.lineage_bp, house_bp=deal.house_bp, floor=deal.floor,
        cap_bp=deal.cap_bp, payout_min=deal.payout_min, comment_seconds=deal.comment_seconds,
        grace_seconds=deal.grace_seconds, claim_days=deal.claim_days, voting=vote_rules(deal),
        funding=deal.funding, promised=deal.promised, equal_parts=deal.equal_parts, points_parts=deal.points_parts,
        votes_parts=deal.votes_parts, unclaimed=deal.unclaimed, shown_as=deal.shown_as,
        receipts_public=deal.receipts_public, locked_at=deal.locked_at, commercial=deal.commercial,
    )  # fmt: skip


async def current_episode(tx: Transaction, show_id: int, *phases: Phase) -> Episode | None:
    """The show's newest episode in the first of `phases` that has one.

    Without `phases`: the open one, else the one in the vote, else in the cut, else planned.
    """
    order = phases or RUNNING
    where = (Episode.show_id == show_id, Episode.phase.in_(order))
    rows = list(await tx.scalars(select(Episode).where(*where).order_by(Episode.id.desc())))
    return min(rows, key=lambda row: order.index(row.phase), default=None)


async def find_episode(
    tx: Transaction,
    guild_id: int,
    *,
    text: str | None,
    show: str | None = None,
    channel_id: int | None = None,
    phases: Sequence[Phase] = RUNNING,
    what: str = "episode",
) -> tuple[Show, Episode]:
    """The episode that is meant: by a code as typed ("S1E3", "E3", "3") in its show, else the current one.

    `phases` is what the current one may be in, first choice in front; a named episode may be in any phase, so that
    the domain can say why it does not fit. UserError when there is none.
    """
    found = await find_show(tx, guild_id, name=show, channel_id=channel_id)
    if text is not None:
        return found, await _named(tx, found, text)
    episode = await current_episode(tx, found.id, *phases)
    if episode is None:
        raise UserError(f"{found.name} has no {what} right now. /episode history lists all of its episodes.")
    return found, episode


async def _named(tx: Transaction, show: Show, text: str) -> Episode:
    parsed = _CODE.match(text.strip())
    if parsed is not None:
        where = [Episode.show_id == show.id, Episode.number == int(parsed["number"])]
        if parsed["season"]:
            where.append(Episode.season == int(parsed["season"]))
        found = await tx.scalar(select(Episode).where(*where).order_by(Episode.season.desc()).limit(1))
        if found is not None:
            return found
    raise UserError(f"{show.name} has no episode “{text.strip()[:40]}”. Name one like S{show.season}E1.")


@reads
async def get_episode(tx: Transaction, episode_id: int) -> EpisodeView:
    """The snapshot of an episode, in a transaction of its own."""
    return await episode_view(tx, episode_id)


@reads
async def episode_status(
    tx: Transaction,
    guild_id: int,
    *,
    text: str | None = None,
    show: str | None = None,
    channel_id: int | None = None,
) -> EpisodeStatus:
    """Where an episode stands: the one named, else the current one, else the last."""
    phases = (*RUNNING, Phase.RELEASED, Phase.CANCELED)
    _, episode = await find_episode(tx, guild_id, text=text, show=show, channel_id=channel_id, phases=phases)
    return EpisodeStatus(await episode_view(tx, episode.id), await moves_of(tx, episode.id))


async def moves_of(tx: Transaction, episode_id: int) -> tuple[MoveView, ...]:
    """Every transition of an episode, in order."""
    rows = await tx.scalars(select(EpisodeMove).where(EpisodeMove.episode_id == episode_id).order_by(EpisodeMove.id))
    return tuple(MoveView(row.to_phase, row.at, row.by_user, row.reason) for row in rows)


@reads
async def history(
    tx: Transaction, guild_id: int, *, show: str | None = None, channel_id: int | None = None, limit: int = 15
) -> tuple[str, tuple[EpisodeView, ...]]:
    """A show's name and its latest episodes, newest first."""
    found = await find_show(tx, guild_id, name=show, channel_id=channel_id)
    query = select(Episode.id).where(Episode.show_id == found.id).order_by(Episode.id.desc()).limit(limit)
    return found.name, await episode_views(tx, list(await tx.scalars(query)))


@reads
async def episode_choices(
    tx: Transaction,
    guild_id: int,
    *,
    show: str | None = None,
    channel_id: int | None = None,
    phases: Sequence[Phase] = tuple(Phase),
) -> tuple[EpisodeChoice, ...]:
    """The episodes to choose from, newest first; empty when it is not clear which show is meant."""
    try:
        found = await find_show(tx, guild_id, name=show, channel_id=channel_id)
    except UserError:
        return ()
    where = (Episode.show_id == found.id, Episode.phase.in_(phases))
    rows = await tx.scalars(select(Episode).where(*where).order_by(Episode.id.desc()).limit(CHOICES))
    return tuple(EpisodeChoice(row.id, code_of(row), row.title, row.phase) for row in rows)
