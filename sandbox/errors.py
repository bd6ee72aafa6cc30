"""What a member or a test is told when something cannot be done."""

from typing import Any

import orjson
from aiohttp import web

from sandbox.body import MalformedBodyError, json_answer
from sandbox.faults import FaultError
from sandbox.state import BackendError, SetupError


class ActError(Exception):
    """A member cannot do that. `code` is a short word or Discord's number, `status` the HTTP status."""

    def __init__(self, message: str, code: str | int = "refused", status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def _described(error: Exception) -> tuple[int, dict[str, Any]]:
    if isinstance(error, ActError):
        return error.status, {"code": error.code, "message": str(error)}
    if isinstance(error, BackendError):
        return error.status, {"code": error.code, "message": error.message}
    if isinstance(error, SetupError | FaultError | MalformedBodyError):
        return 400, {"code": "refused", "message": str(error)}
    return 400, {"code": "malformed", "message": f"This request is malformed: {error!r}"}


@web.middleware
async def speak_json(request: web.Request, handler: Any) -> web.StreamResponse:
    """Turn errors of /act, /control and /view into `{"error": {"code", "message"}}`."""
    if not request.path.startswith(("/act/", "/control/", "/view/")):
        response: web.StreamResponse = await handler(request)
        return response
    try:
        answered: web.StreamResponse = await handler(request)
    except (
        ActError,
        BackendError,
        SetupError,
        FaultError,
        MalformedBodyError,
        KeyError,
        ValueError,
        TypeError,
    ) as error:
        status, body = _described(error)
        return json_answer(orjson.dumps({"error": body}), status)
    return answered
