"""The guarded fetcher against servers that lead elsewhere, never end, unfold, and lie."""

import asyncio
import gzip
import socket
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.guarded import HOPS, USER_AGENT, AgainError, Guarded, RefusedError, reachable_by_all
from tests.support.webserver import WebServer, web_server

HTML = frozenset({"text/html"})
LIMIT = 100_000


class Names(AbstractResolver):
    """Leads names to addresses; a list is given out one after the other."""

    def __init__(self, **names: list[str]) -> None:
        self.names = names

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        addresses = self.names[host.partition(".")[0]]
        del family
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=0)]

    async def close(self) -> None: ...


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with web_server() as found:
        yield found


@pytest.fixture
async def guarded(server: WebServer) -> AsyncIterator[Guarded]:
    async with Guarded(allow=server.allow) as found:
        yield found


async def refusal(guarded: Guarded, url: str) -> str:
    with pytest.raises(RefusedError) as caught:
        await guarded.get(url, types=HTML, limit=LIMIT)
    return str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",  # noqa: S104
        "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1", "192.0.0.9", "192.88.99.1", "198.18.0.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "fec0::1", "::ffff:10.0.0.1",
        "::ffff:8.8.8.8", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "3fff::1", "100::1", "5f00::1", "localhost", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_the_whole_internets(address: str) -> None:
    assert not reachable_by_all(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81c::200e"])
def test_addresses_that_are(address: str) -> None:
    assert reachable_by_all(address)


async def test_a_page_as_it_is(server: WebServer, guarded: Guarded) -> None:
    url = server.gives("/a", "<title>Dawn</title>", "text/html; charset=utf-8", Set_Cookie="seen=1")
    for _ in range(2):
        found = await guarded.get(url, types=HTML, limit=LIMIT)
        assert (found.url, found.content_type, found.charset) == (url, "text/html", "utf-8")
        assert (found.body, found.whole) == (b"<title>Dawn</title>", True)
    asked = server.asked[-1].headers
    assert asked["User-Agent"] == USER_AGENT
    assert not {"Cookie", "Authorization", "Referer"} & set(asked)


async def test_no_proxy_of_the_environment_is_asked(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    url = server.gives("/a", "x")
    async with web_server() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.base)
        async with Guarded(allow=server.allow + proxy.allow) as guarded:
            assert (await guarded.get(url, types=HTML, limit=LIMIT)).body == b"x"
        assert proxy.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/", "http://127.1:{port}/", "http://2130706433:{port}/", "http://localhost:{port}/",
        "http://0x7f.1:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://0.0.0.0:{port}/",
        "http://[::]:{port}/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/latest/meta-data/",
        "http://[64:ff9b::7f00:1]/", "http://[fe80::1%25lo]/",
    ],
)  # fmt: skip
async def test_no_way_of_writing_it_leads_inside(server: WebServer, url: str) -> None:
    server.gives("/", "secret")
    async with Guarded() as guarded:
        with pytest.raises((RefusedError, AgainError)) as caught:
            await guarded.get(url.format(port=server.port), types=HTML, limit=LIMIT)
    assert server.asked == []
    if isinstance(caught.value, RefusedError):
        assert "open internet" in str(caught.value) or "address of the web" in str(caught.value)


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1:{other}/in", "http://[::1]:{other}/in", "http://[::ffff:10.0.0.1]/in", "//10.0.0.1/in"]
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_every_hop_is_checked(server: WebServer, guarded: Guarded, to: str, status: int) -> None:
    async with web_server() as other:
        other.gives("/in", "secret")
        url = server.redirects("/a", to.format(other=other.port), status)
        assert "open internet" in await refusal(guarded, url)
        assert other.asked == []


@pytest.mark.parametrize(
    "address", ["10.0.0.5", "127.0.0.1", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:5", "169.254.1.1"]
)
async def test_a_name_that_leads_inside(address: str) -> None:
    async with Guarded(resolver=Names(inside=[address])) as guarded:
        assert "open internet" in await refusal(guarded, "http://inside.example/")


async def test_a_name_that_leads_elsewhere_the_second_time(server: WebServer) -> None:
    url = f"http://turning.example:{server.port}/a"
    server.redirects("/a", url.replace("/a", "/b"))
    names = Names(turning=["127.0.0.1", "192.168.0.1"])
    async with Guarded(allow=server.allow, resolver=names) as guarded:
        assert "open internet" in await refusal(guarded, url)
    assert server.paths == ["/a"]


@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/passwd",
        "ftp://8.8.8.8/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://",
        "http://a:b@8.8.8.8/",
        "",
    ],
)
async def test_only_the_web_is_gone_to(server: WebServer, guarded: Guarded, to: str) -> None:
    sentence = await refusal(guarded, server.redirects("/a", to))
    assert any(words in sentence for words in ("address of the web", "a password", "without end"))
    assert set(server.paths) == {"/a"}


