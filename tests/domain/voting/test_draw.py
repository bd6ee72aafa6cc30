"""The draw: only among equals, decided by nothing but the seed, fair over seeds."""

from collections import Counter
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from domain.voting import Election, break_ties, tally

elections = st.builds(
    Election,
    st.just("score"),
    st.just(tuple("abcdef")),
    st.lists(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2)), max_size=6).map(tuple),
)


@given(elections, st.integers(0, 8), st.text(max_size=5))
def test_the_selection_keeps_the_order_and_draws_only_at_the_border(election, seats, seed):
    result = tally(election)
    chosen = break_ties(result, seats, seed)
    assert len(chosen) == len(set(chosen)) == min(seats, 6)
    place = {work: number for number, group in enumerate(result.order) for work in group}
    assert [place[work] for work in chosen] == sorted(place.values())[: len(chosen)]
    assert break_ties(result, seats, seed) == chosen


def test_the_lots_are_what_the_documentation_says():
    result = tally(Election("approval", ("a", "b", "c"), ()))
    lots = {work: sha256(f'["draw","s","{work}"]'.encode()).hexdigest() for work in "abc"}
    assert break_ties(result, 3, "s") == tuple(sorted("abc", key=lots.__getitem__))


def test_over_many_seeds_everybody_wins_about_as_often():
    result = tally(Election("approval", ("a", "b", "c"), ()))
    wins = Counter(break_ties(result, 1, f"seed {number}")[0] for number in range(3000))
    assert set(wins) == {"a", "b", "c"}
    # Five standard deviations around 1,000; the seeds are fixed, so this never changes from run to run.
    assert all(870 < count < 1130 for count in wins.values())
