"""Floor and cap against every combination of limits tried out, and the numbers in a refusal."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.allocation import AllocationWork, CreditShare, Inputs, LineKind, allocate, amounts
from domain.errors import UserError
from tests.domain.allocation.oracle import clamped, exact_shares
from tests.domain.allocation.strategies import inputs


def weighted(pool, *weights, floor=0, cap_bp=10_000):
    works = tuple(
        AllocationWork(f"w{n}", weight, True, (CreditShare(f"a{n}", 10_000),)) for n, weight in enumerate(weights)
    )
    return Inputs("USD", pool, works, floor=floor, cap_bp=cap_bp)


def moved(result):
    return {(line.artist, line.kind): line.amount for line in result.lines if line.work is None}


@settings(max_examples=150, deadline=None)
@given(inputs(), st.integers(0, 40), st.integers(0, 10_000))
def test_amounts_are_the_clamped_shares(given_inputs, floor_percent, cap_bp):
    assume(any(work.in_cut for work in given_inputs.works))
    limited = replace(given_inputs, floor=given_inputs.pool * floor_percent // 100, cap_bp=cap_bp)
    shares = {artist: share for artist, share in exact_shares(limited).items() if share}
    cap = limited.pool * cap_bp // 10_000
    if (
        limited.floor * len(shares) > limited.pool
        or cap * len(shares) < limited.pool
        or (limited.floor > cap and shares)
    ):
        with pytest.raises(UserError):
            allocate(limited)
        return
    expected = clamped(shares, limited.floor, cap) if shares else {}
    result = allocate(limited)
    assert set(result.allocations) == set(expected)
    assert sum(result.allocations.values()) == (limited.pool if shares else 0)
    for artist, amount in result.allocations.items():
        assert abs(amount - expected[artist]) < 1 + Fraction(1, 10**5)
        assert limited.floor <= amount <= cap
    assert amounts(limited) == result.allocations
    without = allocate(given_inputs).allocations
    for artist, amount in result.allocations.items():
        extra = [line.amount for line in result.lines if line.artist == artist and line.work is None]
        assert len(extra) <= 1
        assert sum(extra) == amount - without[artist]


def test_a_floor_takes_from_the_others_in_proportion():
    result = allocate(weighted(10_000, 1, 33, 66, floor=1_000))
    # k = 9000 / 9900 for the two above the floor.
    assert result.allocations == {"a0": 1_000, "a1": 3_000, "a2": 6_000}
    assert moved(result) == {("a0", "floor"): 900, ("a1", "floor"): -300, ("a2", "floor"): -600}


def test_a_cap_gives_to_the_others_in_proportion():
    result = allocate(weighted(10_000, 60, 30, 10, cap_bp=4_000))
    assert result.allocations == {"a0": 4_000, "a1": 4_000, "a2": 2_000}
    assert moved(result) == {("a0", "cap"): -2_000, ("a1", "cap"): 1_000, ("a2", "cap"): 1_000}


def test_both_at_once():
    result = allocate(weighted(10_000, 80, 15, 5, floor=1_500, cap_bp=5_000))
    assert result.allocations == {"a0": 5_000, "a1": 3_500, "a2": 1_500}
    assert moved(result) == {("a0", "cap"): -3_000, ("a1", "cap"): 2_000, ("a2", "floor"): 1_000}


def test_limits_that_nobody_meets_change_nothing():
    assert allocate(weighted(10_000, 1, 2, floor=100, cap_bp=9_000)) == allocate(weighted(10_000, 1, 2))


def test_everybody_at_the_floor_or_at_the_cap():
    assert allocate(weighted(300, 1, 2, 97, floor=100)).allocations == {"a0": 100, "a1": 100, "a2": 100}
    assert allocate(weighted(400, 1, 2, 3, 94, cap_bp=2_500)).allocations == {f"a{n}": 100 for n in range(4)}


@pytest.mark.parametrize(
    ("given_inputs", "says", "change"),
    [
        (
            weighted(1_000, 1, 1, 1, floor=400),
            "A floor of 4.00 USD for 3 artists is more than the pool of 10.00 USD. The floor can be at most 3.33 USD.",
            {"floor": 333},
        ),
        (
            weighted(1_000, 1, 1, 1, cap_bp=3_000),
            (
                "With a cap of 3.00 USD each, 3 artists cannot hold the pool of 10.00 USD. "
                "The cap must be at least 3340 basis points (33.40%)."
            ),
            {"cap_bp": 3_340},
        ),
        (
            weighted(1_000, 1, 1, 1, 1, floor=250, cap_bp=0),
            (
                "With a cap of 0.00 USD each, 4 artists cannot hold the pool of 10.00 USD. "
                "The cap must be at least 2500 basis points (25.00%)."
            ),
            {"cap_bp": 2_500},
        ),
    ],
)
def test_a_refusal_names_numbers_that_work(given_inputs, says, change):
    with pytest.raises(UserError) as refused:
        allocate(given_inputs)
    assert str(refused.value) == says
    assert sum(allocate(replace(given_inputs, **change)).allocations.values()) == 1_000


@given(st.integers(1, 10**6), st.integers(1, 12), st.integers(0, 10_000))
def test_the_smallest_cap_that_works_is_named(pool, count, cap_bp):
    given_inputs = weighted(pool, *[1] * count, cap_bp=cap_bp)
    if pool * cap_bp // 10_000 * count >= pool:
        assert sum(amounts(given_inputs).values()) == pool
        return
    with pytest.raises(UserError) as refused:
        allocate(given_inputs)
    named = int(str(refused.value).split(" basis points")[0].rsplit(" ", 1)[1])
    assert sum(amounts(replace(given_inputs, cap_bp=named)).values()) == pool
    with pytest.raises(UserError):
        amounts(replace(given_inputs, cap_bp=named - 1))


def test_odd_units_that_round_the_other_way_are_adjustments():
    kinds = {
        line.kind
        for pool in range(40, 120)
        for line in allocate(weighted(pool, 1, 20, 20, 20, 21, 21, 21, floor=2)).lines
        if line.work is None
    }
    assert kinds <= {LineKind.FLOOR, LineKind.ADJUSTMENT}
    assert LineKind.FLOOR in kinds
