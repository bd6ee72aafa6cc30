"""Discord's REST API v10 on loopback: who may ask, what goes wrong, how often, and then simcord's routes."""

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web

from sandbox.body import MalformedBodyError, json_answer, read_body
from sandbox.faults import Fault, Faults
from sandbox.limits import Limits, Verdict, refusal_headers
from sandbox.recording import Exchange, Recorder
from sandbox.state import BackendError as DiscordError
from sandbox.state import Upload, World, error_body, serializers

BASE = "/api/v10"


class Rest:
    """Answers every request under /api/v10."""

    def __init__(
        self, world: World, faults: Faults, limits: Limits, recorder: Recorder, gateway_url: Callable[[], str]
    ) -> None:
        self.world = world
        self.faults = faults
        self.limits = limits
        self.recorder = recorder
        self.gateway_url = gateway_url

    def routes(self) -> list[web.RouteDef]:
        """The routes for the application."""
        return [web.route("*", f"{BASE}/{{path:.*}}", self.handle)]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request and record it."""
        path = request.path.removeprefix(BASE)
        try:
            body, files = await read_body(request)
        except MalformedBodyError as wrong:
            return self._answer(request, path, None, [], 400, {"message": str(wrong), "code": 50109}, {}, None)
        fault = self.faults.hit(request.method, path)
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault is not None and fault.kind != "lose_answer":
            return self._fail(request, path, body, files, fault)
        verdict = self.limits.take(request.method, path)
        if not verdict.allowed:
            return self._limited(request, path, body, files, verdict)
        status, answer = self._carry_out(request, path, body, files)
        if fault is not None and fault.kind == "lose_answer":
            return self._drop(request, path, body, files, "lose_answer")
        return self._answer(request, path, body, files, status, answer, verdict.headers, None)

    # --------------------------------------------------------------- what it comes to

    def _carry_out(self, request: web.Request, path: str, body: Any, files: list[Upload]) -> tuple[int, Any]:
        if not self._authorised(request, path):
            return 401, {"message": "401: Unauthorized", "code": 0}
        own = self._own_route(request.method, path)
        if own is not None:
            return 200, own
        refused, nonce = self._before(request.method, path, body)
        if refused is not None:
            return refused
        status, answer = self.world.rest(
            request.method,
            path,
            body=body,
            query=dict(request.query),
            files=files,
            reason=request.headers.get("X-Audit-Log-Reason"),
        )
        if status == 200 and nonce is not None:
            answer = {**answer, "nonce": nonce}
            if body.get("enforce_nonce"):
                self.world.remember_nonce(int(answer["channel_id"]), nonce, int(answer["id"]))
        if (
            path.endswith("/callback")
            and status == 200
            and request.query.get("with_response") not in ("1", "true", "True")
        ):
            return 204, None
        return self._expired_token(path, status, answer)

    def _authorised(self, request: web.Request, path: str) -> bool:
        parts = path.split("/")
        if len(parts) > 3 and parts[1] in ("interactions", "webhooks"):
            return True  # the token in the path speaks for itself
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return scheme == "Bot" and token in self.world.tokens

    def _own_route(self, method: str, path: str) -> Any:
        if method != "GET":
            return None
        if path == "/gateway":
            return {"url": self.gateway_url()}
        if path == "/gateway/bot":
            start = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
            return {"url": self.gateway_url(), "shards": 1, "session_start_limit": start}
        if path in ("/oauth2/applications/@me", "/applications/@me"):
            return application(self.world)
        return None

    def _before(self, method: str, path: str, body: Any) -> tuple[tuple[int, Any] | None, str | None]:
        """Check what simcord does not: closed DMs, nonces. Return (an answer, None) or (None, the nonce)."""
        parts = path.split("/")
        if not (method == "POST" and len(parts) == 4 and parts[1] == "channels" and parts[3] == "messages"):
            return None, None
        if not parts[2].isdecimal() or not isinstance(body, dict):
            return None, None
        channel_id = int(parts[2])
        closed = self.world.dm_refusal(channel_id)
        if closed is not None:
            return (closed.status, error_body(closed)), None
        nonce = body.get("nonce")
        if nonce is None:
            return None, None
        if len(str(nonce)) > 25:
            wrong = DiscordError(400, 50035, "Invalid Form Body: nonce: Must be 25 or fewer in length.")
            return (400, error_body(wrong)), None
        if body.get("enforce_nonce"):
            made = self.world.message_of_nonce(channel_id, str(nonce))
            if made is not None:
                return (200, {**serializers.message_payload(self.world.backend, made), "nonce": nonce}), None
        return None, str(nonce)

    def _expired_token(self, path: str, status: int, answer: Any) -> tuple[int, Any]:
        """An interaction's token that is too old is 401/50027 on the webhook routes, as on Discord."""
        parts = path.split("/")
        known = len(parts) > 3 and parts[1] == "webhooks" and parts[3] in self.world.backend.interaction_tokens
        if known and status == 404 and answer.get("code") == 10015:
            return 401, {"message": "Invalid Webhook Token", "code": 50027}
        return status, answer

    # ---------------------------------------------------------------------- answering

    def _fail(
        self, request: web.Request, path: str, body: Any, files: list[Upload], fault: Fault
    ) -> web.StreamResponse:
        if fault.kind == "refuse":
            return self._drop(request, path, body, files, "refuse")
        if fault.kind == "rate_limit":
            verdict = Verdict(allowed=False, headers={}, retry_after=fault.retry_after, everywhere=fault.everywhere)
            return self._limited(request, path, body, files, verdict, "rate_limit")
        answer = {"message": fault.message, "code": fault.code}
        return self._answer(request, path, body, files, fault.status, answer, {}, "status")

    def _limited(
        self,
        request: web.Request,
        path: str,
        body: Any,
        files: list[Upload],
        verdict: Verdict,
        fault: str | None = None,
    ) -> web.StreamResponse:
        seconds = math.ceil(verdict.retry_after * 1000) / 1000
        answer = {"message": "You are being rate limited.", "retry_after": seconds, "global": verdict.everywhere}
        headers = refusal_headers(verdict, "global" if verdict.everywhere else "user")
        return self._answer(request, path, body, files, 429, answer, headers, fault)

    def _drop(self, request: web.Request, path: str, body: Any, files: list[Upload], fault: str) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        self._record(request, path, body, files, 0, None, fault)
        return web.Response(status=500)

    def _answer(
        self,
        request: web.Request,
        path: str,
        body: Any,
        files: list[Upload],
        status: int,
        answer: Any,
        headers: dict[str, str],
        fault: str | None,
    ) -> web.StreamResponse:
        encoded = None if answer is None else self.world.encode(answer)
        self._record(request, path, body, files, status, encoded, fault)
        return json_answer(encoded, status, headers)

    def _record(
        self,
        request: web.Request,
        path: str,
        body: Any,
        files: list[Upload],
        status: int,
        encoded: bytes | None,
        fault: str | None,
    ) -> None:
        response = orjson.Fragment(encoded) if encoded is not None else None
        sent = orjson.Fragment(self.world.encode(body)) if body is not None else None
        names = [upload.filename for upload in files]
        query = dict(request.query)
        self.recorder.add(Exchange(time.time(), request.method, path, query, sent, names, status, response, fault))
        self.world.signals.notify()


def application(world: World) -> dict[str, Any]:
    """The bot's application, with the flags of the intents that the portal approved."""
    bot = dict(serializers.user_payload(world.backend.bot_user))
    bits = {"members": 1 << 15, "message_content": 1 << 19, "presences": 1 << 13}
    flags = sum(bit for name, bit in bits.items() if name in world.approved_intents)
    return {
        "id": str(world.backend.application_id),
        "name": world.backend.bot_user.name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": bot,
        "flags": flags,
        "team": None,
        "bot": bot,
    }
