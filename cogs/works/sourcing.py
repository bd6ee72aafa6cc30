"""/work sources, uncredited and disputes: what a work names as its sources, and what is said against it."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, answer, place_of, runtime_of
from cogs.common.shows import show_choices
from cogs.works import disputed
from cogs.works.picking import WORK, pick, suggest
from cogs.works.source_forms import claim, show_sources
from services.works import disputes

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]


class WorkSources(commands.Cog):
    """A part of the cog of /work."""

    @app_commands.command(name="sources", description="What your work is made from: parts, thanks, licences")
    @app_commands.describe(work=WORK)
    async def sources(self, interaction: Interaction, work: str) -> None:
        """Open the panel."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await show_sources(interaction, (await pick(interaction, work)).id)

    @app_commands.command(name="uncredited", description="Say that a work was made from yours and does not credit it")
    @app_commands.describe(work=WORK, mine="Your own work, by its number (#12) or title", reason="How you know")
    async def uncredited(
        self, interaction: Interaction, work: str, mine: str, reason: app_commands.Range[str, 1, 500]
    ) -> None:
        """Raise it: the poster is asked, producers settle it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await claim(interaction, (await pick(interaction, work)).id, mine, reason)

    @app_commands.command(name="disputes", description="Producers: sources that are disputed, to be settled")
    @app_commands.describe(show="Which show (the one of this channel if left out)")
    async def disputes(self, interaction: Interaction, show: str | None = None) -> None:
        """List them, with buttons that settle them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        found = await disputes.open_in(runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction))
        await answer(interaction, disputed.listed(found, runtime.site_url))

    @sources.autocomplete("work")
    @uncredited.autocomplete("mine")
    async def _mine(self, interaction: Interaction, current: str) -> Choices:
        return await suggest(interaction, current, own=True)

    @uncredited.autocomplete("work")
    async def _theirs(self, interaction: Interaction, current: str) -> Choices:
        return await suggest(interaction, current, own=False)

    @disputes.autocomplete("show")
    async def _dispute_shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(runtime_of(interaction), interaction, current)
