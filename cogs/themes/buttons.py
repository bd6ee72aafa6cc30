"""The look and names of the buttons of themes and suggestions; what they do is in views.py and suggesting.py."""

from typing import Any

import discord

from cogs.common.buttons import number
from services.suggestions import SuggestionLine

ADD = rf"theme:add:{number('show')}"
APPROVE = rf"theme:(?P<way>approve|leave):{number('suggestion')}"
VETO = rf"theme:veto:{number('suggestion')}"
LIST = rf"theme:list:{number('show')}:{number('page')}:(?P<deed>approve|leave|withdraw|turn):{number('suggestion')}"


def add_button(show_id: int) -> discord.ui.Button[Any]:
    """Add a theme to the show's queue."""
    return discord.ui.Button(style=discord.ButtonStyle.primary, label="Add a theme", custom_id=f"theme:add:{show_id}")


def approve_button(suggestion_id: int, *, approves: bool) -> discord.ui.Button[Any]:
    """Approve of a suggested theme, or no longer."""
    if approves:
        return discord.ui.Button(
            style=discord.ButtonStyle.success, label="I approve", emoji="👍",
            custom_id=f"theme:approve:{suggestion_id}",
        )  # fmt: skip
    return discord.ui.Button(
        style=discord.ButtonStyle.secondary, label="Take my approval back", custom_id=f"theme:leave:{suggestion_id}"
    )


def veto_button(suggestion_id: int) -> discord.ui.Button[Any]:
    """Say no to a suggested theme, with a reason."""
    return discord.ui.Button(style=discord.ButtonStyle.danger, label="Veto", custom_id=f"theme:veto:{suggestion_id}")


def list_button(show_id: int, page: int, line: SuggestionLine) -> discord.ui.Button[Any]:
    """What somebody can do about a suggestion in the list."""
    deed, label, style = ("approve", "Approve", discord.ButtonStyle.primary)
    if line.mine:
        deed, label, style = ("withdraw", "Take it back", discord.ButtonStyle.secondary)
    elif line.approved:
        deed, label, style = ("leave", "Approved", discord.ButtonStyle.success)
    custom_id = f"theme:list:{show_id}:{page}:{deed}:{line.view.id}"
    return discord.ui.Button(style=style, label=label, custom_id=custom_id)


def page_button(show_id: int, page: int, label: str, *, disabled: bool) -> discord.ui.Button[Any]:
    """Another page of the list; the last number only keeps the names of two buttons apart."""
    custom_id = f"theme:list:{show_id}:{page}:turn:{page}"
    return discord.ui.Button(style=discord.ButtonStyle.secondary, label=label, custom_id=custom_id, disabled=disabled)
