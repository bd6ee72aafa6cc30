"""Bringing a database to this version, safely when two processes start at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from db.engine import listen_sqlite, parse_url
from domain.errors import UserError

HEAD = "0002"
"""The newest revision. Kept here so that a start that has nothing to migrate need not import Alembic."""

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x5348_4F57  # any number that no other program asks PostgreSQL an advisory lock for


async def migrate(address: str, revision: str = HEAD) -> str | None:
    """Bring the database at `address` to `revision`; returns the revision it had before.

    UserError when it was made by a newer Showrunner: nothing is changed then.
    """
    engine = _engine(address)
    try:
        async with engine.connect() as connection, connection.begin():
            return await connection.run_sync(_migrate, revision)
    finally:
        await engine.dispose()


async def current(address: str) -> str | None:
    """The revision the database at `address` has; None for an empty one."""
    engine = _engine(address)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_revision)
    finally:
        await engine.dispose()


def known_revisions() -> list[str]:
    """Every revision this version of Showrunner knows, oldest first."""
    return sorted(path.name.split("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def _engine(address: str) -> AsyncEngine:
    url = parse_url(address)
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, poolclass=NullPool)
    if url.get_backend_name() == "sqlite":
        # Rebuilding a parent table with foreign keys on would delete its children.
        listen_sqlite(engine, writes=True, foreign_keys=False)
    return engine


def _migrate(connection: Connection, revision: str) -> str | None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    before = _revision(connection)
    if before == revision:
        return before
    if before is not None and before not in known_revisions():
        raise UserError(
            f"This database was made by a newer Showrunner (revision {before}; this one knows up to {HEAD}). "
            "Start the newer version, or restore a backup made by this one. Nothing was changed."
        )
    _run(connection, _direction(before, revision), revision)
    _check_references(connection)
    return before


def _direction(before: str | None, revision: str) -> str:
    return "downgrade" if revision == "base" or (before is not None and before > revision) else "upgrade"


def _run(connection: Connection, direction: str, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - a quarter of a second that most starts do not need
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    step: Callable[[Any, str], None] = getattr(command, direction)
    step(config, revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise UserError(f"The migration would have broken {len(broken)} references; nothing was changed.")
