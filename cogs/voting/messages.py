"""The vote as messages: its announcement, the booth, one's own ballot, the result. Pure."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from urllib.parse import quote

import discord

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Attached, Outgoing
from cogs.common.text import ago, message_link, plural, safe, when
from cogs.voting import buttons
from domain.episode import Phase
from services.ballots import BallotView, BoothView, TurnoutView
from services.kinds import CreditState, SourceState
from services.tallies import ResultView, ResultWork
from services.views import FileView, WorkView
from services.voting import VoteEpisode

CHART = "result.png"
PAGE = 20
"""Marks on one page of a ballot."""

_PICTURES = 4
_LINKS = 3
_URL = 512
_ROOM = 2200


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
            text(how_counted(episode), _turnout(view), small(seal)),
            row(buttons.open_button(episode.id), gallery),
        )
    )


def how_counted(episode: VoteEpisode) -> str:
    """The method in plain words."""
    seats = f"The best {plural(episode.seats, 'work')} start the cut."
    if episode.approval:
        return f"Approve every work you would like to see in the episode. The more approvals, the higher. {seats}"
    return (
        f"Give each work 0 to {episode.max_score}. A work's place is the average of the marks it got, so skipping one "
        f"does it no harm. {seats}"
    )


def status(view: TurnoutView, site_url: str) -> Outgoing:
    """Where a vote stands, for whoever asks."""
    episode = view.episode
    lines = (f"### {safe(episode.title)} ({episode.code})", _opened(view), _turnout(view))
    gallery = link("See all works", f"{site_url}/episodes/{episode.id}")
    return Outgoing(view=card(Tone.VOTE, text(*lines), row(buttons.open_button(episode.id), gallery)))


def booth(view: BoothView, site_url: str) -> Outgoing:
    """One work to mark, with the mark given so far and the way on."""
    parts: list[Item] = [text(*_about(view.work))]
    if gallery := _pictures(view.work, site_url):
        parts.append(gallery)
    parts.append(row(*_links(view.work, site_url)))
    parts.append(text(*_standing(view)))
    if not view.own:
        parts.extend(buttons.mark_rows(view))
    parts.append(buttons.step_row(view))
    if view.nearby:
        hint = "Go to another work" if len(view.nearby) == view.total else "Go to a work nearby"
        parts.append(buttons.jump_row(view.episode.id, view.nearby, hint, current=view.work.id))
    return Outgoing(view=card(Tone.VOTE, *parts))


def ballot(view: BallotView, page: int) -> Outgoing:
    """A page of a person's own marks, with the receipt."""
    pages = max(1, -(-len(view.lines) // PAGE))
    page = min(page, pages - 1)
    shown = view.lines[page * PAGE : (page + 1) * PAGE]
    open_ = view.episode.phase is Phase.VOTING
    parts: list[Item] = [text(f"### My marks: {safe(view.episode.title)}", _counted(view)), rule()]
    lines = [f"**{line.mark}** · #{line.work.number} {safe(line.work.title, 80)}" for line in shown]
    parts.append(text(*(fitting(lines, _ROOM, lambda n: f"and {n} more") or ["Nothing marked yet."])))
    parts.append(text(small(f"Receipt `{view.receipt}`: keep it to yourself. It stands for this ballot, not for you.")))
    if open_ and shown:
        parts.append(buttons.jump_row(view.episode.id, shown, "Change one of these"))
    turning: list[Item] = []
    if pages > 1:
        turning = [
            buttons.mine_button(view.episode.id, max(page - 1, 0), "Higher marks", disabled=page == 0),
            buttons.mine_button(view.episode.id, page + 1, "Lower marks", disabled=page == pages - 1),
        ]
    if open_:
        turning.insert(0, buttons.return_button(view.episode.id))
    if turning:
        parts.append(row(*turning))
    return Outgoing(view=card(Tone.VOTE, *parts))


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


def _about(work: WorkView) -> list[str]:
    names = [work.artist.name]
    names += [
        credit.artist.name
        for credit in work.credits
        if credit.state is CreditState.CONFIRMED and credit.artist.id != work.artist.id
    ]
    by = _several([safe(name, 60) for name in names], 4)
    lines = [f"### #{work.number} {safe(work.title, 100)}", f"by {by}"]
    sources = [
        f"#{source.work.number} {safe(source.work.title, 60)}" if source.work else safe(source.outside_title or "", 80)
        for source in work.sources
        if source.state is not SourceState.REMOVED
    ]
    if sources:
        lines.append(f"made from {_several(sources, 3)}")
    if work.note.strip():
        lines.append(f"> {safe(work.note, 300)}")
    return lines


def _pictures(work: WorkView, site_url: str) -> Item | None:
    pictures = [file for file in work.files if file.content_type.startswith(("image/", "video/"))][:_PICTURES]
    urls = [(file, _media_url(file, site_url)) for file in pictures]
    shown = [(file, url) for file, url in urls if url.startswith(("https://", "http://"))]
    if not shown:
        return None
    gallery: discord.ui.MediaGallery[Any] = discord.ui.MediaGallery()
    for file, url in shown:
        gallery.add_item(media=url, description=file.name[:256])
    return gallery


def _media_url(file: FileView, site_url: str) -> str:
    """Where Discord can fetch a file: our own copy when the gallery is public, as Discord's address dies in a day."""
    key = (file.preview or file.sha256) if file.content_type.startswith("image/") else file.sha256
    if key and site_url.startswith("https://"):
        return f"{site_url}/media/{key}?name={quote(file.name[:100])}"
    return file.url


def _links(work: WorkView, site_url: str) -> list[Item]:
    verb = {"sound": "Listen", "video": "Watch", "text": "Read"}.get(work.medium, "See it in full")
    found: list[Item] = [link(verb, f"{site_url}/works/{work.id}")]
    if work.message_id is not None and not work.by_form:
        found.append(link("Where it was posted", message_link(work.guild_id, work.channel_id, work.message_id)))
    outside = [url for url in work.links if len(url) <= _URL and url.startswith(("https://", "http://"))]
    return [*found, *(link(f"Link {place}", url) for place, url in enumerate(outside[:_LINKS], start=1))]


def _standing(view: BoothView) -> list[str]:
    if view.own:
        line = "This one is yours or carries your credit, so its marks come from others."
    elif view.mark is None:
        line = "No mark from you yet."
    elif view.episode.approval:
        line = "**You approve of it.** Saved." if view.mark else "**You do not approve of it.** Saved."
    else:
        line = f"**Your mark: {view.mark} of {view.episode.max_score}.** Saved."
    if view.seen == view.total and view.next is None:
        line += " That was the last one: you have seen every work. Thank you!"
    where = f"Work {view.place} of {view.total} · " if view.place else ""
    ends = f" · ends {ago(view.episode.votes_until)}" if view.episode.votes_until else ""
    return [line, small(f"{where}{view.seen} of {view.total} seen, {view.marked} marked{ends}")]


def _counted(view: BallotView) -> str:
    marked = plural(len(view.lines), "work")
    if view.episode.phase is Phase.VOTING:
        return f"{marked} marked, {view.seen} of {view.total} seen. You can change any mark until the vote ends."
    return f"{marked} marked, last changed {ago(view.changed_at)}. The vote is over."


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
    return _several([f"#{number}" for number in numbers], 12)


def _several(names: Sequence[str], most: int) -> str:
    """Names as one says them ("a, b and c"), `most` of them at most."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _in_words(view: ResultView) -> str:
    best = [f"#{line.work.number} {score_text(line.mean, view.episode)}" for line in view.works if line.votes]
    return f"Chart of the result. The best: {', '.join(best[:5])}."[:256]
