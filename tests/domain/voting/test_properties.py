"""What must hold of every count, whatever was marked."""

from dataclasses import replace
from fractions import Fraction
from itertools import chain
from random import Random

import pytest

from domain.voting import METHODS, Election, break_ties, from_json, report, tally, to_json
from domain.voting.columns import of_heights, of_ranks, planes, preferences, rows
from tests.domain.voting import naive

EVERY = pytest.mark.parametrize("method", METHODS)


def elections(method, times=150, **sizes):
    rng = Random(f"properties {method}")
    return [(rng, naive.random_election(rng, method, **sizes)) for _ in range(times)]


@EVERY
def test_the_order_of_ballots_works_and_marks_never_matters(method):
    for rng, election in elections(method):

        def mixed(ballots, rng=rng):
            shuffled = rng.sample(ballots, len(ballots))
            return tuple(dict(rng.sample(list(ballot.items()), len(ballot))) for ballot in shuffled)

        works = tuple(rng.sample(election.works, len(election.works)))
        again = replace(election, works=works, ballots=mixed(election.ballots), jury=mixed(election.jury))
        assert tally(again) == tally(election)


@EVERY
def test_names_of_works_never_matter_but_to_the_draw(method):
    for rng, election in elections(method):
        result = tally(election)
        if any(stage.drawn for stage in result.stages):
            continue
        names = dict(zip(election.works, rng.sample(["p", "q", "r", "s", "t"], len(election.works)), strict=True))
        renamed = tally(
            replace(
                election,
                works=tuple(names[work] for work in election.works),
                ballots=tuple({names[work]: mark for work, mark in ballot.items()} for ballot in election.ballots),
                jury=tuple({names[work]: mark for work, mark in ballot.items()} for ballot in election.jury),
            )
        )
        assert [set(group) for group in renamed.order] == [{names[work] for work in group} for group in result.order]
        assert renamed.scores == {names[work]: score for work, score in result.scores.items()}


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"stv"}))
def test_an_identical_electorate_never_changes_the_order(method):
    for rng, election in elections(method):
        times = rng.randint(2, 4)
        more = replace(election, ballots=election.ballots * times, jury=election.jury * times)
        assert tally(more).order == tally(election).order


def test_an_identical_electorate_never_changes_stv_where_the_quota_is_as_many_times_as_large():
    """Droop's quota is rounded up to a whole vote, so that it does not grow in proportion with any electorate."""
    compared = 0
    for _, election in elections("stv", times=700):
        once, twice = tally(election), tally(replace(election, ballots=election.ballots * 2, jury=election.jury * 2))
        if twice.quota == 2 * once.quota:
            compared += 1
            assert (twice.order, twice.winners) == (once.order, once.winners)
    assert compared > 50


def test_a_condorcet_winner_wins_by_schulze():
    found = 0
    for _, election in elections("schulze", times=1000):
        ballots = naive.weighed(election)

        def lead(one, other, ballots=ballots):
            ranks = [(weight, ballot.get(one, 10**9), ballot.get(other, 10**9)) for weight, ballot in ballots]
            return sum((weight * ((a < b) - (a > b)) for weight, a, b in ranks), Fraction(0))

        for work in election.works:
            if all(lead(work, other) > 0 for other in election.works if other != work):
                found += 1
                assert tally(election).order[0] == (work,)
    assert found > 200


@pytest.mark.parametrize("method", ["approval", "score", "schulze"])
def test_a_better_mark_never_harms(method):
    """Monotone: a voter who marks a work better does not push it behind any other."""
    for rng, drawn in elections(method, times=800):
        election = replace(drawn, normalise=False, few_votes=False)
        if election.criteria or not election.ballots:
            continue
        number, work = rng.randrange(len(election.ballots)), rng.choice(election.works)
        ballot = dict(election.ballots[number])
        if method == "approval":
            ballot[work] = 1
        elif work in ballot:
            ballot[work] = min(ballot[work] + 1, election.max_score) if method == "score" else max(ballot[work] - 1, 1)
        better = replace(election, ballots=(*election.ballots[:number], ballot, *election.ballots[number + 1 :]))
        before, after = places(tally(election)), places(tally(better))
        assert not [v for v in election.works if before[v] > before[work] and after[v] < after[work]]


