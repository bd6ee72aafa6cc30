"""What More shows of a work to one person: what they can do with it now, its files, what happened to it. Pure."""

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import safe
from cogs.works.buttons import button, history_button, mine_button
from cogs.works.happened import line
from cogs.works.source_buttons import source_button
from cogs.works.standing import flag_lines, letters, standing_items
from cogs.works.wording import (
    LICENCE_HINTS,
    beside_picture,
    file_link,
    heading,
    made_by,
    playing,
    safe_address,
    troubles,
)
from domain.episode import Outcome, Phase
from domain.licences import TITLES
from services.kinds import WorkState
from services.views import WorkView
from services.works.panel import Doing, Panel

_ROOM = 3800
_FILES = 1200
_HISTORY = 1000
_A_ROW = 5
_OUTCOMES = {
    Outcome.USED: "⭐ **In the cut.** It is part of the finished episode.",
    Outcome.INFLUENCE: "🌱 **An influence.** Something in the cut was made from it.",
    Outcome.NOT_USED: "**Not used this time.** It stays in the gallery, and anybody can still remix it.",
}


def work_panel(panel: Panel, site_url: str, user_id: int = 0) -> Outgoing:
    """A work for the person (a Discord id) who pressed More on its card."""
    work, standing = panel.work, standing_items(panel, user_id, site_url)
    items: list[Item] = [beside_picture(work, text(*_top(panel, _ROOM - letters(standing)))), *standing]
    given = _given(work, site_url)
    if given:
        items += [rule(), text(*given)]
    if panel.history:
        items += [rule(), text(*_history(panel))]
    doings = [_doing(doing, work) for doing in panel.may]
    items += [row(*doings[start : start + _A_ROW]) for start in range(0, len(doings), _A_ROW)]
    if panel.hand:
        items.append(row(history_button(work.id), button("agreed", work.id)))
    items.append(row(*_everybodys(work, site_url), *([mine_button()] if panel.own else [])))
    return Outgoing(view=card(Tone.WORK if work.state is WorkState.IN else Tone.QUIET, *items))


def _doing(doing: Doing, work: WorkView) -> Item:
    """Sources that are there have a panel of their own; the first is added by a form."""
    if doing is Doing.SOURCE and work.sources:
        return source_button("panel", work.id)
    return button(doing.value, work.id)


def _top(panel: Panel, most: int) -> list[str]:
    work = panel.work
    lines = [*made_by(work), *troubles(work), *flag_lines(panel)]
    if panel.outcome is not None and work.state is WorkState.IN:
        lines.insert(0, _OUTCOMES[panel.outcome])
    foot = [small(f"{panel.episode_code} {safe(panel.episode_title, 60)} · {_terms(work)}"), *_closed(panel)]
    head = heading(work)
    room = most - _FILES - _HISTORY - len(head) - sum(len(line) for line in foot)
    return [head, *fitting(lines, room, lambda _: small("The rest is on its page.")), *foot]


def _terms(work: WorkView) -> str:
    return LICENCE_HINTS.get(work.licence, TITLES[work.licence]).removeprefix("It is under ").rstrip(".")


def _closed(panel: Panel) -> list[str]:
    """Why the people whose work it is cannot change it, where they cannot."""
    if not panel.hand or panel.may or panel.work.state is WorkState.DISQUALIFIED:
        return []
    if panel.work.phase is Phase.CANCELED:
        return [small("The episode was canceled.")]
    if panel.work.phase is Phase.RELEASED:
        return [small("The episode is out, so nothing about it changes any more.")]
    return [small("Submissions are closed. A producer can still help.")]


def _given(work: WorkView, site_url: str) -> list[str]:
    """Its files and links, for whoever wants to hear, see or remix it."""
    lines = [f"- {file_link(file, site_url)}{playing(file)}" for file in work.files]
    lines += [f"- <{safe_address(address)}>" for address in work.links]
    return fitting(lines, _FILES, lambda left: f"- and {left} more on its page")


def _everybodys(work: WorkView, site_url: str) -> list[Item]:
    page = link("Its page", f"{site_url}/works/{work.id}")
    lineage = [button("lineage", work.id)] if work.sources or work.used_in else []
    return [*([button("remix", work.id)] if work.state is WorkState.IN else []), *lineage, page]


def _history(panel: Panel) -> list[str]:
    lines = [line(moment) for moment in panel.history]
    left = f", and {panel.earlier} before" if panel.earlier else ""
    cut = fitting(lines, _HISTORY - 60, lambda more: small(f"and {more} more"))
    return [f"**What happened**{left}", *cut]
