"""Rounds that take turns, and what becomes of their times."""

import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


async def interleaved(rounds: int, measures: Mapping[str, Callable[[], Awaitable[T]]]) -> dict[str, list[T]]:
    """Run each measure once a round, in turn, so that a busy moment of the machine hits all alike."""
    found: dict[str, list[T]] = {name: [] for name in measures}
    for number in range(rounds):
        names = list(measures)
        # Every second round goes backwards: who comes second finds warmer caches.
        for name in names if number % 2 == 0 else reversed(names):
            found[name].append(await measures[name]())
    return found


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return float(statistics.median(values))


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
