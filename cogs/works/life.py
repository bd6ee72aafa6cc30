"""/work files, history and allow: a work after it was submitted."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, runtime_of, say_privately
from cogs.common.text import ago, safe
from cogs.works.filesform import FilesForm
from cogs.works.picking import WORK, pick, suggest
from cogs.works.views import open_form, show_history
from services.works import edit

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]


class WorkLife(commands.Cog):
    """A part of the cog of /work."""

    @app_commands.command(name="files", description="Replace, add or take off a file of your work")
    @app_commands.describe(work=WORK)
    async def files(self, interaction: Interaction, work: str) -> None:
        """Open the form."""
        await open_form(interaction, (await pick(interaction, work)).id, FilesForm)

    @app_commands.command(name="history", description="All that happened to your work, with who and when")
    @app_commands.describe(work=WORK)
    async def history(self, interaction: Interaction, work: str) -> None:
        """Show the newest page."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await show_history(interaction, (await pick(interaction, work)).id, 0)

    @app_commands.command(name="allow", description="Producers: let an artist change a work after the deadline")
    @app_commands.describe(work=WORK, hours="For how many hours from now; 0 ends it")
    async def allow(self, interaction: Interaction, work: str, hours: app_commands.Range[int, 0, 336] = 24) -> None:
        """Allow it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime, found = runtime_of(interaction), await pick(interaction, work)
        until = await edit.allow_changes(
            runtime.db, actor_of(interaction), found.id, hours=hours, now=runtime.clock()
        )  # fmt: skip
        runtime.wake()
        name = f"#{found.number} {safe(found.title, 60)}"
        said = f"{safe(found.artist, 60)} can change {name} until {ago(until)}, and is told so."
        await say_privately(interaction, said if hours else f"{name} can no longer be changed after the deadline.")

    @files.autocomplete("work")
    @history.autocomplete("work")
    async def _own(self, interaction: Interaction, current: str) -> Choices:
        return await suggest(interaction, current, own=True)

    @allow.autocomplete("work")
    async def _any(self, interaction: Interaction, current: str) -> Choices:
        return await suggest(interaction, current, own=False)
