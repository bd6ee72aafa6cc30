"""Splitting whole units in proportion so that nothing is lost: by largest remainder."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from domain.allocation.model import CreditShare
from domain.commitments import canonical


class Lots:
    """The order that a seed gives to ids: by SHA-256 of the seed's canonical JSON followed by the id, lowest first."""

    __slots__ = ("_start",)

    def __init__(self, seed: str) -> None:
        self._start = sha256(canonical(seed))

    def __call__(self, name: str) -> bytes:
        """Return the lot of an id."""
        lot = self._start.copy()
        lot.update(name.encode())
        return lot.digest()


def split(total: int, weights: Sequence[int], name: Callable[[int], str]) -> list[int]:
    """Split a total (zero or more) by non-negative weights, not all zero, into whole parts that sum to it.

    Each part is its exact share rounded down, or one more. The ones more go to the largest remainders, among equal ones
    in the order of their names: `name(index)` is asked for only where that matters.
    """
    whole = sum(weights)
    if not total:
        return [0] * len(weights)
    # Weights repeat a lot in a large cut, so each is divided once.
    shares = {weight: divmod(total * weight, whole) for weight in set(weights)}
    parts = [shares[weight][0] for weight in weights]
    left = total - sum(parts)
    if left:
        for index in largest([shares[weight][1] for weight in weights], left, name):
            parts[index] += 1
    return parts


def split_equally(total: int, names: Sequence[str]) -> list[int]:
    """Split a total (zero or more) into equal whole parts; what does not divide goes to the first names in order."""
    each, left = divmod(total, len(names))
    parts = [each] * len(names)
    if left:
        for index in sorted(range(len(names)), key=names.__getitem__)[:left]:
            parts[index] += 1
    return parts


def split_credits(credited: Sequence[CreditShare], total: int) -> list[int]:
    """Split what a work keeps over its credits."""
    return split(total, [credit.bp for credit in credited], lambda index: credited[index].artist)


def largest(remainders: Sequence[int], count: int, key: Callable[[int], Any]) -> list[int]:
    """Return the indices of the `count` largest remainders; `key(index)` chooses among equal ones at the border."""
    border = sorted(remainders, reverse=True)[count - 1]
    above = [index for index, value in enumerate(remainders) if value > border]
    equal = [index for index, value in enumerate(remainders) if value == border]
    if len(above) + len(equal) > count:
        equal.sort(key=key)
    return above + equal[: count - len(above)]
