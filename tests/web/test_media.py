"""Files of works over HTTP: whole, in ranges, unchanged, in safe types only, and gone when the work is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
from aiohttp import ClientPayloadError

from db.models import WorkState
from services.shows import ShowView
from tests.web import exhibition
from tests.web.conftest import Gallery
from tests.web.exhibition import Exhibition, Piece

SOUND = b"RIFF" + bytes(range(256)) * 2000
PAGE = b"<script>alert(1)</script>"


async def hung(gallery: Gallery) -> Exhibition:
    files = [
        ("tune.wav", "audio/wav", SOUND),
        ("page.html", "text/html", PAGE),
        ("art.svg", "image/svg+xml", PAGE[::-1]),
    ]
    return await exhibition.hang(gallery.db, gallery.store, [Piece("Tune", "Ann", medium="sound", files=files[:1])] + [
        Piece(name, "Bo", files=[(name, kind.replace("image/", "drawing/"), body)]) for name, kind, body in files[1:]
    ])  # fmt: skip


async def test_a_file_comes_whole_with_its_type_and_for_good(gallery: Gallery, show: ShowView) -> None:
    key = (await hung(gallery)).keys["tune.wav"]
    async with gallery.client.get(f"/media/{key}?name=tune.wav") as response:
        assert (response.status, await response.read()) == (200, SOUND)
        assert response.headers["Content-Type"] == "audio/wav"
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["Content-Disposition"] == "inline; filename*=UTF-8''tune.wav"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=100-", 100, len(SOUND)), ("bytes=5-99999999", 5, len(SOUND))],
)
async def test_a_range_of_bytes(gallery: Gallery, show: ShowView, asked: str, start: int, end: int) -> None:
    key = (await hung(gallery)).keys["tune.wav"]
    async with gallery.client.get(f"/media/{key}", headers={"Range": asked}) as response:
        assert (response.status, await response.read()) == (206, SOUND[start:end])
        assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(SOUND)}"


async def test_a_range_past_the_end_is_refused_with_the_size(gallery: Gallery, show: ShowView) -> None:
    key = (await hung(gallery)).keys["tune.wav"]
    async with gallery.client.get(f"/media/{key}", headers={"Range": f"bytes={len(SOUND)}-"}) as response:
        assert response.status == 416
        assert response.headers["Content-Range"] == f"bytes */{len(SOUND)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=x-"])
async def test_what_is_no_single_range_gets_the_whole(gallery: Gallery, show: ShowView, asked: str) -> None:
    key = (await hung(gallery)).keys["tune.wav"]
    async with gallery.client.get(f"/media/{key}", headers={"Range": asked}) as response:
        assert (response.status, len(await response.read())) == (200, len(SOUND))


async def test_the_last_bytes(gallery: Gallery, show: ShowView) -> None:
    key = (await hung(gallery)).keys["tune.wav"]
    async with gallery.client.get(f"/media/{key}", headers={"Range": "bytes=-10"}) as response:
        assert (response.status, await response.read()) == (206, SOUND[-10:])


async def test_unchanged_is_304_and_head_has_no_body(gallery: Gallery, show: ShowView) -> None:
    key = (await hung(gallery)).keys["tune.wav"]
    async with gallery.client.get(f"/media/{key}", headers={"If-None-Match": f'"{key}"'}) as response:
        assert (response.status, await response.read()) == (304, b"")
    async with gallery.client.head(f"/media/{key}") as response:
        assert (response.status, response.content_length) == (200, len(SOUND))


@pytest.mark.parametrize("name", ["page.html", "art.svg"])
async def test_what_could_run_is_a_download(gallery: Gallery, show: ShowView, name: str) -> None:
    key = (await hung(gallery)).keys[name]
    async with gallery.client.get(f"/media/{key}?name={name}") as response:
        assert response.headers["Content-Disposition"].startswith("attachment")
        await response.read()


async def test_a_name_cannot_add_headers(gallery: Gallery, show: ShowView) -> None:
    key = (await hung(gallery)).keys["tune.wav"]
    async with gallery.client.get(f"/media/{key}", params={"name": 'x"\r\nSet-Cookie: a=b'}) as response:
        assert response.status == 200
        assert "Set-Cookie" not in response.headers
        await response.read()
        assert response.headers["Content-Disposition"] == "inline; filename*=UTF-8''x%22Set-Cookie%3A%20a%3Db"


async def test_a_withdrawn_works_file_is_gone(gallery: Gallery, show: ShowView) -> None:
    shown = await hung(gallery)
    await exhibition.set_work(gallery.db, shown.works[0], state=WorkState.WITHDRAWN)
    async with gallery.client.get(f"/media/{shown.keys['tune.wav']}") as response:
        assert response.status == 404


async def test_the_preview_is_webp(gallery: Gallery, show: ShowView) -> None:
    shown = await exhibition.hang(gallery.db, gallery.store, exhibition.pieces(1))
    works = (await gallery.text(f"/works/{shown.works[0]}")).split("/media/")
    preview = next(part[:64] for part in works[1:] if part[:64] not in shown.keys.values())
    async with gallery.client.get(f"/media/{preview}") as response:
        assert response.content_type == "image/webp"
        assert (await response.read())[:4] == b"RIFF"


@pytest.mark.parametrize(
    "path", ["..%2f..%2fshowrunner.db", "..%2Fshowrunner.db", "a" * 63, "A" * 64, "g" * 64, "0" * 64]
)
async def test_no_other_path_leads_to_a_file(gallery: Gallery, show: ShowView, path: str, tmp_path: Path) -> None:
    await hung(gallery)
    assert (tmp_path / "showrunner.db").exists()
    async with gallery.client.get(f"/media/{path}") as response:
        assert response.status == 404
        assert b"SQLite" not in await response.read()


async def test_a_file_that_the_store_has_lost_is_404(gallery: Gallery, show: ShowView) -> None:
    shown = await hung(gallery)
    lost = gallery.store.path(shown.keys["tune.wav"])
    assert lost is not None
    lost.unlink()
    async with gallery.client.get(f"/media/{shown.keys['tune.wav']}") as response:
        assert response.status == 404


async def test_a_reader_who_leaves_half_way_is_no_error(gallery: Gallery, show: ShowView) -> None:
    big = Piece("Long", "Ann", medium="sound", files=[("long.wav", "audio/wav", bytes(30_000_000))])
    key = (await exhibition.hang(gallery.db, gallery.store, [big])).keys["long.wav"]
    with structlog.testing.capture_logs() as logged:
        async with gallery.client.get(f"/media/{key}") as response:
            await response.content.readexactly(1000)
            response.close()
        assert await gallery.json("/healthz") == {"status": "ok"}
    assert logged == []


async def test_a_file_that_ends_early_breaks_the_connection(gallery: Gallery, show: ShowView) -> None:
    key = (await hung(gallery)).keys["tune.wav"]

    async def broken(*_: object) -> AsyncIterator[bytes]:
        yield SOUND[:100]
        raise OSError("the disk is gone")

    gallery.store.open = broken  # type: ignore[method-assign]  # a disk that fails half-way
    with structlog.testing.capture_logs() as logged:
        async with gallery.client.get(f"/media/{key}") as response:
            with pytest.raises(ClientPayloadError):
                await response.read()
    assert [entry["event"] for entry in logged] == ["A file could not be read to its end"]
