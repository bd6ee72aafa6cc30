"""What goes to sources, their thanks and licences: all parts or none, and always a whole."""

import pytest
from sqlalchemy import select

from db.models import Deal, OutboxRow, WorkEvent
from domain.errors import UserError
from domain.licences import Licence
from services.shows import ShowView
from services.store import Database, Transaction, writes
from services.views import SourceView
from services.works import credits, edit, parts, read, sources, submit, thanks
from tests.support.studio import NOW, PRODUCER, WORKS_CHANNEL, actor
from tests.support.works import SITE, opened, snowflake, work_id

MIA, LEO, ZOE = actor("Mia"), actor("Leo"), actor("Zoe")


@pytest.fixture
def studio_db(db: Database) -> Database:
    """SQLite alone: nothing here differs."""
    return db


@pytest.fixture
async def remix(studio_db: Database, show: ShowView) -> int:
    """Leo's work #4, beside three of Mia's."""
    await opened(studio_db)
    for number in range(1, 4):
        await work_id(studio_db, MIA, f"Part {number}")
    return await work_id(studio_db, LEO, "Dusk")


async def add(db: Database, work: int, text: str, who=LEO, **more: str) -> tuple[str, ...]:
    return await sources.add(db, who, work, text=text, site_url=SITE, now=NOW, **more)


async def named(db: Database, work: int) -> dict[str, SourceView]:
    found = (await read.view(db, work)).sources
    return {f"#{one.work.number}" if one.work else str(one.outside_title): one for one in found}


async def shares(db: Database, work: int) -> dict[str, int | None]:
    return {name: one.share_bp for name, one in (await named(db, work)).items()}


@writes
async def commercial(tx: Transaction, yes: bool = True) -> None:
    """Make every deal one of a show that makes money."""
    for deal in await tx.scalars(select(Deal)):
        deal.commercial = yes


async def test_parts_are_given_to_all_or_to_none(studio_db: Database, remix: int) -> None:
    with pytest.raises(UserError, match=r"#2 has no part yet\. Give every source a part"):
        await add(studio_db, remix, "#1 60%\n#2")
    assert await shares(studio_db, remix) == {}, "a line that cannot be takes the others along"
    with pytest.raises(UserError, match=r"#1 60% \+ #2 50% makes 110%, more than 100%"):
        await add(studio_db, remix, "#1 60%, #2 50%")
    said = await add(studio_db, remix, "#1 60%, #2 40%")
    assert said[-1] == "Of what goes to the sources: #1 60%, #2 40%"
    assert await shares(studio_db, remix) == {"#1": 6000, "#2": 4000}
    assert (await add(studio_db, remix, "#3"))[-1] == parts.EQUAL_AGAIN
    assert await shares(studio_db, remix) == {"#1": None, "#2": None, "#3": None}
    await add(studio_db, remix, "#1 50%\n#2 30%\n#3 20%")
    await sources.remove(studio_db, LEO, remix, (await named(studio_db, remix))["#1"].id, now=NOW)
    assert await shares(studio_db, remix) == {"#2": 6000, "#3": 4000}, "the rest keep their proportions"


async def test_the_panel_sets_parts(studio_db: Database, remix: int) -> None:
    await add(studio_db, remix, "#1\nA waltz https://w.example")
    ids = {name: one.id for name, one in (await named(studio_db, remix)).items()}
    given = {ids["#1"]: 7500, ids["A waltz"]: 2500}
    said = await parts.set_parts(studio_db, LEO, remix, given, now=NOW)
    assert said == "Of what goes to the sources: #1 75%, “A waltz” 25%"
    assert await shares(studio_db, remix) == {"#1": 7500, "A waltz": 2500}
    with pytest.raises(UserError, match="less than 100%"):
        await parts.set_parts(studio_db, LEO, remix, given | {ids["#1"]: 1000}, now=NOW)
    with pytest.raises(UserError, match="Only Leo"):
        await parts.set_parts(studio_db, ZOE, remix, given, now=NOW)
    with pytest.raises(UserError, match="no source of this work any more"):
        await parts.set_parts(studio_db, LEO, remix, {999: 10_000}, now=NOW)
    for _ in range(2):
        assert "equal" in await parts.set_parts(studio_db, PRODUCER, remix, {}, now=NOW)
    assert await shares(studio_db, remix) == {"#1": None, "A waltz": None}
    async with studio_db.reading() as tx:
        told = list(await tx.scalars(select(WorkEvent).where(WorkEvent.kind == "sources_parted")))
    assert [event.by_user for event in told] == [LEO.user_id, PRODUCER.user_id]


