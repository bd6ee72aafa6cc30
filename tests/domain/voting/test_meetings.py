"""How works met: against a count ballot by ballot."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from domain.voting import Election
from domain.voting.meetings import Meeting, meetings

WORKS = ("w1", "w2", "w3", "w4")
MARKS = st.lists(st.dictionaries(st.sampled_from(WORKS), st.integers(0, 5), max_size=4), max_size=12)
RANKS = st.lists(st.dictionaries(st.sampled_from(WORKS), st.integers(1, 4), max_size=4), max_size=12)


@given(MARKS)
def test_marks_are_compared_with_no_mark_as_nought(ballots: list[dict[str, int]]) -> None:
    chosen = ("w3", "w1", "w4")
    naive = [
        Meeting(
            a, b, sum(one.get(a, 0) > one.get(b, 0) for one in ballots),
            sum(one.get(a, 0) < one.get(b, 0) for one in ballots),
        )
        for a, b in combinations(chosen, 2)
    ]  # fmt: skip
    assert list(meetings(Election("star", WORKS, tuple(ballots)), chosen)) == naive


@given(RANKS)
def test_ranks_are_compared_with_no_rank_as_last(ballots: list[dict[str, int]]) -> None:
    naive = [
        Meeting(
            a, b, sum(one.get(a, 9) < one.get(b, 9) for one in ballots),
            sum(one.get(a, 9) > one.get(b, 9) for one in ballots),
        )
        for a, b in combinations(WORKS, 2)
    ]  # fmt: skip
    assert list(meetings(Election("schulze", WORKS, tuple(ballots)), WORKS)) == naive


def test_what_compares_nothing_has_no_meetings() -> None:
    ballots = ({"w1": 1, "w2": 2},)
    assert meetings(Election("score", WORKS, ballots), WORKS) == ()
    assert meetings(Election("schulze", WORKS, ballots, jury=ballots, jury_bp=5000), WORKS) == ()
    assert meetings(Election("schulze", WORKS, ballots), ("w1",)) == ()
