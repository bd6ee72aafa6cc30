"""Looking up what many ask for at the same moment in one go."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Together(Generic[K, V]):
    """Gathers keys for one turn of the event loop and looks them up together; each key is on its way once only."""

    def __init__(self, look_up: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._look_up = look_up
        self._wanted: dict[K, asyncio.Future[V | None]] = {}

    async def get(self, key: K) -> V | None:
        """What is found for `key`, or None. Nobody's going away takes it from the others."""
        if not self._wanted:
            asyncio.get_running_loop().call_soon(self._begin)
        told = self._wanted.get(key)
        if told is None:
            told = self._wanted[key] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(told)

    def _begin(self) -> None:
        wanted, self._wanted = self._wanted, {}
        task = asyncio.ensure_future(self._look_up(list(wanted)))

        def found(done: "asyncio.Future[Mapping[K, V]]") -> None:
            for key, told in wanted.items():
                if done.cancelled():
                    told.cancel()
                elif error := done.exception():
                    told.set_exception(error)
                else:
                    told.set_result(done.result().get(key))

        task.add_done_callback(found)
