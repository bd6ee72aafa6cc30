"""One artist's money as messages: what they get and why, the word that it is theirs, all they earned. Pure."""

from datetime import datetime

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import money, percent, plural, safe
from cogs.payouts.buttons import concern_button
from cogs.payouts.messages import page, title
from domain.episode import RoundPhase
from domain.money import Money
from services.payouts.views import ExplainView, LineView

_LINES = 2600
_WHOLE = 10_000
_NAME = 60


def allocation(view: ExplainView, site_url: str) -> Outgoing:
    """To an artist: what is theirs, and why."""
    amount = view.amount or Money(0, view.round.pool.currency)
    parts: list[Item] = [
        text(
            f"## {money(amount)} is yours" if amount.amount else "## Your share was too small to pay this time",
            f"From {title(view.round)} of {safe(view.round.show_name, _NAME)}. "
            + ("It is on your balance now." if amount.amount else _too_small(view, own=True)),
        )
    ]
    parts += [*_why(view), row(link("Every line of the payout", page(view.round, site_url)))]
    return Outgoing(view=card(Tone.MONEY, *parts))


def explanation(view: ExplainView, *, own: bool, site_url: str, now: datetime) -> Outgoing:
    """How an artist's amount came about, for themself (`own`) or somebody else."""
    buttons: list[Item] = [link("Every line of the payout", page(view.round, site_url))]
    if view.round.takes_concerns(now):
        buttons.insert(0, concern_button(view.round.id))
    if view.amount is None:
        return Outgoing(view=card(Tone.QUIET, text(*_not_in(view, own=own, now=now)), row(*buttons)))
    name = safe(view.artist.name, _NAME)
    final = view.round.phase is not RoundPhase.PROPOSED
    head = f"## {'You get' if own else f'{name} gets'} {money(view.amount)}"
    people = plural(len(view.round.allocations), "artist")
    of = f"{'Final' if final else 'Proposed'}: {money(view.round.pool)} of {title(view.round)} for {people}."
    parts: list[Item] = [text(head, of, "" if view.amount.amount else _too_small(view, own=own))]
    return Outgoing(view=card(Tone.MONEY, *parts, *_why(view), row(*buttons)))


def _not_in(view: ExplainView, *, own: bool, now: datetime) -> tuple[str, str]:
    who, whom = ("You are", "you") if own else (f"{safe(view.artist.name, _NAME)} is", "them")
    why = f"No work in the cut credits {whom}, and nothing that those works were made from."
    wrong = " If that is wrong, say so." if view.round.takes_concerns(now) else ""
    return f"### {who} not in the payout of {title(view.round)}", why + wrong


def _too_small(view: ExplainView, *, own: bool) -> str:
    least = money(Money(1, view.round.pool.currency))
    return f"{'Your' if own else 'Their'} part of {money(view.round.pool)} comes to less than {least}."


def _why(view: ExplainView) -> list[Item]:
    if not view.lines:
        return []
    lines = fitting([_line(line, view) for line in view.lines], _LINES, _smaller)
    if any(line.remix for line in view.lines):
        lines.append(
            small(f"A remix passes {percent(view.round.lineage_bp)} of what it earns to what it was made from.")
        )
    return [rule(), text(*lines)]


def _smaller(left: int) -> str:
    return f"…and {plural(left, 'smaller line')}."


def _line(line: LineView, view: ExplainView) -> str:
    amount = f"**{money(line.amount)}**"
    work = f"#{line.work.number} {safe(line.work.title, _NAME)}" if line.work else ""
    part = f"{percent(line.share_bp)} of " if line.share_bp < _WHOLE else ""
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
