"""The client's half of /control."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.results import Answer, Channel, Guild, Role, SeenMessage
from sandbox.transport import Files, Transport

if TYPE_CHECKING:
    from sandbox.client import Member

Permissions = Sequence[str] | int


def _id(value: Any) -> str:
    return str(getattr(value, "id", value))


def _given(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


class ControlClient:
    """Arranges guilds and members, plans faults, and waits. Ids may be given as ints, texts or objects with an `id`."""

    def __init__(self, transport: Transport, member: "Callable[[Any, str], Member]") -> None:
        self._transport = transport
        self._member = member

    async def _post(self, path: str, body: Mapping[str, Any] | None = None, files: Files = ()) -> Any:
        return await self._transport.call("POST", f"/control{path}", body or {}, files=files)

    async def status(self) -> dict[str, Any]:
        """What there is and what happened; see API.md."""
        return dict(await self._transport.call("GET", "/control/status"))

    async def set_bot(
        self, *, name: str | None = None, tokens: Sequence[str] | None = None, intents: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """Rename the bot, set its accepted tokens, or the privileged intents that its portal approved."""
        return dict(await self._post("/bot", _given(name=name, tokens=tokens, intents=intents)))

    # --------------------------------------------------------------- guilds and people

    async def create_guild(self, name: str, *, owner: Any = None) -> Guild:
        """Create a guild with the bot in it; `owner` is a new user's name or an id."""
        made = await self._post("/guilds", _given(name=name, owner=_id(owner) if owner is not None else None))
        return Guild(int(made["id"]), str(made["name"]), int(made["owner_id"]))

    async def create_user(self, name: str, *, display_name: str | None = None, bot: bool = False) -> "Member":
        """Create a user who is in no guild."""
        made = await self._post("/users", _given(name=name, display_name=display_name, bot=bot))
        return self._member(made["id"], name)

    async def add_member(
        self, guild: Any, name: str = "", *, user: Any = None, roles: Sequence[Any] = (), **more: Any
    ) -> "Member":
        """Add a new user (or an existing one) to a guild. More: display_name, nick, announce."""
        spec = {"name": name, "roles": [_id(role) for role in roles], **more}
        if user is not None:
            spec["user"] = _id(user)
        made = await self._post(f"/guilds/{_id(guild)}/members", spec)
        return self._member(made["user"]["id"], str(made["user"]["username"]))

    async def add_members(
        self, guild: Any, names: Sequence[str], *, roles: Sequence[Any] = (), announce: bool = True
    ) -> "list[Member]":
        """Add many new users at once."""
        specs = [{"name": name, "roles": [_id(role) for role in roles]} for name in names]
        made = await self._post(f"/guilds/{_id(guild)}/members", {"members": specs, "announce": announce})
        return [self._member(one["user"]["id"], str(one["user"]["username"])) for one in made]

    async def edit_member(
        self,
        guild: Any,
        member: Any,
        *,
        roles: Sequence[Any] | None = None,
        nick: str | None = None,
        dms_open: bool | None = None,
    ) -> None:
        """Change a member's roles, nick, or whether the bot may write to them."""
        chosen = [_id(role) for role in roles] if roles is not None else None
        body = _given(roles=chosen, nick=nick, dms_open=dms_open)
        await self._transport.call("PATCH", f"/control/guilds/{_id(guild)}/members/{_id(member)}", body)

    async def remove_member(self, guild: Any, member: Any) -> None:
        """Make a member leave."""
        await self._transport.call("DELETE", f"/control/guilds/{_id(guild)}/members/{_id(member)}")

    async def create_role(self, guild: Any, name: str, *, permissions: Permissions = (), **more: Any) -> Role:
        """Create a role. More: color, hoist, mentionable."""
        made = await self._post(f"/guilds/{_id(guild)}/roles", {"name": name, "permissions": permissions, **more})
        return Role(int(made["id"]), str(made["name"]))

    async def edit_role(self, guild: Any, role: Any, **changes: Any) -> None:
        """Change a role: name, permissions, color, hoist, mentionable. @everyone has the guild's id."""
        await self._transport.call("PATCH", f"/control/guilds/{_id(guild)}/roles/{_id(role)}", changes)

    async def delete_role(self, guild: Any, role: Any) -> None:
        """Delete a role."""
        await self._transport.call("DELETE", f"/control/guilds/{_id(guild)}/roles/{_id(role)}")

    async def set_bot_permissions(
        self, guild: Any, *, permissions: Permissions | None = None, without: Permissions | None = None
    ) -> None:
        """Set the permissions of the bot's own role, or take some away."""
        body = _given(permissions=permissions, without=without)
        await self._transport.call("PATCH", f"/control/guilds/{_id(guild)}/bot", body)

    async def create_channel(
        self,
        guild: Any,
        name: str,
        *,
        kind: str = "text",
        parent: Any = None,
        topic: str | None = None,
        tags: Sequence[str] = (),
        overwrites: Mapping[Any, Mapping[str, Permissions]] | None = None,
    ) -> Channel:
        """Create a channel: text, voice, category, news, stage or forum (with tags)."""
        spec = _given(name=name, type=kind, topic=topic, parent=_id(parent) if parent is not None else None)
        spec["tags"] = list(tags)
        spec["overwrites"] = {_id(target): dict(spec_) for target, spec_ in (overwrites or {}).items()}
        return Channel.of(await self._post(f"/guilds/{_id(guild)}/channels", spec))

    async def edit_channel(self, channel: Any, **changes: Any) -> Channel:
        """Change a channel: name, topic; a thread: archived, locked."""
        return Channel.of(await self._transport.call("PATCH", f"/control/channels/{_id(channel)}", changes))

    async def delete_channel(self, channel: Any) -> None:
        """Delete a channel."""
        await self._transport.call("DELETE", f"/control/channels/{_id(channel)}")

    async def set_overwrite(
        self, channel: Any, target: Any, *, allow: Permissions = (), deny: Permissions = ()
    ) -> None:
        """Set what a role or member may do in a channel."""
        path = f"/control/channels/{_id(channel)}/overwrites/{_id(target)}"
        await self._transport.call("PUT", path, {"allow": allow, "deny": deny})

    async def post_as(
        self,
        member: Any,
        channel: Any,
        content: str = "",
        *,
        files: Files = (),
        reply_to: Any = None,
        created_at: datetime | None = None,
    ) -> SeenMessage:
        """Post for a member, also in the past."""
        body = {"user": _id(member), "channel": _id(channel), "content": content}
        if reply_to is not None:
            body["reply_to"] = _id(reply_to)
        if created_at is not None:
            body["created_at"] = created_at.isoformat()
        return SeenMessage.of(await self._post("/messages", body, files))

    async def expire_attachments(self, message: SeenMessage) -> None:
        """Make the addresses of a message's files, as handed out so far, answer 404."""
        await self._post("/attachments/expire", {"channel": str(message.channel_id), "message": str(message.id)})

    async def expire_interaction(self, answer: Answer) -> None:
        """Make an interaction's token as old as after 15 minutes."""
        await self._post(f"/interactions/{answer.interaction}/expire")

    # -------------------------------------------------------------------------- faults

    async def fault(self, kind: str, *, method: str = "*", path: str = "", times: int | None = 1, **more: Any) -> int:
        """Plan a fault and return its id. More: status, code, message, retry_after, everywhere, seconds."""
        made = await self._post("/faults", {"kind": kind, "method": method, "path": path, "times": times, **more})
        return int(made["id"])

    async def faults(self) -> list[dict[str, Any]]:
        """The planned faults with their `hits`."""
        return list(await self._transport.call("GET", "/control/faults"))

    async def clear_faults(self) -> None:
        """Forget all faults and lost events."""
        await self._transport.call("DELETE", "/control/faults")

    async def drop_gateway(self, *, resumable: bool = True, code: int = 4000) -> int:
        """Close every gateway socket; return how many."""
        return int((await self._post("/gateway/drop", {"resumable": resumable, "code": code}))["sockets"])

    async def reconnect_gateway(self) -> None:
        """Ask every session to reconnect (op 7)."""
        await self._post("/gateway/reconnect")

    async def pause_gateway(self) -> None:
        """Hold all dispatches back."""
        await self._post("/gateway/pause")

    async def unpause_gateway(self) -> None:
        """Let the dispatches go."""
        await self._post("/gateway/unpause")

    async def lose_events(self, event: str, *, times: int | None = 1) -> None:
        """Make events whose name matches the regular expression never arrive."""
        await self._post("/gateway/lose", {"event": event, "times": times})

    # ------------------------------------------------------------------------- waiting

    async def wait(self, kind: str, *, timeout_s: float = 10.0, **condition: Any) -> dict[str, Any]:
        """Wait for any condition of API.md; SandboxError "timeout" when it does not come true."""
        return dict(await self._post("/wait", {"kind": kind, "timeout": timeout_s, **condition}))

    async def wait_for_messages(
        self,
        *,
        channel: Any = None,
        dm_of: Any = None,
        contains: str | None = None,
        author: Any = None,
        after: Any = None,
        replies_to: Any = None,
        files: int | None = None,
        user: Any = None,
        count: int = 1,
        timeout_s: float = 10.0,
    ) -> list[SeenMessage]:
        """Wait until there are `count` such messages; `author` "bot" is the bot, `user` sees their ephemeral ones."""
        people = {"channel": channel, "dm_of": dm_of, "author": author, "after": after, "replies_to": replies_to}
        ids = {key: _id(value) for key, value in {**people, "user": user}.items() if value is not None}
        condition = {**ids, **_given(contains=contains, files=files), "count": count}
        found = await self.wait("message", timeout_s=timeout_s, **condition)
        return [SeenMessage.of(message) for message in found["messages"]]

    async def wait_for_message(self, **condition: Any) -> SeenMessage:
        """Wait for a message and return the newest that fits; the arguments are those of `wait_for_messages`."""
        return (await self.wait_for_messages(**condition))[-1]

    async def wait_connected(self, *, timeout_s: float = 20.0, **at_least: int) -> dict[str, Any]:
        """Wait until a bot is connected and has been sent everything. At least: sessions, identifies, resumes."""
        return await self.wait("connected", timeout_s=timeout_s, **at_least)

    async def wait_disconnected(self, *, timeout_s: float = 10.0) -> None:
        """Wait until no bot is connected."""
        await self.wait("disconnected", timeout_s=timeout_s)

    async def wait_for_commands(self, name: str | None = None, *, timeout_s: float = 20.0) -> list[str]:
        """Wait until commands (this one) are registered; return all names."""
        return list((await self.wait("commands", timeout_s=timeout_s, **_given(name=name)))["names"])

    async def wait_for_requests(
        self,
        path: str = "",
        *,
        method: str | None = None,
        status: int | None = None,
        after: int = 0,
        count: int = 1,
        timeout_s: float = 10.0,
    ) -> list[dict[str, Any]]:
        """Wait until the bot made `count` such requests (path: regular expression) after a number."""
        condition = _given(path=path, method=method, status=status, after=after, count=count)
        return list((await self.wait("request", timeout_s=timeout_s, **condition))["requests"])

    async def last_request(self) -> int:
        """The number of the newest request."""
        return int((await self.status())["requests"])

    async def requests(self, *, after: int = 0) -> list[dict[str, Any]]:
        """The bot's requests after a number."""
        query = {"after": after, "limit": 5000}
        return list((await self._transport.call("GET", "/control/requests", query=query))["requests"])
