"""The JSON API: what it says, that docs/api.md describes all of it, and that the digests can be recomputed."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from db.models import WorkFile, WorkState
from domain.episode import Phase
from services.payouts.views import RoundView
from services.shows import ShowView
from services.store import Transaction, writes
from tests.web import exhibition
from tests.web.conftest import Gallery
from tests.web.exhibition import Exhibition, Piece

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


def four() -> list[Piece]:
    """A picture, its remix, a work with a co-artist and a link, and one made of something outside."""
    picture = exhibition.pieces(1)[0].files
    return [
        Piece("Dawn", "Ann", files=picture),
        Piece("Dusk", "Bo", made_from=[0], thanks="Lovely light"),
        Piece("Noon", "Cleo", medium="link", links=["https://video.example/1"], with_artists=["Bo"]),
        Piece("Echo", "Dee", made_from=[1], outside=("An old song", "https://archive.example/1")),
    ]


async def all_the_way(gallery: Gallery) -> tuple[Exhibition, RoundView]:
    """An episode that is over: counted, changed, released, shared, objected to, final."""
    shown = await exhibition.hang(gallery.db, gallery.store, four(), phase=Phase.VOTING)
    await exhibition.vote(gallery.db, shown, 12)
    await exhibition.count(gallery.db, shown)
    await exhibition.change_cut(gallery.db, "#1", "It moved to the next episode.", take_out=True)
    await exhibition.release(gallery.db, shown)
    view = await exhibition.propose(gallery.db, shown)
    await exhibition.object_to(gallery.db, view, name="Ann", text="I made more of it.")
    return shown, await exhibition.finish(gallery.db, view)


@writes
async def heard(tx: Transaction) -> None:
    """Every file is a sound that was listened to."""
    await tx.execute(update(WorkFile).values(duration_ms=1500, peaks=[0, 100]))


def members(value: Any, at: str = "") -> set[str]:
    """Every path to a value, with [] for lists; empty lists and null count as they stand."""
    if isinstance(value, dict):
        return set().union(*(members(inner, f"{at}.{name}" if at else name) for name, inner in value.items()))
    if isinstance(value, list):
        return set().union(*(members(inner, f"{at}[]") for inner in value))
    return {at}


def documented() -> dict[str, set[str]]:
    """The members that docs/api.md lists, by address."""
    sections = re.split(r"^## GET (/api/\S+)$", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        path: set(re.findall(r"^\| `([^`]+)` \|", text, flags=re.MULTILINE))
        for path, text in zip(sections[::2], sections[1::2], strict=True)
    }


def pattern(path: str) -> re.Pattern[str]:
    """What a documented path stands for: {work} is any name."""
    return re.compile(re.sub(r"\\{\w+\\}", "[^.\\\\[]+", re.escape(path)))


async def test_the_document_lists_every_member_and_no_other(gallery: Gallery, show: ShowView) -> None:
    shown, round_ = await all_the_way(gallery)
    await heard(gallery.db)
    listed = documented()
    assert len(listed) == 5
    for address, paths in listed.items():
        number = round_.id if "rounds" in address else shown.episode
        there = members(await gallery.json(address.replace("{id}", str(number))))
        patterns = [pattern(path) for path in paths]
        missing = [path for path in paths if not any(pattern(path).fullmatch(one) for one in there)]
        assert not [path for path in missing if not may_be_empty(path)], address
        assert not [one for one in there if not any(each.fullmatch(one) for each in patterns)], address


def may_be_empty(path: str) -> bool:
    """Lists that only a vote with ties or criteria, or one that was counted anew, fills."""
    return path in {"ties[][]", "drawn[]"} or path.startswith(("result.recounts[]", "struck[]", "deal.criteria[]"))


async def test_before_the_count_nothing_of_the_marks_is_told(gallery: Gallery, show: ShowView) -> None:
    shown = await exhibition.hang(gallery.db, gallery.store, four(), phase=Phase.VOTING)
    await exhibition.vote(gallery.db, shown, 5)
    found = await gallery.json(f"/api/v1/episodes/{shown.episode}")
    assert found["result"] is None
    assert found["counts"]["ballots"] == 5
    assert found["counts"]["in_cut"] == 0
    assert found["outcomes"] == {}
    refused = await gallery.json(f"/api/v1/episodes/{shown.episode}/ballots", 404)
    assert "not been counted" in refused["error"]


async def test_the_statement_has_the_digest_that_was_announced(gallery: Gallery, show: ShowView) -> None:
    _, round_ = await all_the_way(gallery)
    async with gallery.client.get(f"/api/v1/rounds/{round_.id}/statement") as response:
        body = await response.read()
        assert response.headers["X-Statement-SHA256"] == round_.digest
    assert sha256(body).hexdigest() == round_.digest
    assert round_.digest in await gallery.text(f"/episodes/{round_.episode_id}/payout")


async def test_the_ballots_have_the_digest_of_the_result(gallery: Gallery, show: ShowView) -> None:
    shown, _ = await all_the_way(gallery)
    async with gallery.client.get(f"/api/v1/episodes/{shown.episode}/ballots") as response:
        body = await response.read()
    episode = await gallery.json(f"/api/v1/episodes/{shown.episode}")
    assert sha256(body).hexdigest() == episode["result"]["digest"]
    async with gallery.client.get(f"/episodes/{shown.episode}/ballots.json") as response:
        assert await response.read() == body
    assert not any(exhibition.receipt(number).encode() in body for number in range(12))


async def test_amounts_sum_to_the_pool(gallery: Gallery, show: ShowView) -> None:
    shown, _ = await all_the_way(gallery)
    [round_] = (await gallery.json(f"/api/v1/episodes/{shown.episode}"))["rounds"]
    assert sum(share["amount"] for share in round_["allocations"]) == round_["pool"] == 5_000_000


async def test_a_withdrawn_work_keeps_its_files_to_itself(gallery: Gallery, show: ShowView) -> None:
    shown = await exhibition.hang(gallery.db, gallery.store, four())
    await exhibition.set_work(gallery.db, shown.works[0], state=WorkState.WITHDRAWN)
    await exhibition.set_work(gallery.db, shown.works[2], state=WorkState.DISQUALIFIED)
    works = (await gallery.json(f"/api/v1/episodes/{shown.episode}/works"))["works"]
    assert [(work["state"], work["files"], work["links"]) for work in works if work["state"] != "in"] == [
        ("withdrawn", [], []),
        ("disqualified", [], []),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/episodes/9",
        "/api/v1/episodes/x",
        "/api/v1/episodes/99999999999999999999",
        "/api/v1/rounds/9/statement",
        "/api/v1/no",
    ],
)
async def test_what_is_not_there_is_a_sentence_in_json(gallery: Gallery, path: str) -> None:
    assert (await gallery.json(path, 404))["error"].endswith(".")


async def test_an_empty_house_has_no_shows(gallery: Gallery) -> None:
    assert await gallery.json("/api/v1/shows") == {"shows": []}


async def test_a_sound_tells_its_length_and_waveform(gallery: Gallery, show: ShowView) -> None:
    shown = await exhibition.hang(gallery.db, gallery.store, four())
    await heard(gallery.db)
    works = (await gallery.json(f"/api/v1/episodes/{shown.episode}/works"))["works"]
    [file] = [file for work in works for file in work["files"]]
    assert (file["duration_ms"], file["peaks"]) == (1500, [0, 100])
