"""Messages to stored works and presses to durable marks, at the services, beside raw sqlite3 on the same disk."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from random import Random

from db.migrate import migrate
from services import ballots
from services.store import Database
from services.works.collect import collect
from tests.bench.lines import Line, Measure, Plan, at_least
from tests.bench.timing import interleaved, median
from tests.support.studio import NOW, actor, after, make_show
from tests.support.vote import open_vote, voter
from tests.support.works import SITE, opened, posting

_AT_ONCE = 500
_ARTISTS = 50


async def run(plan: Plan) -> list[Line]:
    """Rates per second; synchronous=FULL everywhere."""
    db = await _database(plan.folder / "storing.db")
    try:
        return [*await _works(db, plan), *await _marks(db, plan)]
    finally:
        await db.close()


async def _database(path: Path) -> Database:
    await migrate(f"sqlite:///{path}")
    db = Database(f"sqlite:///{path}")
    await make_show(db)
    return db


async def _works(db: Database, plan: Plan) -> list[Line]:
    await opened(db)
    artists = [actor(f"A{number}", user_id=700_000_000_000_000_000 + number) for number in range(_ARTISTS)]
    count = plan.some(200, 10)

    async def store(number: int) -> None:
        found = posting(artists[number % _ARTISTS], "https://video.example/rain", attachments=())
        if (await collect(db, found, site_url=SITE, now=NOW)).work_id is None:
            raise RuntimeError("A message was not taken for a work.")

    await _rate(store, plan.some(_ARTISTS, 2), 1)
    found = await interleaved(
        plan.some(3, 1),
        {
            "one": lambda: _rate(store, count, 1),
            "many": lambda: _rate(store, count, _AT_ONCE),
            "raw": lambda: _raw(plan.folder / "raw.db", count),
        },
    )
    raw = median(found["raw"])
    return [
        Line("messages stored as works, one by one", "/s", median(found["one"]), "raw sqlite3", raw),
        Line(
            f"messages stored as works, {_AT_ONCE} at once", "/s", median(found["many"]), "raw sqlite3", raw,
            at_least(1000, of="ours"),
        ),
    ]  # fmt: skip


async def _marks(db: Database, plan: Plan) -> list[Line]:
    vote = await open_vote(db, 1, works=60)
    count, rng = plan.some(500, 10), Random(5)

    async def press(number: int) -> None:
        await ballots.mark(
            db, voter(number % _AT_ONCE), episode_id=vote.episode, work_id=rng.choice(vote.works),
            mark=rng.randint(0, 5), asked_at=after(hours=1), now=after(hours=1), rng=rng,
        )  # fmt: skip

    await _rate(press, plan.some(_ARTISTS, 2), 1)
    found = await interleaved(
        plan.some(3, 1),
        {"ours": lambda: _rate(press, count, _AT_ONCE), "raw": lambda: _raw(plan.folder / "raw.db", count)},
    )
    return [
        Line(
            f"durable marks, {_AT_ONCE} voters at once", "/s", median(found["ours"]), "raw sqlite3",
            median(found["raw"]), at_least(1),
        )
    ]  # fmt: skip


async def _rate(act: Callable[[int], Awaitable[None]], count: int, at_once: int) -> float:
    """How many a second, when `at_once` begin together and each is followed by another."""
    numbers = iter(range(count))

    async def one_after_another() -> None:
        for number in numbers:
            await act(number)

    start = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(min(at_once, count))))
    return count / (time.perf_counter() - start)


async def _raw(path: Path, count: int) -> float:
    """The least that durable rows cost: one upsert and one commit each, by nothing but the driver."""

    def work() -> float:
        with sqlite3.connect(path, isolation_level=None) as connection:
            for words in _RAW_START:
                connection.execute(words)
            start = time.perf_counter()
            for number in range(count):
                connection.execute("BEGIN IMMEDIATE")
                # Another value each time: SQLite writes nothing for a row that stays as it is.
                connection.execute(_RAW_UPSERT, (number % _AT_ONCE, number % 60, time.perf_counter_ns()))
                connection.execute("COMMIT")
            rate = count / (time.perf_counter() - start)
        connection.close()
        return rate

    return await asyncio.to_thread(work)


_RAW_START: Sequence[str] = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "CREATE TABLE IF NOT EXISTS mark (voter INTEGER, work INTEGER, mark INTEGER, PRIMARY KEY (voter, work))",
)
_RAW_UPSERT = "INSERT INTO mark VALUES (?, ?, ?) ON CONFLICT (voter, work) DO UPDATE SET mark = excluded.mark"

MEASURE = Measure("storing", "what is posted and pressed, until it is on the disk", run)
