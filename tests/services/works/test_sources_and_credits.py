"""Sources never close a circle, shares never exceed the whole, and each change is in the work's history."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from db.models import Credit, CreditState, OutboxRow, Source, SourceState, WorkEvent, WorkState
from domain.episode import Phase
from domain.errors import UserError
from domain.licences import Licence
from services.shows import ShowView
from services.store import Database
from services.works import credits, edit, lists, read, sources
from tests.support.studio import NOW, PRODUCER, WORKS_CHANNEL, actor, after, make_show
from tests.support.works import SITE, collected, into, opened, work_id

MIA, LEO, ZOE = actor("Mia"), actor("Leo"), actor("Zoe")


async def add(db: Database, who, work: int, text: str) -> tuple[str, ...]:
    return await sources.add(db, who, work, text=text, site_url=SITE, now=NOW)


async def test_a_circle_is_refused_and_named(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    ids = [await work_id(studio_db, MIA, f"Part {i}") for i in range(1, 4)]
    assert await add(studio_db, MIA, ids[1], "#1") == ("#2 is made from #1 Part 1.",)
    await add(studio_db, MIA, ids[2], "#2")
    with pytest.raises(UserError, match=r"#1 cannot be made from #3.*\(#1 -> #3 -> #2 -> #1\)"):
        await add(studio_db, MIA, ids[0], "#3")
    with pytest.raises(UserError, match="its own source"):
        await add(studio_db, MIA, ids[0], "1")
    assert (await read.view(studio_db, ids[0])).sources == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=14))
async def test_lineage_stays_acyclic(migrated_file, tmp_path_factory, steps) -> None:
    path = tmp_path_factory.mktemp("lineage") / "x.db"
    path.write_bytes(migrated_file.read_bytes())
    db = Database(f"sqlite:///{path}")
    try:
        await make_show(db)
        await opened(db)
        ids = [await work_id(db, MIA, f"Part {i}") for i in range(6)]
        for remix, source, take_away in steps:
            if take_away:
                for edge in (await read.view(db, ids[remix])).sources:
                    await sources.remove(db, MIA, ids[remix], edge.id, now=NOW)
            else:
                with suppress(UserError):
                    await add(db, MIA, ids[remix], f"#{source + 1}")
        async with db.reading() as tx:
            live = select(Source.work_id, Source.source_work_id).where(Source.state != SourceState.REMOVED)
            edges = [tuple(row) for row in await tx.execute(live)]
        assert acyclic(edges)
    finally:
        await db.close()


def acyclic(edges: list[tuple[int, int]]) -> bool:
    left = set(edges)
    while left:
        leaves = {edge for edge in left if edge[1] not in {remix for remix, _ in left}}
        if not leaves:
            return False
        left -= leaves
    return True


async def test_two_at_once_cannot_close_a_circle_between_them(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    one, two = await work_id(studio_db, MIA, "One"), await work_id(studio_db, MIA, "Two")
    done = await asyncio.gather(add(studio_db, MIA, one, "#2"), add(studio_db, MIA, two, "#1"), return_exceptions=True)
    assert sorted(isinstance(result, UserError) for result in done) == [False, True]


async def test_outside_sources_removal_and_adding_again(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    await collected(studio_db, MIA, "Dawn")
    work = await work_id(studio_db, LEO, "Dusk")
    for _ in range(2):
        await add(studio_db, LEO, work, "#1\nA waltz https://w.example/1")
    view = await read.view(studio_db, work)
    assert [(s.work and s.work.artist, s.outside_title, s.outside_url) for s in view.sources] == [
        ("Mia", None, None),
        (None, "A waltz", "https://w.example/1"),
    ]
    with pytest.raises(UserError, match="Only Leo"):
        await sources.remove(studio_db, ZOE, work, view.sources[0].id, now=NOW)
    for _ in range(2):
        await sources.remove(studio_db, LEO, work, view.sources[0].id, now=NOW)
    assert len((await read.view(studio_db, work)).sources) == 1
    assert (await read.view(studio_db, 1)).used_in == ()
    await add(studio_db, PRODUCER, work, "#1")
    assert len((await read.view(studio_db, work)).sources) == 2
    async with studio_db.reading() as tx:
        kinds = list(await tx.scalars(select(WorkEvent.kind).where(WorkEvent.work_id == work).order_by(WorkEvent.id)))
    assert kinds == ["collected", "source_added", "source_added", "source_removed", "source_added"]


async def test_what_cannot_be_a_source(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    gone = await work_id(studio_db, MIA, "Gone")
    work = await work_id(studio_db, LEO, "Dusk")
    await edit.withdraw(studio_db, MIA, gone, at=NOW, now=NOW)
    with pytest.raises(UserError, match="#1 is withdrawn"):
        await add(studio_db, LEO, work, "#1")
    await edit.restore(studio_db, MIA, gone, at=NOW, now=NOW)
    await edit.edit(studio_db, MIA, gone, edit.Change(licence=Licence.CC_BY_SA), at=NOW, now=NOW)
    with pytest.raises(UserError, match="keep that licence"):
        await add(studio_db, LEO, work, "#1")
    await edit.edit(studio_db, LEO, work, edit.Change(licence=Licence.CC_BY_SA), at=NOW, now=NOW)
    await add(studio_db, LEO, work, "#1")
    with pytest.raises(UserError, match="keep that licence"):
        await edit.edit(studio_db, LEO, work, edit.Change(licence=Licence.CC_BY), at=NOW, now=NOW)
    other = await make_show(studio_db, name="Other", works_channel_id=5)
    async with studio_db.reading() as tx:
        with pytest.raises(UserError, match="no work #1"):
            await read.find(tx, other.id, "#1")


async def offer(db: Database, work: int, who, share: int, *, by=MIA, role: str = "drums") -> None:
    await credits.offer(db, by, work, user_id=who.user_id, name=who.name, role=role, share_bp=share, now=NOW)


async def shares(db: Database, work: int) -> list[tuple[str, int, str]]:
    return [(c.artist.name, c.share_bp, c.state.value) for c in (await read.view(db, work)).credits]


async def test_shares_are_offered_confirmed_and_declined(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    work = await work_id(studio_db, MIA, "Dawn")
    await offer(studio_db, work, LEO, 3000)
    await offer(studio_db, work, ZOE, 2000)
    assert await shares(studio_db, work) == [
        ("Mia", 10_000, "confirmed"),
        ("Leo", 3000, "offered"),
        ("Zoe", 2000, "offered"),
    ]
    decision = await credits.answer(studio_db, LEO.user_id, work, confirm=True, now=NOW)
    assert (decision.number, decision.share_bp, decision.confirmed) == (1, 3000, True)
    await credits.answer(studio_db, LEO.user_id, work, confirm=True, now=NOW)
    await credits.answer(studio_db, ZOE.user_id, work, confirm=False, now=NOW)
    assert await shares(studio_db, work) == [
        ("Mia", 7000, "confirmed"),
        ("Leo", 3000, "confirmed"),
        ("Zoe", 2000, "declined"),
    ]
    await credits.answer(studio_db, ZOE.user_id, work, confirm=True, now=NOW)
    assert (await shares(studio_db, work))[0] == ("Mia", 5000, "confirmed")
    with pytest.raises(UserError, match="Only they, or a producer"):
        await credits.remove(studio_db, MIA, work, user_id=LEO.user_id, now=NOW)
    await credits.remove(studio_db, LEO, work, user_id=LEO.user_id, now=NOW)
    assert (await shares(studio_db, work))[0] == ("Mia", 8000, "confirmed")
    async with studio_db.reading() as tx:
        asked = list(await tx.scalars(select(OutboxRow).where(OutboxRow.kind == "credit_offered")))
    assert [(row.user_id, row.channel_id) for row in asked] == [
        (LEO.user_id, WORKS_CHANNEL),
        (ZOE.user_id, WORKS_CHANNEL),
    ]


async def test_what_cannot_be_offered(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    work = await work_id(studio_db, MIA, "Dawn")
    await offer(studio_db, work, LEO, 7000)
    with pytest.raises(UserError, match="Only 30% of #1 is left"):
        await offer(studio_db, work, ZOE, 3001)
    with pytest.raises(UserError, match="between"):
        await offer(studio_db, work, ZOE, 0)
    with pytest.raises(UserError, match="keeps what the others"):
        await offer(studio_db, work, MIA, 100)
    with pytest.raises(UserError, match="Only Mia"):
        await offer(studio_db, work, ZOE, 100, by=LEO)
    with pytest.raises(UserError, match="Nobody has offered"):
        await credits.answer(studio_db, ZOE.user_id, work, confirm=True, now=NOW)
    await offer(studio_db, work, LEO, 10_000)
    await credits.answer(studio_db, LEO.user_id, work, confirm=True, now=NOW)
    assert await shares(studio_db, work) == [("Mia", 0, "confirmed"), ("Leo", 10_000, "confirmed")]


async def test_an_offer_changed_after_it_was_confirmed_is_asked_again(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    work = await work_id(studio_db, MIA, "Dawn")
    await offer(studio_db, work, LEO, 3000)
    await credits.answer(studio_db, LEO.user_id, work, confirm=True, now=NOW)
    await offer(studio_db, work, LEO, 4000)
    assert await shares(studio_db, work) == [("Mia", 10_000, "confirmed"), ("Leo", 4000, "offered")]


async def test_confirming_at_once_never_exceeds_the_whole(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    work = await work_id(studio_db, MIA, "Dawn")
    people = [actor(f"{i} person") for i in range(8)]
    for person in people:
        await offer(studio_db, work, person, 1250)
    await asyncio.gather(*(credits.answer(studio_db, p.user_id, work, confirm=True, now=NOW) for p in people))
    async with studio_db.reading() as tx:
        total = select(func.sum(Credit.share_bp)).where(Credit.state == CreditState.CONFIRMED)
        assert await tx.scalar(total) == 10_000


async def test_edit_withdraw_restore_and_their_history(studio_db: Database, show: ShowView) -> None:
    episode = await opened(studio_db)
    work = await work_id(studio_db, MIA, "Dawn")
    await edit.edit(studio_db, MIA, work, edit.Change(title="Day", note="n"), at=NOW, now=NOW)
    await edit.edit(studio_db, MIA, work, edit.Change(title="Day"), at=NOW, now=NOW)
    with pytest.raises(UserError, match="Only Mia"):
        await edit.edit(studio_db, LEO, work, edit.Change(title="Mine"), at=NOW, now=NOW)
    with pytest.raises(UserError, match="needs a title"):
        await edit.edit(studio_db, MIA, work, edit.Change(title=" "), at=NOW, now=NOW)
    for _ in range(2):
        await edit.withdraw(studio_db, MIA, work, at=NOW, now=NOW)
    async with studio_db.reading() as tx:
        assert await read.views(tx, episode.id) == ()
    for _ in range(2):
        await edit.restore(studio_db, MIA, work, at=NOW, now=NOW)
    late = after(days=8)
    for change in (
        edit.withdraw(studio_db, MIA, work, at=late, now=late),
        edit.edit(studio_db, MIA, work, edit.Change(title="x"), at=late, now=late),
    ):
        with pytest.raises(UserError, match="until submissions close"):
            await change
    async with studio_db.reading() as tx:
        events = list(await tx.scalars(select(WorkEvent).where(WorkEvent.work_id == work).order_by(WorkEvent.id)))
    assert [event.kind for event in events] == ["collected", "edited", "withdrawn", "restored"]
    assert events[1].detail["changed"] == {"title": ["Dawn", "Day"], "note": ["", "n"]}
    assert {event.by_user for event in events} == {MIA.user_id}


async def test_producers_disqualify_with_a_reason_that_the_artist_is_told(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    work = await work_id(studio_db, MIA, "Dawn")
    with pytest.raises(UserError, match="Only producers"):
        await edit.disqualify(studio_db, MIA, work, reason="no", now=NOW)
    with pytest.raises(UserError, match="Give the reason"):
        await edit.disqualify(studio_db, PRODUCER, work, reason=" ", now=NOW)
    for _ in range(2):
        await edit.disqualify(studio_db, PRODUCER, work, reason="Not yours", now=NOW)
    view = await read.view(studio_db, work)
    assert (view.state, view.reason) == (WorkState.DISQUALIFIED, "Not yours")
    with pytest.raises(UserError, match="Only producers"):
        await edit.restore(studio_db, MIA, work, at=NOW, now=NOW)
    await edit.restore(studio_db, PRODUCER, work, at=after(days=9), now=NOW)
    assert (await read.view(studio_db, work)).state is WorkState.IN
    async with studio_db.reading() as tx:
        told = list(await tx.scalars(select(OutboxRow.user_id).where(OutboxRow.kind == "work_judged")))
    assert told == [MIA.user_id] * 2


async def test_nothing_changes_once_the_episode_is_out(studio_db: Database, show: ShowView) -> None:
    episode = await opened(studio_db)
    work = await work_id(studio_db, MIA, "Dawn")
    await into(studio_db, episode.id, Phase.RELEASED)
    for change in (
        add(studio_db, MIA, work, "A waltz"),
        offer(studio_db, work, LEO, 100),
        edit.disqualify(studio_db, PRODUCER, work, reason="x", now=NOW),
    ):
        with pytest.raises(UserError, match="until the episode is released"):
            await change


async def test_reading_lists_and_search(studio_db: Database, show: ShowView) -> None:
    episode = await opened(studio_db)
    dawn = await work_id(studio_db, MIA, "Dawn 50% off_")
    dusk = await work_id(studio_db, LEO, "Dusk from #1")
    await offer(studio_db, dusk, MIA, 2500, by=LEO)
    async with studio_db.reading() as tx:
        found = {
            text: [ref.number for ref in await read.search(tx, show.id, text)]
            for text in ("", "dawn", "LEO", "#2", "1", "50%", "off_", "x%", "nothing")
        }
        assert [work.number for work in await read.views(tx, episode.id)] == [1, 2]
        assert (await read.find(tx, show.id, "#2 Dusk")).id == dusk
        assert (await read.find(tx, show.id, f"{SITE}/works/{dawn}", site_url=SITE)).id == dawn
        with pytest.raises(UserError, match="Which work"):
            await read.find(tx, show.id, "dawn")
    assert found == {
        "": [2, 1], "dawn": [1], "LEO": [2], "#2": [2], "1": [1, 2], "50%": [1], "off_": [1], "x%": [], "nothing": [],
    }  # fmt: skip
    mine = await lists.my_credits(studio_db, MIA.guild_id, MIA.user_id)
    assert [(part.work.number, part.posted, part.share_bp, part.state.value) for part in mine] == [
        (2, False, 2500, "offered"),
        (1, True, 10_000, "confirmed"),
    ]
    assert [part.work.number for part in await lists.my_works(studio_db, MIA.guild_id, MIA.user_id)] == [1]
    await credits.answer(studio_db, MIA.user_id, dusk, confirm=True, now=NOW)
    everyone = await lists.credits_of(studio_db, MIA.guild_id, episode=None, show=None, channel_id=None)
    assert [(line.artist.name, line.works) for line in everyone.lines] == [
        ("Mia", ((1, ""), (2, "drums"))),
        ("Leo", ((2, ""),)),
    ]


async def test_views_take_the_same_number_of_queries_for_many(studio_db: Database, show: ShowView) -> None:
    from sqlalchemy import event

    episode = await opened(studio_db)
    counts = []

    def count(*_: object) -> None:
        counts.append(1)

    async def queries() -> int:
        counts.clear()
        async with studio_db.reading() as tx:
            await read.views(tx, episode.id)
        return len(counts)

    event.listen(studio_db.reader.sync_engine, "before_cursor_execute", count)
    await collected(studio_db, MIA, "One")
    await collected(studio_db, LEO, "Remix of #1")
    few = await queries()
    for i in range(15):
        await collected(studio_db, LEO, f"Remix {i} of #1")
    assert await queries() == few


async def test_thanks_for_a_source_that_is_credited_already_are_kept(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    await work_id(studio_db, MIA, "Dawn")
    remix = await work_id(studio_db, LEO, "Dusk, from #1")
    for words, kept in (("Your light", "Your light"), ("Another", "Your light")):
        await sources.add(studio_db, LEO, remix, text="#1", thanks=words, site_url=SITE, now=NOW)
        assert [edge.thanks for edge in (await read.view(studio_db, remix)).sources] == [kept]
    await sources.add(studio_db, LEO, remix, text="#1: Your drums", site_url=SITE, now=NOW)
    assert [edge.thanks for edge in (await read.view(studio_db, remix)).sources] == ["Your drums"]
