"""How far each channel has been read: forward only, and only where nothing can have been missed."""

import pytest

from services.shows import ShowView
from services.store import Database
from services.works import cursors
from services.works.collect import Took
from services.works.cursors import Whole
from tests.support.studio import NOW, WORKS_CHANNEL, actor, after
from tests.support.works import SITE, opened, posting

MIA = actor("Mia")
EVERYWHERE = Whole(frozenset({WORKS_CHANNEL}))


async def take(db: Database, *postings, whole: Whole) -> list[Took]:
    found = await cursors.take_in(db, postings, whole=whole, site_url=SITE, now=NOW)
    return [one.took for one in found]


async def test_the_cursor_moves_only_where_the_history_is_whole(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    first, talk, elsewhere = posting(MIA), posting(MIA, "hello", attachments=()), posting(MIA, channel_id=5)
    assert await take(studio_db, first, talk, elsewhere, whole=Whole()) == [Took.COLLECTED, *[Took.IGNORED] * 2]
    assert await cursors.read_until(studio_db, [WORKS_CHANNEL, 5]) == {}
    assert await take(studio_db, talk, first, elsewhere, whole=EVERYWHERE) == [Took.IGNORED, Took.KNOWN, Took.IGNORED]
    assert await cursors.read_until(studio_db, [WORKS_CHANNEL, 5]) == {WORKS_CHANNEL: talk.message_id}
    await take(studio_db, first, whole=EVERYWHERE)
    assert await cursors.read_until(studio_db, [WORKS_CHANNEL]) == {WORKS_CHANNEL: talk.message_id}


async def test_threads_have_cursors_of_their_own(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    under = posting(MIA, channel_id=77, parent_id=WORKS_CHANNEL)
    await take(studio_db, under, whole=EVERYWHERE)
    assert await cursors.read_until(studio_db, [WORKS_CHANNEL, 77]) == {77: under.message_id}


@pytest.mark.parametrize(("since", "moves"), [(NOW, True), (after(seconds=1), False)])
async def test_a_show_made_in_this_session_is_whole(studio_db: Database, show: ShowView, since, *, moves: bool) -> None:
    await opened(studio_db)
    await take(studio_db, posting(MIA), whole=Whole(since=since))
    assert bool(await cursors.read_until(studio_db, [WORKS_CHANNEL])) is moves


async def test_where_reading_begins(studio_db: Database, show: ShowView) -> None:
    (place,) = await cursors.places(studio_db, now=after(days=1))
    assert (place.channel_id, place.since) == (WORKS_CHANNEL, cursors.id_at(after(days=1)))
    await opened(studio_db)
    (place,) = await cursors.places(studio_db, now=after(days=1))
    assert place.since == cursors.id_at(NOW)
    await cursors.advance(studio_db, show.id, WORKS_CHANNEL, 9)
    await cursors.advance(studio_db, show.id, WORKS_CHANNEL, 7)
    assert await cursors.read_until(studio_db, [WORKS_CHANNEL]) == {WORKS_CHANNEL: 9}
