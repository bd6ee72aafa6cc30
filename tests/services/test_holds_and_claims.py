"""Money that waits: a disputed work's, apart from everybody else's, and what nobody claims, until the deal's day."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from db.models import AllocationState, Credit, CreditState, LedgerPosting, OutboxRow, Source, SourceState, Unclaimed
from domain import ledger as rules
from domain.errors import UserError
from services import clock, invariants
from services.kinds import HoldState, Wish
from services.paying import claims, holds
from services.payouts import read, rounds
from services.payouts.views import RoundView
from services.shows import ShowView
from services.store import Database, Transaction, writes
from tests.support import money, paying
from tests.support.finished import Finished, finish_episode
from tests.support.money import WINDOW_OVER
from tests.support.studio import GUILD, PRODUCER, actor, elsewhere, rng


async def held(db: Database, account: str) -> int:
    async with db.reading() as tx:
        query = select(func.sum(LedgerPosting.amount)).where(LedgerPosting.account == account)
        return int(await tx.scalar(query) or 0)


async def balances(db: Database, done: Finished) -> dict[str, int]:
    return {name: await held(db, rules.artist_account(row)) for name, row in done.artists.items()}


async def told(db: Database, kind: str) -> int:
    async with db.reading() as tx:
        return int(await tx.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.kind == kind)) or 0)


async def states(db: Database, view: RoundView) -> dict[str, AllocationState]:
    return {share.artist.name: share.state for share in (await read.get_round(db, round_id=view.id)).allocations}


async def make(db: Database, show: ShowView, **terms: int | str) -> Finished:
    """Mia remixed Ann's sketch, which is not in the cut; Bo stands alone. $100 makes $10, $40 and $50."""
    return await finish_episode(
        db, show.id, artists=["Ann", "Mia", "Bo"], works={"sketch": "Ann", "remix": "Mia", "solo": "Bo"},
        cut=["remix", "solo"], sources=[("remix", "sketch")], **terms,
    )  # fmt: skip


@pytest.fixture
async def remixed(studio_db: Database, show: ShowView) -> Finished:
    return await make(studio_db, show, claim_days=60)


async def test_only_the_disputed_works_money_waits(studio_db: Database, remixed: Finished) -> None:
    view = await money.propose(studio_db, remixed)
    views = await asyncio.gather(*(paying.hold(studio_db, view, 2) for _ in range(4)))
    assert {one.id for one in views} == {views[0].id}
    assert (views[0].amount.amount, views[0].people, views[0].final) == (4000, 1, False)
    why = await money.explain(studio_db, view, "Mia")
    assert [(each.work.number, each.amount.amount) for each in why.held] == [(2, 4000)]
    await asyncio.gather(*(money.finalise(studio_db, view) for _ in range(5)))
    assert await balances(studio_db, remixed) == {"Ann": 1000, "Mia": 0, "Bo": 5000}
    assert await held(studio_db, rules.held_account(view.id)) == 4000
    assert (await states(studio_db, view))["Mia"] is AllocationState.HELD
    assert await told(studio_db, "hold") == 1
    assert await invariants.check_books(studio_db) == []


@pytest.mark.parametrize(
    ("to", "expected", "pool"),
    [
        (HoldState.RELEASED, {"Ann": 1000, "Mia": 4000, "Bo": 5000}, 0),
        (HoldState.CREDITED, {"Ann": 3000, "Mia": 2000, "Bo": 5000}, 0),
        (HoldState.POOLED, {"Ann": 1000, "Mia": 0, "Bo": 5000}, 4000),
    ],
)
async def test_a_decision_moves_what_was_held_once(
    studio_db: Database, remixed: Finished, to: HoldState, expected: dict[str, int], pool: int
) -> None:
    view = await money.propose(studio_db, remixed)
    hold = await paying.hold(studio_db, view, 2)
    await money.finalise(studio_db, view)
    await share_credit(studio_db, remixed.works["remix"], remixed.artists["Mia"], remixed.artists["Ann"])
    await asyncio.gather(*(paying.decide(studio_db, hold, to) for _ in range(5)))
    assert await balances(studio_db, remixed) == expected
    assert await held(studio_db, rules.held_account(view.id)) == 0
    state = AllocationState.REDIRECTED if to is HoldState.POOLED else AllocationState.CARRIED
    assert (await states(studio_db, view))["Mia"] is state
    assert await held(studio_db, rules.pool_account(remixed.episode)) == pool
    other = HoldState.POOLED if to is not HoldState.POOLED else HoldState.RELEASED
    with pytest.raises(UserError, match="decided already"):
        await paying.decide(studio_db, hold, other)
    assert await invariants.check_books(studio_db) == []
    if pool:
        again = await rounds.propose(studio_db, PRODUCER, episode_id=remixed.episode, now=WINDOW_OVER, rng=rng(3))
        assert (again.number, again.pool.amount) == (2, pool)


