"""The allocation of an episode's pool: flow, credits, limits, one rounding per artist, and explaining lines."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from domain.allocation.explain import explain
from domain.allocation.flow import UNIT, Flow, flow
from domain.allocation.graph import Graph, build
from domain.allocation.limits import Limited, apply_limits
from domain.allocation.model import ALL_BP, Allocation, Inputs
from domain.allocation.splitting import Lots, largest, split_credits

_ALIKE: Final = 10**6
"""Remainders that differ by less than about this many fine units (a millionth of a minor unit) count as equal.

The fine units that do not divide at a split would otherwise decide between equal shares, not the artists' lots.
"""


def allocate(inputs: Inputs) -> Allocation:
    """Share the pool among the artists by the rules of docs/rules.md, with the lines that explain every amount.

    The amounts sum to the pool exactly; an empty cut leaves all of it unallocated. The order of works, credits and
    sources never matters. UserError names what is malformed, a cycle, or limits that cannot hold.
    """
    lots = Lots(inputs.seed)
    graph = build(inputs)
    money = flow(graph, inputs.pool, inputs.lineage_bp)
    if money is None:
        return Allocation({}, (), inputs.pool)
    shares = credit_shares(graph, money)
    before = round_once(shares, inputs.pool, lots)
    limited = _limit(inputs, shares)
    after = before if limited is None else round_once(limited.fine, inputs.pool, lots)
    lines = explain(graph, money, before, (after, limited))
    return Allocation(dict(sorted(after.items())), lines, inputs.pool - sum(after.values()))


def amounts(inputs: Inputs) -> dict[str, int]:
    """Return what each artist is owed (minor units), as `allocate` does, without the lines and their cost."""
    lots = Lots(inputs.seed)
    graph = build(inputs)
    money = flow(graph, inputs.pool, inputs.lineage_bp)
    if money is None:
        return {}
    shares = credit_shares(graph, money)
    limited = _limit(inputs, shares)
    return round_once(shares if limited is None else limited.fine, inputs.pool, lots)


def credit_shares(graph: Graph, money: Flow) -> dict[str, int]:
    """Add up what the works keep by artist, in fine units; artists whom nothing reaches are left out."""
    shares: dict[str, int] = defaultdict(int)
    for work, kept in zip(graph.works, money.kept, strict=True):
        if not kept:
            continue
        credited = work.credits
        if len(credited) == 1:
            shares[credited[0].artist] += kept
            continue
        for credit, part in zip(credited, split_credits(credited, kept), strict=True):
            if part:
                shares[credit.artist] += part
    return dict(shares)


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


def _limit(inputs: Inputs, shares: Mapping[str, int]) -> Limited | None:
    if not shares or (inputs.floor == 0 and inputs.cap_bp == ALL_BP):
        return None
    return apply_limits(inputs, shares)
