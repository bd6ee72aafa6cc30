"""An episode's money, and a show's accounts, as producers see them. Pure."""

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, rule, small, text
from cogs.common.outgoing import Attached, Outgoing
from cogs.common.text import money, percent, plural, safe
from domain.exchange import shown_rate
from domain.money import Money
from services.books import BalancesView, CurrencyBalances
from services.funds import FundLine, FundsView
from services.kinds import FileState, FundKind
from services.receipts import ReceiptView

_ROOM = 3000
_POOLS = 1200
_HASH = 12

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


def balances(view: BalancesView) -> Outgoing:
    """What every account of a show holds, a part for each currency."""
    if not view.currencies:
        return Outgoing(view=card(Tone.QUIET, text(f"### The books of {safe(view.show_name, 90)}", "Nothing yet.")))
    parts: list[Item] = [text(f"### The books of {safe(view.show_name, 90)}")]
    for one in view.currencies:
        parts += [rule(), text(*_holdings(one))]
    return Outgoing(view=card(Tone.MONEY, *parts))


def receipt(view: ReceiptView, data: bytes) -> Outgoing:
    """A receipt, as it was given."""
    name = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in view.name)[-80:]
    said = f"The receipt of entry {view.fund_id}. SHA-256 `{view.sha256}`"
    return Outgoing(content=said, files=(Attached(name or "receipt", data),))


def _line(line: FundLine) -> str:
    sign = "−" if line.kind in _OUT else "+"
    words = [f"`{line.id}` {sign}{money(line.amount)} {NAMES[line.kind].lower()}", safe(line.source, 60)]
    if line.foreign is not None and line.rate is not None:
        words.append(f"{money(line.foreign)} at {shown_rate(line.rate)}")
    words += [f"{line.received_on:%-d %b %Y}", safe(line.note, 80), _receipt(line.receipt)]
    said = ", ".join(word for word in words if word)
    return f"~~{said}~~ taken back" if line.reversed else said


def _receipt(view: ReceiptView | None) -> str:
    if view is None:
        return ""
    if view.state is FileState.KEPT and view.sha256:
        return f"receipt `{view.sha256[:_HASH]}…`"
    return "receipt on its way" if view.state is FileState.WAITING else "receipt not kept"


def _sums(view: FundsView) -> list[str]:
    sums = []
    if view.revenue.amount or view.costs.amount:
        sums.append(
            f"Profit so far: {money(view.revenue)} revenue − {money(view.costs)} costs; "
            f"the house keeps {percent(view.house_bp)} of it ({money(view.house)})."
        )
    sums.append(f"**Artists share {money(view.pool)}** in the next payout.")
    if view.missing is not None:
        sums.append(f"That is {money(view.missing)} less than the deal promises.")
    if view.reserve.amount:
        sums.append(f"The show's reserve holds {money(view.reserve)}.")
    if any(line.receipt for line in view.lines):
        sums.append(small("/fund receipt shows a receipt."))
    if not view.lines:
        sums.append(small("Nothing entered yet: /fund add takes revenue, costs, a budget line or the reserve."))
    return sums


def _holdings(view: CurrencyBalances) -> list[str]:
    pools = fitting(
        [f"Pool of {safe(pool.episode, 80)}: {money(pool.amount)}" for pool in view.pools],
        _POOLS,
        lambda left: small(f"and the pools of {plural(left, 'more episode')}"),
    )
    named: list[tuple[str, Money]] = [
        ("Revenue not shared yet", view.revenue),
        ("Costs not taken off yet", view.costs),
        ("The house", view.house),
        ("The reserve", view.reserve),
    ]
    after: list[tuple[str, Money]] = [
        (f"On the balances of {plural(view.people, 'artist')}", view.artists),
        ("On its way in payment runs", view.on_its_way),
        ("Held until decided", view.held),
        ("Paid to artists", view.paid),
    ]
    return [
        f"**{view.came_in.currency.code}**: {money(view.came_in)} came in, less what was spent",
        *(f"{name}: {money(amount)}" for name, amount in named if amount.amount),
        *pools,
        *(f"{name}: {money(amount)}" for name, amount in after if amount.amount),
    ]
