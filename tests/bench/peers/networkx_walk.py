"""The allocation's rule walked over a networkx graph: each work keeps 80% and passes 20% to its sources equally."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import networkx as nx  # type: ignore[import-untyped]  # it has no types

_UNIT = 10**12
_PASSED_BP, _ALL_BP = 2_000, 10_000


def amounts(rows: Sequence[Any], pool: int) -> dict[int, int]:
    """Minor units by artist, of works as (artist, weight, sources)."""
    graph: Any = nx.DiGraph()
    whole, total = pool * _UNIT, sum(row.weight for row in rows)
    for place, row in enumerate(rows):
        graph.add_node(place, artist=row.artist, gross=whole * row.weight // total)
        graph.add_edges_from((place, source) for source in row.sources)
    kept: dict[int, int] = defaultdict(int)
    for place in nx.topological_sort(graph):
        node = graph.nodes[place]
        sources = list(graph.successors(place))
        passed = node["gross"] * _PASSED_BP // _ALL_BP if sources else 0
        kept[node["artist"]] += node["gross"] - passed
        for number, source in enumerate(sources):
            graph.nodes[source]["gross"] += passed // len(sources) + (number < passed % len(sources))
    return _rounded(kept, pool)


def _rounded(kept: dict[int, int], pool: int) -> dict[int, int]:
    owed = {artist: fine // _UNIT for artist, fine in kept.items()}
    for artist in sorted(kept, key=lambda artist: -(kept[artist] % _UNIT))[: pool - sum(owed.values())]:
        owed[artist] += 1
    return owed
