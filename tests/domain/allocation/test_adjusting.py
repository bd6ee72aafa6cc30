"""What producers move by hand: the sum stays the pool, every move has its lines, nobody ends below zero."""

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.allocation import Adjustment, AllocationWork, CreditShare, Inputs, LineKind, Party, allocate, amounts
from domain.errors import UserError
from tests.domain.allocation.strategies import ARTISTS, inputs

PARTIES = st.sampled_from([Party(artist=name) for name in [*ARTISTS, "a stranger"]]) | st.sampled_from(
    [Party(work=f"w{number}") for number in range(3)]
)
MOVES = st.lists(
    st.builds(Adjustment, st.none() | PARTIES, PARTIES, st.integers(1, 60), st.sampled_from(["late", "rent"])),
    max_size=4,
)


def two(pool: int, *moves: Adjustment) -> Inputs:
    works = (
        AllocationWork("w1", 1, True, (CreditShare("ann", 7_000), CreditShare("ben", 3_000))),
        AllocationWork("w2", 1, True, (CreditShare("cleo", 10_000),)),
    )
    return Inputs("USD", pool, works, adjustments=moves)


@settings(max_examples=120, deadline=None)
@given(inputs(), MOVES, st.randoms(use_true_random=False))
def test_any_moves_keep_the_sum_and_have_their_lines(given_inputs, moves, random):
    assume(any(work.in_cut for work in given_inputs.works))
    moved = replace(given_inputs, adjustments=tuple(moves))
    try:
        result = allocate(moved)
    except UserError:
        # Somebody would end below zero, or there is no such work: all of it is refused.
        with pytest.raises(UserError, match="adjustments"):
            amounts(moved)
        return
    assert sum(result.allocations.values()) + result.unallocated == given_inputs.pool
    assert min(result.allocations.values(), default=0) >= 0
    assert amounts(moved) == result.allocations
    sums = defaultdict(int)
    for line in result.lines:
        sums[line.artist] += line.amount
        assert (line.kind is LineKind.ADJUSTMENT) == bool(line.reason)
    assert {artist: total for artist, total in sums.items() if total} == {
        artist: amount for artist, amount in result.allocations.items() if amount
    }
    random.shuffle(moves)
    assert allocate(replace(given_inputs, adjustments=tuple(moves))) == result


def test_off_the_top_comes_before_everything():
    result = allocate(two(10_000, Adjustment(None, Party(artist="dora"), 1_000, "She lent her van.")))
    assert result.allocations == {"ann": 3_150, "ben": 1_350, "cleo": 4_500, "dora": 1_000}
    assert next(line for line in result.lines if line.reason).reason == "She lent her van."


def test_from_one_to_another_and_by_works():
    one = Adjustment(Party(artist="cleo"), Party(work="w1"), 1_001, "The melody is theirs.")
    result = allocate(two(10_000, one))
    assert result.allocations == {"ann": 4_201, "ben": 1_800, "cleo": 3_999}
    assert [(line.artist, line.work, line.amount) for line in result.lines if line.reason] == [
        ("ann", "w1", 701), ("ben", "w1", 300), ("cleo", None, -1_001)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pool", "move", "says"),
    [
        (
            100,
            Adjustment(None, Party(artist="ann"), 101, "x"),
            "1.01 USD off the top is more than the pool of 1.00 USD",
        ),
        (100, Adjustment(Party(artist="cleo"), Party(artist="ann"), 51, "x"), "more from “cleo” than the 0.50 USD"),
        (100, Adjustment(None, Party(artist="ann"), 0, "x"), "adjustments[0].amount: must be 1 to"),
        (100, Adjustment(None, Party(artist="ann"), 5, "  "), "adjustments[0].reason: say why"),
        (100, Adjustment(None, Party(work="w9"), 5, "x"), "adjustments[0]: there is no work “w9”"),
    ],
)
def test_what_cannot_be_moved_is_refused(pool, move, says):
    with pytest.raises(UserError) as refused:
        allocate(two(pool, move))
    assert says in str(refused.value)


def test_an_empty_cut_has_nothing_to_adjust():
    with pytest.raises(UserError, match="the cut is empty"):
        amounts(Inputs("USD", 10, (), adjustments=(Adjustment(None, Party(artist="a"), 5, "x"),)))
