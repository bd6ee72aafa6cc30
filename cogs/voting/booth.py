"""The booth and a person's own ballot as messages. Pure."""

from typing import Any
from urllib.parse import quote

import discord

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, message_link, plural, safe
from cogs.results.buttons import check_button, remind_button
from cogs.voting import buttons
from cogs.voting.words import given_words, joined, place_words
from domain.episode import Phase
from services.ballots import BallotView, BoothLine, BoothView, Pick, WorksView
from services.kinds import CreditState, SourceState
from services.views import FileView, WorkView

PAGE = 20
"""Marks on one page of a ballot."""

_PICTURES = 4
_LINKS = 3
_URL = 512
_ROOM = 2200


def booth(view: BoothView, site_url: str) -> Outgoing:
    """One work to mark, with the marks given so far and the way on."""
    parts: list[Item] = [text(*_about(view))]
    if gallery := _pictures(view.work, site_url):
        parts.append(gallery)
    parts.append(row(*_links(view.work, site_url)))
    parts.append(text(*_standing(view)))
    if not view.own:
        parts.extend(buttons.mark_rows(view))
    parts.append(buttons.step_row(view))
    return Outgoing(view=card(Tone.VOTE, *parts))


def all_works(view: WorksView) -> Outgoing:
    """A page of all works, with what the voter gave each, and the way to any of them."""
    verb = "picked" if view.episode.rules.ranked else "marked"
    counted = (
        f"{plural(view.total, 'work')}, {view.seen} seen, {view.marked} {verb}. What few people have seen comes next."
    )
    lines = [
        f"{line.place}\\. #{line.work.number} {safe(line.work.title, 60)}{_gave(line, view)}" for line in view.lines
    ]
    parts: list[Item] = [text(f"### All works: {safe(view.episode.title)}", counted), rule()]
    parts.append(text(*(fitting(lines, _ROOM, lambda n: f"and {n} more") or ["None that you can mark."])))
    if view.lines:
        parts.append(buttons.jump_row(view.episode, view.lines, "Go to a work"))
    turning: list[Item] = [buttons.return_button(view.episode.id)]
    if view.pages > 1:
        page, last = view.page, view.pages - 1
        turning += [
            buttons.all_button(view.episode.id, max(page - 1, 0), "Earlier", disabled=page == 0),
            buttons.all_button(view.episode.id, page + 1, "Later", disabled=page == last),
        ]
    return Outgoing(view=card(Tone.VOTE, *parts, row(*turning)))


def _gave(line: BoothLine, view: WorksView) -> str:
    if line.marked:
        return f" · **{given_words(line.given, view.episode.rules, short=True)}**"
    return " · seen" if line.seen else ""


