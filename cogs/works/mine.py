"""/my works: what a person has posted, each with the way to open it. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import discord

from cogs.common.look import Item, Tone, card, link, row, small, text
from cogs.common.outgoing import Attached, Outgoing
from cogs.common.text import percent, plural, safe
from cogs.works.buttons import button, mine_button
from cogs.works.wording import MEDIA
from domain.episode import Outcome, Phase
from services.kinds import WorkState
from services.works.credits import WHOLE
from services.works.lists import PartView

PER_PAGE = 8
_OUTCOMES = {Outcome.USED: "⭐ in the cut", Outcome.INFLUENCE: "🌱 an influence", Outcome.NOT_USED: "not used"}
_PHASES = {Phase.OPEN: "takes works", Phase.VOTING: "in the vote", Phase.CUTTING: "in the cut room"}


def my_works(parts: Sequence[PartView], site_url: str, page: int = 0) -> Outgoing:
    """A page of what a person has posted, newest first; each work opens with its button."""
    if not parts:
        sentence = "You have posted no work yet. Post a file or a link in the show's channel, or use /submit."
        return Outgoing(view=card(Tone.QUIET, text(sentence)))
    pages = -(-len(parts) // PER_PAGE)
    page = min(page, pages - 1)
    shown = parts[page * PER_PAGE : (page + 1) * PER_PAGE]
    head = text(f"### Your {plural(len(parts), 'work')}", small(_summary(parts)))
    items: list[Item] = [head, *(_entry(part) for part in shown)]
    ways: list[Item] = []
    if pages > 1:
        ways.append(mine_button(page - 1, "Newer", disabled=page == 0))
        ways.append(mine_button(page + 1, f"Older ({page + 1}/{pages})", disabled=page + 1 == pages))
    return Outgoing(view=card(Tone.WORK, *items, row(*ways, link("Gallery", site_url))))


def my_data(found: Mapping[str, Any]) -> Outgoing:
    """The file that a person takes along."""
    works, parts = len(found["works"]), len(found["parts"])
    told = f"Here is all that is kept of your {plural(works, 'work')}, and your part in {plural(parts, 'other work')}."
    more = "The files themselves are on each work's page, under the SHA-256 that is given here."
    data = json.dumps(found, ensure_ascii=False, indent=1).encode()
    return Outgoing(content=f"{told} {more}", files=(Attached("my-works.json", data),))


def outcome_words(part: PartView) -> str:
    """What became of a work, or where it stands."""
    if part.work.state is WorkState.WITHDRAWN:
        return "↩️ withdrawn, can come back" if part.phase is Phase.OPEN else "withdrawn"
    if part.work.state is WorkState.DISQUALIFIED:
        return "taken out by the producers"
    if part.outcome is not None:
        return _OUTCOMES[part.outcome]
    return _PHASES.get(part.phase, "")


def _summary(parts: Sequence[PartView]) -> str:
    used = sum(part.outcome is Outcome.USED for part in parts)
    remixed = sum(part.used_in > 0 for part in parts)
    said = [f"{used} in a cut" if used else "", f"{remixed} remixed by others" if remixed else ""]
    return " · ".join(filter(None, said)) or "Open one to change it, credit people, or see what you agreed to."


def _entry(part: PartView) -> Item:
    work = part.work
    sign = MEDIA.get(part.medium, "✳️")
    facts = [part.episode_code, outcome_words(part)]
    facts.append(f"used in {plural(part.used_in, 'work')}" if part.used_in else "")
    facts.append("" if part.share_bp == WHOLE else f"{percent(part.share_bp)} yours")
    facts.append(f"⚠️ {plural(part.lost, 'file')} not kept" if part.lost else "")
    told = text(f"{sign} **#{work.number} {safe(work.title, 60)}**", small(" · ".join(filter(None, facts))))
    return discord.ui.Section(told, accessory=button("more", work.id, label="Open"))
