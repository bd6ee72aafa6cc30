"""Arranging the world for a test or a demo: guilds, members, what the bot may do, faults, and waiting for things."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.act import post_message
from sandbox.body import json_answer, read_body
from sandbox.errors import ActError
from sandbox.faults import Faults
from sandbox.gateway import Gateway, Loss
from sandbox.recording import Recorder
from sandbox.state import Guild, Overwrite, OverwriteType, Role, World, serializers
from sandbox.waiting import condition_of, request_shown
from sandbox.wire import permission_bits

CHANNEL_TYPES = {"text": 0, "voice": 2, "category": 4, "news": 5, "stage": 13, "forum": 15}


class Control:
    """The endpoints under /control; see API.md."""

    def __init__(self, world: World, gateway: Gateway, faults: Faults, recorder: Recorder) -> None:
        self.world = world
        self.gateway = gateway
        self.faults = faults
        self.recorder = recorder

    def routes(self) -> list[web.RouteDef]:
        """The routes for the application."""
        one = "/control/guilds/{guild}"
        return [
            web.get("/control/status", self.status),
            web.post("/control/bot", self.bot),
            web.post("/control/users", self.user),
            web.post("/control/guilds", self.guild),
            web.post(f"{one}/members", self.members),
            web.patch(f"{one}/members/{{user}}", self.member),
            web.delete(f"{one}/members/{{user}}", self.leave),
            web.post(f"{one}/roles", self.role),
            web.patch(f"{one}/roles/{{role}}", self.edit_role),
            web.delete(f"{one}/roles/{{role}}", self.drop_role),
            web.patch(f"{one}/bot", self.bot_permissions),
            web.post(f"{one}/channels", self.channel),
            web.patch("/control/channels/{channel}", self.edit_channel),
            web.delete("/control/channels/{channel}", self.drop_channel),
            web.put("/control/channels/{channel}/overwrites/{target}", self.overwrite),
            web.post("/control/messages", self.message),
            web.post("/control/attachments/expire", self.expire_attachments),
            web.post("/control/interactions/{interaction}/expire", self.expire_interaction),
            web.get("/control/faults", self.list_faults),
            web.post("/control/faults", self.plan_fault),
            web.delete("/control/faults", self.clear_faults),
            web.delete("/control/faults/{fault}", self.clear_faults),
            web.post("/control/gateway/{what}", self.gateway_fault),
            web.post("/control/wait", self.wait),
            web.get("/control/events", self.events),
            web.get("/control/requests", self.requests),
        ]

    # -------------------------------------------------------------------------- status

    async def status(self, _: web.Request) -> web.Response:
        """Say what there is and what happened."""
        backend = self.world.backend
        return self._json(
            {
                "bot": serializers.user_payload(backend.bot_user),
                "application_id": str(backend.application_id),
                "connected": len(self.gateway.connected),
                "sessions": [
                    {"id": s.id, "connected": s.socket is not None, "seq": s.seq, "intents": s.intents}
                    for s in self.gateway.sessions.values()
                ],
                "identifies": self.gateway.identifies,
                "resumes": self.gateway.resumes,
                "replayed": self.gateway.replayed,
                "events": self.world.events.last,
                "requests": self.recorder.last,
                "by_status": {str(key): count for key, count in sorted(self.recorder.by_status.items())},
                "guilds": [str(guild) for guild in backend.guilds],
                "messages": sum(len(kept) for kept in backend.messages.values()),
                "problems": list(self.world.problems),
            }
        )

    async def bot(self, request: web.Request) -> web.Response:
        """Change the bot: {name?, tokens?: [...], intents?: [approved privileged intents]}."""
        body = await _object(request)
        if "name" in body:
            self.world.backend.edit_bot_profile(str(body["name"]))
        if "tokens" in body:
            self.world.tokens = {str(token) for token in body["tokens"]}
        if "intents" in body:
            self.world.approved_intents = {str(name) for name in body["intents"]}
        answer = {"bot": serializers.user_payload(self.world.backend.bot_user), "tokens": sorted(self.world.tokens)}
        return self._json({**answer, "intents": sorted(self.world.approved_intents)})

    # --------------------------------------------------------------- guilds and people

    async def user(self, request: web.Request) -> web.Response:
        """Create a user in no guild: {name, display_name?, bot?}."""
        return self._json(serializers.user_payload(self.world.backend.get_user(self._new_user(await _object(request)))))

    def _new_user(self, body: Mapping[str, Any]) -> int:
        shown = body.get("display_name")
        user = self.world.backend.make_user(str(body["name"]), global_name=shown, bot=bool(body.get("bot")))
        return user.id

    async def guild(self, request: web.Request) -> web.Response:
        """Create a guild: {name, owner?: name or user id}."""
        body = await _object(request)
        backend = self.world.backend
        owner = body.get("owner")
        if isinstance(owner, str) and not owner.isdecimal():
            owner = backend.make_user(owner).id
        guild = backend.create_guild(str(body["name"]), owner_id=int(owner) if owner else None)
        return self._json(self._guild(guild))

    def _guild(self, guild: Guild) -> dict[str, Any]:
        shown: dict[str, Any] = dict(serializers.guild_create_payload(self.world.backend, guild))
        wanted = ("id", "name", "owner_id", "roles", "channels", "member_count")
        return {**{key: shown[key] for key in wanted}, "everyone_role": str(guild.id)}

    async def members(self, request: web.Request) -> web.Response:
        """Add one member {name | user, display_name?, roles?, nick?, announce?} or many {members: [...]}."""
        body = await _object(request)
        guild = self.world.backend.get_guild(int(request.match_info["guild"]))
        if "members" not in body:
            return self._json(self._add(guild, body))
        return self._json(
            [self._add(guild, {"announce": body.get("announce", True), **one}) for one in body["members"]]
        )

    def _add(self, guild: Guild, body: Mapping[str, Any]) -> dict[str, Any]:
        backend = self.world.backend
        user_id = int(body["user"]) if body.get("user") else self._new_user(body)
        backend.get_user(user_id)
        roles = [self._role(guild, role).id for role in body.get("roles") or []]
        member = backend.add_member(
            guild.id, user_id, roles=roles, nick=body.get("nick"), announce=bool(body.get("announce", True))
        )
        return dict(serializers.member_payload(backend, guild, member))

    def _role(self, guild: Guild, role: Any) -> Role:
        for one in guild.roles.values():
            if str(one.id) == str(role) or one.name == role:
                return one
        raise ActError(f"The guild has no role {role!r}.", 10011, 404)

    async def member(self, request: web.Request) -> web.Response:
        """Change a member: {roles?, nick?, dms_open?}."""
        body = await _object(request)
        guild = self.world.backend.get_guild(int(request.match_info["guild"]))
        user_id = int(request.match_info["user"])
        changes: dict[str, Any] = {}
        if "roles" in body:
            changes["role_ids"] = [self._role(guild, role).id for role in body["roles"]]
        if "nick" in body:
            changes["nick"] = body["nick"]
        if "dms_open" in body:
            (self.world.closed_dms.discard if body["dms_open"] else self.world.closed_dms.add)(user_id)
        member = self.world.backend.get_member(guild.id, user_id)
        if changes:
            self.world.backend.edit_member(guild.id, user_id, changes)
        shown = dict(serializers.member_payload(self.world.backend, guild, member))
        return self._json({**shown, "dms_open": user_id not in self.world.closed_dms})

    async def leave(self, request: web.Request) -> web.Response:
        """Make a member leave."""
        self.world.backend.remove_member(int(request.match_info["guild"]), int(request.match_info["user"]))
        return json_answer(None, 204)

    async def role(self, request: web.Request) -> web.Response:
        """Create a role: {name, permissions?: [names] or bits, color?, hoist?, mentionable?}."""
        body = await _object(request)
        extra = {key: body[key] for key in ("color", "hoist", "mentionable") if key in body}
        bits = permission_bits(body.get("permissions"))
        guild_id = int(request.match_info["guild"])
        role = self.world.backend.create_role(guild_id, str(body["name"]), permissions=bits, **extra)
        return self._json(serializers.role_payload(role))

    async def edit_role(self, request: web.Request) -> web.Response:
        """Change a role: the fields of its creation, also of @everyone (its id is the guild's)."""
        body = await _object(request)
        changes: dict[str, Any] = {key: body[key] for key in ("name", "color", "hoist", "mentionable") if key in body}
        if "permissions" in body:
            changes["permissions"] = permission_bits(body["permissions"])
        guild_id, role_id = int(request.match_info["guild"]), int(request.match_info["role"])
        return self._json(serializers.role_payload(self.world.backend.edit_role(guild_id, role_id, changes)))

    async def drop_role(self, request: web.Request) -> web.Response:
        """Delete a role."""
        self.world.backend.delete_role(int(request.match_info["guild"]), int(request.match_info["role"]))
        return json_answer(None, 204)

    async def bot_permissions(self, request: web.Request) -> web.Response:
        """Set what the bot's own role may do in a guild: {permissions?: [...], without?: [...]}."""
        body = await _object(request)
        guild = self.world.backend.get_guild(int(request.match_info["guild"]))
        own = guild.members[self.world.backend.bot_user.id]
        role = next(guild.roles[role_id] for role_id in own.role_ids if guild.roles[role_id].managed)
        bits = permission_bits(body["permissions"]) if "permissions" in body else role.permissions
        bits &= ~permission_bits(body.get("without"))
        return self._json(
            serializers.role_payload(self.world.backend.edit_role(guild.id, role.id, {"permissions": bits}))
        )

    # ------------------------------------------------------------------------ channels

    async def channel(self, request: web.Request) -> web.Response:
        """Create a channel: {name, type?, parent?, topic?, tags?: [names], overwrites?: {target: {allow, deny}}}."""
        body = await _object(request)
        guild_id = int(request.match_info["guild"])
        kind = body.get("type", "text")
        if kind not in CHANNEL_TYPES:
            raise ActError(f"type must be one of {', '.join(CHANNEL_TYPES)}, not {kind!r}.", "malformed")
        extra: dict[str, Any] = {"topic": body.get("topic")}
        if body.get("parent"):
            extra["parent_id"] = int(body["parent"])
        if body.get("tags"):
            extra["available_tags"] = [self._tag(name) for name in body["tags"]]
        overwrites = [self._overwrite(guild_id, int(t), spec) for t, spec in (body.get("overwrites") or {}).items()]
        made = self.world.backend.create_channel(
            guild_id, str(body["name"]), type=CHANNEL_TYPES[kind], overwrites=overwrites, **extra
        )
        return self._json(serializers.channel_payload(self.world.backend, made))

    def _tag(self, name: str) -> dict[str, Any]:
        number = str(self.world.backend.snowflake())
        return {"id": number, "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}

    def _overwrite(self, guild_id: int, target: int, spec: Mapping[str, Any]) -> Overwrite:
        is_role = target in self.world.backend.get_guild(guild_id).roles
        kind = OverwriteType.ROLE if is_role else OverwriteType.MEMBER
        allow, deny = permission_bits(spec.get("allow")), permission_bits(spec.get("deny"))
        return Overwrite(target, kind, allow, deny)

    async def edit_channel(self, request: web.Request) -> web.Response:
        """Change a channel: {name?, topic?, archived?, locked?}."""
        body = await _object(request)
        changes: dict[str, Any] = {key: body[key] for key in ("name", "topic") if key in body}
        thread: dict[str, Any] = {key: body[key] for key in ("archived", "locked") if key in body}
        channel_id = int(request.match_info["channel"])
        edited = self.world.backend.edit_channel(channel_id, changes, thread_metadata=thread)
        return self._json(serializers.channel_payload(self.world.backend, edited))

    async def drop_channel(self, request: web.Request) -> web.Response:
        """Delete a channel."""
        self.world.backend.delete_channel(int(request.match_info["channel"]))
        return json_answer(None, 204)

    async def overwrite(self, request: web.Request) -> web.Response:
        """Set what a role or member may do in a channel: {allow?: [...], deny?: [...]}."""
        body = await _object(request)
        channel = self.world.backend.get_channel(int(request.match_info["channel"]))
        overwrite = self._overwrite(channel.guild_id or 0, int(request.match_info["target"]), body)
        self.world.backend.set_overwrite(channel.id, overwrite)
        return self._json(serializers.channel_payload(self.world.backend, channel))

    # ------------------------------------------------------------- messages and expiry

    async def message(self, request: web.Request) -> web.Response:
        """Post as a member, also in the past: the body of /act/messages and {created_at: ISO 8601}."""
        body, files = await read_body(request)
        at = datetime.fromisoformat(body["created_at"]) if body.get("created_at") else None
        if at is not None and at.tzinfo is None:
            raise ActError("created_at needs a UTC offset.", "malformed")
        message = post_message(self.world, int(body["user"]), int(body["channel"]), body, files, created_at=at)
        return self._json(serializers.message_payload(self.world.backend, message))

    async def expire_attachments(self, request: web.Request) -> web.Response:
        """Expire addresses handed out: {attachment} or {channel, message}."""
        body = await _object(request)
        if body.get("attachment"):
            numbers = [int(body["attachment"])]
        else:
            message = self.world.backend.get_message(int(body["channel"]), int(body["message"]))
            numbers = [int(item["id"]) for item in message.attachments]
        for number in numbers:
            self.world.signer.expire(number)
        return self._json({"expired": [str(number) for number in numbers]})

    async def expire_interaction(self, request: web.Request) -> web.Response:
        """Make an interaction's token as old as after 15 minutes."""
        record = self.world.backend.interactions.get(int(request.match_info["interaction"]))
        if record is None:
            raise ActError("There is no such interaction.", "unknown_interaction", 404)
        record.expires_at = self.world.backend.now_iso()
        return json_answer(None, 204)

    # -------------------------------------------------------------------------- faults

    async def list_faults(self, _: web.Request) -> web.Response:
        """List the planned faults with their hits."""
        return self._json(self.faults.listing())

    async def plan_fault(self, request: web.Request) -> web.Response:
        """Plan a fault: {kind, method?, path?, times?, status?, code?, message?, retry_after?, seconds?}."""
        return self._json(self.faults.plan(await _object(request)).described())

    async def clear_faults(self, request: web.Request) -> web.Response:
        """Forget one fault or all of them, and lost events."""
        number = request.match_info.get("fault")
        self.faults.clear(int(number) if number else None)
        if number is None:
            self.gateway.losses.clear()
        return json_answer(None, 204)

    async def gateway_fault(self, request: web.Request) -> web.Response:
        """Drop {resumable?, code?} | reconnect | pause | unpause | lose {event, times?}."""
        what, body = request.match_info["what"], await _object(request)
        if what == "drop":
            count = await self.gateway.drop(resumable=body.get("resumable", True), code=int(body.get("code", 4000)))
            return self._json({"sockets": count})
        if what == "reconnect":
            return self._json({"sockets": await self.gateway.ask_to_reconnect()})
        if what in ("pause", "unpause"):
            self.gateway.pause(what == "pause")
        elif what == "lose":
            self.gateway.losses.append(Loss(re.compile(str(body["event"])), body.get("times", 1)))
        else:
            raise ActError("drop, reconnect, pause, unpause or lose.", "malformed", 404)
        return self._json({"paused": self.gateway.paused, "losses": len(self.gateway.losses)})

    # ------------------------------------------------------------------------- waiting

    async def wait(self, request: web.Request) -> web.Response:
        """Wait until a condition holds; its answer, or 408 with what was waited for."""
        body = await _object(request)
        condition = condition_of(body, self.world, self.gateway, self.recorder)
        found: list[Any] = []

        def holds() -> bool:
            result = condition()
            if result is not None:
                found.append(result)
            return result is not None

        timeout_s = float(body.get("timeout", 10.0))
        if not await self.world.signals.until(holds, timeout_s):
            wish = {key: value for key, value in body.items() if key != "timeout"}
            raise ActError(f"Waited {timeout_s:g} s in vain for {wish}.", "timeout", 408)
        await asyncio.sleep(0)
        return self._json(found[-1])

    async def events(self, request: web.Request) -> web.Response:
        """Events after an index: ?after=&name=&limit=."""
        name = request.query.get("name")
        limit = int(request.query.get("limit", 500))
        events = [e for e in self.world.events.after(int(request.query.get("after", 0))) if name in (None, e.name)]
        return self._json({"last": self.world.events.last, "events": [asdict(event) for event in events[:limit]]})

    async def requests(self, request: web.Request) -> web.Response:
        """Requests of the bot after a number: ?after=&limit=."""
        kept = self.recorder.after(int(request.query.get("after", 0)))
        limit = int(request.query.get("limit", 500))
        shown = [request_shown(number, exchange) for number, exchange in kept[:limit]]
        return self._json({"last": self.recorder.last, "requests": shown})

    def _json(self, value: Any) -> web.Response:
        return json_answer(self.world.encode(value))


async def _object(request: web.Request) -> dict[str, Any]:
    body, _ = await read_body(request)
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise ActError("The body must be a JSON object.", "malformed")
    return body
