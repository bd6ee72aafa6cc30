"""Talking to Discord for one outbox row: send, edit, or find what was sent already. No database here."""

import io
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from datetime import timedelta
from typing import Any, Literal

import discord

from bot.limits import problems
from bot.refusals import NO_DIRECT_MESSAGES, THREAD_ASLEEP, THREAD_EXISTS, UnsayableError
from cogs.common.outgoing import Outgoing
from services.deliveries import DueRow, PostView

_CLOCKS_DIFFER = timedelta(minutes=1)
_HISTORY = 1000
_THREAD_ARCHIVES_AFTER: Literal[10080] = 10080  # minutes, a week: the longest there is, for comment windows

Taken = Callable[[Collection[int]], Awaitable[frozenset[int]]]
"""Those of the given messages that are known to be another row's."""


def marker(nonce: str) -> int:
    """The id that a row's message gives its first component: as good as a signature, and nobody sees it.

    Discord keeps component ids (1 to 2**31 - 1) and counts those it makes itself up from 1, so ours stay out of
    their way. Unlike the text they do not change when the message is rendered again from newer data.
    """
    return 0x4000_0000 | int(nonce[:8], 16) & 0x3FFF_FFFF


async def channel_for(client: discord.Client, row: DueRow) -> discord.abc.Messageable:
    """Where `row` goes: the person's direct messages, or the channel (which need not be cached)."""
    if row.user_id is not None:
        return await client.create_dm(discord.Object(row.user_id))
    return public_channel(client, row)


def public_channel(client: discord.Client, row: DueRow) -> discord.PartialMessageable:
    """The row's channel, for everybody there to see."""
    if row.channel_id is None:
        raise UnsayableError("There is no channel to post this in.")
    return client.get_partial_messageable(row.channel_id, guild_id=row.guild_id)


async def send(channel: discord.abc.Messageable, row: DueRow, message: Outgoing) -> discord.Message:
    """Send `message` under the row's nonce, by which Discord knows a repetition for a few minutes."""
    _check(message)
    files, mentions, reply = _files(message), message.allowed_mentions(), _reply(row)
    if message.view is None:
        return await channel.send(message.content, files=files, nonce=row.nonce, allowed_mentions=mentions, **reply)
    message.view.children[0].id = marker(row.nonce)
    _keep_out_of_memory(message.view)
    return await channel.send(view=message.view, files=files, nonce=row.nonce, allowed_mentions=mentions, **reply)


async def edit(client: discord.Client, row: DueRow, post: PostView, message: Outgoing) -> None:
    """Bring the post up to date, its files included; one in a thread that went to sleep, too."""
    _check(message)
    try:
        await _edit(client, row, post, message)
    except discord.HTTPException as error:
        if error.code != THREAD_ASLEEP:
            raise
        try:
            await client.http.edit_channel(post.channel_id, archived=False, reason=None)
        except discord.Forbidden:
            raise error from None  # it is locked, or the bot may not: that sentence says what to do
        await _edit(client, row, post, message)
        with suppress(discord.HTTPException):  # back to sleep, where the bot may: nobody has said anything new in it
            await client.http.edit_channel(post.channel_id, archived=True, reason=None)


async def _edit(client: discord.Client, row: DueRow, post: PostView, message: Outgoing) -> None:
    channel = client.get_partial_messageable(post.channel_id, guild_id=row.guild_id)
    target = channel.get_partial_message(post.message_id)
    mentions = message.allowed_mentions()
    if message.view is None:
        await target.edit(content=message.content, attachments=_files(message), allowed_mentions=mentions)
        return
    _keep_out_of_memory(message.view)
    await target.edit(view=message.view, attachments=_files(message), allowed_mentions=mentions)


async def find_sent(
    channel: discord.abc.Messageable, me: int, row: DueRow, message: Outgoing, taken: Taken
) -> discord.Message | None:
    """The message that an earlier try of `row` left in the channel, if one did.

    Needed once Discord has forgotten the nonce. Fetched messages do not reliably carry the nonce, so this compares
    what they do carry: the nonce where there is one, else the layout's marker, else the plain text. Messages
    known to be another row's (`taken`) do not count, so that two equal texts are not taken for one.
    """
    since = (row.tried_at or row.created_at) - _CLOCKS_DIFFER
    mine = [
        found
        async for found in channel.history(limit=_HISTORY, after=since, oldest_first=True)
        if found.author.id == me and _matches(found, row, message)
    ]
    others = await taken([found.id for found in mine]) if mine else frozenset()
    return next((found for found in mine if found.id not in others), None)


async def start_thread(client: discord.Client, channel_id: int, message_id: int, name: str) -> int | None:
    """Start the thread on a message, or find that it was started before; its id. None where it is not allowed."""
    channel = client.get_partial_messageable(channel_id)
    try:
        # Without the guild in the cache discord.py's own create_thread refuses; the route needs no guild.
        await client.http.start_thread_with_message(
            channel.id, message_id, name=name, auto_archive_duration=_THREAD_ARCHIVES_AFTER, rate_limit_per_user=None
        )
    except discord.Forbidden:
        return None
    except discord.HTTPException as error:
        if error.code != THREAD_EXISTS:
            raise
    return message_id  # Discord gives a message's thread the message's id


def dms_closed(error: BaseException) -> bool:
    """Whether the person does not take direct messages."""
    return isinstance(error, discord.HTTPException) and error.code == NO_DIRECT_MESSAGES


def mentioning(message: Outgoing, user_id: int) -> Outgoing:
    """The same message, opening with a mention of the person whom it is for."""
    mention = f"<@{user_id}>"
    mentions = (*message.mention_users, user_id)
    if message.view is None:
        text = f"{mention} {message.content or ''}".rstrip()
        return Outgoing(content=text, files=message.files, mention_users=mentions, thread=message.thread)
    view = discord.ui.LayoutView(timeout=None)
    for item in (discord.ui.TextDisplay[discord.ui.LayoutView](mention), *message.view.children):
        view.add_item(item)
    return Outgoing(view=view, files=message.files, mention_users=mentions, thread=message.thread)


def _check(message: Outgoing) -> None:
    found = problems(message)
    if found:
        raise UnsayableError(f"The message does not fit Discord's limits. {' '.join(found)} This is a bug.")


def _files(message: Outgoing) -> list[discord.File]:
    return [discord.File(io.BytesIO(item.data), filename=item.name) for item in message.files]


def _reply(row: DueRow) -> dict[str, Any]:
    if row.reply_to is None or row.channel_id is None or row.user_id is not None:
        return {}
    reference = discord.MessageReference(message_id=row.reply_to, channel_id=row.channel_id, fail_if_not_exists=False)
    return {"reference": reference}


def _keep_out_of_memory(view: discord.ui.LayoutView) -> None:
    """Buttons answer from the database (DynamicItem): discord.py need not remember every layout it sent."""
    view.stop()


def _matches(found: discord.Message, row: DueRow, message: Outgoing) -> bool:
    if found.nonce is not None:
        return str(found.nonce) == row.nonce
    if found.components:
        return any(getattr(item, "id", None) == marker(row.nonce) for item in found.components)
    return message.view is None and found.content == (message.content or "")
