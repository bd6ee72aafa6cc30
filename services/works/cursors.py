"""How far each channel has been read, so that what was posted while the bot was away is found and nothing else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from db.models import ChannelCursor, Collecting, Episode, Guild, Show
from services.store import Transaction, reads, writes
from services.works.collect import take
from services.works.records import TAKING
from services.works.storing import Collected, Posting

_DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """A works channel. `since` is the id to read its history from where no cursor says more."""

    guild_id: int
    guild_name: str
    show_id: int
    channel_id: int
    since: int


@reads
async def places(tx: Transaction, *, now: datetime) -> tuple[Place, ...]:
    """Every works channel that is collected from without asking."""
    opened = (
        select(func.min(Episode.opens_at))
        .where(Episode.show_id == Show.id, Episode.phase.in_(TAKING))
        .scalar_subquery()
    )
    rows = await tx.execute(
        select(Show.id, Show.guild_id, Guild.name, Show.works_channel_id, opened)
        .join(Guild, Guild.id == Show.guild_id)
        .where(Show.collecting == Collecting.EVERYTHING)
        .order_by(Show.id)
    )
    found: dict[int, Place] = {}
    for show_id, guild_id, name, channel_id, opens_at in rows:
        since = id_at(min(opens_at or now, now))
        before = found.get(channel_id)
        if before is None or since < before.since:
            found[channel_id] = Place(guild_id, name, show_id, channel_id, since)
    return tuple(found.values())


@reads
async def read_until(tx: Transaction, channel_ids: Collection[int]) -> dict[int, int]:
    """The last message looked at in each of these channels, where there is one."""
    where = ChannelCursor.channel_id.in_(channel_ids)
    rows = await tx.execute(select(ChannelCursor.channel_id, ChannelCursor.last_message_id).where(where))
    return dict(rows.all())


@writes
async def advance(tx: Transaction, show_id: int, channel_id: int, message_id: int) -> None:
    """Every message of the channel up to this one has been looked at. Never goes back."""
    await _advance(tx, show_id, channel_id, message_id)


@dataclass(frozen=True, slots=True)
class Whole:
    """Where nothing can have been missed up to now: these works channels, and those of shows made since `since`."""

    channels: frozenset[int] = frozenset()
    since: datetime | None = None


@writes
async def take_in(
    tx: Transaction, postings: Sequence[Posting], *, whole: Whole, site_url: str, now: datetime
) -> list[Collected]:
    """Take in messages in order, with one commit, and move the cursors of the channels that are `whole`.

    In others the cursor stays, so that a gap is never jumped over.
    """
    took = await take(tx, postings, site_url=site_url, now=now)
    last: dict[tuple[int, int], int] = {}
    for posting in postings:
        at = posting.parent_id or posting.channel_id, posting.channel_id
        last[at] = max(last.get(at, 0), posting.message_id)
    where = Show.works_channel_id.in_({place for place, _ in last})
    rows = await tx.execute(select(Show.works_channel_id, Show.id, Show.created_at).where(where))
    shows = {
        place: show_id
        for place, show_id, made in rows
        if place in whole.channels or (whole.since is not None and made >= whole.since)
    }
    for (place, channel_id), message_id in last.items():
        if place in shows:
            await _advance(tx, shows[place], channel_id, message_id)
    return took


def id_at(instant: datetime) -> int:
    """The smallest id that Discord could have given at this instant."""
    return max(0, (instant - _DISCORD_EPOCH) // timedelta(milliseconds=1)) << 22


async def _advance(tx: Transaction, show_id: int, channel_id: int, message_id: int) -> None:
    cursor = await tx.get(ChannelCursor, channel_id)
    if cursor is None:
        tx.add(ChannelCursor(channel_id=channel_id, show_id=show_id, last_message_id=message_id))
    elif cursor.last_message_id < message_id:
        cursor.last_message_id = message_id
