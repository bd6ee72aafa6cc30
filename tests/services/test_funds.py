"""Money in and out of an episode: entered once, understood or refused, and the books hold."""

import asyncio

import pytest

from db.models import FundKind
from domain.episode import Phase
from domain.errors import UserError
from services import funds, invariants
from services.payouts import rounds
from services.shows import ShowView
from services.store import Database
from tests.support.finished import Finished, finish_episode, in_one
from tests.support.studio import NOW, PRODUCER, actor, rng


async def put_in(db: Database, episode: int, kind: FundKind, amount: str, asked_by: int = 1) -> funds.FundsView:
    return await funds.add(
        db, PRODUCER, episode_id=episode, kind=kind, amount=amount, source="Streaming", note="",
        received_on=None, asked_by=asked_by, now=NOW,
    )  # fmt: skip


@pytest.fixture
async def finished(studio_db: Database, show: ShowView) -> Finished:
    return await in_one(studio_db, show.id, 3)


async def test_a_budget_line_is_all_the_artists(studio_db: Database, finished: Finished) -> None:
    view = await put_in(studio_db, finished.episode, FundKind.BUDGET, "$50,000")
    assert view.pool.amount == 5_000_000
    assert view.house.amount == 0


async def test_profit_is_shared_with_the_house_and_costs_come_first(studio_db: Database, finished: Finished) -> None:
    await put_in(studio_db, finished.episode, FundKind.REVENUE, "1,000.01", 1)
    view = await put_in(studio_db, finished.episode, FundKind.COST, "200", 2)
    assert (view.revenue.amount, view.costs.amount) == (100_001, 20_000)
    assert (view.house.amount, view.pool.amount) == (40_000, 40_001)


async def test_a_loss_leaves_nothing_to_share(studio_db: Database, finished: Finished) -> None:
    await put_in(studio_db, finished.episode, FundKind.REVENUE, "10", 1)
    view = await put_in(studio_db, finished.episode, FundKind.COST, "20", 2)
    assert (view.house.amount, view.pool.amount) == (0, 0)


async def test_asked_ten_times_at_once_it_is_the_same_money(studio_db: Database, finished: Finished) -> None:
    calls = (put_in(studio_db, finished.episode, FundKind.BUDGET, "100", 7) for _ in range(10))
    views = await asyncio.gather(*calls)
    assert {view.pool.amount for view in views} == {10_000}
    assert await invariants.check_books(studio_db) == []


@pytest.mark.parametrize(
    ("amount", "says"),
    [("1,234.567 USD", "decimals"), ("50 EUR", "EUR"), ("0", "zero"), ("-5", "."), ("lots", ".")],
)
async def test_an_amount_that_makes_no_sense_changes_nothing(
    studio_db: Database, finished: Finished, amount: str, says: str
) -> None:
    with pytest.raises(UserError, match=says):
        await put_in(studio_db, finished.episode, FundKind.BUDGET, amount)
    view = await funds.funds_view(studio_db, PRODUCER, episode_id=finished.episode)
    assert (view.lines, view.pool.amount) == ((), 0)


async def test_the_reserve_gives_what_it_holds_and_no_more(studio_db: Database, finished: Finished) -> None:
    with pytest.raises(UserError, match=r"reserve holds 0\.00 USD"):
        await put_in(studio_db, finished.episode, FundKind.FROM_RESERVE, "1", 1)
    await put_in(studio_db, finished.episode, FundKind.BUDGET, "100", 2)
    await put_in(studio_db, finished.episode, FundKind.TO_RESERVE, "30", 3)
    view = await put_in(studio_db, finished.episode, FundKind.FROM_RESERVE, "10", 4)
    assert view.pool.amount == 8_000
    with pytest.raises(UserError, match=r"reserve holds 20\.00 USD"):
        await put_in(studio_db, finished.episode, FundKind.FROM_RESERVE, "20.01", 5)


async def test_a_wrong_entry_is_taken_back_once_and_both_stay_in_the_books(
    studio_db: Database, finished: Finished
) -> None:
    view = await put_in(studio_db, finished.episode, FundKind.BUDGET, "100")
    for _ in range(2):
        view = await funds.take_back(studio_db, PRODUCER, fund_id=view.lines[0].id, reason="typed twice", now=NOW)
    assert view.pool.amount == 0
    assert [line.reversed for line in view.lines] == [True]
    assert await invariants.check_books(studio_db) == []


async def test_money_that_is_proposed_to_artists_cannot_be_taken_back(studio_db: Database, finished: Finished) -> None:
    view = await put_in(studio_db, finished.episode, FundKind.BUDGET, "100")
    await rounds.propose(studio_db, PRODUCER, episode_id=finished.episode, now=NOW, rng=rng())
    with pytest.raises(UserError, match="already shared out"):
        await funds.take_back(studio_db, PRODUCER, fund_id=view.lines[0].id, reason="changed my mind", now=NOW)
    assert await invariants.check_books(studio_db) == []


async def test_only_producers_see_and_enter_money(studio_db: Database, finished: Finished) -> None:
    with pytest.raises(UserError, match="Only producers"):
        await funds.funds_view(studio_db, actor("Ann"), episode_id=finished.episode)


async def test_a_canceled_episode_takes_no_money(studio_db: Database, show: ShowView) -> None:
    gone = await finish_episode(studio_db, show.id, artists=["Ann"], works={"w": "Ann"}, cut=[], phase=Phase.CANCELED)
    with pytest.raises(UserError, match="canceled"):
        await put_in(studio_db, gone.episode, FundKind.BUDGET, "100")
