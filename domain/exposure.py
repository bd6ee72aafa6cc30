"""Who is seen too little while a vote goes on."""

from collections.abc import Mapping
from statistics import median_low
from typing import Final

LEAST_MEDIAN: Final = 4
"""With less than this in the middle, a vote has only begun and says nothing about any work."""


def seen_too_little(seen: Mapping[int, int]) -> tuple[int, ...]:
    """Return the works, by id, that fewer than half as many people have seen as the work in the middle.

    `seen` is how many people were shown each work. Until the work in the middle was seen by LEAST_MEDIAN people,
    nothing is too little.
    """
    if not seen:
        return ()
    middle = median_low(seen.values())
    if middle < LEAST_MEDIAN:
        return ()
    return tuple(sorted(work for work, people in seen.items() if 2 * people < middle))
