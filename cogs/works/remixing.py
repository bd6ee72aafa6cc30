"""/remix: choose what to work from, get its files, hand the remix in with the source filled in."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, place_of
from cogs.common.shows import show_choices
from cogs.common.works import work_choices
from cogs.runtime import Runtime
from cogs.works.views import show_kit
from services.works import read

Interaction = discord.Interaction[Any]


class Remixing(commands.Cog):
    """The way to a remix that begins with a search."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(name="remix", description="Get a work's files to remix it, and hand your remix in")
    @app_commands.describe(
        work="What to work from: type its number, its title or its artist",
        show="Which show (the one of this channel if left out)",
    )
    @app_commands.guild_only()
    async def remix(self, interaction: Interaction, work: str, show: str | None = None) -> None:
        """Give its files, and the form with the source filled in."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await read.pick(
            self.runtime.db, actor_of(interaction).guild_id, work, show=show, channel_id=place_of(interaction),
            site_url=self.runtime.site_url,
        )  # fmt: skip
        await show_kit(interaction, found.id)

    @remix.autocomplete("work")
    async def _works(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        if interaction.guild_id is None:
            return []
        show = getattr(interaction.namespace, "show", None)
        found = await read.suggest(
            self.runtime.db, interaction.guild_id, current, channel_id=place_of(interaction), show=show
        )
        return work_choices(found, "")

    @remix.autocomplete("show")
    async def _shows(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await show_choices(self.runtime, interaction, current)
