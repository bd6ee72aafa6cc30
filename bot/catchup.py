"""Reading what was posted while the bot was away: each works channel, and its threads, from its cursor on."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import discord
import structlog
from discord.utils import snowflake_time

from bot.missed import look_again
from cogs.runtime import Runtime
from cogs.works.intake import Intake, intake_of, posting_of
from services.works import cursors
from services.works.collect import Posting
from services.works.cursors import Place

_PAGE = 100
_OVERLAP = timedelta(minutes=15)
"""How much of what was read before is read again: what is known already stays as it is."""

_log = structlog.get_logger(__name__)


async def catch_up(client: discord.Client, runtime: Runtime) -> None:
    """Collect what was posted since each channel's cursor, in order; then live messages may move the cursors.

    Then what happened meanwhile to messages that are works already (bot.missed). A channel that cannot be read is left
    out and logged (/doctor tells the producers). Any other trouble is raised, after all channels were tried, so that
    the caller tries again.
    """
    intake = intake_of(client)
    if intake is None:
        return
    trouble = await _read_places(client, runtime, intake) if runtime.message_content else None
    try:
        await look_again(client, runtime, intake)
    except Exception as error:  # noqa: BLE001 - raised below, when all that arrived is taken in
        trouble = trouble or error
    # What arrived live meanwhile belongs to it: deadlines are run once this returns.
    await intake.idle()
    if trouble is not None:
        raise trouble


async def _read_places(client: discord.Client, runtime: Runtime, intake: Intake) -> Exception | None:
    """Read every works channel from its cursor on; what went wrong last, to be tried again."""
    session = intake.session
    threads: dict[int, list[discord.Thread]] = {}
    trouble: Exception | None = None
    for place in await cursors.places(runtime.db, now=runtime.clock()):
        try:
            if place.guild_id not in threads:
                threads[place.guild_id] = await _active_threads(client, place.guild_id)
            under = [thread for thread in threads[place.guild_id] if thread.parent_id == place.channel_id]
            if await _read_place(client, runtime, intake, place, under):
                intake.caught_up(session, place.channel_id)
            else:
                trouble = RuntimeError(f"some messages of channel {place.channel_id} could not be taken in")
        except (discord.Forbidden, discord.NotFound) as error:
            _log.warning("A works channel cannot be read", channel=place.channel_id, error=str(error))
        except Exception as error:  # noqa: BLE001 - the other channels first; then it is raised
            trouble = error
    return trouble


async def _active_threads(client: discord.Client, guild_id: int) -> list[discord.Thread]:
    guild = client.get_guild(guild_id)
    return list(await guild.active_threads()) if guild is not None else []


async def _read_place(
    client: discord.Client, runtime: Runtime, intake: Intake, place: Place, threads: Sequence[discord.Thread]
) -> bool:
    """Read a works channel and its threads; the channel's own cursor moves last, as its threads begin from it."""
    channel = client.get_channel(place.channel_id) or await client.fetch_channel(place.channel_id)
    known = await cursors.read_until(runtime.db, [place.channel_id])
    start = max(place.since, _a_while_before(known.get(place.channel_id, place.since)))
    archived = [thread async for thread in _archived_since(channel, snowflake_time(start))]
    found = {thread.id: thread for thread in [*threads, *archived]}
    until = await cursors.read_until(runtime.db, list(found))
    newest, whole = start, True
    for thread in found.values():
        after = max(start, _a_while_before(until.get(thread.id, start)))
        last, complete = await _read(runtime, intake, place, thread, after)
        newest, whole = max(newest, last), whole and complete
    if isinstance(channel, discord.abc.Messageable):
        newest, complete = await _read(runtime, intake, place, channel, start)
        whole = whole and complete
    if whole:
        await cursors.advance(runtime.db, place.show_id, place.channel_id, newest)
    return whole


def _a_while_before(message_id: int) -> int:
    """An id from a while before: events get lost without a sign, and later ones moved the cursor past them."""
    return max(0, message_id - (_OVERLAP // timedelta(milliseconds=1) << 22))


async def _archived_since(channel: object, instant: datetime) -> AsyncIterator[discord.Thread]:
    """The threads that went to sleep since `instant`, newest first."""
    if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
        return
    try:
        async for thread in channel.archived_threads(limit=None):
            if thread.archive_timestamp < instant:
                return
            yield thread
    except discord.Forbidden:
        _log.warning("Sleeping threads cannot be read", channel=channel.id)


async def _read(
    runtime: Runtime, intake: Intake, place: Place, channel: discord.abc.Messageable, after: int
) -> tuple[int, bool]:
    """Collect a channel's messages after `after`; the last one looked at, and whether all could be taken in."""
    last, page, channel_id = after, list[Posting](), (await channel._get_channel()).id  # noqa: SLF001
    seen = 0
    async for message in channel.history(after=discord.Object(after), oldest_first=True, limit=None):
        posting = posting_of(message, place.guild_name)
        if posting is not None:
            page.append(posting)
        seen, newest = seen + 1, message.id
        if seen % _PAGE == 0:
            if not await intake.take_history(page):
                return last, False
            page, last = [], newest
            await _keep(runtime, place, channel_id, last)
    if not await intake.take_history(page):
        return last, False
    if seen:
        last = newest
        await _keep(runtime, place, channel_id, last)
        _log.info("Read what was posted meanwhile", channel=channel_id, messages=seen)
    return last, True


async def _keep(runtime: Runtime, place: Place, channel_id: int, message_id: int) -> None:
    """Move a thread's cursor; the works channel's own moves once its threads are read too."""
    if channel_id != place.channel_id:
        await cursors.advance(runtime.db, place.show_id, channel_id, message_id)
