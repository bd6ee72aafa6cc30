"""Which layer each work is in: after all its sources, and no layer with more than so many."""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush


def layers_of(above: Sequence[Sequence[int]], most: int) -> list[int]:
    """The layer of each work, from 0 without holes; `above` names each one's sources. ValueError for a cycle.

    Where there is room for all, layers are generations. A work that nothing was made from gives way to the others.
    """
    below: list[list[int]] = [[] for _ in above]
    for work, made_from in enumerate(above):
        for source in made_from:
            below[source].append(work)
    order, depth = _generations(above, below)
    layer = _fill(above, below, order, depth, most)
    _draw_near(below, order, layer, most)
    used = {old: new for new, old in enumerate(sorted(set(layer)))}
    return [used[old] for old in layer]


def _generations(above: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """Works with their sources before them, the lowest first of those that could be next; and their generations."""
    missing = [len(made_from) for made_from in above]
    ready = [work for work, count in enumerate(missing) if not count]
    heapify(ready)
    depth = [0] * len(above)
    order: list[int] = []
    while ready:
        work = heappop(ready)
        order.append(work)
        for remix in below[work]:
            depth[remix] = max(depth[remix], depth[work] + 1)
            missing[remix] -= 1
            if not missing[remix]:
                heappush(ready, remix)
    if len(order) < len(above):
        raise ValueError("The graph has a cycle.")
    return order, depth


def _fill(
    above: Sequence[Sequence[int]],
    below: Sequence[Sequence[int]],
    order: Sequence[int],
    depth: Sequence[int],
    most: int,
) -> list[int]:
    """Each work into the first layer after its sources that has room: those with remixes first."""
    place = {work: rank for rank, work in enumerate(order)}
    layer, filled = [0] * len(above), dict[int, int]()
    for work in sorted(order, key=lambda work: (not below[work], depth[work], place[work])):
        at = max((layer[source] for source in above[work]), default=-1) + 1
        while filled.get(at, 0) >= most:
            at += 1
        layer[work] = at
        filled[at] = filled.get(at, 0) + 1
    return layer


def _draw_near(below: Sequence[Sequence[int]], order: Sequence[int], layer: list[int], most: int) -> None:
    """Move each source as near to its first remix as there is room, so that lines are short."""
    filled: dict[int, int] = {}
    for at in layer:
        filled[at] = filled.get(at, 0) + 1
    for work in reversed(order):
        if not below[work]:
            continue
        latest = min(layer[remix] for remix in below[work]) - 1
        at = next((at for at in range(latest, layer[work], -1) if filled.get(at, 0) < most), layer[work])
        filled[layer[work]] -= 1
        filled[at] = filled.get(at, 0) + 1
        layer[work] = at
