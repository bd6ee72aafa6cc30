"""Disputes about sources: who may, what happens meanwhile, who is told, how they end; once each."""

import asyncio

import pytest
from sqlalchemy import select

from db.models import CutEntry, Deal, OutboxRow, WorkEvent
from domain.episode import Phase
from domain.errors import UserError
from services.access import Actor
from services.kinds import DisputeKind, DisputeState, SourceState
from services.payouts.inputs import build_inputs
from services.shows import ShowView
from services.store import Database, Transaction, writes
from services.works import credits, disputes, history, read, sources
from services.works.dispute_rows import DisputeView
from tests.support.studio import NOW, PRODUCER, PRODUCERS_CHANNEL, actor, elsewhere, make_show
from tests.support.works import SITE, Opened, into, opened, work_id

MIA, LEO, ZOE = actor("Mia"), actor("Leo"), actor("Zoe")


@pytest.fixture
def studio_db(db: Database) -> Database:
    """SQLite alone but for what happens at once."""
    return db


@pytest.fixture
async def episode(studio_db: Database, show: ShowView) -> Opened:
    """Mia's #1, and Leo's #2 made from it."""
    found = await opened(studio_db)
    await work_id(studio_db, MIA, "Dawn")
    await work_id(studio_db, LEO, "Dusk from #1")
    return found


async def dispute(
    db: Database, who: Actor = MIA, work: int = 2, source: int = 1, reason: str = "Not mine"
) -> DisputeView:
    return await disputes.dispute(db, who.user_id, work, source, reason=reason, now=NOW)


async def claim(
    db: Database, who: Actor = MIA, work: int = 3, source: str = "#1", reason: str = "My drums"
) -> DisputeView:
    return await disputes.claim(db, who, work, source=source, reason=reason, site_url=SITE, now=NOW)


async def state(db: Database, work: int = 2) -> list[SourceState]:
    return [edge.state for edge in (await read.view(db, work)).sources]


async def said(db: Database, kind: str) -> list[int | None]:
    async with db.reading() as tx:
        rows = await tx.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id))
        return [row.user_id or row.channel_id for row in rows]


async def events(db: Database, work: int) -> list[str]:
    async with db.reading() as tx:
        return list(await tx.scalars(select(WorkEvent.kind).where(WorkEvent.work_id == work).order_by(WorkEvent.id)))


async def test_a_disputed_source_waits_until_producers_keep_it(studio_db: Database, episode: Opened) -> None:
    made = await dispute(studio_db)
    assert (made.kind, made.state, made.by.name, made.poster.name) == (
        DisputeKind.WRONG,
        DisputeState.OPEN,
        "Mia",
        "Leo",
    )
    assert (await dispute(studio_db)).id == made.id, "asked twice it is one"
    assert await state(studio_db) == [SourceState.DISPUTED]
    assert await said(studio_db, "dispute_raised") == [LEO.user_id]
    assert await said(studio_db, "dispute_card") == [PRODUCERS_CHANNEL]
    for _ in range(2):
        await disputes.reply(studio_db, LEO.user_id, made.id, text="I used the  bell", now=NOW)
    with pytest.raises(UserError, match="This is for Leo"):
        await disputes.reply(studio_db, MIA.user_id, made.id, text="x", now=NOW)
    with pytest.raises(UserError, match="Only producers"):
        await disputes.settle(studio_db, MIA, made.id, uphold=False, reason="no", now=NOW)
    with pytest.raises(UserError, match="Give the reason"):
        await disputes.settle(studio_db, PRODUCER, made.id, uphold=False, reason=" ", now=NOW)
    for _ in range(2):
        done = await disputes.settle(studio_db, PRODUCER, made.id, uphold=False, reason="We hear the bell", now=NOW)
    assert (done.state, done.answer, done.verdict, done.settled_by) == (
        DisputeState.DECLINED, "I used the bell", "We hear the bell", PRODUCER.user_id,
    )  # fmt: skip
    assert await state(studio_db) == [SourceState.CONFIRMED]
    assert await said(studio_db, "dispute_settled") == [MIA.user_id, LEO.user_id]
    with pytest.raises(UserError, match="settled this: “We hear the bell”"):
        await dispute(studio_db)
    with pytest.raises(UserError, match="settled already: declined"):
        await disputes.settle(studio_db, PRODUCER, made.id, uphold=True, reason="x", now=NOW)
    assert await events(studio_db, 2) == [
        "collected", "source_added", "source_disputed", "dispute_answered", "dispute_settled",
    ]  # fmt: skip


