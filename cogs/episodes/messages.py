"""How episodes look in Discord: announcements, status, history."""

from collections.abc import Sequence
from typing import Any

import discord

from cogs.common.lists import fitting
from cogs.common.look import Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, money, plural, safe, safe_block, when
from cogs.episodes.buttons import advance_button, deal_button
from cogs.episodes.deal import deal_in_short, deal_lines
from domain.episode import Phase
from services.episodes import CanceledView, CreditedWork, EpisodeStatus, MoveView, ReleaseView
from services.kinds import Collecting
from services.views import EpisodeView

PROMPT = 1200
NAME = 90
_ROOM = 2600
_STEPS = 1400
_DEAL = 1900
_THANKS = 160

PHASE_WORDS = {
    Phase.PLANNED: "planned",
    Phase.OPEN: "open for works",
    Phase.VOTING: "in the vote",
    Phase.CUTTING: "in the cut",
    Phase.RELEASED: "out",
    Phase.CANCELED: "canceled",
}


def heading(view: EpisodeView) -> str:
    """The small line above a title: which show and episode."""
    return small(f"{safe(view.show_name, NAME)} · {view.code}")


def gallery(view: EpisodeView, site_url: str, label: str = "Gallery") -> discord.ui.Button[Any]:
    """The button that opens the episode's page."""
    return link(label, f"{site_url}/episodes/{view.id}")


def planned(view: EpisodeView, site_url: str) -> Outgoing:
    """The deal of an episode that is to come; says so once it opened or was canceled."""
    if view.phase is Phase.CANCELED:
        opens = "This episode was canceled before it opened."
    elif view.phase is not Phase.PLANNED:
        opens = f"Submissions opened {ago(view.opens_at)}." if view.opens_at else "Submissions have opened."
    elif view.opens_at is not None:
        opens = f"Submissions open {when(view.opens_at)} ({ago(view.opens_at)})."
    else:
        opens = f"Submissions open with the next theme of {safe(view.show_name, NAME)}."
    return Outgoing(
        view=card(
            Tone.QUIET if view.phase is Phase.CANCELED else Tone.THEME,
            text(heading(view) + " · coming up", f"# {safe(view.title)}", safe_block(view.prompt, PROMPT)),
            rule(),
            text("### The deal", *deal_lines(view.deal)),
            rule(),
            text(opens, small("The deal is fixed from the moment submissions open.")),
            row(gallery(view, site_url)),
        )
    )


def opened(view: EpisodeView, site_url: str, *, reads: bool = True) -> Outgoing:
    """The theme; kept current with the number of works and the deadline. `reads`: see how_to_submit()."""
    is_open = view.phase is Phase.OPEN
    lines = _taking_part(view, reads=reads) if is_open else [_afterwards(view)]
    return Outgoing(
        view=card(
            Tone.QUIET if view.phase is Phase.CANCELED else Tone.THEME,
            text(heading(view), f"# {safe(view.title)}", safe_block(view.prompt, PROMPT), _idea(view)),
            rule(),
            text(*lines),
            rule(),
            text(small(deal_in_short(view.deal)), small(_terms(site_url)) if is_open else ""),
            row(deal_button(view.id), gallery(view, site_url)),
        )
    )


def _idea(view: EpisodeView) -> str:
    """Whose idea the theme was, where the community chose it."""
    return small(f"An idea of <@{view.suggested_by}>, chosen by all of you") if view.suggested_by is not None else ""


def _terms(site_url: str) -> str:
    return f"Works stay their artists'. Posting one gives it under its licence and [the terms]({site_url}/terms)."


def deal(view: EpisodeView, site_url: str) -> Outgoing:
    """The whole deal of an episode, for whoever asks."""
    fixed = f"Fixed since {when(view.deal.locked_at)}." if view.deal.locked_at else "Fixed once submissions open."
    return Outgoing(
        view=card(
            Tone.THEME,
            text(heading(view), f"### The deal of “{safe(view.title)}”", *deal_lines(view.deal), small(fixed)),
            row(gallery(view, site_url)),
        )
    )


