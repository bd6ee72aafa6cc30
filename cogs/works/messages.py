"""Works as people see them in Discord: the card, lists of one's own, an episode's credits. Pure."""

from collections.abc import Iterable, Mapping, Sequence

import discord

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, link, row, small, text
from cogs.common.outgoing import Attached, Outgoing
from cogs.common.text import percent, plural, safe, safe_block
from cogs.works.buttons import button
from cogs.works.linked import beside_link, link_lines, looked_at
from cogs.works.wording import (
    LICENCE_HINTS,
    NAME,
    TITLE,
    beside_picture,
    file_link,
    heading,
    is_bare,
    is_picture,
    joined,
    made_by,
    playing,
    title_of,
    troubles,
)
from domain.episode import Outcome, Phase
from domain.licences import NO_DERIVATIVES, TITLES
from services.kinds import CreditState, WorkState
from services.views import FileView, WorkRef, WorkView
from services.works.credits import WHOLE, Decision
from services.works.lists import CreditLine, EpisodeCredits, PartView

_LIST = 3000
_CARD = 3800
_KIT = 2500
_TYPED = 1400
_SHOWN_PICTURES = 4
_CHANGING = (Phase.OPEN, Phase.VOTING, Phase.CUTTING)


_OUTCOMES = {Outcome.USED: "⭐ in the cut", Outcome.INFLUENCE: "🌱 an influence", Outcome.NOT_USED: "not used"}


def work_card(
    work: WorkView,
    site_url: str,
    pictures: Mapping[int, Attached] | None = None,
    link_picture: Attached | None = None,
) -> Outgoing:
    """The card that answers a collected work and is kept current.

    `pictures` are previews to send along, by file id: a form's own files do not stay with Discord. `link_picture` is
    what the link that linked.looked_at() names looks like.
    """
    if work.state is not WorkState.IN:  # what is out is named, not shown
        return Outgoing(view=card(Tone.QUIET, text(*_told(work, site_url)), *_rows(work)))
    told, link = text(*_told(work, site_url)), looked_at(work)
    shown = beside_link(told, link, link_picture) if link and link_picture else beside_picture(work, told)
    items: list[Item] = [shown]
    gallery = _form_pictures(work, pictures or {})
    if gallery is not None:
        items.append(gallery)
    items += _rows(work)
    files = (*(pictures or {}).values(), *([link_picture] if link_picture else ()))
    return Outgoing(view=card(Tone.WORK, *items), files=files)


def refused(reason: str, *, late: bool) -> Outgoing:
    """The answer to a work that came too late, or that brings what the show does not take."""
    head = "**This one came too late to count.**" if late else "**This one could not be taken as it is.**"
    way = "" if late else small("Nothing was stored. Post it again without that, and it counts.")
    return Outgoing(view=card(Tone.QUIET, text(head, safe(reason, 600) if not late else reason, way)))


def gone(work: WorkView, until: int | None, site_url: str) -> Outgoing | None:
    """Tells an artist that deleting a message withdrew its work, with the way back; None once it is back."""
    if work.state is not WorkState.WITHDRAWN:
        return None
    kept = "Its files are kept here" if any(file.sha256 for file in work.files) else "What you wrote is kept here"
    limit = f" until submissions close <t:{until}:R>" if until else " until submissions close"
    return Outgoing(
        view=card(
            Tone.QUIET,
            text(
                f"**Your message is gone, so {title_of(work)} is withdrawn.**",
                f"If that was a slip: {kept[0].lower()}{kept[1:]}, and you can bring the work back{limit}.",
            ),
            row(button("restore", work.id), link("The work", f"{site_url}/works/{work.id}")),
        )
    )


def allowed(work: WorkView, until: int, site_url: str) -> Outgoing:
    """Tells an artist that producers let them change a work after the deadline."""
    return Outgoing(
        view=card(
            Tone.WORK,
            text(
                f"**You can change {title_of(work)} again, until <t:{until}:F>.**",
                "The producers allow it although submissions are closed. In the server: `/my works`, then the work.",
            ),
            row(link("The work", f"{site_url}/works/{work.id}")),
        )
    )


def brought_back(work: WorkRef) -> str:
    """The private answer to "Bring it back"."""
    return f"#{work.number} {safe(work.title, TITLE)} takes part again."


