"""What is said of an episode: its announcements, and the posts that are kept current."""

from datetime import datetime, timedelta

from sqlalchemy import select

from db.models import Episode, OutboxRow, OutboxState, Show
from domain.episode import Phase
from services.news import post_news, post_to_producers, refresh_news
from services.store import Transaction

POST_DELAY = timedelta(seconds=5)
"""How long changes are gathered before the opening post is edited."""

_KINDS = {
    Phase.OPEN: ("opened", "episode_opened", "episode:{}"),
    Phase.VOTING: ("voting", "voting_opened", "vote:{}"),
    Phase.RELEASED: ("released", "released", None),
    Phase.CANCELED: ("canceled", "canceled", None),
}


async def announce(tx: Transaction, show: Show, episode: Episode, to: Phase, now: datetime) -> None:
    """Say in the news channel that an episode entered a phase; once, however often it is asked for."""
    name, kind, post_key = _KINDS[to]
    await post_news(
        tx,
        show,
        key=f"episode:{episode.id}:{name}",
        kind=kind,
        subject={"episode": episode.id},
        post_key=post_key.format(episode.id) if post_key else None,
        now=now,
    )


async def announce_plan(tx: Transaction, show: Show, episode: Episode, now: datetime) -> None:
    """Post the deal of a planned episode, before anyone makes anything for it."""
    await post_news(
        tx,
        show,
        key=f"episode:{episode.id}:planned",
        kind="episode_planned",
        subject={"episode": episode.id},
        post_key=f"plan:{episode.id}",
        now=now,
    )


async def remind_of_close(tx: Transaction, show: Show, episode: Episode, now: datetime) -> None:
    """Say that submissions close soon; once for each closing time."""
    closes = int(episode.closes_at.timestamp()) if episode.closes_at else 0
    await post_news(
        tx,
        show,
        key=f"episode:{episode.id}:closing_soon:{closes}",
        kind="closing_soon",
        subject={"episode": episode.id, "closes_at": closes},
        now=now,
    )


async def tell_producers(
    tx: Transaction, show: Show, *, about: str, once: str, now: datetime, episode_id: int | None = None
) -> None:
    """Tell a show's producers something; `once` names the occasion, so that it is told once."""
    kind = "queue_empty" if about.startswith("queue_") else "producer_note"
    await post_to_producers(
        tx,
        show,
        key=f"show:{show.id}:{about}:{once}",
        kind=kind,
        subject={"show": show.id, "about": about, "episode": episode_id},
        now=now,
    )


async def keep_current(tx: Transaction, episode_id: int, now: datetime, *, at_once: bool = False) -> None:
    """Have the opening post of an episode edited (number of works, deadline); call it whenever these change.

    Changes are gathered for some seconds, so that many works in a minute do not make many edits.
    """
    episode = await tx.get(Episode, episode_id)
    show = await tx.get(Show, episode.show_id) if episode else None
    if episode is None or show is None or episode.phase is Phase.PLANNED:
        return
    key = f"episode:{episode_id}"
    if not at_once and await _edit_waits(tx, key):
        return
    await _edit(tx, show, episode, key, "episode_opened", now if at_once else now + POST_DELAY)


async def keep_vote_current(tx: Transaction, show: Show, episode: Episode, now: datetime) -> None:
    """Have the post of an episode's vote edited: it ended, was canceled, or ends at another time."""
    await _edit(tx, show, episode, f"vote:{episode.id}", "voting_opened", now)


async def keep_plan_current(tx: Transaction, show: Show, episode: Episode, now: datetime) -> None:
    """Have the post of a planned episode edited: it opens at another time, or not at all."""
    await _edit(tx, show, episode, f"plan:{episode.id}", "episode_planned", now)


async def _edit_waits(tx: Transaction, post_key: str) -> bool:
    where = (
        OutboxRow.key == f"edit:{post_key}",
        OutboxRow.state == OutboxState.WAITING,
        OutboxRow.leased_until.is_(None),
    )
    return await tx.scalar(select(OutboxRow.id).where(*where)) is not None


async def _edit(tx: Transaction, show: Show, episode: Episode, post_key: str, kind: str, now: datetime) -> None:
    if await tx.scalar(select(OutboxRow.id).where(OutboxRow.post_key == post_key).limit(1)) is None:
        return
    await refresh_news(
        tx,
        show,
        post_key=post_key,
        kind=kind,
        subject={"episode": episode.id},
        now=now,
    )
