"""Check recorded requests against Discord's own OpenAPI description.

    problems = check_recording(Path("traffic.jsonl"), json.loads(Path("openapi.json").read_text()))

As published, the description lets unknown fields pass. Here its objects are closed, so that a field that Discord does
not know is a problem; so are a route it does not know, an unknown query parameter, and a request that was refused as
malformed. What discord.py itself sends otherwise than described is put right first: see `DISCORDPY`.
"""

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

MALFORMED, UNKNOWN_TO_THE_SANDBOX = 400, 501
MEDIA_CHANNEL = 16
JSON, MULTIPART = "application/json", "multipart/form-data"


def check_recording(recording: Path, openapi: Mapping[str, Any], *, refused: bool = True) -> list[str]:
    """Return a sentence for every request that does not fit the description; the same problem once, with a count.

    `refused` False leaves out requests that the sandbox answered with 400 or 501 (tests make such on purpose).
    """
    description = Description(openapi)
    counts: dict[str, int] = {}
    with recording.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if not refused and entry["status"] in (MALFORMED, UNKNOWN_TO_THE_SANDBOX):
                continue
            for problem in description.problems(entry):
                counts[problem] = counts.get(problem, 0) + 1
    return [problem if count == 1 else f"{problem} ({count} times)" for problem, count in counts.items()]


# ---------------------------------------------------------------- what discord.py does

Fix = Callable[[Any], None]


def _each(body: Any, *path: str) -> Iterator[dict[str, Any]]:
    """Yield the objects at a path of keys; lists on the way are entered."""
    if isinstance(body, list):
        for item in body:
            yield from _each(item, *path)
    elif isinstance(body, dict) and not path:
        yield body
    elif isinstance(body, dict) and path[0] in body:
        yield from _each(body[path[0]], *path[1:])


def _messages(body: Any) -> Iterator[dict[str, Any]]:
    """The message in a body: the body itself, an interaction's `data`, a forum post's `message`."""
    if isinstance(body, dict):
        yield body
        yield from _each(body, "data")
        yield from _each(body, "message")


def _attachment_ids(body: Any) -> None:
    """discord.py numbers new attachments with ints; the description wants the id as text."""
    for message in _messages(body):
        for item in _each(message, "attachments"):
            if isinstance(item.get("id"), int):
                item["id"] = str(item["id"])


def _reference_ids(body: Any) -> None:
    """discord.py sends the ids of a message reference as ints."""
    for message in _messages(body):
        for reference in _each(message, "message_reference"):
            reference.update({key: str(reference[key]) for key in reference if key.endswith("_id")})


def _kept_attachments(body: Any) -> None:
    """An edit that keeps attachments sends all of Attachment.to_dict; Discord reads id, filename and description."""
    for message in _messages(body):
        for item in _each(message, "attachments"):
            for key in ("url", "proxy_url", "size", "width", "height", "content_type", "spoiler"):
                item.pop(key, None)


def _tts(body: Any) -> None:
    """`tts: false` comes along where the description has it only for new messages of a channel."""
    for message in _messages(body):
        if message.get("tts") is False:
            del message["tts"]


def _post_type(body: Any) -> None:
    """A new forum post is sent with the thread's type, which only other threads have in the description."""
    for post in _each(body):
        if "message" in post:
            post.pop("type", None)


def _ids_as_text(*keys: str) -> Fix:
    """discord.py sends some ids as ints where the description, as everywhere else, wants text."""

    def fix(body: Any) -> None:
        for part in (*_each(body), *_each(body, "permission_overwrites")):
            for key in keys:
                value = part.get(key)
                if type(value) is int:
                    part[key] = str(value)
                elif isinstance(value, list):
                    part[key] = [str(item) if type(item) is int else item for item in value]

    return fix


def _overwrite(body: Any) -> None:
    """An overwrite goes out with its id, which is in the path too, and its bits as text, as Discord sends them."""
    body.pop("id", None)
    body.update({key: int(body[key]) for key in ("allow", "deny") if isinstance(body.get(key), str)})


def _embed_flags(body: Any) -> None:
    """Embed.to_dict includes `flags`, which Discord ignores."""
    for message in _messages(body):
        for embed in _each(message, "embeds"):
            embed.pop("flags", None)


