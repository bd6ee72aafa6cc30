"""Choosing an episode while typing."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from cogs.common.interactions import place_of
from cogs.runtime import Runtime
from domain.episode import Phase
from services import episodes


async def episode_choices(
    runtime: Runtime, interaction: discord.Interaction[Any], current: str, phases: Sequence[Phase] = tuple(Phase)
) -> list[app_commands.Choice[str]]:
    """The guild's episodes that fit what is typed so far; the value is the code ("S1E3")."""
    if interaction.guild_id is None:
        return []
    show = getattr(interaction.namespace, "show", None)
    found = await episodes.episode_choices(
        runtime.db, interaction.guild_id, show=show, channel_id=place_of(interaction), phases=phases
    )
    typed = current.casefold()
    names = [(f"{choice.code} {choice.title} ({choice.phase.value})"[:100], choice.code) for choice in found]
    return [app_commands.Choice(name=name, value=code) for name, code in names if typed in name.casefold()][:25]
