"""Uploaded files and generated pictures: names, signed addresses that expire, the bytes.

Discord's attachment addresses carry `ex` (end, hexadecimal Unix seconds), `is` (issued) and `hm` (a signature).
Whoever kept an address longer than a day gets 404 and must fetch the message again for a fresh one. So it is here.
"""

import hashlib
import hmac
import io
import mimetypes
import re
import struct
import warnings
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import quote, unquote

ADDRESS_SECONDS = 24 * 3600
INTERNAL_BASE = "https://cdn.simcord.invalid"
_INTERNAL = re.compile(rb'https://cdn\.simcord\.invalid/((?:attachments/\d+/(\d+)/)?[^"?\\\s<>]*)')
_SIGNED = re.compile(rb'http://127\.0\.0\.1:\d+/cdn/([^"?\\\s<>]*)\?ex=[0-9a-f]+&is=[0-9a-f]+&hm=[0-9a-f]+&?')
_UNSAFE = re.compile(r"[^A-Za-z0-9._\-]+")


class Signer:
    """Signs attachment addresses and takes single attachments' old addresses back."""

    def __init__(self, secret: bytes, now: Callable[[], datetime]) -> None:
        self.origin = ""
        self._secret = secret
        self._now = now
        self._generations: dict[int, int] = {}

    def expire(self, attachment_id: int) -> None:
        """Make every address handed out so far for this attachment answer 404."""
        self._generations[attachment_id] = self._generations.get(attachment_id, 0) + 1

    def outward(self, payload: bytes) -> bytes:
        """Replace the internal addresses in JSON with fresh signed ones on loopback."""
        if b"cdn.simcord.invalid" not in payload:
            return payload
        issued = int(self._now().timestamp())

        def signed(match: re.Match[bytes]) -> bytes:
            path = match[1].decode()
            if match[2] is None:
                return f"{self.origin}/cdn/{path}".encode()
            query = self._query(path, int(match[2]), issued + ADDRESS_SECONDS, issued)
            return f"{self.origin}/cdn/{path}?{query}".encode()

        return _INTERNAL.sub(signed, payload)

    @staticmethod
    def inward(payload: bytes) -> bytes:
        """Turn signed addresses a bot sends back into internal ones, so that they stay fresh (Discord does)."""
        if b"/cdn/" not in payload:
            return payload
        return _SIGNED.sub(rb"https://cdn.simcord.invalid/\1", payload)

    def valid(self, path: str, query: Mapping[str, str]) -> bool:
        """Say whether `attachments/...` with this query is an address handed out and still good."""
        try:
            attachment_id = int(path.split("/")[2])
            ends, issued = int(query["ex"], 16), int(query["is"], 16)
        except (KeyError, ValueError, IndexError):
            return False
        if ends <= self._now().timestamp():
            return False
        return f"ex={query['ex']}&is={query['is']}&hm={query.get('hm')}" == self._query(
            path, attachment_id, ends, issued
        )

    def _query(self, path: str, attachment_id: int, ends: int, issued: int) -> str:
        text = f"{unquote(path)}|{self._generations.get(attachment_id, 0)}|{ends}|{issued}"
        signature = hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()
        return f"ex={ends:x}&is={issued:x}&hm={signature}"


def clean_filename(name: str) -> str:
    """Name a file as Discord stores it: ASCII letters, digits, dot, dash and underscore."""
    cleaned = _UNSAFE.sub("_", name.strip()).strip("_") or "file"
    return f"file{cleaned}" if cleaned.startswith(".") else cleaned


def content_type(filename: str) -> str:
    """Guess the type from the name, as Discord does for known extensions."""
    return mimetypes.guess_type(quote(filename))[0] or "application/octet-stream"


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a picture in pixels, None when the bytes are not one."""
    from PIL import Image  # noqa: PLC0415 - 33 ms that a sandbox without uploads need not pay

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as picture:
                return picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def portrait(seed: str, cells: int = 5, scale: int = 16) -> bytes:
    """Draw a small symmetric PNG that is always the same for the same seed: an avatar or an icon."""
    digest = hashlib.sha256(seed.encode()).digest()
    ink = bytes(64 + value // 2 for value in digest[:3])
    paper = bytes(255 - (255 - value) // 5 for value in ink)
    rows = []
    for y in range(cells):
        half = [digest[3 + y * 3 + x] & 1 for x in range((cells + 1) // 2)]
        row = half + half[: cells // 2][::-1]
        line = b"".join((ink if cell else paper) * scale for cell in row)
        rows.append((b"\x00" + line) * scale)
    side = cells * scale
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
