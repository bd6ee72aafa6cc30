"""Who may do what with money, and when not: other servers, other shows, late words, and books that must not move."""

import asyncio
from dataclasses import replace

import pytest

from db.models import AllocationState, FundKind, Work, WorkState
from domain.episode import RoundPhase
from domain.errors import UserError
from services import funds, invariants
from services.payouts import concerns, read, rounds
from services.payouts.rounds import Limits
from services.shows import ShowView
from services.store import Database, Transaction, writes
from tests.support import money
from tests.support.finished import Finished, finish_episode, in_one
from tests.support.money import WINDOW_OVER
from tests.support.studio import (
    GUILD,
    MANAGER,
    NEWS_CHANNEL,
    NOW,
    PRODUCER,
    PRODUCER_ROLE,
    actor,
    after,
    elsewhere,
    make_show,
    rng,
)

BOSS_ELSEWHERE = elsewhere(MANAGER)


@pytest.fixture
async def finished(studio_db: Database, show: ShowView) -> Finished:
    return await in_one(studio_db, show.id, 3)


async def refused(says: str, *calls) -> None:
    for call in calls:
        with pytest.raises(UserError, match=says):
            await call


async def test_nobody_reaches_into_another_server(studio_db: Database, finished: Finished) -> None:
    funded = await money.put_in(studio_db, finished.episode, "$100")
    view = await rounds.propose(studio_db, PRODUCER, episode_id=finished.episode, now=NOW, rng=rng())
    concern = await money.object_to(studio_db, view)
    fund = funded.lines[0].id
    await refused(
        "There is no such episode",
        funds.funds_view(studio_db, BOSS_ELSEWHERE, episode_id=finished.episode),
        funds.add(
            studio_db, BOSS_ELSEWHERE, episode_id=finished.episode, kind=FundKind.BUDGET, amount="1", source="x",
            note="", received_on=None, asked_by=9, now=NOW,
        ),
        rounds.propose(studio_db, BOSS_ELSEWHERE, episode_id=finished.episode, now=NOW, rng=rng()),
    )  # fmt: skip
    await refused(
        "There is no such entry", funds.take_back(studio_db, BOSS_ELSEWHERE, fund_id=fund, reason="x", now=NOW)
    )
    await refused(
        "There is no such payout round",
        money.finalise(studio_db, view, BOSS_ELSEWHERE),
        rounds.settle(studio_db, BOSS_ELSEWHERE, round_id=view.id, now=WINDOW_OVER),
        money.object_to(studio_db, view, elsewhere(actor("Ann")), asked_by=51),
        concerns.check_open(studio_db, BOSS_ELSEWHERE, round_id=view.id, now=NOW),
    )
    await refused("There is no such concern", money.answer(studio_db, concern, accept=False, by=BOSS_ELSEWHERE))
    await refused(
        "another server",
        read.explain(studio_db, guild_id=BOSS_ELSEWHERE.guild_id, round_id=view.id, user_id=1, name="x"),
    )
    assert await read.open_concerns(studio_db, BOSS_ELSEWHERE) == []
    assert (await read.get_round(studio_db, round_id=view.id)).phase is RoundPhase.PROPOSED


async def test_a_producer_of_one_show_has_no_hand_in_another(studio_db: Database, finished: Finished) -> None:
    role = PRODUCER_ROLE + 50
    await make_show(
        studio_db, name="Day Shift", works_channel_id=NEWS_CHANNEL + 10, news_channel_id=NEWS_CHANNEL + 11,
        producers_channel_id=None, producer_role_id=role,
    )  # fmt: skip
    other = replace(PRODUCER, role_ids=frozenset({role}))
    fund = (await money.put_in(studio_db, finished.episode, "$100")).lines[0].id
    view = await rounds.propose(studio_db, PRODUCER, episode_id=finished.episode, now=NOW, rng=rng())
    concern = await money.object_to(studio_db, view)
    await refused(
        "Only producers of Night Shift",
        funds.funds_view(studio_db, other, episode_id=finished.episode),
        funds.take_back(studio_db, other, fund_id=fund, reason="x", now=NOW),
        rounds.propose(studio_db, other, episode_id=finished.episode, now=NOW, rng=rng()),
        money.answer(studio_db, concern, accept=False, by=other),
        money.finalise(studio_db, view, other),
        rounds.settle(studio_db, other, round_id=view.id, now=WINDOW_OVER),
    )
    assert await read.open_concerns(studio_db, other) == []
    assert [one.text for one in await read.open_concerns(studio_db, PRODUCER)] == ["My part is half of it."]


