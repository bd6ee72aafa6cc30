"""The site's own static files, each at an address that holds a hash of its content and may be cached for good."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files

from aiohttp import web
from aiohttp.typedefs import Handler

_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}
_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file as it is sent."""

    body: bytes
    content_type: str
    address: str


def load_assets() -> dict[str, Asset]:
    """Every file in web/static, by name."""
    found = {}
    for file in files("web").joinpath("static").iterdir():
        suffix = "." + file.name.rpartition(".")[2]
        if suffix in _TYPES:
            body = file.read_bytes()
            digest = hashlib.sha256(body).hexdigest()[:12]
            found[file.name] = Asset(body, _TYPES[suffix], f"/static/{digest}/{file.name}")
    return found


def serve(assets: dict[str, Asset]) -> Handler:
    """A handler for /static/{digest}/{name}; 404 for what is not there under just this address."""
    by_address = {asset.address: asset for asset in assets.values()}

    async def static(request: web.Request) -> web.Response:
        asset = by_address.get(request.path)
        if asset is None:
            raise web.HTTPNotFound
        return web.Response(body=asset.body, content_type=asset.content_type, charset="utf-8", headers=_HEADERS)

    return static