def _role_permissions(body: Any) -> None:
    """Role permissions go out as text, as Discord sends them; the description has an integer."""
    for role in _each(body):
        if isinstance(role.get("permissions"), str):
            role["permissions"] = int(role["permissions"])


def _command_nsfw(body: Any) -> None:
    """The bulk overwrite of commands includes `nsfw`, documented on the web but not in the description."""
    for command in _each(body):
        command.pop("nsfw", None)


def _mentioned_users(body: Any) -> None:
    """AllowedMentions.to_dict sends the ids of those who may be pinged as ints."""
    for message in _messages(body):
        for allowed in _each(message, "allowed_mentions"):
            allowed.update({key: [str(item) for item in allowed[key]] for key in ("users", "roles") if key in allowed})


def _default_values(body: Any) -> None:
    """SelectDefaultValue.to_dict sends the ids of users, roles and channels chosen beforehand as ints."""
    waiting = [body]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            for value in part.get("default_values") or ():
                value["id"] = str(value["id"])


def _media_channels(body: Any) -> None:
    """An option for forum channels takes media channels (16) too, a type that the description's list lacks."""
    for path in (("options",), ("options", "options"), ("options", "options", "options")):
        for option in _each(body, *path):
            if "channel_types" in option:
                option["channel_types"] = [kind for kind in option["channel_types"] if kind != MEDIA_CHANNEL]


#: (method, regular expression of the path's template, what to put right before validating)
DISCORDPY: tuple[tuple[str, str, Fix], ...] = (
    ("*", r"/messages|/webhooks/|/callback|/threads", _attachment_ids),
    ("PATCH", r"/messages", _kept_attachments),
    ("PATCH", r"/messages", _tts),
    ("POST", r"/threads$", _post_type),
    ("POST", r"/callback|/threads$", _tts),
    ("POST", r"^/users/@me/channels$", _ids_as_text("recipient_id")),
    ("*", r"^/guilds/\{guild_id\}/channels$|^/channels/\{channel_id\}$", _ids_as_text("id", "parent_id")),
    ("PUT", r"/permissions/\{overwrite_id\}$", _overwrite),
    ("PATCH", r"/members/", _ids_as_text("roles", "channel_id")),
    ("POST", r"/bulk-delete$", _ids_as_text("messages")),
    ("POST", r"/messages|/callback|/threads", _reference_ids),
    ("*", r"/messages|/webhooks/|/callback|/threads", _embed_flags),
    ("*", r"^/guilds/\{guild_id\}/roles", _role_permissions),
    ("PUT", r"/commands$", _command_nsfw),
    ("PUT", r"/commands$", _media_channels),
    ("*", r"/messages|/webhooks/|/callback|/threads", _default_values),
    ("*", r"/messages|/webhooks/|/callback|/threads", _mentioned_users),
)
#: Query parameters that discord.py sends and the description lacks, by regular expression of the template.
QUERY: tuple[tuple[str, str], ...] = (
    # discord.py always sends it with an interaction's followups; Discord documents it on the web.
    ("with_components", r"^/webhooks/"),
    # Sent with a new forum post, whose message is then read from `message`.
    ("use_nested_fields", r"^/channels/\{channel_id\}/threads$"),
)


# ------------------------------------------------------------------------ description


@dataclass
class Operation:
    """One method of one path."""

    method: str
    template: str
    pattern: re.Pattern[str]
    query: frozenset[str]
    content: Mapping[str, Any]
    components: Mapping[str, Any]

    @cached_property
    def validator(self) -> Draft202012Validator | None:
        """Compiled once; None when the operation takes no body."""
        found = self.content.get(JSON) or self.content.get(MULTIPART)
        if not found or "schema" not in found:
            return None
        return Draft202012Validator({**closed(found["schema"]), "components": self.components})

    @cached_property
    def fixes(self) -> list[Fix]:
        """What discord.py sends differently here."""
        return [
            fix for method, where, fix in DISCORDPY if method in ("*", self.method) and re.search(where, self.template)
        ]

    def unknown_query(self, query: Mapping[str, Any]) -> list[str]:
        """Query parameters that are not described."""
        allowed = {name for name, where in QUERY if re.search(where, self.template)}
        return sorted(set(query) - self.query - allowed)


