"""One artist's money as messages: what they get and why, the word that it is theirs, all they earned. Pure."""

from datetime import datetime

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, money, percent, plural, safe, when
from cogs.payouts.buttons import concern_button
from cogs.payouts.messages import page, title
from domain.episode import RoundPhase
from domain.money import Money
from services.kinds import AllocationState
from services.payouts.gist import gist
from services.payouts.views import AllocationView, ExplainView, HeldView, LineView

_LINES = 2000
_WHOLE = 10_000
_NAME = 60
_FEW = 3
_MANY = 20
_HELD = 900


def proposed_share(view: ExplainView, site_url: str, now: datetime) -> Outgoing | None:
    """To an artist: what they are to get, and that they can object. Nothing once it is too late for that."""
    if view.amount is None or not view.round.takes_concerns(now) or view.round.comments_until is None:
        return None
    until = f"Something wrong? Say so until {when(view.round.comments_until)} ({ago(view.round.comments_until)})."
    parts: list[Item] = [
        text(
            f"## You are to get {money(view.amount)}",
            f"Proposed for {title(view.round)} of {safe(view.round.show_name, _NAME)}.",
            "" if view.amount.amount else _too_small(view, own=True),
        ),
        *_why(view),
        rule(),
        text(until),
        row(concern_button(view.round.id), steps_link(view, site_url), link("Everybody's", page(view.round, site_url))),
    ]
    return Outgoing(view=card(Tone.MONEY, *parts))


def allocation(view: ExplainView, site_url: str) -> Outgoing:
    """To an artist: what is theirs, and why."""
    amount = view.amount or Money(0, view.round.pool.currency)
    parts: list[Item] = [
        text(
            f"## {money(amount)} is yours" if amount.amount else "## Your share was too small to pay this time",
            f"From {title(view.round)} of {safe(view.round.show_name, _NAME)}. "
            + (_where_now(view) if amount.amount else _too_small(view, own=True)),
        )
    ]
    parts += [*_why(view), row(steps_link(view, site_url), link("Everybody's", page(view.round, site_url)))]
    return Outgoing(view=card(Tone.MONEY, *parts))


def allocation_in_public(view: ExplainView) -> Outgoing:
    """The same where others read it and names are kept apart from amounts."""
    return Outgoing(content=f"Your share of {title(view.round)} is final: see `/payout explain`, which only you see.")


def explanation(view: ExplainView, *, own: bool, site_url: str, now: datetime) -> Outgoing:
    """How an artist's amount came about, for themself (`own`) or somebody else."""
    buttons: list[Item] = [link("Every line of the payout", page(view.round, site_url))]
    if view.amount is not None:
        buttons.insert(0, steps_link(view, site_url))
    if view.round.takes_concerns(now):
        buttons.insert(0, concern_button(view.round.id))
    if view.amount is None:
        return Outgoing(view=card(Tone.QUIET, text(*_not_in(view, own=own, now=now)), row(*buttons)))
    name = safe(view.artist.name, _NAME)
    final = view.round.phase is not RoundPhase.PROPOSED
    head = f"## {'You get' if own else f'{name} gets'} {money(view.amount)}"
    people = plural(len(view.round.allocations), "artist")
    of = f"{'Final' if final else 'Proposed'}: {money(view.round.pool)} of {title(view.round)} for {people}."
    called = small(f"In the list and the statement you are **{view.called}**.") if own and view.called else ""
    parts: list[Item] = [text(head, of, "" if view.amount.amount else _too_small(view, own=own), called)]
    return Outgoing(view=card(Tone.MONEY, *parts, *_why(view), row(*buttons)))


def steps_link(view: ExplainView, site_url: str) -> Item:
    """The page with every line down to its rule, its way and its rounding."""
    return link("Step by step", f"{site_url}/rounds/{view.round.id}/shares/{view.key}")


def _where_now(view: ExplainView) -> str:
    """What became of it as it became final."""
    state = next(
        (share.state for share in view.round.allocations if share.amount == view.amount and _is(share, view)), None
    )
    if state is AllocationState.DONATED:
        return "As you wished, it is donated to the show's reserve. Thank you."
    if state is AllocationState.PASSED_ON:
        return "As you wished, it is passed on to the artists whose works yours were made from. Thank you."
    if state is AllocationState.HELD:
        return "It waits for a decision, see below."
    return "It is on your balance now. `/my payment` in the server says how you are paid."


