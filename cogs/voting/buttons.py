"""The look and names of the vote's buttons; what they do is in views.py."""

from collections.abc import Sequence
from typing import Any

import discord

from cogs.common.buttons import number
from cogs.common.look import Item, row
from cogs.voting.words import given_words
from services.ballots import BoothLine, BoothView, Pick
from services.ballots.lines import PAGE
from services.kinds import VoteMethod
from services.voting import VoteEpisode

_IDS = number("episode")
_WORK = number("work")
OPEN = rf"vote:open:{_IDS}"
MARK = rf"vote:mark:{_IDS}:{_WORK}:(?P<mark>[0-9]{{1,2}}|none)(?::(?P<part>[0-4]))?"
PART = rf"vote:part:{_IDS}:{_WORK}:(?P<part>[0-4])"
PICK = rf"vote:pick:{_IDS}:{_WORK}"
MOVE = rf"vote:move:{_IDS}:{_WORK}:(?P<way>up|down|level):(?P<place>[0-9]{{1,6}})"
STEP = rf"vote:(?P<way>next|back):{_IDS}:{_WORK}"
MINE = rf"vote:mine:{_IDS}:(?P<page>[0-9]{{1,6}})"
ALL = rf"vote:all:{_IDS}:(?P<page>[0-9]{{1,6}})"
RETURN = rf"vote:return:{_IDS}"
JUMP = rf"vote:jump:{_IDS}"

_A_LINE = 4
"""Buttons with a number that fit side by side on a phone."""

_LABEL = 100
_BUTTON = 80

Button = discord.ui.Button[Any]
_GREY, _GREEN, _BLUE = discord.ButtonStyle.secondary, discord.ButtonStyle.success, discord.ButtonStyle.primary


def _button(label: str, custom_id: str, style: discord.ButtonStyle = _GREY, *, disabled: bool = False) -> Button:
    return discord.ui.Button(style=style, label=_cut(label, _BUTTON), custom_id=custom_id, disabled=disabled)


def open_button(episode_id: int) -> Button:
    """Start, or go on, marking works."""
    return discord.ui.Button(style=_BLUE, label="Open my booth", emoji="🗳️", custom_id=f"vote:open:{episode_id}")


def mark_rows(view: BoothView) -> list[Item]:
    """What can be given to the work that is shown."""
    if view.pick is not None:
        return [row(*_picking(view, view.pick))]
    if view.episode.rules.criteria:
        return [row(*_criteria(view)), *_marks(view)]
    return _marks(view)


def _marks(view: BoothView) -> list[Item]:
    """The marks there are, the given one highlighted, and, once there is one, the way to take it back."""
    marks = [1] if view.episode.approval else list(range(view.episode.rules.top + 1))
    lines = -(-len(marks) // _A_LINE)
    each = -(-len(marks) // lines)
    rows = [[_mark_button(view, mark) for mark in marks[start : start + each]] for start in range(0, len(marks), each)]
    if view.mark is not None:
        rows[-1].append(_button("Take it back", _mark_id(view, "none")))
    return [row(*buttons) for buttons in rows]


def _mark_button(view: BoothView, mark: int) -> Button:
    given = view.mark == mark
    label = ("Approved" if given else "Approve") if view.episode.approval else str(mark)
    return _button(label, _mark_id(view, str(mark)), _GREEN if given else _GREY)


def _mark_id(view: BoothView, mark: str) -> str:
    part = f":{view.part}" if view.episode.rules.criteria else ""
    return f"vote:mark:{view.episode.id}:{view.work.id}:{mark}{part}"


def _criteria(view: BoothView) -> list[Item]:
    """A button for each criterion, with its mark; the one that is asked for stands out."""
    criteria = view.episode.rules.criteria
    return [
        _button(
            f"{each.name}: {'–' if mark is None else mark}", f"vote:part:{view.episode.id}:{view.work.id}:{part}",
            _BLUE if part == view.part else _GREY,
        )
        for part, (each, mark) in enumerate(zip(criteria, view.given, strict=True))
    ]  # fmt: skip


def _picking(view: BoothView, pick: Pick) -> list[Item]:
    ids = f"{view.episode.id}:{view.work.id}"
    if pick.place is None:
        return [_button(f"Make it my pick no. {pick.picks + 1}", f"vote:pick:{ids}", _GREEN)]
    highest, lowest = pick.place == 1 and not pick.equals, pick.last
    buttons: list[Item] = [
        _button("Higher", f"vote:move:{ids}:up:{pick.place}", disabled=highest),
        _button("Lower", f"vote:move:{ids}:down:{pick.place}", disabled=lowest),
    ]
    if view.episode.method is VoteMethod.SCHULZE and pick.above:
        level = f"Level with #{pick.above[0].number}"
        buttons.append(_button(level, f"vote:move:{ids}:level:{pick.place}"))
    return [*buttons, _button("Take it out", f"vote:mark:{ids}:none")]


def step_row(view: BoothView) -> Item:
    """Back, on, and the list of what was marked."""
    ids = f"{view.episode.id}:{view.work.id}"
    done = view.own or any(mark is not None for mark in view.given)
    ranked = view.episode.rules.ranked
    return row(
        _button("Back", f"vote:back:{ids}", disabled=view.back is None),
        _button("Next" if done or ranked else "Skip", f"vote:next:{ids}", _BLUE, disabled=view.next is None),
        mine_button(view.episode.id, 0, f"My {'picks' if ranked else 'marks'} ({view.marked})"),
        all_button(view.episode.id, ((view.place or 1) - 1) // PAGE, "All works"),
    )


def mine_button(episode_id: int, page: int, label: str, *, disabled: bool = False) -> Button:
    """A page of what the voter has marked."""
    return _button(label, f"vote:mine:{episode_id}:{page}", disabled=disabled)


def all_button(episode_id: int, page: int, label: str, *, disabled: bool = False) -> Button:
    """A page of all works."""
    return _button(label, f"vote:all:{episode_id}:{page}", disabled=disabled)


def return_button(episode_id: int) -> Button:
    """From the list back to marking."""
    return _button("Back to the booth", f"vote:return:{episode_id}", _BLUE)


def undo_button(episode_id: int, work_id: int) -> Button:
    """Take the last pick out."""
    return _button("Undo my last pick", f"vote:mark:{episode_id}:{work_id}:none")


def jump_row(episode: VoteEpisode, lines: Sequence[BoothLine], hint: str) -> Item:
    """Go to one of these works (25 at most)."""
    options = [
        discord.SelectOption(
            label=_cut(f"#{line.work.number} {line.work.title}"),
            value=str(line.work.id),
            description=_cut(_described(line, episode)),
        )
        for line in lines
    ]
    return row(discord.ui.Select(custom_id=f"vote:jump:{episode.id}", placeholder=hint, options=options))


def _described(line: BoothLine, episode: VoteEpisode) -> str:
    by = "" if episode.hides_artists else f" · by {line.work.artist}"
    return f"{_standing(line, episode)}{by}"


def _standing(line: BoothLine, episode: VoteEpisode) -> str:
    if not line.marked:
        return "Seen, no mark" if line.seen and not episode.rules.ranked else "Seen" if line.seen else "Not seen yet"
    words = given_words(line.given, episode.rules, short=True)
    return f"Your {words}" if episode.rules.ranked else f"Marked {words}"


def _cut(words: str, most: int = _LABEL) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
