"""Files that look alike: the poster is asked once, nobody else learns of it, and an index finds them."""

import asyncio
from random import Random

import pytest
from sqlalchemy import insert, select, text

from db.models import Likeness, OutboxRow, PictureHash, WorkEvent, WorkFile
from domain.errors import UserError
from domain.licences import Licence
from services.access import Actor
from services.kinds import FileState, LikenessState
from services.shows import ShowView
from services.store import Database, Transaction, writes
from services.works import credits, edit, files, lookalikes, read, sources
from tests.support.studio import NOW, actor, make_show
from tests.support.works import SITE, opened, work_id

MIA, LEO, ZOE = actor("Mia"), actor("Leo"), actor("Zoe")
DAWN = 0x9A3C_51E7_0F2B_C6D4


def flipped(bits: int, *places: int) -> int:
    for place in places:
        bits ^= 1 << place
    return bits


@pytest.fixture
def studio_db(db: Database) -> Database:
    """SQLite alone but for what happens at once, and what an index finds."""
    return db


@pytest.fixture
async def taking(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)


async def kept(db: Database, work: int, dhash: int | None = None, *, sha: str | None = None, size: int = 1000) -> None:
    """The bytes of a work's file are there."""
    async with db.reading() as tx:
        file = (await tx.scalars(select(WorkFile.id).where(WorkFile.work_id == work))).one()
    await files.kept(
        db, file, sha256=sha or f"{work:064x}", size=size, content_type="image/png", preview=None, dhash=dhash, now=NOW
    )


async def posted(db: Database, who: Actor, text: str, dhash: int | None = None, **more: object) -> int:
    work = await work_id(db, who, text)
    await kept(db, work, dhash, **more)  # type: ignore[arg-type]  # by name
    return work


async def asked(db: Database) -> list[tuple[int, int, int | None]]:
    async with db.reading() as tx:
        rows = await tx.scalars(select(Likeness).order_by(Likeness.id))
        return [(row.work_id, row.source_work_id, row.distance) for row in rows]


async def test_the_poster_alone_is_asked_and_yes_credits_it(studio_db: Database, taking: None) -> None:
    dawn = await posted(studio_db, MIA, "Dawn", DAWN)
    dusk = await posted(studio_db, LEO, "Dusk", flipped(DAWN, 1, 20, 33))
    await kept(studio_db, dusk, DAWN)
    assert await asked(studio_db) == [(dusk, dawn, 3)]
    async with studio_db.reading() as tx:
        rows = list(await tx.scalars(select(OutboxRow).where(OutboxRow.kind == "work_likeness")))
        assert [row.user_id for row in rows] == [LEO.user_id]
        assert "likeness" not in set(await tx.scalars(select(WorkEvent.kind)))
    question = await lookalikes.view(studio_db, 1)
    assert question is not None
    assert (question.source.artist, question.poster.name, question.exact) == ("Mia", "Leo", False)
    with pytest.raises(UserError, match="This is for Leo"):
        await lookalikes.answer(studio_db, MIA.user_id, 1, credit=True, now=NOW)
    for credit in (True, False):
        done = await lookalikes.answer(studio_db, LEO.user_id, 1, credit=credit, now=NOW)
        assert done.state is LikenessState.CREDITED, "the first answer stays"
    assert [edge.work and edge.work.number for edge in (await read.view(studio_db, dusk)).sources] == [1]
    assert await lookalikes.view(studio_db, 1) is None


async def test_no_is_remembered_and_says_nothing(studio_db: Database, taking: None) -> None:
    await posted(studio_db, MIA, "Dawn", DAWN)
    dusk = await posted(studio_db, LEO, "Dusk", DAWN)
    done = await lookalikes.answer(studio_db, LEO.user_id, 1, credit=False, now=NOW)
    assert done.state is LikenessState.DENIED
    assert (await read.view(studio_db, dusk)).sources == ()
    assert await lookalikes.view(studio_db, 1) is None


async def test_the_same_file_is_found_whatever_it_is(studio_db: Database, taking: None) -> None:
    dawn = await posted(studio_db, MIA, "Dawn", sha="a" * 64)
    await posted(studio_db, ZOE, "Again", sha="a" * 64)
    dusk = await posted(studio_db, LEO, "Dusk", sha="a" * 64)
    assert (dusk, dawn, None) in await asked(studio_db), "the first of them is asked about"
    await posted(studio_db, MIA, "Tiny", sha="b" * 64, size=20)
    await posted(studio_db, LEO, "Tiny too", sha="b" * 64, size=20)
    assert len(await asked(studio_db)) == 2