def credit_offered(work: WorkView, user_id: int, site_url: str) -> Outgoing | None:
    """Asks a person about the share they were offered; None when there is nothing left to ask."""
    part = next((part for part in work.credits if part.artist.user_id == user_id), None)
    if part is None or part.state is not CreditState.OFFERED or work.phase not in _CHANGING:
        return None
    role = f" for {safe(part.role, NAME)}" if part.role else ""
    return Outgoing(
        view=card(
            Tone.WORK,
            text(
                f"**{safe(work.artist.name, NAME)} credits you with {percent(part.share_bp)}{role}**",
                f"of {title_of(work)}.",
                "It counts once you confirm it. You can change your mind until the episode is released.",
            ),
            row(
                button("confirm", work.id),
                button("decline", work.id),
                link("The work", f"{site_url}/works/{work.id}"),
            ),
        )
    )


def judged(work: WorkView, site_url: str) -> Outgoing:
    """Tells an artist that producers took their work out, or back in."""
    if work.state is WorkState.DISQUALIFIED:
        head = f"**The producers took {title_of(work)} out of the episode.**"
        lines = [head, f"> {safe_block(work.reason, 600)}", "If you think that is wrong, answer them in the channel."]
    else:
        lines = [f"**{title_of(work)} takes part again.**"]
    tone = Tone.WORK if work.state is WorkState.IN else Tone.QUIET
    return Outgoing(view=card(tone, text(*lines), row(link("The work", f"{site_url}/works/{work.id}"))))


def remix_kit(work: WorkView, site_url: str) -> Outgoing:
    """What somebody needs to remix a work: its files, its licence, and the form with the source filled in."""
    head = [f"### Remix {title_of(work)}", f"by {safe(work.artist.name, NAME)}"]
    given = [f"- {file_link(file, site_url)}" for file in work.files] + [f"- <{address}>" for address in work.links]
    hint = LICENCE_HINTS.get(work.licence, f"It is under {TITLES[work.licence]}.")
    how = f"Post your remix as an answer to it, write #{work.number} in your text, or hand it in with the form."
    thanks = f"A line of thanks goes behind the number: “#{work.number}: your drums carried me”."
    lines = [*head, *fitting(given, _KIT, lambda left: f"- and {left} more on its page"), hint]
    page = link("Its page", f"{site_url}/works/{work.id}")
    if work.licence in NO_DERIVATIVES:
        return Outgoing(view=card(Tone.QUIET, beside_picture(work, text(*lines)), row(page)))
    told = (beside_picture(work, text(*lines)), text(how, small(thanks)))
    return Outgoing(view=card(Tone.WORK, *told, row(button("form", work.id), page)))


def submitted(number: int, title: str, *, again: bool) -> str:
    """The private answer to a form or to "Submit this"."""
    name = f"#{number} {safe(title, TITLE)}"
    if again:
        return f"This is in already, as {name}."
    return f"Collected as **{name}**. Sources, credits and changes are behind More on its card."


def typed(title: str, note: str, sources: str) -> str:
    """What somebody wrote into a form that could not be taken, to copy from; only they see it."""
    said = "\n".join(filter(None, (title, note, sources)))[:_TYPED].replace("```", '"""')
    return f"\nSo that you need not write it again (files are to be chosen anew):\n```\n{said}\n```" if said else ""


def decided(decision: Decision) -> str:
    """The private answer to Confirm or Decline."""
    name = f"#{decision.number} {safe(decision.title, TITLE)}"
    if decision.confirmed:
        return f"Confirmed: {percent(decision.share_bp)} of {name} is yours."
    return f"Declined. Your share of {name} stays with whoever posted it. You can still confirm it later."


def my_credits(parts: Sequence[PartView], site_url: str) -> Outgoing:
    """What a person has a part in, with what they still have to answer first."""
    if not parts:
        return _nothing("You have no credits yet.")
    waiting = [part for part in parts if part.state is CreditState.OFFERED]
    rest = [part for part in parts if part.state is not CreditState.OFFERED]
    lines = [f"❔ {_part_line(part, site_url, own=False)}: waits for your answer" for part in waiting]
    lines += [_part_line(part, site_url, own=False) for part in rest]
    asked = [row(button("confirm", part.work.id), button("decline", part.work.id)) for part in waiting[:1]]
    hint = f"The buttons answer #{waiting[0].work.number}." if waiting else ""
    return _list(f"### Your credits ({len(parts)})", lines, site_url, hint=hint, below=asked)


