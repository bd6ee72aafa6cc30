"""The database as services use it: one writing and one reading transaction, SQLite or PostgreSQL.

Writers on SQLite begin IMMEDIATE, because a transaction that reads before it writes would otherwise pay
the same pot twice; writers on PostgreSQL are SERIALIZABLE and run again when the server says that two
collided. Readers cannot write at all.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from db.collisions import collided
from db.group import Group
from db.sqlite import DRIVER, begin_to_write
from domain.errors import UserError

P = ParamSpec("P")
T = TypeVar("T")

_ATTEMPTS = 12
_AT_ONCE = 2
_BUSY_MS = 15_000
_QUIET: dict[str, Any] = {"hide_parameters": True}
"""What is in the tables is not written to the log: who voted for what, where somebody is paid."""

_DRIVERS = {
    "sqlite": DRIVER,
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


def parse_url(text: str) -> URL:
    """The SQLAlchemy address for `text` (sqlite:///FILE or postgresql://...); UserError for any other."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise UserError("DATABASE_URL must look like sqlite:///FILE or postgresql://USER@HOST/NAME.") from error
    driver = _DRIVERS.get(url.drivername.split("+")[0])
    if driver is None:
        raise UserError(f"DATABASE_URL names {url.drivername}; Showrunner keeps its data in sqlite or postgresql.")
    if driver.startswith("sqlite") and not (url.database and url.database != ":memory:"):
        raise UserError("DATABASE_URL must name a file for SQLite, as in sqlite:///./var/showrunner.db.")
    return url.set(drivername=driver)


class Database:
    """One database. Safe to share in a process; close it before the loop ends.

    `changes` counts the writing transactions that this process committed: while it stands still, nothing that was
    read has changed here (another process may still write). `group` writes small things that many ask for at once.
    `kept` is for what services remember of it in this process, by the class that remembers.
    """

    def __init__(self, address: str) -> None:
        self.url = parse_url(address)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._queue = asyncio.Lock()
        self.changes = 0
        self.group = Group(self.write)
        self.kept: dict[type, Any] = {}
        if self.sqlite:
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            self.writer = _sqlite_engine(self.url, writes=True)
            self.reader = _sqlite_engine(self.url, writes=False)
        else:
            self.writer = create_async_engine(self.url, isolation_level="SERIALIZABLE", pool_size=8, **_QUIET)
            self.reader = create_async_engine(
                self.url,
                isolation_level="REPEATABLE READ",
                pool_size=8,
                execution_options={"postgresql_readonly": True},
                **_QUIET,
            )

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session on one consistent snapshot; whatever it would write is refused by the database."""
        async with AsyncSession(self.reader, expire_on_commit=False) as session, session.begin():
            yield session

    async def write(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run `work` in one writing transaction and commit; again from the start if two writers collided."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                session = AsyncSession(self.writer, expire_on_commit=False)
                async with self._turn(attempt), session, session.begin():
                    result = await work(session)
                self.changes += 1
            except DBAPIError as error:
                if attempt == _ATTEMPTS or not collided(error):
                    raise
                await asyncio.sleep(0.002 * attempt * attempt)
            else:
                return result
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _turn(self, attempt: int) -> AbstractAsyncContextManager[Any]:
        """Let those who collided more than once go one by one: all at once they would collide again and again."""
        return nullcontext() if attempt <= _AT_ONCE else self._queue

    async def close(self) -> None:
        """Write what is still to be written and give every connection back.

        Without it connections would stay open until they are forgotten.
        """
        await self.group.close()
        await self.writer.dispose()
        await self.reader.dispose()


def writes(
    service: Callable[Concatenate[AsyncSession, P], Awaitable[T]],
) -> Callable[Concatenate[Database, P], Awaitable[T]]:
    """Make a service of `service`: called with a Database, it runs in one writing transaction.

    It may run more than once before it commits, so everything it does must go through its session.
    """

    @wraps(service)
    async def call(db: Database, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await db.write(lambda session: service(session, *args, **kwargs))

    return call


def reads(
    service: Callable[Concatenate[AsyncSession, P], Awaitable[T]],
) -> Callable[Concatenate[Database, P], Awaitable[T]]:
    """Make a service of `service`: called with a Database, it runs in one read-only transaction."""

    @wraps(service)
    async def call(db: Database, /, *args: P.args, **kwargs: P.kwargs) -> T:
        async with db.reading() as session:
            return await service(session, *args, **kwargs)

    return call


def _sqlite_engine(url: URL, *, writes: bool) -> AsyncEngine:
    # One writing connection: writers of this process queue here instead of spinning on the file's lock.
    size = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 60} if writes else {"pool_size": 4}
    engine = create_async_engine(url, **size, **_QUIET)
    listen_sqlite(engine, writes=writes)
    return engine


def listen_sqlite(engine: AsyncEngine, *, writes: bool, foreign_keys: bool = True) -> None:
    """Set up each SQLite connection of `engine` and say how its transactions begin."""

    def connected(connection: Any, record: object) -> None:
        del record
        connection.isolation_level = None
        connection.waits = writes
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={_BUSY_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            f"query_only={'OFF' if writes else 'ON'}",
            f"busy_timeout={0 if writes else _BUSY_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begun(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        if writes:
            begin_to_write(driver, _BUSY_MS)
        else:
            driver.execute("BEGIN")

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