async def test_artists_have_no_hand_in_it_either(studio_db: Database, finished: Finished) -> None:
    view = await money.propose(studio_db, finished)
    concern = await money.object_to(studio_db, view)
    ann = actor("Ann")
    await refused(
        "Only producers",
        money.answer(studio_db, concern, accept=False, by=ann),
        money.finalise(studio_db, view, ann),
        rounds.settle(studio_db, ann, round_id=view.id, now=WINDOW_OVER),
        rounds.propose(studio_db, ann, episode_id=finished.episode, now=NOW, rng=rng()),
        money.pay(studio_db, "Ann", "1", 9, ann),
    )


async def test_concerns_are_taken_until_the_time_for_them_and_its_grace_are_over(
    studio_db: Database, finished: Finished
) -> None:
    view = await money.propose(studio_db, finished)
    grace = 600 / 86400
    await money.object_to(studio_db, view, asked_by=50, days=14 + grace * 0.99)
    await refused("Comments on this payout closed", money.object_to(studio_db, view, asked_by=51, days=14 + grace))
    await concerns.check_open(studio_db, actor("Ann"), round_id=view.id, now=after(days=13))
    await refused("closed", concerns.check_open(studio_db, actor("Ann"), round_id=view.id, now=after(days=15)))


async def test_nobody_holds_a_payout_up_by_writing_many_concerns(studio_db: Database, finished: Finished) -> None:
    view = await money.propose(studio_db, finished)
    raised = [await money.object_to(studio_db, view, asked_by=50 + n) for n in range(concerns.MOST_OPEN)]
    await refused("wait for an answer already", money.object_to(studio_db, view, asked_by=99))
    await money.object_to(studio_db, view, actor("Bo"), asked_by=98)
    await money.answer(studio_db, raised[0], accept=False)
    assert (await money.object_to(studio_db, view, asked_by=99)).number == concerns.MOST_OPEN + 2


async def test_a_refused_proposal_leaves_the_profit_unshared(studio_db: Database, show: ShowView) -> None:
    empty = await finish_episode(studio_db, show.id, artists=["Ann"], works={"a": "Ann"}, cut=[])
    await money.put_in(studio_db, empty.episode, "100", kind=FundKind.REVENUE)
    await refused("cut is empty", rounds.propose(studio_db, PRODUCER, episode_id=empty.episode, now=NOW, rng=rng()))
    view = await funds.funds_view(studio_db, PRODUCER, episode_id=empty.episode)
    assert (view.revenue.amount, view.house.amount, view.pool.amount) == (10_000, 5_000, 5_000)
    undone = await funds.take_back(studio_db, PRODUCER, fund_id=view.lines[0].id, reason="typo", now=NOW)
    assert (undone.revenue.amount, undone.pool.amount) == (0, 0)


async def test_profit_is_shared_once_and_later_costs_come_off_later_revenue(
    studio_db: Database, finished: Finished
) -> None:
    await money.put_in(studio_db, finished.episode, "100", 1, FundKind.REVENUE)
    first = await rounds.propose(studio_db, PRODUCER, episode_id=finished.episode, now=NOW, rng=rng())
    assert first.pool.amount == 5_000
    await money.put_in(studio_db, finished.episode, "30", 2, FundKind.COST)
    await money.finalise(studio_db, first)
    await refused(
        "no money to share", rounds.propose(studio_db, PRODUCER, episode_id=finished.episode, now=NOW, rng=rng())
    )
    view = await money.put_in(studio_db, finished.episode, "50", 3, FundKind.REVENUE)
    assert (view.revenue.amount, view.costs.amount, view.pool.amount) == (5_000, 3_000, 1_000)
    with pytest.raises(UserError, match="already shared"):
        await funds.take_back(studio_db, PRODUCER, fund_id=view.lines[0].id, reason="typo", now=NOW)
    assert await invariants.check_books(studio_db) == []


async def test_money_that_is_proposed_does_not_go_to_the_reserve(studio_db: Database, finished: Finished) -> None:
    await money.propose(studio_db, finished, "$100")
    await money.put_in(studio_db, finished.episode, "5", 2)
    with pytest.raises(UserError, match=r"pool holds 5\.00 USD"):
        await money.put_in(studio_db, finished.episode, "5.01", 3, FundKind.TO_RESERVE)
    view = await money.put_in(studio_db, finished.episode, "5", 4, FundKind.TO_RESERVE)
    assert (view.pool.amount, view.reserve.amount) == (0, 500)


