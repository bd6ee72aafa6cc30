"""Group commit: many at once in few transactions, each told after the commit, a bad one alone, order kept."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Row, Table, bindparam, delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.group import Deed, Group, Guard, Rows
from domain.errors import UserError

_TABLES = MetaData()
_NOTES = Table(
    "notes", _TABLES,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", Integer, CheckConstraint("value >= 0")),
)  # fmt: skip
_DOORS = Table("doors", _TABLES, Column("id", Integer, primary_key=True), Column("open", Integer))
_LOOK = select(_DOORS.c.open).where(_DOORS.c.id == bindparam("key"))
_INSERT, _SET = _NOTES.insert(), update(_NOTES).where(_NOTES.c.id == bindparam("n")).values(value=bindparam("v"))
_DELETE = delete(_NOTES).where(_NOTES.c.id == bindparam("n"))
_PUT, _CHANGE, _DROP = (_INSERT,), (_SET,), (_DELETE,)


def _judge(row: Row[Any] | None) -> None:
    if row is None or not row.open:
        raise UserError("The door is closed.")


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)

    async def make(tx: AsyncSession) -> None:
        await (await tx.connection()).run_sync(_TABLES.create_all)
        await tx.execute(_DOORS.insert(), [{"id": 1, "open": 1}, {"id": 2, "open": 0}])

    await opened.write(make)
    yield opened
    await opened.close()


def put(number: int, value: int = 0, door: int = 1) -> Rows:
    return Rows(_PUT, ({"id": number, "value": value},), number, Guard(_LOOK, door, _judge))


def change(number: int, value: int) -> Rows:
    return Rows(_CHANGE, ({"n": number, "v": value},), number, Guard(_LOOK, 1, _judge))


def drop(number: int) -> Rows:
    return Rows(_DROP, ({"n": number},), number, Guard(_LOOK, 1, _judge))


async def notes(db: Database) -> dict[int, int]:
    async with db.reading() as tx:
        return {row.id: row.value for row in await tx.execute(select(_NOTES))}


async def test_many_at_once_take_few_transactions(db: Database) -> None:
    await asyncio.gather(*(db.group.write(put(number)) for number in range(300)))
    assert len(await notes(db)) == 300
    assert db.group.commits <= 3


async def test_who_comes_while_another_is_committed_goes_into_the_next_transaction(db: Database) -> None:
    first = asyncio.create_task(db.group.write(put(1)))
    await asyncio.sleep(0)
    await asyncio.gather(first, *(db.group.write(put(number)) for number in range(2, 50)))
    assert len(await notes(db)) == 49
    assert db.group.commits == 2


async def test_a_bad_one_fails_alone(db: Database) -> None:
    units = [put(1, 1), put(2, -1), put(1, 9), put(3, 3)]
    done = await asyncio.gather(*map(db.group.write, units), return_exceptions=True)
    assert [type(each) for each in done] == [type(None), IntegrityError, IntegrityError, type(None)]
    assert await notes(db) == {1: 1, 3: 3}


async def test_what_a_guard_refuses_is_not_written_and_stops_nobody(db: Database) -> None:
    units = [put(1), put(2, door=2), put(3, door=7)]
    done = await asyncio.gather(*map(db.group.write, units), return_exceptions=True)
    assert [str(each) for each in done] == ["None", "The door is closed.", "The door is closed."]
    assert set(await notes(db)) == {1}


async def test_one_lane_keeps_its_order_whatever_is_written(db: Database) -> None:
    units = [put(1), put(2), change(1, 5), drop(2), change(1, 6), put(2, 8), drop(1), put(1, 7), change(2, 9)]
    await asyncio.gather(*map(db.group.write, units))
    assert await notes(db) == {1: 7, 2: 9}
    assert db.group.commits == 1


async def _count(tx: AsyncSession) -> int:
    found = len(list(await tx.scalars(select(_NOTES.c.id))))
    await tx.execute(_INSERT, [{"id": 1000 + found, "value": found}])
    return found


async def test_deeds_read_what_came_before_them_and_give_their_result(db: Database) -> None:
    guard = Guard(_LOOK, 1, _judge)
    units = [put(1), Deed(_count, guard), put(2), Deed(_count, guard)]
    assert await asyncio.gather(*map(db.group.write, units)) == [None, 1, None, 3]
    assert await notes(db) == {1: 0, 1001: 1, 2: 0, 1003: 3}


async def test_a_deed_that_raises_leaves_nothing_behind(db: Database) -> None:
    async def half(tx: AsyncSession) -> None:
        await _count(tx)
        raise UserError("Not like this.")

    done = await asyncio.gather(
        db.group.write(Deed(half, Guard(_LOOK, 1, _judge))), db.group.write(put(5)), return_exceptions=True
    )
    assert str(done[0]) == "Not like this."
    assert set(await notes(db)) == {5}


async def test_nobody_is_told_before_the_commit(db: Database) -> None:
    told: list[int] = []

    async def failing(work: Any) -> Any:
        async def then_lose(tx: AsyncSession) -> None:
            await work(tx)
            assert told == []
            raise DBAPIError("COMMIT", None, Exception("the disk is full"))

        return await db.write(then_lose)

    group = Group(failing)

    async def press(number: int) -> None:
        await group.write(put(number))
        told.append(number)

    done = await asyncio.gather(press(1), press(2), return_exceptions=True)
    assert all(isinstance(each, DBAPIError) for each in done)
    assert told == []
    assert await notes(db) == {}


async def test_what_was_asked_for_is_written_though_nobody_waits_and_before_closing(db: Database) -> None:
    waiting = [asyncio.create_task(db.group.write(put(number))) for number in range(20)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await db.group.close()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert len(await notes(db)) == 20


async def test_writers_and_the_group_take_turns(db: Database) -> None:
    async def add(tx: AsyncSession, number: int) -> None:
        await tx.execute(_INSERT, [{"id": number, "value": 1}])

    writers = [db.write(lambda tx, number=number: add(tx, number)) for number in range(100, 120)]
    await asyncio.gather(*writers, *(db.group.write(put(number)) for number in range(20)))
    assert len(await notes(db)) == 40
