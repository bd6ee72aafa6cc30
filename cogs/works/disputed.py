"""Disputes about sources as people see them: the poster, whoever raised one, producers. Pure."""

from collections.abc import Sequence

from cogs.common.look import Item, Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, plural, safe, safe_block
from cogs.works.buttons import button
from cogs.works.source_buttons import dispute_button
from cogs.works.wording import NAME
from services.kinds import DisputeKind, DisputeState
from services.views import ArtistView, WorkRef
from services.works.dispute_rows import DisputeView

_WORDS = 500
_FEW_WORDS = 150
_SHOWN = 5
_ROOM = 3800
_DO = {DisputeKind.WRONG: "Take the source off", DisputeKind.MISSING: "Credit the source"}
_LEAVE = {DisputeKind.WRONG: "Keep the source", DisputeKind.MISSING: "Leave it as it is"}
_AGREE = {DisputeKind.WRONG: "They are right, take it off", DisputeKind.MISSING: "Yes, credit it"}


def raised(found: DisputeView, site_url: str) -> Outgoing | None:
    """Asks the poster about it; None once it is settled."""
    if found.state is not DisputeState.OPEN:
        return None
    who, quote = safe(found.by.name, NAME), f"> {safe_block(found.reason, _WORDS)}"
    if found.kind is DisputeKind.WRONG:
        head = f"**{who} says that your {_ref(found.work)} is not made from {_ref(found.source)}**"
        after = "Until this is settled, the source carries no money. What do you say?"
    else:
        head = f"**{who} says that your {_ref(found.work)} is made from their {_ref(found.source)}**"
        after = "It is easily forgotten. If it is so, credit it; if not, say how it was, and the producers decide."
    page = link("The other work", f"{site_url}/works/{found.source.id}")
    return Outgoing(view=card(Tone.WORK, text(head, quote, after), row(*_posters(found), page)))


def asked_in_public(found: DisputeView) -> Outgoing | None:
    """What stands in the channel where a poster's direct messages are closed: nothing that others could read into."""
    if found.state is not DisputeState.OPEN:
        return None
    told = f"There is a question for you about #{found.work.number}. Only you will see it."
    return Outgoing(view=card(Tone.QUIET, text(told), row(button("more", found.work.id, label="Read it"))))


def producers_card(found: DisputeView, site_url: str) -> Outgoing:
    """What producers see in their channel, kept current."""
    items: list[Item] = [text(*_told(found, site_url))]
    if found.state is DisputeState.OPEN:
        items.append(row(*_settling(found)))
    return Outgoing(view=card(Tone.WORK if found.state is DisputeState.OPEN else Tone.QUIET, *items))


def listed(found: Sequence[DisputeView], site_url: str) -> Outgoing:
    """A show's open disputes, for its producers."""
    if not found:
        return Outgoing(view=card(Tone.QUIET, text("No source is disputed.")))
    items: list[Item] = [text(f"### {plural(len(found), 'open dispute')}")]
    room, shown = _ROOM, 0
    for one in found[:_SHOWN]:
        lines = _told(one, site_url, _FEW_WORDS)
        room -= sum(len(line) + 1 for line in lines)
        if room < 0:
            break
        items += [rule(), text(*lines), row(*_settling(one))]
        shown += 1
    if shown < len(found):
        items.append(text(small(f"and {len(found) - shown} more, raised later")))
    return Outgoing(view=card(Tone.WORK, *items))


def settled(found: DisputeView, user_id: int, site_url: str) -> Outgoing:
    """Tells one side how it ended."""
    lines = [f"**{_ended(found)}**"]
    if found.verdict:
        lines.append(f"> {safe_block(found.verdict, _WORDS)}")
    if found.settled_by == found.poster.user_id:
        lines.append(small(f"{safe(found.poster.name, NAME)} agreed to it."))
    elif found.state is DisputeState.TAKEN_BACK:
        lines.append(small(f"{safe(found.by.name, NAME)} took it back."))
    else:
        lines.append(small("The producers settled it. It stands in the work's history."))
    mine = found.work if user_id == found.poster.user_id else found.source
    return Outgoing(view=card(Tone.WORK, text(*lines), row(link("The work", f"{site_url}/works/{mine.id}"))))


