"""Putting right, after the release, what a concern is right about; and only while a payout is being discussed."""

from collections.abc import Awaitable

import pytest
from sqlalchemy import select

from db.models import CutEntry, Weights, Work, WorkState
from domain.episode import Outcome
from domain.errors import UserError
from services import cuts, invariants
from services.shows import ShowView
from services.store import Database
from services.works import credits, edit, sources
from tests.support import money
from tests.support.finished import Finished, finish_episode
from tests.support.studio import PRODUCER, actor, after

ANN, MIA = actor("Ann"), actor("Mia")
SITE = "http://127.0.0.1:8080"


@pytest.fixture
async def done(studio_db: Database, show: ShowView) -> Finished:
    return await finish_episode(
        studio_db, show.id, artists=["Ann", "Mia", "Bo"], works={"sketch": "Ann", "remix": "Mia", "solo": "Bo"},
        cut=["remix", "solo"], weights=Weights.POINTS,
    )  # fmt: skip


def offer(db: Database, work: int, by=PRODUCER) -> Awaitable[None]:
    return credits.offer(db, by, work, user_id=ANN.user_id, name="Ann", role="voice", share_bp=5_000, now=after(days=1))


def add_source(db: Database, work: int, by=PRODUCER) -> Awaitable[tuple[str, ...]]:
    return sources.add(db, by, work, text="#1", site_url=SITE, now=after(days=1))


def points(db: Database, work: str, number: int, by=PRODUCER) -> Awaitable[cuts.CutView]:
    return cuts.set_points(
        db, by, show=None, channel_id=None, work=work, points=number, reason="It carries the film", now=after(days=1)
    )


async def test_a_credit_counts_once_it_is_confirmed_and_the_concern_accepted(
    studio_db: Database, done: Finished
) -> None:
    view = await money.propose(studio_db, done)
    concern = await money.object_to(studio_db, view)
    remix = done.works["remix"]
    await offer(studio_db, remix)
    with pytest.raises(UserError, match="change nobody's amount yet"):
        await money.answer(studio_db, concern, accept=True)
    await credits.answer(studio_db, ANN.user_id, remix, confirm=True, now=after(days=1))
    answered = await money.answer(studio_db, concern, accept=True)
    assert money.amounts(answered.round) == {"Ann": 2500, "Mia": 2500, "Bo": 5000}
    assert answered.window_restarts
    why = await money.explain(studio_db, answered.round, "Ann")
    assert [(line.kind, line.amount.amount, line.share_bp) for line in why.lines] == [("own", 2500, 5000)]


async def test_a_source_and_points_can_be_put_right(studio_db: Database, done: Finished) -> None:
    view = await money.propose(studio_db, done)
    first, second = [await money.object_to(studio_db, view, asked_by=50 + n) for n in range(2)]
    assert await add_source(studio_db, done.works["remix"])
    answered = await money.answer(studio_db, first, accept=True)
    assert money.amounts(answered.round) == {"Ann": 1000, "Mia": 4000, "Bo": 5000}
    assert (await points(studio_db, "#2", 3)).episode.id == done.episode
    answered = await money.answer(studio_db, second, accept=True)
    assert money.amounts(answered.round) == {"Ann": 1500, "Mia": 6000, "Bo": 2500}
    assert answered.window_restarts
    assert await invariants.check_books(studio_db) == []


async def test_a_work_that_was_left_out_comes_into_the_cut_with_its_outcome(
    studio_db: Database, done: Finished
) -> None:
    view = await money.propose(studio_db, done)
    concern = await money.object_to(studio_db, view)
    choices = {"actor": PRODUCER, "show": None, "channel_id": None}
    offered = await cuts.suggest_works(studio_db, **choices, in_cut=False)
    assert [work.number for work in offered] == [1]
    await cuts.add(
        studio_db, PRODUCER, show=None, channel_id=None, work="#1", reason="It is in the film", now=after(days=1)
    )
    answered = await money.answer(studio_db, concern, accept=True)
    assert answered.round.works_in_cut == 3
    assert set(money.amounts(answered.round)) == {"Ann", "Mia", "Bo"}
    async with studio_db.reading() as tx:
        entry = await tx.get_one(CutEntry, (done.episode, done.works["sketch"]))
        assert (entry.in_cut, entry.outcome) == (True, Outcome.USED)


async def test_a_stolen_work_is_taken_out(studio_db: Database, done: Finished) -> None:
    view = await money.propose(studio_db, done)
    concern = await money.object_to(studio_db, view)
    await edit.disqualify(studio_db, PRODUCER, done.works["solo"], reason="Not theirs", now=after(days=1))
    answered = await money.answer(studio_db, concern, accept=True)
    assert money.amounts(answered.round) == {"Mia": 10_000}
    assert {change.artist.name: change.after.amount for change in answered.changes} == {"Mia": 10_000, "Bo": 0}
    async with studio_db.reading() as tx:
        states = list(await tx.scalars(select(Work.state).order_by(Work.number)))
    assert states == [WorkState.IN, WorkState.IN, WorkState.DISQUALIFIED]


async def test_artists_cannot_change_what_they_are_paid_from(studio_db: Database, done: Finished) -> None:
    await money.propose(studio_db, done)
    for change in (offer(studio_db, done.works["remix"], MIA), add_source(studio_db, done.works["remix"], MIA)):
        with pytest.raises(UserError, match="a concern on the payout proposal is the way"):
            await change
    with pytest.raises(UserError, match="Only producers"):
        await points(studio_db, "#2", 3, MIA)


async def test_nothing_moves_before_a_proposal_or_after_it_is_final(studio_db: Database, done: Finished) -> None:
    async def all_refused() -> None:
        for change in (offer(studio_db, done.works["remix"]), add_source(studio_db, done.works["remix"])):
            with pytest.raises(UserError, match="until the episode is released"):
                await change
        with pytest.raises(UserError, match="only while the cut is made"):
            await points(studio_db, "#2", 3)

    await all_refused()
    view = await money.propose(studio_db, done)
    with pytest.raises(UserError, match="#99"):
        await points(studio_db, "#99", 3)
    await money.finalise(studio_db, view)
    await all_refused()
