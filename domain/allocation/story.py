"""One artist's amount told step by step: each line down to its rule, its way through the remixes, and its rounding."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from domain.allocation.adjusting import off_the_top
from domain.allocation.allocate import allocate
from domain.allocation.build import build
from domain.allocation.columns import OUTSIDE, Columns
from domain.allocation.flow import UNIT, Flow, flow, own_parts
from domain.allocation.model import Allocation, Inputs, Line, LineKind


@dataclass(frozen=True, slots=True)
class Step:
    """A line with where it comes from. Amounts in minor units; those that are not rounded are fractions.

    `reached` is what came to the work in all, `origin` what of it came the line's way (its own part of the pool, or
    from the remix), `passed` what the work passed on to its sources, `kept` what stayed for its artists, `bp` the
    artist's credit in basis points, and `exact` their part of the line before rounding. `way` are the works from one
    in the cut down to this one; `weight` is the work's own in the cut and `weights` that of all, zero for lineage.
    """

    line: Line
    reached: Fraction
    origin: Fraction
    passed: Fraction
    kept: Fraction
    bp: int
    exact: Fraction
    way: tuple[str, ...]
    weight: int = 0
    weights: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """Everything behind an artist's amount (minor units): steps for lines of works, other lines, and the rounding.

    `exact` is what all works come to before rounding and limits, `rounded` that in whole minor units; `up` says that
    an odd unit came on top. `moved` are the lines that floor, cap and adjustments add; they lead to `amount`.
    """

    steps: tuple[Step, ...]
    moved: tuple[Line, ...]
    exact: Fraction
    rounded: int
    amount: int

    @property
    def up(self) -> bool:
        """Whether rounding gave the artist a part of a unit, rather than taking one."""
        return self.rounded > self.exact


def tell(inputs: Inputs, artist: str, done: Allocation | None = None) -> Story | None:
    """Tell how an artist's amount came about; None for who is not in it. `done` is the allocation, if it is there.

    The steps' lines and `moved` are the allocation's own lines: they sum to the amount.
    """
    result = done or allocate(inputs)
    if artist not in result.allocations:
        return None
    columns = build(inputs)
    pool = inputs.pool - off_the_top(inputs)
    own = own_parts(columns, pool)
    money = flow(columns, (own or []).copy(), inputs.lineage_bp, edges=True)
    return _Teller(inputs, columns, own or [], money).story(artist, result)


class _Teller:
    """Looks up what stands behind a line."""

    def __init__(self, inputs: Inputs, columns: Columns, own: list[int], money: Flow) -> None:
        self.inputs = inputs
        self.columns = columns
        self.own = own
        self.money = money
        self.numbers = {work.id: place for place, work in enumerate(inputs.works)}
        self.incoming = self._incoming()
        self.weights = sum(work.weight for work in inputs.works if work.in_cut)

    def story(self, artist: str, result: Allocation) -> Story:
        lines = [line for line in result.lines if line.artist == artist]
        of_works = [line for line in lines if line.kind in (LineKind.OWN, LineKind.LINEAGE) and line.work is not None]
        steps = tuple(self._step(line, artist) for line in of_works)
        return Story(
            steps=steps,
            moved=tuple(line for line in lines if line not in of_works),
            exact=self._exact(artist),
            rounded=sum(line.amount for line in of_works),
            amount=result.allocations[artist],
        )

    def _step(self, line: Line, artist: str) -> Step:
        work = self.numbers[line.work or ""]
        remix = self.numbers[line.remix] if line.remix is not None else None
        came = self.own[work] if remix is None else self._passed(remix, work)
        kept = self.money.kept[work]
        out = sum(self.money.passed[edge] for edge in self._edges(work))
        reached = kept + out
        bp = next(credit.bp for credit in self.inputs.works[work].credits if credit.artist == artist)
        exact = Fraction(kept * bp, 10_000) * Fraction(came, reached)
        return Step(
            line=line,
            reached=_minor(reached),
            origin=_minor(came),
            passed=_minor(out),
            kept=_minor(kept),
            bp=bp,
            exact=exact / UNIT,
            way=tuple(self.inputs.works[each].id for each in self._way(work, remix)),
            weight=self.inputs.works[work].weight if remix is None else 0,
            weights=self.weights if remix is None else 0,
        )

    def _exact(self, artist: str) -> Fraction:
        total = Fraction(0)
        for place, work in enumerate(self.inputs.works):
            if self.money.kept[place]:
                total += sum(
                    Fraction(self.money.kept[place] * credit.bp, 10_000)
                    for credit in work.credits
                    if credit.artist == artist
                )
        return total / UNIT

    def _way(self, work: int, remix: int | None) -> Iterable[int]:
        """From a work in the cut down to this one, always along the remix that passed on the most."""
        way = [work]
        place = remix
        while place is not None:
            way.append(place)
            remixes = self.incoming.get(place, [])
            place = None if self.own[place] or not remixes else max(remixes, key=lambda each: (each[1], -each[0]))[0]
        return reversed(way)

    def _edges(self, work: int) -> range:
        return range(self.columns.edge_start[work], self.columns.edge_start[work + 1])

    def _passed(self, remix: int, work: int) -> int:
        edges = self._edges(remix)
        return sum(self.money.passed[edge] for edge in edges if self.columns.edge_source[edge] == work)

    def _incoming(self) -> dict[int, list[tuple[int, int]]]:
        found: dict[int, list[tuple[int, int]]] = {}
        for remix in range(len(self.columns)):
            for edge in self._edges(remix):
                source, part = self.columns.edge_source[edge], self.money.passed[edge]
                if part and source != OUTSIDE:
                    found.setdefault(source, []).append((remix, part))
        return found


def _minor(fine: int) -> Fraction:
    return Fraction(fine, UNIT)
