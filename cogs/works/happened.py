"""What happened to a work, line by line. Pure."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import discord

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, row, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, percent, plural, safe, when
from cogs.works.buttons import button, history_button
from services.works.history import History, Moment

_PAGE = 3500
_WORDS = 80
_HASH = 12


def line(moment: Moment) -> str:
    """A line of a short list: what, and how long ago."""
    return small(f"{happened(moment)} · {ago(moment.at)}")


def history_page(found: History) -> Outgoing:
    """A page of a work's whole history, with what was there before each change."""
    work = found.work
    head = f"### What happened to #{work.number} {safe(work.title, 100)}"
    told = fitting([_full(moment) for moment in found.moments], _PAGE, lambda left: small(f"and {left} more"))
    of = f" · page {found.page + 1} of {found.pages}" if found.pages > 1 else ""
    foot = small(f"{plural(found.lines, 'line')}{of}, newest first")
    ways: list[Item] = [button("more", work.id, label="Back to the work")]
    if found.pages > 1:
        ways.append(history_button(work.id, found.page - 1, "Newer", disabled=found.page == 0))
        ways.append(history_button(work.id, found.page + 1, "Older", disabled=found.page + 1 == found.pages))
    return Outgoing(view=card(Tone.WORK, text(head, *told, foot), row(*ways)))


def happened(moment: Moment) -> str:
    """What happened, in a few words."""
    say = _HAPPENED.get(moment.kind)
    return say(moment) if say is not None else safe(moment.kind.replace("_", " "), 60)


def _full(moment: Moment) -> str:
    details = [small(detail) for detail in _details(moment)]
    return "\n".join([happened(moment), *details, small(discord.utils.format_dt(moment.at, "f"))])


def _details(moment: Moment) -> list[str]:
    """What it was before, for those who look closely."""
    found = [
        f"{name}: “{safe(str(before), _WORDS)}” → “{safe(str(after), _WORDS)}”"
        for name, (before, after) in (moment.detail.get("changed") or {}).items()
    ]
    old = moment.detail.get("old")
    gone = [old] if old else moment.detail.get("gone") or ()
    found += [f"before: {_file(file)}" for file in gone]
    if moment.kind == "withdrawn" and moment.by_user and moment.detail.get("reason"):
        found.append(safe(str(moment.detail["reason"]), 200))
    return found


def _file(file: Mapping[str, object]) -> str:
    name, sha256 = safe(str(file.get("name", "")), 60), file.get("sha256")
    return f"“{name}”, SHA-256 {str(sha256)[:_HASH]}…" if sha256 else f"“{name}”, which was not kept"


def _who(moment: Moment) -> str:
    return f"<@{moment.by_user}>" if moment.by_user else "somebody"


def _about(moment: Moment) -> str:
    return f"<@{moment.detail.get('user', 0)}>"


def _share(moment: Moment) -> str:
    return percent(int(moment.detail.get("share_bp", 0)))


def _source(moment: Moment) -> str:
    if moment.other is not None:
        return f"#{moment.other.number} {safe(moment.other.title, 40)}"
    return f"“{safe(str(moment.detail.get('outside') or 'a source'), 60)}”"


def _named(moment: Moment) -> str:
    return f"“{safe(str(moment.detail.get('file', '')), 60)}”"


def _edited(moment: Moment) -> str:
    changed = [*(moment.detail.get("changed") or ()), *(["its files"] if moment.detail.get("gone") else ())]
    changed += ["its links"] if moment.detail.get("links") or moment.detail.get("without") else []
    names = ", ".join(changed) or "its links"
    if moment.kind == "message_edited" and moment.by_user is None:
        return f"its post was renamed, which changed {names}"
    how = "by editing the message" if moment.kind == "message_edited" else ""
    return f"{_who(moment)} changed {names} {how}".rstrip()


def _withdrawn(moment: Moment) -> str:
    return f"{_who(moment)} withdrew it" if moment.by_user else "withdrawn, as its message was deleted"


def _replaced(moment: Moment) -> str:
    old = safe(str((moment.detail.get("old") or {}).get("name", "")), 60)
    return f"{_who(moment)} replaced “{old}” by {_named(moment)}"


def _reason(moment: Moment) -> str:
    return safe(str(moment.detail.get("reason", "")), 120)


def _settled(moment: Moment) -> str:
    ended = {"upheld": "was upheld", "declined": "was declined", "taken_back": "was taken back"}
    how = ended.get(str(moment.detail.get("ended")), "ended")
    why = f": {_reason(moment)}" if moment.detail.get("reason") else ""
    return f"the dispute about {_source(moment)} {how} by {_who(moment)}{why}"


def _allowed(moment: Moment) -> str:
    if not moment.detail.get("hours"):
        return f"{_who(moment)} ended changes after the deadline"
    until = datetime.fromtimestamp(int(moment.detail.get("until", 0)), UTC)
    return f"{_who(moment)} allowed changes until {when(until)}"


_HAPPENED: Mapping[str, Callable[[Moment], str]] = {
    "collected": lambda moment: f"{_who(moment)} posted it",
    "imported": lambda _: "it came in with a back catalogue",
    "artist_claimed": lambda moment: (
        f"“{safe(str(moment.detail.get('name', '')), 60)}” turned out to be {_about(moment)}"
    ),
    "edited": _edited,
    "message_edited": _edited,
    "licence_fitted": lambda _: "it took the licence that its sources ask for",
    "withdrawn": _withdrawn,
    "restored": lambda moment: f"{_who(moment)} brought it back",
    "disqualified": lambda moment: f"{_who(moment)} took it out: {safe(str(moment.detail.get('reason', '')), 120)}",
    "message_deleted": lambda _: "its message was deleted; the work was left as it is",
    "changes_allowed": _allowed,
    "credit_offered": lambda moment: f"{_who(moment)} offered {_about(moment)} {_share(moment)}",
    "credit_confirmed": lambda moment: f"{_about(moment)} confirmed {_share(moment)}",
    "credit_declined": lambda moment: f"{_about(moment)} declined {_share(moment)}",
    "credit_removed": lambda moment: f"{_who(moment)} took {_about(moment)} off the credits",
    "source_added": lambda moment: f"{_who(moment)} credited {_source(moment)}",
    "source_removed": lambda moment: f"{_who(moment)} took {_source(moment)} off the sources",
    "source_thanked": lambda moment: f"{_who(moment)} thanked for {_source(moment)}",
    "source_licensed": lambda moment: f"{_who(moment)} said under which licence {_source(moment)} is",
    "sources_parted": lambda moment: f"{_who(moment)} set what each source is passed",
    "source_disputed": lambda moment: f"{_who(moment)} disputed {_source(moment)}: {_reason(moment)}",
    "source_claimed": lambda moment: f"{_who(moment)} says it is made from {_source(moment)}: {_reason(moment)}",
    "dispute_answered": lambda moment: f"{_who(moment)} answered: {safe(str(moment.detail.get('answer', '')), 120)}",
    "dispute_settled": _settled,
    "source_refused": lambda moment: f"{_source(moment)} could not be credited",
    "file_failed": lambda moment: f"{_named(moment)} could not be kept",
    "file_replaced": _replaced,
    "file_added": lambda moment: f"{_who(moment)} added {_named(moment)}",
    "file_removed": lambda moment: (
        f"{_who(moment)} took “{safe(str((moment.detail.get('old') or {}).get('name', '')), 60)}” off"
    ),
}
