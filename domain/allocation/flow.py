"""The pool's way through the works: to the cut by weight, from every remix to its sources, to the credited artists."""

from dataclasses import dataclass
from typing import Final

from domain.allocation.columns import EQUALLY, OUTSIDE, Columns
from domain.allocation.model import ALL_BP
from domain.allocation.splitting import split
from domain.errors import UserError

UNIT: Final = 10**12
"""Fine units in a minor unit."""

_LAST: Final = "\U0010ffff"
"""Stands after every name."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Fine units by work number, what it keeps; and, where lines are wanted, by edge, what the remix passed on."""

    kept: list[int]
    passed: list[int]


def own_parts(columns: Columns, pool: int) -> list[int] | None:
    """Split the pool (minor units) over the works in the cut by their weights, in fine units; None for an empty cut.

    UserError when all weights in the cut are zero.
    """
    in_cut = columns.in_cut
    if not any(in_cut):
        return None
    weights = columns.weights
    if not all(in_cut):
        weights = [weight if cut else 0 for weight, cut in zip(weights, in_cut, strict=True)]
    if not any(weights):
        raise UserError(
            "All works in the cut have weight 0, so nobody would be paid. Give at least one of them a weight."
        )
    return split(pool * UNIT, weights, columns.work_name)


def flow(columns: Columns, kept: list[int], lineage_bp: int, *, edges: bool) -> Flow:
    """Pass money on from `kept` (each work's own part; changed in place), remixes before their sources.

    A work passes a part of all it gets to its sources; what is meant for one outside the community stays with it. Every
    fine unit stays in some work's `kept`. With `edges` it is written down what each source got.
    """
    starts, sources = columns.edge_start, columns.edge_source
    passed = [0] * len(sources) if edges else []
    for work in columns.order():
        start, end = starts[work], starts[work + 1]
        gross = kept[work]
        if start == end or not gross:
            continue
        share = gross * lineage_bp // ALL_BP
        parts = (share,) if end == start + 1 else _source_parts(columns, start, end, share)
        edge = start
        for part in parts:
            source = sources[edge]
            if source != OUTSIDE:
                kept[source] += part
                gross -= part
                if edges:
                    passed[edge] = part
            edge += 1
        kept[work] = gross
    return Flow(kept, passed)


def _source_parts(columns: Columns, start: int, end: int, share: int) -> list[int]:
    """Split what a work passes on over its two or more sources, by their basis points or equally.

    What does not divide equally goes to the first by id; sources outside come last, whatever they are called.
    """
    if columns.edge_bp[start] != EQUALLY:
        return split(share, columns.edge_bp[start:end], lambda index: _source_name(columns, start + index))
    count = end - start
    each, left = divmod(share, count)
    parts = [each] * count
    if left:
        names = [_source_name(columns, edge) for edge in range(start, end)]
        for name in sorted(names)[:left]:
            parts[names.index(name)] += 1
    return parts


def _source_name(columns: Columns, edge: int) -> str:
    source = columns.edge_source[edge]
    return _LAST if source == OUTSIDE else columns.work_name(source)


def credit_shares(columns: Columns, kept: list[int]) -> list[int]:
    """Add up what the works keep by artist number, in fine units."""
    shares = [0] * columns.artists()
    artists, start = columns.credit_artist, 0
    for end, amount in zip(columns.credit_start[1:], kept, strict=True):
        if not amount:
            pass
        elif end == start + 1:
            shares[artists[start]] += amount
        else:
            for artist, part in zip(artists[start:end], split_credits(columns, start, end, amount), strict=True):
                shares[artist] += part
        start = end
    return shares


def split_credits(columns: Columns, start: int, end: int, total: int) -> list[int]:
    """Split an amount of a work over the credits at these places."""
    if end == start + 1:
        return [total]
    artists = columns.credit_artist
    return split(total, columns.credit_bp[start:end], lambda index: columns.artist_name(artists[start + index]))
