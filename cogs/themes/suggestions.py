"""How suggested themes look: the post, the list, and what each person is told. Pure."""

from typing import Any

import discord

from cogs.common.look import Item, Tone, card, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, plural, safe, safe_block, when
from cogs.themes.buttons import approve_button, list_button, page_button, veto_button
from services.kinds import SuggestionState
from services.suggestions import SuggestionLine, SuggestionsView, SuggestionView

PAGE = 8
"""Suggestions on one page of the list: each takes three of the forty components of a message."""

_NAME = 90


def post(view: SuggestionView) -> Outgoing:
    """A suggestion as everybody sees it; the same message is edited until it is decided."""
    heading = small(f"{safe(view.show_name, _NAME)} · a theme suggested by <@{view.suggested_by}>")
    parts: list[Item] = [text(heading, f"## {safe(view.title)}", safe_block(view.prompt, 1000)), rule()]
    parts.append(text(*_standing(view)))
    if view.state is SuggestionState.OPEN:
        parts.append(row(approve_button(view.id, approves=True)))
    tone = Tone.THEME if view.state in (SuggestionState.OPEN, SuggestionState.CHOSEN) else Tone.QUIET
    return Outgoing(view=card(tone, *parts))


def _standing(view: SuggestionView) -> list[str]:
    so_far = f"**{plural(view.approvals, 'person approves', 'people approve')}**"
    if view.state is SuggestionState.OPEN:
        so_far = so_far if view.approvals else "Would you like to make something for this?"
        return [f"{so_far}{_missing(view)}", small("Who approves is not shown. " + how_chosen(view.needed))]
    if view.state is SuggestionState.CHOSEN:
        return [f"{so_far}. **The community chose it: {'it is out' if view.used else 'it comes next'}.**"]
    if view.state is SuggestionState.VETOED:
        who = f" (<@{view.decided_by}>)" if view.decided_by is not None else ""
        return [f"**The producers said no.**{who}", f"> {safe(view.reason, 500)}"]
    return ["Taken back by the one who suggested it."]


def _missing(view: SuggestionView) -> str:
    left = view.needed - view.approvals
    if not view.needed or not view.approvals:
        return ""
    return f", {left} more and it can be chosen." if left > 0 else ". It can be chosen now."


def how_chosen(needed: int) -> str:
    """The rule in a sentence."""
    if needed == 0:
        return "The producers read these when they choose the next theme."
    least = f"{plural(needed, 'approval')} or more"
    return f"When the queue of themes is empty, the one most people approve of comes next, with {least}."


def suggested(view: SuggestionView) -> Outgoing:
    """What somebody is told who suggested a theme."""
    return Outgoing(
        view=card(
            Tone.THEME,
            text(
                f"### “{safe(view.title)}” is up for approval",
                "It is being posted for everybody, and you will hear what becomes of it. "
                "You can take it back in `/theme suggestions`.",
                small(how_chosen(view.needed)),
            ),
        )
    )


def approval(view: SuggestionView, *, approves: bool) -> Outgoing:
    """What somebody is told who approves, or no longer does."""
    words = f"You approve of “{safe(view.title)}”." if approves else f"You no longer approve of “{safe(view.title)}”."
    return Outgoing(
        view=card(
            Tone.THEME,
            text(words, small("Nobody sees who approves. You can change your mind until it is chosen.")),
            row(approve_button(view.id, approves=not approves)),
        )
    )


def listing(view: SuggestionsView, page: int) -> Outgoing:
    """A page of what is up for approval, in the order in which it would be chosen."""
    name = safe(view.show_name, _NAME)
    if not view.lines:
        words = "Suggest one with `/theme suggest`." if view.each else "The producers choose the themes at the moment."
        return Outgoing(view=card(Tone.QUIET, text(f"### No theme is up for approval in {name}", words)))
    pages = -(-len(view.lines) // PAGE)
    page = min(page, pages - 1)
    following = f" The next theme goes out {ago(view.next_theme_at)}." if view.next_theme_at else ""
    title = f"## {plural(len(view.lines), 'theme')} suggested for {name}"
    parts: list[Item] = [text(title, small(how_chosen(view.needed) + following)), rule()]
    parts += [_line(view.show_id, page, line) for line in view.lines[page * PAGE : (page + 1) * PAGE]]
    if pages > 1:
        back = page_button(view.show_id, max(page - 1, 0), "More approved", disabled=page == 0)
        onward = page_button(view.show_id, page + 1, "Less approved", disabled=page == pages - 1)
        parts.append(row(back, onward))
    return Outgoing(view=card(Tone.THEME, *parts))


def _line(show_id: int, page: int, line: SuggestionLine) -> Item:
    view = line.view
    yours = " · yours" if line.mine else ""
    words = text(
        f"**{safe(view.title, 110)}**",
        safe(view.prompt, 180),
        small(f"{plural(view.approvals, 'approval')} · by <@{view.suggested_by}> {ago(view.suggested_at)}{yours}"),
    )
    section: discord.ui.Section[Any] = discord.ui.Section(words, accessory=list_button(show_id, page, line))
    return section


def decided(view: SuggestionView, *, in_public: bool) -> Outgoing | None:
    """What the one who suggested it is told; `in_public` in the channel, as their direct messages are closed."""
    title, name = safe(view.title), safe(view.show_name, _NAME)
    if view.state is SuggestionState.CHOSEN:
        where = "It is out now" if view.used else "It is in the queue and goes out with the next episode"
        people = plural(view.approvals, "person approves", "people approve")
        return Outgoing(
            view=card(
                Tone.THEME, text(f"### Your theme was chosen: {title}", f"{people}. {where} of {name}. Thank you!")
            )
        )
    if view.state is not SuggestionState.VETOED:
        return None
    thanks = "" if in_public else "Thank you for suggesting it; another one may fit better: `/theme suggest`."
    return Outgoing(
        view=card(
            Tone.QUIET,
            text(
                f"### “{title}” will not become a theme of {name}",
                "The producers gave this reason, which everybody can read:",
                f"> {safe(view.reason, 500)}",
                thanks,
            ),
        )
    )


def for_producers(view: SuggestionView, next_theme_at: Any) -> Outgoing | None:
    """Producers are told what the community chose, with the way to veto it; None once that is over."""
    if view.state is not SuggestionState.CHOSEN:
        return None
    title = f"### The community chose the next theme of {safe(view.show_name, _NAME)}"
    people = plural(view.approvals, "person approves", "people approve")
    words = f"**{safe(view.title)}**, suggested by <@{view.suggested_by}>; {people} of it."
    if view.used:
        return Outgoing(view=card(Tone.THEME, text(title, words, "The queue was empty, so it is out now.")))
    goes_out = f" It goes out {when(next_theme_at)} ({ago(next_theme_at)})." if next_theme_at else ""
    hint = small(
        "A veto takes a reason that everybody can read. To put another before it, use `/theme add` and `/theme move`."
    )
    return Outgoing(view=card(Tone.THEME, text(title, words + goes_out, hint), row(veto_button(view.id))))


def vetoed(view: SuggestionView) -> Outgoing:
    """What a producer is told after a veto."""
    return Outgoing(content=f"“{safe(view.title)}” will not become a theme. Who suggested it is told why.")


def rules(view: SuggestionsView) -> Outgoing:
    """A show's rules for suggestions."""
    each = f"Each person may have {plural(view.each, 'suggestion')} up." if view.each else "Nobody may suggest themes."
    return Outgoing(
        view=card(
            Tone.THEME, text(f"### Suggested themes in {safe(view.show_name, _NAME)}", each, how_chosen(view.needed))
        )
    )
