"""What producers do with an episode that exists: move a deadline, go on early, release, cancel."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select

from db.models import CutEntry, Episode, Show
from domain.episode import Phase, check_move, require_phase
from domain.errors import UserError
from services.access import Actor, require_producer
from services.episodes.moves import move, set_close, set_count, set_open
from services.episodes.notices import keep_current, keep_plan_current, keep_vote_current
from services.episodes.times import read_instant
from services.episodes.views import code_of, episode_view, find_episode, works_of
from services.store import Transaction, reads, writes
from services.views import EpisodeView

MAX_URL = 500
MAX_REASON = 500
_FOLLOWING = {Phase.PLANNED: Phase.OPEN, Phase.OPEN: Phase.VOTING, Phase.VOTING: Phase.CUTTING}


@dataclass(frozen=True, slots=True)
class Step:
    """What came of it: the episode as it is now, and whether this call moved it (else it was there already)."""

    episode: EpisodeView
    moved: bool


@reads
async def producers_episode(
    tx: Transaction,
    actor: Actor,
    *,
    episode: str | None,
    show: str | None = None,
    channel_id: int | None = None,
) -> EpisodeView:
    """The episode a producer means, to ask "really?" about; UserError for anybody else."""
    found, row = await find_episode(tx, actor.guild_id, text=episode, show=show, channel_id=channel_id)
    require_producer(found, actor)
    return await episode_view(tx, row.id)


async def _mine(tx: Transaction, actor: Actor, episode_id: int) -> tuple[Show, Episode]:
    episode = await tx.get(Episode, episode_id)
    show = await tx.get(Show, episode.show_id) if episode else None
    if episode is None or show is None or show.guild_id != actor.guild_id:
        raise UserError("There is no such episode here.")
    require_producer(show, actor)
    return show, episode


@writes
async def advance_episode(tx: Transaction, actor: Actor, *, episode_id: int, seen: Phase, now: datetime) -> Step:
    """End the phase that the producer saw, before its deadline: open, close, or count now.

    Asked again, or when the clock was quicker, the episode has left that phase and nothing more happens.
    """
    _, episode = await _mine(tx, actor, episode_id)
    if episode.phase is not seen:
        return Step(await episode_view(tx, episode_id), moved=False)
    following = _FOLLOWING.get(seen)
    if following is None:
        # The domain's sentence says where the episode stands and what is next.
        hint = " Use /episode release with a link to it." if seen is Phase.CUTTING else ""
        what = "The cut is being made; the next step is the release." if hint else f"{code_of(episode)} is over."
        raise UserError(what + hint)
    if following is Phase.VOTING:
        await _require_works(tx, episode)
    moved = await move(tx, episode, following, now=now, by=actor.user_id, reason="early")
    return Step(await episode_view(tx, episode_id), moved)


async def _require_works(tx: Transaction, episode: Episode) -> None:
    if not await works_of(tx, [episode.id]):
        raise UserError(
            f"{code_of(episode)} has no works yet, so there is nothing to vote on. "
            "Give it more time with /episode deadline, or cancel it with /episode cancel."
        )


@writes
async def change_deadline(tx: Transaction, actor: Actor, *, episode_id: int, change: str, now: datetime) -> EpisodeView:
    """Move the deadline of the phase an episode is in: "+2d", "-6h", "in 3h" or "2026-06-08 18:00".

    When submissions close later or earlier, the vote keeps its length. UserError for a time in the past, and for
    an episode that waits for no deadline.
    """
    show, episode = await _mine(tx, actor, episode_id)
    require_phase(episode.phase, Phase.PLANNED, Phase.OPEN, Phase.VOTING, doing="change its deadline")
    current = {Phase.PLANNED: episode.opens_at, Phase.OPEN: episode.closes_at}.get(episode.phase, episode.votes_until)
    due = read_instant(change, current=current, now=now, zone_name=show.timezone)
    if episode.phase is Phase.PLANNED:
        episode.opens_at = due
        await set_open(tx, episode, due)
        await keep_plan_current(tx, show, episode, now)
    elif episode.phase is Phase.OPEN:
        await _move_close(tx, episode, due, now)
    else:
        episode.votes_until = due
        await set_count(tx, episode)
        await keep_vote_current(tx, show, episode, now)
    episode.version += 1
    await tx.flush()
    return await episode_view(tx, episode_id)


async def _move_close(tx: Transaction, episode: Episode, due: datetime, now: datetime) -> None:
    if episode.closes_at is not None and episode.votes_until is not None:
        episode.votes_until += due - episode.closes_at
    episode.closes_at = due
    await tx.flush()
    await set_close(tx, episode)
    await keep_current(tx, episode.id, now, at_once=True)


@writes
async def cancel_episode(tx: Transaction, actor: Actor, *, episode_id: int, reason: str, now: datetime) -> Step:
    """Cancel an episode that is not released, with the reason that everybody reads. Asked again, it stays canceled."""
    _, episode = await _mine(tx, actor, episode_id)
    reason = _checked_reason(reason)
    moved = await move(tx, episode, Phase.CANCELED, now=now, by=actor.user_id, reason=reason)
    return Step(await episode_view(tx, episode_id), moved)


def _checked_reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise UserError("Please give a reason: the artists will read it.")
    if len(reason) > MAX_REASON:
        raise UserError(f"That reason has {len(reason)} characters; up to {MAX_REASON} fit.")
    return reason


@writes
async def release_episode(
    tx: Transaction, actor: Actor, *, episode_id: int, url: str, note: str = "", now: datetime
) -> Step:
    """The finished episode is out at `url`; the credits roll with `note`. Asked again, it stays released.

    UserError while there is no cut, for a link that is none, or in another phase.
    """
    _, episode = await _mine(tx, actor, episode_id)
    link = checked_link(url)
    if episode.phase is not Phase.RELEASED:
        check_move(episode.phase, Phase.RELEASED)
        await _require_cut(tx, episode)
        episode.release_url = link
        await tx.flush()
    moved = await move(tx, episode, Phase.RELEASED, now=now, by=actor.user_id, reason=note.strip()[:MAX_REASON])
    return Step(await episode_view(tx, episode_id), moved)


async def _require_cut(tx: Transaction, episode: Episode) -> None:
    where = (CutEntry.episode_id == episode.id, CutEntry.in_cut.is_(True))
    if not await tx.scalar(select(func.count()).select_from(CutEntry).where(*where)):
        raise UserError(
            f"{code_of(episode)} has no work in its cut yet. Put at least one in with /cut add, then release it."
        )


def checked_link(text: str) -> str:
    """A web address; UserError for anything else."""
    link = text.strip()
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not host or any(c.isspace() or c in "<>\"'" for c in link):
        raise UserError("The link to the episode must be a web address like https://example.com/episode.")
    if len(link) > MAX_URL:
        raise UserError(f"That link has {len(link)} characters; up to {MAX_URL} fit.")
    return link
