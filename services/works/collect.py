"""Taking works in from the messages of a show's channel. Asked twice, a work is still one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from db.models import (
    Collecting,
    Show,
)
from domain.episode import snowflake_time
from services import outbox
from services.store import Transaction, writes
from services.works import words
from services.works.records import TAKING
from services.works.storing import (
    Attachment,
    Collected,
    Posting,
    Took,
    known_message,
    last_episode,
    refusal,
    store,
    taking_episode,
)

__all__ = ["Attachment", "Collected", "Posting", "Took", "collect", "collect_many", "take"]


@writes
async def collect(tx: Transaction, posting: Posting, *, site_url: str, now: datetime) -> Collected:
    """Take in a message of a show's channel if it is a work.

    By the show's way of collecting; into the episode whose time its message was made in. After the deadline it
    is refused with a kind answer and nothing is stored. The second time it is KNOWN.
    """
    return await take(tx, posting, site_url=site_url, now=now)


@writes
async def collect_many(
    tx: Transaction, postings: Sequence[Posting], *, site_url: str, now: datetime
) -> list[Collected]:
    """Take in several messages, in order, with one commit."""
    return [await take(tx, posting, site_url=site_url, now=now) for posting in postings]


async def take(tx: Transaction, posting: Posting, *, site_url: str, now: datetime) -> Collected:
    """collect() inside a transaction."""
    places = [posting.channel_id, *([posting.parent_id] if posting.parent_id else [])]
    shows = list(await tx.scalars(select(Show).where(Show.works_channel_id.in_(places)).order_by(Show.id)))
    shows = [show for show in shows if show.guild_id == posting.guild_id and show.collecting is Collecting.EVERYTHING]
    reading = words.read_text(posting.text, guild_id=posting.guild_id, site_url=site_url)
    if not shows or not (posting.attachments or reading.links):
        return Collected(Took.IGNORED)
    seen = await known_message(tx, posting.message_id)
    if seen is not None:
        return seen
    at = snowflake_time(posting.message_id)
    episode = await taking_episode(tx, [show.id for show in shows], at)
    if episode is None:
        return await _refuse(tx, shows[0], posting, at=at, now=now)
    show = next(show for show in shows if show.id == episode.show_id)
    return await store(tx, show, episode, posting, reading, at=at, now=now)


async def _refuse(tx: Transaction, show: Show, posting: Posting, *, at: datetime, now: datetime) -> Collected:
    """Answer kindly if the deadline of the last episode has passed; between episodes the channel is for talk."""
    last = await last_episode(tx, show.id)
    if last is None or last.phase not in TAKING or last.closes_at is None or at < last.closes_at:
        return Collected(Took.IGNORED)
    await outbox.say(
        tx, key=f"work_refused:{posting.message_id}", kind="work_refused", show_id=show.id,
        subject={"reason": await refusal(tx, show), "episode": last.id}, channel_id=posting.channel_id,
        reply_to=posting.message_id, now=now,
    )  # fmt: skip
    return Collected(Took.REFUSED)
