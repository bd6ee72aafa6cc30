"""What the gallery reads, on both databases."""

from pathlib import Path

import pytest

from db.models import WorkState
from domain.episode import Phase
from domain.errors import UserError
from services import gallery
from services.media import open_store
from services.shows import ShowView
from services.store import Database
from tests.web import exhibition
from tests.web.exhibition import Exhibition, Piece


@pytest.fixture
async def shown(studio_db: Database, show: ShowView, tmp_path: Path) -> Exhibition:
    """Seven works in the vote; the first three are pictures."""
    store = open_store(str(tmp_path / "media"))
    found = await exhibition.hang(studio_db, store, exhibition.pieces(7), phase=Phase.VOTING)
    await store.close()
    return found


async def test_the_current_episode_stands_for_its_show(studio_db: Database, show: ShowView, shown: Exhibition) -> None:
    home = await gallery.home(studio_db)
    [card] = home.shows
    assert (card.episodes, card.works) == (1, 7)
    assert card.current is not None
    assert card.current.id == shown.episode
    assert len(home.pictures[shown.episode]) == 4


async def test_pictures_of_the_cut_come_first(studio_db: Database, show: ShowView, shown: Exhibition) -> None:
    before = (await gallery.home(studio_db)).pictures[shown.episode]
    await exhibition.vote(studio_db, shown, 9)
    await exhibition.count(studio_db, shown)
    chosen = {line.work.id for line in (await gallery.episode_page(studio_db, episode_id=shown.episode)).cut.chosen}
    if shown.works[0] in chosen:
        await exhibition.change_cut(studio_db, "#1", "Not this time.", take_out=True)
    after = (await gallery.show_page(studio_db, slug=show.slug)).pictures[shown.episode]
    assert before[0] not in after[:3]


async def test_a_page_of_works_and_everybody_in_the_lineage(
    studio_db: Database, show: ShowView, shown: Exhibition
) -> None:
    front = await gallery.episode_front(studio_db, episode_id=shown.episode)
    assert [work.id for work in front.whole.works] == shown.works
    assert front.lineage.here == set(shown.works)
    assert {work for edge in front.lineage.edges for work in edge} == front.lineage.works.keys()
    with pytest.raises(UserError, match="1 page of works"):
        await gallery.episode_front(studio_db, episode_id=shown.episode, page=2)


async def test_a_withdrawn_work_leaves_everything_but_its_name(
    studio_db: Database, show: ShowView, shown: Exhibition
) -> None:
    await exhibition.set_work(studio_db, shown.works[0], state=WorkState.WITHDRAWN)
    front = await gallery.episode_front(studio_db, episode_id=shown.episode)
    assert [work.id for work in front.left] == [shown.works[0]]
    assert shown.works[0] not in front.lineage.here
    assert (await gallery.home(studio_db)).shows[0].works == 6


async def test_every_line_of_a_round(studio_db: Database, show: ShowView, shown: Exhibition) -> None:
    await exhibition.vote(studio_db, shown, 9)
    await exhibition.count(studio_db, shown)
    await exhibition.release(studio_db, shown)
    await exhibition.propose(studio_db, shown)
    [page] = (await gallery.payout_page(studio_db, episode_id=shown.episode)).rounds
    for share in page.round.allocations:
        assert sum(line.amount.amount for line in page.lines[share.artist.id]) == share.amount.amount
    assert sum(share.amount.amount for share in page.round.allocations) == page.round.pool.amount


async def test_a_works_neighbours_and_its_place(studio_db: Database, show: ShowView, shown: Exhibition) -> None:
    first, second, third = shown.works[:3]
    page = await gallery.work_page(studio_db, work_id=second)
    assert (page.before, page.after, page.result, page.cut) == (first, third, None, None)
    await exhibition.vote(studio_db, shown, 9)
    await exhibition.count(studio_db, shown)
    page = await gallery.work_page(studio_db, work_id=second)
    assert page.result is not None
    assert page.result.work.id == second


async def test_every_show_has_its_own_episodes(studio_db: Database, show: ShowView, shown: Exhibition) -> None:
    [page] = await gallery.all_shows(studio_db)
    assert [episode.id for episode in page.episodes] == [shown.episode]
    assert await gallery.alive(studio_db) == 1


async def test_a_kept_file_has_its_type_and_a_stranger_none(
    studio_db: Database, show: ShowView, tmp_path: Path
) -> None:
    store = open_store(str(tmp_path / "media"))
    tune = Piece("Tune", "Ann", medium="sound", files=[("a.wav", "audio/wav", b"RIFF")])
    hung = await exhibition.hang(studio_db, store, [tune])
    await store.close()
    assert await gallery.media_type(studio_db, sha256=hung.keys["a.wav"]) == "audio/wav"
    assert await gallery.media_type(studio_db, sha256="0" * 64) is None
