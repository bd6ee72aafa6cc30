"""Which suggested theme the community chooses."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.suggestions import Suggested, chosen, ranking

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def suggested(by: int, approvals: set[int], hours: int = 0) -> Suggested:
    return Suggested(by, NOW + timedelta(hours=hours), approvals)


def test_the_most_approved_comes_first_and_ones_own_approval_counts_for_nothing() -> None:
    field = {1: suggested(10, {10, 11, 12}), 2: suggested(20, {10, 11, 12}), 3: suggested(30, {11})}
    assert ranking(field) == ((2, 3), (1, 2), (3, 1))


def test_of_equals_the_one_that_waited_longest_is_chosen() -> None:
    field = {1: suggested(10, {1, 2}, hours=5), 2: suggested(20, {3, 4}, hours=1), 3: suggested(30, {1, 2}, hours=1)}
    assert [key for key, _ in ranking(field)] == [2, 3, 1]
    assert chosen(field, 2) == 2


def test_too_few_approvals_choose_nothing() -> None:
    field = {1: suggested(10, {1, 2})}
    assert (chosen(field, 3), chosen(field, 2), chosen(field, 0), chosen({}, 1)) == (None, 1, None, None)


@given(
    st.dictionaries(
        st.integers(1, 20),
        st.builds(suggested, st.integers(1, 5), st.sets(st.integers(1, 8)), st.integers(0, 3)),
        max_size=8,
    )
)
def test_the_ranking_is_the_plain_count(field: dict[int, Suggested]) -> None:
    naive = sorted(field, key=lambda key: (-len(set(field[key].approvals) - {field[key].by}), field[key].at, key))
    assert [key for key, _ in ranking(field)] == naive
    backwards = dict(reversed(list(field.items())))
    assert ranking(backwards) == ranking(field)
