"""What the gallery shows of links that were looked at, and of sounds that were listened to."""

from typing import Any

from sqlalchemy import update

from db.models import LinkState, WorkFile, WorkLink, WorkState
from services.shows import ShowView
from services.store import Transaction, writes
from tests.web import exhibition
from tests.web.conftest import Gallery
from tests.web.exhibition import Exhibition, Piece
from web import words

URL = "https://video.example/watch?v=1"
ODD = '"><script>alert(1)</script>'


@writes
async def looked(tx: Transaction, work_id: int, **known: Any) -> None:
    """A link of a work as it is once it was looked at."""
    await tx.execute(update(WorkLink).where(WorkLink.work_id == work_id).values(state=LinkState.KNOWN, **known))


@writes
async def heard(tx: Transaction, work_id: int, duration_ms: int, peaks: list[int] | None) -> None:
    """A sound of a work as it is once it was listened to."""
    await tx.execute(update(WorkFile).where(WorkFile.work_id == work_id).values(duration_ms=duration_ms, peaks=peaks))


async def test_programs_learn_what_is_known_of_links_and_sounds(gallery: Gallery, show: ShowView) -> None:
    shown, key = await with_link(gallery)
    works = (await gallery.json(f"/api/v1/episodes/{shown.episode}/works"))["works"]
    assert works[0]["links"] == [URL]
    assert works[0]["link_previews"] == [{"url": URL, "title": "Night trains, live", "site": "Video", "preview": key}]


async def with_link(
    gallery: Gallery, *, picture: bool = True, title: str = "Night trains, live"
) -> tuple[Exhibition, str]:
    shown = await exhibition.hang(gallery.db, gallery.store, [Piece("Live", "Ann", medium="link", links=[URL])])
    key = (await gallery.store.put(exhibition._one(b"RIFF\0\0\0\0WEBP"), limit=100)).sha256
    await looked(gallery.db, shown.works[0], title=title, site="Video", preview=key if picture else None)
    return shown, key


async def test_a_link_shows_its_title_site_and_picture(gallery: Gallery, show: ShowView) -> None:
    shown, key = await with_link(gallery)
    page = await gallery.text(f"/works/{shown.works[0]}")
    assert f'<a href="{URL}" rel="nofollow ugc noopener" class="told"><span>Night trains, live ↗' in page
    assert page.count(f'<img src="/media/{key}"') == 1
    assert '<span class="small dim">Video</span>' in page
    listed = await gallery.text(f"/episodes/{shown.episode}")
    assert f'<img src="/media/{key}" alt=""' in listed
    assert "Night trains, live ↗" in listed


async def test_beside_a_note_a_link_is_small(gallery: Gallery, show: ShowView) -> None:
    shown, key = await with_link(gallery)
    await exhibition.set_work(gallery.db, shown.works[0], note="Listen to the second half.")
    page = await gallery.text(f"/works/{shown.works[0]}")
    assert f'<a href="{URL}" rel="nofollow ugc noopener" class="looked"><img src="/media/{key}"' in page


async def test_a_link_that_is_not_known_is_still_a_link(gallery: Gallery, show: ShowView) -> None:
    shown = await exhibition.hang(gallery.db, gallery.store, [Piece("Live", "Ann", medium="link", links=[URL])])
    page = await gallery.text(f"/works/{shown.works[0]}")
    assert f'<a href="{URL}" rel="nofollow ugc noopener"><span>video.example ↗' in page


async def test_the_words_of_other_sites_stay_words(gallery: Gallery, show: ShowView) -> None:
    shown, _ = await with_link(gallery, title=ODD)
    assert ODD not in await gallery.text(f"/works/{shown.works[0]}")


async def test_a_links_picture_is_given_out_while_its_work_is_in(gallery: Gallery, show: ShowView) -> None:
    shown, key = await with_link(gallery)
    async with gallery.client.get(f"/media/{key}") as response:
        assert (response.status, response.content_type) == (200, "image/webp")
        await response.read()
    await exhibition.set_work(gallery.db, shown.works[0], state=WorkState.WITHDRAWN)
    async with gallery.client.get(f"/media/{key}") as response:
        assert response.status == 404


async def test_a_sound_shows_its_waveform_and_length(gallery: Gallery, show: ShowView) -> None:
    shown = await exhibition.hang(
        gallery.db,
        gallery.store,
        [Piece("Tune", "Ann", medium="sound", files=[("tune.wav", "audio/wav", b"RIFF" * 9)])],
    )
    assert 'class="wave"' not in await gallery.text(f"/works/{shown.works[0]}")
    await heard(gallery.db, shown.works[0], 187_000, [0, 50, 100])
    page = await gallery.text(f"/works/{shown.works[0]}")
    assert '<svg class="wave" viewBox="0 0 11 48"' in page
    assert '<path d="M0 23h3v2h-3zM4 12h3v24h-3zM8 1h3v46h-3z"/>' in page
    assert "3:07 · 36 bytes" in page
    assert 'class="wave"' in await gallery.text(f"/episodes/{shown.episode}")


def test_lengths() -> None:
    said = [words.playing(milliseconds) for milliseconds in (0, 400, 60_900, 187_000, 3_600_000, 5_025_000)]
    assert said == ["0:01", "0:01", "1:00", "3:07", "1:00:00", "1:23:45"]
