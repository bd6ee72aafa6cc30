"""The state of this Discord. The one module that imports simcord; everything else goes through it.

simcord brings guilds, channels, messages, permissions, validation and 140 REST routes, in process and under a virtual
clock. What is changed here: ids and times are real, files keep their picture's size and get signed addresses, embeds
resolve `attachment://`, nonces are honoured, ephemeral messages are announced to the sandbox's own listeners, and
nothing is kept that only grows.
"""

import io
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import orjson
from simcord import components as _components
from simcord import intents as _intents
from simcord import interactions as _interactions
from simcord._clock import Clock
from simcord.backend import Backend, serializers
from simcord.backend.access import channel_accessible, message_accessible, reaction_permissions
from simcord.backend.cdn import CdnStore
from simcord.backend.command_access import command_access
from simcord.backend.errors import BackendError, SetupError
from simcord.backend.models import AllowedMentions, Channel, Guild, Interaction, Member, Message, Overwrite, Role, User
from simcord.enums import ChannelType, OverwriteType
from simcord.http import router

from sandbox import cdn
from sandbox.signals import EventLog, Signals
from sandbox.wire import channel_extras, error_body, path_token

__all__ = [
    "AllowedMentions",
    "BackendError",
    "Channel",
    "Guild",
    "Interaction",
    "Member",
    "Message",
    "Overwrite",
    "OverwriteType",
    "Role",
    "SetupError",
    "Upload",
    "User",
    "World",
    "channel_accessible",
    "command_access",
    "message_accessible",
    "reaction_permissions",
    "serializers",
]

NONCE_SECONDS = 300.0
LARGE_GUILD = 250
HAS_THREAD = 1 << 5
Listener = Callable[[str, Mapping[str, Any]], None]
base_interaction = _interactions.base_payload
walk_to_subcommand = _interactions.walk_to_subcommand
nest_options = _interactions.nest_options
validate_option_value = _interactions.validate_option_value
walk_components = _components.walk_components


@dataclass
class Upload:
    """A file as simcord's handlers expect it."""

    filename: str
    data: bytes
    description: str | None = None
    fp: io.BytesIO = field(init=False)

    def __post_init__(self) -> None:
        self.filename = cdn.clean_filename(self.filename)
        self.fp = io.BytesIO(self.data)


