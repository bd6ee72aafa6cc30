"""What a change to a proposed round does to each person."""

from hypothesis import given
from hypothesis import strategies as st

from domain.rounds import MATERIAL_BP, Change, changes

ARTISTS = st.sampled_from([f"a{n}" for n in range(8)])
AMOUNTS = st.dictionaries(ARTISTS, st.integers(0, 10**15), max_size=8)


@given(AMOUNTS, AMOUNTS)
def test_everyone_whose_amount_differs_is_named_once_and_nobody_else(
    before: dict[str, int], after: dict[str, int]
) -> None:
    found = changes(before, after)
    named = [change.artist for change in found]
    assert len(set(named)) == len(named)
    for artist in before.keys() | after.keys():
        assert (artist in named) == (before.get(artist, 0) != after.get(artist, 0))
    assert all((change.before, change.after) == (before.get(change.artist, 0), after.get(change.artist, 0))
               for change in found)  # fmt: skip


@given(AMOUNTS, AMOUNTS)
def test_the_largest_changes_come_first_and_the_order_is_always_the_same(
    before: dict[str, int], after: dict[str, int]
) -> None:
    found = changes(before, after)
    sizes = [abs(change.after - change.before) for change in found]
    assert sizes == sorted(sizes, reverse=True)
    shuffled = changes(dict(reversed(before.items())), dict(reversed(after.items())))
    assert shuffled == found


@given(AMOUNTS, AMOUNTS)
def test_turned_round_gains_are_losses(before: dict[str, int], after: dict[str, int]) -> None:
    back = {change.artist: (change.after, change.before) for change in changes(after, before)}
    assert back == {change.artist: (change.before, change.after) for change in changes(before, after)}


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_material_is_a_fall_of_one_percent_or_more(before: int, after: int) -> None:
    expected = before > 0 and (before - after) * 10_000 >= before * MATERIAL_BP
    assert Change("a", before, after).material == expected


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_a_gain_is_never_material(before: int, more: int) -> None:
    assert not Change("a", before, before + more).material


def test_the_border_of_one_percent() -> None:
    assert Change("a", 10_000, 9_900).material
    assert not Change("a", 10_000, 9_901).material
    assert Change("a", 1, 0).material
    assert not Change("a", 0, 0).material
