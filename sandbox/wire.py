"""Details of Discord's JSON and paths that need no state."""

import re
from typing import Any, Protocol

import discord

INVALID_FORM_BODY = 50035
_NEW_CHANNEL = re.compile(r"/guilds/\d+/channels")
_WITHOUT_EFFECT = (
    "nsfw",
    "default_auto_archive_duration",
    "default_thread_rate_limit_per_user",
    "default_sort_order",
    "default_forum_layout",
    "default_reaction_emoji",
    "flags",
)
_TOKEN = re.compile(r"/(?:interactions|webhooks)/\d+/([^/]+)(?:/|$)")


class Refusal(Protocol):
    """An error as Discord's REST has it."""

    code: int
    message: str
    errors: dict[str, Any] | None

    def to_json(self) -> dict[str, Any]:
        """Return Discord's JSON."""
        ...


def channel_extras(method: str, path: str, body: Any) -> tuple[Any, list[dict[str, Any]]]:
    """Take out of a new channel what simcord refuses: a forum's tags (kept later), and what has no effect here."""
    if method != "POST" or not _NEW_CHANNEL.fullmatch(path) or not isinstance(body, dict):
        return body, []
    kept = {key: value for key, value in body.items() if key not in _WITHOUT_EFFECT}
    return kept, kept.pop("available_tags", None) or []


def path_token(path: str) -> str | None:
    """Return the interaction's or webhook's token in a path, None when there is none."""
    match = _TOKEN.match(path)
    return match[1] if match else None


def error_body(error: Refusal) -> dict[str, Any]:
    """Discord's JSON for an error; validation details go where Discord puts them (`errors.field._errors`)."""
    detail = error.message.removeprefix("Invalid Form Body: ")
    if error.code != INVALID_FORM_BODY or error.errors is not None or detail == error.message:
        return dict(error.to_json())
    field_name, _, text = detail.partition(": ") if ": " in detail else ("body", "", detail)
    nested: dict[str, Any] = {"_errors": [{"code": "INVALID", "message": text}]}
    for part in reversed([part for part in field_name.replace("[", ".").replace("]", "").split(".") if part]):
        nested = {part: nested}
    return {"code": 50035, "message": "Invalid Form Body", "errors": nested}


def permission_bits(value: Any) -> int:
    """Bits from an int, a decimal string, or a list of names ("send_messages"); ValueError on an unknown name."""
    if isinstance(value, bool) or value is None:
        return 0
    if isinstance(value, int | str):
        return int(value)
    bits = 0
    for name in value:
        flag = discord.Permissions.VALID_FLAGS.get(name)
        if flag is None:
            raise ValueError(f"There is no permission called {name!r}.")
        bits |= flag
    return bits
