"""The result and what follows from it as messages: for everybody, for a voter, for producers. Pure."""

from collections.abc import Sequence
from typing import Any

import discord

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Attached, Outgoing
from cogs.common.text import ago, plural, safe, when
from cogs.results import buttons
from cogs.results.words import measured, meeting_lines, named, numbers, people, score_text, tie_lines
from domain.commitments import canonical
from domain.episode import Phase
from services.ballot_receipts import CountedMark, ReceiptView
from services.recounts import RecountNews
from services.reminders import ReminderView
from services.tallies import RecountView, ResultView, ResultWork
from services.watch import WatchView

CHART = "result.png"
TABLE = "details.png"
PROOF = "my-ballot.json"
"""For `showrunner verify`: that the ballot is under the root, without the ballots of others."""
SHOWN = 10
"""Works in the text of a result; the gallery has the rest."""

CHARTED = 5
"""Works in the text beside a chart, which shows more of them."""

_ROOM = 1500
_IDS = 8
_MARKS = 1600


def results(view: ResultView, chart: bytes | None, table: bytes | None, site_url: str) -> Outgoing:
    """The result for everybody: the picture, the best, ties, and how to check it all."""
    parts: list[Item] = [text(f"## The result: {safe(view.episode.title)}", _voted(view))]
    pictures = [(name, data) for name, data in ((CHART, chart), (TABLE, table)) if data is not None]
    # Each in a gallery of its own: side by side, Discord crops them.
    parts += [_picture(view, name) for name, _ in pictures]
    parts += [text(*lines) for lines in _places(view, charted=chart is not None)]
    if met := meeting_lines(view):
        parts.append(text(small(" · ".join(met))))
    parts += [rule(), text(*_checks(view)), row(*_ways(view, site_url))]
    return Outgoing(view=card(Tone.VOTE, *parts), files=tuple(Attached(name, data) for name, data in pictures))


def _picture(view: ResultView, name: str) -> Item:
    gallery: discord.ui.MediaGallery[Any] = discord.ui.MediaGallery()
    gallery.add_item(media=f"attachment://{name}", description=_in_words(view, name))
    return gallery


def _voted(view: ResultView) -> str:
    if not view.ballots:
        return f"Nobody marked any of the {plural(len(view.works), 'work')}, so the producers choose what goes in."
    return f"{people(view)}. Thank you, all of you!"


def _places(view: ResultView, *, charted: bool) -> list[list[str]]:
    """What goes into the cut, and what came next: only the best where a chart shows the rest."""
    marked = [line for line in view.works if line.votes]
    chosen, others = [line for line in marked if line.chosen], [line for line in marked if not line.chosen]
    found = []
    most, then = (CHARTED, 0 if chosen else CHARTED) if charted else (SHOWN, max(SHOWN - len(chosen), 3))
    for title, lines, shown in (("**Into the cut**", chosen, most), ("**Then**", others, then)):
        if lines and shown:
            found.append([title, *_named_places(lines, shown, view)])
    return found


def _named_places(lines: Sequence[ResultWork], most: int, view: ResultView) -> list[str]:
    beyond = len(lines) - most
    fitted = fitting(
        [_place(line, view) for line in lines[:most]], _ROOM // 2, lambda left: _rest(left + max(beyond, 0))
    )
    return [*fitted, _rest(beyond)] if beyond > 0 and len(fitted) == most else fitted


def _rest(left: int) -> str:
    return small(f"and {plural(left, 'more work')} in the gallery")


def _place(line: ResultWork, view: ResultView) -> str:
    return f"{line.place}\\. {named(line)}: {measured(line, view)}"