def _is(share: AllocationView, view: ExplainView) -> bool:
    return share.artist.id == view.artist.id


def _not_in(view: ExplainView, *, own: bool, now: datetime) -> tuple[str, str]:
    who, whom = ("You are", "you") if own else (f"{safe(view.artist.name, _NAME)} is", "them")
    why = f"No work in the cut credits {whom}, and nothing that those works were made from."
    wrong = " If that is wrong, say so." if view.round.takes_concerns(now) else ""
    return f"### {who} not in the payout of {title(view.round)}", why + wrong


def _too_small(view: ExplainView, *, own: bool) -> str:
    least = money(Money(1, view.round.pool.currency))
    return f"{'Your' if own else 'Their'} part of {money(view.round.pool)} comes to less than {least}."


def _why(view: ExplainView) -> list[Item]:
    items: list[Item] = []
    if view.lines:
        lines = _shown(view)
        if any(line.remix for line in view.lines):
            lines.append(
                small(f"A remix passes {percent(view.round.lineage_bp)} of what it earns to what it was made from.")
            )
        if len(view.lines) > _FEW:
            items += [text(f"{_gist(view)}.")]
        items += [rule(), text(*lines)]
    if view.held:
        waiting = fitting([_held(each) for each in view.held], _HELD, lambda left: f"…and {left:,} more that wait.")
        items += [rule(), text(*waiting)]
    return items


def _shown(view: ExplainView) -> list[str]:
    """The largest lines, as many as a phone shows without tiring; the page has all."""
    lines = [_line(line, view) for line in view.lines]
    most = len(lines) if len(lines) <= _MANY + 1 else _MANY
    shown = fitting(lines[:most], _LINES - (_HELD if view.held else 0), lambda left: _smaller(left + len(lines) - most))
    whole = len(shown) == most and shown[-1] == lines[most - 1]
    return [*shown, _smaller(len(lines) - most)] if whole and most < len(lines) else shown


def _gist(view: ExplainView) -> str:
    """The whole in a sentence: $80.00 for #12 in the cut, $30.10 from 3 remixes of it, ..."""
    words = []
    for part in gist(view.lines):
        work = f"#{part.work.number}" if part.work else ""
        if part.others:
            what = f"from {plural(part.others, 'other work')}"
        elif part.remixes:
            what = f"from {plural(part.remixes, 'remix', 'remixes')} of {'it' if part.same else work}"
        else:
            what = f"for {work} in the cut" if part.work else "moved by limits or by hand"
        words.append(f"**{money(part.amount)}** {what}")
    return ", ".join(words)


def _held(each: HeldView) -> str:
    work = f"#{each.work.number} {safe(each.work.title, _NAME)}"
    return f"**{money(each.amount)}** of it waits for a decision on {work}: {safe(each.reason, 120)}"


def _smaller(left: int) -> str:
    return f"…and {plural(left, 'smaller line')}."


def _line(line: LineView, view: ExplainView) -> str:
    amount = f"**{money(line.amount)}**"
    work = f"#{line.work.number} {safe(line.work.title, _NAME)}" if line.work else ""
    part = f"{percent(line.share_bp)} of " if line.share_bp < _WHOLE else ""
    if line.reason:
        about = f" for {work}" if work else ""
        return f"{amount} moved by the producers{about}: {safe(line.reason, 200)}"
    if line.remix is not None:
        remix = f"#{line.remix.number} {safe(line.remix.title, _NAME)}"
        return f"{amount} because {remix} was made from {work}" + (f" ({part}it)" if part else "")
    if line.work is not None:
        return f"{amount} for {part}{work}"
    floor, cap = money(view.round.floor), percent(view.round.cap_bp)
    gains = line.amount.amount > 0
    words = {
        ("floor", True): f"to lift it to {floor}, the least that anyone in it gets",
        ("floor", False): f"so that everyone in it gets at least {floor}",
        ("cap", True): f"from what others would get above {cap} of the pool",
        ("cap", False): f"above {cap} of the pool, the most that one artist gets; it goes to the others",
    }
    return f"{amount} {words.get((line.kind, gains), 'by rounding')}"
