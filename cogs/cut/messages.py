"""The cut as messages: what is in it and why, what producers changed, what became of the rest. Pure."""

from collections.abc import Sequence

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, plural, safe
from domain.episode import Outcome, Phase
from services.cuts import ChangeView, CutLine, CutView
from services.kinds import CutAction

_ROOM_WORKS = 1600
_ROOM_CHANGES = 1300
_INFLUENCES = 8


def cut(view: CutView, site_url: str) -> Outgoing:
    """The cut for everybody; the same message is edited until the episode is out."""
    episode = view.episode
    parts: list[Item] = [text(f"## The cut: {safe(episode.title)}", _standing(view)), rule(), text(*_works(view))]
    if view.changes:
        parts += [rule(), text("**What the producers changed**", *_changes(view.changes))]
    if influences := [line for line in view.lines if line.outcome is Outcome.INFLUENCE]:
        parts.append(text(_influences(influences)))
    parts.append(row(link("See it in the gallery", f"{site_url}/episodes/{episode.id}")))
    return Outgoing(view=card(Tone.CUT, *parts))


def changed(view: CutView, sentence: str, site_url: str) -> Outgoing:
    """What a producer is told after a change."""
    episode = view.episode
    size = f"{plural(len(view.chosen), 'work')} in the cut now. The public post is being brought up to date."
    gallery = link("See it in the gallery", f"{site_url}/episodes/{episode.id}")
    return Outgoing(view=card(Tone.CUT, text(f"### {sentence}", size), row(gallery)))


def _standing(view: CutView) -> str:
    size = plural(len(view.chosen), "work")
    if view.episode.phase is Phase.RELEASED:
        return f"{view.episode.code} is out, with {size}."
    if view.episode.phase is Phase.CANCELED:
        return "This episode was canceled, so there is no final cut."
    started = "It starts with what the vote chose." if view.ballots else "Nobody voted, so the producers choose."
    return f"{size} so far. {started} Whatever the producers change stands here, with the reason."


def _works(view: CutView) -> list[str]:
    lines = [_work(line, by_points=view.episode.by_points) for line in view.chosen]
    if not lines:
        return ["No work is in it yet."]
    return fitting(lines, _ROOM_WORKS, lambda left: f"and {plural(left, 'more work')} in the gallery")


def _work(line: CutLine, *, by_points: bool) -> str:
    points = f" · {plural(line.points, 'point')}" if by_points else ""
    reason = f" · {safe(line.reason, 120)}" if line.reason else ""
    return f"**#{line.work.number} {safe(line.work.title, 60)}** by {safe(line.work.artist, 40)}{points}{reason}"


def _changes(changes: Sequence[ChangeView]) -> list[str]:
    lines = [_change(change) for change in reversed(changes)]
    return fitting(lines, _ROOM_CHANGES, lambda left: f"and {plural(left, 'earlier change')} in the gallery")


def _change(change: ChangeView) -> str:
    work = f"#{change.work.number} {safe(change.work.title, 60)}"
    what = {
        CutAction.ADD: f"In: **{work}**",
        CutAction.REMOVE: f"Out: **{work}**",
        CutAction.POINTS: f"**{work}** now has {plural(change.points or 0, 'point')}",
    }[change.action]
    reason = f": {safe(change.reason, 500)}" if change.reason else ", back as the vote had it"
    return f"{what}{reason} (<@{change.by_user}>, {ago(change.at)})"


def _influences(lines: Sequence[CutLine]) -> str:
    names = [f"#{line.work.number} {safe(line.work.title, 40)}" for line in lines[:_INFLUENCES]]
    more = f" and {len(lines) - _INFLUENCES} more" if len(lines) > _INFLUENCES else ""
    return small(f"Works in the cut were made from {', '.join(names)}{more}. Thank you for the ground they stand on.")
