"""All that an artist earned, as a message that only they see. Pure."""

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import money, plural, safe
from cogs.paying.buttons import gifts_button, open_button
from services.kinds import AllocationState
from services.payouts.views import EarningsView, EarningView

_LINES = 2400
_NAME = 60

STATES = {
    AllocationState.PROPOSED: "proposed",
    AllocationState.HELD: "waits for a decision",
    AllocationState.CARRIED: "on your balance",
    AllocationState.SENDING: "on its way to you",
    AllocationState.PAID: "paid",
    AllocationState.DONATED: "donated",
    AllocationState.PASSED_ON: "passed on",
    AllocationState.UNCLAIMED: "not claimed in time",
    AllocationState.REDIRECTED: "decided to be others'",
}
"""What became of a share, to its artist."""


def earnings(view: EarningsView) -> Outgoing:
    """What an artist earned so far; theirs alone to see."""
    if not view.earnings and not view.balances:
        words = "Nothing yet: you earn when a work of yours, or a remix of one, makes it into an episode's cut."
        return Outgoing(view=card(Tone.QUIET, text("### Your earnings", words), row(open_button())))
    parts: list[Item] = [text("### Your earnings", *_balances(view))]
    several = len({each.show_name for each in view.earnings}) > 1
    lines = fitting(
        [_earning(each, named=several) for each in view.earnings], _LINES, lambda left: f"…and {left:,} earlier."
    )
    if lines:
        parts += [rule(), text(*lines)]
    if view.years:
        parts += [rule(), text(*(f"Paid in {year}: **{money(amount)}**" for year, amount in view.years[:8]))]
    buttons: list[Item] = [open_button()]
    if any(amount.amount > 0 for _, amount in view.balances):
        buttons.append(gifts_button())
    return Outgoing(view=card(Tone.MONEY, *parts, row(*buttons)))


def _balances(view: EarningsView) -> list[str]:
    held = [f"Your balance with {safe(name, _NAME)}: **{money(amount)}**" for name, amount in view.balances]
    lines = fitting(held, 800, lambda left: f"…and {plural(left, 'other balance')}.")
    lines += [f"On its way to you: **{money(amount)}**" for amount in view.on_its_way]
    return lines or [small("Proposed shares come to your balance once the payout is final.")]


def _earning(each: EarningView, *, named: bool) -> str:
    """One round; with the show's name where there are several."""
    show = f"{safe(each.show_name, _NAME)} " if named else ""
    which = safe(each.episode, 80) + (f", round {each.number}" if each.number > 1 else "")
    return f"**{money(each.amount)}** {show}{which} ({STATES[each.state]})"
