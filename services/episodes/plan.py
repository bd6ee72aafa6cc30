"""Making episodes: from the next theme or one's own title, with a deal copied from the show's rules."""

from datetime import datetime
from random import Random

from sqlalchemy import select

from db.models import Deadline, DeadlineKind, DeadlineState, Deal, Episode, EpisodeMove, Show, Theme, ThemeState
from domain.commitments import commit
from domain.episode import Phase
from domain.errors import UserError
from services.access import Actor, find_show, require_producer
from services.episodes.moves import move, require_none_open, set_open
from services.episodes.notices import announce_plan
from services.episodes.times import read_instant
from services.episodes.views import episode_view, find_episode
from services.store import Transaction, writes
from services.suggestions import choose_next
from services.themes import checked_prompt, checked_title, queued
from services.views import EpisodeView

SEED_BITS = 128


async def create_planned(
    tx: Transaction,
    show: Show,
    *,
    title: str,
    prompt: str,
    theme: Theme | None,
    by: int | None,
    now: datetime,
    rng: Random,
) -> Episode:
    """A planned episode with the next number. The seed of its draw is kept secret, its commitment is public."""
    seed = f"{rng.getrandbits(SEED_BITS):032x}"
    episode = Episode(
        show_id=show.id, theme_id=theme.id if theme else None, season=show.season, number=show.next_episode,
        title=title, prompt=prompt, phase=Phase.PLANNED, version=1, planned_at=now, draw_seed=seed,
        draw_commitment=commit(seed),
    )  # fmt: skip
    show.next_episode += 1
    if theme is not None:
        theme.state = ThemeState.USED
    tx.add(episode)
    await tx.flush()
    tx.add(_deal(show, episode))
    tx.add(EpisodeMove(episode_id=episode.id, from_phase=None, to_phase=Phase.PLANNED, at=now, by_user=by, reason=""))
    await tx.flush()
    return episode


def _deal(show: Show, episode: Episode) -> Deal:
    """The show's rules as they are now: every rule that a show and a deal both have, under the same name."""
    shared = set(Deal.__table__.columns.keys()) & set(Show.__table__.columns.keys())
    rules = {name: getattr(show, name) for name in shared}
    return Deal(episode_id=episode.id, locked_at=None, **rules)


@writes
async def plan_episode(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None = None,
    channel_id: int | None = None,
    theme_id: int | None = None,
    title: str | None = None,
    prompt: str = "",
    opens: str | None = None,
    now: datetime,
    rng: Random,
) -> EpisodeView:
    """Plan an episode and post its deal: from a theme of the queue, a title of one's own, or the next theme.

    `opens` is when it opens by itself ("in 2h", "2026-06-08 18:00"); without it, with the show's next theme.
    UserError without producer rights, with neither title nor theme, or a time that makes no sense.
    """
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    theme = None if title is not None else await _theme(tx, found, theme_id)
    due = read_instant(opens, current=None, now=now, zone_name=found.timezone) if opens else None
    episode = await create_planned(
        tx,
        found,
        title=theme.title if theme else checked_title(title or ""),
        prompt=theme.prompt if theme else checked_prompt(prompt),
        theme=theme,
        by=actor.user_id,
        now=now,
        rng=rng,
    )
    if due is not None:
        episode.opens_at = due
        await set_open(tx, episode, due)
    await announce_plan(tx, found, episode, now)
    return await episode_view(tx, episode.id)


async def _theme(tx: Transaction, show: Show, theme_id: int | None) -> Theme:
    rows = await queued(tx, show.id)
    if theme_id is not None:
        rows = [row for row in rows if row.id == theme_id]
        if not rows:
            raise UserError("That theme is not in the queue any more. Choose one from the list, or give a title.")
    if not rows:
        raise UserError("The queue of themes is empty. Add a theme with /theme add, or give the episode a title.")
    return rows[0]


async def next_episode(tx: Transaction, show: Show, *, now: datetime, by: int | None, rng: Random) -> Episode | None:
    """What opens next in a show: the first planned episode without a time of its own, else the next theme's.

    An empty queue takes what the community approves of most.

    None when there is neither.
    """
    timed = select(Deadline.episode_id).where(
        Deadline.kind == DeadlineKind.OPEN, Deadline.state == DeadlineState.WAITING, Deadline.show_id == show.id
    )
    query = (
        select(Episode)
        .where(Episode.show_id == show.id, Episode.phase == Phase.PLANNED, Episode.id.not_in(timed))
        .order_by(Episode.id)
        .limit(1)
    )
    planned: Episode | None = await tx.scalar(query)
    if planned is not None:
        return planned
    themes = await queued(tx, show.id)
    first = themes[0] if themes else await choose_next(tx, show, now)
    if first is None:
        return None
    return await create_planned(tx, show, title=first.title, prompt=first.prompt, theme=first, by=by, now=now, rng=rng)


@writes
async def open_episode(
    tx: Transaction,
    actor: Actor,
    *,
    episode: str | None = None,
    show: str | None = None,
    channel_id: int | None = None,
    now: datetime,
    rng: Random,
) -> EpisodeView:
    """Open submissions now: for a planned episode by name, else for whatever is next. The deal locks.

    UserError while another episode is open, or when nothing is planned and the queue is empty.
    """
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    if episode is not None:
        _, row = await find_episode(tx, actor.guild_id, text=episode, show=found.slug)
    else:
        await require_none_open(tx, found)
        following = await next_episode(tx, found, now=now, by=actor.user_id, rng=rng)
        if following is None:
            raise UserError("Nothing is planned and the queue of themes is empty. Add a theme with /theme add first.")
        row = following
    await move(tx, row, Phase.OPEN, now=now, by=actor.user_id)
    return await episode_view(tx, row.id)
