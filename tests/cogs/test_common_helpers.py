"""Small helpers that the cogs share: answering in time, lists that fit, works to choose from."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.common.lists import fitting
from cogs.common.text import mention, safe, safe_block
from cogs.common.timely import in_time
from cogs.common.works import number_typed, work_choices
from domain.errors import UserError
from services.kinds import WorkState
from services.views import ArtistView, WorkRef


async def test_quick_work_is_not_deferred() -> None:
    async def quick() -> int:
        return 7

    async def defer() -> None:
        pytest.fail("deferred for nothing")

    assert await in_time(quick(), defer) == 7


async def test_slow_work_is_acknowledged_first_and_still_done() -> None:
    deferred = asyncio.Event()

    async def slow() -> int:
        await deferred.wait()
        return 7

    async def defer() -> None:
        deferred.set()

    assert await in_time(slow(), defer, patience=0) == 7


async def test_a_refusal_reaches_the_caller_either_way() -> None:
    deferred = asyncio.Event()

    async def refuse(*, wait: bool) -> None:
        if wait:
            await deferred.wait()
        raise UserError("No.")

    async def defer() -> None:
        deferred.set()

    with pytest.raises(UserError, match="No"):
        await in_time(refuse(wait=False), defer)
    with pytest.raises(UserError, match="No"):
        await in_time(refuse(wait=True), defer, patience=0)


async def test_work_is_carried_through_though_the_acknowledgement_fails() -> None:
    deferred = asyncio.Event()
    saved: list[str] = []

    async def work() -> None:
        await deferred.wait()
        await asyncio.sleep(0)
        saved.append("mark")

    async def defer() -> None:
        deferred.set()
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await in_time(work(), defer, patience=0)
    assert saved == ["mark"]


@given(st.lists(st.text(max_size=30), max_size=40), st.integers(40, 600))
def test_a_list_fits_and_says_what_is_left_out(lines: list[str], room: int) -> None:
    shown = fitting(lines, room, lambda left: f"and {left} more")
    if shown == lines:
        assert sum(len(line) + 1 for line in lines) <= room
        return
    assert sum(len(line) + 1 for line in shown) <= room
    assert shown[:-1] == lines[: len(shown) - 1]
    assert shown[-1] == f"and {len(lines) - len(shown) + 1} more"


WORKS = [WorkRef(n, n, f"Rain {n}", "Mira", WorkState.IN) for n in range(1, 40)]


def test_choices_are_those_that_fit_the_number_itself_first() -> None:
    assert [choice.value for choice in work_choices(WORKS, "#3")][:2] == ["#3", "#30"]
    assert [choice.value for choice in work_choices(WORKS, "rain 12")] == ["#12"]
    assert len(work_choices(WORKS, "")) == 25


@pytest.mark.parametrize(("typed", "number"), [("12", 12), ("#12", 12), (" #12 Rain by Mira", 12)])
def test_a_work_is_named_by_its_number(typed: str, number: int) -> None:
    assert number_typed(typed) == number


@pytest.mark.parametrize("typed", ["", "#", "Rain", "-1", "12th", "9" * 30])
def test_anything_else_is_asked_for_again(typed: str) -> None:
    with pytest.raises(UserError, match="by its number"):
        number_typed(typed)


@pytest.mark.parametrize("steering", ["\u202e", "\u2066", "\u202a"])
def test_words_cannot_turn_the_rest_of_the_line_around(steering: str) -> None:
    assert safe(f"a{steering}b") == "ab"
    assert safe_block(f"a{steering}b\nc") == "ab\nc"


def test_an_artist_without_an_account_is_named_not_mentioned() -> None:
    assert mention(ArtistView(1, 77, "Mia")) == "<@77>"
    assert (
        mention(ArtistView(2, None, "Ada <@500000000000000077> *x*")) == "**Ada <@\u200b500000000000000077> \\*x\\***"
    )
