"""The remix tree, laid out: a drawing for every family of works, sources on the left, remixes to their right."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt
from typing import Final

from domain.layout import Point, Style, lay_out
from services.gallery import Lineage
from services.views import WorkRef

NODE: Final = (172, 40)
"""Width and height of a work's box."""

EDGE: Final = 2
"""Room around a drawing, for the lines around its boxes."""

_MOST_DOWN: Final = 16
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
    """Works that are connected: their boxes in reading order, and the paths of the lines between them."""

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
    drawing = lay_out({work: sources.get(work, ()) for work in group}, style_for(len(group), *NODE))
    nodes = [Node(lineage.works[work], box.x + EDGE, box.y + EDGE) for work, box in drawing.boxes.items()]
    return Family(
        width=drawing.width + 2 * EDGE,
        height=drawing.height + 2 * EDGE,
        nodes=tuple(sorted(nodes, key=lambda node: (node.x, node.y))),
        lines=tuple(path_of(piece) for piece in drawing.strokes()),
    )


def style_for(works: int, width: int, height: int) -> Style:
    """How a family of so many works is laid out: as many boxes below each other as keep it from growing too wide."""
    return Style(width, height, gap=44, space=12, most=max(_MOST_DOWN, isqrt(works)))


def path_of(piece: tuple[Point, Point], *, downward: bool = False) -> str:
    """A piece of line as a path: straight, or a curve that leaves and arrives straight."""
    (x1, y1), (x2, y2) = ((x + EDGE, y + EDGE) for x, y in piece)
    if x1 == x2 or y1 == y2:
        return f"M{x1} {y1}L{x2} {y2}"
    if downward:
        middle = (y1 + y2) // 2
        return f"M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {y2}"
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
