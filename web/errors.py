"""What goes wrong, as an answer: a sentence for people, a reference for what only the log can explain."""

import secrets
from collections.abc import Callable

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from domain.errors import UserError

Renderer = Callable[[web.Request, int, str], web.Response]

_log = structlog.get_logger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_KEPT = ("Allow", "Content-Range")
"""What an error says beside its sentence that a program needs."""


def guard(render: Renderer) -> Middleware:
    """A middleware that turns errors into pages (or JSON under /api) and adds the security headers."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except ConnectionError:  # the reader has left; there is nobody to answer
            raise
        except UserError as error:
            response = render(request, 404, str(error))
        except web.HTTPException as error:
            if error.status < 400:  # noqa: PLR2004 - a redirection is an answer
                raise
            response = render(request, error.status, _sentence(error))
            response.headers.extend({name: error.headers[name] for name in _KEPT if name in error.headers})
        except Exception:  # noqa: BLE001 - this is where what nobody foresaw ends
            reference = secrets.token_hex(4)
            _log.exception("A page failed", reference=reference, path=request.path)
            response = render(request, 500, f"Something went wrong on our side. Reference: {reference}")
        if not response.prepared:
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    return middleware


def _sentence(error: web.HTTPException) -> str:
    if error.status == web.HTTPNotFound.status_code:
        return "There is nothing at this address."
    return f"This did not work: {error.reason.lower()}."
