"""Discord's REST API v10 on loopback: who may ask, what goes wrong, how often, and then simcord's routes."""

import asyncio
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web

from sandbox.body import MalformedBodyError, json_answer, read_body
from sandbox.faults import Fault, Faults
from sandbox.limits import Limits, Verdict, refusal_headers
from sandbox.recording import Exchange, Recorder
from sandbox.state import BackendError as DiscordError
from sandbox.state import Upload, World, serializers
from sandbox.wire import error_body, path_token

BASE = "/api/v10"
NONCE_CHARACTERS = 25
UNKNOWN_WEBHOOK, INVALID_WEBHOOK_TOKEN = 10015, 50027
_SEND = re.compile(r"/channels/(\d+)/messages")
_TRUE = ("1", "true", "True")


@dataclass(frozen=True, slots=True)
class _Call:
    request: web.Request
    path: str
    body: Any = None
    files: list[Upload] = field(default_factory=list)
    sent: bytes | None = None  # the body as it came: simcord keeps parts of it and changes them

    @property
    def method(self) -> str:
        return self.request.method


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
            return self._answer(_Call(request, path), 400, {"message": str(wrong), "code": 50109}, {})
        call = _Call(request, path, body, files, self.world.encode(body) if body is not None else None)
        fault = self.faults.hit(call.method, path)
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault is not None and fault.kind != "lose_answer":
            return self._fail(call, fault)
        verdict = self.limits.take(call.method, path)
        if not verdict.allowed:
            return self._limited(call, verdict)
        status, answer = self._carry_out(call)
        if fault is not None and fault.kind == "lose_answer":
            return self._drop(call, "lose_answer")
        return self._answer(call, status, answer, verdict.headers)

    # ------------------------------------------------------------------------ the work

    def _carry_out(self, call: _Call) -> tuple[int, Any]:
        if not self._authorised(call):
            return 401, {"message": "401: Unauthorized", "code": 0}
        own = self._own_route(call)
        if own is not None:
            return 200, own
        refused, nonce = self._before(call)
        if refused is not None:
            return refused
        status, answer = self.world.rest(
            call.method,
            call.path,
            body=call.body,
            query=self._query(call),
            files=call.files,
            reason=call.request.headers.get("X-Audit-Log-Reason"),
        )
        done = status == HTTPStatus.OK
        if done and nonce is not None:
            answer = {**answer, "nonce": nonce}
            if call.body.get("enforce_nonce"):
                self.world.remember_nonce(int(answer["channel_id"]), nonce, int(answer["id"]))
        if done and call.path.endswith("/callback") and call.request.query.get("with_response") not in _TRUE:
            return 204, None
        if status == HTTPStatus.NOT_FOUND and answer["code"] == UNKNOWN_WEBHOOK and self._interactions_token(call):
            return 401, {"message": "Invalid Webhook Token", "code": INVALID_WEBHOOK_TOKEN}
        return status, answer

    def _query(self, call: _Call) -> dict[str, str]:
        """The query for simcord, which pages from the newest message back even where one asks for those after an id."""
        query = dict(call.request.query)
        match = _SEND.fullmatch(call.path)
        after, limit = query.get("after", ""), query.get("limit", "50")
        if match is None or call.method != "GET" or not (after.isdecimal() and limit.isdecimal()):
            return query
        messages = self.world.backend.messages.get(int(match[1]), {}).values()
        newer = sorted(message.id for message in messages if message.id > int(after) and not message.is_ephemeral)
        page = newer[: int(limit)]
        return {**query, "before": str(page[-1] + 1)} if page else query

    def _authorised(self, call: _Call) -> bool:
        if path_token(call.path) is not None:
            return True  # the token in the path speaks for itself
        scheme, _, token = call.request.headers.get("Authorization", "").partition(" ")
        return scheme == "Bot" and token in self.world.tokens

    def _interactions_token(self, call: _Call) -> bool:
        return path_token(call.path) in self.world.backend.interaction_tokens

    def _own_route(self, call: _Call) -> Any:
        if call.method != "GET":
            return None
        if call.path == "/gateway":
            return {"url": self.gateway_url()}
        if call.path == "/gateway/bot":
            start = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
            return {"url": self.gateway_url(), "shards": 1, "session_start_limit": start}
        if call.path in ("/oauth2/applications/@me", "/applications/@me"):
            return application(self.world)
        return None

    def _before(self, call: _Call) -> tuple[tuple[int, Any] | None, str | None]:
        """Check what simcord does not: closed DMs, nonces. Return (an answer, None) or (None, the nonce)."""
        match = _SEND.fullmatch(call.path)
        if match is None or call.method != "POST" or not isinstance(call.body, dict):
            return None, None
        channel_id = int(match[1])
        refused = self.world.dm_refusal(channel_id)
        nonce = call.body.get("nonce")
        if refused is None and len(str(nonce or "")) > NONCE_CHARACTERS:
            refused = DiscordError(400, 50035, "Invalid Form Body: nonce: Must be 25 or fewer in length.")
        if refused is not None:
            return (refused.status, error_body(refused)), None
        if nonce is None:
            return None, None
        if call.body.get("enforce_nonce"):
            made = self.world.message_of_nonce(channel_id, str(nonce))
            if made is not None:
                return (200, {**serializers.message_payload(self.world.backend, made), "nonce": nonce}), None
        return None, str(nonce)

    # ---------------------------------------------------------------------- the answer

    def _fail(self, call: _Call, fault: Fault) -> web.StreamResponse:
        if fault.kind == "refuse":
            return self._drop(call, "refuse")
        if fault.kind == "rate_limit":
            verdict = Verdict(allowed=False, headers={}, retry_after=fault.retry_after, everywhere=fault.everywhere)
            return self._limited(call, verdict, "rate_limit")
        return self._answer(call, fault.status, {"message": fault.message, "code": fault.code}, {}, "status")

    def _limited(self, call: _Call, verdict: Verdict, fault: str | None = None) -> web.StreamResponse:
        seconds = math.ceil(verdict.retry_after * 1000) / 1000
        answer = {"message": "You are being rate limited.", "retry_after": seconds, "global": verdict.everywhere}
        headers = refusal_headers(verdict, "global" if verdict.everywhere else "user")
        return self._answer(call, 429, answer, headers, fault)

    def _drop(self, call: _Call, fault: str) -> web.StreamResponse:
        if call.request.transport is not None:
            call.request.transport.abort()
        self._record(call, 0, None, fault)
        return web.Response(status=500)

    def _answer(
        self, call: _Call, status: int, answer: Any, headers: dict[str, str], fault: str | None = None
    ) -> web.StreamResponse:
        encoded = None if answer is None else self.world.encode(answer)
        self._record(call, status, encoded, fault)
        return json_answer(encoded, status, headers)

    def _record(self, call: _Call, status: int, encoded: bytes | None, fault: str | None) -> None:
        self.recorder.add(
            Exchange(
                t=time.time(),
                method=call.method,
                path=call.path,
                query=dict(call.request.query),
                request=orjson.Fragment(call.sent) if call.sent is not None else None,
                files=[upload.filename for upload in call.files],
                status=status,
                response=orjson.Fragment(encoded) if encoded is not None else None,
                fault=fault,
            )
        )
        self.world.signals.notify()


def application(world: World) -> dict[str, Any]:
    """The bot's application, with the flags of the intents that the portal approved."""
    bot = dict(serializers.user_payload(world.backend.bot_user))
    bits = {"members": 1 << 15, "message_content": 1 << 19, "presences": 1 << 13}
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
        "flags": sum(bit for name, bit in bits.items() if name in world.approved_intents),
        "team": None,
        "bot": bot,
    }
