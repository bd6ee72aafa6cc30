"""A ranking by picks: works are never lost or doubled, and each move does what it says."""

from hypothesis import given
from hypothesis import strategies as st

from domain.ranking import Order, levelled, lowered, order_of, picked, place_of, raised, ranks_of, without

ORDERS = st.dictionaries(st.integers(1, 12), st.integers(1, 8), max_size=12).map(order_of)
WORKS = st.integers(1, 12)


def works(order: Order) -> list[int]:
    return sorted(work for group in order for work in group)


@given(ORDERS)
def test_ranks_and_order_say_the_same(order: Order) -> None:
    assert order_of(ranks_of(order)) == order
    assert all(order)


@given(ORDERS, WORKS)
def test_no_move_loses_or_doubles_a_work(order: Order, work: int) -> None:
    for change in (raised, lowered, levelled):
        moved = change(order, work)
        assert works(moved) == works(order)
        assert all(moved)
    assert works(picked(order, work)) == sorted({*works(order), work})
    assert works(without(order, work)) == [other for other in works(order) if other != work]


@given(ORDERS, WORKS)
def test_a_pick_comes_last_and_is_made_once(order: Order, work: int) -> None:
    after = picked(order, work)
    if place_of(order, work) is None:
        assert after[-1] == (work,)
        assert place_of(after, work) == len(works(order)) + 1
    assert picked(after, work) == after


@given(ORDERS, WORKS)
def test_a_raised_work_stands_alone_and_higher_unless_it_was_first(order: Order, work: int) -> None:
    before, after = place_of(order, work), raised(order, work)
    place = place_of(after, work)
    if before is None:
        assert after == order
        return
    assert place is not None
    assert (work,) in after
    assert place < before or (place == before == 1 + sum(len(g) for g in order[: _at(order, work)]))
    assert _others(after, work) == _others(order, work)


@given(ORDERS, WORKS)
def test_lowering_undoes_raising_where_nobody_is_equal(order: Order, work: int) -> None:
    at = _at(order, work)
    if at and len(order[at]) == 1 and len(order[at - 1]) == 1:
        assert lowered(raised(order, work), work) == order


@given(ORDERS, WORKS)
def test_a_levelled_work_joins_the_group_above(order: Order, work: int) -> None:
    at = _at(order, work)
    if at:
        assert set(levelled(order, work)[at - 1]) == {*order[at - 1], work}
    else:
        assert levelled(order, work) == order


def test_places_leave_room_for_equals() -> None:
    order = order_of({7: 1, 8: 3, 9: 3, 5: 10})
    assert [place_of(order, work) for work in (7, 8, 9, 5, 6)] == [1, 2, 2, 4, None]


def _at(order: Order, work: int) -> int:
    return next((at for at, group in enumerate(order) if work in group), 0)


def _others(order: Order, work: int) -> Order:
    return without(order, work)
