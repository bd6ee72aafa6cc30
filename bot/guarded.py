"""Fetching from addresses that people post: only what the whole internet may see, and only so much of it.

Where a name leads is decided when the socket is made, for every hop: whatever was looked up or checked before
may have changed by then.
"""

import asyncio
import re
import socket
import zlib
from collections.abc import AsyncIterator, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Self

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult

HOPS = 4
"""Redirects that are followed."""

SECONDS = 20.0
"""How long everything together may take: every hop, and the last byte."""

USER_AGENT = "Showrunner/0.1 (looks at links that are posted to it, for their title and picture)"

_NAMES_AT_ONCE = 4
_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
_CHUNK = 64 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=10)
_PORTS = frozenset({80, 443})
_LOWEST_FREE_PORT = 1024
_MOVED = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({408, 425, 429})
_GLOBAL_V6 = ip_network("2000::/3")
# Each is, or leads on to, something that is not the whole internet's, whatever is_global says of it.
_DENIED = tuple(
    ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # relays into 2002::/16
        "2001::/23",  # protocol assignments; 2001::/32 wraps IPv4
        "2002::/16",  # wraps IPv4
        "3fff::/20",  # documentation
    )
)
_INFLATES = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


class RefusedError(Exception):
    """It will not be fetched, now or later; the message says why."""


class AgainError(Exception):
    """It did not work now and may later."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave: where it was found in the end, what it says it is, and its bytes.

    `charset` is as announced, or empty; `whole` is False where reading was stopped at the limit.
    """

    url: str
    content_type: str
    charset: str
    body: bytes
    whole: bool


def reachable_by_all(address: str) -> bool:
    """Whether a literal IP address belongs to the open internet.

    IPv6 addresses that carry another one in them (::ffff:0:0/96, 64:ff9b::/96, 2002::/16, ...) never do.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if not ip.is_global or ip.is_multicast or any(ip in network for network in _DENIED):
        return False
    return isinstance(ip, IPv4Address) or _is_plain(ip)


def _is_plain(ip: IPv6Address) -> bool:
    return ip in _GLOBAL_V6


class _Resolver(AbstractResolver):
    """The system's, in threads of its own: names that take for ever keep no other work from a thread."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_NAMES_AT_ONCE, thread_name_prefix="names")

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_UNSPEC) -> list[ResolveResult]:
        """The addresses of a name; OSError where there are none."""
        asked = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, asked)
        return [
            ResolveResult(hostname=host, host=str(to[0]), port=port, family=kind, proto=protocol, flags=_NUMERIC)
            for kind, _, protocol, _, to in found
        ]

    async def close(self) -> None:
        """Let go of the threads; a name that is still being looked up is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Guarded:
    """Fetches over http and https, without cookies, credentials or proxies. Use as an async context manager.

    `allow` names host and port pairs that are let through although they are not public: for tests on loopback.
    `resolver` takes the place of the system's, `seconds` that of the total time limit.
    """

    def __init__(
        self,
        *,
        allow: Collection[tuple[str, int]] = (),
        resolver: AbstractResolver | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._allow, self._seconds = frozenset(allow), seconds
        self._resolver = resolver or _Resolver()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # One address after the other: a refusal then ends the request instead of one of several attempts.
        connector = aiohttp.TCPConnector(
            socket_factory=self._socket, resolver=self._resolver, use_dns_cache=False, force_close=True,
            happy_eyeballs_delay=None, limit=16,
        )  # fmt: skip
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=_TIMEOUT, trust_env=False,
            auto_decompress=False, headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
        )  # fmt: skip
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._session is not None:
            await self._session.close()
        await self._resolver.close()

    async def get(self, url: str, *, types: Collection[str], limit: int, cut: bool = False) -> Fetched:
        """What is at `url`, if it is one of the content `types` ("image/" stands for all that begin so).

        More than `limit` bytes, counted after unpacking, are refused, or with `cut` left off. RefusedError for what
        must not or cannot be had; AgainError for what may work later.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(url, types, limit, cut=cut)
        except TimeoutError:
            raise AgainError("The site took too long to answer") from None
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError) as error:
            raise RefusedError("The site's certificate is not valid") from error
        except (aiohttp.InvalidURL, UnicodeError) as error:
            raise RefusedError("It is not an address of the web") from error
        except (aiohttp.ClientError, OSError) as error:
            raise AgainError(f"The site could not be reached ({type(error).__name__})") from error

    async def _follow(self, address: str, types: Collection[str], limit: int, *, cut: bool) -> Fetched:
        url = _web_address(address)
        for _ in range(HOPS + 1):
            found = await self._hop(url, types, limit, cut=cut)
            if isinstance(found, Fetched):
                return found
            url = found
        raise RefusedError("The site sends from one address to the next without end")

    async def _hop(self, url: yarl.URL, types: Collection[str], limit: int, *, cut: bool) -> Fetched | yarl.URL:
        """One request: what came of it, or where it leads on to."""
        if self._session is None:
            raise RuntimeError("use Guarded with async with")
        accept = ", ".join(f"{one}*" if one.endswith("/") else one for one in types)
        async with self._session.get(url, allow_redirects=False, headers={"Accept": accept}) as response:
            if response.status in _MOVED:
                return _next_address(url, response.headers.get("Location", ""))
            _check_status(response.status)
            kind = response.content_type.lower()
            if not any(kind == one or (one.endswith("/") and kind.startswith(one)) for one in types):
                raise RefusedError(f"It is {kind[:60]}")
            body, whole = await _read(response, limit)
            if not whole and not cut:
                raise RefusedError(f"It is larger than {limit // 1024} KB")
            return Fetched(str(url), kind, response.charset or "", body, whole)

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        """The socket for a connection that is about to be made, if it may be made."""
        family, kind, protocol, _, (host, port, *_) = info
        if (host, port) not in self._allow:
            if not reachable_by_all(host):
                raise RefusedError("The address does not belong to the open internet")
            _check_port(port)
        return socket.socket(family=family, type=kind, proto=protocol)