async def test_ports_of_other_services_are_left_alone() -> None:
    async with Guarded(resolver=Names(mail=["8.8.8.8"])) as guarded:
        assert "port" in await refusal(guarded, "http://mail.example:25/")


async def test_few_redirects_are_followed(server: WebServer, guarded: Guarded) -> None:
    server.gives("/end", "x")
    for place in range(HOPS):
        server.redirects(f"/{place}", f"/{place + 1}" if place + 1 < HOPS else "/end")
    assert (await guarded.get(server.base + "/0", types=HTML, limit=LIMIT)).url == server.base + "/end"
    assert "without end" in await refusal(guarded, server.redirects("/loop", "/loop"))
    assert server.paths.count("/loop") == HOPS + 1


async def test_an_answer_that_never_ends_is_cut_or_refused(server: WebServer, guarded: Guarded) -> None:
    ended = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        try:
            while True:
                await response.write(b"<p>" * 10_000)
        except (ConnectionError, OSError):
            ended.set()
            return response

    server.answers["/a"] = endless
    found = await guarded.get(server.base + "/a", types=HTML, limit=LIMIT, cut=True)
    assert (len(found.body), found.whole) == (LIMIT, False)
    async with asyncio.timeout(10):
        await ended.wait()
    assert "larger than 97 KB" in await refusal(guarded, server.base + "/a")


@pytest.mark.parametrize("begins", [True, False])
async def test_an_answer_that_never_comes_is_given_up(server: WebServer, begins: bool) -> None:
    let_go = asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        if begins:
            await response.prepare(request)
            await response.write(b"<title>")
        await let_go.wait()
        return response

    server.answers["/a"] = slow
    async with Guarded(allow=server.allow, seconds=0.2) as guarded:
        with pytest.raises(AgainError, match="too long"):
            await guarded.get(server.base + "/a", types=HTML, limit=LIMIT)
    let_go.set()


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
async def test_a_bomb_unfolds_no_further_than_the_limit(server: WebServer, guarded: Guarded, packing: str) -> None:
    nothing = bytes(60_000_000)
    bomb = gzip.compress(nothing, 9) if packing == "gzip" else zlib.compress(nothing, 9)
    del nothing
    url = server.gives("/a", bomb, Content_Encoding=packing)
    tracemalloc.start()
    try:
        assert "larger than" in await refusal(guarded, url)
        found = await guarded.get(url, types=HTML, limit=LIMIT, cut=True)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert (len(found.body), found.whole) == (LIMIT, False)


async def test_what_is_packed_is_unpacked(server: WebServer, guarded: Guarded) -> None:
    page = b"<title>Dawn</title>" * 3000
    packed = server.gives("/a", gzip.compress(page), Content_Encoding="gzip")
    assert (await guarded.get(packed, types=HTML, limit=LIMIT)).body == page
    assert "cannot be unpacked" in await refusal(guarded, server.gives("/b", page, Content_Encoding="gzip"))
    assert "packed as br" in await refusal(guarded, server.gives("/c", page, Content_Encoding="br"))


async def raw_server(answer: bytes) -> asyncio.Server:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    return await asyncio.start_server(talk, "127.0.0.1", 0)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Big: " + b"a" * 5_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % number for number in range(100_000)) + b"\r\n",
        b"HTTP/1.1 " + b"2" * 1_000_000 + b" OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"",
    ],
)
async def test_headers_without_end_and_other_tongues(answer: bytes) -> None:
    server = await raw_server(answer)
    port = server.sockets[0].getsockname()[1]
    async with server, Guarded(allow=[("127.0.0.1", port)]) as guarded:
        with pytest.raises(AgainError, match="could not be reached"):
            await guarded.get(f"http://127.0.0.1:{port}/", types=HTML, limit=LIMIT)


@pytest.mark.parametrize("kind", ["application/octet-stream", "image/png", "text/html-not", "video/mp4"])
async def test_other_types_are_not_read(server: WebServer, guarded: Guarded, kind: str) -> None:
    assert await refusal(guarded, server.gives("/a", "x", kind)) == f"It is {kind}"


@pytest.mark.parametrize(("status", "error"), [(404, RefusedError), (401, RefusedError), (204, RefusedError),
                                               (500, AgainError), (503, AgainError), (429, AgainError)])  # fmt: skip
async def test_statuses(server: WebServer, guarded: Guarded, status: int, error: type[Exception]) -> None:
    with pytest.raises(error, match=f"answered {status}"):
        await guarded.get(server.gives("/a", status=status), types=HTML, limit=LIMIT)


async def test_a_site_that_is_away() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        async with Guarded(allow=[("127.0.0.1", port)]) as guarded:
            with pytest.raises(AgainError, match="could not be reached"):
                await guarded.get(f"http://127.0.0.1:{port}/", types=HTML, limit=LIMIT)


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "a..example", "\u2488.example"])
async def test_names_that_are_none(host: str) -> None:
    async with Guarded() as guarded:
        assert "address of the web" in await refusal(guarded, f"http://{host}/")
