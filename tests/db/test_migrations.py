"""Models and migrations agree, up and down, on both databases; starts at once and newer databases are safe."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, inspect, text

from db import check, migrate
from db.engine import Database
from db.models import Base
from domain.errors import UserError


async def test_models_and_migrations_agree_on_sqlite(tmp_path: Path) -> None:
    found = await check.compare(f"sqlite:///{tmp_path}/models.db", f"sqlite:///{tmp_path}/migrations.db")
    assert found == []


@pytest.mark.postgres
async def test_models_and_migrations_agree_on_postgres(postgres_cluster) -> None:
    names = [postgres_cluster.create(), postgres_cluster.create()]
    try:
        assert await check.compare(*(postgres_cluster.url(name) for name in names)) == []
    finally:
        for name in names:
            postgres_cluster.drop(name)


async def test_a_changed_check_constraint_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Base.metadata.tables["payments"]
    (amount,) = [c for c in table.constraints if isinstance(c, CheckConstraint) and "amount" in str(c.name)]
    monkeypatch.setattr(amount, "sqltext", text("amount > 1"))
    found = await check.compare(f"sqlite:///{tmp_path}/models.db", f"sqlite:///{tmp_path}/migrations.db")
    assert len(found) == 1
    assert "payments: checks" in found[0]


async def test_down_to_nothing_and_up_again(database_url: str) -> None:
    await migrate.migrate(database_url)
    await migrate.migrate(database_url, "base")
    db = Database(database_url)
    try:
        async with db.writer.begin() as connection:
            left = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    finally:
        await db.close()
    assert set(left) <= {"alembic_version"}
    assert await migrate.migrate(database_url) is None
    assert await migrate.current(database_url) == migrate.HEAD


async def test_two_starts_at_once_migrate_once(database_url: str) -> None:
    before = await asyncio.gather(*(migrate.migrate(database_url) for _ in range(4)))
    assert sorted(before, key=str) == [migrate.HEAD] * 3 + [None]


async def test_a_newer_database_is_refused_and_left_alone(database_url: str) -> None:
    await migrate.migrate(database_url)
    db = Database(database_url)
    try:
        async with db.writer.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(UserError, match=r"made by a newer Showrunner \(revision 9999"):
            await migrate.migrate(database_url)
        async with db.reader.connect() as connection:
            assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    finally:
        await db.close()