def how_to_submit(view: EpisodeView, *, reads: bool) -> str:
    """What to do with a work; `reads`: the bot can read posts, so it need not be asked to take each."""
    place = f"<#{view.works_channel_id}>"
    if reads and view.collecting is Collecting.EVERYTHING:
        return f"post what you make in {place}. To remix something, reply to it."
    mentioned = ", or mention me in the post" if view.collecting is Collecting.EVERYTHING else ""
    return (
        f"use `/submit`. Or post it in {place} and choose “Submit this” in your message's menu, under Apps{mentioned}. "
        "“Remix this” is in the same menu."
    )


def _taking_part(view: EpisodeView, *, reads: bool) -> list[str]:
    closes = f"**Until** {when(view.closes_at)} ({ago(view.closes_at)})" if view.closes_at else ""
    works = f"**{plural(view.works, 'work')}** so far" if view.works else "Nothing in yet. Be the first."
    return [
        f"**Take part:** {how_to_submit(view, reads=reads)}",
        closes,
        works,
    ]


def _afterwards(view: EpisodeView) -> str:
    works = plural(view.works, "work")
    sentences = {
        Phase.PLANNED: "Not open yet.",
        Phase.VOTING: f"Submissions are closed: {works} came in, and the vote is on.",
        Phase.CUTTING: f"{works} came in. The vote is over and the cut is being made.",
        Phase.RELEASED: f"{works} came in. The episode is out.",
        Phase.CANCELED: "This episode was canceled.",
    }
    return sentences.get(view.phase, "")


def closing_soon(view: EpisodeView, site_url: str, *, reads: bool = True) -> Outgoing:
    """A nudge before submissions close. `reads`: see how_to_submit()."""
    closes = f"Submissions close {ago(view.closes_at)}, {when(view.closes_at)}." if view.closes_at else ""
    works = f"{plural(view.works, 'work')} so far." if view.works else "Nothing is in yet, so yours would be the first."
    return Outgoing(
        view=card(
            Tone.THEME,
            text(heading(view), f"## Last call for “{safe(view.title)}”", closes),
            text(
                f"{works} Unfinished is fine: let others remix it.",
                f"**Take part:** {how_to_submit(view, reads=reads)}",
            ),
            row(gallery(view, site_url)),
        )
    )


def released(view: ReleaseView, site_url: str) -> Outgoing:
    """The episode is out: the link and the credits, as many as fit."""
    episode = view.episode
    buttons = [gallery(episode, site_url, "Every credit")]
    if episode.release_url:
        buttons.insert(0, link("See the episode", episode.release_url))
    out = f"Made by {plural(view.artists, 'artist')}, from {plural(len(view.cut), 'work')} in the cut."
    return Outgoing(
        view=card(
            Tone.RELEASE,
            text(heading(episode) + " · out now", f"# {safe(episode.title)}", out, safe_block(view.note, 500)),
            row(*buttons),
            rule(),
            text("### Credits", *_credits(view)),
        )
    )