@pytest.mark.parametrize(
    "case", ["own", "source", "reply", "credited", "taken off", "withdrawn", "far", "earlier", "nothing to see"]
)
async def test_who_is_not_asked(studio_db: Database, taking: None, case: str) -> None:
    plain = case == "nothing to see"
    dawn = await posted(studio_db, MIA, "Dawn", None if plain else DAWN)
    if case == "withdrawn":
        await edit.withdraw(studio_db, MIA, dawn, at=NOW, now=NOW)
    if case == "credited":
        await credits.offer(studio_db, MIA, dawn, user_id=LEO.user_id, name="Leo", role="", share_bp=3000, now=NOW)
        await credits.answer(studio_db, LEO.user_id, dawn, confirm=True, now=NOW)
    if case == "reply":
        await work_id(studio_db, ZOE, "Day from #1")
    words = {"source": "Dusk from #1", "taken off": "Dusk from #1", "reply": "Dusk from #2"}.get(case, "Dusk")
    dusk = await work_id(studio_db, MIA if case == "own" else LEO, words)
    if case == "taken off":
        edge = (await read.view(studio_db, dusk)).sources[0].id
        await sources.remove(studio_db, LEO, dusk, edge, now=NOW)
    if case == "earlier":
        await kept(studio_db, await work_id(studio_db, ZOE, "Night"), flipped(DAWN, *range(32)))
    look = (
        flipped(DAWN, *range(0, 64, 8)) if case == "far" else flipped(DAWN, *range(32)) if case == "earlier" else DAWN
    )
    await kept(studio_db, dusk, None if plain else look)
    assert await asked(studio_db) == []


async def test_a_source_that_cannot_be_one_leaves_the_question_open(studio_db: Database, taking: None) -> None:
    dawn = await posted(studio_db, MIA, "Dawn", DAWN)
    await posted(studio_db, LEO, "Dusk", DAWN)
    await edit.edit(studio_db, MIA, dawn, edit.Change(licence=Licence.CC_BY_ND), at=NOW, now=NOW)
    with pytest.raises(UserError, match="does not allow remixes"):
        await lookalikes.answer(studio_db, LEO.user_id, 1, credit=True, now=NOW)
    assert await lookalikes.view(studio_db, 1) is not None
    await edit.withdraw(studio_db, MIA, dawn, at=NOW, now=NOW)
    assert await lookalikes.view(studio_db, 1) is None, "there is nothing left to credit"


async def test_crediting_it_by_hand_answers_the_question(studio_db: Database, taking: None) -> None:
    await posted(studio_db, MIA, "Dawn", DAWN)
    dusk = await posted(studio_db, LEO, "Dusk", DAWN)
    async with studio_db.reading() as tx:
        assert len(await lookalikes.waiting(tx, dusk)) == 1
    await sources.add(studio_db, LEO, dusk, text="#1", site_url=SITE, now=NOW)
    async with studio_db.reading() as tx:
        assert await lookalikes.waiting(tx, dusk) == ()


async def test_yes_twice_at_once_credits_once(database: Database) -> None:
    await make_show(database)
    await opened(database)
    await posted(database, MIA, "Dawn", DAWN)
    dusk = await posted(database, LEO, "Dusk", DAWN)
    await asyncio.gather(
        *(lookalikes.answer(database, LEO.user_id, 1, credit=bool(turn % 3), now=NOW) for turn in range(6))
    )
    assert len((await read.view(database, dusk)).sources) <= 1
    async with database.reading() as tx:
        told = list(await tx.scalars(select(WorkEvent.kind).where(WorkEvent.work_id == dusk)))
    assert told.count("source_added") <= 1


async def test_the_nearest_is_found_by_the_index(database: Database) -> None:
    """Of 3,000 pictures the few that share a band are read, and the nearest of them is the one asked about."""
    await make_show(database)
    await opened(database)
    dawn = await posted(database, MIA, "Dawn", DAWN)
    await posted(database, ZOE, "Further", flipped(DAWN, 2, 3, 4, 20, 40))
    await _many(database, dawn)
    dusk = await posted(database, LEO, "Dusk", flipped(DAWN, 2, 3))
    assert (dusk, dawn, 2) in await asked(database)
    async with database.reading() as tx:
        assert len(list(await tx.scalars(select(PictureHash.file_id)))) == 3003
        if database.sqlite:
            query = str(lookalikes.candidates(1, DAWN).compile(compile_kwargs={"literal_binds": True}))
            plan = await tx.execute(text(f"EXPLAIN QUERY PLAN {query}"))
            said = " ".join(str(row[3]) for row in plan)
            assert "SCAN" not in said, said
            assert said.count("(show_id=? AND band_") == 4, said


@writes
async def _many(tx: Transaction, work: int) -> None:
    """3,000 other pictures."""
    rng = Random(5)
    ids = range(10_000, 13_000)
    common = {
        "work_id": work, "name": "x", "content_type": "image/png", "size": 1, "url": "x", "state": FileState.FAILED,
        "attempts": 0, "next_try_at": NOW, "error": "",
    }  # fmt: skip
    await tx.execute(insert(WorkFile), [{"id": n, "position": n, **common} for n in ids])
    bands = [{f"band_{band}": rng.randrange(1, 65_535) for band in range(4)} for _ in ids]
    rows = [{"file_id": n, "work_id": work, "show_id": 1, "dhash": n, **bands[n - 10_000]} for n in ids]
    await tx.execute(insert(PictureHash), rows)
