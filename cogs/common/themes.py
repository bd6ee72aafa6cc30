"""Choosing a theme of the queue while typing."""

from typing import Any

import discord
from discord import app_commands

from cogs.common.interactions import actor_of, place_of
from cogs.runtime import Runtime
from domain.errors import UserError
from services import themes

Choices = list[app_commands.Choice[str]]

_MOST = 25
_DIGITS = 18  # of any id; what is longer would not even fit into the database


async def theme_choices(runtime: Runtime, interaction: discord.Interaction[Any], current: str) -> Choices:
    """The queue in order, for producers; the value is the theme's id. Nobody else sees what is coming."""
    try:
        view = await themes.queue_view(
            runtime.db, actor_of(interaction), show=getattr(interaction.namespace, "show", None),
            channel_id=place_of(interaction),
        )  # fmt: skip
    except UserError:
        return []
    typed = current.casefold()
    names = [(f"{theme.place}. {theme.title}"[:100], str(theme.id)) for theme in view.themes]
    return [app_commands.Choice(name=name, value=value) for name, value in names if typed in name.casefold()][:_MOST]


def theme_number(text: str) -> int:
    """The id that the list gave for a theme; UserError for anything typed instead."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise UserError("Pick the theme from the list that appears while you type.")
    return int(text)
