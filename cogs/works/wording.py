"""How a work is put into words, wherever it is shown: heading, credits, sources, files. Pure."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import discord

from cogs.common.lists import fitting
from cogs.common.look import Item
from cogs.common.text import percent, safe
from domain.licences import NO_DERIVATIVES, SHARE_ALIKE, TITLES
from services.kinds import CreditState, FileState, SourceState, WorkState
from services.views import CreditView, FileView, SourceView, WorkView

NAME = 60
TITLE = 100
LICENCE_HINTS = {
    licence: f"It is under {TITLES[licence]}, so the remix must keep that licence." for licence in SHARE_ALIKE
} | {
    licence: f"It is under {TITLES[licence]}, which does not allow remixes. Ask its artist first."
    for licence in NO_DERIVATIVES
}

MEDIA = {"picture": "🖼️", "sound": "🎧", "video": "🎬", "text": "📝", "link": "🔗", "mixed": "🗂️"}
_STATES = {
    WorkState.WITHDRAWN: "Withdrawn.",
    WorkState.DISQUALIFIED: "Taken out by the producers.",
}


def heading(work: WorkView) -> str:
    """What kind of work it is, its number and title."""
    return " ".join(filter(None, ("###", MEDIA.get(work.medium), title_of(work))))


def made_by(work: WorkView) -> list[str]:
    """Its state if it is out, whose it is, from what it was made and what was made from it."""
    lines = [f"by {_credited(work)}", *_waiting(work)]
    if work.state is not WorkState.IN:
        lines.insert(0, f"**{_STATES[work.state]}** {safe(work.reason, 400)}".rstrip())
    if work.sources:
        lines.append(f"made from {joined([_source(edge) for edge in work.sources], 1000)}")
    if work.used_in:
        lines.append(f"used in {joined([f'#{other.number} {safe(other.title, 40)}' for other in work.used_in], 500)}")
    return lines


def troubles(work: WorkView) -> list[str]:
    """What could not be credited or kept."""
    lines = [f"⚠️ {safe(notice, 300)}" for notice in work.notices[:3]]
    return lines + [f"⚠️ {safe(file.error, 250)}" for file in work.files if file.state is FileState.FAILED][:3]


def title_of(work: WorkView) -> str:
    """Its number and title."""
    return f"#{work.number} {safe(work.title, TITLE)}"


def _credited(work: WorkView) -> str:
    parts = [part for part in work.credits if part.state is CreditState.CONFIRMED]
    alone = len(parts) == 1
    return joined([_part(part, alone=alone) for part in parts], 900) or safe(work.artist.name, NAME)


def _part(part: CreditView, *, alone: bool) -> str:
    what = [safe(part.role, NAME)] if part.role else []
    what += [] if alone else [percent(part.share_bp)]
    more = f" ({', '.join(what)})" if what else ""
    return f"{safe(part.artist.name, NAME)}{more}"


def _waiting(work: WorkView) -> list[str]:
    asked = [part for part in work.credits if part.state is CreditState.OFFERED]
    if not asked:
        return []
    return [f"waiting for {joined([_part(part, alone=False) for part in asked], 600)}"]


def _source(edge: SourceView) -> str:
    doubt = " (disputed)" if edge.state is SourceState.DISPUTED else ""
    thanks = f" (“{safe(edge.thanks, 100)}”)" if edge.thanks else ""
    if edge.work is not None:
        gone = "" if edge.work.state is WorkState.IN else f", {edge.work.state.value}"
        name = f"#{edge.work.number} {safe(edge.work.title, 60)} by {safe(edge.work.artist, NAME)}"
        return f"{name}{gone}{doubt}{thanks}"
    title = safe(edge.outside_title or "", 80)
    linked = f"[{title}]({safe_address(edge.outside_url)})" if edge.outside_url else title
    return f"{linked}{doubt}{thanks}"


def file_link(file: FileView, site_url: str) -> str:
    """A file's name, leading to its bytes once they are kept."""
    name = safe(file.name, 60)
    if file.sha256 is None:
        return f"{name} (being fetched)" if file.state is FileState.WAITING else name
    return f"[{name}]({site_url}/media/{file.sha256}?name={quote(file.name[:80], safe='')})"


def playing(file: FileView) -> str:
    """How long a sound plays, behind its name; nothing where that is not known."""
    if file.duration_ms is None:
        return ""
    seconds = round(file.duration_ms / 1000)
    hours, minutes = divmod(seconds // 60, 60)
    return f" · {hours}:{minutes:02}:{seconds % 60:02}" if hours else f" · {minutes}:{seconds % 60:02}"


def is_bare(work: WorkView, file: FileView) -> bool:
    """Whether no message shows the file, so that the card has to."""
    return work.by_form or work.message_gone or file.by_form


def beside_picture(work: WorkView, told: discord.ui.TextDisplay[Any]) -> Item:
    """Words with the first picture beside them that a message shows; the card shows the others itself, large."""
    picture = next((file for file in work.files if is_picture(file) and not is_bare(work, file)), None)
    if picture is None:
        return told
    return discord.ui.Section(told, accessory=discord.ui.Thumbnail(picture.url, description=picture.name[:200]))


def is_picture(file: FileView) -> bool:
    """Whether Discord can show the file."""
    return file.content_type.startswith("image/") and file.state is not FileState.FAILED and bool(file.url)


def joined(words: Sequence[str], room: int) -> str:
    """Words with commas between them, as many as there is room for."""
    return ", ".join(fitting(words, room - len(words), lambda left: f"and {left} more"))


def safe_address(url: str | None) -> str:
    """A link that cannot end the markdown around it."""
    return (url or "").replace("(", "%28").replace(")", "%29").replace(" ", "%20")[:400]
