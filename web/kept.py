"""Rendered pages, kept until something is written: most readers get bytes that are there already."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from web.surroundings import around

Handler = Callable[[web.Request], Awaitable[web.Response]]

MOST_BYTES = 24 * 2**20
"""What all kept pages may take, packed and unpacked together."""

_LONGEST = {True: timedelta(seconds=10), False: timedelta(seconds=2)}
"""How long a page is kept at most, by whether the database is SQLite: with PostgreSQL other processes write, too."""

_CACHE = "public, max-age=3"
_SMALL = 1024


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes
    packed: bytes | None
    etag: str
    changes: int
    until: datetime

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed or b"")


class Shelf:
    """Kept pages by address, the least recently asked for given up first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._pages: OrderedDict[str, _Kept] = OrderedDict()

    def find(self, address: str, changes: int, now: datetime) -> _Kept | None:
        """The page, unless something was written since or it is too old."""
        page = self._pages.get(address)
        if page is None or page.changes != changes or now >= page.until:
            return None
        self._pages.move_to_end(address)
        return page

    def keep(self, address: str, page: _Kept) -> None:
        """Put a page on the shelf; one that would fill a quarter of it alone is not kept."""
        old = self._pages.pop(address, None)
        self._bytes -= old.size if old is not None else 0
        if page.size > self._most // 4:
            return
        self._pages[address] = page
        self._bytes += page.size
        while self._bytes > self._most:
            self._bytes -= self._pages.popitem(last=False)[1].size


SHELF: web.AppKey[Shelf] = web.AppKey("shelf", Shelf)


def kept(handler: Handler) -> Handler:
    """A page handler whose answer is kept; unchanged for a reader who has it, it is answered without a body."""

    async def answer(request: web.Request) -> web.Response:
        surroundings, shelf = around(request), request.config_dict[SHELF]
        address = f"{request.path}?{request.query.get('page', '')}"
        now = surroundings.clock()
        changes = surroundings.db.changes  # read before the page is: a write meanwhile makes it old at once
        page = shelf.find(address, changes, now)
        if page is None:
            response = await handler(request)
            if response.status != web.HTTPOk.status_code or not isinstance(response.body, bytes):
                return response
            page = _kept(response.body, changes, now + _LONGEST[surroundings.db.sqlite])
            shelf.keep(address, page)
        return _answer(request, page)

    return answer


def _kept(body: bytes, changes: int, until: datetime) -> _Kept:
    packed = gzip.compress(body, 6, mtime=0) if len(body) > _SMALL else None
    return _Kept(body, packed, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"', changes, until)


def _answer(request: web.Request, page: _Kept) -> web.Response:
    headers = {"Cache-Control": _CACHE, "ETag": page.etag, "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == page.etag:
        return web.Response(status=304, headers=headers)
    body = page.body
    if page.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = page.packed, "gzip"
    return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)
