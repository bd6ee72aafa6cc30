"""The look and names of the vote's buttons; what they do is in views.py."""

from collections.abc import Sequence
from typing import Any

import discord

from cogs.common.buttons import number
from cogs.common.look import Item, row
from services.ballots import BoothLine, BoothView

_IDS = number("episode")
_WORK = number("work")
OPEN = rf"vote:open:{_IDS}"
MARK = rf"vote:mark:{_IDS}:{_WORK}:(?P<mark>[0-9]{{1,2}}|none)"
STEP = rf"vote:(?P<way>next|back):{_IDS}:{_WORK}"
MINE = rf"vote:mine:{_IDS}:(?P<page>[0-9]{{1,6}})"
RETURN = rf"vote:return:{_IDS}"
JUMP = rf"vote:jump:{_IDS}"

_A_ROW = 5
_LABEL = 100


def open_button(episode_id: int) -> discord.ui.Button[Any]:
    """Start, or go on, marking works."""
    return discord.ui.Button(
        style=discord.ButtonStyle.primary, label="Open my booth", emoji="🗳️", custom_id=f"vote:open:{episode_id}"
    )


def mark_rows(view: BoothView) -> list[Item]:
    """The marks there are, the given one highlighted, and the way to take it back."""
    top = 1 if view.episode.approval else view.episode.max_score
    buttons: list[Item] = [_mark_button(view, mark) for mark in range(1, top + 1)]
    if not view.episode.approval:
        buttons.append(_mark_button(view, 0))
    buttons.append(_button(view, "none", "Take it back", discord.ButtonStyle.secondary, disabled=view.mark is None))
    # The marks from 1 up fill whole rows where they can, so that 0 and "take it back" stand apart from them.
    return [row(*buttons[start : start + _A_ROW]) for start in range(0, len(buttons), _A_ROW)]


def _mark_button(view: BoothView, mark: int) -> discord.ui.Button[Any]:
    given = view.mark == mark
    style = discord.ButtonStyle.success if given else discord.ButtonStyle.secondary
    label = ("Approved" if given else "Approve") if view.episode.approval else str(mark)
    return _button(view, str(mark), label, style, disabled=False)


def _button(
    view: BoothView, mark: str, label: str, style: discord.ButtonStyle, *, disabled: bool
) -> discord.ui.Button[Any]:
    custom_id = f"vote:mark:{view.episode.id}:{view.work.id}:{mark}"
    return discord.ui.Button(style=style, label=label, custom_id=custom_id, disabled=disabled)


def step_row(view: BoothView) -> Item:
    """Back, on, and the list of what was marked."""
    ids = f"{view.episode.id}:{view.work.id}"
    done = view.mark is not None or view.own
    onward: discord.ui.Button[Any] = discord.ui.Button(
        style=discord.ButtonStyle.primary, label="Next" if done else "Skip",
        custom_id=f"vote:next:{ids}", disabled=view.next is None,
    )  # fmt: skip
    back: discord.ui.Button[Any] = discord.ui.Button(
        style=discord.ButtonStyle.secondary, label="Back", custom_id=f"vote:back:{ids}",
        disabled=view.back is None,
    )  # fmt: skip
    return row(back, onward, mine_button(view.episode.id, 0, f"My marks ({view.marked})"))


def mine_button(episode_id: int, page: int, label: str, *, disabled: bool = False) -> discord.ui.Button[Any]:
    """A page of what the voter has marked."""
    return discord.ui.Button(
        style=discord.ButtonStyle.secondary, label=label, custom_id=f"vote:mine:{episode_id}:{page}", disabled=disabled
    )


def return_button(episode_id: int) -> discord.ui.Button[Any]:
    """From the list back to marking."""
    return discord.ui.Button(
        style=discord.ButtonStyle.primary, label="Back to the booth", custom_id=f"vote:return:{episode_id}"
    )


def jump_row(episode_id: int, lines: Sequence[BoothLine], hint: str, current: int | None = None) -> Item:
    """Go to one of these works (25 at most)."""
    options = [
        discord.SelectOption(
            label=_cut(f"#{line.work.number} {line.work.title}"),
            value=str(line.work.id),
            description=_cut(f"{_standing(line)} · by {line.work.artist}"),
            default=line.work.id == current,
        )
        for line in lines
    ]
    return row(discord.ui.Select(custom_id=f"vote:jump:{episode_id}", placeholder=hint, options=options))


def _standing(line: BoothLine) -> str:
    if line.mark is not None:
        return f"Marked {line.mark}"
    return "Seen, no mark" if line.seen else "Not seen yet"


def _cut(words: str) -> str:
    return words if len(words) <= _LABEL else words[: _LABEL - 1] + "…"
