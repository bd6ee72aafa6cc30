"""Interactions that members start: the payload Discord sends, and the bot's answer waited for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sandbox.errors import ActError
from sandbox.state import (
    Interaction,
    Message,
    SetupError,
    Upload,
    World,
    base_interaction,
    command_access,
    ephemeral_for,
    nest_options,
    serializers,
    validate_option_value,
    walk_to_subcommand,
)

ACKNOWLEDGE_SECONDS = 3.0
APPLICATION_COMMAND = 2
SUBCOMMAND, GROUP, USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT = 1, 2, 6, 7, 8, 9, 11


class Resolver:
    """Collects the `resolved` block: whole objects for the ids and files that a member chose."""

    def __init__(self, world: World, user_id: int, channel_id: int, files: list[Upload]) -> None:
        self.world = world
        self.user_id = user_id
        self.channel_id = channel_id
        self.guild_id = world.backend.get_channel(channel_id).guild_id
        self.files = files
        self.found: dict[str, dict[str, Any]] = {}

    def entity(self, kind: int, value: Any) -> str:
        """Resolve a user, channel, role or mentionable id (option types 6 to 9) and return it as text."""
        number = int(value)
        backend = self.world.backend
        guild = backend.guilds.get(self.guild_id or 0)
        if kind in (USER, MENTIONABLE) and number in backend.users:
            self._put("users", number, serializers.user_payload(backend.users[number]))
            if guild is not None and number in guild.members:
                member = serializers.member_payload(backend, guild, guild.members[number], with_user=False)
                bits = str(backend.compute_permissions(guild.id, number, self.channel_id))
                self._put("members", number, {**member, "permissions": bits})
        elif kind in (ROLE, MENTIONABLE) and guild is not None and number in guild.roles:
            self._put("roles", number, serializers.role_payload(guild.roles[number]))
        elif kind == CHANNEL and guild is not None and backend.get_channel(number).guild_id == guild.id:
            bits = str(backend.compute_permissions(guild.id, self.user_id, number))
            channel = serializers.channel_payload(backend, backend.get_channel(number))
            self._put("channels", number, {**channel, "permissions": bits})
        else:
            raise ActError(f"{value} is nobody and nothing that can be chosen here.")
        return str(number)

    def attachment(self, number: int) -> str:
        """Store the upload with this number and return its attachment id."""
        if not 0 <= number < len(self.files):
            raise ActError(f"There is no file number {number} in this request.")
        upload = self.files[number]
        backend = self.world.backend
        made = backend.cdn.store_attachment(
            backend.snowflake(), self.channel_id, upload.filename, upload.data, upload.description
        )
        self._put("attachments", int(made["id"]), {**made, "ephemeral": True})
        return str(made["id"])

    def message(self, message: Message) -> None:
        """Add a whole message."""
        self._put("messages", message.id, serializers.message_payload(self.world.backend, message))

    def _put(self, kind: str, number: int, payload: Mapping[str, Any]) -> None:
        self.found.setdefault(kind, {})[str(number)] = dict(payload)


def find_command(world: World, name: str, user_id: int, channel_id: int, kind: int = 1) -> dict[str, Any]:
    """Return a command that this user sees in this channel; ActError names what there is instead."""
    command = world.backend.find_command(name, world.backend.get_channel(channel_id).guild_id, kind)
    if command is not None and command_access(world.backend, command, user_id=user_id, channel_id=channel_id).allowed:
        return dict(command)
    visible = world.backend.visible_commands(user_id=user_id, channel_id=channel_id, type=kind)
    names = ", ".join(sorted(str(command["name"]) for command in visible)) or "none"
    raise ActError(f"There is no command {name!r} for this member here. There are: {names}.", "unknown_command")


def command_options(
    command: dict[str, Any], path: list[str], given: Mapping[str, Any], resolver: Resolver, focused: str | None = None
) -> list[dict[str, Any]]:
    """Build the options of a slash command, validated as Discord's client does; with `focused` for autocomplete."""
    try:
        leaf, nesting = walk_to_subcommand(command, path)
    except SetupError as wrong:
        notes = " ".join(getattr(wrong, "__notes__", []))
        raise ActError(f"{wrong}. {notes}".strip(), "unknown_command") from wrong
    declared = {option["name"]: option for option in leaf.get("options") or []}
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in declared.values()):
        raise ActError(f"/{command['name']} needs a subcommand: {', '.join(declared)}.", "unknown_command")
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise ActError(
            f"/{' '.join([command['name'], *path])} has no option {unknown[0]!r}; it has {', '.join(declared)}."
        )
    built = []
    for name, option in declared.items():
        if name in given and given[name] is not None:
            built.append(_option(command["name"], option, given[name], resolver, focused))
        elif option.get("required") and focused is None:
            raise ActError(f"The option {name!r} is required.", "option_required")
    if focused is not None and focused not in given:
        built.append({"name": focused, "type": declared[focused]["type"], "value": "", "focused": True})
    return list(nest_options(command, nesting, built))


