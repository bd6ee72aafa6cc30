"""Approval and score against plain counting, abcvoting and votelib; ties, seats, and the order of input."""

from dataclasses import replace
from fractions import Fraction

import pytest
import votelib.evaluate.cardinal
from abcvoting import abcrules
from abcvoting.preferences import Profile
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import UserError
from domain.voting import METHODS, Election, tally

WORKS = tuple("abcdefg")


def ballots(marks, min_size=0, max_size=12):
    return st.lists(st.dictionaries(st.sampled_from(WORKS), marks), min_size=min_size, max_size=max_size).map(tuple)


approvals = st.builds(Election, st.just("approval"), st.just(WORKS), ballots(st.just(1)), seats=st.integers(0, 8))
scores = st.builds(
    Election,
    st.just("score"),
    st.just(WORKS),
    ballots(st.integers(0, 5)),
    seats=st.integers(0, 8),
    normalise=st.booleans(),
)
elections = approvals | scores


def naive_means(election):
    """Rate by hand, one work after the other, in fractions."""
    means = {}
    for work in election.works:
        marks = []
        for ballot in election.ballots:
            if work in ballot:
                low, high = min(ballot.values()), max(ballot.values())
                mark = Fraction(ballot[work])
                if election.normalise:
                    top = Fraction(election.max_score)
                    mark = top / 2 if low == high else (mark - low) / (high - low) * top
                marks.append(mark)
        means[work] = sum(marks, Fraction(0)) / len(marks) if marks else None
    return means


@given(approvals)
def test_approval_counts_ballots(election):
    result = tally(election)
    for work in WORKS:
        count = sum(1 for ballot in election.ballots if work in ballot)
        assert result.scores[work] == result.numbers[work].votes == result.numbers[work].total == count


@given(scores)
def test_score_is_the_mean_of_those_who_rated(election):
    result = tally(election)
    for work, mean in naive_means(election).items():
        assert result.scores[work] == (mean or 0)
        assert result.numbers[work].votes == sum(1 for ballot in election.ballots if work in ballot)
        assert (result.numbers[work].votes == 0) == (mean is None)


@given(elections)
def test_the_order_follows_the_scores_and_holds_every_tie(election):
    result = tally(election)
    key = {work: (result.numbers[work].votes > 0, result.scores[work]) for work in WORKS}
    assert sorted(work for group in result.order for work in group) == sorted(WORKS)
    for group in result.order:
        assert len({key[work] for work in group}) == 1
        assert list(group) == sorted(group)
    firsts = [key[group[0]] for group in result.order]
    assert firsts == sorted(set(firsts), reverse=True)


@given(elections)
def test_winners_have_their_seats_whatever_is_drawn(election):
    result = tally(election)
    flat = [work for group in result.order for work in group]
    assert len(result.winners) <= election.seats
    assert list(result.winners) == flat[: len(result.winners)]
    if result.ties:
        [group] = result.ties
        assert group in result.order
        left = election.seats - len(result.winners)
        assert 0 < left < len(group)
    else:
        assert len(result.winners) == min(election.seats, len(WORKS))


@given(elections, st.randoms(use_true_random=False))
def test_the_order_of_input_never_matters(election, random):
    works, cast = list(election.works), list(election.ballots)
    random.shuffle(works)
    random.shuffle(cast)
    assert tally(replace(election, works=tuple(works), ballots=tuple(cast))) == tally(election)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sets(st.integers(0, 4), min_size=1), min_size=1, max_size=8), st.integers(1, 4))
def test_approval_elects_the_committees_of_abcvoting(approval_sets, seats):
    names = WORKS[:5]
    profile = Profile(5)
    profile.add_voters(approval_sets)
    committees = {frozenset(names[i] for i in committee) for committee in abcrules.compute_av(profile, seats)}
    result = tally(Election("approval", names, tuple({names[i]: 1 for i in s} for s in approval_sets), seats=seats))
    sure = frozenset.intersection(*committees)
    possible = frozenset.union(*committees)
    assert set(result.winners) == sure
    assert set(result.winners).union(*result.ties) == possible


@settings(max_examples=50, deadline=None)
@given(ballots(st.integers(0, 5), min_size=1))
def test_score_elects_whom_votelib_elects(cast):
    votes = {}
    for ballot in cast:
        vote = frozenset(ballot.items())
        votes[vote] = votes.get(vote, 0) + 1
    result = tally(Election("score", WORKS, cast))
    theirs = votelib.evaluate.cardinal.ScoreVoting("mean")._agg.convert(votes)
    rated = {work for work in WORKS if result.numbers[work].votes}
    assert {work: result.scores[work] for work in rated} == {work: theirs[work] for work in rated}


def test_a_work_that_nobody_rated_comes_after_one_rated_zero():
    result = tally(Election("score", ("a", "b", "c"), ({"b": 0, "c": 5},), seats=2))
    assert result.order == (("c",), ("b",), ("a",))
    assert result.winners == ("c", "b")


def test_flat_ballots_become_the_middle():
    result = tally(Election("score", ("a", "b"), ({"a": 5, "b": 5}, {"a": 0}, {"a": 4, "b": 2}), normalise=True))
    assert result.scores == {"a": Fraction(10, 3), "b": Fraction(5, 4)}


def test_nobody_voted():
    for method in METHODS:
        result = tally(Election(method, ("a", "b"), ()))
        assert result.order == (("a", "b"),)
        assert result.winners == ()
        assert result.ties == (("a", "b"),)
        assert tally(Election(method, (), ())).order == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"method": "loudest"}, "“loudest” is not a way of counting we know. Use one of: approval, score"),
        ({"works": ("a", "a")}, "works: a work is listed twice"),
        ({"seats": -1}, "seats: must not be negative"),
        ({"max_score": 0}, "max_score: must be 1 or more"),
        ({"ballots": ({}, {"z": 1})}, "ballots\\[1\\]: there is no work “z”"),
        ({"ballots": ({"a": 5, "b": 0}, {"b": 6})}, "ballots\\[1\\].b: .* not 6"),
        ({"ballots": ({"a": 6},)}, "ballots\\[0\\].a: the mark must be a whole number from 0 to 5, not 6"),
        ({"ballots": ({"a": -1},)}, "ballots\\[0\\].a: .* not -1"),
        ({"ballots": ({"a": True},)}, "ballots\\[0\\].a: .* not True"),
        ({"ballots": ({"a": 1}, {"a": True})}, "ballots\\[1\\].a: .* not True"),
        ({"ballots": ({"a": 2.0},)}, "ballots\\[0\\].a: .* not 2.0"),
        ({"ballots": ({"a": "5"},)}, "ballots\\[0\\].a: .* not 5"),
        ({"ballots": ({"a": [1]},)}, "ballots\\[0\\].a: .* not \\[1\\]"),
        ({"method": "approval", "ballots": ({"a": 0},)}, "ballots\\[0\\].a: the mark must be 1, not 0"),
    ],
)
def test_malformed_elections_are_refused_with_the_place(change, says):
    with pytest.raises(UserError, match=says):
        tally(replace(Election("score", ("a", "b"), ()), **change))
