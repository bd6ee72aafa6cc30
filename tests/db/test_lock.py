"""One process at a time: taken once, free again when it is released or its holder is gone."""

import asyncio
import sys
from pathlib import Path

import pytest

from db.lock import process_lock

ROOT = Path(__file__).parents[2]
HOLDER = """
import asyncio, sys
from db.lock import process_lock
async def hold():
    assert await process_lock(sys.argv[1]).acquire()
    print("held", flush=True)
    await asyncio.Event().wait()
asyncio.run(hold())
"""


async def test_only_one_holds_it(database_url: str) -> None:
    first, second = process_lock(database_url), process_lock(database_url)
    assert await first.acquire()
    assert await first.held()
    assert not await second.acquire()
    assert not await second.held()
    await first.release()
    assert not await first.held()
    assert await second.acquire()
    await second.release()


async def test_a_killed_holder_lets_go(database_url: str) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, database_url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    async with asyncio.timeout(30):
        assert await holder.stdout.readline() == b"held\n"
    lock = process_lock(database_url)
    assert not await lock.acquire()
    holder.kill()
    await holder.wait()
    async with asyncio.timeout(10):
        while not await lock.acquire():  # noqa: ASYNC110 - PostgreSQL notices the closed session in its own time
            await asyncio.sleep(0.02)
    await lock.release()


@pytest.mark.postgres
async def test_a_lost_session_is_noticed(postgres_url: str) -> None:
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    from db.engine import parse_url

    lock = process_lock(postgres_url)
    assert await lock.acquire()
    engine = create_async_engine(parse_url(postgres_url))
    async with engine.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
        await connection.execute(text(f"{others} current_database()"))
    await engine.dispose()
    assert not await lock.held()
    await lock.release()
