"""Which episode takes a work, and what is said when none does."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from db.models import Deal, Episode, Show
from domain.episode import Phase, counts_for
from services.store import Transaction
from services.works.records import TAKING

EpisodeAndGrace = tuple[Episode, int]
"""An episode with its grace period in seconds."""


async def taking_episode(tx: Transaction, show_ids: Collection[int], at: datetime) -> Episode | None:
    """The episode that a work made at `at` counts for: the newest of those whose time it falls into.

    An episode that has moved on (the bot was away) still takes what was made in its time, until it is out.
    """
    return taking_at(await still_taking(tx, show_ids), show_ids, at)


async def still_taking(tx: Transaction, show_ids: Collection[int]) -> Sequence[EpisodeAndGrace]:
    """The episodes of these shows that take works made in their time, the newest first."""
    rows = await tx.execute(
        select(Episode, Deal.grace_seconds)
        .join(Deal, Deal.episode_id == Episode.id)
        .where(Episode.show_id.in_(show_ids), Episode.phase.in_(TAKING), Episode.opens_at.is_not(None))
        .order_by(Episode.opens_at.desc(), Episode.id.desc())
    )
    return [(episode, grace) for episode, grace in rows]


def taking_at(episodes: Iterable[EpisodeAndGrace], show_ids: Collection[int], at: datetime) -> Episode | None:
    """The first of these episodes, of one of these shows, that a work made at `at` counts for."""
    for episode, grace in episodes:
        if episode.show_id not in show_ids or episode.opens_at is None:
            continue
        if counts_for(at, episode.opens_at, episode.closes_at, grace):
            return episode
    return None


async def last_episode(tx: Transaction, show_id: int) -> Episode | None:
    """The show's episode that opened last."""
    return await tx.scalar(
        select(Episode)
        .where(Episode.show_id == show_id, Episode.opens_at.is_not(None), Episode.phase != Phase.PLANNED)
        .order_by(Episode.opens_at.desc(), Episode.id.desc())
        .limit(1)
    )


async def refusal(tx: Transaction, show: Show) -> str:
    """The sentence for a work that no episode takes."""
    last = await last_episode(tx, show.id)
    later = "The next theme will be posted here." if not show.paused else "The next theme is not set yet."
    if last is None or last.phase not in TAKING or last.closes_at is None:
        return f"No episode of {show.name} is open for submissions right now. {later}"
    code = f"S{last.season}E{last.number} {last.title}"
    return f"Submissions for {code} closed <t:{int(last.closes_at.timestamp())}:R>. {later}"
