"""What it means that Discord refused, or did not answer: try again, or what would mend it."""

import asyncio
from dataclasses import dataclass

import aiohttp
import discord

from domain.errors import UserError

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
NO_DIRECT_MESSAGES = 50007
THREAD_EXISTS = 160004
THREAD_ASLEEP = 50083

_TRY_AGAIN = (aiohttp.ClientError, asyncio.TimeoutError, TimeoutError, OSError)
_RATE_LIMITED = 429
_UNAUTHORISED = 401


@dataclass(frozen=True, slots=True)
class Again:
    """It may work later: not before `after` seconds from now, if Discord said so."""

    error: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Never:
    """It will not work until somebody mends it; `error` is a sentence that says how."""

    error: str


class UnsayableError(Exception):
    """A message that must not be sent as it is; the sentence says why."""


def judge(error: BaseException, *, channel_id: int | None, edit: bool = False) -> Again | Never:
    """Whether to try again after `error`. Raises nothing; what it does not know is tried again."""
    if isinstance(error, UserError | UnsayableError):
        return Never(str(error))
    if isinstance(error, discord.DiscordServerError | discord.RateLimited):
        return Again(f"Discord answered {_status(error)}.", float(getattr(error, "retry_after", 0.0)))
    if isinstance(error, discord.HTTPException):
        return _refused(error, channel_id, edit=edit)
    if isinstance(error, _TRY_AGAIN):
        return Again("Discord did not answer in time.")
    return Again(f"{type(error).__name__} while it was sent.")


def _status(error: discord.DiscordServerError | discord.RateLimited) -> int:
    return error.status if isinstance(error, discord.DiscordServerError) else _RATE_LIMITED


def _refused(error: discord.HTTPException, channel_id: int | None, *, edit: bool) -> Again | Never:
    if error.status == _RATE_LIMITED:
        return Again("Discord asked for a pause.", _pause(error))
    if error.status == _UNAUTHORISED:
        return Again("Discord no longer accepts the bot's token.")
    where = f"in <#{channel_id}>" if channel_id is not None else "there"
    sentence = _SENTENCES.get(error.code) or _BY_STATUS.get(error.status)
    if sentence is None:
        return Never(f"Discord refused the message {where} (error {error.code or error.status}). This is a bug.")
    return Never(sentence.format(where=where, do="edit my post" if edit else "post"))


def _pause(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After", 1))
    except ValueError:
        return 1.0


_THEN = "then press **Try again** in `/doctor`."
_PERMISSIONS = (
    "I can't {do} {where}. Give me View Channel, Send Messages, Embed Links, Attach Files and "
    f"Read Message History there, {_THEN}"
)
_SENTENCES = {
    UNKNOWN_CHANNEL: f"The channel I should {{do}} in no longer exists. Choose another with `/setup`, {_THEN}",
    UNKNOWN_MESSAGE: "The message was deleted.",
    30033: f"The channel has reached Discord's limit of threads {{where}}. Archive some, {_THEN}",
    50001: f"I can't see the channel I should {{do}} in ({{where}}). Give me View Channel there, {_THEN}",
    50005: "That post {where} is not mine to edit.",
    NO_DIRECT_MESSAGES: "This person does not take direct messages from this server.",
    50008: "I can't {do} in that kind of channel ({where}). Choose a text channel with `/setup`.",
    50013: _PERMISSIONS,
    THREAD_ASLEEP: f"The thread I should {{do}} in ({{where}}) is archived. Open it again, {_THEN}",
    160002: f"I can't answer a message {{where}}. Give me Read Message History there, {_THEN}",
}
_BY_STATUS = {403: _PERMISSIONS, 404: _SENTENCES[UNKNOWN_CHANNEL]}
