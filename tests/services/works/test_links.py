"""Links on their way to a title: which wait, in what order, and that nothing is said twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from db.models import LinkState, Work, WorkFile, WorkLink, WorkState
from services.shows import ShowView
from services.store import Database
from services.works import files, links, read
from services.works.collect import collect
from services.works.files import SoundFacts
from tests.support.studio import NOW
from tests.support.works import SITE, opened, posting, work_id


async def collected(db: Database, *urls: str) -> int:
    got = await collect(db, posting(text="Dawn\n" + "\n".join(urls), attachments=()), site_url=SITE, now=NOW)
    assert got.work_id is not None
    return got.work_id


async def urls(db: Database, *, later: timedelta = timedelta(), **how: object) -> list[str]:
    found = await links.waiting(db, now=NOW + later, limit=10, **how)
    return [link.url for link in found.links]


@pytest.fixture
async def db(studio_db: Database, show: ShowView) -> Database:
    await opened(studio_db)
    return studio_db


async def test_what_was_tried_waits_behind_what_was_not(db: Database) -> None:
    await collected(db, "https://a.example/", "https://b.example/")
    (first, _) = (await links.waiting(db, now=NOW, limit=10)).links
    await links.postponed(db, first.id, error="away", at=NOW + timedelta(minutes=5))
    await collected(db, "https://c.example/")
    found = await links.waiting(db, now=NOW, limit=10)
    assert [link.url for link in found.links] == ["https://b.example/", "https://c.example/"]
    assert found.next_at == NOW + timedelta(minutes=5)
    all_of_them = await urls(db, later=timedelta(minutes=5))
    assert all_of_them == ["https://b.example/", "https://c.example/", "https://a.example/"]
    assert await urls(db, later=timedelta(minutes=5), without=(first.id,)) == all_of_them[:2]
    assert (await links.waiting(db, now=NOW, limit=1)).links[0].url == "https://b.example/"


async def test_a_work_that_is_out_does_not_wait(db: Database) -> None:
    work = await collected(db, "https://a.example/")
    await db.write(lambda tx: tx.execute(update(Work).where(Work.id == work).values(state=WorkState.WITHDRAWN)))
    found = await links.waiting(db, now=NOW, limit=10)
    assert (found.links, found.next_at) == ((), None)


async def test_what_is_known_is_shown_and_stays(db: Database) -> None:
    work = await collected(db, "https://a.example/", "https://b.example/")
    first, second = (await links.waiting(db, now=NOW, limit=10)).links
    await links.known(db, first.id, title="Dawn", site="A", preview="f" * 64, now=NOW)
    await links.failed(db, second.id, error="It is 404")
    for late in (first, second):
        await links.known(db, late.id, title="Other", site="", preview=None, now=NOW)
        await links.postponed(db, late.id, error="x", at=NOW)
        await links.failed(db, late.id, error="x")
    assert await urls(db, later=timedelta(days=1)) == []
    async with db.reading() as tx:
        rows = list(await tx.execute(select(WorkLink.state, WorkLink.title, WorkLink.error).order_by(WorkLink.id)))
    assert rows == [(LinkState.KNOWN, "Dawn", ""), (LinkState.FAILED, "", "It is 404")]
    seen = (await read.view(db, work)).link_previews
    assert [(link.url, link.title, link.site, link.preview) for link in seen] == [
        ("https://a.example/", "Dawn", "A", "f" * 64), ("https://b.example/", "", "", None),
    ]  # fmt: skip
    await links.known(db, 10**9, title="", site="", preview=None, now=NOW)


async def test_a_sounds_facts_are_kept_with_it(db: Database) -> None:
    work = await work_id(db)
    (file,) = (await files.waiting(db, now=NOW, limit=10)).files
    async with db.reading() as tx:
        assert await tx.scalar(select(WorkFile.id).where(WorkFile.peaks.is_(None))) == file.id
    await files.kept(
        db, file.id, sha256="a" * 64, size=9, content_type="audio/wav", preview=None, now=NOW,
        sound=SoundFacts(1500, (0, 50, 100)),
    )  # fmt: skip
    (view,) = (await read.view(db, work)).files
    assert (view.duration_ms, view.peaks) == (1500, (0, 50, 100))