async def test_money_is_entered_once_it_is_there(studio_db: Database, finished: Finished) -> None:
    with pytest.raises(UserError, match="2062-06-01 is still to come"):
        await funds.add(
            studio_db, PRODUCER, episode_id=finished.episode, kind=FundKind.BUDGET, amount="1", source="x", note="",
            received_on=NOW.date().replace(year=2062), asked_by=1, now=NOW,
        )  # fmt: skip


async def test_a_pool_of_one_unit_goes_to_one_artist_and_the_others_are_told(
    studio_db: Database, finished: Finished
) -> None:
    view = await money.propose(studio_db, finished, "0.01")
    assert sorted(money.amounts(view).values()) == [0, 0, 1]
    await money.finalise(studio_db, view)
    none = next(share.artist for share in view.allocations if not share.amount.amount)
    why = await read.explain_artist(studio_db, round_id=view.id, artist_id=none.id)
    assert why.amount is not None
    assert (why.amount.amount, why.lines) == (0, ())
    settled = await rounds.settle(studio_db, PRODUCER, round_id=view.id, now=WINDOW_OVER)
    assert {share.state for share in settled.allocations} == {AllocationState.CARRIED}
    assert await invariants.check_books(studio_db) == []


@pytest.mark.parametrize(("code", "amount", "units"), [("JPY", "¥1,000", 1000), ("KWD", "12.345", 12345)])
async def test_currencies_without_cents_and_with_mills(
    studio_db: Database, show: ShowView, code: str, amount: str, units: int
) -> None:
    done = await finish_episode(
        studio_db, show.id, artists=["Ann", "Bo", "Cy"], works={"a": "Ann", "b": "Bo", "c": "Cy"}, cut=["a", "b", "c"],
        currency=code,
    )  # fmt: skip
    with pytest.raises(UserError, match="decimal"):
        await money.put_in(studio_db, done.episode, amount + ("5" if code == "KWD" else ".5"), 2)
    view = await money.propose(studio_db, done, amount)
    assert view.pool.currency.code == code
    assert sum(money.amounts(view).values()) == units
    final = await money.finalise(studio_db, view)
    assert final.pool.amount == units


async def test_floor_and_cap_that_cannot_hold_are_refused_with_what_would(studio_db: Database, show: ShowView) -> None:
    people = {"artists": ["Ann", "Bo"], "works": {"a": "Ann", "b": "Bo"}, "cut": ["a", "b"]}
    floor = await finish_episode(studio_db, show.id, **people, floor=1_000)
    await refused(
        r"floor of 10\.00 USD for 2 artists.*at most 5\.00 USD.*/fund add", money.propose(studio_db, floor, "10")
    )
    await money.put_in(studio_db, floor.episode, "10", 2)
    view = await rounds.propose(studio_db, PRODUCER, episode_id=floor.episode, now=NOW, rng=rng())
    assert (money.amounts(view), view.floor.amount) == ({"Ann": 1000, "Bo": 1000}, 1000)


async def test_other_limits_are_for_where_the_deals_cannot_hold(studio_db: Database, show: ShowView) -> None:
    capped = await finish_episode(
        studio_db, show.id, artists=["Ann", "Bo"], works={"a": "Ann", "b": "Bo"}, cut=["a", "b"], cap_bp=1_000
    )

    async def propose(limits: Limits | None) -> object:
        return await rounds.propose(studio_db, PRODUCER, episode_id=capped.episode, now=NOW, rng=rng(), limits=limits)

    await money.put_in(studio_db, capped.episode, "10")
    await refused(r"must be at least 5000 basis points.*`cap`", propose(None))
    await refused("at least 5000", propose(Limits(cap_bp=4_000)))
    view = await rounds.propose(
        studio_db, PRODUCER, episode_id=capped.episode, now=NOW, rng=rng(), limits=Limits(cap_bp=5_000)
    )
    assert (view.cap_bp, view.deal_cap_bp) == (5_000, 1_000)
    holds = await in_one(studio_db, show.id, 2)
    await money.put_in(studio_db, holds.episode, "10", 2)
    await refused(
        "hold for this pool, so they stand",
        rounds.propose(studio_db, PRODUCER, episode_id=holds.episode, now=NOW, rng=rng(), limits=Limits(floor="0.50")),
    )