def _option(
    command: str, option: dict[str, Any], value: Any, resolver: Resolver, focused: str | None
) -> dict[str, Any]:
    kind = int(option["type"])
    built: dict[str, Any] = {"name": option["name"], "type": kind}
    if kind in (USER, CHANNEL, ROLE, MENTIONABLE):
        built["value"] = resolver.entity(kind, value)
        _check_channel_type(option, built["value"], resolver)
    elif kind == ATTACHMENT:
        built["value"] = resolver.attachment(int(value["file"] if isinstance(value, dict) else value))
    elif focused is not None:
        built["value"] = value if option["name"] != focused else str(value)
    else:
        try:
            built["value"] = validate_option_value(command, option, value)
        except SetupError as wrong:
            raise ActError(str(wrong), "option") from wrong
    if option["name"] == focused:
        built["focused"] = True
    return built


def _check_channel_type(option: dict[str, Any], value: str, resolver: Resolver) -> None:
    allowed = option.get("channel_types")
    if allowed and resolver.world.backend.get_channel(int(value)).type not in allowed:
        raise ActError(f"The option {option['name']!r} takes no channel of that type.", "option")


def send_interaction(
    world: World,
    *,
    kind: int,
    user_id: int,
    channel_id: int,
    data: dict[str, Any],
    source: Message | None = None,
) -> Interaction:
    """Dispatch INTERACTION_CREATE and return its record."""
    backend = world.backend
    channel = backend.get_channel(channel_id)
    record, payload = base_interaction(
        backend, type=kind, channel_id=channel_id, guild_id=channel.guild_id, user_id=user_id, data=data
    )
    if kind == APPLICATION_COMMAND:
        record.command_name = " ".join(_command_path(data))
    owners = {"0": str(channel.guild_id)} if channel.guild_id is not None else {"1": str(user_id)}
    payload["authorizing_integration_owners"] = owners
    if source is not None:
        record.source_message_id = source.id
        payload["message"] = dict(serializers.message_payload(backend, source))
    world.interaction_turns[record.id] = 0
    backend.emit("INTERACTION_CREATE", payload)
    return record


def _command_path(data: Mapping[str, Any]) -> Iterator[str]:
    """The command's name as a message that answers it shows it: with group and subcommand."""
    yield str(data["name"])
    for option in data.get("options") or ():
        if option["type"] in (SUBCOMMAND, GROUP):
            yield from _command_path(option)


async def answer_of(world: World, record: Interaction, wait: float) -> dict[str, Any]:
    """Wait for the bot's answer; a deferred one is waited for up to `wait` seconds more.

    Raises ActError "no_answer" when the bot did not acknowledge within 3 seconds, as Discord shows it.
    """
    key = ("interaction", record.id)
    if not await world.signals.until(lambda: record.responded, ACKNOWLEDGE_SECONDS, key):
        raise ActError("The application did not respond", "no_answer", 504)
    if record.deferred and wait > 0:
        await world.signals.until(lambda: _settled(world, record), wait, key)
    return describe(world, record)


def _settled(world: World, record: Interaction) -> bool:
    return not record.loading and world.interaction_turns.get(record.id, 0) > 1


def describe(world: World, record: Interaction) -> dict[str, Any]:
    """What the member sees of the bot's answer now."""
    kind = record.response_kind.value if record.response_kind is not None else None
    turned = world.interaction_turns.get(record.id, 0) > 1
    followups = _messages(world, record, record.followup_ids)
    original = next(iter(_messages(world, record, [record.message_id or 0])), None)
    if kind == "deferred_update" and turned:
        kind = "message" if followups else "update"
    message = (
        followups[0] if kind == "message" and record.source_message_id == record.message_id and followups else original
    )
    return {
        "interaction": str(record.id),
        "type": kind,
        "message": message,
        "ephemeral": bool(message is not None and int(message.get("flags", 0)) & 64),
        "modal": record.modal,
        "choices": record.autocomplete_choices,
        "followups": followups,
    }


def _messages(world: World, record: Interaction, ids: Iterable[int]) -> list[dict[str, Any]]:
    kept = world.backend.messages.get(record.channel_id, {})
    found = (kept[number] for number in ids if number in kept)
    visible = [message for message in found if ephemeral_for(message) in (None, record.user_id)]
    return [dict(serializers.message_payload(world.backend, message, for_user=record.user_id)) for message in visible]
