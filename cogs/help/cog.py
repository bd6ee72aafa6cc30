"""/help."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, answer
from cogs.help import messages
from cogs.runtime import Runtime
from services import shows


class Help(commands.Cog):
    """What one can do here."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(name="help", description="What you can do here, in a few lines")
    @app_commands.guild_only()
    async def help(self, interaction: discord.Interaction[Any]) -> None:
        """Show the help."""
        actor = actor_of(interaction)
        found = await shows.list_shows(self.runtime.db, actor.guild_id)
        producer = actor.manages_guild or any(show.producer_role_id in actor.role_ids for show in found)
        await answer(interaction, messages.help_card(found, producer=producer, site_url=self.runtime.site_url))