def _checks(view: ResultView) -> list[str]:
    lines = [_again(one) for one in view.recounts] + tie_lines(view)
    lots = ' Lots are the SHA-256 of `["draw","<secret>","w<number>"]`; the lowest win.' if view.ties else ""
    drawn = "" if view.ties else "No tie had to be drawn. "
    seal = f"{drawn}The draw's secret was `{view.seed}`; its SHA-256 is the seal posted when the vote opened.{lots}"
    root = f"Root of the published ballots: `{view.root}`" if view.root else ""
    fitted = fitting(lines, _ROOM // 2, lambda out: f"and {out} more, all in the gallery")
    return [*fitted, small(seal), small(root) if root else small(f"Fingerprint of the ballots: `{view.digest}`")]


def _again(one: RecountView) -> str:
    return f"**Counted anew {ago(one.at)}:** {_done(one)}. {_reason(one)}"


def _done(one: RecountView) -> str:
    if one.restored:
        return f"{plural(one.restored, 'struck ballot counts', 'struck ballots count')} again"
    return f"{plural(one.struck, 'ballot was', 'ballots were')} struck"


def _reason(one: RecountView) -> str:
    return f"Why: {safe(one.reason, 200)} (<@{one.by_user}>)"


def _ways(view: ResultView, site_url: str) -> list[Item]:
    page = f"{site_url}/episodes/{view.episode.id}"
    ways: list[Item] = [buttons.check_button(view.episode.id)] if view.root and view.ballots else []
    return [*ways, link("Every work and number", f"{page}#vote"), link("All ballots", f"{page}/ballots.json")]


def _in_words(view: ResultView, name: str) -> str:
    if name == TABLE:
        return ("Rounds of the count." if view.stages else "The best works, compared two by two.")[:256]
    best = [f"#{line.work.number} {score_text(line.mean, view.episode)}" for line in view.works if line.votes]
    return f"Chart of the result. The best: {', '.join(best[:5])}."[:256]


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


def recount(news: RecountNews, site_url: str) -> Outgoing:
    """Everybody is told that a vote was counted anew, why, and what it changed."""
    view, one = news.result, news.recount
    changed = [f"Now chosen by the vote: {numbers(news.came)}."] if news.came else []
    changed += [f"No longer chosen: {numbers(news.went)}."] if news.went else []
    return Outgoing(
        view=card(
            Tone.VOTE,
            text(
                f"## Counted anew: {safe(view.episode.title)}",
                f"{_done(one)}. <@{one.by_user}> gives this reason:",
                f"> {safe(one.reason, 500)}",
                " ".join(changed) or "The vote's choice is the same as before.",
                "What the producers put in or took out by hand stays as it was.",
            ),
            rule(),
            text(
                small(f"Root before: `{one.before_root or one.before_digest}`"),
                small(f"Root now: `{news.root}`"),
                small("Both files can be downloaded; each struck ballot is named there by its id, with the reason."),
            ),
            row(
                buttons.check_button(view.episode.id),
                link("Ballots now", f"{site_url}/episodes/{view.episode.id}/ballots.json"),
                link("Ballots before", f"{site_url}/episodes/{view.episode.id}/ballots.json?before={one.number}"),
            ),
        )
    )


def receipt(view: ReceiptView, site_url: str) -> Outgoing:
    """What the published count holds for a receipt; only its owner sees this."""
    title = safe(view.episode_title)
    parts: list[Item] = []
    if view.counted:
        who = "the jury's ballots" if view.jury else "the ballots"
        parts.append(
            text(f"### Your ballot is in the count: {title}", f"It is number {view.number} of {who}, as `{view.id}`.")
        )
        parts.append(text(*_marks(view.marks)))
    elif view.struck is not None:
        parts.append(text(f"### This ballot was struck: {title}", "It does not count any more. The public reason:"))
        parts.append(text(f"> {safe(view.struck, 500)}", small(f"It is published as `{view.id}`.")))
    else:
        parts.append(
            text(
                f"### No ballot has this receipt: {title}",
                "Look for a mistyped letter. A ballot without a single mark is not published, and each vote gives "
                "another receipt. If your marks should be there, tell the producers, and show the receipt to nobody.",
            )
        )
    parts.append(rule())
    check = "You can look for it yourself: download the ballots, and run `showrunner verify FILE --receipt CODE`."
    if view.proof is not None:
        check += f" {PROOF} is the proof for your ballot alone: `showrunner verify {PROOF} --root ROOT`."
    parts.append(text(small(f"Looked up under the root `{view.root}`. {check}")))
    page = f"{site_url}/episodes/{view.episode}"
    parts.append(row(buttons.type_button(view.episode), link("All ballots", f"{page}/ballots.json")))
    if view.proof is None:
        return Outgoing(view=card(Tone.VOTE, *parts))
    proof: discord.ui.File[Any] = discord.ui.File(f"attachment://{PROOF}")
    return Outgoing(view=card(Tone.VOTE, *parts, proof), files=(Attached(PROOF, canonical(view.proof)),))


def _marks(marks: Sequence[CountedMark]) -> list[str]:
    lines = [f"**{_mark(one)}** · #{one.number} {safe(one.title, 80)}" for one in marks]
    return fitting(lines, _MARKS, lambda left: f"and {left} more") or ["It approves of no work."]


def _mark(one: CountedMark) -> str:
    if isinstance(one.mark, int):
        return str(one.mark)
    return ", ".join(f"{safe(name, 40)} {mark}" for name, mark in one.mark.items())


def no_ballot(episode_id: int) -> Outgoing:
    """What somebody is told who looks for a ballot and has none."""
    return Outgoing(
        view=card(
            Tone.QUIET,
            text("You have no ballot in this vote. With a receipt in hand you can look for it all the same."),
            row(buttons.type_button(episode_id)),
        )
    )


def watch(view: WatchView) -> Outgoing:
    """What stands out in a vote, for producers."""
    episode, found = view.episode, view.surge
    over = episode.phase is not Phase.VOTING
    new = plural(found.new, "of them comes from an account", "of them come from accounts")
    at_once = f"at most {found.burst} came within half an hour"
    lines = [f"**{new}** made in the two weeks before the vote began; {at_once}."] if found.new else []
    if view.alike:
        groups = ", ".join(str(size) for size in view.alike[:10])
        lines.append(f"**Ballots that are all alike:** groups of {groups}.")
    parts: list[Item] = [
        text(f"### The vote on {safe(episode.title)}", f"{plural(found.ballots, 'ballot')} so far." if not over else
             f"{plural(found.ballots, 'ballot')} counted.", *lines)
    ]  # fmt: skip
    if over and view.striking:
        parts += [rule(), text(*_ids(view))]
    parts += [rule(), text(small(_what_to_do(view)))]
    if episode.phase is Phase.CUTTING and view.striking:
        parts.append(row(buttons.strike_button(episode.id)))
    return Outgoing(view=card(Tone.TROUBLE if view.striking else Tone.QUIET, *parts))


def _ids(view: WatchView) -> list[str]:
    lines = [f"Alike: {_short(group)}" for group in view.alike_ids]
    if view.new_ids:
        lines.append(f"New accounts: {_short(view.new_ids)}")
    return fitting(lines, _ROOM, lambda left: f"and {left} more groups")


def _short(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - 40} more" if len(ids) > 40 else ""  # noqa: PLR2004 - as many as one looks at
    return " ".join(f"`{one[:_IDS]}`" for one in ids[:40]) + more


def _what_to_do(view: WatchView) -> str:
    if not view.striking:
        return "Nothing stands out."
    proof = "This proves nothing by itself: friends come together, and fans mark alike."
    if view.episode.phase is Phase.VOTING:
        return f"{proof} You see numbers only while the vote goes on; afterwards `/result watch` names ballots by id."
    if view.episode.phase is Phase.CUTTING:
        return f"{proof} You can strike ballots while the cut is made, with a reason that everybody reads."
    return f"{proof} The episode is out, so ballots are no longer struck."


def counted_anew(view: ResultView) -> Outgoing:
    """What a producer is told after striking ballots, or letting them count again."""
    if not view.recounts:
        return Outgoing(content="Those ballots count already; nothing changed.")
    return Outgoing(content=f"{_done(view.recounts[-1])}; the vote is counted anew, and everybody reads the reason.")


def reminder_set(view: ReminderView) -> Outgoing:
    """What somebody is told who asked for a reminder, or no longer wants it."""
    title = safe(view.episode.title)
    if view.at is None:
        return Outgoing(view=card(Tone.VOTE, text(f"No reminder of the vote on “{title}” then."),
                                  row(buttons.remind_button(view.episode.id))))  # fmt: skip
    words = f"You will hear from me {when(view.at)} ({ago(view.at)}), unless you have marked everything by then."
    return Outgoing(view=card(Tone.VOTE, text(words), row(buttons.forget_button(view.episode.id))))
