"""What marks are worth: as they are, or rescaled per ballot to the full range."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from domain.voting.columns import Columns, rows


class Scale:
    """The worth of every mark in some columns, in whole units of which `unit` make one point.

    Rescaled, a ballot's lowest mark is worth 0 and its highest `top`, and the marks of a flat ballot the middle. The
    unit is chosen so that every worth is whole.
    """

    __slots__ = ("_columns", "_of_ballot", "_top", "unit")

    def __init__(self, columns: Columns, top: int, *, normalise: bool) -> None:
        self._columns = columns
        self.unit = 2 * lcm(*range(1, top + 1)) if normalise else 1
        self._top = top
        self._of_ballot = _tables(columns, top * self.unit) if normalise else None

    def worth(self, place: int) -> Sequence[int]:
        """What each ballot gives the work at that place, in units; 0 where it does not rate it."""
        column = self._columns.columns[place]
        if self._of_ballot is None:
            return column.translate(bytes([0, *range(255)]))
        return [table[byte] for table, byte in zip(self._of_ballot, column, strict=True)]

    def total(self, place: int) -> Fraction:
        """The sum of what all ballots give the work, in points."""
        if self._of_ballot is not None:
            return Fraction(sum(self.worth(place)), self.unit)
        return Fraction(sum(mark * self._columns.given(place, mark) for mark in range(1, self._top + 1)))


def _tables(columns: Columns, whole: int) -> list[Sequence[int]]:
    """For each ballot what its marks are worth; ballots with the same lowest and highest mark share a table."""
    tables: dict[tuple[int, int], Sequence[int]] = {}
    of_ballot = []
    for row in rows(columns):
        ends = (min(row.replace(b"\x00", b""), default=0), max(row))
        table = tables.get(ends)
        if table is None:
            table = tables[ends] = _table(*ends, whole)
        of_ballot.append(table)
    return of_ballot


def _table(lowest: int, highest: int, whole: int) -> Sequence[int]:
    """What the bytes from 0 to `highest` are worth on a ballot whose marks go from `lowest` to `highest`."""
    if lowest == highest:
        return [0] * lowest + [whole // 2 if highest else 0]
    step = whole // (highest - lowest)
    return [0] * lowest + [(byte - lowest) * step for byte in range(lowest, highest + 1)]
