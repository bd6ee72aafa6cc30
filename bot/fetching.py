"""Fetching the files of works: Discord serves them for about a day, so their bytes are kept when they are collected.

What waits is in the database, so a restart loses nothing. A file is streamed from Discord into the media store;
neither its size nor its number decides how much memory that takes.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import aiohttp
import discord
import structlog
import yarl
from discord.http import Route

from bot.backlog import Backlog, Found
from bot.filetypes import Sniffed
from bot.previews import look_of, make_preview
from bot.sounds import read_sound
from bot.streams import once
from cogs.runtime import Runtime
from domain.errors import UserError
from services.media import Kept, MediaTooLargeError
from services.works import files
from services.works.files import SoundFacts, WaitingFile

AT_ONCE = 4
TRIES = 8
DISCORD_HOSTS = frozenset({"https://cdn.discordapp.com", "https://media.discordapp.net"})

_CHUNK = 64 * 1024
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)
_MEASURED = frozenset({"audio/wav", "audio/flac", "audio/ogg", "audio/mpeg", "audio/aac", "audio/mp4", "video/mp4"})
_PREVIEW_LIMIT = 8 * 1024 * 1024
_EXPIRED = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_TIMEOUT = aiohttp.ClientTimeout(total=900, sock_connect=10, sock_read=30)

T = TypeVar("T")

_log = structlog.get_logger(__name__)

FreshAddress = Callable[[WaitingFile], Awaitable[str | None]]
"""Asks Discord where it serves a file now; None when it is no longer there."""


class _ExpiredError(Exception):
    """Discord no longer serves the file at this address."""


class _AgainError(Exception):
    """It did not work now and may later."""


async def run(client: discord.Client, runtime: Runtime, news: asyncio.Event, shelf: ModuleType = files) -> None:
    """Fetch what waits on a shelf until canceled; `news` says that there may be more."""
    hosts = DISCORD_HOSTS | ({str(yarl.URL(Route.BASE).origin())} if _on_loopback(Route.BASE) else frozenset())
    async with aiohttp.ClientSession(timeout=_TIMEOUT, auto_decompress=False, trust_env=True) as session:
        await Fetcher(runtime, session, hosts, _fresh_address(client), shelf).run(news)


class Fetcher:
    """Fetches files, a few at once, only from `hosts` (origins such as https://cdn.discordapp.com).

    `shelf` is the service that says what waits and takes down what became of it: the files of works, or receipts.
    """

    def __init__(
        self,
        runtime: Runtime,
        session: aiohttp.ClientSession,
        hosts: frozenset[str],
        fresh: FreshAddress,
        shelf: ModuleType = files,
    ) -> None:
        self._runtime, self._session, self._hosts, self._fresh = runtime, session, hosts, fresh
        self._shelf = shelf
        self._decoding = asyncio.Lock()
        backlog = Backlog(self._find, self._fetch, runtime.clock, AT_ONCE)
        self.run, self.run_due = backlog.run, backlog.run_due

    async def _find(self, now: datetime, limit: int, without: tuple[int, ...]) -> Found[WaitingFile]:
        found = await self._shelf.waiting(self._runtime.db, now=now, limit=limit, without=without)
        return Found(found.files, found.next_at)

    async def _fetch(self, file: WaitingFile) -> None:
        """Fetch one file and write down what became of it."""
        try:
            await self._keep(file, file.url)
        except UserError as error:
            await self._give_up(file, f"“{file.name}” was not kept: {error}.")
        except _ExpiredError:
            await self._readdress(file)
        except _AgainError as error:
            await self._again(file, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it was, the file is tried again and at last given up
            _log.exception("A file could not be fetched", file=file.id)
            await self._again(file, type(error).__name__)

    async def _keep(self, file: WaitingFile, url: str) -> None:
        limit = self._runtime.max_file_bytes
        if file.size > limit:
            raise UserError(_too_large(limit))
        source = Sniffed(self._download(url), file.name, file.content_type, file.kinds)
        try:
            kept = await self._runtime.media.put(aiter(source), limit=limit)
        except MediaTooLargeError:
            raise UserError(_too_large(limit)) from None
        kind = source.content_type
        preview, dhash = await self._preview(kept) if kind.startswith("image/") else (None, None)
        sound = await self._locally(kept, read_sound) if kind in _MEASURED else None
        await self._shelf.kept(
            self._runtime.db, file.id, fetched=file.url, sha256=kept.sha256, size=kept.size, content_type=kind,
            preview=preview,
            sound=None if sound is None else SoundFacts(sound.duration_ms, sound.peaks), dhash=dhash,
            now=self._runtime.clock(),
        )  # fmt: skip
        _log.info("File kept", file=file.id, work=file.work_id, size=kept.size)
        self._runtime.wake()

    async def _download(self, url: str) -> AsyncIterator[bytes]:
        if not self._allowed(url):
            raise UserError("its address is not one of Discord's")
        try:
            async with self._session.get(
                url, allow_redirects=False, headers={"Accept-Encoding": "identity"}
            ) as response:
                if response.status in _EXPIRED:
                    raise _ExpiredError
                if response.status != HTTPStatus.OK:
                    raise _AgainError(f"Discord answered {response.status}")
                got = 0
                async for chunk in response.content.iter_chunked(_CHUNK):
                    got += len(chunk)
                    yield chunk
                if response.content_length is not None and got != response.content_length:
                    raise _AgainError("Discord sent only a part")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _AgainError(f"Discord could not be reached ({type(error).__name__})") from error

    def _allowed(self, url: str) -> bool:
        try:
            parsed = yarl.URL(url)
            return parsed.user is None and str(parsed.origin()) in self._hosts
        except ValueError:
            return False

    async def _readdress(self, file: WaitingFile) -> None:
        """The address has expired: ask for a fresh one, once for each that fails."""
        try:
            url = await self._fresh(file)
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            await self._again(file, f"Discord could not be asked for the file ({type(error).__name__})")
            return
        if url is None:
            await self._give_up(file, f"“{file.name}” was not kept: Discord no longer has it. {_way_on(file)}")
        elif url == file.url and file.by_form:
            await self._again(file, "Discord serves the files of forms for a short time only, and has stopped")
        elif url == file.url:
            await self._again(file, "Discord does not serve the file")
        else:
            await self._again(file, "The address had expired", url=url, pause=timedelta())

    async def _again(
        self, file: WaitingFile, error: str, *, url: str | None = None, pause: timedelta | None = None
    ) -> None:
        if file.attempts + 1 >= TRIES:
            await self._give_up(file, f"“{file.name}” was not kept: {error}, {TRIES} times. {_way_on(file)}")
            return
        wait = min(_FIRST_PAUSE * 2**file.attempts, _LONGEST_PAUSE) if pause is None else pause
        await self._shelf.postponed(
            self._runtime.db, file.id, error=error, at=self._runtime.clock() + wait, url=url, fetched=file.url
        )

    async def _give_up(self, file: WaitingFile, sentence: str) -> None:
        _log.warning("File not kept", file=file.id, work=file.work_id, reason=sentence)
        await self._shelf.failed(
            self._runtime.db, file.id, sentence=sentence, now=self._runtime.clock(), fetched=file.url
        )
        self._runtime.wake()

    async def _preview(self, kept: Kept) -> tuple[str | None, int | None]:
        """The media key of a small picture of a kept one, and what it looks like; None where there is none."""
        made = await self._locally(kept, make_preview)
        if made is None:
            return None, None
        stored = await self._runtime.media.put(once(made), limit=_PREVIEW_LIMIT)
        return stored.sha256, await asyncio.to_thread(look_of, made)

    async def _locally(self, kept: Kept, read: Callable[[Path], T]) -> T:
        """What `read` makes of a kept file on this machine's disk."""
        # One at a time: decoding is what takes memory.
        async with self._decoding:
            path = self._runtime.media.path(kept.sha256)
            if path is not None:
                return await asyncio.to_thread(read, path)
            with tempfile.TemporaryDirectory(prefix="showrunner-") as folder:
                path = Path(folder, "file")
                with await asyncio.to_thread(path.open, "wb") as copy:
                    async for chunk in self._runtime.media.open(kept.sha256):
                        await asyncio.to_thread(copy.write, chunk)
                return await asyncio.to_thread(read, path)


def _fresh_address(client: discord.Client) -> FreshAddress:
    async def fresh(file: WaitingFile) -> str | None:
        """Read the message again: its attachments then come with new addresses."""
        if file.by_form or file.message_id is None:
            return file.url  # a form leaves no message that could be read again
        await client.wait_until_ready()
        channel = client.get_partial_messageable(file.channel_id)
        try:
            message = await channel.fetch_message(file.message_id)
        except discord.NotFound:
            return None
        attachments = message.attachments
        same = [item for item in attachments if (item.filename, item.size) == (file.name, file.size)]
        at_place = attachments[file.position : file.position + 1]
        return next((item.url for item in [*(i for i in same if i in at_place), *same]), None)

    return fresh


def _on_loopback(base: str) -> bool:
    return yarl.URL(base).host in {"127.0.0.1", "::1", "localhost"}


def _way_on(file: WaitingFile) -> str:
    """What its artist can do: a form cannot be sent again, and a message need not be."""
    return "Give it again: More, then Files." if file.by_form else "Post it again, or give it by More, then Files."


def _too_large(limit: int) -> str:
    return f"it is larger than the {limit // (1024 * 1024)} MB that are kept here"
