"""The waker: at start, when poked, when the clock says so; a failure never ends it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot.jobs import Waker


def now() -> datetime:
    return datetime.now(UTC)


class Turns:
    """Counts the calls of `run_due`, and says when to come back."""

    def __init__(self, answer: Callable[[int], datetime | None]) -> None:
        self.count = 0
        self.at_once = 0
        self._under_way = 0
        self._answer = answer
        self._changed = asyncio.Event()

    async def __call__(self) -> datetime | None:
        self._under_way += 1
        self.at_once = max(self.at_once, self._under_way)
        try:
            await asyncio.sleep(0)
            self.count += 1
            self._changed.set()
            return self._answer(self.count)
        finally:
            self._under_way -= 1

    async def reach(self, count: int) -> None:
        async with asyncio.timeout(10):
            while self.count < count:
                self._changed.clear()
                await self._changed.wait()


async def at_once() -> None:
    """Nothing to wait for."""


@asynccontextmanager
async def waking(turns: Turns, before: Callable[[], Awaitable[object]] = at_once) -> AsyncIterator[Waker]:
    waker = Waker(turns, now, before)
    task = asyncio.create_task(waker.run())
    yield waker
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_it_looks_at_the_start_and_whenever_it_is_poked() -> None:
    turns = Turns(lambda _: None)
    async with waking(turns) as waker:
        await turns.reach(1)
        waker.wake()
        await turns.reach(2)


async def test_it_comes_back_when_something_falls_due() -> None:
    due = now() + timedelta(seconds=0.3)
    turns = Turns(lambda count: due if count == 1 else None)
    async with waking(turns):
        await turns.reach(2)
        assert now() >= due


async def test_what_is_long_overdue_is_not_dropped() -> None:
    turns = Turns(lambda count: now() - timedelta(days=1) if count == 1 else None)
    async with waking(turns):
        await turns.reach(2)


async def test_a_failure_is_tried_again() -> None:
    def fail_once(count: int) -> None:
        if count == 1:
            raise RuntimeError("the database is away")

    turns = Turns(fail_once)
    async with waking(turns):
        await turns.reach(2)


async def test_many_pokes_never_run_it_twice_at_once_and_none_is_lost() -> None:
    turns = Turns(lambda _: None)
    async with waking(turns) as waker:
        for _ in range(50):
            waker.wake()
            await asyncio.sleep(0)
        before = turns.count
        waker.wake()
        await turns.reach(before + 1)
    assert turns.at_once == 1


async def test_nothing_is_carried_out_before_what_was_posted_in_time_is_here() -> None:
    collected = asyncio.Event()
    turns = Turns(lambda _: None)
    async with waking(turns, collected.wait) as waker:
        waker.wake()
        for _ in range(10):
            await asyncio.sleep(0)
        assert turns.count == 0
        collected.set()
        await turns.reach(1)
