"""A result as pictures; drawing takes a moment, so call these in a thread."""

from collections.abc import Sequence
from fractions import Fraction

from cogs.common.text import plural
from cogs.results.chart import Bar
from cogs.results.chart import draw as draw_chart
from cogs.results.tables import MOST_COLUMNS, MOST_ROWS, Cell, Row, Shade
from cogs.results.tables import draw as draw_table
from cogs.results.words import decimals, scale_words, score_text
from services.kinds import VoteMethod
from services.tallies import MeetingView, ResultView, ResultWork, Stage

_SURE = "yellow: how sure the number is (95%)"
_HAPPENED = {"seated": "in", "out": "out", "left": "in"}


def chart_of(view: ResultView) -> bytes:
    """A bar for each of the best works, as a PNG."""
    bars = [_bar(line, view) for line in view.works if line.votes]
    footer = f"{scale_words(view)} · violet: into the cut · {_SURE}"
    return draw_chart(f"{view.episode.title} ({view.episode.code})", bars, top=view.scale, footer=footer)


def _bar(line: ResultWork, view: ResultView) -> Bar:
    approval = view.episode.method is VoteMethod.APPROVAL
    return Bar(
        label=f"#{line.work.number} {line.work.title}",
        below=f"by {line.work.artist}",
        value=line.mean,
        low=line.low,
        high=line.high,
        number=score_text(line.mean, view.episode),
        votes=f"of {plural(view.ballots, 'ballot')}" if approval else plural(line.votes, "mark"),
        chosen=line.chosen,
    )


def table_of(view: ResultView) -> bytes | None:
    """How works met, or how the rounds went, as a PNG; None where the method has nothing of the kind."""
    if view.stages:
        return _rounds(view)
    return _meetings(view) if view.meetings else None


def _meetings(view: ResultView) -> bytes:
    met = {(one.first, one.second): one for one in view.meetings}
    works = {number for pair in met for number in pair}
    lines = [line for line in view.works if line.work.number in works][:MOST_COLUMNS]
    rows = [
        Row(f"#{one.work.number} {one.work.title}", f"by {one.work.artist}", [_met(one, other, met) for other in lines])
        for one in lines
    ]
    columns = [f"#{line.work.number}" for line in lines]
    footer = "Ballots that put the row's work before the column's, and against"
    return draw_table("Who is ahead of whom", columns, rows, footer=footer)


def _met(one: ResultWork, other: ResultWork, met: dict[tuple[int, int], MeetingView]) -> Cell:
    pair = met.get((one.work.number, other.work.number))
    if pair is not None:
        wins, losses = pair.wins, pair.losses
    elif (pair := met.get((other.work.number, one.work.number))) is not None:
        wins, losses = pair.losses, pair.wins
    else:
        return Cell("", shade=Shade.NONE)
    return Cell(str(wins), f"to {losses}", Shade.GOOD if wins > losses else Shade.BAD if wins < losses else Shade.PLAIN)


def _rounds(view: ResultView) -> bytes:
    stages = _shown(view.stages)
    rows = [
        Row(f"#{line.work.number} {line.work.title}", f"by {line.work.artist}",
            [_step(line.work.number, stage) for _, stage in stages])
        for line in view.works[:MOST_ROWS]
    ]  # fmt: skip
    quota = f" · {decimals(view.quota)} votes are enough for a place" if view.quota is not None else ""
    columns = [str(place) for place, _ in stages]
    return draw_table("The count, round by round", columns, rows, footer=f"Votes of each work in each round{quota}")


def _shown(stages: Sequence[Stage]) -> list[tuple[int, Stage]]:
    """As many rounds as there is room for: those in which somebody got in first, then the last ones."""
    numbered = list(enumerate(stages, start=1))
    if len(numbered) <= MOST_COLUMNS:
        return numbered
    told = [one for one in numbered if one[1].kind != "out"][:MOST_COLUMNS]
    rest = [one for one in reversed(numbered) if one not in told][: MOST_COLUMNS - len(told)]
    return sorted([*told, *rest], key=lambda one: one[0])


def _step(number: int, stage: Stage) -> Cell:
    votes = stage.votes.get(number)
    if votes is None:
        return Cell("", shade=Shade.NONE)
    if number not in stage.works:
        return Cell(decimals(votes))
    shade = Shade.BAD if stage.kind == "out" else Shade.GOOD
    lots = ", by lot" if number in stage.drawn else ""
    return Cell(decimals(votes or Fraction(0)), _HAPPENED.get(stage.kind, "") + lots, shade)
