"""A database that was filled before keeps all it holds when it is brought to a newer version."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, inspect

from db import migrate
from db.engine import Database
from db.models import Deadline, DeadlineKind
from tests.support import money
from tests.support.finished import finish_episode
from tests.support.studio import make_show

FIRST_DEADLINES = [
    DeadlineKind(kind) for kind in ("theme", "queue_check", "open", "closing_soon", "close", "count", "comments_end")
]
GIVEN_UP = {"ballots": {"order"}}
"""Columns that a later version does without: a voter's order is worked out anew from what they have seen."""

Rows = dict[str, list[tuple[tuple[str, str], ...]]]


def _dump(connection: Connection, columns: dict[str, set[str]]) -> Rows:
    """Every row of the tables, as far as they have these columns; as text, since only equality is asked."""
    found = {}
    for table, names in columns.items():
        chosen = sorted(names)
        rows: Any = connection.execute(sa.select(*map(sa.column, chosen)).select_from(sa.table(table))).all()
        found[table] = sorted(tuple(zip(chosen, map(str, row), strict=True)) for row in rows)
    return found


def _columns(connection: Connection) -> dict[str, set[str]]:
    inspector = inspect(connection)
    return {
        table: {column["name"] for column in inspector.get_columns(table)}
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


async def columns_of(url: str) -> dict[str, set[str]]:
    db = Database(url)
    try:
        async with db.reader.connect() as connection:
            return await connection.run_sync(_columns)
    finally:
        await db.close()


async def dump(url: str, columns: dict[str, set[str]]) -> Rows:
    db = Database(url)
    try:
        async with db.reader.connect() as connection:
            return await connection.run_sync(_dump, columns)
    finally:
        await db.close()


async def fill(url: str) -> None:
    """An episode with works, a remix, a final payout and a payment: rows in most tables."""
    db = Database(url)
    try:
        show = await make_show(db)
        done = await finish_episode(
            db, show.id, artists=["Ann", "Mia"], works={"tune": "Ann", "remix": "Mia"}, cut=["remix"],
            sources=[("remix", "tune")],
        )  # fmt: skip
        await money.finalise(db, await money.propose(db, done))
        await money.pay(db, "Mia", "$20", 7)
        async with db.writer.begin() as connection:  # deadlines of a kind that the first version did not know
            await connection.execute(sa.delete(Deadline).where(Deadline.kind.not_in(FIRST_DEADLINES)))
    finally:
        await db.close()


@pytest.mark.parametrize("revision", migrate.known_revisions()[:-1])
async def test_nothing_is_lost_on_the_way_from_an_older_version(database_url: str, revision: str) -> None:
    await migrate.migrate(database_url)
    await fill(database_url)
    await migrate.migrate(database_url, revision)
    old_columns = await columns_of(database_url)
    kept = {table: names - GIVEN_UP.get(table, set()) for table, names in old_columns.items()}
    before = await dump(database_url, kept)
    assert sum(map(len, before.values())) > 30
    await migrate.migrate(database_url)
    new_columns = await columns_of(database_url)
    assert {table for table in kept if not kept[table] <= new_columns.get(table, set())} == set()
    assert await dump(database_url, kept) == before
