"""Pages of the gallery beside a server that only says hello, per second of the server's processor time.

Processor time, because on a few cores the client takes as much as the server and would be measured with it.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from db.migrate import migrate
from services.store import Database
from tests.bench.children import ROOT, cpu_seconds
from tests.bench.lines import Line, Measure, Plan, at_least
from tests.bench.timing import interleaved, median
from tests.support.studio import make_show
from tests.support.vote import open_vote

_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class _Server:
    process: Process
    port: int


@dataclass(frozen=True, slots=True)
class _Page:
    server: _Server
    path: str
    tag: str | None = None


async def run(plan: Plan) -> list[Line]:
    """An episode of 500 works, as a page that is read and as one that the reader has already."""
    works = plan.some(500, 50)
    address = f"sqlite:///{plan.folder / 'gallery.db'}"
    large, small = await _episodes(address, works)
    serving = (_serving("hello"), _serving("gallery", address), _serving("changing", address))
    async with serving[0] as hello, serving[1] as gallery, serving[2] as changing:
        tag = await _tag(gallery, f"/episodes/{large}")
        pages = {
            "hello": (_Page(hello, "/"), plan.some(4000, 200)),
            "large": (_Page(gallery, f"/episodes/{large}"), plan.some(2000, 40)),
            "known": (_Page(gallery, f"/episodes/{large}", tag), plan.some(4000, 40)),
            "new": (_Page(changing, f"/episodes/{large}"), plan.some(100, 4)),
            "newsmall": (_Page(changing, f"/episodes/{small}"), plan.some(150, 10)),
        }
        for page, _ in pages.values():
            await _read(page, 2)  # the first page of a process loads the templates
        found = await interleaved(plan.some(5, 1), {name: _rate(*page) for name, page in pages.items()})
    rates = {name: median(rates) for name, rates in found.items()}
    what = f"page of {works} works"
    return [
        Line(f"{what}, read", "/s", rates["large"], "aiohttp hello", rates["hello"], at_least(100, of="ours")),
        Line(f"{what}, changed", "/s", rates["new"], "aiohttp hello", rates["hello"], at_least(100, of="ours")),
        Line(f"{what}, unchanged", "/s", rates["known"], "aiohttp hello", rates["hello"], at_least(0.6)),
        Line(f"{what}, changed", "/s", rates["new"], f"{works // 10} works", rates["newsmall"], at_least(0.07)),
    ]


async def _episodes(address: str, works: int) -> tuple[int, int]:
    await migrate(address)
    db = Database(address)
    try:
        show = await make_show(db)
        return tuple([(await open_vote(db, show.id, works=count)).episode for count in (works, works // 10)])  # type: ignore[return-value]  # two
    finally:
        await db.close()


@asynccontextmanager
async def _serving(*what: str) -> AsyncIterator[_Server]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.peers.serving", *what, cwd=ROOT, stdout=PIPE
    )
    try:
        assert process.stdout is not None
        yield _Server(process, int(await process.stdout.readline()))
    finally:
        process.terminate()
        await process.wait()


def _rate(page: _Page, count: int) -> Callable[[], Awaitable[float]]:
    async def measure() -> float:
        before = cpu_seconds(page.server.process.pid)
        await asyncio.gather(*(_read(page, count // _CONNECTIONS) for _ in range(_CONNECTIONS)))
        return (count // _CONNECTIONS) * _CONNECTIONS / (cpu_seconds(page.server.process.pid) - before)

    return measure


async def _read(page: _Page, times: int) -> None:
    """One connection, used again and again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", page.server.port)
    known = f"If-None-Match: {page.tag}\r\n" if page.tag else ""
    wanted = b"304" if page.tag else b"200"
    try:
        for _ in range(times):
            writer.write(f"GET {page.path} HTTP/1.1\r\nHost: bench\r\n{known}\r\n".encode())
            head, _ = await _answer(reader)
            if head.split()[1] != wanted:
                raise RuntimeError(f"{page.path} answered {head.split()[1].decode()}.")
    finally:
        writer.close()
        await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    _, _, rest = head.lower().partition(b"content-length: ")
    return head, await reader.readexactly(int(rest.split(b"\r\n")[0] or 0) if rest else 0)


async def _tag(server: _Server, path: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
    head, _ = await _answer(reader)
    writer.close()
    return next(line[6:] for line in head.decode().split("\r\n") if line.lower().startswith("etag: "))


MEASURE = Measure("gallery", "an episode's page, per second of the server's processor time", run)
