"""Edits and deletions that happened while the bot was away: the messages of open episodes' works are read again.

A page of history holds a hundred messages, and the next begins at the next work: so talk between works costs nothing,
and works that stand close together cost one request for many.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import discord
import structlog

from cogs.runtime import Runtime
from cogs.works.intake import Deleted, Edited, Intake, ThreadDeleted, posting_of
from services.works import cursors, missed
from services.works.missed import Watched

_PAGE = 100

_log = structlog.get_logger(__name__)


async def look_again(client: discord.Client, runtime: Runtime, intake: Intake) -> None:
    """Put what happened to messages of works meanwhile into the queue.

    A channel that cannot be read is left out and logged. Any other trouble is raised after all were tried.
    """
    trouble: Exception | None = None
    known: set[int] = set()
    for place in await missed.watched(runtime.db, now=runtime.clock()):
        known |= place.messages.keys()
        try:
            await _look_at(client, intake, place)
        except discord.NotFound:
            if place.own:
                _log.warning("A channel of a show is gone", channel=place.channel_id)
            else:
                intake.arrived(ThreadDeleted(place.channel_id))
        except discord.Forbidden as error:
            _log.warning("A place with works cannot be read", channel=place.channel_id, error=str(error))
        except Exception as error:  # noqa: BLE001 - the other places first; then it is raised
            trouble = error
    if trouble is not None:
        raise trouble
    if runtime.message_content:
        await _look_for_more(client, runtime, intake, known)


async def _look_for_more(client: discord.Client, runtime: Runtime, intake: Intake, known: set[int]) -> None:
    """Messages that were none before and may have become works by an edit: the newest of each works channel."""
    for place in await cursors.places(runtime.db, now=runtime.clock()):
        channel = client.get_channel(place.channel_id)
        if not isinstance(channel, discord.abc.Messageable):
            continue
        try:
            async for message in channel.history(limit=_PAGE):
                posting = posting_of(message, place.guild_name) if message.edited_at is not None else None
                if posting is not None and message.id not in known:
                    intake.arrived(Edited(posting))
        except (discord.Forbidden, discord.NotFound):
            continue  # logged by whoever read the channel before


async def _look_at(client: discord.Client, intake: Intake, place: Watched) -> None:
    channel = client.get_channel(place.channel_id) or await client.fetch_channel(place.channel_id)
    if not isinstance(channel, discord.abc.Messageable):
        return
    gone: list[int] = []
    edited = 0
    async for ids, page in _pages(channel, sorted(place.messages)):
        found = {message.id: message for message in page}
        gone += [message_id for message_id in ids if message_id not in found]
        for message_id in ids:
            message = found.get(message_id)
            if message is not None and _is_newer(message, place.messages[message_id]):
                edited += _follow(intake, message, place)
    if gone and await _is_gone(channel, gone[0]):
        intake.arrived(Deleted(tuple(gone)))
    if gone or edited:
        _log.info("Messages changed meanwhile", channel=place.channel_id, edited=edited, deleted=len(gone))


async def _pages(channel: Any, ids: Sequence[int]) -> AsyncIterator[tuple[Sequence[int], list[discord.Message]]]:
    """Pages of history, each with those of the ids that lie in it whether or not they are there."""
    start = 0
    while start < len(ids):
        after = discord.Object(ids[start] - 1)
        page = [message async for message in channel.history(limit=_PAGE, after=after, oldest_first=True)]
        end = len(ids)
        if len(page) == _PAGE:
            end = next((place for place in range(start, len(ids)) if ids[place] > page[-1].id), len(ids))
        yield ids[start:end], page
        start = end


async def _is_gone(channel: discord.abc.Messageable, message_id: int) -> bool:
    """Ask for one message by itself: without Read Message History Discord answers with empty pages, not a refusal."""
    try:
        await channel.fetch_message(message_id)
    except discord.NotFound:
        return True
    return False


def _is_newer(message: discord.Message, known: datetime | None) -> bool:
    return message.edited_at is not None and (known is None or known < message.edited_at)


def _follow(intake: Intake, message: discord.Message, place: Watched) -> bool:
    """Have an edit followed; what cannot be read (without the message-content intent) says nothing."""
    posting = posting_of(message, place.guild_name) if message.content or message.attachments else None
    if posting is not None:
        intake.arrived(Edited(posting))
    return posting is not None
