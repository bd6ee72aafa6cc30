"""An episode in its vote, with artists and works, as the tests of ballots, tallies and cuts begin with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from db.models import Artist, Credit, CreditState, Deal, Episode, Show, VoteMethod, Weights, Work, WorkState
from domain import commitments
from domain.episode import Phase
from domain.licences import Licence
from services.access import Actor
from services.store import Database, Transaction, writes
from tests.support.studio import NOW, WORKS_CHANNEL, actor, after

SEED = "0123456789abcdef0123456789abcdef"
VOTES_UNTIL = after(days=3)


@dataclass(frozen=True, slots=True)
class Vote:
    """An episode to vote on; `works` are ids, in the order of their numbers from 1."""

    episode: int
    works: tuple[int, ...]


def artist_of(place: int) -> Actor:
    """Who made the work at a place (from 0)."""
    return actor(f"Artist {place}", user_id=700_000_000_000_000_000 + place)


def voter(number: int) -> Actor:
    """Somebody who made none of the works."""
    return actor(f"Voter {number}", user_id=800_000_000_000_000_000 + number)


@writes
async def open_vote(
    tx: Transaction,
    show_id: int,
    *,
    works: int = 3,
    method: VoteMethod = VoteMethod.SCORE,
    seats: int = 2,
    weights: Weights = Weights.POINTS,
    phase: Phase = Phase.VOTING,
    now: datetime = NOW,
    **rules: Any,
) -> Vote:
    """An episode of that show in its vote, each work by an artist of its own; `rules` are columns of its deal."""
    show = (await tx.scalars(select(Show).where(Show.id == show_id))).one()
    episode = Episode(
        show_id=show.id, season=1, number=show.next_episode, title="Night trains", prompt="What moves at night?",
        phase=phase, version=1, planned_at=now, opens_at=after(days=-8), closes_at=after(days=-1),
        votes_until=VOTES_UNTIL, draw_seed=SEED, draw_commitment=commitments.commit(SEED),
    )  # fmt: skip
    tx.add(episode)
    show.next_episode += 1
    await tx.flush()
    tx.add(
        Deal(
            episode_id=episode.id, currency="USD", vote_method=method, max_score=5, seats=seats, weights=weights,
            lineage_bp=2000, house_bp=5000, floor=0, cap_bp=10_000, payout_min=1000, comment_seconds=3600,
            grace_seconds=0, claim_days=365, locked_at=now, **rules,
        )
    )  # fmt: skip
    ids = [await _add_work(tx, show, episode.id, place, now) for place in range(works)]
    return Vote(episode.id, tuple(ids))


async def _add_work(tx: Transaction, show: Show, episode_id: int, place: int, now: datetime) -> int:
    who = artist_of(place)
    artist = await tx.scalar(select(Artist).where(Artist.guild_id == show.guild_id, Artist.user_id == who.user_id))
    if artist is None:
        artist = Artist(guild_id=show.guild_id, user_id=who.user_id, name=who.name, created_at=now)
        tx.add(artist)
        await tx.flush()
    work = Work(
        show_id=show.id, episode_id=episode_id, number=show.next_work, artist_id=artist.id, title=f"Work {place}",
        note="", medium="picture", licence=Licence("CC-BY-4.0"), state=WorkState.IN, reason="",
        channel_id=WORKS_CHANNEL, message_id=600_000_000_000_000_000 + show.next_work, by_form=False,
        submitted_at=now, collected_at=now, version=1,
    )  # fmt: skip
    tx.add(work)
    show.next_work += 1
    await tx.flush()
    tx.add(Credit(work_id=work.id, artist_id=artist.id, role="", share_bp=10_000, state=CreditState.CONFIRMED))
    await tx.flush()
    return work.id


async def set_phase(db: Database, episode_id: int, phase: Phase) -> None:
    """Move an episode without any of what a move brings with it."""

    async def move(tx: Transaction) -> None:
        (await tx.scalars(select(Episode).where(Episode.id == episode_id))).one().phase = phase

    await db.write(move)
