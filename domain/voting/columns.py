"""Many ballots in little memory: a column of bytes for every work, one byte for every ballot.

A byte is 0 where the ballot says nothing of the work. For marks it is the mark plus one; for ranks it is a height, so
that more is always better: what is compared are works on one ballot, never heights on two. Counting is then done on
whole columns at once, by `bytes.count` and by integers with a bit for every ballot.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

_BYTE: Final = 256
_LANES: Final = 8


@dataclass(frozen=True, slots=True)
class Columns:
    """What `count` ballots say of some works, in the order of the works.

    `upper` has, for every work, the further bytes of numbers that do not fit into one, from the lower up.
    """

    count: int
    columns: tuple[bytes, ...]
    upper: tuple[tuple[bytes, ...], ...] = ()

    def marked(self, work: int) -> int:
        """How many ballots say something of the work at that place."""
        if self.upper:
            return self.count - _zeros(self.count, (self.columns[work], *self.upper[work]))
        return self.count - self.columns[work].count(0)

    def given(self, work: int, mark: int) -> int:
        """How many ballots give the work at that place this mark."""
        return self.columns[work].count(mark + 1)

    def ballots(self) -> int:
        """How many ballots say something of any work."""
        return self.count - _zeros(self.count, chain(self.columns, *self.upper))


def marked_in_any(several: Sequence[Columns], work: int) -> int:
    """How many ballots mark the work in at least one of several columns, as criteria have."""
    if len(several) == 1:
        return several[0].marked(work)
    return several[0].count - _zeros(several[0].count, [one.columns[work] for one in several])


def _zeros(count: int, columns: Iterable[bytes]) -> int:
    """How many places are 0 in all columns."""
    return _together(count, columns).count(0)


def _together(count: int, columns: Iterable[bytes]) -> bytes:
    """Every bit that is set at a place in any of the columns."""
    together = 0
    for column in columns:
        together |= int.from_bytes(column, "little")
    return together.to_bytes(count, "little")


def of_marks(works: Sequence[str], ballots: Sequence[Mapping[str, int]]) -> Columns:
    """Return the columns of ballots with marks from 0 to 254; KeyError for a work that there is none of."""
    columns = {work: bytearray(len(ballots)) for work in works}
    for number, ballot in enumerate(ballots):
        for work, mark in ballot.items():
            columns[work][number] = mark + 1
    return Columns(len(ballots), tuple(map(bytes, columns.values())))


def of_criterion(works: Sequence[str], ballots: Sequence[Mapping[str, Mapping[str, int]]], name: str) -> Columns:
    """Return the columns of ballots with marks by criterion, for the criterion of that name."""
    columns = {work: bytearray(len(ballots)) for work in works}
    for number, ballot in enumerate(ballots):
        for work, marks in ballot.items():
            if name in marks:
                columns[work][number] = marks[name] + 1
    return Columns(len(ballots), tuple(map(bytes, columns.values())))


def of_ranks(works: Sequence[str], ballots: Sequence[Mapping[str, int]]) -> Columns:
    """Return the columns of ballots with ranks, 1 the best: a work's height is what it has above the last rank."""
    last = max(chain.from_iterable(ballot.values() for ballot in ballots), default=0)
    if last >= _BYTE:
        return _of_high_ranks(works, ballots)
    columns = {work: bytearray(len(ballots)) for work in works}
    above = last + 1
    for number, ballot in enumerate(ballots):
        for work, rank in ballot.items():
            columns[work][number] = above - rank
    return Columns(len(ballots), tuple(map(bytes, columns.values())))


def _of_high_ranks(works: Sequence[str], ballots: Sequence[Mapping[str, int]]) -> Columns:
    """As `of_ranks`, for ranks of any size: they are numbered anew on each ballot, which takes longer."""
    columns = {work: [0] * len(ballots) for work in works}
    for number, ballot in enumerate(ballots):
        ranks = sorted(set(ballot.values()), reverse=True)
        height = dict(zip(ranks, range(1, len(ranks) + 1), strict=True))
        for work, rank in ballot.items():
            columns[work][number] = height[rank]
    return of_heights(len(ballots), list(columns.values()))


def of_heights(count: int, columns: Sequence[Sequence[int]]) -> Columns:
    """Return columns of whole numbers from 0 up, in one byte each where that is enough."""
    if all(max(column, default=0) < _BYTE for column in columns):
        return Columns(count, tuple(map(bytes, columns)))
    size = max((max(column, default=0).bit_length() + 7) // 8 for column in columns)
    layers = [[bytes(height >> 8 * at & 255 for height in column) for at in range(size)] for column in columns]
    return Columns(count, tuple(layer[0] for layer in layers), tuple(tuple(layer[1:]) for layer in layers))


def rows(columns: Columns) -> Iterator[bytes]:
    """Return every ballot in turn: a byte for each work, then any upper bytes of all works, layer by layer."""
    layers = [*columns.columns, *chain.from_iterable(zip(*columns.upper, strict=True))]
    width = len(layers)
    together = bytearray(columns.count * width)
    for place, layer in enumerate(layers):
        together[place::width] = layer
    whole = bytes(together)
    return (whole[at : at + width] for at in range(0, len(whole), max(width, 1)))


def planes(columns: Columns) -> list[list[int]]:
    """Return for every work the bits of its column as integers with a bit a ballot, the highest bit first.

    All works have equally many. Which bit belongs to which ballot is the same for all and means nothing: eight
    stretches of the column lie above one another, which is faster than to keep them in line.
    """
    layers = [columns.columns, *zip(*columns.upper, strict=True)]
    found: list[list[int]] = [[] for _ in columns.columns]
    for layer in layers:
        bits = max(_together(columns.count, layer), default=0).bit_length()
        for work, column in enumerate(layer):
            found[work] = _bits(column, bits) + found[work]
    return found


def _bits(column: bytes, bits: int) -> list[int]:
    size = -(-len(column) // _LANES)
    lowest = int.from_bytes(b"\x01" * size, "little")
    lanes = [int.from_bytes(column[lane * size : (lane + 1) * size], "little") for lane in range(_LANES)]
    found = []
    for bit in reversed(range(bits)):
        plane = 0
        for lane, whole in enumerate(lanes):
            up = lane - bit
            plane |= (whole << up if up >= 0 else whole >> -up) & (lowest << lane)
        found.append(plane)
    return found


def preferences(first: Sequence[int], second: Sequence[int]) -> tuple[int, int]:
    """Return how many ballots hold the first work higher and how many the second, from the works' planes."""
    above = differ = 0
    for one, other in zip(first, second, strict=True):
        # Where two numbers differ, the highest bit in which they do decides.
        new = (one ^ other) & ~differ
        above |= new & one
        differ |= new
    wins = above.bit_count()
    return wins, differ.bit_count() - wins
