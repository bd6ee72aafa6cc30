"""What is pointed out while a vote goes on: works nobody sees, new accounts in numbers, ballots that are all alike."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import surges
from domain.exposure import seen_too_little
from domain.surges import Surge

BEGAN = datetime(2026, 6, 1, 18, tzinfo=UTC)


def account(age: timedelta, number: int = 0) -> int:
    """A Discord id of an account that was this old when the vote began."""
    made = BEGAN - age - datetime(2015, 1, 1, tzinfo=UTC)
    return (int(made.total_seconds() * 1000) << 22) + number


def voters(new: int, old: int, every: timedelta = timedelta(hours=1)) -> dict[int, datetime]:
    fresh = {account(timedelta(days=3), number): BEGAN + number * every for number in range(new)}
    return fresh | {account(timedelta(days=400), number): BEGAN + number * every for number in range(old)}


@pytest.mark.parametrize(
    ("new", "old", "every", "striking"),
    [
        (4, 0, timedelta(hours=1), False),  # too few to speak of
        (5, 20, timedelta(hours=1), True),  # one in five
        (5, 21, timedelta(hours=1), False),  # less, and not at once
        (5, 500, timedelta(minutes=7), True),  # five within half an hour
        (5, 500, timedelta(minutes=8), False),
    ],
)
def test_a_surge_is_many_new_accounts_by_share_or_at_once(new: int, old: int, every: timedelta, striking: bool) -> None:
    found = surges.surge(voters(new, old, every), BEGAN)
    assert (found.ballots, found.new, found.striking) == (new + old, new, striking)


def test_an_account_is_new_for_fourteen_days_before_the_vote() -> None:
    ids = [account(timedelta(days=14)), account(timedelta(days=14) - timedelta(seconds=1)), account(timedelta(days=-1))]
    assert surges.new_accounts(dict.fromkeys(ids, BEGAN), BEGAN) == set(ids[1:])


@given(st.lists(st.integers(0, 200), max_size=30))
def test_the_burst_is_the_most_within_half_an_hour(minutes: list[int]) -> None:
    times = {account(timedelta(days=1), number): BEGAN + timedelta(minutes=m) for number, m in enumerate(minutes)}
    naive = max((sum(m <= other <= m + 30 for other in minutes) for m in minutes), default=0)
    assert surges.surge(times, BEGAN) == Surge(len(minutes), len(minutes), naive)


def test_equal_ballots_are_named_when_there_are_enough_and_they_are_long_enough() -> None:
    long, short = {1: 5, 2: 4, 3: 1, 4: 0}, {1: 5, 2: 4, 3: 1}
    ballots = {1: long, 2: short, 3: dict(reversed(long.items())), 4: short, 5: short, 6: long, 7: long | {4: 1}}
    assert surges.alike(ballots) == ((1, 3, 6),)
    assert surges.alike({1: long, 2: long}) == ()


@pytest.mark.parametrize(
    ("seen", "too_little"),
    [
        ({}, ()),
        ({1: 0, 2: 3, 3: 3}, ()),  # the vote has only begun
        ({1: 1, 2: 4, 3: 4}, (1,)),
        ({1: 2, 2: 4, 3: 4}, ()),  # half is enough
        ({1: 4, 2: 9, 3: 9, 4: 0, 5: 10}, (1, 4)),
    ],
)
def test_too_little_is_less_than_half_of_the_middle(seen: dict[int, int], too_little: tuple[int, ...]) -> None:
    assert seen_too_little(seen) == too_little