def episode_credits(found: EpisodeCredits, site_url: str) -> Outgoing:
    """Everyone in an episode."""
    if not found.lines:
        return _nothing(f"{found.code} {safe(found.title)} has no works yet.")
    head = f"### {found.code} {safe(found.title)}\n{plural(len(found.lines), 'artist')}, {plural(found.works, 'work')}"
    page = f"{site_url}/episodes/{found.episode_id}"
    return _list(head, [_credit_line(line) for line in found.lines], page)


def _told(work: WorkView, site_url: str) -> list[str]:
    """Everything a card says, the most important first; what does not fit is on the work's page."""
    head = heading(work)
    foot = small(f"{TITLES[work.licence]} · [page]({site_url}/works/{work.id})")
    shown = [*_bare_words(work, site_url), *link_lines(work)] if work.state is WorkState.IN else []
    lines = [*made_by(work), *shown, *troubles(work)]
    room = _CARD - len(head) - len(foot)
    return [head, *fitting(lines, room, lambda _: small("The rest is on its page.")), foot]


def _bare_words(work: WorkView, site_url: str) -> list[str]:
    """What no message shows stands on the card: the note and files of a form, a file that was replaced."""
    alone = work.by_form or work.message_gone
    lines = [f"> {line}" for line in safe_block(work.note, 500).splitlines()[:6]] if work.note and alone else []
    return lines + [f"- {file_link(file, site_url)}{playing(file)}" for file in work.files if is_bare(work, file)]


def shown_pictures(work: WorkView) -> tuple[FileView, ...]:
    """The pictures that a card shows because no message does."""
    bare = [file for file in work.files if is_picture(file) and is_bare(work, file)]
    return tuple(bare[:_SHOWN_PICTURES]) if work.state is WorkState.IN else ()


def _form_pictures(work: WorkView, previews: Mapping[int, Attached]) -> Item | None:
    shown = []
    for file in shown_pictures(work):
        address = f"attachment://{previews[file.id].name}" if file.id in previews else file.url
        shown.append(discord.MediaGalleryItem(address, description=file.name[:200]))
    return discord.ui.MediaGallery(*shown) if shown else None


def _rows(work: WorkView) -> list[Item]:
    """Only what stays right when time passes: everything else is behind More, made when it is pressed."""
    rows: list[Item] = []
    asking = work.phase in _CHANGING and work.state is WorkState.IN
    if asking and any(part.state is CreditState.OFFERED for part in work.credits):
        rows.append(row(button("confirm", work.id), button("decline", work.id)))
    doings = ["remix", "more"] if work.state is WorkState.IN else ["more"]
    return [*rows, row(*(button(doing, work.id) for doing in doings))]


def _part_line(part: PartView, site_url: str, *, own: bool) -> str:
    work = part.work
    facts = [f"{part.episode_code} {safe(part.episode_title, 40)}"]
    facts += [] if own and part.share_bp == WHOLE else [percent(part.share_bp)]
    facts += [safe(part.role, 40)] if part.role else []
    if work.state is not WorkState.IN:
        facts.append(work.state.value)
    elif part.outcome is not None:
        facts.append(_OUTCOMES[part.outcome])
    by = "" if own else f" by {safe(work.artist, NAME)}"
    title = f"[#{work.number} {safe(work.title, 60)}]({site_url}/works/{work.id})"
    return f"{title}{by} · {' · '.join(facts)}"


def _credit_line(line: CreditLine) -> str:
    works = joined([f"#{number}" + (f" ({safe(role, 40)})" if role else "") for number, role in line.works], 300)
    return f"**{safe(line.artist.name, NAME)}** {works}"


def _list(head: str, lines: Sequence[str], page: str, *, hint: str = "", below: Iterable[Item] = ()) -> Outgoing:
    shown = fitting(lines, _LIST, lambda left: small(f"and {left} more in the gallery"))
    told = text(head, *shown, small(hint) if hint else "")
    return Outgoing(view=card(Tone.WORK, told, *below, row(link("Gallery", page))))


def _nothing(sentence: str) -> Outgoing:
    return Outgoing(view=card(Tone.QUIET, text(sentence)))
