"""The button that goes on early, and the forms for release and cancellation (sending one off is the confirmation)."""

from typing import Any

import discord

from cogs.common.buttons import LastingButton
from cogs.common.interactions import actor_of, answer, runtime_of, say_privately
from cogs.episodes import messages
from cogs.episodes.buttons import ADVANCE, DEAL
from cogs.episodes.messages import PHASE_WORDS
from domain.episode import Phase
from domain.errors import UserError
from services import episodes
from services.episodes.steps import MAX_REASON, MAX_URL
from services.views import EpisodeView

Interaction = discord.Interaction[Any]


class AdvanceButton(LastingButton, template=ADVANCE):
    """Ends the phase that the producer saw; pressed again, nothing more happens."""

    async def callback(self, interaction: Interaction) -> None:
        """Go on."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        step = await episodes.advance_episode(
            runtime.db,
            actor_of(interaction),
            episode_id=self.number("episode"),
            seen=Phase(self.word("phase")),
            now=runtime.clock(),
        )
        runtime.wake()
        word = "is now" if step.moved else "has gone on already: it is"
        await say_privately(interaction, f"{step.episode.code} {word} {PHASE_WORDS[step.episode.phase]}.")


class DealButton(LastingButton, template=DEAL):
    """Shows whoever presses the whole deal of an episode."""

    async def callback(self, interaction: Interaction) -> None:
        """Show the deal."""
        runtime = runtime_of(interaction)
        view = await episodes.get_episode(runtime.db, self.number("episode"))
        if view.guild_id != interaction.guild_id:
            raise UserError("There is no such episode here.")
        await answer(interaction, messages.deal(view, runtime.site_url))


class ReleaseForm(discord.ui.Modal):
    """Where the finished episode can be seen, and a word to go with it."""

    def __init__(self, view: EpisodeView, link: str | None, note: str | None) -> None:
        super().__init__(title=f"Release {view.code}")
        self.episode_id = view.id
        self.url: discord.ui.TextInput[Any] = discord.ui.TextInput(
            max_length=MAX_URL, default=link, placeholder="https://", custom_id="link"
        )
        self.note: discord.ui.TextInput[Any] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, max_length=MAX_REASON, default=note, required=False, custom_id="note"
        )
        where = "Where everybody can watch, hear or read it."
        self.add_item(discord.ui.Label(text="Link", description=where, component=self.url))
        words = "A few words above the credits, if you like. A release cannot be undone."
        self.add_item(discord.ui.Label(text="Note", description=words, component=self.note))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Release."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        step = await episodes.release_episode(
            runtime.db,
            actor_of(interaction),
            episode_id=self.episode_id,
            url=self.url.value,
            note=self.note.value,
            now=runtime.clock(),
        )
        runtime.wake()
        done = "is out, and the credits roll" if step.moved else "was out already"
        await say_privately(
            interaction, f"{step.episode.code} {done}. Next: `/fund` for its money, then `/payout propose`."
        )


class CancelForm(discord.ui.Modal):
    """Why an episode is canceled; everybody reads it."""

    def __init__(self, view: EpisodeView, reason: str | None) -> None:
        super().__init__(title=f"Cancel {view.code} for good?")
        self.episode_id = view.id
        self.reason: discord.ui.TextInput[Any] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, max_length=MAX_REASON, default=reason, custom_id="reason"
        )
        words = "The artists read this. It cannot be undone; its money goes to the show's reserve."
        self.add_item(discord.ui.Label(text="Reason", description=words, component=self.reason))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Cancel."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        step = await episodes.cancel_episode(
            runtime.db,
            actor_of(interaction),
            episode_id=self.episode_id,
            reason=self.reason.value,
            now=runtime.clock(),
        )
        runtime.wake()
        await say_privately(interaction, f"{step.episode.code} is canceled.")
