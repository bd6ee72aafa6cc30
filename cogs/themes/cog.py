"""/theme: the queue of what the next episodes are about."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, answer, place_of, say_privately
from cogs.common.shows import show_choices
from cogs.common.text import safe
from cogs.common.themes import theme_choices, theme_number
from cogs.runtime import Runtime
from cogs.themes import messages
from cogs.themes.suggesting import Suggesting
from cogs.themes.views import ThemeForm
from services import themes
from services.themes import MAX_PROMPT

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]

_SHOW = "Which show (the one of this channel if left out)"
_THEME = "Which theme of the queue"


@app_commands.guild_only()
class Themes(
    Suggesting, commands.GroupCog, group_name="theme", group_description="The queue of themes, and what people suggest"
):
    """The queue is for producers, as themes are a surprise to everybody else; suggesting is for all."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(name="add", description="Put a theme in the queue; without a title, a form opens (producers)")
    @app_commands.describe(title="Its title, a few words", prompt="What should people make?", show=_SHOW)
    async def add(
        self,
        interaction: Interaction,
        title: str | None = None,
        prompt: app_commands.Range[str, 0, MAX_PROMPT] = "",
        show: str | None = None,
    ) -> None:
        """Add a theme."""
        if title is None:
            # Asks first who may, so that nobody fills in a form for nothing.
            await themes.queue_view(self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction))
            await interaction.response.send_modal(ThemeForm(show))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await themes.queue_theme(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), title=title,
            prompt=prompt, now=self.runtime.clock(),
        )  # fmt: skip
        await answer(interaction, messages.queued(view))

    @app_commands.command(name="queue", description="The themes that wait, in order (producers)")
    @app_commands.describe(show=_SHOW)
    async def queue(self, interaction: Interaction, show: str | None = None) -> None:
        """List the queue."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await themes.queue_view(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction)
        )
        await answer(interaction, messages.queue(view))

    @app_commands.command(name="move", description="Put a theme at another place in the queue (producers)")
    @app_commands.describe(theme=_THEME, place="1 goes out next", show=_SHOW)
    async def move(
        self, interaction: Interaction, theme: str, place: app_commands.Range[int, 1, 10_000], show: str | None = None
    ) -> None:
        """Move a theme."""
        del show  # only narrows the list of themes
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await themes.move_theme(
            self.runtime.db, actor_of(interaction), theme_id=theme_number(theme), place=place
        )
        await say_privately(interaction, f"“{safe(view.title)}” is at place {view.place} now.")

    @app_commands.command(name="remove", description="Take a theme out of the queue (producers)")
    @app_commands.describe(theme=_THEME, show=_SHOW)
    async def remove(self, interaction: Interaction, theme: str, show: str | None = None) -> None:
        """Remove a theme."""
        del show
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await themes.remove_theme(self.runtime.db, actor_of(interaction), theme_id=theme_number(theme))
        await say_privately(interaction, f"“{safe(view.title)}” is out of the queue.")

    @app_commands.command(name="edit", description="Change the words of a theme that waits (producers)")
    @app_commands.describe(theme=_THEME, show=_SHOW)
    async def edit(self, interaction: Interaction, theme: str, show: str | None = None) -> None:
        """Open the form for a theme of the queue."""
        view = await themes.theme_view(self.runtime.db, actor_of(interaction), theme_number(theme))
        await interaction.response.send_modal(ThemeForm(show, view))

    @move.autocomplete("theme")
    @remove.autocomplete("theme")
    @edit.autocomplete("theme")
    async def _themes(self, interaction: Interaction, current: str) -> Choices:
        return await theme_choices(self.runtime, interaction, current)

    @add.autocomplete("show")
    @queue.autocomplete("show")
    @move.autocomplete("show")
    @remove.autocomplete("show")
    @edit.autocomplete("show")
    async def _shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(self.runtime, interaction, current)
