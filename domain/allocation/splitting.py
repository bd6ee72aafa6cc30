"""Splitting whole units in proportion so that nothing is lost: by largest remainder."""

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

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
    if not total:
        return [0] * len(weights)
    # Weights repeat a lot in a large cut, so each is divided once.
    whole, counts = sum(weights), Counter(weights)
    shares = {weight: divmod(total * weight, whole) for weight in counts}
    left = total - sum(shares[weight][0] * count for weight, count in counts.items())
    border, wanted = _border({weight: rest for weight, (_, rest) in shares.items()}, counts, left)
    parts = {weight: each + (rest > border) for weight, (each, rest) in shares.items()}
    found = [parts[weight] for weight in weights]
    if wanted:
        at_border = [index for index, weight in enumerate(weights) if shares[weight][1] == border]
        if wanted < len(at_border):
            at_border.sort(key=name)
        for index in at_border[:wanted]:
            found[index] += 1
    return found


def _border(remainders: dict[int, int], counts: Counter[int], left: int) -> tuple[int, int]:
    """Return the remainder above which every weight gets one more, and how many of those that have it get one too."""
    by_remainder: Counter[int] = Counter()
    for weight, remainder in remainders.items():
        by_remainder[remainder] += counts[weight]
    for remainder in sorted(by_remainder, reverse=True):
        if left <= by_remainder[remainder]:
            return remainder, left
        left -= by_remainder[remainder]
    raise AssertionError("unreachable: fewer are left than there are weights with a remainder")


def largest(remainders: Sequence[int], count: int, key: Callable[[int], Any]) -> list[int]:
    """Return the indices of the `count` largest remainders; `key(index)` chooses among equal ones at the border."""
    border = sorted(remainders, reverse=True)[count - 1]
    above = [index for index, value in enumerate(remainders) if value > border]
    equal = [index for index, value in enumerate(remainders) if value == border]
    if len(above) + len(equal) > count:
        equal.sort(key=key)
    return above + equal[: count - len(above)]
