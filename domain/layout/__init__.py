"""Where the boxes and lines of a remix graph go: sources first, each remix in a later layer than all its sources.

Layers are filled up to a width, then ordered so that few lines cross, then placed so that lines run straight. A source
that is used far away has one trunk through the layers between, from which its remixes branch off. The same graph gives
the same drawing, in whatever order its works and sources are given. Pure: pages and pictures draw from the same layout.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from domain.layout.layers import layers_of
from domain.layout.ordering import Weave, weave
from domain.layout.placing import place

__all__ = ["Box", "Drawing", "Edge", "Point", "Style", "lay_out"]

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes in pixels. `most` boxes stand side by side in a layer; `downward` puts sources above instead of left.

    `gap` is between layers (for the lines), `space` between boxes of a layer. A line that passes a layer is given
    `trunk` of room, and as much from the next one; with 0 such lines may lie on each other.
    """

    width: int
    height: int
    gap: int
    space: int
    most: int
    downward: bool = False
    trunk: int = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A work's box by its top left corner, and the layer it is in."""

    x: int
    y: int
    layer: int


@dataclass(frozen=True, slots=True)
class Edge:
    """The line from a source to a remix: points that it passes, bending between them in the gaps only."""

    source: int
    work: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole layout, from (0, 0) to (width, height)."""

    style: Style
    width: int
    height: int
    layers: int
    boxes: Mapping[int, Box] = field(repr=False)
    edges: tuple[Edge, ...] = field(repr=False)

    def strokes(self) -> dict[tuple[Point, Point], tuple[Edge, ...]]:
        """Every piece of line once, with the edges that run along it."""
        found: dict[tuple[Point, Point], list[Edge]] = {}
        for edge in self.edges:
            for piece in zip(edge.points, edge.points[1:], strict=False):
                found.setdefault(piece, []).append(edge)
        return {piece: tuple(found[piece]) for piece in sorted(found)}


def lay_out(sources: Mapping[int, Collection[int]], style: Style) -> Drawing:
    """Lay out a graph without cycles: work -> its sources. Works without sources may be absent if something names them.

    ValueError for a cycle.
    """
    names = sorted({*sources, *(source for made_from in sources.values() for source in made_from)})
    index = {name: place for place, name in enumerate(names)}
    above = [sorted({index[source] for source in sources.get(name, ())}) for name in names]
    woven = weave(layers_of(above, style.most), above)
    breadth = style.width if style.downward else style.height
    across = place(woven, breadth, style.space, style.trunk)
    return _drawn(names, woven, across, style)


def _drawn(names: list[int], woven: Weave, across: list[int], style: Style) -> Drawing:
    length = style.height if style.downward else style.width
    breadth = style.width if style.downward else style.height
    step = length + style.gap

    def point(along: int, cross: int) -> Point:
        return (cross, along) if style.downward else (along, cross)

    boxes = {}
    for place_, name in enumerate(names):
        corner = point(woven.layer[place_] * step, across[place_] - breadth // 2)
        boxes[name] = Box(*corner, woven.layer[place_])
    edges = []
    for run in woven.runs:
        points = [point(woven.layer[run[0]] * step + length, across[run[0]])]
        for through in run[1:-1]:
            start = woven.layer[through] * step
            points += [point(start, across[through]), point(start + length, across[through])]
        points.append(point(woven.layer[run[-1]] * step, across[run[-1]]))
        edges.append(Edge(names[run[0]], names[run[-1]], tuple(points)))
    layers = max(woven.layer, default=-1) + 1
    across_all = max(across[: len(names)], default=0) - breadth // 2 + breadth
    extent = point(max(0, layers * step - style.gap), across_all)
    # Trunks may run beside the last box.
    widest = max([extent[0], *(x + 2 for edge in edges for x, _ in edge.points)])
    highest = max([extent[1], *(y + 2 for edge in edges for _, y in edge.points)])
    return Drawing(style, widest, highest, layers, boxes, tuple(edges))
