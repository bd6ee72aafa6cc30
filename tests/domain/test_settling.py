"""Which allocations money has left: oldest first, and what comes back comes back last."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.settling import Move, Way, standings

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(day: int) -> datetime:
    return START + timedelta(days=day)


def test_the_oldest_goes_first() -> None:
    moves = [Move(10, at(0), None, 1), Move(20, at(1), None, 2), Move(15, at(2), Way.PAID)]
    found = standings(moves)
    assert (found[1].left, found[1].way, found[1].at) == (0, Way.PAID, at(2))
    assert (found[2].left, found[2].way) == (15, None)


def test_what_comes_back_comes_back_last_and_to_its_own_way() -> None:
    moves = [
        Move(10, at(0), None, 1), Move(10, at(1), None, 2),
        Move(20, at(2), Way.SENDING), Move(-20, at(3), Way.SENDING), Move(20, at(3), Way.PAID),
        Move(-5, at(4), Way.PAID),
    ]  # fmt: skip
    found = standings(moves)
    assert (found[1].left, found[1].way) == (0, Way.PAID)
    assert (found[2].left, found[2].way) == (5, None)


def test_a_wish_about_a_round_takes_that_rounds_money() -> None:
    moves = [Move(10, at(0), None, 1), Move(10, at(1), None, 2), Move(10, at(1), Way.DONATED, 2)]
    found = standings(moves)
    assert (found[1].left, found[2].left, found[2].way) == (10, 0, Way.DONATED)


@given(
    st.lists(
        st.tuples(st.integers(1, 50), st.sampled_from([None, *Way]), st.integers(1, 3), st.booleans()), max_size=25
    )
)
def test_nothing_is_lost_whatever_moves(steps: list[tuple[int, Way | None, int, bool]]) -> None:
    moves: list[Move] = []
    held = 0
    out = dict.fromkeys(Way, 0)
    for day, (amount, way, round_id, back) in enumerate(steps):
        if way is None:
            moves.append(Move(amount, at(day), None, round_id))
            held += amount
        elif back and out[way] >= amount:
            moves.append(Move(-amount, at(day), way))
            held, out[way] = held + amount, out[way] - amount
        elif not back and held >= amount:
            moves.append(Move(amount, at(day), way))
            held, out[way] = held - amount, out[way] + amount
    found = standings(moves)
    assert sum(standing.left for standing in found.values()) == held
    assert all((standing.left == 0) >= (standing.way is not None) for standing in found.values())
