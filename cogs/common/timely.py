"""Answering in time: at once when the work is quick, and otherwise acknowledged before Discord gives up."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 1.2
"""Seconds to wait before acknowledging; Discord waits 3, and the way there and back counts."""


async def in_time(work: Awaitable[T], defer: Callable[[], Awaitable[object]], patience: float = PATIENCE) -> T:
    """The result of `work`; `defer` is called first if it takes longer than `patience` seconds.

    Whatever becomes of the acknowledgement, the work is carried through: half a save helps nobody.
    """
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=patience)
    if not done:
        try:
            await defer()
        finally:
            await asyncio.wait({task})
    return await task
