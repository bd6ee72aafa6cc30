"""What one user sees: guilds, channels, messages with those meant for them alone, commands, and a live stream."""

import asyncio
from functools import partial
from typing import Any

from aiohttp import web

from sandbox.body import json_answer
from sandbox.errors import ActError
from sandbox.signals import Event
from sandbox.state import Channel, Guild, World, channel_accessible, ephemeral_for, serializers

KEEP_ALIVE_SECONDS = 15.0


class View:
    """The endpoints under /view; see API.md."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[web.RouteDef]:
        """The routes for the application."""
        return [
            web.get("/view/users", self.users),
            web.get("/view/guilds", self.guilds),
            web.get("/view/guilds/{guild}", self.guild),
            web.get("/view/channels/{channel}/messages", self.messages),
            web.get("/view/channels/{channel}/messages/{message}", self.message),
            web.get("/view/dms", self.dms),
            web.get("/view/commands", self.commands),
            web.get("/view/events", self.events),
        ]

    async def users(self, _: web.Request) -> web.Response:
        """Everybody one can be: users that are no bots, with the guilds they are in."""
        backend = self.world.backend
        shown = []
        for user in backend.users.values():
            if not user.bot:
                guilds = [str(guild.id) for guild in backend.guilds.values() if user.id in guild.members]
                shown.append({**serializers.user_payload(user), "avatar_url": self._avatar(user.id), "guilds": guilds})
        return self._json(shown)

    async def guilds(self, request: web.Request) -> web.Response:
        """The guilds a user is in: ?user=."""
        user = self._user(request)
        found = [guild for guild in self.world.backend.guilds.values() if user in guild.members]
        return self._json([{"id": str(g.id), "name": g.name, "icon_url": f"/cdn/icons/{g.id}/0.png"} for g in found])

    async def guild(self, request: web.Request) -> web.Response:
        """One guild as a user sees it: channels and threads they may read, roles, members: ?user=."""
        user = self._user(request)
        backend = self.world.backend
        guild = backend.get_guild(int(request.match_info["guild"]))
        if user not in guild.members:
            raise ActError("This user is not a member of that guild.", 50001, 403)
        ids = [*guild.channel_ids, *guild.thread_ids]
        channels = [backend.channels[i] for i in ids if channel_accessible(backend, i, user)]
        return self._json(
            {
                "id": str(guild.id),
                "name": guild.name,
                "owner_id": str(guild.owner_id),
                "permissions": str(backend.compute_permissions(guild.id, user)),
                "channels": [self._channel(c, user) for c in channels if not c.is_thread],
                "threads": [self._channel(c, user) for c in channels if c.is_thread],
                "roles": serializers.roles_payload(guild),
                "members": [self._member(guild, user_id) for user_id in guild.members],
                "scheduled_events": [
                    serializers.scheduled_event_payload(backend, event) for event in guild.scheduled_events.values()
                ],
            }
        )

    def _channel(self, channel: Channel, user: int) -> dict[str, Any]:
        bits = self.world.backend.compute_permissions(channel.guild_id or 0, user, channel.id)
        return {**serializers.channel_payload(self.world.backend, channel), "permissions": str(bits)}

    def _member(self, guild: Guild, user_id: int) -> dict[str, Any]:
        shown = dict(serializers.member_payload(self.world.backend, guild, guild.members[user_id]))
        return {**shown, "avatar_url": self._avatar(user_id)}

    @staticmethod
    def _avatar(user_id: int) -> str:
        return f"/cdn/avatars/{user_id}/0.png"

    async def messages(self, request: web.Request) -> web.Response:
        """Messages oldest first, with those meant for this user alone: ?user=&limit=&before=&after=."""
        user = self._user(request)
        channel_id = int(request.match_info["channel"])
        self.world.backend.get_channel(channel_id)
        if not channel_accessible(self.world.backend, channel_id, user, history=True):
            raise ActError("This user may not read that channel.", 50001, 403)
        limit = max(1, min(int(request.query.get("limit", 50)), 500))
        after, before = int(request.query.get("after", 0)), int(request.query.get("before", 1 << 63))
        kept = self.world.backend.messages.get(channel_id, {}).values()
        seen = [m for m in kept if after < m.id < before and ephemeral_for(m) in (None, user)]
        seen.sort(key=lambda m: m.id)
        page = seen[:limit] if "after" in request.query else seen[-limit:]
        return self._json([serializers.message_payload(self.world.backend, m, for_user=user) for m in page])

    async def message(self, request: web.Request) -> web.Response:
        """One message as this user sees it now: ?user=."""
        user = self._user(request)
        backend = self.world.backend
        channel_id = int(request.match_info["channel"])
        message = backend.get_message(channel_id, int(request.match_info["message"]))
        if not channel_accessible(backend, channel_id, user, history=True) or not message.visible_to(user):
            raise ActError("Unknown Message", 10008, 404)
        return self._json(serializers.message_payload(backend, message, for_user=user))

    async def dms(self, request: web.Request) -> web.Response:
        """The user's DM channel with the bot, if there is one: ?user=."""
        user = self._user(request)
        channel_id = self.world.backend.dm_channels.get(user)
        if channel_id is None:
            return self._json([])
        channel = self.world.backend.channels[channel_id]
        last = str(channel.last_message_id) if channel.last_message_id else None
        bot = serializers.user_payload(self.world.backend.bot_user)
        return self._json([{"id": str(channel_id), "type": 1, "recipients": [bot], "last_message_id": last}])

    async def commands(self, request: web.Request) -> web.Response:
        """Commands this user sees here: ?user=&channel= -> {slash: [...], message: [...], user: [...]}."""
        user = self._user(request)
        channel = int(request.query["channel"])
        seen = self.world.backend.visible_commands
        kinds = {"slash": 1, "user": 2, "message": 3}
        return self._json({name: seen(user_id=user, channel_id=channel, type=kind) for name, kind in kinds.items()})

    # ------------------------------------------------------------------------- stream

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events for a user: ?user=&after= (or Last-Event-ID). `event:` is Discord's name, lower case."""
        user = self._user(request)
        last = request.headers.get("Last-Event-ID") or request.query.get("after")
        index = int(last) if last else self.world.events.last
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        # The number goes out at once, so that a browser that had no event yet can still say where to go on.
        await response.write(b"retry: 500\nid: %d\n\n" % index)
        try:
            while True:
                for event in list(self.world.events.after(index)):
                    index = event.index
                    if self._sees(user, event):
                        await response.write(self._frame(event))
                if not await self.world.signals.until(partial(self._news, index), KEEP_ALIVE_SECONDS):
                    await response.write(b": still here\n\n")
        except (ConnectionError, asyncio.CancelledError):
            return response

    def _news(self, index: int) -> bool:
        return self.world.events.last > index

    def _frame(self, event: Event) -> bytes:
        return b"id: %d\nevent: %b\ndata: %b\n\n" % (
            event.index,
            event.name.lower().encode(),
            self.world.encode(event.payload),
        )

    def _sees(self, user: int, event: Event) -> bool:
        if event.name == "INTERACTION_CREATE":
            return False
        if event.seen_by is not None:
            return event.seen_by == user
        backend = self.world.backend
        channel = event.payload.get("channel_id")
        if channel is not None and int(channel) in backend.channels:
            return channel_accessible(backend, int(channel), user)
        guild = backend.guilds.get(int(event.payload.get("guild_id") or 0))
        return guild is None or user in guild.members

    def _user(self, request: web.Request) -> int:
        user = int(request.query["user"])
        if user not in self.world.backend.users:
            raise ActError(f"There is no user {user}.", "unknown_user", 404)
        return user

    def _json(self, value: Any) -> web.Response:
        return json_answer(self.world.encode(value))
