"""The look and name of the button that shows an episode's deal; what it does is in views.py."""

from typing import Any

import discord

DEAL = r"episode:deal:(?P<episode>[0-9]+)"


def deal_button(episode_id: int) -> discord.ui.Button[Any]:
    """Show the whole deal."""
    return discord.ui.Button(
        style=discord.ButtonStyle.secondary, label="The deal", custom_id=f"episode:deal:{episode_id}"
    )
