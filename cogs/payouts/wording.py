"""What a round is, in the sentences that stand above its amounts. Pure."""

from cogs.common.lists import fitting
from cogs.common.look import small
from cogs.common.text import money, percent, plural, safe
from services.kinds import Weights
from services.payouts.views import AdjustmentView, RoundView

_ADJUSTED = 900


def headline(view: RoundView) -> list[str]:
    """The pool, how it is shared, and everything about it that is not as artists would expect."""
    lines = [_sentence(view), _limits(view), _missing(view)]
    if view.adjustments:
        made = [_adjustment(one) for one in view.adjustments]
        lines += ["**By hand:**", *fitting(made, _ADJUSTED, lambda left: small(f"and {plural(left, 'more')}"))]
    if view.hidden:
        lines.append(small("Amounts are under pseudonyms; the button tells you which one is you."))
    return lines


def way(view: AdjustmentView) -> str:
    """From whom to whom money was moved by hand."""
    giver = f"from {safe(view.giver, 80)}" if view.giver else "off the top of the pool"
    return f"{giver} to {safe(view.taker, 80)}"


def _sentence(view: RoundView) -> str:
    made_from = f"; of what a remix earns, {percent(view.lineage_bp)} goes to what it was made from"
    return (
        f"**{money(view.pool)}** for **{plural(len(view.allocations), 'artist')}**, from "
        f"{plural(view.works_in_cut, 'work')} in the cut. {_weighed(view)}{made_from if view.lineage_bp else ''}."
    )


def _weighed(view: RoundView) -> str:
    plain = {
        Weights.EQUAL: "All of them weigh the same",
        Weights.POINTS: "They weigh by the producers' points",
        Weights.VOTES: "They weigh by the vote",
    }
    if view.weights in plain:
        return plain[view.weights]
    parts = view.parts
    total = parts.equal + parts.points + parts.votes
    named = ((parts.equal, "is shared equally among them"), (parts.points, "by points"), (parts.votes, "by the vote"))
    words = [f"{percent(part * 10_000 // total)} {how}" for part, how in named if part]
    return "Of the pool, " + (words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}")


def _limits(view: RoundView) -> str:
    """A word where the deal's own floor or cap could not hold for this pool."""
    changed = []
    if view.floor != view.deal_floor:
        changed.append(f"a floor of {money(view.floor)} instead of {money(view.deal_floor)}")
    if view.cap_bp != view.deal_cap_bp:
        changed.append(f"a cap of {percent(view.cap_bp)} instead of {percent(view.deal_cap_bp)}")
    return f"The deal's limits cannot hold for this pool, so it has {' and '.join(changed)}." if changed else ""


def _missing(view: RoundView) -> str:
    return (
        f"That is {money(view.missing)} less than the deal promised; the rest is due in a further payout."
        if view.missing
        else ""
    )


def _adjustment(one: AdjustmentView) -> str:
    return f"{one.number}. {money(one.amount)} {way(one)}: {safe(one.reason, 160)}"
