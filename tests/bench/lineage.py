"""Ancestors and descendants of works in a graph of a million, beside networkx over the same edges; and layouts."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from db.migrate import migrate
from domain.layout import Style, lay_out
from services.store import Database
from services.works import graph
from tests.bench.children import in_child
from tests.bench.lines import Line, Measure, Plan, at_most
from tests.bench.timing import interleaved, median, percentile

WORKS, FEW_WORKS = 1_000_000, 20_000
_ASKED = 300
_NEAREST = 500
_FIVE_MS = at_most(5, of="ours")


def edges(count: int) -> Iterator[tuple[int, int]]:
    """1.5 earlier sources a work on average."""
    rng = Random(8)
    for work in range(2, count + 1):
        for source in {rng.randrange(1, work) for _ in range(rng.randint(0, 3))}:
            yield work, source


def asked(count: int) -> list[int]:
    """The works that are asked about."""
    rng = Random(5)
    return [rng.randint(1, count) for _ in range(_ASKED)]


async def run(plan: Plan) -> list[Line]:
    """The database in a file; both sides in processes of their own, asked about the same works in the same order."""
    count = plan.some(WORKS, FEW_WORKS)
    path = plan.folder / "lineage.db"
    await migrate(f"sqlite:///{path}")
    await asyncio.to_thread(_fill, path, count)
    found = await interleaved(
        plan.some(3, 1),
        {
            "ours": lambda: in_child(ours, count, *_as_numbers(path)),
            "peer": lambda: in_child(peer, count),
            "layout": lambda: in_child(layout, 500),
        },
    )
    mine, theirs = found["ours"][0].said, found["peer"][0].said
    if mine["sizes"] != theirs["sizes"]:
        raise RuntimeError("The two do not find the same numbers of ancestors and descendants.")
    what = f"among {count:,} works"
    lines = []
    for side in ("ancestors", "descendants"):
        for name, of in (("median", 50), ("p90", 90)):
            ms, other = (median([percentile(took.said[side], of) for took in found[who]]) for who in ("ours", "peer"))
            lines.append(Line(f"all {side} of a work {what}, {name}", "ms", ms, "networkx", other, _FIVE_MS))
    nearest = median([percentile(took.said["nearest"], 99) for took in found["ours"]])
    cycle = median([percentile(took.said["cycle"], 50) for took in found["ours"]])
    memory = [median([took.megabytes for took in found[who]]) for who in ("ours", "peer")]
    opening = median([took.said["opening"] for took in found["ours"]])
    loading = median([took.said["loading"] for took in found["peer"]])
    seconds = median([took.seconds for took in found["layout"]])
    return [
        *lines,
        Line(f"the nearest {_NEAREST} on one side, p99", "ms", nearest, goal=_FIVE_MS),
        Line("whether a new source closes a circle, median", "ms", cycle),
        Line(
            f"asking about {_ASKED} works, memory", "MB", memory[0], "networkx, graph loaded", memory[1], at_most(0.2)
        ),
        Line("until the first work can be asked about", "s", opening, "networkx", loading),
        Line("layout of 500 works, processor time", "s", seconds),
    ]


def _fill(path: Path, count: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    statement = (
        "INSERT INTO sources (work_id, source_work_id, thanks, state, added_at) "
        "VALUES (?, ?, '', 'confirmed', '2026-01-01 00:00:00.000000')"
    )
    connection.executemany(statement, edges(count))
    connection.commit()
    connection.close()


def _as_numbers(path: Path) -> tuple[int, ...]:
    """A path as a child takes it."""
    return tuple(str(path).encode())


def ours(count: int, *path: int) -> Callable[[], dict[str, object]]:
    """Ask the database through the services' queries."""
    db = Database(f"sqlite:///{bytes(path).decode()}")
    works = asked(count)
    return lambda: asyncio.run(_ask(db, works))


async def _ask(db: Database, works: list[int]) -> dict[str, object]:
    times: dict[str, list[float]] = {"ancestors": [], "descendants": [], "nearest": [], "cycle": []}
    sizes = []
    start = time.perf_counter()
    async with db.reading() as tx:
        await graph.ancestors(tx, works[0])
        opening = time.perf_counter() - start
        for work, other in zip(works, reversed(works), strict=True):
            start = time.perf_counter()
            up = await graph.ancestors(tx, work)
            then = time.perf_counter()
            down = await graph.descendants(tx, work)
            between = time.perf_counter()
            await graph.descendants(tx, work, most=_NEAREST)
            await graph.ancestors(tx, work, most=_NEAREST)
            nearly = time.perf_counter()
            await graph.made_from(tx, work, other)
            end = time.perf_counter()
            times["ancestors"].append((then - start) * 1000)
            times["descendants"].append((between - then) * 1000)
            times["nearest"].append((nearly - between) * 500)
            times["cycle"].append((end - nearly) * 1000)
            sizes.append([len(up), len(down)])
    await db.close()
    return {**times, "sizes": sizes, "opening": opening}


def peer(count: int) -> Callable[[], dict[str, object]]:
    """The same with the whole graph in memory."""
    import networkx as nx

    works = asked(count)

    def work() -> dict[str, object]:
        start = time.perf_counter()
        whole = nx.DiGraph(edges(count))
        whole.add_nodes_from(range(1, count + 1))
        loading = time.perf_counter() - start
        times: dict[str, list[float]] = {"ancestors": [], "descendants": []}
        sizes = []
        for each in works:
            start = time.perf_counter()
            up = nx.descendants(whole, each)
            then = time.perf_counter()
            down = nx.ancestors(whole, each)
            end = time.perf_counter()
            times["ancestors"].append((then - start) * 1000)
            times["descendants"].append((end - then) * 1000)
            sizes.append([len(up), len(down)])
        return {**times, "sizes": sizes, "loading": loading}

    return work


def layout(count: int) -> Callable[[], int]:
    """Lay out a family of so many works."""
    rng = Random(3)
    sources = {
        work: {rng.randrange(work) for _ in range(rng.randint(1, 2))} if work else set() for work in range(count)
    }
    return lambda: lay_out(sources, Style(180, 48, 40, 12, most=22)).layers


MEASURE = Measure("lineage", "who was made from whom in a graph of a million works, and its drawing", run)
