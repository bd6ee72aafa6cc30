"""The look and names of an episode's buttons; what they do is in views.py."""

from typing import Any

import discord

from cogs.common.buttons import number
from domain.episode import Phase

DEAL = rf"episode:deal:{number('episode')}"
ADVANCE = rf"episode:advance:{number('episode')}:(?P<phase>{'|'.join(Phase)})"

_ENDS = {Phase.PLANNED: "Open submissions now", Phase.OPEN: "Close and start the vote", Phase.VOTING: "Count now"}


def deal_button(episode_id: int) -> discord.ui.Button[Any]:
    """Show the whole deal."""
    return discord.ui.Button(
        style=discord.ButtonStyle.secondary, label="The deal", custom_id=f"episode:deal:{episode_id}"
    )


def advance_button(episode_id: int, phase: Phase) -> discord.ui.Button[Any]:
    """End the phase."""
    return discord.ui.Button(
        style=discord.ButtonStyle.danger,
        label=_ENDS.get(phase, "Go on"),
        custom_id=f"episode:advance:{episode_id}:{phase}",
    )
