"""What members do: post, react, run commands, press buttons. Every rule Discord has for them applies."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.body import json_answer, read_body
from sandbox.components import clicked, selected, submitted
from sandbox.errors import ActError
from sandbox.interactions import Resolver, answer_of, command_options, find_command, send_interaction
from sandbox.state import (
    AllowedMentions,
    BackendError,
    Interaction,
    Message,
    Upload,
    World,
    channel_accessible,
    message_accessible,
    reaction_permissions,
    serializers,
)

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
USER_MENU, MESSAGE_MENU = 2, 3
WAIT_SECONDS = 10.0
THREADS, FORUM = (10, 11, 12), 15


class Act:
    """The endpoints under /act. Bodies are JSON, or multipart with `payload_json` and `files[n]`."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[web.RouteDef]:
        """The routes for the application."""
        return [
            web.post("/act/messages", self.post),
            web.patch("/act/messages/{channel}/{message}", self.edit),
            web.delete("/act/messages/{channel}/{message}", self.delete),
            web.post("/act/reactions", self.react),
            web.delete("/act/reactions", self.unreact),
            web.post("/act/threads", self.thread),
            web.post("/act/slash", self.slash),
            web.post("/act/autocomplete", self.autocomplete),
            web.post("/act/menu", self.menu),
            web.post("/act/click", self.click),
            web.post("/act/select", self.select),
            web.post("/act/modal", self.modal),
        ]

    # ------------------------------------------------------------------------ messages

    async def post(self, request: web.Request) -> web.Response:
        """Post a message: {user, channel | dm: true, content, reply_to?, ping?} and files."""
        body, files = await _body(request)
        user = self._user(body)
        channel_id = self._channel(body, user)
        message = post_message(self.world, user, channel_id, body, files)
        return self._message(message, user)

    async def edit(self, request: web.Request) -> web.Response:
        """Edit one's own message: {user, content}."""
        body, _ = await _body(request)
        user = self._user(body)
        message = self._own(request, user)
        self.world.backend.edit_message(message.channel_id, message.id, {"content": str(body["content"])})
        return self._message(message, user)

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a message (one's own, or with Manage Messages): ?user=."""
        user = self._user(dict(request.query))
        channel_id, message_id = int(request.match_info["channel"]), int(request.match_info["message"])
        message = self._visible(channel_id, message_id, user)
        if message.author_id != user:
            guild_id = self.world.backend.get_channel(channel_id).guild_id
            self.world.backend.require_permissions(guild_id, user, channel_id, "manage_messages")
        self.world.backend.delete_message(channel_id, message_id)
        return json_answer(None, 204)

    async def react(self, request: web.Request) -> web.Response:
        """Add a reaction: {user, channel, message, emoji}."""
        return await self._reaction(request, reacted=True)

    async def unreact(self, request: web.Request) -> web.Response:
        """Take a reaction back: {user, channel, message, emoji}."""
        return await self._reaction(request, reacted=False)

    async def _reaction(self, request: web.Request, *, reacted: bool) -> web.Response:
        body, _ = await _body(request)
        user = self._user(body)
        message = self._visible(int(body["channel"]), int(body["message"]), user)
        guild_id = self.world.backend.get_channel(message.channel_id).guild_id
        needed = reaction_permissions(message, str(body["emoji"]), reacted=reacted)
        self.world.backend.require_permissions(guild_id, user, message.channel_id, *needed)
        self.world.backend.set_reaction(message.channel_id, message.id, str(body["emoji"]), user, reacted)
        return json_answer(None, 204)

    async def thread(self, request: web.Request) -> web.Response:
        """Open a thread or forum post: {user, channel, name, message?, content?, applied_tags?} and files."""
        body, files = await _body(request)
        user = self._user(body)
        backend = self.world.backend
        parent = backend.get_channel(int(body["channel"]))
        permission = "send_messages" if parent.type == FORUM else "create_public_threads"
        backend.require_permissions(parent.guild_id, user, parent.id, permission)
        made = backend.create_thread(
            parent.id,
            str(body["name"]),
            user,
            message_id=int(body["message"]) if body.get("message") else None,
            applied_tags=[int(tag) for tag in body.get("applied_tags") or []],
            broadcast=parent.type != FORUM,
        )
        if parent.type == FORUM:
            parent.last_message_id = made.id
            backend.announce_thread_create(made)
        first: Message | None = None
        if body.get("content") or files:
            first = post_message(self.world, user, made.id, body, files)
        shown = serializers.message_payload(backend, first) if first is not None else None
        answer = {"thread": serializers.channel_payload(backend, made), "message": shown}
        return json_answer(self.world.encode(answer))

    # -------------------------------------------------------------------- interactions

    async def slash(self, request: web.Request) -> web.Response:
        """Run a slash command: {user, channel, command: "theme add", options: {...}, wait?} and files."""
        body, files = await _body(request)
        user = self._user(body)
        channel_id = self._channel(body, user)
        data = self._command(body, user, channel_id, files)
        record = send_interaction(self.world, kind=COMMAND, user_id=user, channel_id=channel_id, data=data)
        return await self._answer(record, body)

    async def autocomplete(self, request: web.Request) -> web.Response:
        """Ask for suggestions: {user, channel, command, focused, options: {...}} -> {choices: [...]}."""
        body, files = await _body(request)
        user = self._user(body)
        channel_id = self._channel(body, user)
        data = self._command(body, user, channel_id, files, focused=str(body["focused"]))
        record = send_interaction(self.world, kind=AUTOCOMPLETE, user_id=user, channel_id=channel_id, data=data)
        return await self._answer(record, body)

    def _command(
        self, body: Mapping[str, Any], user: int, channel_id: int, files: list[Upload], focused: str | None = None
    ) -> dict[str, Any]:
        path = str(body["command"]).removeprefix("/").split()
        command = find_command(self.world, path[0] if path else "", user, channel_id)
        resolver = Resolver(self.world, user, channel_id, files)
        options = command_options(command, path[1:], body.get("options") or {}, resolver, focused)
        data: dict[str, Any] = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
        if command.get("guild_id"):
            data["guild_id"] = command["guild_id"]
        if resolver.found:
            data["resolved"] = resolver.found
        return data

    async def menu(self, request: web.Request) -> web.Response:
        """Use a context menu: {user, channel, name, message | target_user, wait?}."""
        body, _ = await _body(request)
        user = self._user(body)
        channel_id = self._channel(body, user)
        resolver = Resolver(self.world, user, channel_id, [])
        kind = MESSAGE_MENU if body.get("message") else USER_MENU
        command = find_command(self.world, str(body["name"]), user, channel_id, kind)
        if kind == MESSAGE_MENU:
            target = int(body["message"])
            resolver.message(self._visible(channel_id, target, user))
        else:
            target = int(resolver.entity(6, body["target_user"]))
        data = {"id": command["id"], "name": command["name"], "type": kind, "target_id": str(target)}
        data["resolved"] = resolver.found
        if command.get("guild_id"):
            data["guild_id"] = command["guild_id"]
        record = send_interaction(self.world, kind=COMMAND, user_id=user, channel_id=channel_id, data=data)
        return await self._answer(record, body)

    async def click(self, request: web.Request) -> web.Response:
        """Press a button: {user, channel, message, custom_id | label, wait?}."""
        body, _ = await _body(request)
        user, message = self._source(body)
        data = clicked(self._shown(message, user), body)
        return await self._component(body, user, message, data)

    async def select(self, request: web.Request) -> web.Response:
        """Choose in a menu: {user, channel, message, custom_id | placeholder, values: [...], wait?}."""
        body, _ = await _body(request)
        user, message = self._source(body)
        resolver = Resolver(self.world, user, message.channel_id, [])
        data = selected(self._shown(message, user), body, resolver)
        return await self._component(body, user, message, data)

    async def _component(
        self, body: Mapping[str, Any], user: int, message: Message, data: dict[str, Any]
    ) -> web.Response:
        record = send_interaction(
            self.world, kind=COMPONENT, user_id=user, channel_id=message.channel_id, data=data, source=message
        )
        return await self._answer(record, body)

    async def modal(self, request: web.Request) -> web.Response:
        """Send a modal off: {user, interaction, values: {custom_id or label: value}, wait?} and files.

        A file upload's value is {"files": [numbers of this request's files]}.
        """
        body, files = await _body(request)
        user = self._user(body)
        shown = self.world.backend.interactions.get(int(body["interaction"]))
        if shown is None or shown.modal is None or shown.user_id != user:
            raise ActError("This member has no such modal open.", "unknown_modal", 404)
        if shown.modal_consumed:
            raise ActError("That modal was already submitted.", "modal_consumed", 409)
        resolver = Resolver(self.world, user, shown.channel_id, files)
        data = submitted(shown.modal, body.get("values") or {}, resolver)
        shown.modal_consumed = True
        kept = self.world.backend.messages.get(shown.channel_id, {})
        record = send_interaction(
            self.world,
            kind=MODAL,
            user_id=user,
            channel_id=shown.channel_id,
            data=data,
            source=kept.get(shown.source_message_id or 0),
        )
        return await self._answer(record, body)

    # ------------------------------------------------------------------------- helpers

    async def _answer(self, record: Interaction, body: Mapping[str, Any]) -> web.Response:
        answer = await answer_of(self.world, record, float(body.get("wait", WAIT_SECONDS)))
        return json_answer(self.world.encode(answer))

    def _user(self, body: Mapping[str, Any]) -> int:
        user = int(body["user"])
        if user not in self.world.backend.users:
            raise ActError(f"There is no user {user}.", "unknown_user", 404)
        return user

    def _channel(self, body: Mapping[str, Any], user: int) -> int:
        if body.get("dm"):
            return self.world.backend.get_dm_channel(user).id
        channel_id = int(body["channel"])
        self.world.backend.get_channel(channel_id)
        if not channel_accessible(self.world.backend, channel_id, user):
            raise BackendError(403, 50001, "Missing Access")
        return channel_id

    def _visible(self, channel_id: int, message_id: int, user: int) -> Message:
        message = self.world.backend.get_message(channel_id, message_id)
        if not message_accessible(self.world.backend, channel_id, message, user):
            raise BackendError(404, 10008, "Unknown Message")
        return message

    def _source(self, body: Mapping[str, Any]) -> tuple[int, Message]:
        user = self._user(body)
        return user, self._visible(int(body["channel"]), int(body["message"]), user)

    def _own(self, request: web.Request, user: int) -> Message:
        message = self._visible(int(request.match_info["channel"]), int(request.match_info["message"]), user)
        if message.author_id != user:
            raise BackendError(403, 50005, "Cannot edit a message authored by another user")
        return message

    def _shown(self, message: Message, user: int) -> dict[str, Any]:
        return dict(serializers.message_payload(self.world.backend, message, for_user=user))

    def _message(self, message: Message, user: int) -> web.Response:
        return json_answer(self.world.encode(self._shown(message, user)))


async def _body(request: web.Request) -> tuple[dict[str, Any], list[Upload]]:
    body, files = await read_body(request)
    if not isinstance(body, dict):
        raise ActError("The body must be a JSON object.", "malformed")
    return body, files


def post_message(
    world: World,
    user: int,
    channel_id: int,
    body: Mapping[str, Any],
    files: list[Upload],
    *,
    created_at: datetime | None = None,
) -> Message:
    """Create a member's message with its files, as of now or of `created_at`."""
    backend = world.backend
    channel = backend.get_channel(channel_id)
    needed = ["send_messages_in_threads" if channel.type in THREADS else "send_messages"]
    needed += ["attach_files"] if files else []
    backend.require_permissions(channel.guild_id, user, channel_id, *needed)
    reference = None
    if body.get("reply_to"):
        reply_to = int(body["reply_to"])
        backend.require_permissions(channel.guild_id, user, channel_id, "read_message_history")
        backend.get_message(channel_id, reply_to)
        reference = {"message_id": str(reply_to), "channel_id": str(channel_id)}
        if channel.guild_id is not None:
            reference["guild_id"] = str(channel.guild_id)
    with world.clock.at(created_at):
        attachments = [
            backend.cdn.store_attachment(backend.snowflake(), channel_id, f.filename, f.data, f.description)
            for f in files
        ]
        message = backend.prepare_message(
            channel_id, user, str(body.get("content") or ""), attachments=attachments, reference=reference,
            allowed_mentions=AllowedMentions(replied_user=body.get("ping", True) is not False),
        )  # fmt: skip
        return backend.commit_message(message)
