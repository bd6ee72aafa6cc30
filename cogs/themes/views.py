"""The form for a theme, and the button that opens it, also after a restart."""

from typing import Any

import discord

from cogs.common.buttons import LastingButton
from cogs.common.interactions import actor_of, answer, place_of, runtime_of
from cogs.common.shows import show_here
from cogs.themes import messages
from cogs.themes.buttons import ADD
from services import themes
from services.themes import MAX_PROMPT, MAX_TITLE, ThemeView

Interaction = discord.Interaction[Any]


class AddThemeButton(LastingButton, template=ADD):
    """Opens the form for a theme of a show."""

    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        view = await show_here(interaction, self.number("show"))
        # Asks first who may, so that nobody fills in a form for nothing.
        await themes.queue_view(runtime_of(interaction).db, actor_of(interaction), show=view.slug)
        await interaction.response.send_modal(ThemeForm(view.slug))


class ThemeFields(discord.ui.Modal, title="A theme"):
    """A form for a theme's title and prompt."""

    def __init__(self, theme: ThemeView | None = None) -> None:
        super().__init__()
        self.name: discord.ui.TextInput[Any] = discord.ui.TextInput(
            max_length=MAX_TITLE, default=theme.title if theme else None, custom_id="title"
        )
        self.prompt: discord.ui.TextInput[Any] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, max_length=MAX_PROMPT, required=False,
            default=theme.prompt if theme else None, custom_id="prompt",
        )  # fmt: skip
        self.add_item(discord.ui.Label(text="Title", description="A few words.", component=self.name))
        what = "What should people make? A question or a picture in words works well."
        self.add_item(discord.ui.Label(text="Prompt", description=what, component=self.prompt))


class ThemeForm(ThemeFields, title="A theme"):
    """A theme's title and prompt: a new one for a show, or one of the queue to be edited."""

    def __init__(self, show: str | None, theme: ThemeView | None = None) -> None:
        super().__init__(theme)
        self.show, self.theme_id = show, theme.id if theme else None

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Put it in the queue, or change it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime, actor = runtime_of(interaction), actor_of(interaction)
        if self.theme_id is not None:
            view = await themes.edit_theme(
                runtime.db, actor, theme_id=self.theme_id, title=self.name.value, prompt=self.prompt.value
            )
        else:
            view = await themes.queue_theme(
                runtime.db, actor, show=self.show, channel_id=place_of(interaction), title=self.name.value,
                prompt=self.prompt.value, now=runtime.clock(),
            )  # fmt: skip
        await answer(interaction, messages.queued(view, edited=self.theme_id is not None))
