"""The vote as messages for all: its announcement and the result. Pure."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import discord

from cogs.common.look import Item, Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Attached, Outgoing
from cogs.common.text import ago, plural, safe, when
from cogs.common.votes import vote_lines
from cogs.voting import buttons
from cogs.voting.words import joined
from domain.episode import Phase
from services.ballots import TurnoutView
from services.tallies import ResultView, ResultWork
from services.voting import VoteEpisode

CHART = "result.png"


def announcement(view: TurnoutView, site_url: str) -> Outgoing:
    """The post that opens a vote; kept current until the vote is over, and then says so."""
    episode = view.episode
    gallery = link("See all works", f"{site_url}/episodes/{episode.id}")
    if episode.phase is not Phase.VOTING:
        return Outgoing(view=card(Tone.VOTE, text(*_over(view)), row(gallery)))
    seal = (
        f"If works tie for the last place, a draw decides. Its secret is sealed now as `{episode.draw_commitment}` "
        "and opened with the result, so that nobody can choose the outcome."
    )
    return Outgoing(
        view=card(
            Tone.VOTE,
            text(f"## The vote is open: {safe(episode.title)}", _opened(view)),
            rule(),
            text(*vote_lines(episode.rules), _turnout(view), small(seal)),
            row(buttons.open_button(episode.id), gallery),
        )
    )


def status(view: TurnoutView, site_url: str) -> Outgoing:
    """Where a vote stands, for whoever asks."""
    episode = view.episode
    lines = (f"### {safe(episode.title)} ({episode.code})", _opened(view), _turnout(view))
    gallery = link("See all works", f"{site_url}/episodes/{episode.id}")
    return Outgoing(view=card(Tone.VOTE, text(*lines), row(buttons.open_button(episode.id), gallery)))


def results(view: ResultView, chart: bytes | None, site_url: str) -> Outgoing:
    """The result for everybody: the picture, the best, ties, and how to check the draw."""
    parts: list[Item] = [text(f"## The result: {safe(view.episode.title)}", _voted(view))]
    files: tuple[Attached, ...] = ()
    if chart is not None:
        picture: discord.ui.MediaGallery[Any] = discord.ui.MediaGallery()
        picture.add_item(media=f"attachment://{CHART}", description=_in_words(view))
        parts.append(picture)
        files = (Attached(CHART, chart),)
    marked = [line for line in view.works if line.votes]
    if marked:
        lines = [_place(line, view) for line in marked[:10]]
        left = len(view.works) - 10
        parts.append(text(*lines, small(f"and {plural(left, 'more work')} in the gallery") if left > 0 else ""))
    parts.extend([rule(), text(*_draw(view))])
    parts.append(row(link("Every work and number", f"{site_url}/episodes/{view.episode.id}")))
    return Outgoing(view=card(Tone.VOTE, *parts), files=files)


def nobody_voted(view: ResultView) -> Outgoing:
    """What producers are told when a vote ended without a ballot."""
    episode = view.episode
    return Outgoing(
        view=card(
            Tone.TROUBLE,
            text(
                f"### Nobody voted on {safe(episode.title)} ({episode.code})",
                "So the cut is empty, and it is yours to make: put works in with `/cut add`, each with a reason that "
                "everybody can read.",
            ),
        )
    )


def score_text(value: Fraction, episode: VoteEpisode) -> str:
    """A mean with two decimals, or a number of approvals."""
    return str(round(value)) if episode.approval else f"{float(value):.2f}"


def _opened(view: TurnoutView) -> str:
    episode = view.episode
    until = f", open until {when(episode.votes_until)} ({ago(episode.votes_until)})" if episode.votes_until else ""
    return f"{plural(view.works, 'work')} for {episode.code} of {safe(episode.show_name)}{until}."


def _turnout(view: TurnoutView) -> str:
    so_far = f"{plural(view.ballots, 'person has', 'people have')} voted so far." if view.ballots else ""
    return f"Marks are secret, and nobody sees any before the end. {so_far}".rstrip()


def _over(view: TurnoutView) -> tuple[str, ...]:
    episode = view.episode
    title = safe(episode.title)
    if episode.phase is Phase.CANCELED:
        return (f"## The vote was canceled: {title}", "This episode was canceled, and no marks will be counted.")
    people = plural(view.ballots, "person", "people")
    return (f"## The vote is over: {title}", f"{people} voted on {plural(view.works, 'work')}. Thank you!")


def _voted(view: ResultView) -> str:
    if not view.ballots:
        return f"Nobody marked any of the {plural(len(view.works), 'work')}, so the producers choose what goes in."
    people = plural(view.ballots, "person", "people")
    return f"{people} voted on {plural(len(view.works), 'work')}. Thank you, all of you!"


def _place(line: ResultWork, view: ResultView) -> str:
    score = score_text(line.mean, view.episode)
    votes = plural(line.votes, "approval") if view.episode.approval else f"{score} from {plural(line.votes, 'mark')}"
    if line.corrected < line.mean and not view.episode.approval:
        votes += f" ({score_text(line.corrected, view.episode)} if corrected for few)"
    chosen = " · into the cut" if line.chosen else ""
    title, artist = safe(line.work.title, 60), safe(line.work.artist, 40)
    return f"{line.place}\\. **{title}** (#{line.work.number}) by {artist}: {votes}{chosen}"


def _draw(view: ResultView) -> list[str]:
    lines = [_tie(view, group) for group in view.ties]
    check = f"The draw's secret was `{view.seed}`; its SHA-256 is the seal posted when the vote opened."
    if view.ties:
        check += ' The lots are the SHA-256 of `["draw","<secret>","w<number>"]`; the lowest go in.'
    else:
        check = f"No tie had to be drawn. {check}"
    return [*lines, small(check), small(f"Fingerprint of the published ballots: `{view.digest}`")]


def _tie(view: ResultView, group: Sequence[int]) -> str:
    chosen = [line.work.number for line in view.works if line.chosen and line.work.number in group]
    return (
        f"**A tie for the last {plural(len(chosen), 'place')} in the cut:** {_numbers(group)} came out equal. "
        f"The draw chose {_numbers(chosen)}."
    )


def _numbers(numbers: Sequence[int]) -> str:
    return joined([f"#{number}" for number in numbers], 12)


def _in_words(view: ResultView) -> str:
    best = [f"#{line.work.number} {score_text(line.mean, view.episode)}" for line in view.works if line.votes]
    return f"Chart of the result. The best: {', '.join(best[:5])}."[:256]
