"""Links get title and picture some time after they were collected, from sites that are slow, away and hostile."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from aiohttp import web
from PIL import Image
from sqlalchemy import select, update

from bot.guarded import Guarded
from bot.linking import EDGE, TRIES, Linker
from cogs.runtime import Runtime
from cogs.works.sayings import SAYINGS
from db.models import OutboxRow, Work, WorkLink
from services.kinds import LinkState, WorkState
from services.media import open_store
from services.store import Database
from services.works.collect import Took, collect
from tests.support.bot_studio import Stage, delivering, text
from tests.support.studio import NOW, make_show
from tests.support.webserver import WebServer, web_server
from tests.support.works import SITE, opened, posting


def picture(size: tuple[int, int] = (1600, 900)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    return out.getvalue()


@dataclass
class Desk:
    """A show with an open episode, a linker, a site on loopback, and a clock that is put on."""

    runtime: Runtime
    linker: Linker
    site: WebServer
    now: datetime = NOW
    woken: list[datetime] = field(default_factory=list)

    async def collects(self, *urls: str) -> int:
        """Post links; the work's row id."""
        said = posting(text="Dawn\n" + "\n".join(urls), attachments=())
        got = await collect(self.runtime.db, said, site_url=SITE, now=self.now)
        assert got.took is Took.COLLECTED
        assert got.work_id is not None
        return got.work_id

    async def looks(self, later: timedelta = timedelta()) -> None:
        self.now += later
        await self.linker.run_due()

    async def links(self) -> list[WorkLink]:
        async with self.runtime.db.reading() as tx:
            return list(await tx.scalars(select(WorkLink).order_by(WorkLink.id)))

    async def link(self) -> WorkLink:
        (found,) = await self.links()
        return found


