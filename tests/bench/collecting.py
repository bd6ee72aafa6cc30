"""Messages to works in batches, as the bot's intake hands them over, beside raw sqlite3 writing as many rows."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from db.migrate import migrate
from services.store import Database
from services.works.collect import Posting
from services.works.cursors import Whole, take_in
from tests.bench.lines import Line, Measure, Plan, at_least
from tests.bench.timing import interleaved, median
from tests.support.studio import NOW, WORKS_CHANNEL, actor, make_show
from tests.support.works import SITE, opened, posting

BATCH = 50
"""What the bot takes in with one commit when messages wait; see cogs.works.intake."""

_ARTISTS = 50
_WHOLE = Whole(frozenset({WORKS_CHANNEL}))


async def run(plan: Plan) -> list[Line]:
    """Works per second; synchronous=FULL everywhere."""
    path = plan.folder / "collecting.db"
    await migrate(f"sqlite:///{path}")
    db = Database(f"sqlite:///{path}")
    try:
        await make_show(db)
        await opened(db)
        count = plan.some(1000, 100)
        await _rate(db, BATCH, BATCH, 0)
        found = await interleaved(
            plan.some(5, 1),
            {
                "links": lambda: _rate(db, count, BATCH, 0),
                "remixes": lambda: _rate(db, count, BATCH, 1),
                "single": lambda: _rate(db, max(10, count // 10), 1, 0),
                "raw": _raw_of(plan.folder / "raw.db", count),
            },
        )
    finally:
        await db.close()
    rate = {name: median(rounds) for name, rounds in found.items()}
    goal = at_least(1000, of="ours")
    return [
        Line(f"messages with a link, {BATCH} a commit", "/s", rate["links"], "raw sqlite3", rate["raw"], goal),
        Line("of which each names a source", "/s", rate["remixes"], "raw sqlite3", rate["raw"]),
        Line("one a commit", "/s", rate["single"], "raw sqlite3, batches", rate["raw"]),
    ]


def _messages(count: int, named: int) -> list[Posting]:
    artists = [actor(f"A{number}", user_id=700_000_000_000_000_000 + number) for number in range(_ARTISTS)]
    text = "Rain\nhttps://video.example/rain" + ("\nmade from #1" if named else "")
    return [posting(artists[number % _ARTISTS], text, attachments=()) for number in range(count)]


async def _rate(db: Database, count: int, batch: int, named: int) -> float:
    messages = _messages(count, named)
    start = time.perf_counter()
    for place in range(0, count, batch):
        took = await take_in(db, messages[place : place + batch], whole=_WHOLE, site_url=SITE, now=NOW)
        if any(one.work_id is None for one in took):
            raise RuntimeError("A message was not taken for a work.")
    return count / (time.perf_counter() - start)


def _raw_of(path: Path, count: int) -> Callable[[], Awaitable[float]]:
    return lambda: asyncio.to_thread(_raw, path, count)


def _raw(path: Path, count: int) -> float:
    """Five rows a work into five tables with an index each, a batch a commit."""
    tables = ("works", "credits", "links", "events", "outbox")
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        for table in tables:
            columns = "id INTEGER PRIMARY KEY, work INTEGER, artist INTEGER, words TEXT, at TEXT, state TEXT"
            connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
            connection.execute(f"CREATE INDEX IF NOT EXISTS ix_{table} ON {table} (work)")
        start = time.perf_counter()
        for place in range(0, count, BATCH):
            connection.execute("BEGIN IMMEDIATE")
            for table in tables:
                rows = [
                    (work, work % _ARTISTS, "Rain " * 8, NOW.isoformat(), "in") for work in range(place, place + BATCH)
                ]
                statement = f"INSERT INTO {table} (work, artist, words, at, state) VALUES (?, ?, ?, ?, ?)"  # noqa: S608 - our own names
                connection.executemany(statement, rows)
            connection.execute("COMMIT")
        return count / (time.perf_counter() - start)
    finally:
        connection.close()


MEASURE = Measure("collecting", "messages that become works, in batches as the bot takes them in", run)
