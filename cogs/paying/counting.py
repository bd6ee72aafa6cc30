"""Looking back on money in Discord: /payout trends for everybody, /payout totals for producers."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, place_of
from cogs.common.shows import show_choices
from cogs.paying import figures
from cogs.paying.views import give
from cogs.runtime import Runtime
from services.paying import totals, trends

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]

_SHOW = "Which show (the one of this channel if left out)"


class CountCommands(commands.Cog):
    """Parts of /payout that look back."""

    runtime: Runtime

    @app_commands.command(name="trends", description="What each episode earned, and how long payment took")
    @app_commands.describe(mine="Only what you earned, for your eyes", show=_SHOW)
    async def trends(self, interaction: Interaction, mine: bool = False, show: str | None = None) -> None:
        """Show the trends."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        view = await trends.show_trends(
            self.runtime.db, guild_id=actor.guild_id, show=show, channel_id=place_of(interaction),
            user_id=actor.user_id if mine else None,
        )  # fmt: skip
        await give(interaction, figures.trends(view, self.runtime.site_url))

    @app_commands.command(name="totals", description="What each artist was paid in a year, as a file (producers)")
    @app_commands.describe(year="Which calendar year", show=_SHOW)
    async def totals(self, interaction: Interaction, year: int, show: str | None = None) -> None:
        """Show a year's totals."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await totals.totals(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), year=year,
            thresholds=self.runtime.totals_from,
        )  # fmt: skip
        await give(interaction, figures.totals(view))

    @trends.autocomplete("show")
    @totals.autocomplete("show")
    async def _count_shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(self.runtime, interaction, current)
