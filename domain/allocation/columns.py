"""The works of an allocation as flat columns, by number instead of by name: small, and quick to walk."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain import lineage
from domain.errors import UserError

OUTSIDE: Final = -1
"""The number that stands for a source outside the community."""

EQUALLY: Final = -1
"""The basis points of a source that shares equally with the work's other sources."""


def _starts() -> "array[int]":
    return array("i", (0,))


@dataclass(slots=True)
class Columns:
    """Works and artists by number.

    The credits of work w are the places credit_start[w] up to credit_start[w + 1], its sources the edges edge_start[w]
    up to edge_start[w + 1]. Weights are whole numbers of any size and count only in the cut. What is put in by
    add_work() is taken as checked: credits sum to 10,000, a work's sources differ, and all have basis points or none.
    """

    work_name: Callable[[int], str]
    artist_name: Callable[[int], str]
    weights: list[int] = field(default_factory=list)
    in_cut: bytearray = field(default_factory=bytearray)
    credit_start: "array[int]" = field(default_factory=_starts)
    credit_artist: "array[int]" = field(default_factory=lambda: array("i"))
    credit_bp: "array[int]" = field(default_factory=lambda: array("h"))
    edge_start: "array[int]" = field(default_factory=_starts)
    edge_source: "array[int]" = field(default_factory=lambda: array("i"))
    edge_bp: "array[int]" = field(default_factory=lambda: array("h"))

    def __len__(self) -> int:
        return len(self.weights)

    def add_work(
        self,
        weight: int,
        in_cut: bool,
        credits: tuple[Sequence[int], Sequence[int]],
        sources: tuple[Sequence[int], Sequence[int]],
    ) -> None:
        """Add the next work: its artists with their basis points, its sources (or OUTSIDE) with theirs (or EQUALLY)."""
        self.weights.append(weight)
        self.in_cut.append(in_cut)
        self.credit_artist.extend(credits[0])
        self.credit_bp.extend(credits[1])
        self.credit_start.append(len(self.credit_artist))
        if sources[0]:
            self.edge_source.extend(sources[0])
            self.edge_bp.extend(sources[1])
        self.edge_start.append(len(self.edge_source))

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
