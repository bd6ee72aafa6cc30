"""Request bodies: JSON, or multipart with `payload_json` and `files[n]`."""

import re
from typing import Any

import orjson
from aiohttp import BodyPartReader, web

from sandbox.cdn import Signer
from sandbox.state import Upload

_INDEX = re.compile(r"files?\[(\d+)\]")


class MalformedBodyError(Exception):
    """The body is not the JSON or multipart it claims to be."""


def _json(data: bytes) -> Any:
    try:
        return orjson.loads(Signer.inward(data)) if data else None
    except orjson.JSONDecodeError as wrong:
        raise MalformedBodyError(f"the body is not JSON: {wrong}") from wrong


async def read_body(request: web.Request) -> tuple[Any, list[Upload]]:
    """Return the JSON value (None when there is no body) and the uploads in the order of their numbers."""
    if not request.content_type.startswith("multipart/"):
        return (_json(await request.read()) if request.can_read_body else None), []
    payload: Any = None
    fields: dict[str, str] = {}
    numbered: list[tuple[int, Upload]] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read())
        if part.name == "payload_json":
            payload = _json(data)
        elif part.filename is None:
            fields[part.name or ""] = data.decode(errors="replace")
        else:
            match = _INDEX.fullmatch(part.name or "")
            numbered.append((int(match[1]) if match else len(numbered), Upload(part.filename, data)))
    uploads = [upload for _, upload in sorted(numbered, key=lambda pair: pair[0])]
    if payload is None and fields:
        payload = fields
    _describe(payload, uploads)
    return payload, uploads


def _describe(payload: Any, uploads: list[Upload]) -> None:
    declared = payload.get("attachments") if isinstance(payload, dict) else None
    if declared is None and isinstance(payload, dict) and isinstance(payload.get("data"), dict):
        declared = payload["data"].get("attachments")
    for item in declared or ():
        number = str(item.get("id", "")) if isinstance(item, dict) else ""
        if number.isdecimal() and int(number) < len(uploads):
            uploads[int(number)].description = item.get("description")


def json_answer(body: bytes | None, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer with exactly `application/json`: discord.py reads nothing else as JSON."""
    if body is None:
        return web.Response(status=status, headers=headers)
    return web.Response(body=body, status=status, headers={**(headers or {}), "Content-Type": "application/json"})