async def test_a_source_taken_off_by_producers_comes_back_by_producers_only(
    studio_db: Database, episode: Opened
) -> None:
    made = await dispute(studio_db)
    await disputes.settle(studio_db, PRODUCER, made.id, uphold=True, reason="Nothing of it", now=NOW)
    assert await state(studio_db) == []
    with pytest.raises(UserError, match="taken off this work after a dispute"):
        await sources.add(studio_db, LEO, 2, text="#1", site_url=SITE, now=NOW)
    await sources.add(studio_db, PRODUCER, 2, text="#1", site_url=SITE, now=NOW)
    assert await state(studio_db) == [SourceState.CONFIRMED]


async def test_the_poster_can_agree(studio_db: Database, episode: Opened) -> None:
    made = await dispute(studio_db)
    with pytest.raises(UserError, match="This is for Leo"):
        await disputes.agree(studio_db, MIA.user_id, made.id, now=NOW)
    for _ in range(2):
        assert (await disputes.agree(studio_db, LEO.user_id, made.id, now=NOW)).state is DisputeState.UPHELD
    assert await state(studio_db) == []
    assert await said(studio_db, "dispute_settled") == [MIA.user_id]


async def test_taking_the_source_off_settles_it_as_well(studio_db: Database, episode: Opened) -> None:
    made = await dispute(studio_db)
    edge = (await read.view(studio_db, 2)).sources[0].id
    await sources.remove(studio_db, LEO, 2, edge, now=NOW)
    assert (await disputes.view(studio_db, made.id)).state is DisputeState.UPHELD


async def test_a_dispute_can_be_taken_back(studio_db: Database, episode: Opened) -> None:
    made = await dispute(studio_db)
    with pytest.raises(UserError, match="Only Mia"):
        await disputes.take_back(studio_db, LEO.user_id, made.id, now=NOW)
    for _ in range(2):
        await disputes.take_back(studio_db, MIA.user_id, made.id, now=NOW)
    assert await state(studio_db) == [SourceState.CONFIRMED]
    with pytest.raises(UserError, match="has taken it back"):
        await disputes.reply(studio_db, LEO.user_id, made.id, text="x", now=NOW)
    assert (await dispute(studio_db)).id != made.id, "it can be raised again"


async def test_who_may_dispute(studio_db: Database, episode: Opened) -> None:
    with pytest.raises(UserError, match="Only somebody with a confirmed credit on #1"):
        await dispute(studio_db, ZOE)
    await credits.offer(studio_db, MIA, 1, user_id=ZOE.user_id, name="Zoe", role="", share_bp=3000, now=NOW)
    with pytest.raises(UserError, match="confirmed credit"):
        await dispute(studio_db, ZOE)
    await credits.answer(studio_db, ZOE.user_id, 1, confirm=True, now=NOW)
    assert (await dispute(studio_db, ZOE)).by.name == "Zoe"
    with pytest.raises(UserError, match="Say in a sentence"):
        await claim(studio_db, MIA, await work_id(studio_db, LEO, "Night"), reason=" ")
    with pytest.raises(UserError, match="not here any more"):
        await claim(studio_db, elsewhere(MIA), 3)
    await into(studio_db, episode.id, Phase.RELEASED)
    with pytest.raises(UserError, match="a concern on the payout proposal"):
        await claim(studio_db, MIA, 3)


async def test_a_missing_source_is_claimed_and_credited(studio_db: Database, episode: Opened) -> None:
    night = await work_id(studio_db, LEO, "Night")
    for who, work, source, why in (
        (MIA, night, "my song", "by its number"),
        (ZOE, night, "#1", "confirmed credit on #1"),
        (LEO, night, "#2", "your own work"),
        (MIA, 2, "#1", "names #1 as its source already"),
        (MIA, night, "#77", "no work #77"),
    ):
        with pytest.raises(UserError, match=why):
            await claim(studio_db, who, work, source)
    made = await claim(studio_db, work=night)
    assert (await claim(studio_db, work=night)).id == made.id
    assert (made.kind, made.linked) == (DisputeKind.MISSING, False)
    assert await state(studio_db, night) == []
    done = await disputes.settle(studio_db, PRODUCER, made.id, uphold=True, reason="Clearly", now=NOW)
    assert (done.state, done.linked) == (DisputeState.UPHELD, True)
    assert await state(studio_db, night) == [SourceState.CONFIRMED]
    assert await said(studio_db, "dispute_settled") == [MIA.user_id, LEO.user_id]
    assert await events(studio_db, night) == ["collected", "source_claimed", "dispute_settled", "source_added"]