@pytest.fixture
async def desk(db: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    await make_show(db)
    await opened(db)
    found: Desk
    async with web_server() as site, Guarded(allow=site.allow, seconds=5) as guarded:
        runtime = Runtime(
            db=db, media=open_store(str(tmp_path / "media")), clock=lambda: found.now, rng=Random(1),
            wake=lambda: found.woken.append(found.now), site_url="", message_content=True, max_file_bytes=2_000_000,
        )  # fmt: skip
        found = Desk(runtime, Linker(runtime, guarded, {"localhost": f"{site.base}/oembed?url="}), site)
        yield found


async def test_a_page_gives_title_site_and_a_small_picture(desk: Desk) -> None:
    desk.site.gives("/art.jpg", picture(), "image/jpeg")
    head = ("og:title content='Dawn chorus'", "og:image content=/art.jpg", "og:site_name content=Songs")
    url = desk.site.gives("/song", "".join(f"<meta property={one}>" for one in head))
    await desk.collects(url)
    assert (await desk.link()).state is LinkState.WAITING
    assert desk.site.asked == []
    await desk.looks()
    link = await desk.link()
    assert (link.state, link.title, link.site, link.error) == (LinkState.KNOWN, "Dawn chorus", "Songs", "")
    body = b"".join([part async for part in desk.runtime.media.open(link.preview)])
    with Image.open(io.BytesIO(body)) as small:
        assert (small.format, small.size) == ("WEBP", (EDGE, EDGE * 9 // 16))
    await desk.looks(timedelta(days=30))
    assert desk.site.paths == ["/song", "/art.jpg"]


async def test_the_card_is_made_anew_and_delivery_woken(desk: Desk) -> None:
    work = await desk.collects(desk.site.gives("/song", "<title>Dawn</title>"))
    await desk.looks()
    async with desk.runtime.db.reading() as tx:
        edits = list(await tx.scalars(select(OutboxRow.subject).where(OutboxRow.key == f"edit:work:{work}")))
    assert edits == [{"work": work}]
    assert desk.woken == [NOW]


async def test_a_provider_is_asked_by_oembed(desk: Desk) -> None:
    desk.site.gives("/art", picture((100, 50)), "image/jpeg")
    said = {"title": "Dawn", "provider_name": "Tube", "thumbnail_url": desk.site.base + "/art"}
    desk.site.gives("/oembed", json.dumps(said), "application/json")
    url = "http://music.localhost/watch?v=1&t=2"
    await desk.collects(url)
    await desk.looks()
    link = await desk.link()
    assert (link.title, link.site) == ("Dawn", "Tube")
    assert link.preview is not None
    assert desk.site.asked[0].query["url"] == url


async def test_what_a_provider_does_not_know_is_asked_of_its_page(desk: Desk) -> None:
    desk.site.gives("/oembed", "Not found", status=404)
    desk.site.gives("/about", "<title>A channel</title>")
    await desk.collects(f"http://localhost:{desk.site.port}/about")
    await desk.looks()
    link = await desk.link()
    assert (link.state, link.title, link.site) == (LinkState.KNOWN, "A channel", "localhost")


async def test_a_link_to_a_picture_is_its_own_picture(desk: Desk) -> None:
    await desk.collects(desk.site.gives("/a.jpg", picture((64, 64)), "image/jpeg"))
    await desk.looks()
    link = await desk.link()
    assert (link.state, link.title) == (LinkState.KNOWN, "")
    assert link.preview is not None


@pytest.mark.parametrize(
    ("body", "kind", "status", "error"),
    [
        ("", "text/html", 404, "The site answered 404"), ("MZ", "application/zip", 200, "It is application/zip"),
        ("<p>nothing</p>", "text/html", 200, "The page does not say what it is"),
    ],
)  # fmt: skip
async def test_what_cannot_be_had_is_asked_for_once(desk: Desk, body: str, kind: str, status: int, error: str) -> None:
    await desk.collects(desk.site.gives("/a", body, kind, status=status))
    await desk.looks()
    await desk.looks(timedelta(days=30))
    link = await desk.link()
    assert (link.state, link.error, link.preview) == (LinkState.FAILED, error, None)
    assert desk.site.paths == ["/a"]


async def test_a_page_that_leads_inside_is_not_followed(desk: Desk) -> None:
    for place, to in enumerate(("http://127.0.0.1:1/", "http://[::ffff:10.0.0.1]/", "http://[::1]/")):
        await desk.collects(desk.site.redirects(f"/{place}", to))
    await desk.looks()
    assert {link.error for link in await desk.links()} == {"The address does not belong to the open internet"}


async def test_a_picture_that_leads_inside_is_left_out(desk: Desk) -> None:
    inside = "<title>Dawn</title><meta property=og:image content=http://169.254.169.254/latest/meta-data>"
    await desk.collects(desk.site.gives("/a", inside))
    await desk.looks()
    link = await desk.link()
    assert (link.state, link.title, link.preview) == (LinkState.KNOWN, "Dawn", None)


async def test_a_picture_that_is_none_is_left_out(desk: Desk) -> None:
    desk.site.gives("/art", "<script>", "image/png")
    await desk.collects(desk.site.gives("/a", "<title>Dawn</title><meta property=og:image content=/art>"))
    await desk.looks()
    link = await desk.link()
    assert (link.state, link.title, link.preview) == (LinkState.KNOWN, "Dawn", None)


async def test_a_site_that_is_away_is_tried_later_each_time_and_at_last_left_alone(desk: Desk) -> None:
    await desk.collects(desk.site.gives("/a", status=503))
    await desk.looks()
    await desk.looks(timedelta(seconds=29))
    assert len(desk.site.asked) == 1
    await desk.looks(timedelta(seconds=1))
    await desk.looks(timedelta(seconds=119))
    assert len(desk.site.asked) == 2
    for _ in range(TRIES):
        await desk.looks(timedelta(hours=6))
    link = await desk.link()
    assert (link.state, link.error) == (LinkState.FAILED, f"The site answered 503, {TRIES} times")
    assert len(desk.site.asked) == TRIES


async def test_what_failed_once_works_later(desk: Desk) -> None:
    await desk.collects(desk.site.gives("/a", status=500))
    await desk.looks()
    desk.site.gives("/a", "<title>Dawn</title>")
    await desk.looks(timedelta(minutes=1))
    link = await desk.link()
    assert (link.state, link.title, link.error) == (LinkState.KNOWN, "Dawn", "")


async def test_a_picture_that_is_away_does_not_keep_the_title_back_for_long(desk: Desk) -> None:
    desk.site.gives("/art", status=503)
    await desk.collects(desk.site.gives("/a", "<title>Dawn</title><meta property=og:image content=/art>"))
    await desk.looks()
    await desk.looks(timedelta(minutes=1))
    link = await desk.link()
    assert (link.state, link.title, link.preview) == (LinkState.KNOWN, "Dawn", None)


async def test_a_site_that_hangs_delays_neither_collecting_nor_other_links(desk: Desk) -> None:
    hanging, let_go = asyncio.Event(), asyncio.Event()

    async def hang(request: web.Request) -> web.StreamResponse:
        hanging.set()
        await let_go.wait()
        return web.Response(text="<title>At last</title>", content_type="text/html")

    desk.site.answers["/slow"] = hang
    news = asyncio.Event()
    running = asyncio.create_task(desk.linker.run(news))
    try:
        await desk.collects(desk.site.base + "/slow")
        news.set()
        async with asyncio.timeout(10):
            await hanging.wait()
            await desk.collects(desk.site.gives("/quick", "<title>Quick</title>"))
            known = asyncio.Event()
            object.__setattr__(desk.runtime, "wake", known.set)
            news.set()
            await known.wait()
        slow, quick = await desk.links()
        assert (slow.state, quick.title) == (LinkState.WAITING, "Quick")
    finally:
        running.cancel()
        let_go.set()
        await asyncio.gather(running, return_exceptions=True)


async def test_links_of_works_that_were_withdrawn_wait(desk: Desk) -> None:
    work = await desk.collects(desk.site.gives("/a", "<title>Dawn</title>"))

    async def take(state: WorkState) -> None:
        await desk.runtime.db.write(lambda tx: tx.execute(update(Work).where(Work.id == work).values(state=state)))

    await take(WorkState.WITHDRAWN)
    await desk.looks()
    assert desk.site.asked == []
    await take(WorkState.IN)
    await desk.looks()
    assert (await desk.link()).title == "Dawn"


async def test_all_of_many_links_are_looked_at(desk: Desk) -> None:
    for place in range(3):
        await desk.collects(*(desk.site.gives(f"/{place}{n}", f"<title>{place}{n}</title>") for n in range(5)))
    await desk.looks()
    assert [link.title for link in await desk.links()] == [f"{place}{n}" for place in range(3) for n in range(5)]


async def test_in_discord_the_card_is_edited_once_the_link_is_known(stage: Stage) -> None:
    db = stage.runtime.db
    await opened(db, now=stage.clock() - timedelta(minutes=1))
    async with web_server() as site, Guarded(allow=site.allow) as guarded:
        site.gives("/art", picture((200, 100)), "image/jpeg")
        url = site.gives("/song", "<title>Dawn chorus</title><meta property=og:image content=/art>")
        message = await stage.member.post(stage.works, f"Dawn\n{url}")
        said = posting(
            text=message.content, attachments=(), guild_id=stage.guild.id, channel_id=stage.works.id,
            message_id=message.id, author_id=stage.member.id,
        )  # fmt: skip
        async with delivering(stage, {**SAYINGS, "episode_opened": text}) as delivery:
            object.__setattr__(stage.runtime, "wake", delivery.wake)
            await collect(db, said, site_url=SITE, now=stage.clock())
            delivery.wake()
            before = await stage.wait_for_text("#1 Dawn", stage.works)
            assert "Dawn chorus" not in before.text
            await Linker(stage.runtime, guarded, {}).run_due()
            after = await stage.wait_for_text("Dawn chorus", stage.works)
    assert after.id == before.id
    assert [file.filename for file in after.files] == ["link.webp"]