async def test_thanks_are_the_remixers_words(studio_db: Database, remix: int) -> None:
    await add(studio_db, remix, "#1: lovely beat\n#2 Part 2 by Mia\n#3\nA waltz", thanks="for all of it")
    found = await named(studio_db, remix)
    assert [one.thanks for one in found.values()] == ["lovely beat", "for all of it", "for all of it", "for all of it"]
    edge = found["#2"].id
    for _ in range(2):
        said = await thanks.thank(studio_db, LEO.user_id, remix, edge, text=" the\ndrums ", now=NOW)
    assert said.thanks == "the drums"
    with pytest.raises(UserError, match="are Leo's"):
        await thanks.thank(studio_db, MIA.user_id, remix, edge, text="mine", now=NOW)
    await sources.remove(studio_db, LEO, remix, edge, now=NOW)
    with pytest.raises(UserError, match="no longer names"):
        await thanks.thank(studio_db, LEO.user_id, remix, edge, text="x", now=NOW)
    async with studio_db.reading() as tx:
        kinds = list(await tx.scalars(select(WorkEvent.kind).where(WorkEvent.kind == "source_thanked")))
    assert len(kinds) == 1


async def test_whose_work_was_remixed_is_told_once(studio_db: Database, remix: int) -> None:
    await credits.offer(studio_db, MIA, 1, user_id=ZOE.user_id, name="Zoe", role="", share_bp=3000, now=NOW)
    await credits.answer(studio_db, ZOE.user_id, 1, confirm=True, now=NOW)
    await credits.offer(studio_db, MIA, 1, user_id=LEO.user_id, name="Leo", role="", share_bp=100, now=NOW)
    await credits.answer(studio_db, LEO.user_id, 1, confirm=True, now=NOW)
    await add(studio_db, remix, "#1")
    edge = (await named(studio_db, remix))["#1"].id
    await sources.remove(studio_db, LEO, remix, edge, now=NOW)
    await add(studio_db, remix, "#1")
    await work_id(studio_db, MIA, "Mine again, from #1")
    async with studio_db.reading() as tx:
        rows = list(await tx.scalars(select(OutboxRow).where(OutboxRow.key.like("remixed:%")).order_by(OutboxRow.id)))
    assert {row.user_id for row in rows if row.subject["work"] == remix} == {MIA.user_id, ZOE.user_id}
    assert {row.user_id for row in rows if row.subject["work"] != remix} == {ZOE.user_id, LEO.user_id}
    assert len(rows) == 4


async def test_an_outside_licence_is_checked(studio_db: Database, remix: int) -> None:
    with pytest.raises(UserError, match=r"“A poem”: The source is under CC BY-ND.*does not allow remixes.*Ask its"):
        await add(studio_db, remix, "A poem https://p.example CC BY-ND 4.0")
    with pytest.raises(UserError, match="keep that licence"):
        await add(studio_db, remix, "A poem (CC BY-SA)")
    await add(studio_db, remix, "A poem")
    edge = (await named(studio_db, remix))["A poem"]
    assert edge.licence is None
    with pytest.raises(UserError, match="does not allow remixes"):
        await thanks.licensed(studio_db, LEO.user_id, remix, edge.id, licence=Licence.CC_BY_NC_ND, now=NOW)
    for _ in range(2):
        found = await thanks.licensed(studio_db, LEO.user_id, remix, edge.id, licence=Licence.CC_BY, now=NOW)
    assert found.licence is Licence.CC_BY
    with pytest.raises(UserError, match="CC0 would give that up"):
        await edit.edit(studio_db, LEO, remix, edit.Change(licence=Licence.CC0), at=NOW, now=NOW)
    await add(studio_db, remix, "#1")
    with pytest.raises(UserError, match="its own licence"):
        await thanks.licensed(studio_db, LEO.user_id, remix, (await named(studio_db, remix))["#1"].id,
                              licence=None, now=NOW)  # fmt: skip


async def test_a_form_takes_the_licence_that_an_outside_source_demands(studio_db: Database, remix: int) -> None:
    form = submit.Form(
        channel_id=WORKS_CHANNEL, asked_by=snowflake(NOW), title="Tune", note="",
        sources='A song https://s.example CC BY-SA 4.0 70% "so good"\n#1 30%',
    )  # fmt: skip
    took = await submit.submit(studio_db, LEO, form, at=NOW, site_url=SITE, now=NOW)
    work = await read.view(studio_db, took.work_id or 0)
    assert work.licence is Licence.CC_BY_SA
    assert [(one.outside_title, one.outside_url, one.share_bp, one.thanks) for one in work.sources] == [
        ("A song", "https://s.example", 7000, "so good"),
        (None, None, 3000, ""),
    ]


async def test_a_show_that_makes_money_takes_no_non_commercial_source(studio_db: Database, remix: int) -> None:
    nc = edit.Change(licence=Licence.CC_BY_NC)
    await edit.edit(studio_db, MIA, 1, nc, at=NOW, now=NOW)
    await edit.edit(studio_db, LEO, remix, nc, at=NOW, now=NOW)
    await commercial(studio_db)
    with pytest.raises(UserError, match=r"#1: .*this show makes money\. Ask its artist for permission"):
        await add(studio_db, remix, "#1")
    with pytest.raises(UserError, match="this show makes money"):
        await add(studio_db, remix, "A song CC BY-NC")
    late = await work_id(studio_db, ZOE, "Night from #1")
    view = await read.view(studio_db, late)
    assert view.sources == ()
    assert "this show makes money" in view.notices[0]
    await commercial(studio_db, yes=False)
    await add(studio_db, remix, "#1")
