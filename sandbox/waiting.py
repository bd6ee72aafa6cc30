"""Conditions that /control/wait can wait for. Each is a function that returns what it found, or None."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.errors import ActError
from sandbox.gateway import Gateway
from sandbox.recording import Exchange, Recorder
from sandbox.results import readable
from sandbox.state import Message, World, ephemeral_for, serializers

Condition = Callable[[], Any]


def condition_of(spec: Mapping[str, Any], world: World, gateway: Gateway, recorder: Recorder) -> Condition:
    """Build the condition that `spec["kind"]` names; ActError when there is no such kind."""
    kind = spec.get("kind")
    if kind == "message":
        return lambda: _messages(spec, world)
    if kind == "connected":
        return lambda: _connected(spec, gateway)
    if kind == "disconnected":
        return lambda: {"connected": 0} if not gateway.connected else None
    if kind == "event":
        return lambda: _events(spec, world)
    if kind == "request":
        return lambda: _requests(spec, recorder)
    if kind == "commands":
        return lambda: _commands(spec, world)
    raise ActError("kind must be message, connected, disconnected, event, request or commands.", "malformed")


def _messages(spec: Mapping[str, Any], world: World) -> Any:
    """{channel? | dm_of?, contains?, author?: id or "bot", after?, files?, replies_to?, user?, count?}."""
    found = [message for message in _candidates(spec, world) if _fits(spec, world, message)]
    if len(found) < int(spec.get("count", 1)):
        return None
    shown = [serializers.message_payload(world.backend, message) for message in found]
    return {"messages": shown, "count": len(found)}


def _candidates(spec: Mapping[str, Any], world: World) -> Iterator[Message]:
    backend = world.backend
    if spec.get("dm_of"):
        channel = backend.dm_channels.get(int(spec["dm_of"]))
        channels = [channel] if channel is not None else []
    else:
        channels = [int(spec["channel"])] if spec.get("channel") else list(backend.messages)
    after = int(spec.get("after") or 0)
    for channel in channels:
        for message in backend.messages.get(channel, {}).values():
            if message.id > after:
                yield message


def _fits(spec: Mapping[str, Any], world: World, message: Message) -> bool:
    eyes = ephemeral_for(message)
    if eyes is not None and str(eyes) != str(spec.get("user")):
        return False
    if spec.get("author"):
        author = world.backend.bot_user.id if spec["author"] == "bot" else int(spec["author"])
        if message.author_id != author:
            return False
    if spec.get("replies_to") and str((message.reference or {}).get("message_id")) != str(spec["replies_to"]):
        return False
    if spec.get("files") is not None and len(message.attachments) < int(spec["files"]):
        return False
    # Called for every message at every change: the attributes are read, not the whole payload made.
    return not spec.get("contains") or str(spec["contains"]) in readable(vars(message))


def _connected(spec: Mapping[str, Any], gateway: Gateway) -> Any:
    """{sessions?, identifies?, resumes?}: at least so many."""
    now = {
        "sessions": len([s for s in gateway.connected if not s.unsent]),
        "identifies": gateway.identifies,
        "resumes": gateway.resumes,
        "replayed": gateway.replayed,
    }
    asked = {"sessions": 1, **{key: spec[key] for key in ("sessions", "identifies", "resumes") if key in spec}}
    return now if all(now[key] >= int(value) for key, value in asked.items()) else None


def _events(spec: Mapping[str, Any], world: World) -> Any:
    """{name: regular expression, after?: index, contains?, count?}."""
    pattern = re.compile(str(spec.get("name", ".*")))
    found = [
        {"index": event.index, "name": event.name, "payload": event.payload}
        for event in world.events.after(int(spec.get("after") or 0))
        if pattern.fullmatch(event.name) and (not spec.get("contains") or spec["contains"] in readable(event.payload))
    ]
    return {"events": found, "last": world.events.last} if len(found) >= int(spec.get("count", 1)) else None


def _requests(spec: Mapping[str, Any], recorder: Recorder) -> Any:
    """{method?, path?: regular expression, status?, after?: number, count?}."""
    pattern = re.compile(str(spec.get("path", "")))
    found = [
        request_shown(number, exchange)
        for number, exchange in recorder.after(int(spec.get("after") or 0))
        if pattern.search(exchange.path)
        and spec.get("method") in (None, exchange.method)
        and spec.get("status") in (None, exchange.status)
    ]
    return {"requests": found, "last": recorder.last} if len(found) >= int(spec.get("count", 1)) else None


def request_shown(number: int, exchange: Exchange) -> dict[str, Any]:
    """One recorded exchange as JSON."""
    return {"number": number, **{name: getattr(exchange, name) for name in Exchange.__slots__}}


def _commands(spec: Mapping[str, Any], world: World) -> Any:
    """{name?}: commands are registered (this one)."""
    names = sorted({name for scope in world.backend.commands.values() for name, _ in scope})
    wanted = spec.get("name")
    return {"names": names} if names and wanted in (None, *names) else None
