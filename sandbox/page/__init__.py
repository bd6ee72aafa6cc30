"""The chat page: one HTML file, its styles and its modules, served as they are."""

from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent
_TYPES = {".css": "text/css", ".js": "text/javascript"}
# Only this origin's code runs, nothing is framed, and media come from loopback: the page works without the internet,
# and whatever a message contains cannot make it fetch or run anything.
_LOOPBACK = "'self' blob: http://127.0.0.1:* http://localhost:*"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    f"img-src {_LOOPBACK} data:; media-src {_LOOPBACK}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def add_page(app: web.Application) -> None:
    """Serve the page at / and its styles and modules below /static/ (/static/css/..., /static/js/...)."""
    app.router.add_get("/", _index)
    app.router.add_get("/static/{kind:css|js}/{name:[a-z_]+\\.(?:css|js)}", _static)


async def _index(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(FOLDER / "index.html", headers={**_HEADERS, "Content-Security-Policy": _POLICY})


async def _static(request: web.Request) -> web.StreamResponse:
    path = FOLDER / request.match_info["kind"] / request.match_info["name"]
    if not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={**_HEADERS, "Content-Type": _TYPES[path.suffix]})
