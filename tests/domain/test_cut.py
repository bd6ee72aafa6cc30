"""The cut: what the vote selects, what a change needs, and the outcome of every work."""

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cut import CutWork, check_change, initial_cut, outcomes
from domain.episode import Outcome
from domain.errors import UserError
from domain.voting import Election, break_ties, tally

WHY = "The music could not be cleared in time."
nodes = st.integers(0, 10)
dags = st.dictionaries(nodes, st.sets(nodes), max_size=11).map(
    lambda graph: {work: {source for source in sources if source < work} for work, sources in graph.items()}
)


def test_the_vote_selects():
    result = tally(Election("score", tuple("abcde"), ({"a": 5, "b": 4, "c": 4, "d": 1},), seats=2))
    drawn = break_ties(result, 2, "seed")[1]
    assert initial_cut(result, 2, "seed") == (
        CutWork("a", 1, False, "Place 1 in the vote"),
        CutWork(drawn, 2, True, "Place 2 in the vote, drawn among equals"),
    )
    assert [work.work for work in initial_cut(result, 9, "seed")][-1] == "d"
    assert not any(work.drawn for work in initial_cut(result, 3, "seed"))
    assert initial_cut(result, 0, "seed") == ()


def test_a_work_that_a_draw_inside_the_count_kept_in_is_drawn():
    cast = ({"a": 1}, {"a": 1}, {"a": 1}, {"b": 1, "a": 2}, {"c": 1, "b": 2})
    for seed in "stuv":
        result = tally(Election("stv", tuple("abc"), cast, seats=2, seed=seed))
        assert result.ties == (("b", "c"),)
        kept = {work.work: work.drawn for work in initial_cut(result, 2, seed)}
        assert kept in ({"a": False, "b": True}, {"a": False, "c": True})


def test_without_votes_nothing_is_selected():
    assert initial_cut(tally(Election("approval", ("a", "b"), ())), 2, "seed") == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"remove": [1]}, "The community voted this work in"),
        ({"remove": [1], "reason": "  no       "}, "“no” says too little.*at least 10 letters"),
        ({"add": [9]}, "The vote did not select this work"),
        ({"remove": [1], "add": [9]}, "The community voted this work in"),
        ({"remove": [7], "reason": WHY}, "is not in the cut"),
        ({"add": [2], "reason": WHY}, "already in the cut"),
        ({}, "Say which work"),
        ({"remove": [1], "reason": "x" * 9}, "says too little"),
        ({"add": [9], "reason": "Nice"}, "“Nice” says too little"),
        ({"remove": [1], "reason": "x" * 501}, "under 500 characters; yours has 501"),
    ],
)
def test_changes_that_are_refused(change, says):
    with pytest.raises(UserError, match=says):
        check_change(cut=[1, 2, 5], winners=[1, 2, 3], **change)


@pytest.mark.parametrize(
    "change",
    [
        {"remove": [1], "reason": WHY},
        {"remove": [1], "add": [9], "reason": WHY},
        {"remove": [1], "reason": "x" * 10},
        {"remove": [1], "reason": "x" * 500},
        {"remove": [5]},  # the producers' own addition
        {"add": [3]},  # a winner comes back
        {"add": [9], "reason": WHY},
    ],
)
def test_changes_that_stand(change):
    check_change(cut=[1, 2, 5], winners=[1, 2, 3], **change)


@given(dags, st.sets(nodes))
def test_outcomes_are_what_networkx_reaches(sources, cut):
    graph = nx.DiGraph([(work, source) for work, made_from in sources.items() for source in made_from])
    graph.add_nodes_from(range(11))
    reached = set().union(*(nx.descendants(graph, work) for work in cut))
    found = outcomes(range(11), cut, sources)
    for work in range(11):
        expected = Outcome.USED if work in cut else Outcome.INFLUENCE if work in reached else Outcome.NOT_USED
        assert found[work] is expected
