"""/media/SHA256: the files of works, streamed, cached for good (their address is their content)."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from urllib.parse import quote

import structlog
from aiohttp import web

from services import gallery
from services.media import MediaMissingError
from web.surroundings import around

_log = structlog.get_logger(__name__)

_KEY = re.compile(r"[0-9a-f]{64}")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_INLINE = re.compile(r"(image/(jpeg|png|gif|webp|avif|bmp))|audio/.+|video/.+")
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox",
    "Accept-Ranges": "bytes",
}


async def media(request: web.Request) -> web.StreamResponse:
    """A file: pictures, sounds and videos to be seen in the page, anything else to be saved.

    Whole or from one range of bytes on; 404 for what no work in the gallery has, 416 for a range past its end.
    """
    key = request.match_info["sha256"]
    surroundings = around(request)
    kind = await gallery.media_type(surroundings.db, sha256=key) if _KEY.fullmatch(key) else None
    if kind is None:
        raise web.HTTPNotFound
    try:
        size = await surroundings.media.size(key)
    except MediaMissingError as error:
        raise web.HTTPNotFound from error
    headers = {**_HEADERS, "ETag": f'"{key}"', "Content-Disposition": _disposition(kind, request.query.get("name", ""))}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    start, end, status = _range(request.headers.get("Range", ""), size)
    if status == web.HTTPPartialContent.status_code:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response = web.StreamResponse(status=status, headers={**headers, "Content-Type": kind})
    response.content_length = end - start
    await response.prepare(request)
    if request.method != "HEAD":
        await _send(request, response, surroundings.media.open(key, start, end))
    await response.write_eof()
    return response


async def _send(request: web.Request, response: web.StreamResponse, chunks: AsyncIterator[bytes]) -> None:
    """Write a file out and let go of it, also when the reader leaves half-way."""
    try:
        async for chunk in chunks:
            await response.write(chunk)
    except ConnectionError:
        raise
    except Exception as error:
        # The answer has begun and promised a length: only a broken connection says that this is not all of it.
        _log.exception("A file could not be read to its end", path=request.path)
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionAbortedError from error
    finally:
        if isinstance(chunks, AsyncGenerator):
            await chunks.aclose()


def _disposition(kind: str, name: str) -> str:
    shown = "inline" if _INLINE.fullmatch(kind) else "attachment"
    safe = quote(name.replace("\r", "").replace("\n", "")[:120], safe="")
    return f"{shown}; filename*=UTF-8''{safe}" if safe else shown


def _range(asked: str, size: int) -> tuple[int, int, int]:
    """First byte, byte after the last, and status for a Range header; several ranges get the whole file.

    "bytes=-10" asks for the last ten.
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None or not (found[1] or found[2]):
        return 0, size, 200
    if found[1]:
        start, end = int(found[1]), min(int(found[2]) + 1, size) if found[2] else size
    else:
        start, end = max(0, size - int(found[2])), size
    if start >= end:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return start, end, 206
