"""/healthz and /readyz: for whoever watches over the process."""

import asyncio

import structlog
from aiohttp import web

from services import gallery
from web.surroundings import around

_PATIENCE = 5.0

_log = structlog.get_logger(__name__)


async def healthz(request: web.Request) -> web.Response:
    """The process answers."""
    del request
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """The database answers and the bot is connected to Discord: 200, else 503 with what is missing."""
    surroundings = around(request)
    try:
        await asyncio.wait_for(gallery.alive(surroundings.db), _PATIENCE)
        database = True
    except Exception:  # noqa: BLE001 - whatever keeps the database from answering is what is asked here
        _log.warning("The database does not answer", exc_info=True)
        database = False
    parts = {"database": database, "discord": surroundings.ready()}
    return web.json_response(parts, status=200 if all(parts.values()) else 503)
