"""SQLite for asyncio, without a change of threads for every statement.

What a statement needs is in memory nearly always, and found in less time than it takes to hand it to another thread and
back, several times over when that thread has to wait for its turn. So statements are executed where they are asked
for. Only what waits for the disk or for somebody else's lock is done in a thread: beginning to write, and committing.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import URL, Pool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import await_only

T = TypeVar("T")

DRIVER = "sqlite+here"


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """SQLAlchemy calls this when a result is read; there is nothing to wait for."""


class _Connection(sqlite3.Connection):
    waits = False
    """Whether its commits go to the disk."""

    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


class Here(SQLiteDialect_pysqlite):
    """Python's own driver, to be used in SQLAlchemy's asyncio sessions."""

    driver = "here"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        """Whoever waits for a connection lets the others go on."""
        del url
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> Any:
        """As the driver's own; a connection is used by one at a time, but its commits are in another thread."""
        arguments, options = super().create_connect_args(url)
        return arguments, {**options, "check_same_thread": False, "factory": _Connection}

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """At once; SQLAlchemy takes a driver that never waits for one that is not made for asyncio."""
        del context
        await_only(_nothing())
        cursor.execute(statement, parameters)

    def do_commit(self, dbapi_connection: Any) -> None:
        """Wait for the disk elsewhere; where only was read there is nothing to wait for."""
        if dbapi_connection.waits:
            elsewhere(dbapi_connection.commit)
        else:
            dbapi_connection.commit()


async def _nothing() -> None:
    pass


registry.register("sqlite.here", __name__, Here.__name__)


def begin_to_write(connection: Any, patience_ms: int) -> None:
    """Take the lock for writing: here where nobody holds it; where somebody does, wait for it elsewhere.

    The connection itself must not wait (busy_timeout=0). sqlite3.OperationalError after `patience_ms`.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        elsewhere(lambda: _wait_to_write(connection, patience_ms))


def _wait_to_write(connection: Any, patience_ms: int) -> None:
    connection.execute(f"PRAGMA busy_timeout={patience_ms}")
    try:
        connection.execute("BEGIN IMMEDIATE")
    finally:
        connection.execute("PRAGMA busy_timeout=0")


def elsewhere(work: Callable[[], T]) -> T:
    """Do `work` in a thread while the loop goes on; for use below SQLAlchemy's asyncio sessions.

    It is carried through even if whoever waits is canceled: a connection must not be used from two sides.
    """
    return await_only(_carried_through(work))


async def _carried_through(work: Callable[[], T]) -> T:
    doing = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait([doing])
        raise