async def test_a_hold_lifted_before_the_round_is_final_changes_nothing(studio_db: Database, remixed: Finished) -> None:
    view = await money.propose(studio_db, remixed)
    hold = await paying.hold(studio_db, view, 2)
    await paying.decide(studio_db, hold, HoldState.RELEASED)
    assert (await paying.hold(studio_db, view, 2)).id == hold.id
    await paying.decide(studio_db, hold, HoldState.RELEASED)
    await money.finalise(studio_db, view)
    assert await balances(studio_db, remixed) == {"Ann": 1000, "Mia": 4000, "Bo": 5000}
    assert await invariants.check_books(studio_db) == []


async def test_holds_are_for_producers_works_of_the_round_and_proposals(studio_db: Database, remixed: Finished) -> None:
    view = await money.propose(studio_db, remixed)
    for who, number, reason, sentence in (
        (actor("Bo"), 2, "Mine", "Only producers"),
        (elsewhere(PRODUCER), 2, "Mine", "no such payout round"),
        (PRODUCER, 77, "Why not", "#77 gets nothing"),
        (PRODUCER, 2, "  ", "Say why"),
        (PRODUCER, 2, "x" * 501, "under 500"),
    ):
        with pytest.raises(UserError, match=sentence):
            await holds.hold(studio_db, who, round_id=view.id, work=number, reason=reason, now=WINDOW_OVER)
    hold = await paying.hold(studio_db, view, 2)
    for who, sentence in ((actor("Bo"), "Only producers"), (elsewhere(PRODUCER), "no such hold")):
        with pytest.raises(UserError, match=sentence):
            await holds.decide(studio_db, who, hold_id=hold.id, to=HoldState.RELEASED, decision="Mine", now=WINDOW_OVER)
    await money.finalise(studio_db, view)
    with pytest.raises(UserError, match="on their artists' balances already"):
        await paying.hold(studio_db, view, 3)
    assert [one.id for one in await holds.holds_of(studio_db, guild_id=GUILD, only_held=True)] == [hold.id]


async def test_where_a_cap_took_from_a_works_lines_no_more_waits_than_the_artist_gets(
    studio_db: Database, show: ShowView
) -> None:
    done = await finish_episode(
        studio_db, show.id, artists=["Ann", "Bo", "Cy"], works={"a": "Ann", "b": "Ann", "c": "Bo", "d": "Cy"},
        cut=["a", "b", "c", "d"], cap_bp=3400,
    )  # fmt: skip
    view = await money.propose(studio_db, done)
    for number in (1, 2):
        await paying.hold(studio_db, view, number)
    await money.finalise(studio_db, view)
    assert (await balances(studio_db, done))["Ann"] == 0
    assert await held(studio_db, rules.held_account(view.id)) == money.amounts(view)["Ann"]
    assert await invariants.check_books(studio_db) == []


async def test_a_disputed_source_carries_no_money(studio_db: Database, remixed: Finished) -> None:
    await dispute(studio_db, remixed.works["remix"])
    view = await paying.final_round(studio_db, remixed)
    assert money.amounts(view) == {"Bo": 5000, "Mia": 5000}