def ballot(view: BallotView, page: int) -> Outgoing:
    """A page of a person's own marks, with the receipt."""
    pages = max(1, -(-len(view.lines) // PAGE))
    page = min(page, pages - 1)
    shown = view.lines[page * PAGE : (page + 1) * PAGE]
    open_, ranked = view.episode.phase is Phase.VOTING, view.episode.rules.ranked
    title = "My picks" if ranked else "My marks"
    parts: list[Item] = [text(f"### {title}: {safe(view.episode.title)}", _counted(view)), rule()]
    lines = [_line(line, view) for line in shown]
    empty = "Nothing picked yet." if ranked else "Nothing marked yet."
    parts.append(text(*(fitting(lines, _ROOM, lambda n: f"and {n} more") or [empty])))
    parts.append(text(small(f"Receipt `{view.receipt}`: keep it to yourself. It stands for this ballot, not for you.")))
    if open_ and shown:
        hint = "Move one of these, or take it out" if ranked else "Change one of these"
        parts.append(buttons.jump_row(view.episode, shown, hint))
    if turning := _turning(view, page, pages):
        parts.append(row(*turning))
    return Outgoing(view=card(Tone.VOTE, *parts))


def _turning(view: BallotView, page: int, pages: int) -> list[Item]:
    turning: list[Item] = []
    if view.episode.phase is Phase.VOTING:
        turning.append(buttons.return_button(view.episode.id))
        if view.episode.rules.ranked and view.lines:
            turning.append(buttons.undo_button(view.episode.id, view.lines[-1].work.id))
        turning.append(remind_button(view.episode.id))
    elif view.episode.phase is not Phase.CANCELED:
        turning.append(check_button(view.episode.id))
    if pages > 1:
        higher, lower = ("Earlier", "Later") if view.episode.rules.ranked else ("Higher marks", "Lower marks")
        turning += [
            buttons.mine_button(view.episode.id, max(page - 1, 0), higher, disabled=page == 0),
            buttons.mine_button(view.episode.id, page + 1, lower, disabled=page == pages - 1),
        ]
    return turning


def _line(line: BoothLine, view: BallotView) -> str:
    title = f"#{line.work.number} {safe(line.work.title, 80)}"
    if view.episode.rules.ranked:
        return f"{place_words(line.given[0])} {title}"
    return f"**{given_words(line.given, view.episode.rules, short=True)}** · {title}"


def _counted(view: BallotView) -> str:
    verb = "picked" if view.episode.rules.ranked else "marked"
    marked = f"{plural(len(view.lines), 'work')} {verb}"
    if view.episode.phase is not Phase.VOTING:
        return f"{marked}, last changed {ago(view.changed_at)}. The vote is over."
    what = "anything" if view.episode.rules.ranked else "any mark"
    return f"{marked}, {view.seen} of {view.total} seen. You can change {what} until the vote ends."


def _about(view: BoothView) -> list[str]:
    work = view.work
    names = [work.artist.name]
    names += [
        credit.artist.name
        for credit in work.credits
        if credit.state is CreditState.CONFIRMED and credit.artist.id != work.artist.id
    ]
    hidden = view.episode.hides_artists
    by = "by an artist who is named when the vote ends" if hidden else f"by {joined([safe(n, 60) for n in names], 4)}"
    lines = [f"### #{work.number} {safe(work.title, 100)}", small(by) if hidden else by]
    sources = [
        f"#{source.work.number} {safe(source.work.title, 60)}" if source.work else safe(source.outside_title or "", 80)
        for source in work.sources
        if source.state is not SourceState.REMOVED
    ]
    if sources:
        lines.append(f"made from {joined(sources, 3)}")
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
        found.append(link("Its post", message_link(work.guild_id, work.channel_id, work.message_id)))
    outside = [url for url in work.links if len(url) <= _URL and url.startswith(("https://", "http://"))]
    return [*found, *(link(f"Link {place}", url) for place, url in enumerate(outside[:_LINKS], start=1))]


def _standing(view: BoothView) -> list[str]:
    line = "This one is yours or carries your credit, so its marks come from others." if view.own else _mine(view)
    if view.seen == view.total and view.next is None:
        line += " That was the last one: you have seen every work. Thank you!"
    where = f"Work {view.place} of {view.total} · " if view.place else ""
    verb = "picked" if view.episode.rules.ranked else "marked"
    jury = " · your ballot is one of the jury's" if view.jury and view.episode.rules.jury_bp else ""
    ends = f" · ends {ago(view.episode.votes_until)}" if view.episode.votes_until else ""
    return [line, small(f"{where}{view.seen} of {view.total} seen, {view.marked} {verb}{ends}{jury}")]


def _mine(view: BoothView) -> str:
    rules = view.episode.rules
    if view.pick is not None:
        return _picked(view.pick)
    if rules.criteria:
        return _for_criteria(view)
    if view.mark is None:
        return "No mark from you yet."
    if view.episode.approval:
        return "**You approve of it.** Saved." if view.mark else "**You do not approve of it.** Saved."
    return f"**Your mark: {view.mark} of {rules.max_score}.** Saved."


def _for_criteria(view: BoothView) -> str:
    rules, asked = view.episode.rules, view.episode.rules.criteria[view.part]
    all_given = None not in view.given
    given = "" if all(mark is None for mark in view.given) else f"{given_words(view.given, rules)}. Saved.\n"
    which = safe(asked.name, 40)
    if view.mark is not None:
        return f"{given}**{which}**: {view.mark} of {rules.max_score}. {'All done here.' if all_given else ''}".rstrip()
    return f"{given}**{which}**: how many of {rules.max_score}?"


def _picked(pick: Pick) -> str:
    if pick.place is None:
        if not pick.picks:
            return "Nothing picked yet. See some works, then pick the best first."
        return f"Not among your {plural(pick.picks, 'pick')} yet."
    level = f", level with {joined([f'#{work.number}' for work in pick.equals], 4)}" if pick.equals else ""
    return f"**Your pick no. {pick.place} of {pick.picks}{level}.** Saved."
