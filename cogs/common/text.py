"""Words as Discord shows them: other people's text made harmless, times that follow the reader, money."""

import re
from datetime import datetime

import discord

from domain.money import Money
from services.text import money_text
from services.views import ArtistView

TEXT_DISPLAY = 4000
"""Characters Discord allows in the text displays of one message, all together."""

_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # turns the direction of whatever is written after it


def safe(text: str, limit: int = 300) -> str:
    """Somebody's words on one line, without markdown or mentions, cut to `limit` characters."""
    line = " ".join(_STEERING.sub("", text).split())
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    return discord.utils.escape_mentions(discord.utils.escape_markdown(line))


def safe_block(text: str, limit: int = 1500) -> str:
    """Somebody's words with their line breaks, harmless otherwise."""
    lines = [safe(line, limit) for line in text.strip().splitlines()]
    joined = "\n".join(lines)
    return joined if len(joined) <= limit else joined[: limit - 1].rstrip() + "…"


def mention(artist: ArtistView) -> str:
    """An artist as a mention; by name where there is no Discord account to mention."""
    return f"<@{artist.user_id}>" if artist.user_id is not None else f"**{safe(artist.name, 60)}**"


def when(instant: datetime) -> str:
    """An instant with weekday and time, in the reader's own zone."""
    return discord.utils.format_dt(instant, "F")


def ago(instant: datetime) -> str:
    """An instant as distance from now ("in 3 days"), kept current by Discord."""
    return discord.utils.format_dt(instant, "R")


def money(amount: Money) -> str:
    """An amount as people write it: $1,234.50."""
    return money_text(amount)


def percent(basis_points: int) -> str:
    """Basis points as a percentage, without needless zeros: 2000 is 20%."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its word: 1 work, 2 works."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def message_link(guild_id: int, channel_id: int, message_id: int) -> str:
    """The address of a message."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"
