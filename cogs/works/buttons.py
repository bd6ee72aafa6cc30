"""The look and names of a work's buttons; what they do is in views.py."""

from typing import Any

import discord

from cogs.common.buttons import number

DOINGS = (
    "source", "credit", "edit", "files", "withdraw", "restore", "remix", "confirm", "decline", "form", "more", "agreed",
    "lineage",
)  # fmt: skip
HISTORY = rf"work:history:{number('work')}:(?P<page>[0-9]{{1,6}})"
MINE = r"my:works:(?P<page>[0-9]{1,6})"
PRESS = rf"work:(?P<doing>{'|'.join(DOINGS)}):{number('work')}"

_LABELS = {
    "source": ("Add source", None),
    "credit": ("Credit someone", None),
    "edit": ("Edit", None),
    "files": ("Files", None),
    "withdraw": ("Withdraw", None),
    "restore": ("Bring it back", "↩️"),
    "remix": ("Remix this", "🎛️"),
    "confirm": ("Confirm my share", "✅"),
    "decline": ("Decline", None),
    "form": ("Submit my remix", "📨"),
    "more": ("More", None),
    "agreed": ("What I agreed to", None),
    "lineage": ("Lineage", "🌳"),
}
_STYLES = {
    "confirm": discord.ButtonStyle.success,
    "restore": discord.ButtonStyle.primary,
    "form": discord.ButtonStyle.primary,
}


def button(doing: str, work_id: int, *, label: str = "") -> discord.ui.Button[Any]:
    """A button about a work; `label` if it is called otherwise here."""
    usual, emoji = _LABELS[doing]
    style = _STYLES.get(doing, discord.ButtonStyle.secondary)
    return discord.ui.Button(style=style, label=label or usual, emoji=emoji, custom_id=f"work:{doing}:{work_id}")


def history_button(
    work_id: int, page: int = 0, label: str = "History", *, disabled: bool = False
) -> discord.ui.Button[Any]:
    """A page of a work's history."""
    custom_id = f"work:history:{work_id}:{max(0, page)}"
    return discord.ui.Button(style=discord.ButtonStyle.secondary, label=label, custom_id=custom_id, disabled=disabled)


def mine_button(page: int = 0, label: str = "All my works", *, disabled: bool = False) -> discord.ui.Button[Any]:
    """A page of one's own works."""
    custom_id = f"my:works:{max(0, page)}"
    return discord.ui.Button(style=discord.ButtonStyle.secondary, label=label, custom_id=custom_id, disabled=disabled)
