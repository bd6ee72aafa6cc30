"""What people do about suggested themes: the commands, the forms, and the buttons that outlive a restart."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.buttons import LastingButton
from cogs.common.interactions import actor_of, answer, place_of, runtime_of
from cogs.common.shows import show_choices, show_here
from cogs.common.themes import theme_number
from cogs.runtime import Runtime
from cogs.themes import suggestions as messages
from cogs.themes.buttons import APPROVE, LIST, VETO
from cogs.themes.views import ThemeFields
from services import suggestions as service
from services.suggestions import MAX_REASON, MIN_REASON, MOST_EACH, MOST_NEEDED
from services.themes import MAX_PROMPT

Interaction = discord.Interaction[Any]

_SHOW = "Which show (the one of this channel if left out)"


class Suggesting(commands.Cog):
    """The part of /theme that is everybody's; mixed into the cog of themes."""

    runtime: Runtime

    @app_commands.command(name="suggest", description="Suggest a theme; without a title, a form opens")
    @app_commands.describe(title="Its title, a few words", prompt="What should people make?", show=_SHOW)
    async def suggest(
        self,
        interaction: Interaction,
        title: str | None = None,
        prompt: app_commands.Range[str, 0, MAX_PROMPT] = "",
        show: str | None = None,
    ) -> None:
        """Suggest a theme."""
        if title is None:
            # Asks first who may, so that nobody fills in a form for nothing.
            await service.require_suggesting(
                self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction)
            )
            await interaction.response.send_modal(SuggestForm(show))
            return
        await _suggest(interaction, show, title, prompt)

    @app_commands.command(name="suggestions", description="The suggested themes, and how many approve of each")
    @app_commands.describe(show=_SHOW)
    async def suggestions(self, interaction: Interaction, show: str | None = None) -> None:
        """List what is up for approval."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await service.suggestions(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction)
        )
        await answer(interaction, messages.listing(view, 0))

    @app_commands.command(name="veto", description="Say no to a suggested theme, with a public reason (producers)")
    @app_commands.describe(suggestion="Which suggestion", reason="Why; everybody can read it", show=_SHOW)
    async def veto(
        self,
        interaction: Interaction,
        suggestion: str,
        reason: app_commands.Range[str, MIN_REASON, MAX_REASON],
        show: str | None = None,
    ) -> None:
        """Veto a suggestion."""
        del show  # only narrows the list of suggestions
        await _veto(interaction, theme_number(suggestion), reason)

    @app_commands.command(name="rules", description="How suggested themes are chosen in this show (producers)")
    @app_commands.describe(
        approvals="How many must approve before one can be chosen; 0: none is chosen by itself",
        each="How many suggestions one person may have up; 0: nobody may suggest",
        show=_SHOW,
    )
    async def rules(
        self,
        interaction: Interaction,
        approvals: app_commands.Range[int, 0, MOST_NEEDED] | None = None,
        each: app_commands.Range[int, 0, MOST_EACH] | None = None,
        show: str | None = None,
    ) -> None:
        """Change the rules."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await service.set_rules(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), approvals=approvals,
            each=each,
        )  # fmt: skip
        await answer(interaction, messages.rules(view))

    @veto.autocomplete("suggestion")
    async def _to_veto(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        found = await service.to_veto(
            self.runtime.db, actor_of(interaction), show=getattr(interaction.namespace, "show", None),
            channel_id=place_of(interaction),
        )  # fmt: skip
        typed = current.casefold()
        fitting = [view for view in found if typed in view.title.casefold()][:25]
        return [app_commands.Choice(name=view.title, value=str(view.id)) for view in fitting]

    @suggest.autocomplete("show")
    @suggestions.autocomplete("show")
    @veto.autocomplete("show")
    @rules.autocomplete("show")
    async def _show_names(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await show_choices(self.runtime, interaction, current)


class SuggestForm(ThemeFields, title="Suggest a theme"):
    """The title and the prompt of a theme that somebody suggests."""

    def __init__(self, show: str | None) -> None:
        super().__init__()
        self.show = show

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Post it for approval."""
        await _suggest(interaction, self.show, self.name.value, self.prompt.value)


class ApproveButton(LastingButton, template=APPROVE):
    """Approves of the suggestion it stands under, or no longer; pressed twice, it is once."""

    async def callback(self, interaction: Interaction) -> None:
        """Keep the approval."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime, approves = runtime_of(interaction), self.word("way") == "approve"
        view = await service.approve(
            runtime.db, actor_of(interaction), suggestion_id=self.number("suggestion"), approves=approves,
            now=runtime.clock(),
        )  # fmt: skip
        runtime.wake()
        await answer(interaction, messages.approval(view, approves=approves))


class ListButton(LastingButton, template=LIST):
    """What is done from the list, which is shown again afterwards."""

    async def callback(self, interaction: Interaction) -> None:
        """Do it."""
        await interaction.response.defer()
        runtime, actor = runtime_of(interaction), actor_of(interaction)
        key, deed, now = self.number("suggestion"), self.word("deed"), runtime.clock()
        if deed == "withdraw":
            await service.withdraw(runtime.db, actor, suggestion_id=key, now=now)
        elif deed != "turn":
            await service.approve(runtime.db, actor, suggestion_id=key, approves=deed == "approve", now=now)
        if deed != "turn":
            runtime.wake()
        show = await show_here(interaction, self.number("show"))
        view = await service.suggestions(runtime.db, actor, show=show.slug)
        await interaction.edit_original_response(view=messages.listing(view, self.number("page")).view)


class VetoButton(LastingButton, template=VETO):
    """Asks a producer for the reason of a veto."""

    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        view = await service.vetoable(
            runtime_of(interaction).db, actor_of(interaction), suggestion_id=self.number("suggestion")
        )
        await interaction.response.send_modal(VetoForm(view.id))


class VetoForm(discord.ui.Modal, title="Say no to this theme"):
    """The reason for a veto."""

    def __init__(self, suggestion_id: int) -> None:
        super().__init__()
        self.suggestion_id = suggestion_id
        self.reason: discord.ui.TextInput[Any] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, min_length=MIN_REASON, max_length=MAX_REASON, custom_id="reason"
        )
        what = "Everybody can read it, and the one who suggested it is told."
        self.add_item(discord.ui.Label(text="Why not?", description=what, component=self.reason))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Veto it."""
        await _veto(interaction, self.suggestion_id, self.reason.value)


ITEMS = (ApproveButton, ListButton, VetoButton)
"""Everything to be registered with the client."""


async def _suggest(interaction: Interaction, show: str | None, title: str, prompt: str) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    runtime = runtime_of(interaction)
    view = await service.suggest(
        runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), title=title, prompt=prompt,
        now=runtime.clock(),
    )  # fmt: skip
    runtime.wake()
    await answer(interaction, messages.suggested(view))


async def _veto(interaction: Interaction, suggestion_id: int, reason: str) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    runtime = runtime_of(interaction)
    view = await service.veto(
        runtime.db, actor_of(interaction), suggestion_id=suggestion_id, reason=reason, now=runtime.clock()
    )
    runtime.wake()
    await answer(interaction, messages.vetoed(view))
