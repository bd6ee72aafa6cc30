"""Working off what waits in the database, a few at once: a restart loses nothing, and one bad item stops no other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Generic, Protocol, TypeVar

import structlog

LOOK_AGAIN = 60.0
"""Seconds after which it is looked again even if nothing is said to be there."""

_AFTER_TROUBLE = 5.0
_SHORTEST = 0.05

_log = structlog.get_logger(__name__)


class Item(Protocol):
    """Something to be done, by the id of its row."""

    @property
    def id(self) -> int:
        """Its row id."""
        ...


ItemT = TypeVar("ItemT", bound=Item)


@dataclass(frozen=True, slots=True)
class Found(Generic[ItemT]):
    """What can be done now, and when to look again if nothing happens before (None: never)."""

    items: Sequence[ItemT]
    next_at: datetime | None


Look = Callable[[datetime, int, tuple[int, ...]], Awaitable[Found[ItemT]]]
"""Finds at most so many items that are due at an instant, leaving out those with these ids."""


class Backlog(Generic[ItemT]):
    """Does `work` for what `look` finds, `at_once` at a time. `work` itself writes down what became of an item."""

    def __init__(
        self, look: Look[ItemT], work: Callable[[ItemT], Awaitable[None]], clock: Callable[[], datetime], at_once: int
    ) -> None:
        self._look, self._work, self._clock, self._at_once = look, work, clock, at_once
        self._under_way: dict[int, asyncio.Task[None]] = {}

    async def run(self, news: asyncio.Event) -> None:
        """Work until canceled; `news` says that there may be more."""
        try:
            while True:
                news.clear()
                pause = await self._start_some(news)
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await news.wait()
        finally:
            for task in self._under_way.values():
                task.cancel()
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def run_due(self) -> None:
        """Do everything that can be done now, and return."""
        news = asyncio.Event()
        await self._start_some(news)
        while self._under_way:
            await asyncio.wait(self._under_way.values(), return_when=asyncio.FIRST_COMPLETED)
            await self._start_some(news)

    async def _start_some(self, news: asyncio.Event) -> float:
        """Start on as many items as there is room for; how many seconds to wait before looking again."""
        room = self._at_once - len(self._under_way)
        if room <= 0:
            return LOOK_AGAIN
        now = self._clock()
        try:
            found = await self._look(now, room, tuple(self._under_way))
        except Exception:  # noqa: BLE001 - the database may be away for a while
            _log.exception("What waits to be fetched could not be read")
            return _AFTER_TROUBLE
        for item in found.items:
            task = asyncio.ensure_future(self._work(item))
            self._under_way[item.id] = task
            task.add_done_callback(partial(self._ended, item.id, news))
        if found.next_at is None:
            return LOOK_AGAIN
        return min(LOOK_AGAIN, max(_SHORTEST, (found.next_at - now).total_seconds()))

    def _ended(self, item_id: int, news: asyncio.Event, task: "asyncio.Future[None]") -> None:
        self._under_way.pop(item_id, None)
        news.set()
        if not task.cancelled() and task.exception() is not None:
            _log.error("What became of something to fetch could not be written down", exc_info=task.exception())
