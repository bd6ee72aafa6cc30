"""Where files are kept, under the SHA-256 of their bytes: in a folder, or in an S3-compatible bucket.

A file is written beside its place, hashed while it streams, and moved there whole; what is there is never
written over. Memory stays bounded whatever the size.
"""

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, Self

_CHUNK = 256 * 1024
_ONE_REQUEST = 32 * 1024 * 1024
_KEY = re.compile(r"[0-9a-f]{64}")


class MediaMissingError(LookupError):
    """There is no file under this key."""


class MediaTooLargeError(ValueError):
    """The stream went on past the limit; nothing was kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"larger than {limit} bytes")
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is in the store: its key, and its size in bytes."""

    sha256: str
    size: int


class MediaStore(Protocol):
    """Files by the SHA-256 of their bytes (64 lower-case hex digits)."""

    async def put(self, chunks: AsyncIterator[bytes], *, limit: int) -> Kept:
        """Keep what streams in; MediaTooLargeError past `limit` bytes. The same bytes again change nothing."""
        ...

    async def size(self, sha256: str) -> int:
        """The file's size in bytes; MediaMissingError if there is none."""
        ...

    def open(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`; MediaMissingError on the first step if there is none."""
        ...

    def path(self, sha256: str) -> Path | None:
        """Where the file lies on this machine, or None where the store is elsewhere."""
        ...

    async def close(self) -> None:
        """Give back what the store holds."""
        ...


class FolderStore:
    """A folder of this machine, two levels of sub-folders by the first digits of the key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._arrivals = folder / "arriving"
        self._arrivals.mkdir(parents=True, exist_ok=True)

    async def put(self, chunks: AsyncIterator[bytes], *, limit: int) -> Kept:
        """Keep what streams in; MediaTooLargeError past `limit` bytes. The same bytes again change nothing."""
        async with _Spool(self._arrivals) as spool:
            kept = await spool.take(chunks, limit)
            await asyncio.to_thread(self._settle, spool.path, self._place(kept.sha256))
        return kept

    async def size(self, sha256: str) -> int:
        """The file's size in bytes; MediaMissingError if there is none."""
        try:
            return (await asyncio.to_thread(self._place(sha256).stat)).st_size
        except FileNotFoundError:
            raise MediaMissingError(sha256) from None

    async def open(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`; MediaMissingError on the first step if there is none."""
        try:
            file = await asyncio.to_thread(self._place(sha256).open, "rb")
        except FileNotFoundError:
            raise MediaMissingError(sha256) from None
        try:
            file.seek(start)
            left = None if end is None else max(0, end - start)
            while chunk := await asyncio.to_thread(file.read, _CHUNK if left is None else min(_CHUNK, left)):
                left = None if left is None else left - len(chunk)
                yield chunk
        finally:
            file.close()

    def path(self, sha256: str) -> Path | None:
        """Where the file lies; None if it is not there."""
        place = self._place(sha256)
        return place if place.is_file() else None

    async def close(self) -> None:
        """Nothing to give back."""

    def _place(self, sha256: str) -> Path:
        _check(sha256)
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    @staticmethod
    def _settle(arrived: Path, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        # A link is made only where nothing is yet, and is there whole or not at all.
        with suppress(FileExistsError):
            os.link(arrived, place)
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class S3Store:
    """A bucket. `client` is an obstore store; files are spooled to this machine first, because the key is the hash."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def put(self, chunks: AsyncIterator[bytes], *, limit: int) -> Kept:
        """Keep what streams in; MediaTooLargeError past `limit` bytes. The same bytes again change nothing."""
        import obstore  # noqa: PLC0415 - an extra
        from obstore.exceptions import AlreadyExistsError  # noqa: PLC0415

        async with _Spool(None) as spool:
            kept = await spool.take(chunks, limit)
            with await asyncio.to_thread(spool.path.open, "rb") as file:
                # "create" never writes over anything, but holds the whole file in one request.
                if kept.size <= _ONE_REQUEST:
                    with suppress(AlreadyExistsError):
                        await obstore.put_async(self._client, _object(kept.sha256), file, mode="create")
                elif not await self._has(kept.sha256):
                    await obstore.put_async(self._client, _object(kept.sha256), file)
        return kept

    async def size(self, sha256: str) -> int:
        """The file's size in bytes; MediaMissingError if there is none."""
        import obstore  # noqa: PLC0415

        try:
            return int((await obstore.head_async(self._client, _object(sha256)))["size"])
        except FileNotFoundError:
            raise MediaMissingError(sha256) from None

    async def open(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`; MediaMissingError on the first step if there is none."""
        import obstore  # noqa: PLC0415

        stop = await self.size(sha256) if end is None else end
        if start >= stop:
            return
        options: Any = {"range": (start, stop)}
        try:
            result = await obstore.get_async(self._client, _object(sha256), options=options)
        except FileNotFoundError:
            raise MediaMissingError(sha256) from None
        async for chunk in result.stream(min_chunk_size=_CHUNK):
            yield bytes(chunk)

    def path(self, sha256: str) -> Path | None:
        """Never on this machine."""
        _check(sha256)
        return None

    async def close(self) -> None:
        """Nothing to give back."""

    async def _has(self, sha256: str) -> bool:
        with suppress(MediaMissingError):
            await self.size(sha256)
            return True
        return False


class _Spool:
    """A temporary file that a stream is written to while it is hashed; gone at the end."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self.path = Path()

    async def __aenter__(self) -> Self:
        self._file = await asyncio.to_thread(
            lambda: tempfile.NamedTemporaryFile(dir=self._folder, prefix="showrunner-", delete=False)  # noqa: SIM115
        )
        self.path = Path(self._file.name)
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._file is not None:
            self._file.close()
        await asyncio.to_thread(self.path.unlink, missing_ok=True)

    async def take(self, chunks: AsyncIterator[bytes], limit: int) -> Kept:
        """Write the stream down, safely on disk when this returns."""
        if self._file is None:
            raise RuntimeError("the spool is not open")
        digest, size, file = hashlib.sha256(), 0, self._file
        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise MediaTooLargeError(limit)
            await asyncio.to_thread(_write, file, digest, chunk)
        await asyncio.to_thread(_sync, file)
        return Kept(digest.hexdigest(), size)


def open_store(setting: str) -> MediaStore:
    """The store for a setting: a folder, or s3://BUCKET/PREFIX (keys and region come from AWS_* variables)."""
    if not setting.startswith("s3://"):
        return FolderStore(Path(setting))
    from obstore.store import from_url  # noqa: PLC0415 - an extra

    return S3Store(from_url(setting))


def _write(file: IO[bytes], digest: Any, chunk: bytes) -> None:
    digest.update(chunk)
    file.write(chunk)


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _object(sha256: str) -> str:
    _check(sha256)
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _check(sha256: str) -> None:
    if not _KEY.fullmatch(sha256):
        raise MediaMissingError(sha256)
