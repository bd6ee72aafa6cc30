"""Where imported works go: an episode that is there, or one that is made for a back catalogue and is out at once."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import select

from db.models import Deal, Episode, EpisodeMove, Show
from domain.episode import Phase, check_move, require_phase
from services.episodes.plan import create_planned
from services.episodes.views import code_of, find_episode
from services.store import Transaction
from services.themes import checked_title

PROMPT = "A back catalogue: works that were made before they were collected here."
_WAY = (Phase.OPEN, Phase.VOTING, Phase.CUTTING, Phase.RELEASED)
_REASON = "import"


@dataclass(frozen=True, slots=True)
class Into:
    """Where to: the episode `code` ("S1E3"), or else one called `title` that is made for the import."""

    code: str | None
    title: str


async def find_target(tx: Transaction, show: Show, into: Into) -> Episode | None:
    """The episode there is; None when it is still to be made.

    UserError for one that does not exist, or that takes no imports now: marks on works that come during the vote
    would not be comparable.
    """
    if into.code is not None:
        _, episode = await find_episode(tx, show.guild_id, text=into.code, show=show.slug)
        require_phase(episode.phase, Phase.OPEN, Phase.CUTTING, Phase.RELEASED, doing="import works into it")
        return episode
    made = select(EpisodeMove.episode_id).where(EpisodeMove.reason == _REASON, EpisodeMove.to_phase == Phase.RELEASED)
    found: Episode | None = await tx.scalar(
        select(Episode)
        .where(Episode.show_id == show.id, Episode.title == checked_title(into.title), Episode.id.in_(made))
        .order_by(Episode.id)
        .limit(1)
    )
    return found


async def target(tx: Transaction, show: Show, into: Into, *, now: datetime, rng: Random) -> Episode:
    """The episode to put works into, made if it is not there yet."""
    return await find_target(tx, show, into) or await _make(tx, show, checked_title(into.title), now, rng)


async def _make(tx: Transaction, show: Show, title: str, now: datetime, rng: Random) -> Episode:
    """A released episode, by the legal moves, all at once.

    Nothing is announced, no vote is counted and nothing is in its cut: none of that took place here. It has no times
    of opening and closing either, so no message is ever taken for it.
    """
    episode = await create_planned(tx, show, title=title, prompt=PROMPT, theme=None, by=None, now=now, rng=rng)
    for to in _WAY:
        check_move(episode.phase, to)
        tx.add(
            EpisodeMove(
                episode_id=episode.id, from_phase=episode.phase, to_phase=to, at=now, by_user=None, reason=_REASON
            )
        )
        episode.phase, episode.version = to, episode.version + 1
    episode.released_at = now
    (await tx.get_one(Deal, episode.id)).locked_at = now
    await tx.flush()
    return episode


def named(episode: Episode | None, into: Into) -> str:
    """How the episode is called, there or not."""
    return f"{code_of(episode)} “{episode.title}”" if episode else f"a new episode “{checked_title(into.title)}”"