def places(result):
    return {work: place for place, group in enumerate(result.order) for work in group}


@EVERY
def test_seats_winners_and_ties_fit_together(method):
    for _, election in elections(method, times=200):
        result = tally(election)
        flat = list(chain.from_iterable(result.order))
        assert sorted(flat) == sorted(election.works)
        assert all(list(group) == sorted(group) for group in result.order)
        chosen = break_ties(result, election.seats, election.seed)
        assert len(chosen) == min(election.seats, len(election.works))
        assert set(result.winners) <= set(chosen)
        assert set(result.winners) | set(report(election)["drawn"]) == set(chosen)
        if not result.ties:
            assert result.winners == tuple(flat[: len(chosen)])
        # Whatever else the seed had been, those have their seat.
        for seed in "xyz":
            other = tally(replace(election, seed=seed))
            assert set(result.winners) <= set(break_ties(other, election.seats, seed))


@EVERY
def test_the_interval_holds_the_score(method):
    for _, election in elections(method):
        result = tally(election)
        for work, numbers in result.numbers.items():
            assert numbers.low <= result.scores[work] <= numbers.high


@EVERY
def test_what_is_written_is_read_back(method):
    for _, election in elections(method, times=100):
        assert from_json(to_json(election)) == election
        assert from_json(to_json(election) | report(election)) == election


def test_votes_are_never_lost_in_stv():
    """With every work on every ballot nothing is left over: seats hold a quota, the rest lies with those left."""
    rng = Random("conserved")
    for _ in range(300):
        election = naive.random_election(rng, "stv", whole=True, most_works=7, most_ballots=20)
        result = tally(election)
        seated = 0
        for stage in result.stages:
            assert sum(stage.votes.values()) == len(election.ballots) - seated * result.quota
            seated += len(stage.works) if stage.kind == "seated" else 0


def test_many_surpluses_stay_countable_and_lose_next_to_nothing():
    """Exact fractions would double their digits with every surplus, up to millions."""
    rng = Random("fine")
    works = tuple(f"w{number}" for number in range(60))
    cast = tuple({w: n + 1 for n, w in enumerate(rng.sample(works, 12))} for _ in range(3000))
    result = tally(Election("stv", works, cast, seats=40))
    assert sum(stage.kind == "seated" for stage in result.stages) >= 6
    assert max(len(str(score)) for score in result.scores.values()) < 4000
    assert result.stages[0].votes == {w: sum(b.get(w) == 1 for b in cast) for w in works}


def test_columns_say_what_the_ballots_say():
    rng = Random("columns")
    for _ in range(200):
        election = naive.random_election(rng, "schulze", most_works=8, most_ballots=30)
        columns = of_ranks(election.works, election.ballots)
        bits = planes(columns)
        for one, name in enumerate(election.works):
            assert columns.marked(one) == sum(name in ballot for ballot in election.ballots)
            for other, peer in enumerate(election.works):
                ranks = [(ballot.get(name, 10**9), ballot.get(peer, 10**9)) for ballot in election.ballots]
                wins, losses = sum(a < b for a, b in ranks), sum(a > b for a, b in ranks)
                assert preferences(bits[one], bits[other]) == (wins, losses)
        assert columns.ballots() == sum(bool(ballot) for ballot in election.ballots)
        assert [bool(any(row)) for row in rows(columns)] == [bool(ballot) for ballot in election.ballots]


def test_more_heights_than_a_byte_holds():
    works = tuple(f"w{number:03}" for number in range(300))
    ballot = {work: place for place, work in enumerate(works, start=1)}
    backwards = {work: 1000 - rank for work, rank in ballot.items()}
    for method in ("schulze", "stv"):
        result = tally(Election(method, works, (ballot, ballot, backwards), seats=1))
        assert result.order[0] == ("w000",)
    assert tally(Election("schulze", works, (ballot, ballot, backwards))).order == tuple((work,) for work in works)
    wide = of_heights(2, [[70_000, 0], [69_999, 300]])
    assert (wide.marked(0), wide.marked(1), wide.ballots()) == (1, 2, 2)
    assert preferences(*planes(wide)) == (1, 1)
