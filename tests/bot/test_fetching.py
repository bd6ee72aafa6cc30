"""Fetching files: from a server that lies, breaks off, redirects, forgets and sends bombs."""

import io
import wave
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from struct import pack

import aiohttp
import pytest
from aiohttp import web
from PIL import Image

from bot.fetching import TRIES, Fetcher
from bot.filetypes import type_of
from bot.previews import make_preview
from cogs.runtime import Runtime
from domain.errors import UserError
from services.kinds import FileState
from services.media import open_store
from services.store import Database
from services.views import FileView
from services.works import read
from services.works.files import WaitingFile
from tests.support.studio import NOW, make_show
from tests.support.works import opened, picture, work_id

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def png(size: tuple[int, int] = (40, 30), **how: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "PNG", **how)
    return out.getvalue()


@dataclass
class Source:
    """A server that answers as it is told, and what it was asked."""

    base: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        return await self.answers[request.path](request)

    def gives(self, path: str, data: bytes = b"", status: int = 200) -> str:
        async def answer(request: web.Request) -> web.Response:
            return web.Response(body=data, status=status)

        self.answers[path] = answer
        return self.base + path


@pytest.fixture
async def source() -> AsyncIterator[Source]:
    found = Source()
    app = web.Application()
    app.router.add_get("/{tail:.*}", found.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    found.base = f"http://{host}:{port}"
    yield found
    await runner.cleanup()


@dataclass
class Bench:
    """A fetcher with its surroundings; `fresh` is what Discord says when asked for a new address."""

    runtime: Runtime
    fetcher: Fetcher
    source: Source
    now: datetime = NOW
    fresh: list[str | None] = field(default_factory=list)

    async def fetch(self, url: str, *, name: str = "dawn.png", kind: str = "image/png", size: int = 5) -> FileView:
        """Post a work with one file, fetch what waits, and return what became of it."""
        file = replace(picture(name, size=size, kind=kind), url=url)
        self.work = await work_id(self.runtime.db, attachments=(file,))
        return await self.again()

    async def again(self, later: timedelta = timedelta()) -> FileView:
        self.now += later
        await self.fetcher.run_due()
        return (await read.view(self.runtime.db, self.work)).files[0]


@pytest.fixture
async def bench(db: Database, source: Source, tmp_path: Path) -> AsyncIterator[Bench]:
    await make_show(db)
    await opened(db)
    found: Bench

    async def fresh(file: WaitingFile) -> str | None:
        return found.fresh.pop(0)

    runtime = Runtime(
        db=db, media=open_store(str(tmp_path / "media")), clock=lambda: found.now, rng=Random(1), wake=lambda: None,
        site_url="", message_content=True, max_file_bytes=2_000_000,
    )  # fmt: skip
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        found = Bench(runtime, Fetcher(runtime, session, frozenset({source.base}), fresh), source)
        yield found


async def test_bytes_are_kept_whatever_the_name_says(bench: Bench, source: Source) -> None:
    data = png()
    file = await bench.fetch(source.gives("/a", data), name="song.mp3", kind="audio/mpeg")
    assert (file.state, file.content_type, file.size) == (FileState.KEPT, "image/png", len(data))
    assert (await read.view(bench.runtime.db, bench.work)).medium == "picture"
    assert await bench.runtime.media.size(file.preview)


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"MZ" + b"\0" * 600, "dawn.png", "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "dawn.svg", "image/svg+xml"),
        (b"<html><script>1</script></html>", "dawn.png", "image/png"),
        (b"\x7fELF" + b"\0" * 600, "poem.txt", "text/plain"),
        (b"", "dawn.png", "image/png"),
    ],
)
async def test_what_is_not_kept(bench: Bench, source: Source, data: bytes, name: str, kind: str) -> None:
    file = await bench.fetch(source.gives("/a", data), name=name, kind=kind)
    assert (file.state, file.sha256) == (FileState.FAILED, None)
    assert f"“{name}” was not kept" in file.error
    await bench.again(timedelta(days=1))
    assert len(source.asked) == 1


async def test_text_that_says_so_is_kept(bench: Bench, source: Source) -> None:
    file = await bench.fetch(source.gives("/a", "Für dich".encode()), name="poem.txt", kind="text/plain; charset=utf-8")
    assert (file.state, file.content_type) == (FileState.KEPT, "text/plain")


async def test_the_size_is_held_while_streaming(bench: Bench, source: Source) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(png())
        try:
            while True:
                await response.write(b"\0" * 65_536)
        except (ConnectionError, OSError):
            return response

    source.answers["/a"] = endless
    file = await bench.fetch(source.base + "/a")
    assert file.state is FileState.FAILED
    assert "larger than the 1 MB" in file.error
    announced = await bench.fetch(source.gives("/b", png()), size=3_000_000)
    assert announced.state is FileState.FAILED
    assert "/b" not in source.asked


