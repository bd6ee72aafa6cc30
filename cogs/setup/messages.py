"""How /setup and /doctor answer."""

from collections.abc import Sequence
from typing import Any

import discord

from cogs.common.lists import fitting
from cogs.common.look import Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, plural, safe, when
from cogs.setup.buttons import check_button, retry_button
from cogs.setup.checks import Finding
from cogs.setup.making import Made
from cogs.shows.messages import cadence, next_theme, places
from cogs.themes.buttons import add_button
from domain.schedule import duration_text
from services.kinds import DeadlineKind
from services.shows import DoctorFacts, ShowView

_NAME = 90
_KINDS = {
    DeadlineKind.THEME: "the next theme goes out",
    DeadlineKind.QUEUE_CHECK: "I look whether there is a theme",
    DeadlineKind.OPEN: "submissions open",
    DeadlineKind.CLOSING_SOON: "I remind of the close",
    DeadlineKind.CLOSE: "submissions close",
    DeadlineKind.SEEN_CHECK: "I look for works that few have seen",
    DeadlineKind.VOTE_ENDING: "I remind of the vote's end",
    DeadlineKind.COUNT: "the vote is counted",
    DeadlineKind.COMMENTS_END: "comments on the payout end",
    DeadlineKind.CLAIM_SOON: "I remind of money that waits to be claimed",
    DeadlineKind.CLAIM_END: "money that nobody claimed goes on",
}


def ready(view: ShowView, made: Made, found: Sequence[Finding], site_url: str) -> Outgoing:
    """The show stands: what it is, what was made for it, what is wrong, and what to do next."""
    wrong = [finding for finding in found if not finding.ok and "queue is empty" not in finding.sentence]
    created = f"Made for it: {', '.join(made.made)}" if made.made else ""
    without = [f"Without {what}." for what in made.without]
    first = (
        "Add your first theme; it goes out by itself." if view.next_theme_at else "Add a theme, then `/episode open`."
    )
    steps = [
        f"1. {first}"
        if not view.queued
        else f"1. {plural(view.queued, 'theme')} in the queue. Add more whenever you like.",
        "2. Give the producer role to those who run the show with you." if view.producer_role_id else "",
        f"3. Tell your artists: post in <#{view.works_channel_id}>, reply to a work to remix it.",
    ]
    durations = (
        f"Open {duration_text(view.open_seconds)}, then the vote {duration_text(view.voting_seconds)}. "
        f"Money in {view.currency.code}."
    )
    return Outgoing(
        view=card(
            Tone.TROUBLE if wrong else Tone.THEME,
            text(f"# {safe(view.name, _NAME)} is ready", next_theme(view)),
            text(f"{cadence(view)}. {durations}", *places(view), created, *without),
            rule(),
            text("**Next steps**", *steps),
            *([rule(), text("**To mend first**", *_lines(wrong))] if wrong else []),
            row(add_button(view.id), check_button(view.id), link("Its gallery", f"{site_url}/shows/{view.slug}")),
        )
    )


def doctor(facts: DoctorFacts, found: Sequence[Finding]) -> Outgoing:
    """The check: each thing looked at, what could not be said, what comes next."""
    wrong = sum(not finding.ok for finding in found)
    verdict = "All is well." if not wrong else f"{plural(wrong, 'thing')} to mend."
    parts: list[discord.ui.Item[Any]] = [
        text(f"## Check of {safe(facts.show.name, _NAME)}", f"**{verdict}**"),
        text(*_lines(found)),
        rule(),
        text("**What comes next**", *_deadlines(facts)),
    ]
    if facts.failed:
        parts += [rule(), text("**Not delivered**", *_undelivered(facts)), row(retry_button(facts.show.id))]
    return Outgoing(view=card(Tone.TROUBLE if wrong else Tone.MONEY, *parts))


def _lines(found: Sequence[Finding]) -> list[str]:
    return [f"{'✅' if finding.ok else '⚠️'} {finding.sentence}" for finding in found]


def _deadlines(facts: DoctorFacts) -> list[str]:
    lines = [
        f"{when(item.due_at)} ({ago(item.due_at)}): {_KINDS[item.kind]}"
        + (f" ({safe(item.episode, 60)})" if item.episode else "")
        for item in facts.deadlines
    ]
    waiting = small(f"{plural(facts.waiting, 'message')} on the way.") if facts.waiting else ""
    shown = fitting(lines, 1300, lambda left: f"and {left} more.")
    return [*(shown or ["Nothing is due by the clock."]), waiting]


def _undelivered(facts: DoctorFacts) -> list[str]:
    lines = [
        f"{item.kind.replace('_', ' ')} to {_target(item.channel_id, item.user_id)}, {ago(item.created_at)}: "
        f"{safe(item.error.replace('**', ''), 300)}"
        for item in facts.undelivered
    ]
    return fitting(lines, 1500, lambda left: f"and {left} more.")


def _target(channel_id: int | None, user_id: int | None) -> str:
    return f"<@{user_id}>" if user_id else f"<#{channel_id}>"