async def test_payments_cover_the_oldest_shares_first(studio_db: Database, show: ShowView) -> None:
    done = await finish_episode(studio_db, show.id, artists=["Bo"], works={"b": "Bo"}, cut=["b"])
    first = await money.finalise(studio_db, await money.propose(studio_db, done, "10"))
    await money.put_in(studio_db, done.episode, "20", 2)
    again = await rounds.propose(studio_db, PRODUCER, episode_id=done.episode, now=NOW, rng=rng())
    second = await money.finalise(studio_db, again)

    async def states() -> list[AllocationState]:
        mine = await read.earnings(studio_db, guild_id=GUILD, user_id=actor("Bo").user_id)
        return [each.state for each in reversed(mine.earnings)]

    await money.pay(studio_db, "Bo", "9.99", 11)
    assert await states() == [AllocationState.CARRIED, AllocationState.CARRIED]
    await money.pay(studio_db, "Bo", "0.01", 12)
    assert await states() == [AllocationState.PAID, AllocationState.CARRIED]
    await rounds.settle(studio_db, PRODUCER, round_id=first.id, now=WINDOW_OVER)
    await rounds.settle(studio_db, PRODUCER, round_id=second.id, now=WINDOW_OVER)
    await money.pay(studio_db, "Bo", "20", 13)
    assert await states() == [AllocationState.PAID, AllocationState.PAID]


async def test_an_answer_and_finalising_at_once_leave_books_that_hold(studio_db: Database, finished: Finished) -> None:
    view = await money.propose(studio_db, finished)
    concern = await money.object_to(studio_db, view)
    tried = await asyncio.gather(
        money.answer(studio_db, concern, accept=False, days=20),
        *(money.finalise(studio_db, view) for _ in range(4)),
        *(money.answer(studio_db, concern, accept=True, days=20) for _ in range(2)),
        return_exceptions=True,
    )
    assert [error for error in tried if isinstance(error, Exception) and not isinstance(error, UserError)] == []
    now = await money.finalise(studio_db, view)
    assert (now.phase, now.open_concerns) == (RoundPhase.FINAL, 0)
    assert await invariants.check_books(studio_db) == []


async def test_the_newest_round_in_the_phase_that_is_meant_comes_first(studio_db: Database, finished: Finished) -> None:
    first = await money.finalise(studio_db, await money.propose(studio_db, finished))
    await money.put_in(studio_db, finished.episode, "5", 2)
    second = await rounds.propose(studio_db, PRODUCER, episode_id=finished.episode, now=NOW, rng=rng())

    async def meant(phase: RoundPhase | None, episode: str | None = None) -> int:
        return (await read.latest_round(studio_db, guild_id=GUILD, episode=episode, phase=phase)).id

    assert await meant(None) == second.id
    assert await meant(RoundPhase.FINAL) == first.id
    assert await meant(RoundPhase.PROPOSED, "S1E1") == second.id
    assert await meant(RoundPhase.SETTLED) == second.id
    with pytest.raises(UserError, match="no episode “S1E9”"):
        await meant(None, "S1E9")


async def test_a_disqualified_source_passes_nothing_on_and_a_withdrawn_work_is_not_paid(
    studio_db: Database, show: ShowView
) -> None:
    done = await finish_episode(
        studio_db, show.id, artists=["Ann", "Mia", "Bo"], works={"sketch": "Ann", "remix": "Mia", "solo": "Bo"},
        cut=["remix", "solo"], sources=[("remix", "sketch")],
    )  # fmt: skip
    await set_state(studio_db, done.works["sketch"], WorkState.DISQUALIFIED)
    await set_state(studio_db, done.works["solo"], WorkState.WITHDRAWN)
    view = await money.propose(studio_db, done)
    assert (money.amounts(view), view.works_in_cut) == ({"Mia": 10_000}, 1)
    published = await read.statement(studio_db, round_id=view.id)
    assert published.document["works"][0]["sources"] == [{"outside": "a disqualified work", "bp": None}]


async def test_another_guilds_balance_cannot_be_paid_from_here(studio_db: Database, finished: Finished) -> None:
    with pytest.raises(UserError, match="no show yet"):
        await money.pay(studio_db, "Ann", "1", 9, BOSS_ELSEWHERE)
    with pytest.raises(UserError, match="have no balance"):
        await money.pay(studio_db, "Nobody", "1", 9)


@writes
async def set_state(tx: Transaction, work_id: int, state: WorkState) -> None:
    (await tx.get_one(Work, work_id)).state = state
