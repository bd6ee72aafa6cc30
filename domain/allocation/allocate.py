"""The allocation of an episode's pool: flow, credits, limits, one rounding per artist, and explaining lines."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from domain.allocation.adjusting import adjust, off_the_top
from domain.allocation.build import build, check_rules
from domain.allocation.columns import Columns
from domain.allocation.explain import explain
from domain.allocation.flow import UNIT, credit_shares, flow, own_parts
from domain.allocation.limits import Limited, apply_limits
from domain.allocation.model import ALL_BP, Allocation, Inputs
from domain.allocation.splitting import Lots, largest
from domain.allocation.weighing import check_weights
from domain.errors import UserError

_ALIKE: Final = 10**6
"""Remainders that differ by less than about this many fine units (a millionth of a minor unit) count as equal.

The fine units that do not divide at a split would otherwise decide between equal shares, not the artists' lots.
"""


def allocate(inputs: Inputs) -> Allocation:
    """Share the pool among the artists by the rules of docs/rules.md, with the lines that explain every amount.

    The amounts sum to the pool exactly; an empty cut leaves all of it unallocated. The order of works, credits,
    sources and adjustments never matters. UserError names what is malformed, a circle, or limits that cannot hold.
    """
    columns = build(inputs)
    check_weights(inputs)
    rules = replace(inputs, pool=inputs.pool - off_the_top(inputs))
    own = own_parts(columns, rules.pool)
    if own is None:
        _refuse_adjustments(inputs)
        return Allocation({}, (), inputs.pool)
    money = flow(columns, own.copy(), rules.lineage_bp, edges=True)
    shares = _named(columns, credit_shares(columns, money.kept))
    lots = Lots(rules.seed)
    before = round_once(shares, rules.pool, lots)
    limited = _limit(rules, shares)
    after = before if limited is None else round_once(limited.fine, rules.pool, lots)
    lines = explain(columns, (own, money), before, (after, limited))
    if inputs.adjustments:
        after, moved = adjust(inputs, after)
        lines = sorted([*lines, *moved], key=lambda line: line.artist)  # stable: an artist's adjustments come last
    return Allocation(dict(sorted(after.items())), tuple(lines), inputs.pool - sum(after.values()))


def amounts(inputs: Inputs) -> dict[str, int]:
    """Return what each artist is owed (minor units), as `allocate` does, without the lines and their cost."""
    columns = build(inputs)
    check_weights(inputs)
    found = amounts_of(columns, replace(inputs, pool=inputs.pool - off_the_top(inputs)))
    if not any(columns.in_cut):
        _refuse_adjustments(inputs)
    return adjust(inputs, found)[0] if inputs.adjustments else found


def amounts_of(columns: Columns, rules: Inputs) -> dict[str, int]:
    """Return what each artist is owed (minor units) by works that are columns already.

    Of `rules` everything counts but its works, weighing and adjustments. Quick, and small: for hundreds of thousands
    of works, and for comparing rules over the same works.
    """
    check_rules(rules)
    kept = own_parts(columns, rules.pool)
    if kept is None:
        return {}
    flow(columns, kept, rules.lineage_bp, edges=False)
    shares = _named(columns, credit_shares(columns, kept))
    limited = _limit(rules, shares)
    return round_once(shares if limited is None else limited.fine, rules.pool, Lots(rules.seed))


def round_once(shares: Mapping[str, int], pool: int, lots: Lots) -> dict[str, int]:
    """Round fine units to minor units that sum to the pool: down, and the odd units to the largest remainders."""
    rounded = {artist: fine // UNIT for artist, fine in shares.items()}
    left = pool - sum(rounded.values()) if rounded else 0
    if left:
        artists = list(shares)
        remainders = [(shares[artist] % UNIT + _ALIKE // 2) // _ALIKE for artist in artists]
        for index in largest(remainders, left, lambda index: lots(artists[index])):
            rounded[artists[index]] += 1
    return rounded


def _named(columns: Columns, shares: list[int]) -> dict[str, int]:
    """The shares by the artists' names; artists whom nothing reaches are left out."""
    return {columns.artist_name(artist): share for artist, share in enumerate(shares) if share}


def _limit(inputs: Inputs, shares: Mapping[str, int]) -> Limited | None:
    if not shares or (inputs.floor == 0 and inputs.cap_bp == ALL_BP):
        return None
    return apply_limits(inputs, shares)


def _refuse_adjustments(inputs: Inputs) -> None:
    if inputs.adjustments:
        raise UserError("adjustments: the cut is empty, so there is nothing to adjust.")
