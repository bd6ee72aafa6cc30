"""An episode's money as producers see it. Pure."""

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import money, percent, safe
from services.funds import FundLine, FundsView
from services.kinds import FundKind

_ROOM = 3000

NAMES = {
    FundKind.REVENUE: "Revenue",
    FundKind.COST: "Cost",
    FundKind.BUDGET: "Budget line",
    FundKind.FROM_RESERVE: "From the reserve",
    FundKind.TO_RESERVE: "To the reserve",
}
"""What each kind of money is called."""

_OUT = frozenset({FundKind.COST, FundKind.TO_RESERVE})


def funds(view: FundsView, headline: str = "") -> Outgoing:
    """What came in and went out, and what artists will share."""
    parts: list[Item] = [text(f"### Money for {safe(view.episode, 100)}", headline)]
    if view.lines:
        newest = [_line(line) for line in reversed(view.lines)]
        parts += [rule(), text(*fitting(newest, _ROOM, lambda left: small(f"and {left:,} earlier")))]
    parts += [rule(), text(*_sums(view))]
    return Outgoing(view=card(Tone.MONEY, *parts))


def _line(line: FundLine) -> str:
    sign = "−" if line.kind in _OUT else "+"
    words = [f"`{line.id}` {sign}{money(line.amount)} {NAMES[line.kind].lower()}", safe(line.source, 60)]
    words += [f"{line.received_on:%-d %b %Y}", safe(line.note, 80)]
    said = ", ".join(word for word in words if word)
    return f"~~{said}~~ taken back" if line.reversed else said


def _sums(view: FundsView) -> list[str]:
    sums = []
    if view.revenue.amount or view.costs.amount:
        sums.append(
            f"Profit so far: {money(view.revenue)} revenue − {money(view.costs)} costs; "
            f"the house keeps {percent(view.house_bp)} of it ({money(view.house)})."
        )
    sums.append(f"**Artists share {money(view.pool)}** in the next payout.")
    if view.reserve.amount:
        sums.append(f"The show's reserve holds {money(view.reserve)}.")
    if not view.lines:
        sums.append(small("Nothing entered yet: /fund add takes revenue, costs, a budget line or the reserve."))
    return sums
