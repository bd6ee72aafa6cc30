"""Which work a command means, and the works to choose from while somebody types."""

from typing import Any

import discord
from discord import app_commands

from cogs.common.interactions import actor_of, place_of, runtime_of
from cogs.common.works import work_choices
from services.views import WorkRef
from services.works import read

Interaction = discord.Interaction[Any]

WORK = "The work, by its number (#12) or title"


async def pick(interaction: Interaction, work: str) -> WorkRef:
    """The work that an option names; UserError when there is none."""
    runtime = runtime_of(interaction)
    return await read.pick(
        runtime.db, actor_of(interaction).guild_id, work, show=None, channel_id=place_of(interaction),
        site_url=runtime.site_url,
    )  # fmt: skip


async def suggest(interaction: Interaction, current: str, *, own: bool) -> list[app_commands.Choice[str]]:
    """Works to choose from: one's own first where it is about changing them (producers find the others too)."""
    if interaction.guild_id is None:
        return []
    db, typed = runtime_of(interaction).db, current.split(maxsplit=1)[0] if current.startswith("#") else current
    mine = interaction.user.id if own else None
    found = await read.suggest(
        db, interaction.guild_id, typed, channel_id=interaction.channel_id, user_id=mine, everything=True
    )
    if own and not found:
        found = await read.suggest(db, interaction.guild_id, typed, channel_id=interaction.channel_id, everything=True)
    return work_choices(found, "")
