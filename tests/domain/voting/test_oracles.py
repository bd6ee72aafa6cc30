"""Thousands of random elections: counted by us, by a naive count in fractions, by abcvoting and by votelib."""

from collections import Counter, defaultdict
from fractions import Fraction
from random import Random

import pytest
from abcvoting import abcrules
from abcvoting.preferences import Profile
from votelib.convert import RankedToCondorcetVotes, ScoreToSimpleVotes
from votelib.evaluate.cardinal import STAR
from votelib.evaluate.condorcet import Schulze, pairwise_wins
from votelib.evaluate.sequential import TransferableVoteSelector

from domain.voting import Election, tally
from tests.domain.voting import naive

TIMES = {"approval": 1500, "score": 1500, "star": 1500, "schulze": 1500, "stv": 2500}


@pytest.mark.parametrize("method", TIMES)
def test_a_naive_count_in_fractions_agrees(method):
    rng = Random(f"naive {method}")
    for _ in range(TIMES[method]):
        election = naive.random_election(rng, method)
        result = tally(election)
        order, scores = naive.count(election)
        assert [list(group) for group in result.order] == order, election
        assert result.scores == scores, election


@pytest.mark.parametrize("method", TIMES)
def test_a_naive_count_of_many_more_ballots_agrees(method):
    """More than eight, so that a ballot shares its byte; and more works."""
    rng = Random(f"many {method}")
    for _ in range(12):
        works = 6 if method == "schulze" else 8
        election = naive.random_election(rng, method, most_works=works, most_ballots=70)
        result = tally(election)
        assert ([list(group) for group in result.order], result.scores) == naive.count(election), election


def test_stv_winners_are_those_that_every_draw_seats_and_ties_those_that_some_do():
    rng, drawn = Random(4), 0
    for _ in range(700):
        election = naive.random_election(rng, "stv")
        result = tally(election)
        sure, possible = naive.seated_whatever_is_drawn(election)
        assert any(stage.drawn for stage in result.stages) == bool(naive.stv(election)[2])
        assert set(result.winners) == sure, election
        assert {work for group in result.ties for work in group} == possible - sure
        drawn += bool(result.ties)
    assert drawn > 40


def test_stv_with_more_draws_than_can_be_tried_names_what_is_certain():
    """Twenty works with a vote each, one with many: only the one is certain."""
    works = tuple(f"w{number:02}" for number in range(21))
    cast = (*({"w00": 1} for _ in range(20)), *({work: 1} for work in works[1:]))
    result = tally(Election("stv", works, cast, seats=3, seed="s"))
    assert result.winners == ("w00",)
    assert result.ties == (works[1:],)
    flat = [work for group in result.order for work in group]
    assert flat[0] == "w00"
    assert sorted(flat) == list(works)


def test_approval_elects_the_committees_of_abcvoting():
    rng = Random(5)
    for _ in range(300):
        election = naive.random_election(rng, "approval", most_ballots=8)
        seats = min(max(election.seats, 1), len(election.works))
        ballots = [ballot for ballot in election.ballots if ballot]
        if not ballots:
            continue
        profile = Profile(len(election.works))
        profile.add_voters([{election.works.index(work) for work in ballot} for ballot in ballots])
        committees = [
            {election.works[i] for i in committee} for committee in abcrules.compute_av(profile, seats, resolute=False)
        ]
        result = tally(Election("approval", election.works, tuple(ballots), seats=seats))
        assert set(result.winners) == set.intersection(*committees)
        assert set(result.winners).union(*result.ties) == set.union(*committees)


def test_score_has_the_means_of_votelib():
    rng = Random(6)
    for _ in range(400):
        cast = naive.random_election(rng, "score", whole=True)
        partial = tuple({w: m for w, m in ballot.items() if rng.random() < 0.8} for ballot in cast.ballots)
        result = tally(Election("score", cast.works, partial, max_score=cast.max_score))
        theirs = ScoreToSimpleVotes("mean").convert(Counter(frozenset(ballot.items()) for ballot in partial))
        rated = {work for work in cast.works if result.numbers[work].votes}
        assert {work: result.scores[work] for work in rated} == {work: theirs[work] for work in rated}


def test_star_elects_whom_votelib_elects():
    """For one place, where no totals are equal: votelib leaves ties of totals open."""
    rng = Random(7)
    compared = 0
    for _ in range(900):
        cast = naive.random_election(rng, "star", whole=True, most_ballots=12)
        result = tally(Election("star", cast.works, cast.ballots, max_score=cast.max_score))
        best = sorted(result.scores.values(), reverse=True)[:3]
        if len(cast.works) < 2 or len(set(best)) < len(best) or not cast.ballots:
            continue
        votes = Counter(frozenset(ballot.items()) for ballot in cast.ballots)
        theirs = STAR().evaluate(votes, 1)
        if set(theirs) - set(cast.works) or not theirs:
            continue  # as many prefer the one as the other
        compared += 1
        assert result.order[0] == tuple(theirs), cast
    assert compared > 300


def ranking(ballot):
    """A ballot as votelib wants it."""
    by_rank = defaultdict(set)
    for work, rank in ballot.items():
        by_rank[rank].add(work)
    return tuple(frozenset(works) if len(works) > 1 else next(iter(works)) for _, works in sorted(by_rank.items()))


def test_schulze_beats_whom_votelib_beats():
    rng = Random(8)
    for _ in range(500):
        cast = naive.random_election(rng, "schulze", most_ballots=15)
        election = Election("schulze", cast.works, cast.ballots)
        ranked = {work for ballot in cast.ballots for work in ballot}
        result = tally(election)
        votes = Counter(ranking(ballot) for ballot in cast.ballots if ballot)
        paths = Schulze.widest_paths(RankedToCondorcetVotes().convert(votes))
        theirs = Counter(winner for winner, _ in pairwise_wins(paths))
        # They know only of works that somebody ranked; each of those beats every other work.
        assert {w: result.scores[w] - len(cast.works) + len(ranked) for w in ranked} == {w: theirs[w] for w in ranked}


def test_stv_elects_whom_votelib_elects():
    """With every work on every ballot, each at a rank of its own.

    votelib's exhausted votes take a place in its eliminations, and it passes a part of a vote from one of several
    equals to the next rank, not to the others. So only such ballots have the same rule.
    """
    rng = Random(9)
    compared = 0
    for _ in range(1500):
        works = tuple("abcdef"[: rng.randint(1, 6)])
        seats = rng.randint(1, len(works))
        orders = [tuple(rng.sample(works, len(works))) for _ in range(rng.randint(1, 25))]
        try:
            votes = {order: Fraction(times) for order, times in Counter(orders).items()}
            theirs = TransferableVoteSelector(transferer="Gregory").evaluate(votes, seats)
        except NotImplementedError:
            continue  # a tie, which it leaves open
        cast = tuple({work: place for place, work in enumerate(order, start=1)} for order in orders)
        result = tally(Election("stv", works, cast, seats=seats))
        if result.ties:
            continue
        compared += 1
        assert set(result.winners) == set(theirs), cast
    assert compared > 500
