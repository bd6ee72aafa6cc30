"""Making the channels and the role that a new show lacks, where the bot may."""

import re
from dataclasses import dataclass

import discord

from domain.errors import UserError

_SLUG = 60
_REASON = "Showrunner: /setup"

Overwrites = dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite]


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


async def make_missing(guild: discord.Guild, show_name: str, chosen: Chosen, *, asked_by: int) -> Made:
    """Make what is not chosen. A channel or role of the right name that is there already is used instead.

    The producers' channel is seen by the producer role, or without one by the member `asked_by` who sets the show up.
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
        seen_by = discord.Object(role, type=discord.Role) if role else discord.Object(asked_by, type=discord.Member)
        producers = await _channel(guild, f"{base}-producers", made, _private(guild, seen_by))
        if role is None:
            without.append(f"anybody but you in <#{producers}>; let others in under its permissions")
    return Made(Chosen(works, news, producers, role), tuple(made), tuple(without))


def _slug(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.lower()).strip("-")[:_SLUG] or "show"


def _existing(guild: discord.Guild, name: str) -> discord.TextChannel | None:
    return discord.utils.get(guild.text_channels, name=name)


async def _channel(guild: discord.Guild, name: str, made: list[str], only: Overwrites | None = None) -> int:
    found = _existing(guild, name)
    if found is not None:
        return found.id
    channel = await guild.create_text_channel(name, overwrites=only or {}, reason=_REASON)
    made.append(f"<#{channel.id}>")
    return channel.id


def _private(guild: discord.Guild, seen_by: discord.Object) -> Overwrites:
    """A channel that only one role or member sees, the bot beside."""
    return {
        guild.default_role: discord.PermissionOverwrite(view_channel=False),
        seen_by: discord.PermissionOverwrite(view_channel=True),
        guild.me: discord.PermissionOverwrite(view_channel=True, send_messages=True, embed_links=True),
    }


async def _role(guild: discord.Guild, name: str, made: list[str]) -> int:
    found = discord.utils.get(guild.roles, name=name)
    if found is not None:
        return found.id
    role = await guild.create_role(name=name, permissions=discord.Permissions.none(), reason=_REASON)
    made.append(f"<@&{role.id}>")
    return role.id
