"""A server in a process of its own: `python -m tests.bench.peers.serving hello`, or `gallery` or `changing ADDRESS`.

It prints its port. "changing" is the gallery when something was written before every request; "hello" is the least
that aiohttp can do, and so the floor for a page.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web


def hello() -> web.Application:
    """One page with one word."""

    async def say(request: web.Request) -> web.Response:
        del request
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", say)
    return app


def gallery(address: str, folder: str, *, changing: bool) -> web.Application:
    """The gallery on a database."""
    from services.media import open_store
    from services.store import Database
    from web.app import create_app

    db, media = Database(address), open_store(folder)
    app = create_app(db, media, clock=lambda: datetime.now(UTC), site_url="http://127.0.0.1", ready=lambda: True)

    @web.middleware
    async def written(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Any:
        db.changes += 1
        return await handler(request)

    if changing:
        app.middlewares.insert(0, written)
    return app


async def serve(app: web.Application) -> None:
    """Until killed."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    """Do it."""
    with tempfile.TemporaryDirectory() as folder:
        kind = sys.argv[1]
        asyncio.run(serve(hello() if kind == "hello" else gallery(sys.argv[2], folder, changing=kind == "changing")))


if __name__ == "__main__":
    main()