# ---------------------------------------------------------------------------------- claims


def ends(view: RoundView, days: float = 60) -> datetime:
    assert view.finalised_at is not None
    return view.finalised_at + timedelta(days=days)


async def test_whoever_has_not_claimed_is_reminded_in_time_and_then_it_goes_once(
    studio_db: Database, remixed: Finished
) -> None:
    view = await paying.final_round(studio_db, remixed)
    await paying.say_how(studio_db, "Ann")
    await clock.run_due(studio_db, ends(view, 31), rng())
    assert await told(studio_db, "claim_reminder") == 2
    await claims.keep(studio_db, artist_id=remixed.artists["Mia"], user_id=actor("Mia").user_id, now=ends(view, 40))
    with pytest.raises(UserError, match="somebody else's money"):
        await claims.keep(studio_db, artist_id=remixed.artists["Bo"], user_id=actor("Mia").user_id, now=ends(view, 40))
    await clock.run_due(studio_db, ends(view, 54), rng())
    assert await told(studio_db, "claim_reminder") == 3
    await asyncio.gather(*(clock.run_due(studio_db, ends(view, 61), rng()) for _ in range(3)))
    assert await balances(studio_db, remixed) == {"Ann": 1000, "Mia": 4000, "Bo": 0}
    assert await held(studio_db, rules.RESERVE) == 5000
    assert (await states(studio_db, view))["Bo"] is AllocationState.UNCLAIMED
    assert await told(studio_db, "unclaimed") == 2
    assert await invariants.check_books(studio_db) == []


@pytest.mark.parametrize(
    ("goes", "account", "amount"),
    [
        (Unclaimed.HOUSE, rules.HOUSE, 10_000),
        (Unclaimed.POOL, "pool:1", 10_000),
        (Unclaimed.SOURCES, rules.RESERVE, 6_000),
    ],
)
async def test_unclaimed_money_goes_where_the_deal_says(
    studio_db: Database, show: ShowView, goes: Unclaimed, account: str, amount: int
) -> None:
    done = await make(studio_db, show, claim_days=60, unclaimed=goes.value)
    view = await paying.final_round(studio_db, done)
    await clock.run_due(studio_db, ends(view, 61), rng())
    assert await held(studio_db, account) == amount
    left = await balances(studio_db, done)
    assert left == {"Ann": 10_000 - amount if goes is Unclaimed.SOURCES else 0, "Mia": 0, "Bo": 0}
    assert await invariants.check_books(studio_db) == []


async def test_a_wish_or_a_deal_without_a_deadline_keeps_it_for_ever(studio_db: Database, show: ShowView) -> None:
    done = await make(studio_db, show, claim_days=0)
    view = await paying.final_round(studio_db, done)
    await paying.wish(studio_db, "Bo", Wish.PAY)
    await clock.run_due(studio_db, ends(view, 4000), rng())
    assert await balances(studio_db, done) == {"Ann": 1000, "Mia": 4000, "Bo": 5000}
    assert await told(studio_db, "claim_reminder") == 0


async def test_money_that_left_the_balance_is_not_taken_again(studio_db: Database, remixed: Finished) -> None:
    view = await paying.final_round(studio_db, remixed)
    await money.pay(studio_db, "Bo", "49.99", 9)
    await clock.run_due(studio_db, ends(view, 61), rng())
    assert await held(studio_db, rules.RESERVE) == 5001
    assert await invariants.check_books(studio_db) == []


@writes
async def share_credit(tx: Transaction, work_id: int, first: int, second: int) -> None:
    credit = await tx.scalar(select(Credit).where(Credit.work_id == work_id, Credit.artist_id == first))
    assert credit is not None
    credit.share_bp = 5000
    tx.add(Credit(work_id=work_id, artist_id=second, role="", share_bp=5000, state=CreditState.CONFIRMED))


@writes
async def dispute(tx: Transaction, work_id: int) -> None:
    source = await tx.scalar(select(Source).where(Source.work_id == work_id))
    assert source is not None
    source.state = SourceState.DISPUTED
