"""The look and names of a work's buttons; what they do is in views.py."""

from typing import Any

import discord

from cogs.common.buttons import number

DOINGS = ("source", "credit", "edit", "withdraw", "restore", "remix", "confirm", "decline", "form", "more")
PRESS = rf"work:(?P<doing>{'|'.join(DOINGS)}):{number('work')}"

_LABELS = {
    "source": ("Add source", None),
    "credit": ("Credit someone", None),
    "edit": ("Edit", None),
    "withdraw": ("Withdraw", None),
    "restore": ("Bring it back", "↩️"),
    "remix": ("Remix this", "🎛️"),
    "confirm": ("Confirm my share", "✅"),
    "decline": ("Decline", None),
    "form": ("Submit my remix", "📨"),
    "more": ("More", None),
}
_STYLES = {
    "confirm": discord.ButtonStyle.success,
    "restore": discord.ButtonStyle.primary,
    "form": discord.ButtonStyle.primary,
}


def button(doing: str, work_id: int) -> discord.ui.Button[Any]:
    """A button of a work's card."""
    label, emoji = _LABELS[doing]
    style = _STYLES.get(doing, discord.ButtonStyle.secondary)
    return discord.ui.Button(style=style, label=label, emoji=emoji, custom_id=f"work:{doing}:{work_id}")
