"""The works of an allocation as arrays: checked once, then indexed by number instead of by name."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain import lineage
from domain.allocation.model import ALL_BP, AllocationWork, Inputs
from domain.errors import UserError
from domain.money import MAX_AMOUNT, currency

OUTSIDE = -1
"""The number that stands for a source outside the community."""

_UNKNOWN = -2


@dataclass(slots=True)
class Graph:
    """Works by number; the sources of work w are the edges edge_start[w] up to edge_start[w + 1]."""

    works: tuple[AllocationWork, ...]
    edge_start: list[int] = field(default_factory=lambda: [0])
    edge_source: list[int] = field(default_factory=list)

    def order(self) -> list[int]:
        """Return the works so that every remix comes before its sources; UserError that names a cycle."""
        starts, sources = self.edge_start, self.edge_source
        remixes = [0] * len(self.works)
        for source in sources:
            if source != OUTSIDE:
                remixes[source] += 1
        order = [work for work, count in enumerate(remixes) if not count]
        for work in order:  # grows while it is walked
            for source in sources[starts[work] : starts[work + 1]]:
                if source != OUTSIDE:
                    remixes[source] -= 1
                    if not remixes[source]:
                        order.append(source)
        if len(order) < len(self.works):
            raise UserError(self._cycle_sentence(remixes))
        return order

    def _cycle_sentence(self, remixes: list[int]) -> str:
        """Name a cycle, given how many remixes of each work are still waiting."""
        # Every work that waits has a remix that waits, so walking from remix to remix must come round.
        made_into: dict[int, int] = {}
        for remix in sorted((work for work, count in enumerate(remixes) if count), key=self._name):
            for source in self.sources(remix):
                if source != OUTSIDE and remixes[source]:
                    made_into.setdefault(source, remix)
        path = [min(made_into, key=self._name)]
        while made_into[path[-1]] not in path:
            path.append(made_into[path[-1]])
        cycle = path[path.index(made_into[path[-1]]) :][::-1]
        first = cycle.index(min(cycle, key=self._name))
        return "works: " + lineage.cycle_sentence([f"“{self._name(work)}”" for work in cycle[first:] + cycle[:first]])

    def _name(self, work: int) -> str:
        return self.works[work].id

    def sources(self, work: int) -> list[int]:
        """Return the numbers of a work's sources, OUTSIDE among them."""
        return self.edge_source[self.edge_start[work] : self.edge_start[work + 1]]


def build(inputs: Inputs) -> Graph:
    """Check the inputs and index the works; UserError names the place of what is wrong."""
    _check_rules(inputs)
    numbers = {work.id: number for number, work in enumerate(inputs.works)}
    if len(numbers) < len(inputs.works):
        _name_duplicate(inputs.works)
    graph = Graph(inputs.works)
    add, close = graph.edge_source.append, graph.edge_start.append
    for place, work in enumerate(inputs.works):
        credited, sources = work.credits, work.sources
        if len(credited) != 1 or credited[0].bp != ALL_BP:
            _check_credits(place, work)
        if work.weight < 0:
            raise UserError(f"works[{place}].weight: must not be negative, but is {work.weight}.")
        if sources:
            for source in sources:
                add(OUTSIDE if source.work is None else numbers.get(source.work, _UNKNOWN))
            _check_sources(place, work, graph.edge_source[graph.edge_start[place] :])
        close(len(graph.edge_source))
    return graph


def _check_rules(inputs: Inputs) -> None:
    currency(inputs.currency)
    if not 0 <= inputs.pool <= MAX_AMOUNT:
        raise UserError(f"pool: must be 0 to {MAX_AMOUNT} minor units, but is {inputs.pool}.")
    for name, value in (("lineage_bp", inputs.lineage_bp), ("cap_bp", inputs.cap_bp)):
        if not 0 <= value <= ALL_BP:
            raise UserError(f"{name}: must be 0 to {ALL_BP} basis points, but is {value}.")
    if inputs.floor < 0:
        raise UserError(f"floor: must not be negative, but is {inputs.floor}.")


def _name_duplicate(works: tuple[AllocationWork, ...]) -> None:
    seen: set[str] = set()
    for place, work in enumerate(works):
        if work.id in seen:
            raise UserError(f"works[{place}].id: “{work.id}” is there twice.")
        seen.add(work.id)


def _check_credits(place: int, work: AllocationWork) -> None:
    if len({credit.artist for credit in work.credits}) < len(work.credits):
        raise UserError(f"works[{place}].credits: an artist is credited twice on “{work.id}”.")
    if any(credit.bp < 0 for credit in work.credits):
        raise UserError(f"works[{place}].credits: a share of “{work.id}” is negative.")
    total = sum(credit.bp for credit in work.credits)
    if total != ALL_BP:
        raise UserError(f"works[{place}].credits: the shares of “{work.id}” sum to {total}, not {ALL_BP} basis points.")


def _check_sources(place: int, work: AllocationWork, numbers: Sequence[int]) -> None:
    """Check a work's sources, given their numbers."""
    for source, number in zip(work.sources, numbers, strict=True):
        if number == _UNKNOWN:
            raise UserError(f"works[{place}].sources: there is no work “{source.work}” in works.")
        if number == place:
            raise UserError(f"works[{place}].sources: “{work.id}” cannot be its own source.")
    if len(work.sources) > 1:
        inside = [number for number in numbers if number != OUTSIDE]
        if len(set(inside)) < len(inside):
            raise UserError(f"works[{place}].sources: “{work.id}” has a source twice.")
    given = [source.bp for source in work.sources if source.bp is not None]
    if given and (len(given) < len(work.sources) or min(given) < 0 or sum(given) != ALL_BP):
        raise UserError(
            f"works[{place}].sources: give every source of “{work.id}” a bp, {ALL_BP} in all, or none of them."
        )