class Description:
    """Discord's description with closed objects, and its operations by method and path."""

    def __init__(self, openapi: Mapping[str, Any]) -> None:
        self._components = {"schemas": {name: closed(s) for name, s in openapi["components"]["schemas"].items()}}
        self._operations = [
            self._operation(template, shared, method, operation)
            for template, shared in openapi["paths"].items()
            for method, operation in shared.items()
            if method in ("get", "put", "post", "patch", "delete")
        ]
        # Literal parts before placeholders: /messages/@original is not /messages/{message_id}.
        self._operations.sort(key=lambda operation: operation.template.count("{"))

    def _operation(
        self, template: str, shared: Mapping[str, Any], method: str, operation: Mapping[str, Any]
    ) -> Operation:
        parameters = [*shared.get("parameters", ()), *operation.get("parameters", ())]
        return Operation(
            method=method.upper(),
            template=template,
            pattern=re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template))),
            query=frozenset(p["name"] for p in parameters if p.get("in") == "query"),
            content=operation.get("requestBody", {}).get("content", {}),
            components=self._components,
        )

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation for a request."""
        return next((o for o in self._operations if o.method == method and o.pattern.fullmatch(path)), None)

    def problems(self, entry: Mapping[str, Any]) -> Iterator[str]:
        """Yield what is wrong with one recorded request."""
        operation = self.find(entry["method"], entry["path"])
        if operation is None:
            yield f"{entry['method']} {entry['path']}: Discord describes no such route"
            return
        name = f"{operation.method} {operation.template}"
        if entry["status"] in (MALFORMED, UNKNOWN_TO_THE_SANDBOX):
            yield f"{name}: refused with {entry['status']}: {json.dumps(entry['response'])[:200]}"
        for parameter in operation.unknown_query(entry.get("query") or {}):
            yield f"{name}: unknown query parameter {parameter!r}"
        body = entry["request"]
        if body is None:
            return
        if operation.validator is None:
            yield f"{name}: no body is described, one was sent"
            return
        body = copy.deepcopy(body)
        for fix in operation.fixes:
            fix(body)
        for error in operation.validator.iter_errors(body):
            yield f"{name}: {_sentence(error)}"


def closed(schema: Any) -> Any:
    """Return the schema with objects closed: a property that is not named is an error.

    In an `allOf` each part describes only some of the properties, so the parts stay open and the whole is closed by
    `unevaluatedProperties`. `oneOf` and `anyOf` choose between whole objects: those are closed each.
    """
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    result = {key: _inside(key, value) for key, value in schema.items()}
    objects = [part for part in schema.get("allOf", ()) if isinstance(part, Mapping) and "properties" in part]
    if objects:
        result["allOf"] = list(schema["allOf"])
        result["unevaluatedProperties"] = False
    elif "properties" in schema and "additionalProperties" not in schema:
        result["additionalProperties"] = False
    return result


def _inside(key: str, value: Any) -> Any:
    if key in ("properties", "patternProperties", "$defs"):
        return {name: closed(part) for name, part in value.items()}
    if key in ("enum", "const", "default", "example", "examples", "required"):
        return value
    return closed(value)


def _sentence(error: ValidationError) -> str:
    """Say where and what; of a union, what is wrong in the branch that the object's own `type` chooses."""
    while error.context:
        branches = {int(part.relative_schema_path[0]) for part in error.context}
        by_branch = {b: [e for e in error.context if e.relative_schema_path[0] == b] for b in branches}
        error = min(by_branch.values(), key=_distance)[0]
    where = "/".join(str(part) for part in error.absolute_path) or "body"
    return f"{where}: {error.message[:300]}"


def _distance(errors: list[ValidationError]) -> tuple[bool, int, int]:
    """How far a branch of a union is from what was sent: wrong type, many errors, errors near the top."""
    wrong_type = any(list(error.relative_path) == ["type"] or error.validator == "type" for error in errors)
    return wrong_type, len(errors), -max(len(error.absolute_path) for error in errors)
