"""What happened, in order, and waiting for it without polling."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: a gateway event, or one that only `seen_by` may know of (ephemeral messages)."""

    index: int
    name: str
    payload: Mapping[str, Any]
    seen_by: int | None = None


class EventLog:
    """The last events by a running index that starts at 1."""

    def __init__(self, keep: int = 20_000) -> None:
        self.last = 0
        self._events: deque[Event] = deque(maxlen=keep)

    def add(self, name: str, payload: Mapping[str, Any], seen_by: int | None = None) -> Event:
        """Append an event and return it with its index."""
        self.last += 1
        event = Event(self.last, name, payload, seen_by)
        self._events.append(event)
        return event

    def after(self, index: int) -> Iterator[Event]:
        """Yield the kept events whose index is greater, oldest first."""
        start = max(0, len(self._events) - (self.last - index)) if index < self.last else len(self._events)
        for position in range(start, len(self._events)):
            yield self._events[position]


class Signals:
    """Wakes whoever waits for a key. `ANY` is woken by every change, at most once per turn of the loop."""

    ANY = "*"

    def __init__(self) -> None:
        self._waiting: dict[Hashable, set[asyncio.Future[None]]] = {}
        self._scheduled = False

    def notify(self, key: Hashable = ANY) -> None:
        """Wake the waiters of a key now, and those of ANY soon."""
        if key != self.ANY:
            self._wake(key)
        if not self._scheduled and self.ANY in self._waiting:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._wake_any)

    def _wake_any(self) -> None:
        self._scheduled = False
        self._wake(self.ANY)

    def _wake(self, key: Hashable) -> None:
        for future in self._waiting.pop(key, ()):
            _finish(future)

    async def until(self, condition: Callable[[], bool], timeout_s: float, key: Hashable = ANY) -> bool:
        """Wait until the condition holds; False when `timeout_s` seconds passed first."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while not condition():
            left = deadline - loop.time()
            if left <= 0:
                return False
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.setdefault(key, set()).add(future)
            handle = loop.call_later(left, _finish, future)
            try:
                await future
            finally:
                handle.cancel()
                waiters = self._waiting.get(key)
                if waiters is not None:
                    waiters.discard(future)
                    if not waiters:
                        del self._waiting[key]
        return True


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
