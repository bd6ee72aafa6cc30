"""Making the channels and the role that a new show lacks, where the bot may."""

import re
from dataclasses import dataclass

import discord

from domain.errors import UserError

_SLUG = 60
_REASON = "Showrunner: /setup"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a show uses, as far as it is chosen: Discord's ids."""

    works: int | None = None
    news: int | None = None
    producers: int | None = None
    role: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What a show uses now, and the names of what was made for it; `without` says what could not be made."""

    chosen: Chosen
    made: tuple[str, ...]
    without: tuple[str, ...]


async def make_missing(guild: discord.Guild, show_name: str, chosen: Chosen) -> Made:
    """Make what is not chosen. A channel or role of the right name that is there already is used instead.

    UserError when a works channel is needed and the bot may not make channels.
    """
    may, base = guild.me.guild_permissions, _slug(show_name)
    made: list[str] = []
    without: list[str] = []
    role = chosen.role
    if role is None:
        role = await _role(guild, f"{show_name[:80]} producers", made) if may.manage_roles else None
        if role is None:
            without.append("a producer role (I lack Manage Roles); whoever may manage the server runs the show")
    if chosen.works is None and not may.manage_channels and _existing(guild, f"{base}-works") is None:
        raise UserError(
            "I may not make channels here. Give me Manage Channels and run /setup again, or choose channels that "
            "exist with `works_channel` and `news_channel`."
        )
    works = chosen.works or await _channel(guild, f"{base}-works", made)
    news = chosen.news or (await _channel(guild, f"{base}-news", made) if may.manage_channels else None)
    producers = chosen.producers
    if producers is None and may.manage_channels:
        producers = await _channel(guild, f"{base}-producers", made, only=role)
    return Made(Chosen(works, news, producers, role), tuple(made), tuple(without))


def _slug(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.lower()).strip("-")[:_SLUG] or "show"


def _existing(guild: discord.Guild, name: str) -> discord.TextChannel | None:
    return discord.utils.get(guild.text_channels, name=name)


async def _channel(guild: discord.Guild, name: str, made: list[str], *, only: int | None = None) -> int:
    found = _existing(guild, name)
    if found is not None:
        return found.id
    channel = await guild.create_text_channel(name, overwrites=_private(guild, only), reason=_REASON)
    made.append(f"<#{channel.id}>")
    return channel.id


def _private(
    guild: discord.Guild, role_id: int | None
) -> dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite]:
    """Who sees a channel that is the producers' own; everybody when there is no role."""
    if role_id is None:
        return {}
    seen = discord.PermissionOverwrite(view_channel=True)
    return {
        guild.default_role: discord.PermissionOverwrite(view_channel=False),
        guild.get_role(role_id) or discord.Object(role_id, type=discord.Role): seen,
        guild.me: discord.PermissionOverwrite(view_channel=True, send_messages=True, embed_links=True),
    }


async def _role(guild: discord.Guild, name: str, made: list[str]) -> int:
    found = discord.utils.get(guild.roles, name=name)
    if found is not None:
        return found.id
    role = await guild.create_role(name=name, permissions=discord.Permissions.none(), reason=_REASON)
    made.append(f"<@&{role.id}>")
    return role.id