def settled_in_public(found: DisputeView) -> Outgoing:
    """The same where direct messages are closed, without a word of what it was about."""
    told = f"The question about #{found.work.number} is settled. More tells you how."
    return Outgoing(view=card(Tone.QUIET, text(told), row(button("more", found.work.id))))


def panel_items(found: DisputeView, user_id: int) -> list[Item]:
    """An open dispute on a work's panel, with what this person can do about it; nothing for whoever has no part."""
    about = _about(found) + (f" · {ago(found.opened_at)}")
    lines = [f"⚖️ {about}", f"> {safe_block(found.reason, _FEW_WORDS)}"]
    if found.answer:
        lines.append(f"{safe(found.poster.name, NAME)}: {safe(found.answer, _FEW_WORDS)}")
    ways = _posters(found) if user_id == found.poster.user_id else []
    if user_id == found.by.user_id:
        ways = [dispute_button("back", found.id, "Take it back")]
    if not ways:
        ways = _settling(found)
    return [text(*lines), row(*ways)]


def agreed(found: DisputeView) -> Outgoing:
    """The answer to a poster who did what was asked for."""
    return Outgoing(view=card(Tone.QUIET, text(_ended(found), small("The other side is told. Thank you."))))


def verdict_label(found: DisputeView, *, uphold: bool) -> str:
    """What a producer is about to do."""
    return (_DO if uphold else _LEAVE)[found.kind]


def done(found: DisputeView, user_id: int) -> str:
    """The private answer to whoever did something about a dispute."""
    poster = safe(found.poster.name, NAME)
    if found.state is DisputeState.OPEN:
        if user_id == found.poster.user_id:
            return "The producers read what you said, and settle it."
        meanwhile = "The source carries no money meanwhile. " if found.kind is DisputeKind.WRONG else ""
        return f"{poster} is asked, and the producers look at it. {meanwhile}You are told how it ends."
    if found.state is DisputeState.TAKEN_BACK:
        return "Taken back. Everything is as it was."
    return _ended(found)


def _told(found: DisputeView, site_url: str, limit: int = _WORDS) -> list[str]:
    lines = [f"⚖️ **{_about(found, site_url)}**", f"{_who(found.by)}: {safe(found.reason, limit)}"]
    if found.answer:
        lines.append(f"{_who(found.poster)}: {safe(found.answer, limit)}")
    if found.state is DisputeState.OPEN:
        waits = "" if found.answer else f" {safe(found.poster.name, NAME)} is asked and has not answered yet."
        money = "The source carries no money until it is settled." if found.kind is DisputeKind.WRONG else ""
        return [*lines, small(f"Raised {ago(found.opened_at)}.{waits} {money}".rstrip())]
    by = f" by <@{found.settled_by}>" if found.settled_by else ""
    return [*lines, small(f"{_ended(found)} Settled{by}. {safe(found.verdict, _WORDS)}".rstrip())]


def _about(found: DisputeView, site_url: str = "") -> str:
    work, source = _ref(found.work, site_url), _ref(found.source, site_url)
    if found.kind is DisputeKind.WRONG:
        return f"Is {work} really made from {source}?"
    return f"Is {work} made from {source}, uncredited?"


def _ended(found: DisputeView) -> str:
    work, source = _ref(found.work), _ref(found.source)
    if found.linked:
        stays = "stays" if found.kind is DisputeKind.WRONG else "is"
        return f"{source} {stays} credited as a source of {work}."
    gone = "no longer" if found.kind is DisputeKind.WRONG else "not"
    return f"{source} is {gone} credited as a source of {work}."


def _posters(found: DisputeView) -> list[Item]:
    return [
        dispute_button("agree", found.id, _AGREE[found.kind], primary=True),
        dispute_button("reply", found.id, "I see it differently" if not found.answer else "Change what I said"),
    ]


def _settling(found: DisputeView) -> list[Item]:
    return [
        dispute_button("uphold", found.id, _DO[found.kind]),
        dispute_button("decline", found.id, _LEAVE[found.kind]),
    ]


def _who(artist: ArtistView) -> str:
    return f"**{safe(artist.name, NAME)}**"


def _ref(work: WorkRef, site_url: str = "") -> str:
    name = f"#{work.number} {safe(work.title, 60)}"
    return f"[{name}]({site_url}/works/{work.id})" if site_url else name
