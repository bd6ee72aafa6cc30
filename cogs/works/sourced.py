"""Sources as people see them: the panel in which they are set, word of a remix, the look-alike question. Pure."""

from collections.abc import Sequence

import discord

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, link, row, small, text
from cogs.common.outgoing import Attached, Outgoing
from cogs.common.text import percent, plural, safe
from cogs.works.buttons import button
from cogs.works.source_buttons import (
    likeness_buttons,
    object_button,
    source_button,
    source_select,
    thank_button,
    wants_button,
)
from cogs.works.wording import NAME, safe_address, title_of
from domain.licences import TITLES
from services.kinds import SourceState, WorkState
from services.views import SourceView, WorkRef, WorkView
from services.works.lookalikes import LikenessView

_ROOM = 2700
_THANKS = 200


def source_panel(work: WorkView, said: str = "") -> Outgoing:
    """What a work names as its sources, for who may change that; `said` is what was just done."""
    head = [f"### What {title_of(work)} is made from"]
    lines = fitting([_line(source) for source in work.sources], _ROOM, lambda left: small(f"and {left} more"))
    if not lines:
        lines = ["Nothing yet. A source is another work here, or something from outside."]
    foot = [_parts_line(work.sources)] if work.sources else []
    items: list[Item] = [text(*head, *lines, *map(small, foot), f"✅ {safe(said, 300)}" if said else "")]
    if work.sources:
        items.append(row(source_select(work.id, work.sources)))
    ways = [source_button("add", work.id)]
    if len(work.sources) > 1:
        ways.append(source_button("parts", work.id))
        ways += [source_button("equal", work.id)] if work.sources[0].share_bp is not None else []
    items.append(row(*ways, button("more", work.id, label="Back to the work")))
    return Outgoing(view=card(Tone.WORK, *items))


def remixed(work: WorkView, source_id: int, site_url: str, *, kept: str | None = None) -> Outgoing | None:
    """Tells an artist that something was made from their work; None where that is no longer so.

    `kept` is why producers have kept the source after a dispute: then it is not disputed again.
    """
    edge = next((one for one in work.sources if one.work and one.work.id == source_id), None)
    if edge is None or edge.work is None or work.state is not WorkState.IN:
        return None
    name = safe(work.artist.name, NAME)
    lines = [f"### {name} remixed your work", f"{title_of(work)} is made from your {_ref(edge.work)}."]
    if edge.thanks:
        lines.append(f"> {safe(edge.thanks, _THANKS)}")
    if edge.state is SourceState.DISPUTED:
        lines.append(small("It was said that this is wrong; the producers look at it."))
    elif kept is not None:
        lines.append(small(f"The producers were asked, and keep it: {safe(kept, _THANKS)}"))
    page = link("Look at it", f"{site_url}/works/{work.id}")
    settled = edge.state is SourceState.DISPUTED or kept is not None
    wrong = [] if settled else [object_button(work.id, source_id)]
    return Outgoing(view=card(Tone.WORK, text(*lines), row(page, *wrong, wants_button(source_id, told=False))))


def wanted(work_id: int, *, told: bool) -> Outgoing:
    """What somebody is told who wants to hear of remixes, or no more."""
    if told:
        return Outgoing(view=card(Tone.WORK, text("You are told again when something of yours is remixed.")))
    told_how = "You are no longer told when something of yours is remixed. Your works' cards still say “used in”."
    return Outgoing(view=card(Tone.QUIET, text(told_how), row(wants_button(work_id, told=True))))


def no_longer_remixed(source: WorkView, work: WorkView) -> Outgoing:
    """What stands in the place of such a message once it is no longer so."""
    return Outgoing(view=card(Tone.QUIET, text(f"{title_of(work)} is no longer credited to your {title_of(source)}.")))


def likeness(found: LikenessView, pictures: Sequence[Attached], site_url: str) -> Outgoing:
    """Asks a poster, and nobody else, whether what their work looks like is its source.

    `pictures` are of both, the poster's first.
    """
    told, ways = likeness_items(found, site_url)
    names = (f"Yours: {found.work.title}", f"#{found.source.number} {found.source.title}")
    shown = [
        discord.MediaGalleryItem(f"attachment://{picture.name}", description=name[:200])
        for picture, name in zip(pictures, names, strict=False)
    ]
    beside: list[Item] = [discord.ui.MediaGallery(*shown)] if shown else []
    return Outgoing(view=card(Tone.WORK, told, *beside, ways), files=tuple(pictures))


def likeness_items(found: LikenessView, site_url: str) -> tuple[Item, Item]:
    """The question as a part of another message."""
    how = "A file in it is the same as one in" if found.exact else "It looks a lot like"
    source = f"[{_ref(found.source)}]({site_url}/works/{found.source.id}) by {safe(found.source.artist, NAME)}"
    lines = [
        f"**Is your {_ref(found.work)} made from this one?**",
        f"{how} {source}. If it is a source, credit it. If not, say no, and I will not ask again.",
        small("Only you see this."),
    ]
    return text(*lines), row(*likeness_buttons(found.id, found.source.number))


def answered(found: LikenessView, edge: SourceView | None) -> Outgoing:
    """What a poster is told once they have answered; a credited source can be thanked."""
    if edge is None:
        return Outgoing(view=card(Tone.QUIET, text("All right. Nobody else was asked.")))
    name = safe(found.source.artist, NAME)
    told = f"Credited: {_ref(found.work)} is made from {_ref(found.source)}. {name} is told."
    return Outgoing(view=card(Tone.WORK, text(told), row(thank_button(found.work.id, edge.id, found.source.artist))))


def credited(work: WorkView, told: str, flags: Sequence[str] = ()) -> Outgoing:
    """The answer to somebody whose work came in; sources can be thanked for at once.

    `flags` are what its licence stands in the way of.
    """
    told = "\n".join([told, *(f"⚖️ {safe(flag, 300)}" for flag in flags[:3])])
    bare = [source for source in work.sources if source.work is not None and not source.thanks]
    if not bare:
        return Outgoing(content=told)
    people = list({source.work.artist: source for source in bare if source.work is not None}.items())
    buttons = [thank_button(work.id, source.id, artist) for artist, source in people[:5]]
    hint = "A line of thanks is worth more than a credit made by a bot. It stands beside the source."
    return Outgoing(view=card(Tone.WORK, text(told, small(hint)), row(*buttons)))


def _line(source: SourceView) -> str:
    part = f"**{percent(source.share_bp)}** " if source.share_bp is not None else ""
    doubt = " · disputed, carries no money meanwhile" if source.state is SourceState.DISPUTED else ""
    thanks = f"\n{small(f'💛 {safe(source.thanks, _THANKS)}')}" if source.thanks else ""
    if source.work is not None:
        gone = "" if source.work.state is WorkState.IN else f" · {source.work.state.value}"
        return f"- {part}{_ref(source.work)} by {safe(source.work.artist, NAME)}{gone}{doubt}{thanks}"
    title = safe(source.outside_title or "", 80)
    linked = f"[{title}]({safe_address(source.outside_url)})" if source.outside_url else title
    terms = TITLES[source.licence] if source.licence else "licence not known"
    return f"- {part}{linked} · from outside · {terms}{thanks}"


def _parts_line(sources: Sequence[SourceView]) -> str:
    if len(sources) == 1:
        return "What is passed on goes to it alone."
    if sources[0].share_bp is None:
        return f"What is passed on is shared equally by {plural(len(sources), 'source')}."
    return "What is passed on is shared in these parts."


def _ref(work: WorkRef) -> str:
    return f"#{work.number} {safe(work.title, 60)}"
