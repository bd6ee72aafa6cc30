"""The remix graph against networkx."""

from fractions import Fraction

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lineage import all_ancestors, ancestors, cycle_sentence, descendants, find_cycle, rescaled

nodes = st.integers(0, 12)
dags = st.dictionaries(nodes, st.sets(nodes), max_size=13).map(
    lambda graph: {work: {source for source in sources if source < work} for work, sources in graph.items()}
)


def digraph(sources):
    graph = nx.DiGraph()
    graph.add_nodes_from(range(13))
    graph.add_edges_from((work, source) for work, made_from in sources.items() for source in made_from)
    return graph


@given(dags, nodes, nodes)
def test_a_cycle_is_found_exactly_when_networkx_sees_one(sources, work, new_source):
    graph = digraph(sources)
    graph.add_edge(work, new_source)
    cycle = find_cycle(sources, work, new_source)
    if nx.is_directed_acyclic_graph(graph):
        assert cycle is None
        return
    assert cycle is not None
    assert cycle[0] == work
    assert len(set(cycle)) == len(cycle)
    assert all(graph.has_edge(a, b) for a, b in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    assert len(cycle) == nx.shortest_path_length(graph, new_source, work) + 1
    if len(cycle) > 1:
        assert cycle[1] == new_source


@given(dags, nodes, st.sets(nodes))
def test_ancestors_and_descendants(sources, work, several):
    graph = digraph(sources)
    assert ancestors(sources, work) == nx.descendants(graph, work)  # edges point to the sources
    assert descendants(sources, work) == nx.ancestors(graph, work)
    assert all_ancestors(sources, several) == several.union(*(nx.descendants(graph, one) for one in several))


def test_a_very_deep_chain_is_no_problem():
    depth = 200_000
    chain = {work: [work - 1] for work in range(1, depth)}
    assert len(ancestors(chain, depth - 1)) == depth - 1
    assert find_cycle(chain, 0, depth - 1) == [0, *range(depth - 1, 0, -1)]


def test_names_may_be_anything():
    assert find_cycle({"b": ["a"]}, "a", "b") == ["a", "b"]
    assert find_cycle({}, "a", "a") == ["a"]


def test_sentences():
    assert cycle_sentence(["#3"]) == "#3 cannot be its own source."
    assert cycle_sentence(["#1", "#3", "#2"]) == (
        "#1 cannot be made from #3, because #3 was made from #2, #2 was made from #1: that would be a circle."
    )


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=20))
def test_parts_keep_their_proportions(parts: list[int]) -> None:
    found = rescaled(parts)
    assert sum(found) == 10_000
    for part, new in zip(parts, found, strict=True):
        assert abs(new - Fraction(part * 10_000, sum(parts))) < 1
    assert rescaled(found) == found
    assert rescaled([7 * part for part in parts]) == found


def test_parts_of_nothing_have_no_proportion() -> None:
    with pytest.raises(ValueError, match="no proportion"):
        rescaled([])
