"""The remix tree's layout: sources left of remixes, no two boxes on each other, whatever the graph."""

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.gallery import Lineage
from services.kinds import WorkState
from services.views import WorkRef
from web.tree import MOST, NODE, Family, grow


def lineage(edges: list[tuple[int, int]], alone: int = 0) -> Lineage:
    ids = {work for edge in edges for work in edge}
    works = {i: WorkRef(i, i, f"Work {i}", "Ann", WorkState.IN) for i in ids}
    return Lineage(tuple(edges), works, frozenset(ids | set(range(10_000, 10_000 + alone))))


@st.composite
def graphs(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Edges from a later work to an earlier one: no cycles."""
    count = draw(st.integers(2, 40))
    pairs = st.tuples(st.integers(1, count), st.integers(1, count)).filter(lambda pair: pair[0] > pair[1])
    return draw(st.lists(pairs, min_size=1, max_size=60, unique=True))


def overlap(family: Family) -> bool:
    boxes = sorted((node.x, node.y) for node in family.nodes)
    return any(x1 == x2 and y2 - y1 < NODE[1] for (x1, y1), (x2, y2) in pairwise(boxes))


@given(graphs())
def test_every_work_is_drawn_once_right_of_its_sources_and_apart(edges: list[tuple[int, int]]) -> None:
    forest = grow(lineage(edges))
    nodes = [node for family in forest.families for node in family.nodes]
    assert sorted(node.work.id for node in nodes) == sorted({work for edge in edges for work in edge})
    x = {node.work.id: node.x for node in nodes}
    assert all(x[work] > x[source] for work, source in edges)
    assert all(len(set(family.lines)) == len(family.lines) >= len(family.nodes) - 1 for family in forest.families)
    for family in forest.families:
        assert not overlap(family)
        assert all(node.x + NODE[0] <= family.width and node.y + NODE[1] <= family.height for node in family.nodes)


@given(graphs(), st.randoms(use_true_random=False))
def test_the_drawing_does_not_depend_on_who_comes_first(edges: list[tuple[int, int]], rng: Random) -> None:
    one = {work: WorkRef(work, work, "", "", WorkState.IN) for edge in edges for work in edge}
    order = list(one.items())
    rng.shuffle(order)
    here = frozenset(one)
    assert grow(Lineage(tuple(edges), one, here)) == grow(Lineage(tuple(edges), dict(order), here))


def test_a_chain_longer_than_the_stack() -> None:
    forest = grow(lineage([(i + 1, i) for i in range(3000)]))
    assert len(forest.families[0].nodes) == 3001


def test_small_families_are_left_out_when_there_are_too_many() -> None:
    forest = grow(lineage([(2 * i + 1, 2 * i) for i in range(100)], alone=5))
    assert len(forest.families) == MOST // 2
    assert forest.left_out == 100 - MOST // 2
    assert forest.alone == 5
