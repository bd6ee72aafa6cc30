"""The buttons and forms around a vote. They outlive a restart: each knows only ids, and the database knows the rest."""

from typing import Any

import discord

from cogs.common.buttons import LastingButton
from cogs.common.interactions import actor_of, answer, place_of, runtime_of
from cogs.results import buttons, messages, personal
from services import ballot_receipts, outcomes, recounts, reminders
from services.recounts import MAX_REASON, MIN_REASON

Interaction = discord.Interaction[Any]

_RECEIPT = 40


class RemindButton(LastingButton, template=buttons.REMIND):
    """Keeps, or forgets, that somebody wants to be reminded; pressed twice, it is once."""

    async def callback(self, interaction: Interaction) -> None:
        """Keep it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        view = await reminders.ask(
            runtime.db, actor_of(interaction), episode_id=self.number("episode"), wanted=self.word("way") == "remind",
            now=runtime.clock(),
        )  # fmt: skip
        await answer(interaction, messages.reminder_set(view))


class CheckButton(LastingButton, template=buttons.CHECK):
    """Looks for the ballot of whoever presses it in what was published."""

    async def callback(self, interaction: Interaction) -> None:
        """Show what is there."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await show_own(interaction, self.number("episode"))


class TypeButton(LastingButton, template=buttons.TYPE):
    """Asks for a receipt to look for."""

    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        await interaction.response.send_modal(ReceiptForm(self.number("episode")))


class ReceiptForm(discord.ui.Modal, title="Is this ballot in the count?"):
    """A receipt, typed."""

    def __init__(self, episode_id: int) -> None:
        super().__init__()
        self.episode_id = episode_id
        self.receipt: discord.ui.TextInput[Any] = discord.ui.TextInput(max_length=_RECEIPT, custom_id="receipt")
        self.add_item(discord.ui.Label(text="Receipt", description="Four groups of five.", component=self.receipt))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Show what is there; the receipt is kept nowhere."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        view = await ballot_receipts.check(runtime.db, episode_id=self.episode_id, receipt=self.receipt.value)
        await answer(interaction, messages.receipt(view, runtime.site_url))


class StrikeButton(LastingButton, template=buttons.STRIKE):
    """Asks a producer which ballots to strike, and why."""

    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        show = await recounts.require_striking(
            runtime_of(interaction).db, actor_of(interaction), episode_id=self.number("episode")
        )
        await interaction.response.send_modal(StrikeForm(show))


class StrikeForm(discord.ui.Modal, title="Strike ballots"):
    """Ids of ballots, and the reason that everybody reads."""

    def __init__(self, show: str) -> None:
        super().__init__()
        self.show = show
        self.ballots: discord.ui.TextInput[Any] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, max_length=1000, custom_id="ballots"
        )
        self.reason: discord.ui.TextInput[Any] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, min_length=MIN_REASON, max_length=MAX_REASON, custom_id="reason"
        )
        which = "Their ids, with commas between; the first eight letters are enough."
        self.add_item(discord.ui.Label(text="Ballots", description=which, component=self.ballots))
        why = "Everybody reads it, beside both results."
        self.add_item(discord.ui.Label(text="Why?", description=why, component=self.reason))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Strike them."""
        await strike(interaction, self.show, self.ballots.value, self.reason.value)


class MarksButton(LastingButton, template=buttons.MARKS):
    """Shows an artist how their works did; it stands in a direct message, so it asks for no server."""

    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        view = await outcomes.marks_for(runtime.db, episode_id=self.number("episode"), user_id=interaction.user.id)
        await answer(interaction, personal.marks(view.works, view.result))


ITEMS = (RemindButton, CheckButton, TypeButton, StrikeButton, MarksButton)
"""Everything to be registered with the client."""


async def show_own(interaction: Interaction, episode_id: int) -> None:
    """Answer with what was published of the person's own ballot; the interaction is deferred."""
    runtime = runtime_of(interaction)
    view = await ballot_receipts.check_own(runtime.db, actor_of(interaction), episode_id=episode_id)
    message = messages.receipt(view, runtime.site_url) if view is not None else messages.no_ballot(episode_id)
    await answer(interaction, message)


async def strike(interaction: Interaction, show: str | None, ballots: str, reason: str) -> None:
    """Strike ballots of the vote that is over in the show, and answer."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    runtime = runtime_of(interaction)
    view = await recounts.strike(
        runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), ballots=ballots,
        reason=reason, now=runtime.clock(),
    )  # fmt: skip
    runtime.wake()
    await answer(interaction, messages.counted_anew(view))


async def restore(interaction: Interaction, show: str | None, ballots: str, reason: str) -> None:
    """Let struck ballots count again, and answer."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    runtime = runtime_of(interaction)
    view = await recounts.restore(
        runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), ballots=ballots,
        reason=reason, now=runtime.clock(),
    )  # fmt: skip
    runtime.wake()
    await answer(interaction, messages.counted_anew(view))
