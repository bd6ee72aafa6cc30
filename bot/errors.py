"""What a person is told when something they did fails: a sentence they can act on, or a reference to the log."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
import structlog
from discord import app_commands

from bot.forms import Forms
from cogs.common.interactions import say_privately
from domain.errors import UserError

_log = structlog.get_logger(__name__)

Interaction = discord.Interaction[discord.Client]

_ANSWERED = 40060  # somebody has acknowledged the interaction already
_EXPIRED = 10062  # the three seconds, or the fifteen minutes, are over
_OUT_OF_DATE = "Showrunner's commands have just changed. Wait a moment, then type it again."
_GONE_BUTTON = "This button belongs to an older version of the message and no longer works. Ask for it again."
_GONE_FORM = "I was restarted while that form was open, so it did not reach me. Please open it again."

_DISCORD = {
    10003: "That channel no longer exists. Choose another and try again.",
    10008: "That message no longer exists.",
    10011: "That role no longer exists. Choose another and try again.",
    30005: "This server has reached Discord's limit of roles. Remove one and try again.",
    30013: "This server has reached Discord's limit of channels. Remove one and try again.",
    50001: "I can't see that channel. Give me View Channel there and try again.",
    50007: "I can't send you direct messages: you have closed them for this server.",
    50013: "I lack a permission for that. Check what I may do here (/doctor shows it) and try again.",
    50035: "Discord did not take that as it is. Try it with a shorter or simpler text.",
}


async def tell(interaction: Interaction, error: BaseException, *, doing: str) -> None:
    """Say privately what went wrong. A bug gets a reference id, under which the log has the trace."""
    sentence, cause = sentence_for(error), _cause(error)
    if isinstance(cause, discord.HTTPException) and cause.code == _EXPIRED:
        _log.warning("Discord no longer takes an answer", doing=doing, guild=interaction.guild_id)
        return
    if sentence is not None and isinstance(cause, discord.HTTPException):
        # The person may be able to help it; whoever runs the bot may have to.
        _log.warning("Discord refused", doing=doing, guild=interaction.guild_id, error=str(cause))
    if sentence is None:
        reference = secrets.token_hex(4)
        _log.error("Failed", doing=doing, reference=reference, guild=interaction.guild_id, exc_info=error)
        sentence = (
            f"Something went wrong on my side; nothing you did. If it happens again, give whoever runs me this "
            f"reference: `{reference}`"
        )
    await _say(interaction, sentence, doing)


def sentence_for(error: BaseException) -> str | None:
    """The sentence for an error that a person can do something about; None for a bug."""
    cause = _cause(error)
    if isinstance(cause, UserError):
        return str(cause)
    if isinstance(cause, discord.DiscordServerError):
        return "Discord is having trouble right now. Try again in a minute."
    if isinstance(cause, discord.HTTPException):
        return _DISCORD.get(cause.code, _DISCORD[50013] if isinstance(cause, discord.Forbidden) else None)
    return _command_sentence(cause)


def _command_sentence(error: BaseException) -> str | None:
    match error:
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return _OUT_OF_DATE
        case app_commands.NoPrivateMessage():
            return "This works inside a server only."
        case app_commands.MissingPermissions():
            names = ", ".join(name.replace("_", " ").title() for name in error.missing_permissions)
            return f"This takes the permission {names}. Ask someone who runs this server."
        case app_commands.BotMissingPermissions():
            names = ", ".join(name.replace("_", " ").title() for name in error.missing_permissions)
            return f"I lack the permission {names} here. Give it to me and try again."
        case app_commands.TransformerError():
            return f"“{str(error.value)[:80]}” does not fit here. Pick one of the suggestions."
        case app_commands.CheckFailure():
            return "You can't do this here."
    return None


def _cause(error: BaseException) -> BaseException:
    """The error inside discord.py's wrapping."""
    if isinstance(error, app_commands.CommandInvokeError):
        return _cause(error.original)
    if isinstance(error, app_commands.TransformerError) and isinstance(error.__cause__, UserError):
        return error.__cause__
    return error


async def _say(interaction: Interaction, sentence: str, doing: str) -> None:
    try:
        if interaction.type is discord.InteractionType.autocomplete:
            if not interaction.response.is_done():
                await interaction.response.autocomplete([])
            return
        await say_privately(interaction, sentence)
    except discord.InteractionResponded:
        await interaction.followup.send(sentence, ephemeral=True)
    except discord.HTTPException as error:
        if error.code not in (_ANSWERED, _EXPIRED):
            _log.warning("The person could not be told", doing=doing, error=str(error))


class Tree(app_commands.CommandTree[discord.Client]):
    """The commands, answering their errors."""

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Tell the person; called by discord.py for every command and context menu."""
        command = interaction.command
        await tell(interaction, error, doing=f"/{command.qualified_name}" if command else "a command")

    async def _call(self, interaction: Interaction) -> None:
        await super()._call(interaction)
        # discord.py logs a failing autocomplete and leaves the person with a spinner: give them an empty list.
        if interaction.type is discord.InteractionType.autocomplete and not interaction.response.is_done():
            await _say(interaction, "", "autocomplete")


def guard_views_and_forms() -> None:
    """Have every view and form answer its errors. Once per process: it replaces discord.py's own, which only log."""

    async def view_error(self: Any, interaction: Interaction, error: Exception, item: Any, /) -> None:
        await tell(interaction, error, doing=f"{type(self).__name__}, {type(item).__name__}")

    async def form_error(self: Any, interaction: Interaction, error: Exception, /) -> None:
        await tell(interaction, error, doing=type(self).__name__)

    for owner, answer in (
        (discord.ui.View, view_error),
        (discord.ui.LayoutView, view_error),
        (discord.ui.Modal, form_error),
    ):
        owner.on_error = answer  # type: ignore[method-assign] # the one way to reach views discord.py makes


def guard_item(item: type[discord.ui.DynamicItem[Any]]) -> None:
    """Have a kind of button or select answer its errors: discord.py only logs those of dynamic items."""
    callback: Callable[[Any, Interaction], Awaitable[None]] = item.callback
    if getattr(callback, "guarded", False):
        return

    async def guarded(self: Any, interaction: Interaction) -> None:
        try:
            await callback(self, interaction)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person is told
            await tell(interaction, error, doing=item.__name__)

    guarded.guarded = True  # type: ignore[attr-defined] # a mark, so that registering twice wraps once
    item.callback = guarded  # type: ignore[method-assign] # discord.py calls it by this name


async def answer_unknown(client: discord.Client, forms: Forms, interaction: Interaction) -> None:
    """Tell whoever pressed something that nothing answers any more, as after a restart."""
    store = client._connection._view_store  # noqa: SLF001 - nothing public says whether a component is known
    data: Mapping[str, Any] = {**(interaction.data or {})}
    custom_id = str(data.get("custom_id", ""))
    if interaction.type is discord.InteractionType.modal_submit:
        if not await forms.known(custom_id):
            await _say(interaction, _GONE_FORM, "an unknown form")
        return
    if interaction.type is not discord.InteractionType.component or interaction.response.is_done():
        return
    message_id = interaction.message.id if interaction.message else None
    kind = data.get("component_type")
    views = store._views  # noqa: SLF001
    known = any((kind, custom_id) in views.get(key, {}) for key in (message_id, None))
    patterns = store._dynamic_items  # noqa: SLF001
    if not known and not any(pattern.fullmatch(custom_id) for pattern in patterns):
        await _say(interaction, _GONE_BUTTON, "an unknown button")
