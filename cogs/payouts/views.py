"""The payout's buttons, which outlive a restart, and the form for a concern."""

from typing import Any

import discord

from cogs.common.buttons import LastingButton
from cogs.common.interactions import actor_of, answer, asked_at, runtime_of, say_privately
from cogs.common.outgoing import Outgoing
from cogs.payouts import messages, shares
from cogs.payouts.buttons import CONCERN, EXPLAIN
from services.access import Actor
from services.kinds import ConcernKind
from services.payouts import concerns, read


async def give(interaction: discord.Interaction[Any], message: Outgoing) -> None:
    """Answer with a card; its buttons are known by their ids, so discord.py need not keep it in memory for ever."""
    if message.view is not None:
        message.view.stop()
    await answer(interaction, message)


class ExplainButton(LastingButton, template=EXPLAIN):
    """Shows whoever presses their own share, line by line."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer with the explanation."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        actor = await _asker(interaction, self.number("round"))
        view = await read.explain(
            runtime.db, guild_id=actor.guild_id, round_id=self.number("round"), user_id=actor.user_id, name=actor.name
        )
        shown = shares.explanation(view, own=True, site_url=runtime.site_url, now=runtime.clock())
        await give(interaction, shown)


class ConcernButton(LastingButton, template=CONCERN):
    """Opens the form for a concern."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form."""
        await open_form(interaction, self.number("round"))


async def _asker(interaction: discord.Interaction[Any], round_id: int) -> Actor:
    """Who pressed, in the server or in their direct messages."""
    if interaction.guild_id is not None:
        return actor_of(interaction)
    return await read.in_private(runtime_of(interaction).db, round_id=round_id, user_id=interaction.user.id)


async def open_form(interaction: discord.Interaction[Any], round_id: int) -> None:
    """Open the form for a concern, unless it would be refused anyway: nobody should write for nothing."""
    runtime = runtime_of(interaction)
    actor = await _asker(interaction, round_id)
    await concerns.check_open(runtime.db, actor, round_id=round_id, now=asked_at(interaction))
    await interaction.response.send_modal(ConcernForm(round_id))


class ConcernForm(discord.ui.Modal, title="Raise a concern"):
    """What is wrong, in one choice and a few words."""

    def __init__(self, round_id: int) -> None:
        super().__init__()
        self.round_id = round_id
        self.kind: discord.ui.Select[Any] = discord.ui.Select(
            options=[discord.SelectOption(label=name, value=kind.value) for kind, name in messages.CONCERNS.items()]
        )
        self.words: discord.ui.TextInput[Any] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, max_length=concerns.MAX_TEXT
        )
        self.add_item(discord.ui.Label(text="What is it about?", component=self.kind))
        everyone = "Everyone can read this, and the producers' answer."
        self.add_item(discord.ui.Label(text="What should be different?", description=everyone, component=self.words))
        self.amount: discord.ui.TextInput[Any] = discord.ui.TextInput(required=False, max_length=50)
        only = "Only if you know it, as in 117.38."
        self.add_item(discord.ui.Label(text="What amount would be right?", description=only, component=self.amount))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Raise the concern."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        concern = await concerns.raise_concern(
            runtime.db,
            await _asker(interaction, self.round_id),
            round_id=self.round_id,
            kind=ConcernKind(self.kind.values[0]),
            text=self.words.value,
            amount=self.amount.value,
            asked_by=interaction.id,
            at=asked_at(interaction),
            now=runtime.clock(),
        )
        runtime.wake()
        await say_privately(
            interaction, f"Thank you. Your concern is number {concern.number}; it is posted where all can read it."
        )
