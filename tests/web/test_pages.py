"""The pages: what they show in each phase, that nothing leaks or runs, and how few questions they ask."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from db.models import WorkState
from domain.episode import Phase
from domain.terms import CURRENT
from services.gallery import PER_PAGE
from services.shows import ShowView
from services.store import Database
from services.works import credits, edit
from tests.support.studio import NOW, PRODUCER, actor
from tests.support.works import opened, work_id
from tests.web import exhibition
from tests.web.conftest import Gallery
from tests.web.exhibition import Piece
from tests.web.test_api import all_the_way, four

NASTY = '<script>alert("x")</script>"\'><img src=x onerror=alert(1)>{{ 7*7 }}'


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """The statements that readers ask the database meanwhile."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    event.listen(db.reader.sync_engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.reader.sync_engine, "before_cursor_execute", note)


def plain(page: str) -> str:
    """What a reader sees of a page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<body>")[2]).split())


async def test_an_empty_house_is_kind(gallery: Gallery) -> None:
    assert "There is no show yet" in await gallery.text("/")


async def test_shows_lead_to_episodes_and_episodes_to_works(gallery: Gallery, show: ShowView) -> None:
    shown = await exhibition.hang(gallery.db, gallery.store, four())
    assert f'href="/shows/{show.slug}"' in await gallery.text("/")
    assert f'href="/episodes/{shown.episode}"' in await gallery.text(f"/shows/{show.slug}")
    page = await gallery.text(f"/episodes/{shown.episode}")
    assert all(f'href="/works/{work}"' in page for work in shown.works)


async def test_a_show_without_episodes_and_an_episode_without_works_are_kind(gallery: Gallery, show: ShowView) -> None:
    assert "The first theme is on its way" in await gallery.text(f"/shows/{show.slug}")
    shown = await exhibition.hang(gallery.db, gallery.store, [])
    page = await gallery.text(f"/episodes/{shown.episode}")
    assert "Room for the first one" in page
    assert "Nothing to share yet" in await gallery.text(f"/episodes/{shown.episode}/payout")


async def test_times_are_in_the_shows_zone_and_exact_for_programs(gallery: Gallery, show: ShowView) -> None:
    shown = await exhibition.hang(gallery.db, gallery.store, four())
    page = await gallery.text(f"/episodes/{shown.episode}")
    assert '<time datetime="2026-05-28T18:00:00+00:00">Thu 28 May 2026, 20:00 CEST</time>' in page


async def test_remixes_link_both_ways(gallery: Gallery, show: ShowView) -> None:
    shown = await exhibition.hang(gallery.db, gallery.store, four())
    page = plain(await gallery.text(f"/episodes/{shown.episode}"))
    assert "made from #1" in page
    assert "used in #2" in page
    assert "made from #2 , An old song" in page
    dusk = await gallery.text(f"/works/{shown.works[1]}")
    assert f'<a href="/works/{shown.works[0]}">#1 Dawn</a>' in dusk
    assert f'<a href="/works/{shown.works[3]}">#4 Echo</a>' in dusk
    assert "Lovely light" in dusk


async def test_the_tree_marks_works_of_other_episodes(gallery: Gallery, show: ShowView) -> None:
    first = await exhibition.hang(gallery.db, gallery.store, four())
    later = await exhibition.hang(gallery.db, gallery.store, [Piece("Next week", "Ann")])
    await exhibition.link(gallery.db, later.works[0], first.works[0])
    page = await gallery.text(f"/episodes/{later.episode}")
    assert (
        f'<a href="/works/{first.works[0]}" class="node away" aria-label="#1 Dawn by Ann, of another episode">' in page
    )
    assert f'<a href="/works/{later.works[0]}" class="node" aria-label="#5 Next week by Ann">' in page


async def test_while_the_vote_runs_only_the_turnout_shows(gallery: Gallery, show: ShowView) -> None:
    shown = await exhibition.hang(gallery.db, gallery.store, four(), phase=Phase.VOTING)
    silent = await gallery.text(f"/works/{shown.works[0]}")
    await exhibition.vote(gallery.db, shown, 5)
    page = await gallery.text(f"/episodes/{shown.episode}")
    assert "5 people have voted so far" in page
    assert "<table" not in page
    assert 'class="bar' not in page
    assert await gallery.text(f"/works/{shown.works[0]}") == silent


async def test_an_episode_that_is_over_tells_everything(gallery: Gallery, show: ShowView) -> None:
    shown, _ = await all_the_way(gallery)
    page = await gallery.text(f"/episodes/{shown.episode}")
    told = plain(page)
    assert "12 ballots" in told
    assert page.count('<svg class="bar') == 4
    assert "It moved to the next episode." in told
    assert "taken out" in told
    assert "$50,000.00" in told
    assert 'href="https://video.example/night-trains" rel="nofollow ugc noopener"' in page
    assert "Influence" in told


async def test_the_payout_page_explains_every_line(gallery: Gallery, show: ShowView) -> None:
    shown, round_ = await all_the_way(gallery)
    page = await gallery.text(f"/episodes/{shown.episode}/payout")
    told = plain(page)
    assert page.count('<details class="share">') == len(round_.allocations)
    assert "passed on by a remix: #2 Dusk" in told
    assert "I made more of it." in told
    assert "The deal says that a remix passes on 20%" in told
    assert f"sha256sum statement-S1E1-{round_.number}.json" in told
    assert f'href="/api/v1/rounds/{round_.id}/statement"' in page


async def test_a_withdrawn_work_is_a_name_only(gallery: Gallery, show: ShowView) -> None:
    shown = await exhibition.hang(gallery.db, gallery.store, four())
    await exhibition.set_work(gallery.db, shown.works[0], state=WorkState.WITHDRAWN)
    await exhibition.set_work(gallery.db, shown.works[2], state=WorkState.DISQUALIFIED, reason="Not made for this.")
    page = await gallery.text(f"/works/{shown.works[0]}")
    assert "Withdrawn by its artist" in page
    assert "/media/" not in page
    gone = await gallery.text(f"/works/{shown.works[2]}")
    assert "Not made for this." in gone
    assert "video.example" not in gone
    listed = await gallery.text(f"/episodes/{shown.episode}")
    assert "No longer taking part" in listed
    assert "/media/" not in listed


async def test_other_peoples_words_stay_words(gallery: Gallery, show: ShowView) -> None:
    nasty = Piece(
        NASTY[:100], NASTY[:60], note=NASTY, links=["https://ok.example/?a=<b>&c"],
        outside=(NASTY, "javascript:alert(1)"),
        files=[(NASTY[:40] + ".wav", "audio/wav", b"RIFF1234")], thanks=NASTY, with_artists=[NASTY[10:50]],
    )  # fmt: skip
    remix = Piece("Remix", "Bo", made_from=[0], thanks=NASTY)
    shown = await exhibition.hang(
        gallery.db, gallery.store, [nasty, remix], title=NASTY[:80], prompt=NASTY, phase=Phase.VOTING
    )
    await exhibition.vote(gallery.db, shown, 3)
    await exhibition.count(gallery.db, shown)
    await exhibition.change_cut(gallery.db, "#1", NASTY, take_out=True)
    await exhibition.release(gallery.db, shown)
    view = await exhibition.propose(gallery.db, shown)
    await exhibition.object_to(gallery.db, view, name="Bo", text=NASTY)
    for path in (
        "/", f"/shows/{show.slug}", f"/episodes/{shown.episode}", f"/episodes/{shown.episode}/payout",
        f"/works/{shown.works[0]}", f"/works/{shown.works[1]}",
    ):  # fmt: skip
        page = await gallery.text(path)
        assert "<script" not in page, path
        assert "<img src=x" not in page, path
        assert "javascript:" not in page, path
        assert "style=" not in page.replace("&#34;", ""), path
        assert "{{ 7*7 }}" in page or path != f"/episodes/{shown.episode}"
    assert 'href="https://ok.example/?a=&lt;b&gt;&amp;c" rel="nofollow ugc noopener"' in await gallery.text(
        f"/works/{shown.works[0]}"
    )


async def test_links_that_are_not_http_are_not_links(gallery: Gallery, show: ShowView) -> None:
    links = [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://[bad",
        "https://fine.example",
    ]
    shown = await exhibition.hang(gallery.db, gallery.store, [Piece("Links", "Ann", medium="link", links=links)])
    page = await gallery.text(f"/works/{shown.works[0]}")
    assert re.findall(r'href="([^"]+)" rel="nofollow', page) == ["https://fine.example"]


async def test_many_works_come_in_pages(gallery: Gallery, show: ShowView) -> None:
    crowd = [Piece(f"Work {n}", "Ann", medium="text", note="x") for n in range(PER_PAGE + 2)]
    shown = await exhibition.hang(gallery.db, gallery.store, crowd)
    first = await gallery.text(f"/episodes/{shown.episode}")
    second = await gallery.text(f"/episodes/{shown.episode}?page=2")
    assert first.count('class="card work"') == PER_PAGE
    assert second.count('class="card work"') == 2
    assert 'rel="next" href="?page=2#works"' in first
    for wrong in ("3", "0", "x", "-1", "9" * 30):
        assert "<h1>" in await gallery.text(f"/episodes/{shown.episode}?page={wrong}", 404)


async def test_the_number_of_queries_does_not_grow(gallery: Gallery, show: ShowView) -> None:
    few = await exhibition.hang(gallery.db, gallery.store, exhibition.pieces(3), phase=Phase.VOTING)
    with counted(gallery.db) as asked_few:
        await gallery.text(f"/episodes/{few.episode}")
    many = await exhibition.hang(
        gallery.db, gallery.store, [Piece(f"W{n}", f"Artist {n}", made_from=[n - 1] if n else []) for n in range(40)],
        phase=Phase.VOTING,
    )  # fmt: skip
    with counted(gallery.db) as asked_many:
        await gallery.text(f"/episodes/{many.episode}")
    assert len(asked_many) <= len(asked_few) + 1  # sources that tell nothing are not asked for
    assert len(asked_many) < 30
    for path in ("/", f"/shows/{show.slug}", "/api/v1/shows"):
        with counted(gallery.db) as asked:
            await gallery.text(path)
        assert len(asked) <= 11, path


async def test_the_payout_page_asks_for_all_lines_at_once(gallery: Gallery, show: ShowView) -> None:
    shown, _ = await all_the_way(gallery)
    with counted(gallery.db) as asked:
        await gallery.text(f"/episodes/{shown.episode}/payout")
    assert sum("FROM allocation_lines" in statement for statement in asked) == 1
    assert len(asked) <= 12


@pytest.mark.parametrize(
    "path", ["/nothing", "/episodes/9", "/episodes/x", "/works/9", "/shows/no", "/episodes/9/payout"]
)
async def test_what_is_not_there_is_a_page_for_people(gallery: Gallery, path: str) -> None:
    page = await gallery.text(path, 404)
    assert "This wall is empty." in page
    assert 'href="/"' in page


async def test_a_page_is_fresh_within_seconds_and_unchanged_costs_nothing(gallery: Gallery, show: ShowView) -> None:
    async with gallery.client.get("/") as response:
        assert response.headers["Cache-Control"] == "public, max-age=3"
        tag = response.headers["ETag"]
    async with gallery.client.get("/", headers={"If-None-Match": tag}) as response:
        assert (response.status, await response.read()) == (304, b"")
    await exhibition.hang(gallery.db, gallery.store, four())
    async with gallery.client.get("/", headers={"If-None-Match": tag}) as response:
        assert response.status == 200


async def test_pages_travel_small(gallery: Gallery, show: ShowView) -> None:
    shown = await exhibition.hang(gallery.db, gallery.store, exhibition.pieces(20))
    async with gallery.client.get(f"/episodes/{shown.episode}", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert int(response.headers["Content-Length"]) * 4 < len(await response.read())


async def test_static_files_live_at_an_address_of_their_content(gallery: Gallery) -> None:
    address = re.findall(r'href="(/static/[0-9a-f]{12}/style\.css)"', await gallery.text("/"))[0]
    async with gallery.client.get(address) as response:
        assert response.content_type == "text/css"
        assert "immutable" in response.headers["Cache-Control"]
    for wrong in ("/static/000000000000/style.css", address.replace("style.css", "..%2f..%2fapp.py")):
        await gallery.text(wrong, 404)


async def test_every_answer_is_guarded(gallery: Gallery, show: ShowView) -> None:
    for path in ("/", "/nothing", "/api/v1/shows", "/healthz"):
        async with gallery.client.get(path) as response:
            assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
            assert "unsafe" not in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_other_methods_are_refused_with_those_that_work(gallery: Gallery) -> None:
    async with gallery.client.post("/") as response:
        assert response.status == 405
        assert "GET" in response.headers["Allow"]
        assert "This did not work" in await response.text()


async def test_what_nobody_foresaw_has_a_reference_and_no_details(
    gallery: Gallery, show: ShowView, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr("services.gallery.home", broken)
    page = await gallery.text("/", 500)
    assert re.search(r"Reference: [0-9a-f]{8}", page)
    assert "secret" not in page


async def test_health_and_readiness(gallery: Gallery) -> None:
    assert await gallery.json("/healthz") == {"status": "ok"}
    assert await gallery.json("/readyz") == {"database": True, "discord": True}
    gallery.state["ready"] = False
    assert await gallery.json("/readyz", 503) == {"database": True, "discord": False}


async def test_a_work_page_says_what_happened_to_it_and_leads_to_the_terms(gallery: Gallery, show: ShowView) -> None:
    await opened(gallery.db)
    mia = actor("Mia <b>")
    work = await work_id(gallery.db, mia, text="Dawn")
    assert "What happened to it" not in await gallery.text(f"/works/{work}")
    await edit.edit(gallery.db, mia, work, edit.Change(title="Day", note="secret before"), at=NOW, now=NOW)
    await edit.edit(gallery.db, PRODUCER, work, edit.Change(note="shown"), at=NOW, now=NOW)
    await credits.offer(gallery.db, mia, work, user_id=7, name="Leo", role="", share_bp=100, now=NOW)
    page = await gallery.text(f"/works/{work}")
    assert "<li><span>A producer changed note</span>" in page
    assert "<li><span>Mia &lt;b&gt; changed title, note</span>" in page
    assert "secret before" not in page
    assert "Leo" not in page
    terms = await gallery.text("/terms")
    assert "The work stays yours." in terms
    assert CURRENT.digest in terms
