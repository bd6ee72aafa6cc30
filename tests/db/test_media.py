"""The media store: the same behaviour in a folder and in a bucket."""

import asyncio
import hashlib
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from db.media import FolderStore, MediaMissingError, MediaStore, MediaTooLargeError, S3Store, open_store

DATA = bytes(range(256)) * 5000
KEY = hashlib.sha256(DATA).hexdigest()


async def chunks(data: bytes, size: int = 10_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def read(store: MediaStore, key: str, *bounds: int) -> bytes:
    return b"".join([chunk async for chunk in store.open(key, *bounds)])


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MediaStore:
    return FolderStore(tmp_path / "media") if request.param == "folder" else S3Store(MemoryStore())


async def test_what_is_put_is_found_under_its_hash(store: MediaStore) -> None:
    for _ in range(2):
        kept = await store.put(chunks(DATA), limit=len(DATA))
        assert (kept.sha256, kept.size) == (KEY, len(DATA))
    assert await store.size(KEY) == len(DATA)
    assert await read(store, KEY) == DATA
    assert await read(store, KEY, 5, 1005) == DATA[5:1005]
    assert await read(store, KEY, len(DATA) - 3) == DATA[-3:]
    assert await read(store, KEY, 7, 7) == b""


async def test_too_large_keeps_nothing(store: MediaStore) -> None:
    with pytest.raises(MediaTooLargeError):
        await store.put(chunks(DATA), limit=len(DATA) - 1)
    with pytest.raises(MediaMissingError):
        await store.size(KEY)


@pytest.mark.parametrize("key", ["0" * 64, "../../etc/passwd", "", KEY.upper()])
async def test_unknown_keys(store: MediaStore, key: str) -> None:
    with pytest.raises(MediaMissingError):
        await store.size(key)
    with pytest.raises(MediaMissingError):
        await read(store, key)


async def test_many_at_once_with_the_same_bytes(store: MediaStore) -> None:
    kept = await asyncio.gather(*(store.put(chunks(DATA), limit=10**9) for _ in range(8)))
    assert {one.sha256 for one in kept} == {KEY}
    assert await read(store, KEY) == DATA


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_stream_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise OSError("gone")

    store = FolderStore(tmp_path)
    with pytest.raises(OSError, match="gone"):
        await store.put(broken(), limit=100)
    assert files_in(tmp_path) == []


async def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    kept = await store.put(chunks(DATA), limit=10**9)
    path = store.path(kept.sha256)
    before = path.stat()
    await store.put(chunks(DATA), limit=10**9)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


async def test_memory_stays_flat(tmp_path: Path) -> None:
    block = b"x" * 65_536

    async def long() -> AsyncIterator[bytes]:
        for _ in range(25 * 16):
            yield block

    store = FolderStore(tmp_path)
    tracemalloc.start()
    kept = await store.put(long(), limit=10**9)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.size == 25 * 1024 * 1024
    assert peak < 4 * 1024 * 1024


def test_the_setting_chooses(tmp_path: Path) -> None:
    assert isinstance(open_store(str(tmp_path / "media")), FolderStore)
