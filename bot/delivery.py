"""Sending the outbox: due rows are rendered and sent, several channels at once, each channel in order."""

import asyncio
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord
import structlog

from bot import sending
from bot.refusals import UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, Again, Never, UnsayableError, judge
from cogs.common.outgoing import Outgoing, Sayer
from cogs.runtime import Runtime
from domain.errors import UserError
from services import deliveries
from services.deliveries import Claimed, DueRow

NONCE_MEMORY = timedelta(minutes=2)
"""For at least this long Discord recognises a nonce; it says "a few minutes"."""

TOTAL_TIMEOUT = 45.0
"""Seconds that one row may take, discord.py's own retries included (it has no limit of its own)."""

_TARGETS_AT_ONCE = 8
_LEASE = timedelta(minutes=5)
_LONGEST_PAUSE = 300.0
_LOOK_AGAIN = 30.0
_GIVE_UP_AFTER = 200
_RENDER_TRIES = 3

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Sent:
    channel_id: int
    message_id: int
    thread_id: int | None


class _RenderError(Exception):
    """A renderer failed: a bug, or a database that is away; the cause is attached."""


class Delivery:
    """Says what the outbox holds. `run` until `stop`; `wake` when there may be something new."""

    def __init__(self, client: discord.Client, runtime: Runtime, sayers: Mapping[str, Sayer]) -> None:
        self._client = client
        self._runtime = runtime
        self._sayers = sayers
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def wake(self) -> None:
        """Look at once for what must be said."""
        self._news.set()

    async def run(self) -> None:
        """Deliver until stopped. Nothing that goes wrong here ends it."""
        pause = 1.0
        while not self._stopping:
            self._news.clear()
            try:
                claimed = await self._claim()
            except Exception:  # noqa: BLE001 - the database may be away for a while; what it holds is not
                _log.exception("The outbox could not be read; trying again", seconds=pause)
                await self._rest(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            pause = 1.0
            for rows in _by_target(claimed.rows):
                task = asyncio.create_task(self._say_in_order(rows))
                self._tasks.add(task)
                task.add_done_callback(self._finished)
            if not claimed.rows:
                await self._rest(self._seconds_until(claimed.next_at))

    async def stop(self, grace: float = 10.0) -> None:
        """Take nothing new, let what is being sent finish for `grace` seconds, then let go of the rest."""
        self._stopping = True
        self._news.set()
        tasks = set(self._tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _claim(self) -> Claimed:
        free = _TARGETS_AT_ONCE - len(self._tasks)
        if free <= 0:
            return Claimed((), None)
        return await deliveries.claim(self._runtime.db, now=self._runtime.clock(), lease=_LEASE, limit=free)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._news.set()
        if not task.cancelled() and task.exception() is not None:
            _log.error("A delivery failed; its lease will run out", exc_info=task.exception())

    def _seconds_until(self, at: datetime | None) -> float:
        if at is None:
            return _LOOK_AGAIN
        return min(max((at - self._runtime.clock()).total_seconds(), 0.02), _LOOK_AGAIN)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return

    async def _say_in_order(self, rows: tuple[DueRow, ...]) -> None:
        for index, row in enumerate(rows):
            if self._stopping or not await self._deliver(row):
                await deliveries.released(self._runtime.db, rows[index:])
                return

    async def _deliver(self, row: DueRow) -> bool:
        """Say `row` and write down what became of it; False when later rows of its target must wait for it."""
        db, log = self._runtime.db, _log.bind(row=row.id, kind=row.kind)
        try:
            async with asyncio.timeout(TOTAL_TIMEOUT):
                sent = await self._say(row)
        except Exception as error:  # noqa: BLE001 - every cause has an outcome; none may end the delivery
            return await self._not_said(row, error)
        if sent is None:
            return True
        current = await deliveries.delivered(
            db, row, channel_id=sent.channel_id, message_id=sent.message_id, thread_id=sent.thread_id,
            now=self._runtime.clock(),
        )  # fmt: skip
        log.info("Said" if current else "Said, and changed meanwhile", message=sent.message_id)
        return True

    async def _say(self, row: DueRow) -> _Sent | None:
        message = await self._render(row, dm_closed=False)
        if message is None:
            await deliveries.dropped(self._runtime.db, row, reason="It was no longer worth saying.")
            return None
        if row.edit:
            return await self._edit(row, message)
        try:
            channel = await sending.channel_for(self._client, row)
            return await self._send(channel, row, message)
        except discord.HTTPException as error:
            if row.channel_id is None or not sending.dms_closed(error):
                raise
        return await self._send_in_public(row)

    async def _send_in_public(self, row: DueRow) -> _Sent | None:
        """The person's direct messages are closed: tell them in the channel, with a mention."""
        message = await self._render(row, dm_closed=True)
        if message is None or row.user_id is None:
            await deliveries.dropped(self._runtime.db, row, reason="Direct messages are closed.")
            return None
        channel = sending.public_channel(self._client, row)
        return await self._send(channel, row, sending.mentioning(message, row.user_id))

    async def _send(self, channel: discord.abc.Messageable, row: DueRow, message: Outgoing) -> _Sent:
        found = await self._sent_before(channel, row, message)
        if found is None:
            found = await sending.send(channel, row, message)
        thread_id = None
        if message.thread is not None:
            thread_id = await sending.start_thread(self._client, found.channel.id, found.id, message.thread)
        return _Sent(found.channel.id, found.id, thread_id)

    async def _sent_before(
        self, channel: discord.abc.Messageable, row: DueRow, message: Outgoing
    ) -> discord.Message | None:
        now, me = self._runtime.clock(), self._client.user
        if row.tried_at is None or now - row.tried_at < NONCE_MEMORY or me is None:
            return None

        async def taken(ids: Collection[int]) -> frozenset[int]:
            return await deliveries.taken_messages(self._runtime.db, ids)

        found = await sending.find_sent(channel, me.id, row, message, taken)
        if found is None:
            await deliveries.not_in_history(self._runtime.db, row, now=now)
        return found

    async def _edit(self, row: DueRow, message: Outgoing) -> _Sent | None:
        if row.post is None:
            await deliveries.dropped(self._runtime.db, row, reason="Its post was never sent.")
            return None
        try:
            await sending.edit(self._client, row, row.post, message)
        except discord.NotFound as error:
            if error.code not in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):
                raise
            # With its channel, maybe: then no channel chosen anew brings it back.
            await deliveries.dropped(self._runtime.db, row, reason="The message was deleted.", forget_post=True)
            return None
        return _Sent(row.post.channel_id, row.post.message_id, row.post.thread_id)

    async def _render(self, row: DueRow, *, dm_closed: bool) -> Outgoing | None:
        """The row's message. `dm_closed` is passed on in the subject: it will be read by others than its person."""
        sayer = self._sayers.get(row.kind)
        if sayer is None:
            raise UnsayableError(f"Nothing knows how to say {row.kind}. This is a bug.")
        subject = {**row.subject, "dm_closed": True} if dm_closed else row.subject
        try:
            return await sayer(self._runtime, subject)
        except Exception as error:
            raise _RenderError(row.kind) from error

    async def _not_said(self, row: DueRow, error: Exception) -> bool:
        if _thread_gone(row, error) and await deliveries.thread_gone(self._runtime.db, row):
            return False
        verdict = self._judge(row, error)
        now = self._runtime.clock()
        if isinstance(verdict, Never):
            _log.warning("Cannot be said", row=row.id, kind=row.kind, error=verdict.error)
            await deliveries.failed(self._runtime.db, row, error=verdict.error, now=now)
            return True
        pause = max(verdict.after, self._backoff(row.attempts))
        _log.warning("Not said yet", row=row.id, kind=row.kind, error=verdict.error, seconds=round(pause, 1))
        await deliveries.postponed(self._runtime.db, row, error=verdict.error, at=now + timedelta(seconds=pause))
        return False

    def _judge(self, row: DueRow, error: Exception) -> Again | Never:
        if isinstance(error, _RenderError):
            return _bug(row, error)
        verdict = judge(error, channel_id=row.channel_id, edit=row.edit)
        if isinstance(verdict, Again) and row.attempts >= _GIVE_UP_AFTER:
            return Never(f"I tried {row.attempts} times. {verdict.error} Press **Try again** in `/doctor`.")
        return verdict

    def _backoff(self, attempts: int) -> float:
        """1 s, 2 s, 4 s ... 5 min, each shortened by chance so that not all come back at once."""
        return min(2.0 ** min(attempts, 10), _LONGEST_PAUSE) * (0.5 + self._runtime.rng.random() / 2)


def _thread_gone(row: DueRow, error: Exception) -> bool:
    return not row.edit and isinstance(error, discord.NotFound) and error.code == UNKNOWN_CHANNEL


def _bug(row: DueRow, error: _RenderError) -> Again | Never:
    cause = error.__cause__ or error
    if isinstance(cause, UserError):
        return Never(str(cause))
    reference = secrets.token_hex(4)
    _log.error("Could not be rendered", row=row.id, kind=row.kind, reference=reference, exc_info=cause)
    if row.attempts + 1 < _RENDER_TRIES:
        return Again(f"It could not be rendered (reference {reference}).")
    return Never(f"I could not put the message ({row.kind}) together. This is a bug; its reference is {reference}.")


def _by_target(rows: tuple[DueRow, ...]) -> list[tuple[DueRow, ...]]:
    targets: dict[str, list[DueRow]] = {}
    for row in rows:
        targets.setdefault(row.target, []).append(row)
    return [tuple(group) for group in targets.values()]
