"""Who is owed what over many works, beside a walk over a networkx graph by the same rule."""

import math
from collections.abc import Callable
from itertools import chain, repeat
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.children import Took, in_child
from tests.bench.lines import Line, Measure, Plan, at_most
from tests.bench.peers import networkx_walk
from tests.bench.timing import interleaved, median

if TYPE_CHECKING:
    from domain.allocation import Inputs

POOL = 5_000_000_00


class Row(NamedTuple):
    """A work as a database would give it: its artist, its weight, its sources' places."""

    artist: int
    weight: int
    sources: tuple[int, ...]


def rows(count: int) -> list[Row]:
    """Works with 1.5 earlier sources each on average, by a tenth as many artists."""
    rng = Random(8)
    artists = max(1, count // 10)
    return [
        Row(
            rng.randrange(artists), rng.randint(1, 100), tuple({rng.randrange(place) for _ in range(rng.randint(0, 3))})
        )
        if place
        else Row(0, 1, ())
        for place in range(count)
    ]


def ours(count: int) -> Callable[[], list[int]]:
    """Amounts alone, from rows as services load them, which is what the peer gives: (sum, largest)."""
    made = rows(count)
    from domain.allocation import Columns, Inputs, Spread, amounts_of

    def work() -> list[int]:
        columns = Columns.of(
            (str, str), ([row.weight for row in made], repeat(True, len(made))),
            Spread(repeat(1, len(made)), [row.artist for row in made]),
            Spread([len(row.sources) for row in made], chain.from_iterable(row.sources for row in made)),
        )  # fmt: skip
        owed = amounts_of(columns, Inputs("USD", POOL, (), seed="s"))
        return [sum(owed.values()), max(owed.values())]

    return work


def by_name(count: int) -> Callable[[], list[int]]:
    """The same from a statement's objects, everything checked."""
    made = rows(count)
    from domain.allocation import amounts

    def work() -> list[int]:
        owed = amounts(_inputs(made))
        return [sum(owed.values()), max(owed.values())]

    return work


def explained(count: int) -> Callable[[], int]:
    """The amounts with every line that explains them; the number of lines."""
    made = rows(count)
    from domain.allocation import allocate

    return lambda: len(allocate(_inputs(made)).lines)


def _inputs(made: list[Row]) -> "Inputs":
    from domain.allocation import AllocationWork, CreditShare, Inputs, SourceShare

    works = tuple(
        AllocationWork(
            str(place), row.weight, True, (CreditShare(str(row.artist), 10_000),),
            tuple(SourceShare(str(source)) for source in row.sources),
        )
        for place, row in enumerate(made)
    )  # fmt: skip
    return Inputs("USD", POOL, works, seed="s")


def peer(count: int) -> Callable[[], list[int]]:
    """The same by networkx."""
    made = rows(count)

    def work() -> list[int]:
        owed = networkx_walk.amounts(made, POOL)
        return [sum(owed.values()), max(owed.values())]

    return work


async def run(plan: Plan) -> list[Line]:
    """At a size that both can do, then ours at ten times that."""
    count = plan.some(100_000, 2_000)
    rounds = plan.some(3, 1)
    found = await interleaved(
        rounds,
        {
            "ours": lambda: in_child(ours, count),
            "peer": lambda: in_child(peer, count),
            "by name": lambda: in_child(by_name, count),
            "explained": lambda: in_child(explained, count),
        },
    )
    mine, theirs = found["ours"][0].said, found["peer"][0].said
    if found["by name"][0].said != mine:
        raise RuntimeError("The columns and the statement's objects do not give the same.")
    if mine[0] != theirs[0] or abs(mine[1] - theirs[1]) > 1:
        raise RuntimeError(f"The two do not agree: {mine} and {theirs} (sum and largest amount).")
    lines = _beside(f"allocation, {count:,} works", found["ours"], found["peer"])
    for name, words in (("by name", "from a statement"), ("explained", "with lines")):
        lines.append(Line(f"{lines[0].what}, {words}", "s", _seconds(found[name]), "its amounts alone", lines[0].ours))
    return [*lines, *await _larger(plan, count * 10, lines[0].ours)]


async def _larger(plan: Plan, count: int, tenth: float) -> list[Line]:
    what = f"allocation, {count:,} works"
    mine = [await in_child(ours, count)]
    n_log_n = 10 * math.log(count) / math.log(count / 10)
    growth = Line(what, "s", _seconds(mine), "itself at a tenth", tenth, at_most(round(n_log_n, 1)))
    if not plan.full:
        return [growth, Line(f"{what}, memory", "MB", mine[0].megabytes)]
    return [growth, *_beside(what, mine, [await in_child(peer, count)])]


def _beside(what: str, mine: list[Took], theirs: list[Took]) -> list[Line]:
    memory = [median([took.megabytes for took in both]) for both in (mine, theirs)]
    return [
        Line(what, "s", _seconds(mine), "networkx walk", _seconds(theirs), at_most(0.2)),
        Line(f"{what}, memory", "MB", memory[0], "networkx walk", memory[1], at_most(0.2)),
    ]


def _seconds(several: list[Took]) -> float:
    return median([took.seconds for took in several])


MEASURE = Measure("allocation", "the pool shared over works and their sources, exact", run)
