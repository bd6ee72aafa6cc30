"""/remix: choose what to work from, get its files, hand the remix in with the source filled in."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import place_of
from cogs.common.works import work_choices
from cogs.runtime import Runtime
from cogs.works.picking import pick
from cogs.works.views import show_kit
from services.works import read

Interaction = discord.Interaction[Any]


class Remixing(commands.Cog):
    """The way to a remix that begins with a search."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(name="remix", description="Get a work's files to remix it, and hand your remix in")
    @app_commands.describe(work="What to work from: type its number, its title or its artist")
    @app_commands.guild_only()
    async def remix(self, interaction: Interaction, work: str) -> None:
        """Give its files, and the form with the source filled in."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await show_kit(interaction, (await pick(interaction, work)).id)

    @remix.autocomplete("work")
    async def _works(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        if interaction.guild_id is None:
            return []
        found = await read.suggest(self.runtime.db, interaction.guild_id, current, channel_id=place_of(interaction))
        return work_choices(found, "")
