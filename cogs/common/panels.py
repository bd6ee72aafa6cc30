"""Messages that only one person sees, and that are renewed in place while they press its buttons."""

from typing import Any

import discord

from cogs.common.interactions import answer
from cogs.common.outgoing import Outgoing

Interaction = discord.Interaction[Any]


def on_panel(interaction: Interaction) -> bool:
    """Whether the button was pressed on a message that only this person sees."""
    return interaction.message is not None and interaction.message.flags.ephemeral


async def defer(interaction: Interaction) -> None:
    """Acknowledge in time: the panel stays as it is for a moment; where there is none, one is on its way."""
    if on_panel(interaction):
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)


async def present(interaction: Interaction, shown: Outgoing) -> None:
    """Put something in the place of what the person's own panel shows; where they have none, they get one."""
    if on_panel(interaction):
        await interaction.edit_original_response(view=shown.view, allowed_mentions=shown.allowed_mentions())
    else:
        await answer(interaction, shown)


async def acknowledge(interaction: Interaction) -> None:
    """Acknowledge a press that resolve() answers."""
    if interaction.guild_id is None:
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)


async def resolve(interaction: Interaction, shown: Outgoing) -> None:
    """Answer a question: in a direct message in its place, so that nothing is left to press; elsewhere privately."""
    if interaction.guild_id is None:
        await interaction.edit_original_response(view=shown.view, attachments=[])
    else:
        await answer(interaction, shown)
