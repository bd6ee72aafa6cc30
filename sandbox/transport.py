"""One HTTP connection to a sandbox, and its refusals as exceptions."""

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import orjson

Files = Sequence[tuple[str, bytes]]
REQUEST_SECONDS = 120.0


class SandboxError(Exception):
    """What Discord, or the sandbox, said instead of doing it. `code` is Discord's number or a short word."""

    def __init__(self, message: str, code: str | int, status: int) -> None:
        super().__init__(f"{message} ({code})")
        self.message = message
        self.code = code
        self.status = status


class Transport:
    """Sends JSON, or multipart where files go along, and reads JSON."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the session."""
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session; RuntimeError before `open`."""
        if self._session is None:
            raise RuntimeError("Use SandboxClient as an async context manager.")
        return self._session

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        files: Files = (),
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the JSON of the answer (None: no body); SandboxError when refused."""
        data: Any = None
        headers = {}
        if files:
            data = aiohttp.FormData(quote_fields=False)
            data.add_field("payload_json", orjson.dumps(body or {}).decode(), content_type="application/json")
            for number, (name, content) in enumerate(files):
                data.add_field(f"files[{number}]", content, filename=name)
        elif body is not None:
            data = orjson.dumps(body)
            headers["Content-Type"] = "application/json"
        asked = {key: str(value) for key, value in (query or {}).items() if value is not None}
        try:
            async with self.session.request(
                method, self.base_url + path, data=data, headers=headers, params=asked
            ) as answer:
                raw = await answer.read()
                return self._read(answer.status, raw)
        except (TimeoutError, aiohttp.ClientConnectionError) as broken:
            raise SandboxError(f"The sandbox does not answer: {broken!r}", "unreachable", 0) from broken

    @staticmethod
    def _read(status: int, raw: bytes) -> Any:
        try:
            value = orjson.loads(raw) if raw else None
        except orjson.JSONDecodeError:
            value = None
        if status < 400:  # noqa: PLR2004 - HTTP
            return value
        error = value.get("error") if isinstance(value, dict) else None
        if not isinstance(error, dict):
            raise SandboxError(raw.decode(errors="replace")[:300] or "no reason given", "http", status)
        raise SandboxError(str(error["message"]), error["code"], status)

    async def download(self, url: str) -> tuple[int, str, bytes]:
        """Fetch a file: status, content type and bytes."""
        async with self.session.get(url) as answer:
            return answer.status, answer.content_type, await answer.read()
