"""Buttons that outlive a restart: each knows only the ids in its name, and the database knows the rest.

A feature keeps the look and the names of its buttons in buttons.py, which its messages use, and what a press does in
views.py: a LastingButton for each name, registered by the feature's `setup_feature`.
"""

import re
from typing import Any, Self

import discord

_NOTHING = r"(?!)"  # discord.py wants a template of every class; this one matches no name


def number(name: str) -> str:
    """The part of a button's template that holds an id or a count; 19 digits are all that Discord's ids have."""
    return rf"(?P<{name}>[0-9]{{1,19}})"


class LastingButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=_NOTHING):
    """A button as it was pressed; subclasses give their `template` and say in `callback` what happens."""

    def __init__(self, item: discord.ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self.match = match

    def number(self, name: str) -> int:
        """What one of the template's numbers is."""
        return int(self.match[name])

    def word(self, name: str) -> str:
        """Any other named part of the template."""
        return self.match[name]

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that discord.py found in the message, with what its name says."""
        del interaction
        if not isinstance(item, discord.ui.Button):
            raise TypeError(f"{match[0]} belongs to a button")
        return cls(item, match)
