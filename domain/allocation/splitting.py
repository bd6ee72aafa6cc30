"""Splitting whole units in proportion so that nothing is lost: by largest remainder, equal ones by a hash."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import islice

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


def split(total: int, weights: Sequence[int], lot: Callable[[int], bytes]) -> list[int]:
    """Split a total (zero or more) by non-negative weights, not all zero, into whole parts that sum to it.

    Each part is its exact share rounded down, or one more. The ones more go to the largest remainders, equal remainders
    in the order of `lot(index)`, which is asked for only where it matters.
    """
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    if left:
        remainders = [total * weight % whole for weight in weights]
        for index in largest(remainders, left, lot):
            parts[index] += 1
    return parts


def split_credits(credited: Sequence[CreditShare], total: int, lots: Lots) -> list[int]:
    """Split what a work keeps over its credits."""
    return split(total, [credit.bp for credit in credited], lambda index: lots(credited[index].artist))


def largest(remainders: Sequence[int], count: int, lot: Callable[[int], bytes]) -> Iterable[int]:
    """Return the indices of the `count` largest remainders, equal ones at the border chosen by their lots."""
    ordered = sorted(remainders, reverse=True)
    border = ordered[count - 1]
    above = [index for index, value in enumerate(remainders) if value > border]
    equal = [index for index, value in enumerate(remainders) if value == border]
    if len(above) + len(equal) > count:
        equal.sort(key=lot)
    return [*above, *islice(equal, count - len(above))]