async def test_a_claim_that_is_declined_is_not_made_again(studio_db: Database, episode: Opened) -> None:
    night = await work_id(studio_db, LEO, "Night")
    made = await claim(studio_db, work=night)
    await disputes.settle(studio_db, PRODUCER, made.id, uphold=False, reason="A common chord", now=NOW)
    with pytest.raises(UserError, match="A common chord"):
        await claim(studio_db, work=night)
    await sources.add(studio_db, LEO, night, text="#1", site_url=SITE, now=NOW)


async def test_crediting_the_source_settles_a_claim(studio_db: Database, episode: Opened) -> None:
    night = await work_id(studio_db, LEO, "Night")
    made = await claim(studio_db, work=night)
    await sources.add(studio_db, LEO, night, text="#1", site_url=SITE, now=NOW)
    assert (await disputes.view(studio_db, made.id)).state is DisputeState.UPHELD


async def test_a_claim_that_would_close_a_circle_is_refused(studio_db: Database, episode: Opened) -> None:
    with pytest.raises(UserError, match=r"\(#1 -> #2 -> #1\)"):
        await claim(studio_db, LEO, 1, "#2")


async def test_only_confirmed_sources_carry_money(studio_db: Database, episode: Opened) -> None:
    await work_id(studio_db, MIA, "Bell")
    await sources.add(studio_db, LEO, 2, text="#1 50%\n#3 30%\nA waltz 20%", site_url=SITE, now=NOW)
    await _cut(studio_db, episode.id, 2)
    before = await _parts(studio_db, episode.id)
    assert before == [("w1", 5000), ("w3", 3000), (None, 2000)]
    made = await dispute(studio_db)
    assert await _parts(studio_db, episode.id) == [("w3", 6000), (None, 4000)]
    await disputes.take_back(studio_db, MIA.user_id, made.id, now=NOW)
    assert await _parts(studio_db, episode.id) == before


async def test_two_at_once_are_one(database: Database) -> None:
    await make_show(database)
    await opened(database)
    await work_id(database, MIA, "Dawn")
    await work_id(database, LEO, "Dusk from #1")
    done = await asyncio.gather(*(dispute(database) for _ in range(6)))
    assert len({one.id for one in done}) == 1
    assert await said(database, "dispute_card") == [PRODUCERS_CHANNEL]
    settled = await asyncio.gather(
        *(
            disputes.settle(database, PRODUCER, done[0].id, uphold=bool(turn % 2), reason="So it is", now=NOW)
            for turn in range(6)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, UserError) for one in settled) == 3
    assert len(await said(database, "dispute_settled")) == 2


async def test_open_disputes_are_listed_for_producers(studio_db: Database, show: ShowView, episode: Opened) -> None:
    made = await dispute(studio_db)
    listed = await disputes.open_in(studio_db, PRODUCER, show=None, channel_id=None)
    assert [one.id for one in listed] == [made.id]
    with pytest.raises(UserError, match="Only producers"):
        await disputes.open_in(studio_db, MIA, show=None, channel_id=None)


async def test_the_history_replays(studio_db: Database, episode: Opened) -> None:
    await work_id(studio_db, MIA, "Bell")
    await sources.add(studio_db, LEO, 2, text="#1 50%\n#3 30%\nA waltz 20%", site_url=SITE, now=NOW)
    made = await dispute(studio_db)
    assert await history.unexplained(studio_db) == []
    await disputes.settle(studio_db, PRODUCER, made.id, uphold=True, reason="x", now=NOW)
    assert await history.unexplained(studio_db) == []


@writes
async def _cut(tx: Transaction, episode_id: int, work: int) -> None:
    tx.add(CutEntry(episode_id=episode_id, work_id=work, in_cut=True, by_vote=False, points=1, reason="x"))


async def _parts(db: Database, episode_id: int) -> list[tuple[str | None, int | None]]:
    async with db.reading() as tx:
        deal = await tx.get_one(Deal, episode_id)
        inputs = await build_inputs(tx, episode_id, deal, pool=100, seed="s")
    remix = next(work for work in inputs.works if work.id == "w2")
    return [(source.work, source.bp) for source in remix.sources]
