"""The composition root of `showrunner run`: puts the parts together, runs them, and takes them apart again."""

import asyncio
import contextlib
import errno
import gc
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from typing import Any

import aiohttp
import discord
import structlog
from aiohttp import web

from bot import catchup, fetching
from bot.client import Client, use_api
from bot.delivery import Delivery
from bot.features import add_features, sayings
from bot.jobs import Waker
from bot.settings import Settings
from cogs.runtime import Runtime
from db.engine import Database
from db.lock import ProcessLock, process_lock
from db.migrate import migrate
from domain.errors import UserError
from services import clock, deliveries, receipts
from services.media import open_store
from services.vault import Vault
from web.app import create_app

_LOCK_PAUSE = 2.0
_LOCK_CHECK = 10.0
_GRACE = 10.0
_LONGEST_PAUSE = 60.0

_log = structlog.get_logger(__name__)


@dataclass
class _Bells:
    """What is rung when there may be something to do; filled once those who listen exist."""

    listeners: list[Callable[[], None]] = field(default_factory=list)
    client: Client | None = None
    standing_by: bool = False

    def ready(self) -> bool:
        """Whether this process does what it is for: connected to Discord, or standing by."""
        return self.standing_by or (self.client is not None and self.client.is_ready() and not self.client.is_closed())

    def ring(self) -> None:
        for listener in self.listeners:
            listener()


def utc_now() -> datetime:
    """The clock of the process."""
    return datetime.now(UTC)


async def run(settings: Settings) -> None:
    """Run bot and web until SIGTERM or SIGINT. UserError for what an operator must mend."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    address = settings.database_url.get_secret_value()
    async with AsyncExitStack() as stack:
        lock = process_lock(address)
        stack.push_async_callback(lock.release)
        alone = await _alone(lock, settings)
        before = await migrate(address)
        _log.info("Database ready", database=settings.shown_database(), revision_before=before)
        listening = stack.enter_context(_listen(settings.web_host, settings.web_port))
        bells = _Bells()
        runtime = await _runtime(settings, stack, bells, port=listening.getsockname()[1])
        await stack.enter_async_context(_web(runtime, listening, bells.ready))
        ready = stack.enter_context(_ready_file(settings.ready_file))
        _log.info("Gallery ready", address=runtime.site_url)
        if not alone and not await _stand_by(lock, stop, bells, lambda: ready(site_url=runtime.site_url, standby=True)):
            return
        await _run_bot(settings, runtime, bells, lock=lock, stop=stop, ready=ready)
    _log.info("Stopped")


async def _alone(lock: ProcessLock, settings: Settings) -> bool:
    """Take the process lock. With SQLite a second process is refused; with PostgreSQL it stands by."""
    if await lock.acquire():
        return True
    database = settings.shown_database()
    if database.startswith("sqlite"):
        raise UserError(
            f"Another Showrunner is running on {database}. Stop it first; "
            "several processes at once need PostgreSQL (DATABASE_URL)."
        )
    return False


async def _stand_by(lock: ProcessLock, stop: asyncio.Event, bells: _Bells, ready: Callable[[], None]) -> bool:
    """Serve pages only, until the process at Discord's gateway is gone; False when told to stop before."""
    _log.info("Another process talks to Discord; this one serves the gallery and stands by")
    bells.standing_by = True
    ready()
    while not await _told(stop, _LOCK_PAUSE):
        if await lock.acquire():
            bells.standing_by = False
            return True
    return False


async def _runtime(settings: Settings, stack: AsyncExitStack, bells: _Bells, *, port: int) -> Runtime:
    db = Database(settings.database_url.get_secret_value())
    stack.push_async_callback(db.close)
    media = open_store(settings.media)
    stack.push_async_callback(media.close)
    return Runtime(
        db=db,
        media=media,
        clock=utc_now,
        rng=SystemRandom(),
        wake=bells.ring,
        site_url=settings.public_url(port),
        message_content=settings.message_content,
        max_file_bytes=settings.max_file_bytes,
        vault=Vault([key.get_secret_value() for key in settings.payment_keys]),
        totals_from=settings.totals_from,
    )


