"""What a single person is told around a vote: reminders, works nobody sees, what became of their works. Pure."""

from collections.abc import Sequence
from typing import Any

import discord

from cogs.common.lists import fitting
from cogs.common.look import Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, message_link, plural, safe
from cogs.results.buttons import marks_button
from cogs.results.words import measured
from cogs.voting.words import joined
from domain.episode import Outcome
from services.outcomes import OutcomesView, WorkMarks, WorkOutcome
from services.reminders import DueReminder
from services.tallies import ResultView
from services.unseen import UnseenView
from services.views import WorkRef

_ROOM = 2400
_BAR = 12


def reminder(view: DueReminder, *, in_public: bool) -> Outgoing:
    """The reminder somebody asked for; `in_public` it says nothing of what they have done so far."""
    episode = view.episode
    ends = f"ends {ago(episode.votes_until)}" if episode.votes_until else "ends soon"
    left = "You asked to be reminded."
    if not in_public:
        everything = view.left == view.works
        words = (
            "No work has a mark of yours yet" if everything else f"{view.left} of {view.works} works still have none"
        )
        left = f"You asked to be reminded. {words}; every one you look at helps, and nobody has to do them all."
    parts = [text(f"### The vote on “{safe(episode.title)}” {ends}", left)]
    if view.message_id is None:
        return Outgoing(view=card(Tone.VOTE, *parts, text(small("Open your booth with `/vote booth`."))))
    address = message_link(episode.guild_id, episode.news_channel_id, view.message_id)
    return Outgoing(view=card(Tone.VOTE, *parts, row(link("To the vote", address))))


def unseen(view: UnseenView, site_url: str, *, in_public: bool) -> Outgoing | None:
    """An artist's works that too few people have seen; None in public where artists are hidden until the end."""
    if in_public and view.episode.hides_artists:
        return None
    works = joined([_name(work) for work in view.works], 6)
    one = len(view.works) == 1
    ends = f"The vote ends {ago(view.episode.votes_until)}: " if view.episode.votes_until else ""
    return Outgoing(
        view=card(
            Tone.VOTE,
            text(
                f"### {'A work of yours' if one else 'Works of yours'} could do with more eyes",
                f"{works} {'has' if one else 'have'} been shown to fewer people than most works in the vote on "
                f"“{safe(view.episode.title)}”. That says nothing about how people like "
                f"{'it' if one else 'them'}; in a full field some are simply met late.",
                f"{'It comes' if one else 'They come'} first in people's booths now. {ends}if you like, tell your "
                "friends that it is on, and that every work is worth a look.",
            ),
            row(link("See it in the gallery", f"{site_url}/works/{view.works[0].id}")),
        )
    )


def outcomes(view: OutcomesView, site_url: str, *, in_public: bool) -> Outgoing:
    """What became of a person's works; `in_public` only the good news, as others read it."""
    episode = view.episode
    lines = [line for line in view.lines if not in_public or line.outcome is not Outcome.NOT_USED]
    shown = fitting([_outcome(line) for line in lines], _ROOM, lambda left: f"and {plural(left, 'more work')}.")
    buttons: list[discord.ui.Button[Any]] = []
    if view.release_url:
        buttons.append(link("See the episode", view.release_url))
    buttons.append(link("What became of every work", f"{site_url}/episodes/{episode.id}#cut"))
    if view.counted and not in_public:
        buttons.append(marks_button(episode.id))
    return Outgoing(
        view=card(
            Tone.RELEASE,
            text(f"## “{safe(episode.title)}” is out", _thanks(view)),
            *([text(*shown)] if shown else []),
            *([rule(), text(*_closing(lines))] if _closing(lines) else []),
            row(*buttons),
        )
    )


def _thanks(view: OutcomesView) -> str:
    used = sum(line.outcome is Outcome.USED for line in view.lines)
    mine = plural(len(view.lines), "work")
    if used == len(view.lines):
        return f"And you are in it, with {mine}. Thank you!"
    if used:
        return f"And you are in it, with {used} of your {mine}. Thank you for all of them!"
    if any(line.outcome is Outcome.INFLUENCE for line in view.lines):
        return f"You are behind it: what others made from your {mine} is in it. Thank you!"
    return f"Thank you for your {mine}."


def _outcome(line: WorkOutcome) -> str:
    name = f"**{_name(line.work)}**"
    if line.outcome is Outcome.USED:
        words = f"{name} is in the cut. {safe(line.reason, 120)}".rstrip(" .") + "."
    elif line.outcome is Outcome.INFLUENCE:
        words = f"{name} is an influence: {_names(line.led_to)} in the cut came out of it."
    else:
        words = f"{name} is not in this one."
        if line.reason:
            words += f" The producers: “{safe(line.reason, 200)}”"
    rest = [work for work in line.used_in if work not in line.led_to]
    return f"{words} {_names(rest)} {'was' if len(rest) == 1 else 'were'} made from it." if rest else words


def _closing(lines: Sequence[WorkOutcome]) -> list[str]:
    if all(line.outcome is not Outcome.NOT_USED for line in lines):
        return []
    return ["What is not in stays yours and stays in the gallery, where anybody can remix it for what comes next."]


def marks(works: Sequence[WorkMarks], view: ResultView) -> Outgoing:
    """How a person's works did in the vote, for them alone."""
    lines: list[str] = []
    for one in works:
        place = f"Place {one.line.place} of {one.of}: {measured(one.line, view)}"
        standing = place if one.line.votes else "Nobody marked it."
        lines.append(f"**{_name(one.line.work)}**\n{standing}\n{_bars(one)}".rstrip())
    shown = fitting(lines, _ROOM, lambda left: f"and {plural(left, 'more work')} in the gallery")
    careful = small("Few marks say little. The interval shows where the average would lie if more people had voted.")
    return Outgoing(view=card(Tone.VOTE, text("### How your works did in the vote", *shown), text(careful)))


def _bars(one: WorkMarks) -> str:
    if not one.marks:
        return ""
    most = max(one.marks.values())
    rows = [f"{mark:>2} {'█' * max(1, times * _BAR // most)} {times}" for mark, times in sorted(one.marks.items())]
    return "```\n" + "\n".join(reversed(rows)) + "\n```"


def _name(work: WorkRef) -> str:
    return f"#{work.number} {safe(work.title, 60)}"


def _names(works: Sequence[WorkRef]) -> str:
    return joined([_name(work) for work in works], 5)