def _web_address(address: str) -> yarl.URL:
    try:
        url = yarl.URL(address)
        port = url.port
    except ValueError:
        raise RefusedError("It is not an address of the web") from None
    if url.scheme not in {"http", "https"} or not url.host or port is None:
        raise RefusedError("It is not an address of the web")
    if url.user is not None or url.password is not None:
        raise RefusedError("The address has a name or a password in it")
    return url


def _next_address(url: yarl.URL, location: str) -> yarl.URL:
    try:
        return _web_address(str(url.join(yarl.URL(location))))
    except ValueError:
        raise RefusedError("It is not an address of the web") from None


def _check_port(port: int) -> None:
    """The other low ports belong to services that do not speak HTTP and might make something of it all the same."""
    if port not in _PORTS and port < _LOWEST_FREE_PORT:
        raise RefusedError("The address has a port that is not one of the web")


def _check_status(status: int) -> None:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _LATER:
        raise AgainError(f"The site answered {status}")
    if status != HTTPStatus.OK:
        raise RefusedError(f"The site answered {status}")


async def _read(response: aiohttp.ClientResponse, limit: int) -> tuple[bytes, bool]:
    """The unpacked body, `limit` bytes of it at most, and whether that is all."""
    body = bytearray()
    async for piece in _unpacked(response, limit + 1):
        body += piece
        if len(body) > limit:
            return bytes(body[:limit]), False
    return bytes(body), True


async def _unpacked(response: aiohttp.ClientResponse, most: int) -> AsyncIterator[bytes]:
    """The body in pieces of at most `most` bytes, however much a few bytes of it unfold to."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    chunks = response.content.iter_chunked(_CHUNK)
    if encoding in {"", "identity"}:
        async for chunk in chunks:
            yield chunk
        return
    if encoding not in _INFLATES:
        raise RefusedError(f"It is packed as {re.sub(r'[^a-z0-9-]', '', encoding)[:20]}")
    inflate = zlib.decompressobj(_INFLATES[encoding])
    unfold = partial(_inflated, inflate, most=min(most, _CHUNK))
    async for chunk in chunks:
        rest = chunk
        while rest and not inflate.eof:
            piece, rest = unfold(rest)
            yield piece


def _inflated(inflate: Any, packed: bytes, *, most: int) -> tuple[bytes, bytes]:
    """Up to `most` bytes unpacked, and what is left to unpack."""
    try:
        return inflate.decompress(packed, most), inflate.unconsumed_tail
    except zlib.error:
        raise RefusedError("It cannot be unpacked") from None
