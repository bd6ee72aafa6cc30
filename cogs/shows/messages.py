"""How a show looks to those who ask about it."""

from calendar import day_name

from cogs.common.lists import fitting
from cogs.common.look import Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.terms import terms_in_short
from cogs.common.text import ago, plural, safe, when
from cogs.common.votes import vote_lines
from domain.episode import Phase
from domain.filekinds import kinds_words
from domain.licences import TITLES
from domain.schedule import duration_text
from services.kinds import Collecting
from services.shows import ShowView

_NAME = 90
_RUNNING = 1000
_WEEK = 7
_PHASES = {
    Phase.PLANNED: "planned", Phase.OPEN: "open", Phase.VOTING: "in the vote", Phase.CUTTING: "in the cut"
}  # fmt: skip


def info(view: ShowView, site_url: str) -> Outgoing:
    """The whole of a show: where it lives, when, how, and what runs now."""
    running = [
        f"**{ref.code}** {safe(ref.title, _NAME)} · {_PHASES[ref.phase]}"
        + (f", until {ago(ref.until)}" if ref.until else "")
        for ref in view.episodes[-8:]
    ]
    return Outgoing(
        view=card(
            Tone.THEME,
            text(
                f"# {safe(view.name, _NAME)}", next_theme(view), small(f"{plural(view.queued, 'theme')} in the queue")
            ),
            text(*fitting(running, _RUNNING, lambda left: f"and {left} more."))
            if running
            else text("No episode is running."),
            rule(),
            text(*places(view)),
            rule(),
            text("**Schedule**", *schedule_lines(view)),
            rule(),
            text("**Rules for the next episodes**", *rule_lines(view), *file_lines(view)),
            row(link("Its episodes", f"{site_url}/shows/{view.slug}")),
        )
    )


def next_theme(view: ShowView) -> str:
    """When the next theme goes out."""
    if view.paused:
        return "Paused: no theme goes out by itself until `/show resume`."
    if view.next_theme_at is None:
        return "Themes go out when a producer opens an episode with `/episode open`."
    return f"The next theme goes out {when(view.next_theme_at)} ({ago(view.next_theme_at)})."


def places(view: ShowView) -> list[str]:
    """Channels and role."""
    producers = f"<#{view.producers_channel_id}>" if view.producers_channel_id else "in the news channel"
    managers = "who may manage the server"
    role = f"<@&{view.producer_role_id}>, and {managers}" if view.producer_role_id else managers
    return [
        f"**Works** <#{view.works_channel_id}> · **News** <#{view.news_channel_id}> · **For producers** {producers}",
        f"**Producers** {role}",
    ]


def cadence(view: ShowView) -> str:
    """When themes go out, in words."""
    if not view.weekdays:
        return "Episodes open by hand."
    days = "Every day" if len(view.weekdays) == _WEEK else _days(view)
    clock = view.post_at[:5] if view.post_at.endswith(":00") else view.post_at
    weeks = f", every {view.every_weeks} weeks" if view.every_weeks > 1 else ""
    return f"{days} at {clock} ({view.timezone}){weeks}"


def _days(view: ShowView) -> str:
    names = [f"{day_name[day]}s" for day in view.weekdays]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def schedule_lines(view: ShowView) -> list[str]:
    """Cadence and durations."""
    grace = duration_text(view.grace_seconds) if view.grace_seconds else "none"
    return [
        f"New theme: {cadence(view)}",
        (
            f"Open for works {duration_text(view.open_seconds)}, vote {duration_text(view.voting_seconds)}, "
            f"comments on a payout {duration_text(view.comment_seconds)}, grace after the close {grace}"
        ),
    ]


def rule_lines(view: ShowView) -> list[str]:
    """The rules that the next episodes get."""
    takes = "every post with a file or link" if view.collecting is Collecting.EVERYTHING else "only what is submitted"
    return [
        *vote_lines(view.voting),
        f"Money: {terms_in_short(view)}",
        f"Collects {takes}; works are under {TITLES[view.licence]} unless their artist says otherwise",
    ]


def money_extras(view: ShowView) -> list[str]:
    """What only producers choose by: the currency, and the shortest time for comments."""
    least = (
        f" A proposal is open for comments for at least {duration_text(view.comment_min_seconds)}."
        if view.comment_min_seconds
        else ""
    )
    return [small(f"The show counts in {view.currency.code}.{least}")]


def file_lines(view: ShowView) -> list[str]:
    """What is taken from artists."""
    most = f"up to {plural(view.max_files, 'file')} a work"
    size = f", {view.max_file_mb} MB each" if view.max_file_mb else ""
    money = "The show makes money: what is not for commercial use cannot be a source"
    return [f"Takes {kinds_words(view.file_kinds)}: {most}{size}", *([money] if view.commercial else [])]


def changed(view: ShowView, *lines: str) -> Outgoing:
    """What a change came to."""
    return Outgoing(view=card(Tone.THEME, text(f"### {safe(view.name, _NAME)}", *lines)))
