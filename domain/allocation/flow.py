"""The pool's way through the works: to the cut by weight, and from every remix to its sources."""

from dataclasses import dataclass
from typing import Final

from domain.allocation.graph import OUTSIDE, Graph
from domain.allocation.model import ALL_BP
from domain.allocation.splitting import split, split_equally
from domain.errors import UserError

UNIT: Final = 10**12
"""Fine units in a minor unit."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Fine units by work number: its own part of the pool, what it keeps; and by edge: what the remix passed on."""

    own: list[int]
    kept: list[int]
    passed: list[int]


def flow(graph: Graph, pool: int, lineage_bp: int) -> Flow | None:
    """Run the pool (minor units) through the graph; None when the cut is empty.

    Every fine unit ends in some work's `kept`: they sum to the pool. UserError when all weights in the cut are zero.
    """
    own = _own_parts(graph, pool)
    if own is None:
        return None
    starts, sources = graph.edge_start, graph.edge_source
    kept = own.copy()
    passed = [0] * len(sources)
    for work in graph.order():
        start, end = starts[work], starts[work + 1]
        gross = kept[work]
        if start == end or not gross:
            continue
        share = gross * lineage_bp // ALL_BP
        parts = (share,) if end == start + 1 else _source_parts(graph, work, share)
        edge = start
        for part in parts:
            source = sources[edge]
            # What is meant for a source outside the community stays with the remixer.
            if source != OUTSIDE:
                passed[edge] = part
                kept[source] += part
                gross -= part
            edge += 1
        kept[work] = gross
    return Flow(own, kept, passed)


def _own_parts(graph: Graph, pool: int) -> list[int] | None:
    """Split the pool, in fine units, over the works in the cut by their weights."""
    own = [0] * len(graph.works)
    cut = [number for number, work in enumerate(graph.works) if work.in_cut]
    if not cut:
        return None
    weights = [graph.works[number].weight for number in cut]
    if not any(weights):
        raise UserError(
            "All works in the cut have weight 0, so nobody would be paid. Give at least one of them a weight."
        )
    parts = split(pool * UNIT, weights, lambda index: graph.works[cut[index]].id)
    for number, part in zip(cut, parts, strict=True):
        own[number] = part
    return own


def _source_parts(graph: Graph, work: int, share: int) -> list[int]:
    """Split what a work passes on over its two or more sources, by their basis points or equally."""
    sources = graph.works[work].sources
    names = [f"outside {source.outside}" if source.work is None else source.work for source in sources]
    if sources[0].bp is None:
        return split_equally(share, names)
    return split(share, [source.bp or 0 for source in sources], names.__getitem__)
