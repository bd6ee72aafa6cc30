"""The links of a work on its card: what they lead to, once that is known. Pure."""

from typing import Any

import discord

from cogs.common.look import Item
from cogs.common.outgoing import Attached
from cogs.common.text import safe
from cogs.works.wording import is_picture, safe_address
from services.views import LinkView, WorkView

SHOWN = 3
"""Links that a card names."""

_TITLE = 100
_SITE = 40
# In the text of a link, brackets would end it.
_ROUND = str.maketrans("[]", "()")


def link_lines(work: WorkView) -> list[str]:
    """The links with what they call themselves; those that do not say, only where no message shows them (a form)."""
    told = [_line(link) for link in work.link_previews if link.title]
    if work.by_form:
        known = {link.url for link in work.link_previews if link.title}
        told += [f"- {safe_address(url)}" for url in work.links if url not in known and url not in work.note]
    return told[:SHOWN]


def looked_at(work: WorkView) -> LinkView | None:
    """The link whose picture stands on the card: the first that has one, if the work has no picture of its own."""
    if any(is_picture(file) for file in work.files):
        return None
    return next((link for link in work.link_previews if link.preview), None)


def beside_link(told: discord.ui.TextDisplay[Any], link: LinkView, picture: Attached) -> Item:
    """Words with a link's picture beside them."""
    shown = discord.ui.Thumbnail[Any](
        f"attachment://{picture.name}", description=(link.title or link.site)[:200] or None
    )
    return discord.ui.Section(told, accessory=shown)


def _line(link: LinkView) -> str:
    title = f"[{safe(link.title.translate(_ROUND), _TITLE)}]({safe_address(link.url)})"
    return f"↗ {title} · {safe(link.site, _SITE)}" if link.site else f"↗ {title}"
