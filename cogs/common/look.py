"""How the bot's cards look: one colour per kind of news, headings, small print and rows of links."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import discord

Item = discord.ui.Item[Any]


class Tone(IntEnum):
    """Accent colours; each kind of news keeps its own."""

    THEME = 0xF2A93B
    WORK = 0x4C9AFF
    VOTE = 0x9B6BFF
    CUT = 0x2BB8A3
    RELEASE = 0xE8577E
    MONEY = 0x3BA55D
    QUIET = 0x80848E
    TROUBLE = 0xD83C3E


def card(tone: Tone, *items: Item, below: Iterable[Item] = ()) -> discord.ui.LayoutView:
    """A message of one container; `below` stands under it, outside its border."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*items, accent_colour=int(tone)))
    for item in below:
        view.add_item(item)
    return view


def text(*lines: str) -> discord.ui.TextDisplay[Any]:
    """Lines of markdown; empty ones are left out."""
    return discord.ui.TextDisplay("\n".join(line for line in lines if line))


def small(line: str) -> str:
    """A line of small print."""
    return f"-# {line}"


def rule() -> discord.ui.Separator[Any]:
    """A thin line between two parts of a card."""
    return discord.ui.Separator(spacing=discord.SeparatorSpacing.small)


def link(label: str, url: str, emoji: str | None = None) -> discord.ui.Button[Any]:
    """A button that opens a page."""
    return discord.ui.Button(style=discord.ButtonStyle.link, label=label, url=url, emoji=emoji)


def row(*items: Item) -> discord.ui.ActionRow[Any]:
    """Buttons side by side, five at most."""
    return discord.ui.ActionRow(*items)