@contextlib.contextmanager
def _listen(host: str, port: int) -> Any:
    """A socket on `host`:`port`, taken before anything else starts. UserError where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        why = "another program uses it" if error.errno == errno.EADDRINUSE else os.strerror(error.errno or 0)
        raise UserError(
            f"The gallery cannot listen on {host} port {port}: {why}. "
            "Choose another with SHOWRUNNER_WEB_HOST and SHOWRUNNER_WEB_PORT."
        ) from error
    with listening:
        yield listening


@asynccontextmanager
async def _web(runtime: Runtime, listening: socket.socket, connected: Callable[[], bool]) -> AsyncIterator[None]:
    app = create_app(runtime.db, runtime.media, clock=runtime.clock, site_url=runtime.site_url, ready=connected)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5.0)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def _ready_file(path: Path | None) -> Any:
    """A function that writes SHOWRUNNER_READY_FILE as a whole; the file is gone while the process is not ready."""

    def write(**facts: object) -> None:
        if path is not None:
            half = path.with_name(f"{path.name}.part")
            half.write_text(json.dumps({"pid": os.getpid(), **facts}), encoding="utf-8")
            half.replace(path)

    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
    try:
        yield write
    finally:
        if path is not None:
            path.unlink(missing_ok=True)


async def _run_bot(
    settings: Settings,
    runtime: Runtime,
    bells: _Bells,
    *,
    lock: ProcessLock,
    stop: asyncio.Event,
    ready: Callable[..., None],
) -> None:
    use_api(settings.discord_api_base)
    await deliveries.forget_leases(runtime.db)
    client = Client(runtime, add_features=add_features, catch_up=catchup.catch_up)
    bells.client = client
    delivery = Delivery(client, runtime, sayings())
    waker = Waker(lambda: _run_due(runtime, delivery), runtime.clock, before=client.collected.wait)
    files, papers, links = asyncio.Event(), asyncio.Event(), asyncio.Event()
    bells.listeners += [waker.wake, delivery.wake, files.set, papers.set, links.set]
    try:
        if not await _log_in(client, settings.token().get_secret_value(), stop):
            return
        client.start_job(_delivering(client, delivery))
        client.start_job(waker.run())
        client.start_job(fetching.run(client, runtime, files))
        client.start_job(fetching.run(client, runtime, papers, receipts))
        if settings.link_previews:
            client.start_job(_linking(client, runtime, links))
        await _until_over(client, lock, stop, lambda: ready(site_url=runtime.site_url, standby=False))
    finally:
        await delivery.stop(_GRACE)
        await _close(client)


async def _close(client: Client) -> None:
    """Say goodbye to Discord; a connection that does not end in time is left behind, for the process ends anyway."""
    try:
        async with asyncio.timeout(_GRACE):
            await client.close()
    except TimeoutError:
        _log.warning("Discord's connection did not close in time")


async def _run_due(runtime: Runtime, delivery: Delivery) -> datetime | None:
    due = await clock.run_due(runtime.db, runtime.clock(), runtime.rng)
    delivery.wake()
    return due


async def _delivering(client: Client, delivery: Delivery) -> None:
    await client.wait_until_ready()
    await delivery.run()


async def _linking(client: Client, runtime: Runtime, news: asyncio.Event) -> None:
    await client.wait_until_ready()
    from bot import linking  # noqa: PLC0415 - a start does not need it

    await linking.run(runtime, news)


async def _log_in(client: Client, token: str, stop: asyncio.Event) -> bool:
    """Log in, however long Discord or the network is away; False when told to stop before."""
    pause = 1.0
    while not stop.is_set():
        try:
            await client.login(token)
        except discord.LoginFailure as error:
            raise UserError(
                "Discord refused the token. Copy it again from Discord's developer portal "
                "(your application, Bot, Reset Token) into DISCORD_TOKEN."
            ) from error
        except (aiohttp.ClientError, OSError, TimeoutError, discord.DiscordServerError) as error:
            _log.warning("Discord cannot be reached; trying again", error=str(error), seconds=pause)
            await client.http.close()
            client.http.connector = discord.utils.MISSING  # the next login makes a new one
            await _told(stop, pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            return True
    return False


async def _until_over(client: Client, lock: ProcessLock, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Stay connected until told to stop. UserError when Discord or the database shows the bot the door."""
    connection = asyncio.create_task(client.connect())
    watch = asyncio.create_task(_until_lost(lock, stop))
    announcing = asyncio.create_task(_announce(client, ready))
    try:
        await asyncio.wait([connection, watch], return_when=asyncio.FIRST_COMPLETED)
        if connection.done():
            _explain(connection)
        elif not stop.is_set():
            raise UserError("The database let go of the process lock; another process may have taken over.")
    finally:
        await end_tasks(connection, watch, announcing)


async def end_tasks(*tasks: asyncio.Task[Any], pause: float = 1.0) -> None:
    """Cancel tasks until they end, every `pause` seconds for a while.

    Once is not enough: a cancellation that comes while discord.py's socket closes can be swallowed on the way, and
    it would go on reconnecting for ever.
    """
    for _ in range(int(_GRACE)):
        for task in tasks:
            task.cancel()
        _, pending = await asyncio.wait(tasks, timeout=pause)
        if not pending:
            break
    await asyncio.gather(*(task for task in tasks if task.done()), return_exceptions=True)


async def _announce(client: Client, ready: Callable[[], None]) -> None:
    await client.ready.wait()
    ready()
    _log.info("Ready", bot=str(client.user), servers=len(client.guilds))
    if not client.runtime.message_content:
        _log.warning(
            "Without the message-content intent posts are not collected by themselves; "
            "forms, menus, posts that mention the bot, votes and all else work"
        )
    # What was made during the start lives on: leave it out of every later collection.
    gc.collect()
    gc.freeze()


async def _until_lost(lock: ProcessLock, stop: asyncio.Event) -> None:
    """Return when told to stop, or when the lock is no longer ours."""
    while not await _told(stop, _LOCK_CHECK):
        if not await lock.held():
            return


async def _told(stop: asyncio.Event, seconds: float) -> bool:
    """Wait for `stop`, `seconds` at most; whether it came."""
    try:
        async with asyncio.timeout(seconds):
            return await stop.wait()
    except TimeoutError:
        return False


def _explain(connection: "asyncio.Task[None]") -> None:
    """Why the connection to Discord ended by itself."""
    error = connection.exception()
    if isinstance(error, discord.PrivilegedIntentsRequired):
        raise UserError(
            "Discord does not let this bot read messages. Turn on the Message Content Intent in Discord's developer "
            "portal (your application, Bot), or set SHOWRUNNER_MESSAGE_CONTENT=false to collect on request only."
        ) from error
    if isinstance(error, discord.ConnectionClosed):
        raise UserError(f"Discord closed the connection for good (code {error.code}).") from error
    if error is not None:
        raise error
