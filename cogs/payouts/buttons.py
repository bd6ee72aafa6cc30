"""The look and names of the payout's buttons; what they do is in views.py."""

from typing import Any

import discord

from cogs.common.buttons import number

EXPLAIN = rf"payout:explain:{number('round')}"
CONCERN = rf"payout:concern:{number('round')}"


def explain_button(round_id: int) -> discord.ui.Button[Any]:
    """Show me my share and why."""
    return discord.ui.Button(
        style=discord.ButtonStyle.primary, label="My share, explained", custom_id=f"payout:explain:{round_id}"
    )


def concern_button(round_id: int) -> discord.ui.Button[Any]:
    """Something is wrong."""
    return discord.ui.Button(
        style=discord.ButtonStyle.secondary, label="Raise a concern", custom_id=f"payout:concern:{round_id}"
    )
