"""Kept pages: the same bytes while nothing is written, new ones at once when something is, on a small shelf."""

import gzip
from datetime import timedelta
from random import Random

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from services.shows import ShowView
from tests.support.finished import in_one
from tests.support.studio import NOW, make_show
from tests.web.conftest import Gallery
from tests.web.test_pages import counted
from web.app import create_app
from web.kept import Shelf, _kept


async def test_a_page_asked_for_again_reads_nothing(gallery: Gallery, show: ShowView) -> None:
    first = await gallery.text(f"/shows/{show.slug}")
    with counted(gallery.db) as asked:
        assert await gallery.text(f"/shows/{show.slug}") == first
    assert asked == []


async def test_what_is_written_is_seen_at_once(gallery: Gallery, show: ShowView) -> None:
    before = await gallery.text(f"/shows/{show.slug}")
    await in_one(gallery.db, show.id, 1)
    after = await gallery.text(f"/shows/{show.slug}")
    assert "Night Trains" not in before
    assert "Night Trains" in after


async def test_what_another_process_wrote_is_seen_soon(gallery: Gallery) -> None:
    now = [NOW]
    app = create_app(gallery.db, gallery.store, clock=lambda: now[0], site_url="http://x.example", ready=lambda: True)
    async with TestClient(TestServer(app)) as client:
        assert "Elsewhere" not in await (await client.get("/")).text()
        known = gallery.db.changes
        await make_show(gallery.db, name="Elsewhere")
        gallery.db.changes = known  # as if another process had written it
        assert "Elsewhere" not in await (await client.get("/")).text()
        now[0] += timedelta(seconds=10)
        assert "Elsewhere" in await (await client.get("/")).text()


async def test_packed_or_not_it_is_the_same_page_and_unchanged_it_has_no_body(gallery: Gallery, show: ShowView) -> None:
    del show
    plain = await gallery.client.get("/", headers={"Accept-Encoding": "identity"})
    body = await plain.read()
    assert "Content-Encoding" not in plain.headers
    async with gallery.client.get("/", headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert await packed.read() == body
    same = await gallery.client.get("/", headers={"If-None-Match": plain.headers["ETag"]})
    assert (same.status, await same.read()) == (web.HTTPNotModified.status_code, b"")


async def test_an_error_is_not_kept(gallery: Gallery) -> None:
    response = await gallery.client.get("/shows/night-shift")
    assert (response.status, response.headers["Cache-Control"]) == (404, "no-store")
    await make_show(gallery.db)
    await gallery.text("/shows/night-shift")


def test_the_shelf_gives_up_what_was_not_asked_for_longest() -> None:
    rng, shelf = Random(1), Shelf(most_bytes=40_000)
    pages = {name: _kept(rng.randbytes(4_000), 1, NOW + timedelta(seconds=9)) for name in "abcdefgh"}
    for name, page in list(pages.items())[:4]:
        shelf.keep(name, page)
    assert shelf.find("a", 1, NOW) is not None
    shelf.keep("e", pages["e"])
    assert [name for name in "abcde" if shelf.find(name, 1, NOW) is not None] == ["a", "c", "d", "e"]
    shelf.keep("huge", _kept(rng.randbytes(20_000), 1, NOW + timedelta(seconds=9)))
    assert shelf.find("huge", 1, NOW) is None
    assert shelf.find("a", 2, NOW) is None
    assert gzip.decompress(pages["a"].packed or b"") == pages["a"].body
