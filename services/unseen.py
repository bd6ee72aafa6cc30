"""Works that too few people have seen while their vote goes on: their artists are told in time, once and kindly."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models import Artist, Episode, Show, Work
from domain.episode import Phase
from domain.exposure import seen_too_little
from services import outbox
from services.elections import exposure_in
from services.store import Transaction, reads
from services.views import WorkRef
from services.voting import VoteEpisode, load_episode, works_in


@dataclass(frozen=True, slots=True)
class UnseenView:
    """An artist's works that could do with more eyes. No numbers: during a vote nobody is told any."""

    episode: VoteEpisode
    works: tuple[WorkRef, ...]


async def tell_unseen(tx: Transaction, show: Show, episode: Episode, now: datetime) -> None:
    """Tell the artists of works that are seen too little; each once, with all such works of theirs.

    For use inside the transaction that finds the look at it due. Their works stand first in every booth already.
    """
    few = seen_too_little(await exposure_in(tx, episode.id))
    query = select(Artist.user_id, Work.id).join(Work, Work.artist_id == Artist.id).where(Work.id.in_(few))
    theirs: defaultdict[int, list[int]] = defaultdict(list)
    for user_id, work_id in await tx.execute(query.order_by(Work.number)):
        if user_id is not None:
            theirs[user_id].append(work_id)
    for user_id, work_ids in theirs.items():
        await outbox.say(
            tx, key=f"vote:{episode.id}:unseen:{user_id}", kind="seen_too_little", show_id=show.id,
            subject={"episode": episode.id, "works": work_ids}, user_id=user_id, channel_id=show.news_channel_id,
            now=now,
        )  # fmt: skip


@reads
async def unseen_view(tx: Transaction, *, episode_id: int, works: list[int]) -> UnseenView | None:
    """What an artist is told; None once the vote is over or none of the works takes part any more."""
    episode = await load_episode(tx, episode_id)
    still = tuple(work for work in await works_in(tx, episode_id) if work.id in works)
    return UnseenView(episode, still) if still and episode.phase is Phase.VOTING else None
