"""Looking at the links of works: each gets its page's title and a small picture, some time after it was collected.

What waits is in the database. A site that is slow, away or hostile delays nothing but its own links.
"""

import asyncio
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, urlsplit

import structlog

from bot.backlog import Backlog, Found
from bot.guarded import AgainError, Guarded, RefusedError
from bot.linkpages import Facts, decode, read_oembed, read_page
from bot.previews import make_preview
from bot.streams import once
from cogs.runtime import Runtime
from services.works import links
from services.works.links import WaitingLink

AT_ONCE = 4
TRIES = 6
EDGE = 640
"""Pixels of a link's picture along its longer side."""

OEMBED = MappingProxyType(
    {
        "youtube.com": "https://www.youtube.com/oembed?format=json&url=",
        "youtu.be": "https://www.youtube.com/oembed?format=json&url=",
        "soundcloud.com": "https://soundcloud.com/oembed?format=json&url=",
        "vimeo.com": "https://vimeo.com/api/oembed.json?url=",
    }
)
"""Who answers for the links to a site, its subdomains included. Bandcamp's pages say it all themselves."""

_PAGE = frozenset({"text/html", "application/xhtml+xml", "image/"})
_JSON = frozenset({"application/json", "text/json", "text/javascript"})
_PICTURE = frozenset({"image/"})
_PAGE_LIMIT = 1024 * 1024
_JSON_LIMIT = 128 * 1024
_PICTURE_LIMIT = 8 * 1024 * 1024
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=6)
_PICTURE_TRIES = 2

_log = structlog.get_logger(__name__)


async def run(runtime: Runtime, news: asyncio.Event) -> None:
    """Look at what waits until canceled; `news` says that there may be more."""
    async with Guarded() as guarded:
        await Linker(runtime, guarded).run(news)


class Linker:
    """Looks at links, a few at once. `oembed` says who answers for a site."""

    def __init__(self, runtime: Runtime, guarded: Guarded, oembed: Mapping[str, str] = OEMBED) -> None:
        self._runtime, self._guarded, self._oembed = runtime, guarded, oembed
        self._decoding = asyncio.Lock()
        backlog = Backlog(self._find, self._look_at, runtime.clock, AT_ONCE)
        self.run, self.run_due = backlog.run, backlog.run_due

    async def _find(self, now: datetime, limit: int, without: tuple[int, ...]) -> Found[WaitingLink]:
        found = await links.waiting(self._runtime.db, now=now, limit=limit, without=without)
        return Found(found.links, found.next_at)

    async def _look_at(self, link: WaitingLink) -> None:
        """Look at one link and write down what became of it."""
        try:
            facts, preview = await self._facts(link)
        except RefusedError as error:
            await self._give_up(link, str(error))
        except AgainError as error:
            await self._again(link, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it was, the link is tried again and at last left alone
            _log.exception("A link could not be looked at", link=link.id)
            await self._again(link, type(error).__name__)
        else:
            await links.known(
                self._runtime.db, link.id, title=facts.title, site=facts.site, preview=preview, url=link.url,
                now=self._runtime.clock(),
            )  # fmt: skip
            _log.info("Link looked at", link=link.id, work=link.work_id)
            self._runtime.wake()

    async def _facts(self, link: WaitingLink) -> tuple[Facts, str | None]:
        facts = await self._from_provider(link.url) or await self._from_page(link.url)
        if not facts.title and not facts.picture:
            raise RefusedError("The page does not say what it is")
        return facts, await self._picture(facts.picture, link)

    async def _from_provider(self, url: str) -> Facts | None:
        """What a site's oEmbed says; None where there is none, or it does not know the link."""
        endpoint = self._endpoint(url)
        if endpoint is None:
            return None
        try:
            found = await self._guarded.get(endpoint + quote(url, safe=""), types=_JSON, limit=_JSON_LIMIT)
            return read_oembed(decode(found.body, "utf-8"), url)
        except (RefusedError, ValueError):
            return None

    def _endpoint(self, url: str) -> str | None:
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            return None
        return next((end for site, end in self._oembed.items() if host == site or host.endswith(f".{site}")), None)

    async def _from_page(self, url: str) -> Facts:
        found = await self._guarded.get(url, types=_PAGE, limit=_PAGE_LIMIT, cut=True)
        if found.content_type.startswith("image/"):
            return Facts(site=urlsplit(found.url).hostname or "", picture=found.url)
        return await asyncio.to_thread(lambda: read_page(decode(found.body, found.charset), found.url))

    async def _picture(self, url: str, link: WaitingLink) -> str | None:
        """The media key of a small WebP of the picture at `url`; None where there is none to be had."""
        if not url:
            return None
        try:
            found = await self._guarded.get(url, types=_PICTURE, limit=_PICTURE_LIMIT)
        except RefusedError:
            return None
        except AgainError:
            if link.attempts + 1 >= _PICTURE_TRIES:
                return None
            raise
        async with self._decoding:  # one at a time: decoding is what takes memory
            made = await asyncio.to_thread(partial(_small, found.body))
        return None if made is None else (await self._runtime.media.put(once(made), limit=_PICTURE_LIMIT)).sha256

    async def _again(self, link: WaitingLink, error: str) -> None:
        if link.attempts + 1 >= TRIES:
            await self._give_up(link, f"{error}, {TRIES} times")
            return
        wait = min(_FIRST_PAUSE * 4**link.attempts, _LONGEST_PAUSE)
        await links.postponed(self._runtime.db, link.id, error=error, at=self._runtime.clock() + wait, url=link.url)

    async def _give_up(self, link: WaitingLink, error: str) -> None:
        _log.info("Nothing is known of a link", link=link.id, work=link.work_id, reason=error)
        await links.failed(self._runtime.db, link.id, error=error, url=link.url)


def _small(picture: bytes) -> bytes | None:
    with tempfile.TemporaryDirectory(prefix="showrunner-") as folder:
        path = Path(folder, "picture")
        path.write_bytes(picture)
        return make_preview(path, edge=EDGE)
