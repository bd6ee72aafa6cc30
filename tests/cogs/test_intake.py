"""The queue that messages go through: order, one bad message among good ones, and what moves the cursor."""

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from cogs.runtime import Runtime
from cogs.works import intake as module
from cogs.works.intake import Deleted, Edited, Intake
from services.kinds import WorkState
from services.media import open_store
from services.store import Database
from services.works import cursors, read
from tests.support.studio import NOW, WORKS_CHANNEL, actor, make_show
from tests.support.works import Opened, opened, posting

MIA = actor("Mia")


@pytest.fixture
async def episode(db: Database) -> Opened:
    await make_show(db)
    return await opened(db)


@pytest.fixture
async def intake(db: Database, episode: Opened, tmp_path: Path) -> AsyncIterator[Intake]:
    runtime = Runtime(
        db=db, media=open_store(str(tmp_path / "media")), clock=lambda: NOW, rng=Random(1), wake=lambda: None,
        site_url="", message_content=True, max_file_bytes=1,
    )  # fmt: skip
    found = Intake(runtime)
    found.start()
    yield found
    await found.stop()


async def cursor(db: Database) -> int | None:
    return (await cursors.read_until(db, [WORKS_CHANNEL])).get(WORKS_CHANNEL)


async def titles(db: Database, episode: Opened) -> list[str]:
    async with db.reading() as tx:
        return [work.title for work in await read.views(tx, episode.id)]


async def test_arrivals_are_taken_in_order(intake: Intake, db: Database, episode: Opened) -> None:
    from dataclasses import replace

    messages = [posting(MIA, f"Part {n}") for n in range(120)]
    for message in messages:
        intake.arrived(message)
    intake.arrived(Edited(replace(messages[3], text="Changed")))
    intake.arrived(Deleted((messages[5].message_id,)))
    intake.arrived(posting(MIA, "Last"))
    await intake.idle()
    expected = [f"Part {n}" for n in range(120) if n != 5] + ["Last"]
    expected[3] = "Changed"
    assert await titles(db, episode) == expected
    async with db.reading() as tx:
        assert len(await read.views(tx, episode.id, states=(WorkState.WITHDRAWN,))) == 1


async def test_the_cursor_waits_for_the_look_back_and_for_the_connection(intake: Intake, db: Database) -> None:
    async def live() -> int:
        message = posting(MIA)
        intake.arrived(message)
        await intake.idle()
        return message.message_id

    # The show is as old as the clock here, so a session that begins now would cover it: look at the channel alone.
    session = intake.session_began()
    intake._since = None
    await live()
    assert await cursor(db) is None
    intake.caught_up(session - 1, WORKS_CHANNEL)
    await live()
    assert await cursor(db) is None
    intake.caught_up(session, WORKS_CHANNEL)
    seen = await live()
    assert await cursor(db) == seen
    intake.disconnected()
    await live()
    assert await cursor(db) == seen
    intake.resumed()
    assert await live() == await cursor(db)
    intake.session_began()
    intake._since = None
    before = await cursor(db)
    await live()
    assert await cursor(db) == before


async def test_one_bad_message_takes_no_other_along_and_stops_the_cursor(
    intake: Intake, db: Database, episode: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad, later = (posting(MIA, title) for title in ("Good", "Bad", "Later"))
    real = cursors.take_in

    async def failing(db, postings, **more):
        if any(one.message_id == bad.message_id for one in postings):
            raise RuntimeError("a bug")
        return await real(db, postings, **more)

    monkeypatch.setattr(module.cursors, "take_in", failing)
    intake.caught_up(intake.session_began(), WORKS_CHANNEL)
    for message in (good, bad, later):
        intake.arrived(message)
    await intake.idle()
    assert await titles(db, episode) == ["Good", "Later"]
    assert await cursor(db) == good.message_id
    assert not await intake.take_history([bad])
    monkeypatch.undo()
    assert await intake.take_history([bad, later])
    assert await titles(db, episode) == ["Good", "Later", "Bad"]
