"""A client for tests and the demo: members that act, and the control that arranges their world.

async with SandboxClient(base_url) as client:
    guild = await client.control.create_guild("Studio", owner="Ada")
    mira = await client.control.add_member(guild, "Mira")
    work = await mira.post(channel, "my work", files=[("sea.png", picture)])
    answer = await mira.slash("vote", channel=channel)
"""

from collections.abc import Mapping
from typing import Any, Self

from sandbox.client_control import ControlClient
from sandbox.results import Answer, Channel, Choice, Modal, SeenMessage
from sandbox.transport import Files, SandboxError, Transport

__all__ = ["Member", "SandboxClient", "SandboxError"]

Id = Any  # an int, its text, or anything with an `id`


def id_of(value: Id) -> str:
    """Return the id of a member, channel, message, role or guild as text."""
    return str(getattr(value, "id", value))


class Member:
    """One user, acting. Refusals are SandboxError with what Discord said."""

    def __init__(self, transport: Transport, user_id: int, name: str = "") -> None:
        self._transport = transport
        self.id = user_id
        self.name = name

    def __repr__(self) -> str:
        return f"<Member {self.name or self.id}>"

    @property
    def mention(self) -> str:
        """The text that mentions this member."""
        return f"<@{self.id}>"

    # ------------------------------------------------------------------------ messages

    async def post(
        self,
        channel: Id,
        content: str = "",
        *,
        files: Files = (),
        reply_to: Id | None = None,
        ping: bool = True,
    ) -> SeenMessage:
        """Post a message, maybe a reply and with files (name, bytes). `ping` is the reply's @ switch."""
        body = {**self._at(channel), "content": content}
        if reply_to is not None:
            body.update(reply_to=id_of(reply_to), ping=ping)
        return SeenMessage.of(await self._transport.call("POST", "/act/messages", body, files=files))

    async def post_dm(self, content: str = "", *, files: Files = ()) -> SeenMessage:
        """Write to the bot in private."""
        body = {"user": str(self.id), "dm": True, "content": content}
        return SeenMessage.of(await self._transport.call("POST", "/act/messages", body, files=files))

    async def edit(self, message: SeenMessage, content: str) -> SeenMessage:
        """Edit one's own message."""
        path = f"/act/messages/{message.channel_id}/{message.id}"
        return SeenMessage.of(await self._transport.call("PATCH", path, {"user": str(self.id), "content": content}))

    async def delete(self, message: SeenMessage) -> None:
        """Delete a message."""
        path = f"/act/messages/{message.channel_id}/{message.id}"
        await self._transport.call("DELETE", path, query={"user": self.id})

    async def react(self, message: SeenMessage, emoji: str) -> None:
        """Add a reaction."""
        await self._transport.call("POST", "/act/reactions", {**self._on(message), "emoji": emoji})

    async def unreact(self, message: SeenMessage, emoji: str) -> None:
        """Take a reaction back."""
        await self._transport.call("DELETE", "/act/reactions", {**self._on(message), "emoji": emoji})

    async def open_thread(
        self,
        channel: Id,
        name: str,
        *,
        message: Id | None = None,
        content: str = "",
        files: Files = (),
        tags: tuple[Id, ...] = (),
    ) -> tuple[Channel, SeenMessage | None]:
        """Open a thread (on a message), or a post in a forum; with its first message."""
        body: dict[str, Any] = {**self._at(channel), "name": name, "content": content}
        body["applied_tags"] = [id_of(tag) for tag in tags]
        if message is not None:
            body["message"] = id_of(message)
        made = await self._transport.call("POST", "/act/threads", body, files=files)
        first = made["message"]
        return Channel.of(made["thread"]), SeenMessage.of(first) if first else None

    # -------------------------------------------------------------------- interactions

    async def slash(
        self,
        command: str,
        /,
        *,
        channel: Id = None,
        wait: float = 10.0,
        options: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Answer:
        """Run a slash command ("theme add"); without a channel in the DM with the bot.

        Options, by keyword or in `options` (where their names are taken here, like `channel`): text, numbers,
        booleans; members, roles and channels as they are or by id; files as (name, bytes).
        """
        values, files = _options({**(options or {}), **more})
        body = {**self._at(channel), "command": command, "options": values, "wait": wait}
        return Answer.of(await self._transport.call("POST", "/act/slash", body, files=files))

    async def autocomplete(
        self,
        command: str,
        focused: str,
        text: str = "",
        /,
        *,
        channel: Id = None,
        options: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> tuple[Choice, ...]:
        """Ask what the bot suggests for the option `focused` when `text` is typed; the others as for `slash`."""
        values, files = _options({**(options or {}), **more})
        body = {**self._at(channel), "command": command, "focused": focused, "options": {**values, focused: text}}
        return Answer.of(await self._transport.call("POST", "/act/autocomplete", body, files=files)).choices

    async def click(
        self, message: SeenMessage, label: str | None = None, *, custom_id: str | None = None, wait: float = 10.0
    ) -> Answer:
        """Press a button by its label or custom id (neither: the only one)."""
        body = {**self._on(message), "label": label, "custom_id": custom_id, "wait": wait}
        return Answer.of(await self._transport.call("POST", "/act/click", body))

    async def select(
        self,
        message: SeenMessage,
        *values: Id,
        placeholder: str | None = None,
        custom_id: str | None = None,
        wait: float = 10.0,
    ) -> Answer:
        """Choose in a menu: values or labels, or members, roles and channels."""
        chosen = [id_of(value) for value in values]
        body = {**self._on(message), "placeholder": placeholder, "custom_id": custom_id, "values": chosen, "wait": wait}
        return Answer.of(await self._transport.call("POST", "/act/select", body))

    async def submit_modal(
        self,
        modal: Modal | Answer,
        values: Mapping[str, Any],
        files: Mapping[str, Files] | None = None,
        wait: float = 10.0,
    ) -> Answer:
        """Send a modal off. `values` and `files` are keyed by label or custom id; the rest stays as it was shown."""
        given: dict[str, Any] = {key: _modal_value(value) for key, value in values.items()}
        sent: list[tuple[str, bytes]] = []
        for key, several in (files or {}).items():
            given[key] = {"files": list(range(len(sent), len(sent) + len(several)))}
            sent.extend(several)
        body = {"user": str(self.id), "interaction": str(modal.interaction), "values": given, "wait": wait}
        return Answer.of(await self._transport.call("POST", "/act/modal", body, files=sent))

    async def menu(
        self, name: str, target: "SeenMessage | Member", *, channel: Id = None, wait: float = 10.0
    ) -> Answer:
        """Use a context menu on a message, or on a member in a channel."""
        if isinstance(target, SeenMessage):
            body = {**self._on(target), "name": name, "wait": wait}
        else:
            body = {**self._at(channel), "name": name, "target_user": id_of(target), "wait": wait}
        return Answer.of(await self._transport.call("POST", "/act/menu", body))

    # ------------------------------------------------------------------- what is seen

    async def messages(self, channel: Id, *, limit: int = 100, after: Id | None = None) -> list[SeenMessage]:
        """The channel's messages as this member sees them, oldest first."""
        query = {"user": self.id, "limit": limit, "after": id_of(after) if after is not None else None}
        seen = await self._transport.call("GET", f"/view/channels/{id_of(channel)}/messages", query=query)
        return [SeenMessage.of(message) for message in seen]

    async def message(self, message: SeenMessage) -> SeenMessage:
        """The message as it is now."""
        path = f"/view/channels/{message.channel_id}/messages/{message.id}"
        return SeenMessage.of(await self._transport.call("GET", path, query={"user": self.id}))

    async def dms(self) -> list[SeenMessage]:
        """The messages in the DM with the bot, oldest first; none when there is no DM."""
        channels = await self._transport.call("GET", "/view/dms", query={"user": self.id})
        return await self.messages(channels[0]["id"]) if channels else []

    async def channels(self, guild: Id) -> list[Channel]:
        """The channels and threads this member sees in a guild."""
        seen = await self._transport.call("GET", f"/view/guilds/{id_of(guild)}", query={"user": self.id})
        return [Channel.of(channel) for channel in (*seen["channels"], *seen["threads"])]

    async def commands(self, channel: Id) -> dict[str, list[str]]:
        """Names of the commands this member sees: {"slash": [...], "user": [...], "message": [...]}."""
        query = {"user": self.id, "channel": id_of(channel)}
        seen = await self._transport.call("GET", "/view/commands", query=query)
        return {kind: [str(command["name"]) for command in found] for kind, found in seen.items()}

    def _at(self, channel: Id | None) -> dict[str, Any]:
        place = {"dm": True} if channel is None else {"channel": id_of(channel)}
        return {"user": str(self.id), **place}

    def _on(self, message: SeenMessage) -> dict[str, Any]:
        return {"user": str(self.id), "channel": str(message.channel_id), "message": str(message.id)}


def _is_file(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], bytes)  # noqa: PLR2004 - a pair


def _options(options: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
    values: dict[str, Any] = {}
    files: list[tuple[str, bytes]] = []
    for name, value in options.items():
        if _is_file(value):
            values[name] = {"file": len(files)}
            files.append(value)
        elif value is not None:
            values[name] = id_of(value) if hasattr(value, "id") else value
    return values, files


def _modal_value(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [id_of(item) if hasattr(item, "id") else item for item in value]
    return id_of(value) if hasattr(value, "id") else value


class SandboxClient:
    """The way in: `control` arranges, `member(id)` acts."""

    def __init__(self, base_url: str) -> None:
        self.transport = Transport(base_url)
        self.control = ControlClient(self.transport, self.member)

    async def __aenter__(self) -> Self:
        await self.transport.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.transport.close()

    def member(self, user_id: Id, name: str = "") -> Member:
        """Act as this user."""
        return Member(self.transport, int(id_of(user_id)), name)

    async def download(self, url: str) -> bytes:
        """The bytes of an attachment; SandboxError when its address is no longer good."""
        status, _, data = await self.transport.download(url)
        if status != 200:  # noqa: PLR2004 - HTTP
            raise SandboxError(data.decode(errors="replace")[:200], "file", status)
        return data
