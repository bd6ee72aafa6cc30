"""From an interaction to the person who asks, and back to them with an answer."""

import io
from datetime import datetime
from typing import Any

import discord

from cogs.common.outgoing import Outgoing
from cogs.runtime import Runtime
from domain.errors import UserError
from services.access import Actor


def actor_of(interaction: discord.Interaction[discord.Client]) -> Actor:
    """Who pressed or typed. UserError outside a server."""
    guild, user = interaction.guild, interaction.user
    if interaction.guild_id is None or not isinstance(user, discord.Member):
        raise UserError("This works inside a server only.")
    return Actor(
        guild_id=interaction.guild_id,
        guild_name=guild.name if guild else str(interaction.guild_id),
        user_id=user.id,
        name=user.display_name,
        role_ids=frozenset(role_id for role_id in user._roles),  # noqa: SLF001 - roles need no guild cache this way
        manages_guild=interaction.permissions.manage_guild,
        joined_at=user.joined_at,
    )


def runtime_of(interaction: discord.Interaction[Any]) -> Runtime:
    """The surroundings of the process, which the bot carries as `runtime`; for buttons that outlive a restart."""
    runtime = getattr(interaction.client, "runtime", None)
    if not isinstance(runtime, Runtime):
        raise TypeError("the client carries no runtime")
    return runtime


def asked_at(interaction: discord.Interaction[discord.Client]) -> datetime:
    """When the person pressed or typed, by Discord's clock (deadlines are held against this)."""
    return interaction.created_at


def place_of(interaction: discord.Interaction[Any]) -> int | None:
    """The channel where it was asked; for a thread the channel that it belongs to, as shows are known by those."""
    parent = interaction.channel.parent_id if isinstance(interaction.channel, discord.Thread) else None
    return parent or interaction.channel_id


async def answer(
    interaction: discord.Interaction[discord.Client], message: Outgoing, *, ephemeral: bool = True
) -> None:
    """Answer with a message, whether or not the interaction was deferred before."""
    files = [discord.File(_stream(item.data), filename=item.name) for item in message.files]
    mentions = message.allowed_mentions()
    send = interaction.followup.send if interaction.response.is_done() else interaction.response.send_message
    if message.view is not None:
        await send(view=message.view, files=files, ephemeral=ephemeral, allowed_mentions=mentions)
    else:
        await send(content=message.content or "", files=files, ephemeral=ephemeral, allowed_mentions=mentions)


async def say_privately(interaction: discord.Interaction[discord.Client], sentence: str) -> None:
    """Answer with a sentence that only the person sees."""
    await answer(interaction, Outgoing(content=sentence[:2000]))


def _stream(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)
