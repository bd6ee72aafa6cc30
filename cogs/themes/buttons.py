"""The look and name of the button that adds a theme; what it does is in views.py."""

from typing import Any

import discord

from cogs.common.buttons import number

ADD = rf"theme:add:{number('show')}"


def add_button(show_id: int) -> discord.ui.Button[Any]:
    """Add a theme to the show's queue."""
    return discord.ui.Button(style=discord.ButtonStyle.primary, label="Add a theme", custom_id=f"theme:add:{show_id}")
