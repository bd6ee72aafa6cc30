"""The look and names of the buttons of /setup and /doctor; what they do is in views.py."""

from typing import Any

import discord

from cogs.common.buttons import number

RETRY = rf"doctor:retry:{number('show')}"
CHECK = rf"doctor:check:{number('show')}"


def retry_button(show_id: int) -> discord.ui.Button[Any]:
    """Try again what could not be delivered."""
    return discord.ui.Button(style=discord.ButtonStyle.primary, label="Try again", custom_id=f"doctor:retry:{show_id}")


def check_button(show_id: int) -> discord.ui.Button[Any]:
    """Look everything over."""
    return discord.ui.Button(
        style=discord.ButtonStyle.secondary, label="Check everything", custom_id=f"doctor:check:{show_id}"
    )
