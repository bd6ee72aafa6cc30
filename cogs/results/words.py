"""A result in words: numbers by method, ties and draws."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from cogs.common.text import plural, safe
from cogs.voting.words import joined
from services.kinds import VoteMethod
from services.tallies import ResultView, ResultWork, Stage
from services.voting import VoteEpisode

_WORDS = {"seated": "in", "out": "out", "left": "in with those left"}


def score_text(value: Fraction, episode: VoteEpisode) -> str:
    """What the order follows: a mean with two decimals, or a number of approvals, points, votes or works."""
    if episode.method is VoteMethod.SCORE:
        return f"{float(value):.2f}"
    return decimals(value)


def decimals(value: Fraction) -> str:
    """A number to two decimals, without needless zeros."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".") if value.denominator != 1 else f"{value.numerator:,}"


def measured(line: ResultWork, view: ResultView) -> str:
    """A work's number in the words of the method."""
    score, episode = f"**{score_text(line.mean, view.episode)}**", view.episode
    marks = plural(line.votes, "mark")
    if line.shown is not None and line.shown > line.votes:
        marks += f" from {line.shown:,} who saw it"
    if episode.method is VoteMethod.APPROVAL:
        seen = f" of {line.shown:,} who saw it" if line.shown is not None and line.shown > line.votes else ""
        return f"{score} {'approval' if line.mean == 1 else 'approvals'}{seen}"
    if episode.method is VoteMethod.SCORE:
        corrected = f", {float(line.corrected):.2f} corrected for few" if view.episode.rules.few_votes else ""
        return f"{score} ({float(line.low):.1f} to {float(line.high):.1f}{corrected}) · {marks}{_parts(line)}"
    if episode.method is VoteMethod.STAR:
        return f"{score} points · {marks}{_parts(line)}"
    if episode.method is VoteMethod.SCHULZE:
        return f"ahead of {score} of {len(view.works) - 1:,} · ranked by {line.votes:,}"
    return _by_rounds(line, view)


def _parts(line: ResultWork) -> str:
    """Its means by criterion, where there are several."""
    return "".join(f" · {safe(name, 30)} {float(mean):.1f}" for name, mean in line.criteria.items())


def _by_rounds(line: ResultWork, view: ResultView) -> str:
    for place, stage in enumerate(view.stages, start=1):
        if line.work.number in stage.works:
            votes = decimals(stage.votes.get(line.work.number, Fraction(0)))
            return f"**{votes}** votes in round {place}, {_WORDS.get(stage.kind, stage.kind)}"
    return f"**{decimals(line.mean)}** votes"


def scale_words(view: ResultView) -> str:
    """What the chart's scale is."""
    words = {
        VoteMethod.APPROVAL: "Approvals",
        VoteMethod.SCORE: f"Average mark, 0 to {view.top}",
        VoteMethod.STAR: "Points, all marks together",
        VoteMethod.SCHULZE: "Works that it is ahead of",
        VoteMethod.STV: "Votes when it was in or out",
    }
    return words[view.episode.method]


def tie_lines(view: ResultView) -> list[str]:
    """Each tie that mattered, and how the draw went."""
    if view.stages:
        return [_drawn(place, stage) for place, stage in enumerate(view.stages, start=1) if stage.drawn]
    return [_tie(view, group) for group in view.ties]


def _drawn(place: int, stage: Stage) -> str:
    return (
        f"**A draw in round {place}:** {numbers(stage.drawn)} had equally few votes. "
        f"The lots put {numbers(stage.works)} out."
    )


def _tie(view: ResultView, group: Sequence[int]) -> str:
    chosen = [line.work.number for line in view.works if line.chosen and line.work.number in group]
    places = "place" if len(chosen) == 1 else f"{len(chosen):,} places"
    return (
        f"**A tie for the last {places} in the cut:** {numbers(group)} came out equal. "
        f"The draw chose {numbers(chosen)}."
    )


def meeting_lines(view: ResultView) -> list[str]:
    """How each of the best places was won against the next, where works are compared."""
    order = [line.work.number for line in view.works]
    met = {(one.first, one.second): one for one in view.meetings}
    pairs = [met[pair] for pair in pairwise(order) if pair in met]
    return [f"#{one.first} before #{one.second}: {one.wins} to {one.losses} ballots" for one in pairs[:5]]


def numbers(works: Sequence[int]) -> str:
    """Works by number, as one says them."""
    return joined([f"#{number}" for number in works], 12)


def people(view: ResultView) -> str:
    """How many voted, and how many of them in the jury."""
    jury = f", {view.jury:,} of them in the jury," if view.jury else ""
    return f"{plural(view.ballots, 'person', 'people')}{jury} voted on {plural(len(view.works), 'work')}"


def named(line: ResultWork) -> str:
    """A work with its artist."""
    return f"**{safe(line.work.title, 60)}** (#{line.work.number}) by {safe(line.work.artist, 40)}"
