"""The works of an allocation as flat columns, by number instead of by name: small, and quick to walk."""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from domain import lineage
from domain.allocation.model import ALL_BP
from domain.errors import UserError

OUTSIDE: Final = -1
"""The number that stands for a source outside the community."""

EQUALLY: Final = -1
"""The basis points of a source that shares equally with the work's other sources."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Numbers that belong to works: how many each work has, and all of them in that order, with their basis points."""

    counts: Iterable[int]
    numbers: Iterable[int]
    bps: Iterable[int] | None = None


@dataclass(slots=True)
class Columns:
    """Works and artists by number.

    The credits of work w are the places credit_start[w] up to credit_start[w + 1], its sources the edges edge_start[w]
    up to edge_start[w + 1]. Weights are whole numbers of any size and count only in the cut. What is in here is taken
    as checked: credits sum to 10,000, a work's sources differ, and all have basis points or none.
    """

    work_name: Callable[[int], str]
    artist_name: Callable[[int], str]
    weights: list[int]
    in_cut: bytearray
    credit_start: "array[int]"
    credit_artist: "array[int]"
    credit_bp: "array[int]"
    edge_start: "array[int]"
    edge_source: "array[int]"
    edge_bp: "array[int]"

    def __len__(self) -> int:
        return len(self.weights)

    @classmethod
    def of(
        cls,
        names: tuple[Callable[[int], str], Callable[[int], str]],
        works: tuple[list[int], Iterable[bool]],
        credits: Spread,
        sources: Spread,
    ) -> "Columns":
        """Make columns of what a database gives: names of works and artists by number, weights with who is in the cut.

        Credits are artists' numbers with basis points (None: each has all of its work), sources are works' numbers or
        OUTSIDE with theirs (None: all share equally).
        """
        credited, made_from = array("i", credits.numbers), array("i", sources.numbers)
        return cls(
            *names,
            works[0],
            bytearray(works[1]),
            array("i", accumulate(credits.counts, initial=0)),
            credited,
            array("h", credits.bps) if credits.bps is not None else array("h", (ALL_BP,)) * len(credited),
            array("i", accumulate(sources.counts, initial=0)),
            made_from,
            array("h", sources.bps) if sources.bps is not None else array("h", (EQUALLY,)) * len(made_from),
        )

    def artists(self) -> int:
        """How many artists are numbered: one more than the highest number."""
        return max(self.credit_artist, default=-1) + 1

    def order(self) -> Iterable[int]:
        """Return the works so that every remix comes before its sources; UserError that names a circle."""
        if self._in_order():
            return range(len(self) - 1, -1, -1)
        return self._sorted()

    def _in_order(self) -> bool:
        """Whether every work stands after its sources, as works do that are numbered as they were made."""
        starts, sources = self.edge_start, self.edge_source
        start = 0
        for work in range(len(self)):
            end = starts[work + 1]
            if end != start:
                if (sources[start] if end - start == 1 else max(sources[start:end])) >= work:
                    return False
                start = end
        return True

    def _sorted(self) -> "array[int]":
        starts, sources = self.edge_start, self.edge_source
        remixes = [0] * len(self)
        for source in sources:
            if source != OUTSIDE:
                remixes[source] += 1
        order = array("i", (work for work, count in enumerate(remixes) if not count))
        for work in order:  # grows while it is walked
            for source in sources[starts[work] : starts[work + 1]]:
                if source != OUTSIDE:
                    remixes[source] -= 1
                    if not remixes[source]:
                        order.append(source)
        if len(order) < len(self):
            raise UserError(self._cycle_sentence(remixes))
        return order

    def _cycle_sentence(self, remixes: list[int]) -> str:
        """Name a circle, given how many remixes of each work are still waiting."""
        # Every work that waits has a remix that waits, so walking from remix to remix must come round.
        made_into: dict[int, int] = {}
        for remix in sorted((work for work, count in enumerate(remixes) if count), key=self.work_name):
            for source in self.edge_source[self.edge_start[remix] : self.edge_start[remix + 1]]:
                if source != OUTSIDE and remixes[source]:
                    made_into.setdefault(source, remix)
        path = [min(made_into, key=self.work_name)]
        while made_into[path[-1]] not in path:
            path.append(made_into[path[-1]])
        cycle = path[path.index(made_into[path[-1]]) :][::-1]
        first = cycle.index(min(cycle, key=self.work_name))
        named = [f"“{self.work_name(work)}”" for work in cycle[first:] + cycle[:first]]
        return "works: " + lineage.cycle_sentence(named)
