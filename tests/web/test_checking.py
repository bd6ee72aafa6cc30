"""A receipt typed into the page: found or not, and kept nowhere."""

import pytest
from structlog.testing import capture_logs

from domain.episode import Phase
from services import recounts
from services.shows import ShowView
from tests.support.studio import PRODUCER, after
from tests.web import exhibition
from tests.web.conftest import Gallery

REASON = "Made in one evening <b>with</b> others"


async def counted(gallery: Gallery, *, over: bool = True) -> int:
    """An episode of three works and twelve ballots."""
    shown = await exhibition.hang(gallery.db, gallery.store, exhibition.pieces(3), phase=Phase.VOTING)
    await exhibition.vote(gallery.db, shown, 12)
    if over:
        await exhibition.count(gallery.db, shown)
    return shown.episode


async def look(gallery: Gallery, episode: int, receipt: str, status: int = 200) -> str:
    async with gallery.client.post(f"/episodes/{episode}/receipt", data={"receipt": receipt}) as response:
        assert response.status == status
        assert response.headers["Cache-Control"] == "no-store"
        return await response.text()


async def test_a_receipt_finds_its_ballot_on_the_page(gallery: Gallery, show: ShowView) -> None:
    episode = await counted(gallery)
    page = await gallery.text(f"/episodes/{episode}")
    assert f'<form class="receipt" method="post" action="/episodes/{episode}/receipt">' in page
    with capture_logs() as logs:
        found = await look(gallery, episode, exhibition.receipt(3).lower())
    assert "Yes, it is." in found
    assert exhibition.receipt(3) not in found.upper().replace(" ", "")
    assert "<script" not in found
    assert not [line for line in logs if exhibition.receipt(3).lower() in repr(line).lower()]
    assert "No ballot has this receipt" in await look(gallery, episode, exhibition.receipt(99))
    empty = await gallery.text(f"/episodes/{episode}/receipt")
    assert "Yes, it is." not in empty


@pytest.mark.parametrize("typed", ["", "hello", "<script>", "x" * 900, "ÄÖÜ-" * 5])
async def test_what_is_no_receipt_is_refused_kindly(gallery: Gallery, show: ShowView, typed: str) -> None:
    episode = await counted(gallery)
    page = await look(gallery, episode, typed, 400)
    assert 'role="alert"' in page
    assert "receipt" in page
    assert "<script>" not in page


async def test_what_is_too_long_is_not_read(gallery: Gallery, show: ShowView) -> None:
    episode = await counted(gallery)
    assert "too long" in await look(gallery, episode, "x" * 5000, 400)


async def test_before_the_count_there_is_nothing_to_find(gallery: Gallery, show: ShowView) -> None:
    episode = await counted(gallery, over=False)
    assert "not been counted" in await look(gallery, episode, exhibition.receipt(3), 400)
    async with gallery.client.post("/episodes/999/receipt", data={"receipt": exhibition.receipt(3)}) as response:
        assert response.status == 404


async def test_a_recount_stands_on_the_page_with_what_was_before(gallery: Gallery, show: ShowView) -> None:
    episode = await counted(gallery)
    before = await gallery.json(f"/episodes/{episode}/ballots.json")
    struck = before["commitments"][0]["id"]
    await recounts.strike(
        gallery.db, PRODUCER, show=None, channel_id=None, ballots=struck, reason=REASON, now=after(hours=1)
    )
    page = await gallery.text(f"/episodes/{episode}")
    assert "1 ballot was struck" in page
    assert "&lt;b&gt;with&lt;/b&gt;" in page
    assert before["root"] in page
    assert await gallery.json(f"/episodes/{episode}/ballots.json?before=1") == before
    now = await gallery.json(f"/episodes/{episode}/ballots.json")
    assert now["struck"] == [{"id": struck, "reason": REASON}]
    assert now["root"] in page
    for wrong in ("0", "2", "-1", "x", "9" * 30):
        async with gallery.client.get(f"/episodes/{episode}/ballots.json?before={wrong}") as response:
            assert response.status == 404
