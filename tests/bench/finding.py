"""Finding a work among many: by what somebody types, and by what its picture looks like, beside a scan of them all."""

import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from random import Random

from sqlalchemy import insert, select

from db.migrate import migrate
from db.models import Artist, FileState, PictureHash, Show, Work, WorkFile, WorkState
from domain.licences import Licence
from domain.lookalike import BITS, bands, signed
from services.store import Database, Transaction, writes
from services.works import read
from services.works.lookalikes import nearest
from tests.bench.lines import Line, Measure, Plan
from tests.bench.timing import interleaved, median
from tests.support.studio import GUILD, NOW, make_show
from tests.support.works import opened

_ARTISTS = 5_000
_APART = 5
"""Bits that change: as many as are always found where a band of the four is plain."""

_TYPED = ("#12", "49", "rain", "no such words", "mo")


async def run(plan: Plan) -> list[Line]:
    """Milliseconds for one answer."""
    path, count = plan.folder / "finding.db", plan.some(100_000, 500)
    await migrate(f"sqlite:///{path}")
    db = Database(f"sqlite:///{path}")
    try:
        await make_show(db)
        looks = await _filled(db, (await opened(db)).id, count)
        return [await _typing(db, path, plan, count), await _looking(db, plan, looks)]
    finally:
        await db.close()


async def _typing(db: Database, path: Path, plan: Plan, count: int) -> Line:
    async def suggested(typed: str) -> None:
        await read.suggest(db, GUILD, typed, channel_id=None)

    measures = {"ours": lambda: _each(_TYPED, suggested), "scan": lambda: _scan(path)}
    found = await interleaved(plan.some(5, 1), measures)
    what = f"suggestions while typing, among {count:,} works"
    return Line(what, "ms", median(found["ours"]), "sqlite3 scanning titles and names", median(found["scan"]))


async def _looking(db: Database, plan: Plan, looks: Sequence[int]) -> Line:
    rng = Random(7)
    asked = []
    for _ in range(plan.some(20, 3)):
        near = rng.choice(looks[:-1])
        for bit in rng.sample(range(BITS), _APART):
            near ^= 1 << bit
        asked.append(near)
    async with db.reading() as tx:
        last = await tx.get_one(Work, len(looks))

        async def look(near: int) -> None:
            if await nearest(tx, last, near) is None:
                raise RuntimeError("A picture that is near was not found.")

        async def scan(near: int) -> None:
            min((one ^ near).bit_count() for one in looks)

        rounds = plan.some(3, 1)
        found = await interleaved(rounds, {"ours": lambda: _each(asked, look), "scan": lambda: _each(asked, scan)})
    what = f"a picture's look-alike, among {len(looks):,}"
    return Line(what, "ms", median(found["ours"]), "Python over all of them, in memory", median(found["scan"]))


async def _each(asked: Sequence[object], do: Callable[..., Awaitable[None]]) -> float:
    """Milliseconds for one of these, on average."""
    start = time.perf_counter()
    for one in asked:
        await do(one)
    return (time.perf_counter() - start) * 1000 / len(asked)


async def _scan(path: Path) -> float:
    query = (
        "SELECT w.number, w.title, a.name FROM works w JOIN artists a ON a.id = w.artist_id "
        "WHERE w.title LIKE ? OR a.name LIKE ? OR w.number = ? ORDER BY w.number DESC LIMIT 25"
    )
    with sqlite3.connect(path) as connection:
        start = time.perf_counter()
        for typed in _TYPED:
            connection.execute(query, (f"%{typed}%", f"%{typed}%", typed.removeprefix("#"))).fetchall()
        took = time.perf_counter() - start
    connection.close()
    return took * 1000 / len(_TYPED)


@writes
async def _filled(tx: Transaction, episode_id: int, count: int) -> list[int]:
    """Works of three made-up words with a picture each, a third with a clear sky; what the pictures look like."""
    rng = Random(3)
    show_id = (await tx.scalars(select(Show.id))).one()
    words = ["".join(rng.choice("abcdefghijklmnop") for _ in range(rng.randint(3, 8))) for _ in range(3_000)] + ["rain"]
    names = [" ".join(rng.sample(words, 2)) for _ in range(_ARTISTS)]
    await tx.execute(
        insert(Artist),
        [{"guild_id": GUILD, "user_id": n, "name": name, "created_at": NOW} for n, name in enumerate(names, 1)],
    )
    looks = [rng.getrandbits(BITS if n % 3 else 48) or 1 for n in range(count)]
    for start in range(0, count, 10_000):
        ids = range(start + 1, min(start + 10_000, count) + 1)
        await tx.execute(insert(Work), [_work(show_id, episode_id, n, " ".join(rng.sample(words, 3))) for n in ids])
        await tx.execute(insert(WorkFile), [_file(n) for n in ids])
        await tx.execute(insert(PictureHash), [_look(show_id, n, looks[n - 1]) for n in ids])
    return looks


def _work(show_id: int, episode_id: int, n: int, title: str) -> dict[str, object]:
    return {
        "id": n, "show_id": show_id, "episode_id": episode_id, "number": n, "artist_id": n % _ARTISTS + 1,
        "title": title, "note": "", "medium": "picture", "licence": Licence.CC_BY, "state": WorkState.IN, "reason": "",
        "channel_id": 1, "message_id": n, "by_form": False, "submitted_at": NOW, "collected_at": NOW, "version": 1,
    }  # fmt: skip


def _file(n: int) -> dict[str, object]:
    return {
        "id": n, "work_id": n, "position": 0, "name": "x.png", "content_type": "image/png", "size": 1, "url": "x",
        "state": FileState.FAILED, "attempts": 0, "next_try_at": NOW, "error": "",
    }  # fmt: skip


def _look(show_id: int, n: int, dhash: int) -> dict[str, object]:
    columns = {f"band_{band}": value for band, value in enumerate(bands(dhash))}
    return {"file_id": n, "work_id": n, "show_id": show_id, "dhash": signed(dhash), **columns}


MEASURE = Measure("finding", "a work by what is typed, and by what its picture looks like", run)
