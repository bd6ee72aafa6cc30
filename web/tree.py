"""The remix tree, laid out: a drawing for every family of works, sources on the left, remixes to their right."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from services.gallery import Lineage
from services.views import WorkRef

NODE: Final = (172, 40)
"""Width and height of a work's box."""

_ACROSS: Final = 200
_DOWN: Final = 50
_EDGE: Final = 2
_HALF: Final = NODE[1] // 2
MOST: Final = 160
"""Works in all drawings of a page together, unless one family alone has more."""


@dataclass(frozen=True, slots=True)
class Node:
    """A work in a drawing, by its box's top left corner."""

    work: WorkRef
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Family:
    """Works that are connected: their boxes in reading order, and for each edge the path of its line."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forest:
    """The drawings, largest first; `left_out` families did not fit, `alone` works have no sources and no remixes."""

    families: tuple[Family, ...]
    left_out: int
    alone: int


def grow(lineage: Lineage) -> Forest:
    """Lay out the remix graph of an episode. The graph has no cycles; the same graph gives the same drawing."""
    sources: dict[int, list[int]] = defaultdict(list)
    for work, source in lineage.edges:
        sources[work].append(source)
    groups = sorted(_groups(lineage), key=lambda group: (-len(group), min(group)))
    families: list[Family] = []
    drawn = 0
    for group in groups:
        if families and drawn + len(group) > MOST:
            break
        families.append(_family(group, sources, lineage))
        drawn += len(group)
    return Forest(tuple(families), len(groups) - len(families), len(lineage.here - lineage.works.keys()))


def _groups(lineage: Lineage) -> list[list[int]]:
    """The connected works, each group in the order of its works' ids."""
    head = {work: work for work in lineage.works}

    def find(work: int) -> int:
        while head[work] != work:
            head[work] = head[head[work]]
            work = head[work]
        return work

    for work, source in lineage.edges:
        one, other = find(work), find(source)
        head[max(one, other)] = min(one, other)
    groups: dict[int, list[int]] = defaultdict(list)
    for work in sorted(lineage.works):
        groups[find(work)].append(work)
    return list(groups.values())


def _family(group: list[int], sources: Mapping[int, list[int]], lineage: Lineage) -> Family:
    depth = _depths(group, sources)
    rows = _rows(group, sources, depth)
    corner = {work: (_EDGE + depth[work] * _ACROSS, _EDGE + round(rows[work] * _DOWN)) for work in group}
    nodes = [Node(lineage.works[work], *corner[work]) for work in group]
    lines = [_line(corner[source], corner[work]) for work in group for source in sources.get(work, ())]
    return Family(
        width=max(depth[work] for work in group) * _ACROSS + NODE[0] + 2 * _EDGE,
        height=round(max(rows[work] for work in group) * _DOWN) + NODE[1] + 2 * _EDGE,
        nodes=tuple(sorted(nodes, key=lambda node: (node.x, node.y))),
        lines=tuple(lines),
    )


def _depths(group: Iterable[int], sources: Mapping[int, list[int]]) -> dict[int, int]:
    """How many remixes lie at most between a work and an original."""
    depth: dict[int, int] = {}
    for start in group:
        waiting = [start]
        while waiting:  # no recursion: a chain of remixes may be longer than Python's stack
            work = waiting[-1]
            missing = [source for source in sources.get(work, ()) if source not in depth]
            if missing:
                waiting += missing
                continue
            depth[work] = 1 + max((depth[source] for source in sources.get(work, ())), default=-1)
            waiting.pop()
    return depth


def _rows(group: list[int], sources: Mapping[int, list[int]], depth: Mapping[int, int]) -> dict[int, float]:
    """A row for each work: those that nothing hangs on stand below each other, others in the middle of theirs.

    Each work hangs on the first of its sources in the column before, so no two boxes meet.
    """
    hanging: dict[int, list[int]] = defaultdict(list)
    roots = []
    for work in group:
        before = [source for source in sources.get(work, ()) if depth[source] == depth[work] - 1]
        if before:
            hanging[before[0]].append(work)
        else:
            roots.append(work)
    rows: dict[int, float] = {}
    free = 0
    waiting = [(root, False) for root in reversed(roots)]
    while waiting:
        work, ready = waiting.pop()
        if not hanging[work]:
            rows[work] = free
            free += 1
        elif ready:
            rows[work] = (rows[hanging[work][0]] + rows[hanging[work][-1]]) / 2
        else:
            waiting.append((work, True))
            waiting += [(each, False) for each in reversed(hanging[work])]
    return rows


def _line(source: tuple[int, int], work: tuple[int, int]) -> str:
    """A curve from the right edge of a source to the left edge of its remix."""
    x1, y1 = source[0] + NODE[0], source[1] + _HALF
    x2, y2 = work[0], work[1] + _HALF
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