async def test_only_discord_is_asked(bench: Bench, source: Source) -> None:
    elsewhere = await bench.fetch("http://127.0.0.1:1/a")
    assert elsewhere.state is FileState.FAILED
    assert "not one of Discord's" in elsewhere.error

    async def redirect(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(source.base + "/private")

    source.answers["/a"] = redirect
    redirected = await bench.fetch(source.base + "/a")
    assert redirected.state is FileState.WAITING
    assert "/private" not in source.asked


async def test_trouble_is_tried_again_later_each_time_and_at_last_told(bench: Bench, source: Source) -> None:
    file = await bench.fetch(source.gives("/a", status=503))
    assert file.state is FileState.WAITING
    await bench.again()
    assert len(source.asked) == 1
    for _ in range(TRIES - 2):
        assert (await bench.again(timedelta(hours=2))).state is FileState.WAITING
    file = await bench.again(timedelta(hours=2))
    assert file.state is FileState.FAILED
    assert "Discord answered 503" in file.error
    assert len(source.asked) == TRIES


async def test_what_failed_once_works_later(bench: Bench, source: Source) -> None:
    url = source.gives("/a", status=500)
    assert (await bench.fetch(url)).state is FileState.WAITING
    source.gives("/a", png())
    assert (await bench.again(timedelta(minutes=1))).state is FileState.KEPT


async def test_a_broken_stream_keeps_nothing(bench: Bench, source: Source) -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100000"})
        await response.prepare(request)
        await response.write(png())
        request.transport.abort()
        return response

    source.answers["/a"] = half
    file = await bench.fetch(source.base + "/a")
    assert (file.state, file.sha256) == (FileState.WAITING, None)


@pytest.mark.parametrize("status", [403, 404])
async def test_an_expired_address_is_asked_for_anew(bench: Bench, source: Source, status: int) -> None:
    bench.fresh = [source.gives("/fresh", png())]
    file = await bench.fetch(source.gives("/old", status=status))
    assert (file.state, file.url) == (FileState.KEPT, source.base + "/fresh")
    assert bench.fresh == []


async def test_a_message_that_is_gone_is_given_up(bench: Bench, source: Source) -> None:
    bench.fresh = [None]
    file = await bench.fetch(source.gives("/old", status=404))
    assert file.state is FileState.FAILED
    assert "no longer has it" in file.error


async def test_what_waits_is_taken_up_by_another_process(bench: Bench, source: Source) -> None:
    url = source.gives("/a", png())
    bench.work = await work_id(bench.runtime.db, attachments=(replace(picture(), url=url),) * 9)
    await bench.fetcher.run_due()
    assert {file.state for file in (await read.view(bench.runtime.db, bench.work)).files} == {FileState.KEPT}


async def test_a_sound_tells_how_long_it_plays_and_how_loud(bench: Bench, source: Source) -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(pack("<h", 0) * 8000 + pack("<h", -9000) * 8000)
    file = await bench.fetch(source.gives("/a", out.getvalue()), name="a.wav", kind="audio/wav")
    assert (file.state, file.content_type, file.duration_ms) == (FileState.KEPT, "audio/wav", 2000)
    assert file.peaks == (0,) * 40 + (100,) * 40


async def test_a_broken_sound_is_kept_all_the_same(bench: Bench, source: Source) -> None:
    file = await bench.fetch(source.gives("/a", b"RIFF\0\0\0\0WAVEfmt \xff\xff\xff\xff" + bytes(60)), name="a.wav")
    assert (file.state, file.content_type) == (FileState.KEPT, "audio/wav")
    assert (file.duration_ms, file.peaks) == (None, ())


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it has 60,000 x 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    header = pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


async def test_a_decompression_bomb_is_kept_and_not_opened(bench: Bench, source: Source) -> None:
    file = await bench.fetch(source.gives("/a", bomb()))
    assert (file.state, file.preview) == (FileState.KEPT, None)


def test_previews_are_small_upright_and_know_no_place(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x8825] = {1: "N", 2: (48.0, 12.0, 0.0)}
    path = tmp_path / "photo"
    Image.new("RGB", (3000, 1500), "red").save(path, "JPEG", exif=exif)
    made = make_preview(path)
    with Image.open(io.BytesIO(made)) as small:
        assert (small.format, small.size) == ("WEBP", (600, 1200))
        assert dict(small.getexif()) == {}
        assert "exif" not in small.info
    path.write_bytes(b"not a picture")
    assert make_preview(path) is None


def test_types() -> None:
    assert type_of(b"RIFF\0\0\0\0WAVEfmt ", "x", "") == "audio/wav"
    assert type_of(b"\xff\xd8\xff\xe0" + b"\0" * 20, "x.exe", "") == "image/jpeg"
    assert type_of("…".encode() * 4000, "words.md", "")[:5] == "text/"
    with pytest.raises(UserError, match="pictures, sound, video"):
        type_of(b"MZ" + b"\0" * 100, "x.png", "image/png")


@pytest.mark.parametrize(
    ("brand", "name", "declared", "kind"),
    [
        (b"isom", "take.m4a", "application/octet-stream", "audio/mp4"),
        (b"mp42", "take", "audio/mp4", "audio/mp4"),
        (b"M4A ", "take", "", "audio/mp4"),
        (b"isom", "take.mp4", "video/mp4", "video/mp4"),
    ],
)
def test_sound_in_a_container_that_holds_both(brand: bytes, name: str, declared: str, kind: str) -> None:
    assert type_of(pack(">I", 24) + b"ftyp" + brand + bytes(4) + b"isommp42" + bytes(100), name, declared) == kind
