"""/cdn: attachments by signed address, and generated pictures for avatars and icons."""

import asyncio

import orjson
from aiohttp import web

from sandbox.body import json_answer
from sandbox.cdn import INTERNAL_BASE, content_type, portrait
from sandbox.faults import Faults
from sandbox.state import World

_SAFE = ("image/", "audio/", "video/", "text/plain", "application/pdf")


class Files:
    """Serves the bytes. An attachment's address must carry a signature that is still good, else 404."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.world = world
        self.faults = faults

    def routes(self) -> list[web.RouteDef]:
        """The routes for the application."""
        return [web.get("/cdn/{path:.*}", self.serve)]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request for a file, faults first."""
        fault = self.faults.hit(request.method, request.path)
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault is not None and fault.kind in ("refuse", "lose_answer"):
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        elif fault is not None:
            return web.Response(status=429 if fault.kind == "rate_limit" else fault.status, text=fault.message)
        path = request.match_info["path"]
        if path.startswith("attachments/"):
            return self._attachment(path, request)
        kept = self.world.backend.cdn.get(f"{INTERNAL_BASE}/{path}")
        headers = {"Cache-Control": "public, max-age=3600"}
        return web.Response(body=kept or portrait(path.rpartition("/")[0]), content_type="image/png", headers=headers)

    def _attachment(self, path: str, request: web.Request) -> web.StreamResponse:
        data = self.world.backend.cdn.get(f"{INTERNAL_BASE}/{path}")
        if data is None or not self.world.signer.valid(path, request.query):
            return json_answer(orjson.dumps({"message": "This content is no longer available."}), 404)
        kind = content_type(path.rpartition("/")[2])
        headers = {"Content-Type": kind, "X-Content-Type-Options": "nosniff", "Cache-Control": "private"}
        if not kind.startswith(_SAFE) or kind == "image/svg+xml":
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=data, headers=headers)