def _credits(view: ReleaseView) -> list[str]:
    """The credits in three parts, each with room of its own."""
    thanks = [f"“{safe(words, _THANKS)}” {safe(work.artists[0], 40)}" for work in view.cut for words in work.thanks]
    parts = [
        ("", [_credit(work) for work in view.cut], _ROOM // 2, _and_more),
        ("**Made from**", [_credit(work) for work in view.influences], _ROOM // 4, _and_more),
        ("**With thanks**", thanks, _ROOM // 4, lambda left: f"and {left} more words of thanks."),
    ]
    spare = sum(room for _, lines, room, _ in parts if not lines)
    shown: list[str] = []
    for title, lines, room, more in parts:
        if lines:
            shown += [title, *fitting(lines, room + (0 if title else spare), more)]
    return shown


def _credit(work: CreditedWork) -> str:
    named = ", ".join(safe(name, 40) for name in work.artists[:4])
    if len(work.artists) > 4:  # noqa: PLR2004 - as many names as a line holds
        named += f" and {len(work.artists) - 4} more"
    return f"{safe(work.title, 60)} (#{work.number}) · **{named}**"


def _and_more(count: int) -> str:
    return f"and {count:,} more, all named in the gallery."


def canceled(view: CanceledView, site_url: str) -> Outgoing:
    """The episode will not go on, and why."""
    episode = view.episode
    kept = (
        "Every work stays with its artist and in the gallery. Thank you for making them."
        if episode.works
        else "On to the next one."
    )
    return Outgoing(
        view=card(
            Tone.QUIET,
            text(
                heading(episode),
                f"## “{safe(episode.title)}” will not go on",
                f"Because: {safe_block(view.reason, 500)}" if view.reason else "",
                kept,
                f"Its {money(view.returned)} went to the show's reserve, for later episodes." if view.returned else "",
            ),
            row(gallery(episode, site_url)),
        )
    )


def status(view: EpisodeStatus, site_url: str) -> Outgoing:
    """Where an episode stands and what comes next."""
    episode = view.episode
    return Outgoing(
        view=card(
            Tone.THEME,
            text(
                heading(episode),
                f"## {safe(episode.title)}",
                f"**{PHASE_WORDS[episode.phase].capitalize()}** · {plural(episode.works, 'work')}",
                *_dates(episode),
            ),
            rule(),
            text("**The way so far**", *fitting([_step(move) for move in view.moves], _STEPS, _more_steps)),
            rule(),
            text(*_deal(episode)),
            row(gallery(episode, site_url)),
        )
    )


def _deal(view: EpisodeView) -> list[str]:
    """The whole deal, or the short of it where it takes too many words."""
    lines = deal_lines(view.deal)
    return lines if sum(map(len, lines)) <= _DEAL else [deal_in_short(view.deal)]


def _more_steps(left: int) -> str:
    return f"and {plural(left, 'more step')}."


def _dates(view: EpisodeView) -> list[str]:
    dates = {
        Phase.PLANNED: ("Opens", view.opens_at),
        Phase.OPEN: ("Closes", view.closes_at),
        Phase.VOTING: ("The vote ends", view.votes_until),
    }
    word, instant = dates.get(view.phase, ("", None))
    lines = [f"{word} {when(instant)} ({ago(instant)})"] if instant else []
    if view.phase is Phase.CUTTING:
        lines.append("Next: `/cut show` to look at the cut, then `/episode release` with a link to it.")
    if view.release_url:
        lines.append(view.release_url)
    return lines


def _step(move: MoveView) -> str:
    who = f"by <@{move.by_user}>" if move.by_user else "by the clock"
    reason = f": {safe(move.reason, 150)}" if move.reason and move.reason != "early" else ""
    return f"{PHASE_WORDS[move.to_phase].capitalize()} {when(move.at)}, {who}{reason}"


def history(show_name: str, views: Sequence[EpisodeView], site_url: str) -> Outgoing:
    """A show's latest episodes."""
    if not views:
        return Outgoing(content=f"{safe(show_name, NAME)} has no episode yet. Add a theme with `/theme add`.")
    lines = [
        f"**{view.code}** {safe(view.title, 70)} · {PHASE_WORDS[view.phase]} · {plural(view.works, 'work')}"
        for view in views
    ]
    return Outgoing(
        view=card(
            Tone.THEME,
            text(f"## Episodes of {safe(show_name, NAME)}", *fitting(lines, _ROOM, lambda left: f"and {left} more.")),
            row(link("All of them", f"{site_url}/shows/{views[0].show_slug}")),
        )
    )


def sure_to_advance(view: EpisodeView) -> Outgoing:
    """What ending the phase early means, with the button that does it."""
    consequences = {
        Phase.PLANNED: "Submissions open now, the theme is posted, and the deal is fixed.",
        Phase.OPEN: "Submissions close now and the vote begins. Late works no longer count.",
        Phase.VOTING: "The vote is counted now and the result is posted. No mark can change after that.",
    }
    return Outgoing(
        view=card(
            Tone.THEME,
            text(
                heading(view),
                f"### Go on with “{safe(view.title)}” now?",
                consequences[view.phase],
                small("This cannot be undone."),
            ),
            row(advance_button(view.id, view.phase)),
        )
    )
