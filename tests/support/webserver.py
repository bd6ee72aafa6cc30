"""A web server on loopback that answers as it is told."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class WebServer:
    """What it answers by path, and what it was asked."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[web.Request] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def allow(self) -> tuple[tuple[str, int], ...]:
        # What "localhost" may stand for first, though nobody listens there.
        return (("127.0.0.1", self.port), ("::1", self.port))

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        return await self.answers[request.path](request)

    def gives(
        self, path: str, body: str | bytes = b"", kind: str = "text/html", *, status: int = 200, **headers: str
    ) -> str:
        """Answer `path` so from now on; its address."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(request: web.Request) -> web.Response:
            return web.Response(body=data, status=status, headers={"Content-Type": kind, **named})

        self.answers[path] = answer
        return self.base + path

    def redirects(self, path: str, to: str, status: int = 302) -> str:
        return self.gives(path, status=status, Location=to)


@asynccontextmanager
async def web_server() -> AsyncIterator[WebServer]:
    """Serve until the end."""
    found = WebServer()
    app = web.Application()
    app.router.add_get("/{tail:.*}", found.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        found.port = runner.addresses[0][1]
        yield found
    finally:
        await runner.cleanup()
