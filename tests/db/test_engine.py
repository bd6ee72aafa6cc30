"""Writers never lose an update, readers never write, and addresses are understood or refused."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database, parse_url, reads, writes
from db.models import Guild, ProcessFact
from domain.errors import UserError

NOW = datetime(2026, 6, 1, 18, 0, tzinfo=UTC)


@writes
async def set_fact(tx: AsyncSession, value: str) -> None:
    tx.add(ProcessFact(name="pot", value=value))


@writes
async def pay_from_the_pot(tx: AsyncSession) -> bool:
    pot = await tx.scalar(select(ProcessFact.value).where(ProcessFact.name == "pot"))
    if pot != "full":
        return False
    await asyncio.sleep(0)
    await tx.execute(update(ProcessFact).where(ProcessFact.name == "pot").values(value="empty"))
    return True


async def test_a_pot_is_paid_once_however_many_ask(database: Database) -> None:
    await set_fact(database, "full")
    paid = await asyncio.gather(*(pay_from_the_pot(database) for _ in range(8)))
    assert sum(paid) == 1


@writes
async def draw_a_number(tx: AsyncSession) -> int:
    for _ in range(8):  # as long as a real one, so that many are under way together
        taken = list(await tx.scalars(select(ProcessFact.name)))
    tx.add(ProcessFact(name=f"number {len(taken)}", value=""))
    await tx.flush()
    return len(taken)


async def test_many_at_once_who_all_collide_get_their_turn(database: Database) -> None:
    numbers = await asyncio.gather(*(draw_a_number(database) for _ in range(100)))
    assert sorted(numbers) == list(range(100))


async def test_two_processes_pay_a_pot_once(database: Database, migrated_url: str) -> None:
    other = Database(migrated_url)
    try:
        await set_fact(database, "full")
        paid = await asyncio.gather(*(pay_from_the_pot(db) for db in (database, other) for _ in range(4)))
    finally:
        await other.close()
    assert sum(paid) == 1


async def test_a_failed_writer_leaves_nothing(database: Database) -> None:
    @writes
    async def half(tx: AsyncSession) -> None:
        tx.add(ProcessFact(name="half", value="x"))
        await tx.flush()
        raise UserError("no")

    with pytest.raises(UserError):
        await half(database)
    async with database.reading() as tx:
        assert await tx.get(ProcessFact, "half") is None


async def test_readers_cannot_write(database: Database) -> None:
    @reads
    async def write_anyway(tx: AsyncSession) -> None:
        tx.add(ProcessFact(name="x", value="x"))
        await tx.flush()

    with pytest.raises(DBAPIError):
        await write_anyway(database)


async def test_times_come_back_in_utc_and_naive_ones_are_refused(database: Database) -> None:
    @writes
    async def add(tx: AsyncSession, at: datetime) -> None:
        tx.add(Guild(id=7, name="G", created_at=at))

    await add(database, NOW)
    async with database.reading() as tx:
        assert (await tx.get_one(Guild, 7)).created_at == NOW
    with pytest.raises(Exception, match="naive datetime"):
        await add(database, datetime(2026, 6, 1))  # noqa: DTZ001 - the naive one is what is tested


async def test_foreign_keys_are_held(database: Database) -> None:
    @writes
    async def orphan(tx: AsyncSession) -> None:
        await tx.execute(text("INSERT INTO marks (ballot_id, work_id, mark) VALUES (1, 1, 1)"))

    with pytest.raises(IntegrityError):
        await orphan(database)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("mysql://x/y", "names mysql"),
        ("nonsense", "must look like"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
    ],
)
def test_an_address_that_cannot_work_is_refused_in_a_sentence(address: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        parse_url(address)


def test_plain_addresses_get_their_drivers() -> None:
    assert parse_url("postgresql://u@h/d").drivername == "postgresql+asyncpg"
    assert parse_url("postgres://u@h/d").drivername == "postgresql+asyncpg"
    assert parse_url("sqlite:///var/x.db").drivername == "sqlite+here"


async def test_an_error_says_nothing_of_what_was_to_be_written(database: Database) -> None:
    await set_fact(database, "a secret")
    with pytest.raises(IntegrityError) as caught:
        await set_fact(database, "another secret")
    assert "secret" not in str(caught.value).replace(str(caught.value.orig), "")
