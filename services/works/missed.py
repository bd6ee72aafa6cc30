"""What to look at again after a time away: the messages of works that can still change."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from db.models import Episode, Guild, Show, Work, WorkState
from domain.episode import Phase
from services.store import Transaction, reads


@dataclass(frozen=True, slots=True)
class Watched:
    """A channel or thread with messages that are works: each with its last edit that was followed.

    `own`: it is one of the show's own channels. Where another is gone, its messages are, too.
    """

    guild_name: str
    channel_id: int
    own: bool
    messages: Mapping[int, datetime | None]


@reads
async def watched(tx: Transaction, *, now: datetime) -> tuple[Watched, ...]:
    """The messages of works that follow them still: of open episodes, or where a producer allowed changes."""
    rows = await tx.execute(
        select(
            Guild.name, Show.works_channel_id, Show.news_channel_id, Show.producers_channel_id, Work.channel_id,
            Work.message_id, Work.message_edited_at,
        )
        .join(Show, Show.id == Work.show_id)
        .join(Guild, Guild.id == Show.guild_id)
        .join(Episode, Episode.id == Work.episode_id)
        .where(
            Work.message_id.is_not(None), Work.by_form.is_(False), Work.message_gone.is_(False),
            Work.state != WorkState.DISQUALIFIED, or_(Episode.phase == Phase.OPEN, Work.changes_until > now),
        )
        .order_by(Work.message_id)
    )  # fmt: skip
    places: dict[int, tuple[str, bool]] = {}
    messages: dict[int, dict[int, datetime | None]] = defaultdict(dict)
    for row in rows:
        own = row.channel_id in (row.works_channel_id, row.news_channel_id, row.producers_channel_id)
        places[row.channel_id] = (row.name, own)
        messages[row.channel_id][row.message_id] = row.message_edited_at
    return tuple(Watched(name, channel, own, messages[channel]) for channel, (name, own) in places.items())
