"""The layout of the remix graph: sources before remixes, no two boxes on each other, the same whoever comes first."""

from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.layout import Drawing, Style, lay_out

SIDEWAYS = Style(width=180, height=48, gap=40, space=12, most=6)
DOWNWARD = Style(width=300, height=90, gap=50, space=20, most=3, downward=True)
styles = st.sampled_from((SIDEWAYS, DOWNWARD, Style(10, 10, 6, 4, 1), Style(7, 9, 1, 0, 1000, trunk=0)))


@st.composite
def graphs(draw: st.DrawFn) -> dict[int, set[int]]:
    """Works with earlier works as their sources; some names are below zero."""
    count = draw(st.integers(1, 40))
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=70))
    found: dict[int, set[int]] = {work - 5: set() for work in range(count)}
    for one, other in pairs:
        if one != other:
            found[max(one, other) - 5].add(min(one, other) - 5)
    return found


def meet(one: tuple[int, int], other: tuple[int, int], style: Style) -> bool:
    return abs(one[0] - other[0]) < style.width and abs(one[1] - other[1]) < style.height


def check(sources: dict[int, set[int]], drawing: Drawing) -> None:
    style, boxes = drawing.style, drawing.boxes
    assert set(boxes) == {*sources, *(source for made_from in sources.values() for source in made_from)}
    corners = [(box.x, box.y) for box in boxes.values()]
    assert not any(meet(one, other, style) for one, other in combinations(corners, 2))
    assert all(0 <= x <= drawing.width - style.width and 0 <= y <= drawing.height - style.height for x, y in corners)
    edges = {(work, source) for work, made_from in sources.items() for source in made_from}
    assert {(edge.work, edge.source) for edge in drawing.edges} == edges
    assert len(drawing.edges) == len(edges)
    assert all(boxes[source].layer < boxes[work].layer for work, source in edges)
    if boxes:
        filled = [sum(box.layer == layer for box in boxes.values()) for layer in range(drawing.layers)]
        assert 1 <= min(filled) <= max(filled) <= style.most


def check_lines(drawing: Drawing) -> None:
    """Lines begin and end at the boxes that they join, never run backwards, and leave other boxes alone."""
    style, along = drawing.style, 1 if drawing.style.downward else 0
    length, breadth = (style.height, style.width) if style.downward else (style.width, style.height)
    for edge in drawing.edges:
        start, end = drawing.boxes[edge.source], drawing.boxes[edge.work]
        assert edge.points[0][along] == (start.x, start.y)[along] + length
        assert edge.points[-1][along] == (end.x, end.y)[along]
        for box, point in ((start, edge.points[0]), (end, edge.points[-1])):
            assert 0 <= point[1 - along] - (box.x, box.y)[1 - along] <= breadth
        places = [point[along] for point in edge.points]
        assert places == sorted(places)
        for one, other in zip(edge.points[1::2], edge.points[2::2], strict=False):
            assert one[1 - along] == other[1 - along]  # beside the boxes of a layer it runs straight
            assert not any(
                (box.x, box.y)[along] == one[along] and 0 < one[1 - along] - (box.x, box.y)[1 - along] < breadth
                for box in drawing.boxes.values()
            )


@given(graphs(), styles)
def test_every_work_is_drawn_once_after_its_sources_and_apart(sources: dict[int, set[int]], style: Style) -> None:
    drawing = lay_out(sources, style)
    check(sources, drawing)
    check_lines(drawing)


@given(graphs(), styles, st.randoms(use_true_random=False))
def test_the_drawing_does_not_depend_on_who_comes_first(
    sources: dict[int, set[int]], style: Style, rng: Random
) -> None:
    works = list(sources)
    rng.shuffle(works)
    again = {work: rng.sample(sorted(sources[work]), len(sources[work])) for work in works}
    assert lay_out(again, style) == lay_out(sources, style)


@given(graphs(), styles)
def test_pieces_of_line_are_drawn_once_and_make_up_all_edges(sources: dict[int, set[int]], style: Style) -> None:
    drawing = lay_out(sources, style)
    strokes = drawing.strokes()
    for edge in drawing.edges:
        assert all(edge in strokes[piece] for piece in zip(edge.points, edge.points[1:], strict=False))
    assert {edge for along in strokes.values() for edge in along} == set(drawing.edges)


@pytest.mark.parametrize(
    "sources",
    [
        {work: {0} for work in range(1, 500)},
        {work: {work - 1, -1} for work in range(1, 500)},
        {work: {Random(work).randrange(work) for _ in range(2)} for work in range(1, 500)},
        {work: set(range(work)) for work in range(60)},
    ],
    ids=["star", "chain with an old source", "web", "everything from everything"],
)
def test_large_families(sources: dict[int, set[int]]) -> None:
    check(sources, lay_out(sources, Style(180, 48, 40, 12, most=20)))


def test_a_generation_stands_together_where_there_is_room() -> None:
    drawing = lay_out({2: [1], 3: [1], 4: [2, 3], 5: [4], 9: [4]}, SIDEWAYS)
    assert {work: box.layer for work, box in drawing.boxes.items()} == {1: 0, 2: 1, 3: 1, 4: 2, 5: 3, 9: 3}
    assert drawing.boxes[1].y == drawing.boxes[4].y == (drawing.boxes[2].y + drawing.boxes[3].y) // 2


def test_a_source_stands_near_its_first_remix() -> None:
    drawing = lay_out({2: [1], 3: [2], 4: [3, -1]}, SIDEWAYS)
    assert drawing.boxes[-1].layer == drawing.boxes[3].layer == 2


def test_a_cycle_is_no_lineage() -> None:
    with pytest.raises(ValueError, match="cycle"):
        lay_out({1: [2], 2: [1]}, SIDEWAYS)


def test_nothing_is_drawn_of_nothing() -> None:
    drawing = lay_out({}, SIDEWAYS)
    assert (drawing.boxes, drawing.edges, drawing.layers) == ({}, (), 0)
