"""Pictures that look alike: a 64-bit dHash, how far two are apart, and the bands by which an index finds the near ones.

A dHash says for each of 8 x 8 points whether the picture gets darker to the right. Resizing, recolouring and
recompressing change few of its bits; a crop or a mirror changes many.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

ROWS: Final = 8
COLUMNS: Final = 9
"""A picture is shrunk to this many rows and columns of grey before it is hashed."""

BITS: Final = 64
BANDS: Final = 4
_BAND_BITS: Final = BITS // BANDS
_BAND_MASK: Final = (1 << _BAND_BITS) - 1
_SIGN: Final = 1 << (BITS - 1)

NEAR: Final = 7
"""Pictures that differ in this many bits at most look alike. Of 64 random bits, one pair in 40,000,000,000 does."""

_LEAST_RANGE: Final = 12
"""Shades of grey, of 256, between the lightest and the darkest point: with fewer a picture shows nothing to compare."""


def dhash(grey: Sequence[Sequence[int]]) -> int | None:
    """The dHash of a picture as ROWS rows of COLUMNS shades (0 to 255): 64 bits, the first point's the highest.

    None for a picture that shows nothing, such as one plain colour: it would be like every other plain one.
    """
    if len(grey) != ROWS or any(len(row) != COLUMNS for row in grey):
        raise ValueError(f"a picture to hash is {ROWS} rows of {COLUMNS} shades")
    shades = [shade for row in grey for shade in row]
    if max(shades) - min(shades) < _LEAST_RANGE:
        return None
    bits = 0
    for row in grey:
        for left, right in pairwise(row):
            bits = bits << 1 | (left > right)
    return bits if 0 < bits < (1 << BITS) - 1 else None


def distance(one: int, other: int) -> int:
    """How many bits of two dHashes differ, 0 to 64."""
    return (one ^ other).bit_count()


def signed(bits: int) -> int:
    """A dHash as a database keeps it, in 64 bits with a sign."""
    return bits - (1 << BITS) if bits & _SIGN else bits


def unsigned(stored: int) -> int:
    """The dHash that signed() made `stored` of."""
    return stored & ((1 << BITS) - 1)


def bands(bits: int) -> tuple[int, ...]:
    """The BANDS parts of a dHash, 16 bits each, the highest first."""
    return tuple(bits >> _BAND_BITS * (BANDS - 1 - band) & _BAND_MASK for band in range(BANDS))


def probes(bits: int) -> tuple[frozenset[int], ...]:
    """For each band of a dHash, the values to look for: its own, and those with one bit changed.

    Whatever is at most NEAR apart has one of them: seven differing bits in four bands leave one band with one at
    most. A band that is all the same (a clear sky, the edge of a page) is not looked for, as it is in everything.
    """
    found = []
    for band in bands(bits):
        near = {band, *(band ^ 1 << bit for bit in range(_BAND_BITS))} if band not in (0, _BAND_MASK) else set()
        found.append(frozenset(near - {0, _BAND_MASK}))
    return tuple(found)
