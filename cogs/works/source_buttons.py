"""The look and names of the buttons around sources: their panel, look-alikes, disputes; what they do is in views."""

from collections.abc import Sequence
from typing import Any

import discord

from cogs.common.buttons import number
from services.views import SourceView

SOURCES = ("panel", "add", "parts", "equal", "claim")
SOURCE = rf"source:(?P<doing>{'|'.join(SOURCES)}):{number('work')}"
PICK = rf"source:pick:{number('work')}"
THANK = rf"source:thank:{number('work')}:{number('source')}"
OBJECT = rf"source:object:{number('work')}:{number('source')}"
LIKENESS = rf"likeness:(?P<answer>yes|no):{number('likeness')}"
WANTS = rf"remixed:(?P<told>on|off):{number('work')}"
DISPUTE = rf"dispute:(?P<doing>agree|reply|uphold|decline|back):{number('dispute')}"

_LABELS = {
    "panel": ("Sources", None),
    "add": ("Add a source", None),
    "parts": ("Set the parts", None),
    "equal": ("Equal parts", None),
    "claim": ("Made from mine?", None),
}
_LABEL = 80
_OPTIONS = 25

Button = discord.ui.Button[Any]


def source_button(doing: str, work_id: int, *, label: str = "") -> Button:
    """A button about a work's sources."""
    usual, emoji = _LABELS[doing]
    return discord.ui.Button(label=label or usual, emoji=emoji, custom_id=f"source:{doing}:{work_id}")


def source_select(work_id: int, sources: Sequence[SourceView]) -> discord.ui.Select[Any]:
    """Chooses a source, to thank for it or to change what is said of it."""
    options = [
        discord.SelectOption(label=name_of(source)[:100], value=str(source.id), description=_said(source)[:100])
        for source in sources[:_OPTIONS]
    ]
    return discord.ui.Select(
        custom_id=f"source:pick:{work_id}", placeholder="Thank for a source, or change it…", options=options
    )


def thank_button(work_id: int, source_id: int, who: str = "") -> Button:
    """Opens the form for a line of thanks."""
    label = f"Thank {who}" if who else "Say thanks"
    return discord.ui.Button(
        style=discord.ButtonStyle.primary,
        label=label[:_LABEL],
        emoji="💛",
        custom_id=f"source:thank:{work_id}:{source_id}",
    )


def object_button(work_id: int, source_id: int, label: str = "That is wrong") -> Button:
    """Opens the form to dispute that a work was made from `source_id`."""
    return discord.ui.Button(label=label[:_LABEL], custom_id=f"source:object:{work_id}:{source_id}")


def wants_button(work_id: int, *, told: bool) -> Button:
    """Has the person told of remixes again, or no more."""
    label, emoji = ("Tell me again", "🔔") if told else ("No more of these", "🔕")
    return discord.ui.Button(label=label, emoji=emoji, custom_id=f"remixed:{'on' if told else 'off'}:{work_id}")


def likeness_buttons(likeness_id: int, number: int) -> tuple[Button, Button]:
    """Yes, credit it; no."""
    return (
        discord.ui.Button(
            style=discord.ButtonStyle.success, label=f"Yes, credit #{number}", custom_id=f"likeness:yes:{likeness_id}"
        ),
        discord.ui.Button(label="No", custom_id=f"likeness:no:{likeness_id}"),
    )


def dispute_button(doing: str, dispute_id: int, label: str, *, primary: bool = False) -> Button:
    """What somebody can do about a dispute."""
    style = discord.ButtonStyle.primary if primary else discord.ButtonStyle.secondary
    return discord.ui.Button(style=style, label=label[:_LABEL], custom_id=f"dispute:{doing}:{dispute_id}")


def name_of(source: SourceView) -> str:
    """What a source is called, plain."""
    if source.work is not None:
        return f"#{source.work.number} {source.work.title}"
    return f"“{source.outside_title}”"


def _said(source: SourceView) -> str:
    whose = f"by {source.work.artist}" if source.work else "from outside"
    return f"{whose} · “{source.thanks}”" if source.thanks else f"{whose} · no thanks yet"
