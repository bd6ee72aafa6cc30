"""Messages as artists post them, and an episode to post them to."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from db.models import Deal, Episode, Show, VoteMethod, Weights
from domain.commitments import commit
from domain.episode import Phase
from services.access import Actor
from services.store import Database, Transaction, writes
from services.works.collect import Attachment, Collected, Posting, collect
from tests.support.studio import GUILD, NOW, WORKS_CHANNEL, actor

SITE = "http://127.0.0.1:8080"
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open episode's row id, and when it closes."""

    id: int
    closes_at: datetime


_counter: Iterator[int] = count(1)


def snowflake(at: datetime) -> int:
    """A Discord id made at `at`, exact to the millisecond; no two are alike."""
    return (((at - _EPOCH) // timedelta(milliseconds=1)) << 22) | (next(_counter) & 0x3FFFFF)


def picture(name: str = "dawn.png", *, size: int = 1000, kind: str = "image/png") -> Attachment:
    """A file as Discord describes it."""
    return Attachment(name, kind, size, f"https://cdn.discordapp.com/attachments/1/2/{name}")


def posting(who: Actor | None = None, text: str = "", *, at: datetime = NOW, **changes: Any) -> Posting:
    """A message in the show's works channel, with a picture unless `attachments` say otherwise."""
    who = who or actor("Mia")
    made = Posting(
        guild_id=GUILD,
        guild_name="Night Owls",
        channel_id=WORKS_CHANNEL,
        parent_id=None,
        message_id=snowflake(at),
        author_id=who.user_id,
        author_name=who.name,
        text=text,
        attachments=(picture(),),
    )
    return replace(made, **changes)


@writes
async def opened(tx: Transaction, title: str = "Dawn", *, now: datetime = NOW, phase: Phase = Phase.OPEN) -> Opened:
    """An episode of the only show, open from `now` on: 7 days, 10 minutes of grace."""
    show = (await tx.scalars(select(Show))).one()
    episode = Episode(
        show_id=show.id, theme_id=None, season=show.season, number=show.next_episode, title=title,
        prompt="What wakes first?", phase=phase, version=1, planned_at=now, opens_at=now,
        closes_at=now + timedelta(days=7), votes_until=now + timedelta(days=10), draw_seed="s",
        draw_commitment=commit("s"),
    )  # fmt: skip
    show.next_episode += 1
    tx.add(episode)
    await tx.flush()
    tx.add(
        Deal(
            episode_id=episode.id, currency="USD", vote_method=VoteMethod.SCORE, max_score=5, seats=12,
            weights=Weights.EQUAL, lineage_bp=2000, house_bp=5000, floor=0, cap_bp=10_000, payout_min=1000,
            comment_seconds=1_209_600, grace_seconds=600, claim_days=365, locked_at=now,
        )
    )  # fmt: skip
    return Opened(episode.id, now + timedelta(days=7))


@writes
async def into(tx: Transaction, episode_id: int, phase: Phase) -> None:
    """Put an episode into a phase, with nothing of what goes with it."""
    (await tx.get_one(Episode, episode_id)).phase = phase


@writes
async def rules(tx: Transaction, **columns: Any) -> None:
    """Change rules of the only show."""
    show = (await tx.scalars(select(Show))).one()
    for name, value in columns.items():
        setattr(show, name, value)


async def collected(db: Database, who: Actor | None = None, text: str = "", **changes: Any) -> Collected:
    """A message posted and taken in."""
    at = changes.pop("at", NOW)
    return await collect(db, posting(who, text, at=at, **changes), site_url=SITE, now=at)


async def work_id(db: Database, who: Actor | None = None, text: str = "", **changes: Any) -> int:
    """The row id of a work that was just posted."""
    found = (await collected(db, who, text, **changes)).work_id
    assert found is not None
    return found