class RealClock(Clock):
    """The wall clock, never backwards; `at` goes to another moment for as long as a message is made."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._latest = now()
        self._pinned: datetime | None = None

    def now(self) -> datetime:
        """Return the moment that new ids and timestamps carry (aware, UTC)."""
        if self._pinned is not None:
            return self._pinned
        self._latest = max(self._latest, self._now())
        return self._latest

    @contextmanager
    def at(self, moment: datetime | None) -> Iterator[None]:
        """Make ids and timestamps of `moment` (None: of now)."""
        self._pinned = moment.astimezone(UTC) if moment is not None else None
        try:
            yield
        finally:
            self._pinned = None


class _Files(CdnStore):
    def store_attachment(
        self, attachment_id: int, channel_id: int, filename: str, data: bytes, description: str | None
    ) -> dict[str, Any]:
        name = cdn.clean_filename(filename)
        kept = super().store_attachment(attachment_id, channel_id, name, data, description)
        kept["content_type"] = cdn.content_type(name)
        size = cdn.picture_size(data) if kept["content_type"].startswith("image/") else None
        if size is not None:
            kept["width"], kept["height"] = size
        return kept


class _Nothing(list[Any]):
    """A list that keeps nothing."""

    def append(self, _: Any) -> None:
        """Forget it."""


class _Backend(Backend):
    """simcord's backend with the sandbox's ears in it."""

    def __init__(self, clock: RealClock, announce: Callable[[str, Mapping[str, Any], int | None], None]) -> None:
        super().__init__(clock=clock)
        self._announce = announce
        self.nonce: str | None = None
        self.cdn = _Files()
        # simcord only appends to these two, and they would grow for ever.
        for growing in ("transcript", "http_requests"):
            setattr(self, growing, _Nothing())

    def emit(self, event: str, payload: Mapping[str, Any]) -> None:
        if event == "MESSAGE_CREATE" and self.nonce is not None:
            payload = {**payload, "nonce": self.nonce}
        self._announce(event, payload, None)

    def commit_message(self, message: Message, *, broadcast: bool = True) -> Message:
        _resolve_embed_files(message)
        channel = self.get_channel(message.channel_id)
        if channel.is_thread and self.channels[channel.parent_id or 0].type == ChannelType.FORUM:
            # The message that opens a forum post carries the post's own id.
            message.id = message.id if self.messages[channel.id] else channel.id
        kept = super().commit_message(message, broadcast=broadcast)
        self._private("MESSAGE_CREATE", kept)
        return kept

    def create_thread(self, parent_id: int, name: str, owner_id: int, **more: Any) -> Channel:
        started = more.get("message_id")
        if started is None or not more.pop("broadcast", True):
            return super().create_thread(parent_id, name, owner_id, **more)
        # A thread on a message is shown on it; only a thread without one is announced by a message of its own.
        thread = super().create_thread(parent_id, name, owner_id, broadcast=False, **more)
        self.announce_thread_create(thread)
        message = self.get_message(parent_id, started)
        message.flags |= HAS_THREAD
        self.emit("MESSAGE_UPDATE", dict(serializers.message_payload(self, message)))
        return thread

    def edit_message(self, channel_id: int, message_id: int, fields: dict[str, Any]) -> Message:
        message = super().edit_message(channel_id, message_id, fields)
        _resolve_embed_files(message)
        self._private("MESSAGE_UPDATE", message)
        return message

    def delete_message(self, channel_id: int, message_id: int) -> None:
        message = self.get_message(channel_id, message_id)
        super().delete_message(channel_id, message_id)
        self._private("MESSAGE_DELETE", message)

    def _private(self, event: str, message: Message) -> None:
        if message.is_ephemeral:
            payload = dict(serializers.message_payload(self, message))
            self._announce(event, payload, ephemeral_for(message))


def ephemeral_for(message: Message) -> int | None:
    """Whose eyes an ephemeral message is for, None for an ordinary one."""
    if not message.is_ephemeral:
        return None
    return int(((message.interaction_metadata or {}).get("user") or {}).get("id") or 0)


def _resolve_embed_files(message: Message) -> None:
    by_name = {f"attachment://{item['filename']}": item for item in message.attachments}
    for embed in message.embeds:
        for key, url in (("image", "url"), ("thumbnail", "url"), ("author", "icon_url"), ("footer", "icon_url")):
            part = embed.get(key)
            found = by_name.get(part.get(url, "")) if isinstance(part, dict) else None
            if isinstance(part, dict) and found is not None:
                part[url] = part[f"proxy_{url}"] = found["url"]
                if key in ("image", "thumbnail"):
                    part.update({side: found[side] for side in ("width", "height") if side in found})


class World:
    """One Discord: its state, what happened in it, and who is woken when it changes."""

    def __init__(self, *, secret: bytes, now: Callable[[], datetime]) -> None:
        self.clock = RealClock(now)
        self.signer = cdn.Signer(secret, now)
        self.events = EventLog()
        self.signals = Signals()
        self.listeners: list[Listener] = []
        self.backend = _Backend(self.clock, self._happened)
        self.backend.bot_user.name = "Showrunner"
        self.tokens: set[str] = set()
        self.closed_dms: set[int] = set()
        self.approved_intents = {"members", "message_content", "presences"}
        self.problems: deque[str] = deque(maxlen=200)
        self._nonces: dict[tuple[int, str], tuple[datetime, int]] = {}
        self.interaction_turns: dict[int, int] = {}

    # ------------------------------------------------------------- bytes and events

    def encode(self, value: Any) -> bytes:
        """JSON with fresh attachment addresses."""
        return self.signer.outward(orjson.dumps(value, default=str))

    def _happened(self, event: str, payload: Mapping[str, Any], seen_by: int | None) -> None:
        self.events.add(event, payload, seen_by)
        if seen_by is None:
            for listener in self.listeners:
                listener(event, payload)
        self.signals.notify()

    # ------------------------------------------------------------------------- REST

    @property
    def content_access(self) -> bool:
        """Whether the portal approved the message content intent for the bot."""
        return "message_content" in self.approved_intents

    def rest(
        self,
        method: str,
        path: str,
        *,
        body: Any,
        query: Mapping[str, str],
        files: list[Upload],
        reason: str | None = None,
    ) -> tuple[int, Any]:
        """Carry out one REST call of the bot; return Discord's status and JSON (None: no body)."""
        body, tags = channel_extras(method, path, body)
        self.backend.nonce = str(body["nonce"]) if isinstance(body, dict) and body.get("nonce") else None
        try:
            answer = router.dispatch(
                self.backend,
                method,
                path,
                json=body,
                params=dict(query),
                files=list(files),
                reason=reason,
                message_content_access=self.content_access,
            )
        except (router.RouteNotImplemented, router.UnsupportedField) as gap:
            self.problems.append(f"{method} {path}: {gap.message}")
            return 501, {"message": gap.message, "code": 0}
        except BackendError as refused:
            return refused.status, error_body(refused)
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            return 400, error_body(BackendError(400, 50035, f"Invalid Form Body: {wrong!r}"))
        finally:
            self.backend.nonce = None
        if tags:
            answer = self._tag_forum(int(answer["id"]), tags)
        self._after(method, path)
        return (204, None) if answer is None else (200, answer)

    def _tag_forum(self, channel_id: int, tags: list[dict[str, Any]]) -> Any:
        made = [{"moderated": False, "emoji_id": None, "emoji_name": None, **tag} for tag in tags]
        changes = {"available_tags": [{**tag, "id": str(self.backend.snowflake())} for tag in made]}
        return serializers.channel_payload(self.backend, self.backend.edit_channel(channel_id, changes))

    def _after(self, method: str, path: str) -> None:
        interaction = self.backend.interaction_tokens.get(path_token(path) or "")
        if method != "GET" and interaction is not None:
            self.interaction_turns[interaction] = self.interaction_turns.get(interaction, 0) + 1
            self.signals.notify(("interaction", interaction))

    def remember_nonce(self, channel_id: int, nonce: str, message_id: int) -> None:
        """Keep which message a nonce made."""
        self._nonces[channel_id, nonce] = (self.clock.now(), message_id)

    def message_of_nonce(self, channel_id: int, nonce: str) -> Message | None:
        """Return the message that this nonce made in the last minutes, if it still exists."""
        made, message_id = self._nonces.get((channel_id, nonce), (None, 0))
        if made is None or self.clock.now() - made > timedelta(seconds=NONCE_SECONDS):
            return None
        return self.backend.messages.get(channel_id, {}).get(message_id)

    def dm_refusal(self, channel_id: int) -> BackendError | None:
        """Return 50007 when the bot may not write in this DM: closed, or no guild in common."""
        channel = self.backend.channels.get(channel_id)
        if channel is None or channel.guild_id is not None:
            return None
        for user_id in channel.recipient_ids:
            shared = any(user_id in guild.members for guild in self.backend.guilds.values())
            if user_id in self.closed_dms or not shared:
                return BackendError(403, 50007, "Cannot send messages to this user")
        return None

    # ---------------------------------------------------------------------- gateway

    def wanted(self, intents: int, event: str, payload: Mapping[str, Any]) -> bool:
        """Say whether a session with these intents gets this event, and the bot may see its channel."""
        name = _intents.required_intent(event, payload)
        if name is not None and not intents & int(getattr(discord.Intents, name).flag):
            return False
        if event.startswith(("MESSAGE_", "TYPING_")) and payload.get("guild_id") is not None:
            return channel_accessible(self.backend, int(payload["channel_id"]), self.backend.bot_user.id)
        return True

    def censored(self, event: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the event as a bot without message content gets it."""
        if event not in ("MESSAGE_CREATE", "MESSAGE_UPDATE", "INTERACTION_CREATE"):
            return payload
        copy: dict[str, Any] = orjson.loads(orjson.dumps(payload, default=str))
        bot = self.backend.bot_user.id
        if event != "INTERACTION_CREATE":
            _intents.censor_message(copy, bot, backend=self.backend)
            return copy
        if isinstance(copy.get("message"), dict):
            _intents.censor_message(copy["message"], bot, backend=self.backend, exempt_root=True)
        data = copy.get("data") or {}
        for message_id, message in ((data.get("resolved") or {}).get("messages") or {}).items():
            chosen = str(data.get("target_id")) == str(message_id)
            _intents.censor_message(message, bot, backend=self.backend, exempt_root=chosen)
        return copy

    def guild_create(self, guild: Guild, intents: int) -> dict[str, Any]:
        """GUILD_CREATE as Discord sends it: of a large guild, or without presences, only the bot's own member."""
        everybody = guild.members
        large = len(everybody) > LARGE_GUILD
        if large or not intents & int(discord.Intents.presences.flag):
            own = self.backend.bot_user.id
            guild.members = {own: everybody[own]} if own in everybody else {}
        try:
            payload = dict(serializers.guild_create_payload(self.backend, guild))
        finally:
            guild.members = everybody
        return {**payload, "member_count": len(everybody), "large": large}

    def missing_approval(self, intents: int) -> list[str]:
        """Privileged intents asked for that the portal has not approved."""
        return [
            name
            for name in _intents.PRIVILEGED_INTENTS
            if intents & int(getattr(discord.Intents, name).flag) and name not in self.approved_intents
        ]
