"""One process at a time talks to Discord and runs what is due."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from db.engine import parse_url
from domain.errors import UserError

_KEY = 0x5348_4F58  # not the key of migrations (db.migrate), which must be able to run meanwhile


class ProcessLock(Protocol):
    """Held by the one process of a database that does what may be done once only."""

    async def acquire(self) -> bool:
        """Take the lock if nobody has it; False at once if somebody does."""
        ...

    async def held(self) -> bool:
        """Whether it is still ours (a lost connection to PostgreSQL loses it)."""
        ...

    async def release(self) -> None:
        """Give it back. The end of the process, however it comes, does too."""
        ...


def process_lock(address: str) -> ProcessLock:
    """The lock of the database at `address`: a file beside SQLite's, an advisory lock in PostgreSQL."""
    url = parse_url(address)
    if url.get_backend_name() == "sqlite":
        return _FileLock(Path(f"{url.database}.lock"))
    return _AdvisoryLock(address)


class _FileLock:
    """The operating system lets go of it when the process ends, even by SIGKILL."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    async def acquire(self) -> bool:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise UserError(f"{self._path} cannot be opened: {error.strerror}.") from error
        try:
            _exclusive()(self._file)
        except OSError:
            await self.release()
            return False
        return True

    async def held(self) -> bool:
        return self._file is not None

    async def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class _AdvisoryLock:
    """A session of its own, so that no transaction's end and no pool takes it away."""

    def __init__(self, address: str) -> None:
        self._engine = create_async_engine(parse_url(address), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._connection: AsyncConnection | None = None

    async def acquire(self) -> bool:
        connection = await self._engine.connect()
        got = await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY})
        if not got:
            await connection.close()
            return False
        self._connection = connection
        return True

    async def held(self) -> bool:
        if self._connection is None:
            return False
        try:
            await self._connection.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001 - whatever the driver says, the session and with it the lock is gone
            return False
        return True

    async def release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
        await self._engine.dispose()


def _exclusive() -> Callable[[int], None]:
    """What locks an open file for this process alone, or raises OSError at once."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - exists there only

        return lambda file: msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    import fcntl  # noqa: PLC0415 - exists elsewhere only

    return lambda file: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
