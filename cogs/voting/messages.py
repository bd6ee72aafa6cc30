"""The vote as messages for all: its announcement and how it stands. Pure."""

from cogs.common.look import Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, plural, safe, when
from cogs.common.votes import vote_lines
from cogs.results.buttons import remind_button
from cogs.voting import buttons
from domain.episode import Phase
from services.ballots import TurnoutView


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
            text(*vote_lines(episode.rules)),
            text(_turnout(view), small(seal)),
            row(buttons.open_button(episode.id), remind_button(episode.id), gallery),
        )
    )


def status(view: TurnoutView, site_url: str) -> Outgoing:
    """Where a vote stands, for whoever asks."""
    episode = view.episode
    lines = (f"### {safe(episode.title)} ({episode.code})", _opened(view), _turnout(view))
    gallery = link("See all works", f"{site_url}/episodes/{episode.id}")
    return Outgoing(view=card(Tone.VOTE, text(*lines), row(buttons.open_button(episode.id), gallery)))


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
