"""The part of a work's panel that is about its sources: a question, disputes, what one can object to or claim. Pure."""

from collections.abc import Iterable, Iterator

import discord

from cogs.common.look import Item, row, rule, small
from cogs.common.text import safe
from cogs.works import disputed, sourced
from cogs.works.source_buttons import object_button, source_button
from services.works.panel import Panel

_A_ROW = 5
_DISPUTES = 2


def standing_items(panel: Panel, user_id: int, site_url: str) -> list[Item]:
    """What is between this person and the work's sources; nothing for most."""
    standing, items = panel.standing, list[Item]()
    for question in standing.questions[:1]:
        items += [rule(), *sourced.likeness_items(question, site_url)]
    for one in standing.disputes[: 1 if panel.hand else _DISPUTES]:
        items += [rule(), *disputed.panel_items(one, user_id)]
    ways: list[Item] = [
        object_button(panel.work.id, source.id, f"Not made from #{source.number}") for source in standing.disputable[:4]
    ]
    if standing.may_claim and not any(one.by.user_id == user_id for one in standing.disputes):
        ways.append(source_button("claim", panel.work.id))
    return [*items, row(*ways[:_A_ROW])] if ways else items


def flag_lines(panel: Panel) -> list[str]:
    """What licences stand in the way of, for those whose work or show it is."""
    return [small(f"⚖️ {safe(flag, 300)}") for flag in panel.standing.flags[:3]]


def letters(items: Iterable[Item]) -> int:
    """How much text there is in these parts of a message."""
    return sum(len(one.content) for one in _texts(items))


def _texts(items: Iterable[Item]) -> Iterator[discord.ui.TextDisplay[discord.ui.LayoutView]]:
    for item in items:
        if isinstance(item, discord.ui.TextDisplay):
            yield item
