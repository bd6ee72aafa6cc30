"""The Discord client: what it asks Discord for, what it starts, and how it reaches the sandbox instead."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import structlog
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import errors
from bot.forms import Forms
from bot.pressing import answer_at_once
from cogs.runtime import Runtime
from services import process

PUBLIC_API = Route.BASE

_GUILDS_TIMEOUT = 5.0
_LONGEST_PAUSE = 60.0

_log = structlog.get_logger(__name__)

CatchUp = Callable[[discord.Client, Runtime], Awaitable[None]]
AddFeatures = Callable[[commands.Bot, Runtime], Awaitable[None]]


def use_api(base: str) -> None:
    """Have discord.py in this process talk to the API at `base`: Discord's own, or the sandbox's on loopback.

    discord.py keeps these addresses on its classes, so this is the one place that changes them.
    """
    Route.BASE = base
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nothing here speaks
    if base != PUBLIC_API:
        discord.Asset.BASE = f"{yarl.URL(base).origin()}/cdn"


class _Lasting(dict[Any, Any]):
    """The kinds of buttons that are known, for good.

    discord.py forgets a kind for everybody as soon as a single view that shows it beside other items ends.
    """

    def pop(self, key: Any, default: Any = None, /) -> Any:
        return self.get(key, default)


class Client(commands.Bot):
    """Showrunner's connection to Discord.

    `ready` is set once the gateway is connected, its guilds are known and the commands are Discord's. `collected` is
    set while nothing that was posted in time can be missing: after the first look back, and while connected.
    """

    def __init__(self, runtime: Runtime, *, add_features: AddFeatures, catch_up: CatchUp) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=errors.Tree,
            intents=_intents(message_content=runtime.message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            # State is in the database: no caches that grow with the guild, no waiting for them.
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=0,
        )
        store = self._connection._view_store  # noqa: SLF001 - see _Lasting
        store._dynamic_items = _Lasting(store._dynamic_items)  # noqa: SLF001
        answer_at_once(store)
        self._forms = Forms(store)
        self.ready, self.collected = asyncio.Event(), asyncio.Event()
        self.runtime, self._add_features, self._catch_up = runtime, add_features, catch_up
        self._jobs: set[asyncio.Task[None]] = set()
        self._synced: asyncio.Task[None] | None = None
        self._looking_back: asyncio.Task[None] | None = None

    async def setup_hook(self) -> None:
        """Add the features; called once, after the login and before the gateway."""
        errors.guard_views_and_forms()
        await self._add_features(self, self.runtime)
        if Route.BASE != PUBLIC_API:
            _, gateway, _ = await self.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        self._synced = self.start_job(_until_done(self._sync_commands, "The commands could not be sent to Discord"))

    def add_dynamic_items(self, *items: type[discord.ui.DynamicItem[discord.ui.Item[discord.ui.View]]]) -> None:
        """Register kinds of buttons and selects; what they raise is answered like what commands raise."""
        for item in items:
            errors.guard_item(item)
        super().add_dynamic_items(*items)

    def start_job(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Run something beside the client; it is canceled when the client closes."""
        task = asyncio.ensure_future(work)
        self._jobs.add(task)
        task.add_done_callback(self._job_ended)
        return task

    def _job_ended(self, task: asyncio.Task[None]) -> None:
        self._jobs.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("A job ended with an error", exc_info=task.exception())

    async def on_ready(self) -> None:
        """The gateway begins a new session; this may happen many times."""
        self.collected.clear()
        if self._looking_back is not None:
            self._looking_back.cancel()
        self._looking_back = self.start_job(self._look_back())
        await self._guilds_known()
        if self._synced is not None:
            await asyncio.wait([self._synced])
        self.ready.set()

    async def on_disconnect(self) -> None:
        """What is posted from now on comes later: hold the deadlines back."""
        self.collected.clear()

    async def on_resumed(self) -> None:
        """Discord has replayed what was missed, unless the look back is still under way."""
        if self._looking_back is None or self._looking_back.done():
            self.collected.set()

    async def on_message(self, message: discord.Message, /) -> None:
        """Nothing here: there are no text commands, and collecting is a listener of the works feature."""

    async def on_interaction(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Answer what is pressed on messages from before a restart."""
        await errors.answer_unknown(self, self._forms, interaction)

    async def on_error(self, event_method: str, /, *_args: object, **_kwargs: object) -> None:
        """A listener failed; nobody waits for an answer."""
        _log.exception("A listener failed", doing=event_method)

    async def close(self) -> None:
        """Stop what runs beside the client, then disconnect."""
        jobs = list(self._jobs)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await super().close()

    async def _look_back(self) -> None:
        async def once() -> None:
            await self._catch_up(self, self.runtime)

        await _until_done(once, "What was posted meanwhile could not be collected")
        self.collected.set()
        self.runtime.wake()

    async def _guilds_known(self) -> None:
        """Wait for the guilds that Discord sends right after READY (guild_ready_timeout=0 does not)."""
        try:
            async with asyncio.timeout(_GUILDS_TIMEOUT):
                while any(guild.unavailable for guild in self.guilds):
                    await self.wait_for("guild_available")
        except TimeoutError:
            _log.warning("Some servers are unavailable", servers=[g.id for g in self.guilds if g.unavailable])

    async def _sync_commands(self) -> None:
        """Send the commands to Discord if they changed since they were last sent."""
        shown = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        shown.sort(key=lambda command: (command["type"], command["name"]))
        digest = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
        # The address is part of the name, so that trying the sandbox does not count as having told Discord.
        name = f"commands {self.application_id} {Route.BASE.removeprefix('https://')}"[:80]
        if await process.fact(self.runtime.db, name) == digest:
            return
        await self.tree.sync()
        await process.remember(self.runtime.db, name, digest)
        _log.info("Commands sent to Discord", commands=len(shown))


def _intents(*, message_content: bool) -> discord.Intents:
    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = True
    intents.message_content = message_content
    return intents


async def _until_done(work: Callable[[], Awaitable[None]], trouble: str) -> None:
    """Do `work` again, later each time, until Discord or the database lets it succeed."""
    pause = 1.0
    while True:
        try:
            await work()
        except (aiohttp.ClientError, OSError, TimeoutError, discord.DiscordServerError) as error:
            _log.warning(trouble, error=str(error), seconds=pause)
        except Exception:  # noqa: BLE001 - a bug here must not keep the rest of the bot from working
            _log.exception(trouble, seconds=pause)
            if pause >= _LONGEST_PAUSE:
                return
        else:
            return
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
