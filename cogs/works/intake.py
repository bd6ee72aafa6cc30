"""The one queue that messages go through on their way to becoming works: in order, many with one commit.

Only where the history is known without a gap may what arrives move a channel's cursor: where the look back of this
session of the gateway (bot.catchup) has been, and in shows that were made since the session began.
"""

import asyncio
import mimetypes
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
import structlog

from cogs.runtime import Runtime
from services.works import cursors, following
from services.works.collect import Attachment, Posting, Took
from services.works.cursors import Whole

_BATCH = 50

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Edited:
    """A message that was edited."""

    posting: Posting


@dataclass(frozen=True, slots=True)
class Deleted:
    """Messages that were deleted."""

    message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ThreadDeleted:
    """A thread or forum post that was deleted with all that was in it."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class Renamed:
    """A thread or forum post that may have another name now."""

    thread_id: int
    name: str


Change = Edited | Deleted | ThreadDeleted | Renamed
Arrival = Posting | Change


class Intake:
    """Takes arrivals in, one after the other, until stopped."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._queue: asyncio.Queue[Arrival] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._read: set[int] = set()
        self._since: datetime | None = None
        self._connected = False
        self.session = 0

    def start(self) -> None:
        """Begin to take in; once."""
        if self._task is None:
            self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Take nothing in any more. What still waits is found again by the next start's look back."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def arrived(self, arrival: Arrival) -> None:
        """Put something at the end of the queue."""
        self._queue.put_nowait(arrival)

    async def idle(self) -> None:
        """Wait until everything that has arrived is taken in."""
        await self._queue.join()

    def session_began(self) -> int:
        """A new session: nothing is known of what came before it. Returns the session's number."""
        self.session += 1
        self._read.clear()
        self._since, self._connected = self._runtime.clock(), True
        return self.session

    def disconnected(self) -> None:
        """From now on messages may be missing, until the session is resumed or a new one begins."""
        self._connected = False

    def resumed(self) -> None:
        """Discord has sent again what was missed."""
        self._connected = True

    def caught_up(self, session: int, channel_id: int) -> None:
        """The history of a works channel and its threads has been read in this session."""
        if session == self.session:
            self._read.add(channel_id)

    async def take_history(self, postings: Sequence[Posting]) -> bool:
        """Take in old messages of one channel, in order. False when one failed: the cursor must stay before it."""
        failed = False
        for start in range(0, len(postings), _BATCH):
            batch = postings[start : start + _BATCH]
            failed |= not await self._take(batch, Whole())
        return not failed

    async def _work(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < _BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._take_all(batch)
            finally:
                for _ in batch:
                    self._queue.task_done()

    async def _take_all(self, batch: Sequence[Arrival]) -> None:
        postings: list[Posting] = []
        for arrival in batch:
            if isinstance(arrival, Posting):
                postings.append(arrival)
                continue
            await self._take(postings, self._whole())
            postings = []
            await self._change(arrival)
        await self._take(postings, self._whole())

    def _whole(self) -> Whole:
        # Without the message-content intent most posts are illegible: once it is granted, all is read from the start.
        known = self._connected and self._runtime.message_content
        return Whole(frozenset(self._read), self._since) if known else Whole()

    async def _take(self, postings: Sequence[Posting], whole: Whole) -> bool:
        """Take in a batch, one by one if it fails as a whole; False when something could not be taken in."""
        if not postings:
            return True
        runtime = self._runtime
        try:
            async with self._turn:
                took = await cursors.take_in(
                    runtime.db, postings, whole=whole, site_url=runtime.site_url, now=runtime.clock()
                )
        except Exception:  # noqa: BLE001 - one message, or the database, must not end collecting
            if len(postings) > 1:
                _log.warning("A batch could not be taken in; trying one by one", messages=len(postings))
                # Asked for anew each time: one that fails ends what may move the cursors.
                live = whole != Whole()
                return all([await self._take([one], self._whole() if live else Whole()) for one in postings])
            _log.exception("A message could not be taken in", message=postings[0].message_id)
            # No cursor may pass it, so that the next look back finds it again.
            self._read.discard(postings[0].parent_id or postings[0].channel_id)
            self._since = None
            return False
        if any(found.took in (Took.COLLECTED, Took.REFUSED) for found in took):
            runtime.wake()
        return True

    async def _change(self, arrival: Change) -> None:
        runtime = self._runtime
        try:
            await self._follow(arrival)
        except Exception:  # noqa: BLE001 - as above
            _log.exception("A change of a message could not be followed", arrival=repr(arrival)[:200])
        runtime.wake()

    async def _follow(self, arrival: Change) -> None:
        db, now = self._runtime.db, self._runtime.clock()
        if isinstance(arrival, Edited):
            await following.message_edited(db, arrival.posting, site_url=self._runtime.site_url, now=now)
        elif isinstance(arrival, Deleted):
            await following.message_deleted(db, arrival.message_ids, now=now)
        elif isinstance(arrival, ThreadDeleted):
            await following.thread_deleted(db, arrival.thread_id, now=now)
        else:
            await following.post_renamed(db, arrival.thread_id, arrival.name, now=now)


def posting_of(
    message: discord.Message, guild_name: str | None = None, *, thread: discord.Thread | None = None
) -> Posting | None:
    """A message as the services take it; None for what is no member's own message.

    `thread` is where it was posted, if discord.py does not know that.
    """
    thread = message.channel if isinstance(message.channel, discord.Thread) else thread
    guild_id = message.guild.id if message.guild else getattr(message.channel, "guild_id", None)
    kinds = (discord.MessageType.default, discord.MessageType.reply)
    if guild_id is None or message.author.bot or message.webhook_id is not None or message.type not in kinds:
        return None
    return Posting(
        guild_id=guild_id,
        guild_name=guild_name or (message.guild.name if message.guild else "") or str(guild_id),
        channel_id=message.channel.id,
        parent_id=thread.parent_id if thread is not None else None,
        message_id=message.id,
        author_id=message.author.id,
        author_name=message.author.display_name,
        text=message.content,
        attachments=attachments_of(message.attachments),
        reply_to=_answered(message.reference),
        # The message that opens a forum post carries the post's own id, and its name is the title people gave.
        post_name=thread.name if thread is not None and thread.id == message.id else "",
        edited_at=message.edited_at,
    )


def attachments_of(files: Iterable[discord.Attachment]) -> tuple[Attachment, ...]:
    """Discord's description of files, as the services take it."""
    return tuple(
        Attachment(
            file.filename,
            file.content_type or mimetypes.guess_type(file.filename)[0] or "application/octet-stream",
            file.size,
            file.url,
        )
        for file in files
    )


def _answered(reference: discord.MessageReference | None) -> int | None:
    if reference is None or reference.type is not discord.MessageReferenceType.reply:
        return None
    return reference.message_id


def intake_of(client: Any) -> Intake | None:
    """The intake of the works feature on `client`, if it has one."""
    cog = client.get_cog("Works") if hasattr(client, "get_cog") else None
    found = getattr(cog, "intake", None)
    return found if isinstance(found, Intake) else None
