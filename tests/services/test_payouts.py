"""A payout round from proposal to settlement: exact, once, explained, and never over an open concern."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import func, select

from db.models import AllocationState, ConcernKind, ConcernState, Credit, CreditState, OutboxRow, Weights
from domain import allocation
from domain.commitments import digest
from domain.episode import Phase, RoundPhase
from domain.errors import UserError
from services import invariants
from services.payouts import concerns, payments, read, rounds
from services.payouts.views import RoundView
from services.shows import ShowView
from services.store import Database, Transaction, writes
from tests.support import money
from tests.support.finished import Finished, finish_episode, in_one
from tests.support.money import WINDOW_OVER
from tests.support.studio import GUILD, NOW, PRODUCER, actor, after, rng


async def outbox_kinds(db: Database) -> Counter[str]:
    async with db.reading() as tx:
        rows = await tx.execute(select(OutboxRow.kind, func.count()).group_by(OutboxRow.kind))
        return Counter(dict(rows.all()))


@pytest.fixture
async def remixed(studio_db: Database, show: ShowView) -> Finished:
    """Mia remixed Ann's sketch, which is not in the cut; Bo stands alone."""
    return await finish_episode(
        studio_db,
        show.id,
        artists=["Ann", "Mia", "Bo"],
        works={"sketch": "Ann", "remix": "Mia", "solo": "Bo"},
        cut=["remix", "solo"],
        sources=[("remix", "sketch")],
    )


async def test_the_first_episode_of_the_tv_show(studio_db: Database, show: ShowView) -> None:
    view = await money.propose(studio_db, await in_one(studio_db, show.id, 426), "$50,000")
    assert Counter(money.amounts(view).values()) == {11738: 38, 11737: 388}


async def test_a_source_outside_the_cut_is_paid_through_its_remix(studio_db: Database, remixed: Finished) -> None:
    view = await money.propose(studio_db, remixed)
    assert money.amounts(view) == {"Bo": 5000, "Mia": 4000, "Ann": 1000}
    why = await money.explain(studio_db, view, "Ann")
    assert [(line.kind, line.amount.amount, line.remix and line.remix.title) for line in why.lines] == [
        ("lineage", 1000, "remix")
    ]


async def test_points_weigh_the_works(studio_db: Database, show: ShowView) -> None:
    done = await finish_episode(
        studio_db, show.id, artists=["Ann", "Bo"], works={"a": "Ann", "b": "Bo"}, cut=["a", "b"], weights=Weights.POINTS
    )
    await set_points(studio_db, done.episode, done.works["a"], 3)
    assert money.amounts(await money.propose(studio_db, done)) == {"Ann": 7500, "Bo": 2500}


async def test_a_round_needs_a_released_episode_money_and_a_cut(studio_db: Database, show: ShowView) -> None:
    cutting = await finish_episode(
        studio_db, show.id, artists=["Ann"], works={"a": "Ann"}, cut=["a"], phase=Phase.CUTTING
    )
    with pytest.raises(UserError, match="only once the episode is out"):
        await money.propose(studio_db, cutting)
    empty = await finish_episode(studio_db, show.id, artists=["Bob"], works={"b": "Bob"}, cut=[])
    with pytest.raises(UserError, match="no money"):
        await rounds.propose(studio_db, PRODUCER, episode_id=empty.episode, now=NOW, rng=rng())
    with pytest.raises(UserError, match="cut is empty"):
        await money.propose(studio_db, empty, asked_by=2)
    assert await outbox_kinds(studio_db) == {}


async def test_only_one_round_is_open_at_a_time(studio_db: Database, remixed: Finished) -> None:
    await money.put_in(studio_db, remixed.episode, "$100")
    calls = (rounds.propose(studio_db, PRODUCER, episode_id=remixed.episode, now=NOW, rng=rng(i)) for i in range(5))
    results = await asyncio.gather(*calls, return_exceptions=True)
    refused = [result for result in results if isinstance(result, UserError)]
    assert len(refused) == 4
    assert all("already proposed" in str(result) for result in refused)
    assert (await outbox_kinds(studio_db))["proposal"] == 1


async def test_a_round_with_an_open_concern_cannot_be_finalised(studio_db: Database, remixed: Finished) -> None:
    view = await money.propose(studio_db, remixed)
    for _ in range(2):
        concern = await concerns.raise_concern(
            studio_db, actor("Ann"), round_id=view.id, kind=ConcernKind.TOO_LOW, text="My part is half of it.",
            asked_by=50, at=after(days=1), now=after(days=1),
        )  # fmt: skip
    with pytest.raises(UserError, match="while a concern is open"):
        await rounds.finalise(studio_db, PRODUCER, round_id=view.id, now=WINDOW_OVER)
    done = await concerns.answer(
        studio_db, PRODUCER, concern_id=concern.id, accept=False, text="The deal says 20%.", now=after(days=2)
    )
    assert done.concern.state is ConcernState.DECLINED
    assert not done.window_restarts
    final = await rounds.finalise(studio_db, PRODUCER, round_id=view.id, now=WINDOW_OVER)
    assert final.phase is RoundPhase.FINAL
    assert len(final.concerns) == 1


async def test_an_accepted_concern_shows_before_and_after_and_restarts_the_window(
    studio_db: Database, remixed: Finished
) -> None:
    view = await money.propose(studio_db, remixed)
    concern = await concerns.raise_concern(
        studio_db, actor("Ann"), round_id=view.id, kind=ConcernKind.LEFT_OUT, text="I made half of the remix.",
        asked_by=50, at=after(days=1), now=after(days=1),
    )  # fmt: skip
    with pytest.raises(UserError, match="change nobody's amount yet"):
        await concerns.answer(studio_db, PRODUCER, concern_id=concern.id, accept=True, text="Right!", now=after(days=2))
    await share_credit(studio_db, remixed.works["remix"], remixed.artists["Mia"], remixed.artists["Ann"])
    done = await concerns.answer(
        studio_db, PRODUCER, concern_id=concern.id, accept=True, text="Right!", now=after(days=2)
    )
    moved = {
        change.artist.name: (change.before.amount, change.after.amount, change.material) for change in done.changes
    }
    assert moved == {"Ann": (1000, 3000, False), "Mia": (4000, 2000, True)}
    assert done.window_restarts
    assert done.round.comments_until == after(days=16)
    assert sum(money.amounts(done.round).values()) == 10_000
    with pytest.raises(UserError, match="Artists can comment until"):
        await rounds.finalise(studio_db, PRODUCER, round_id=view.id, now=WINDOW_OVER)


async def test_finalised_ten_times_at_once_it_is_paid_once(studio_db: Database, remixed: Finished) -> None:
    view = await money.propose(studio_db, remixed)
    calls = (rounds.finalise(studio_db, PRODUCER, round_id=view.id, now=WINDOW_OVER) for _ in range(10))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [result for result in results if not isinstance(result, RoundView)] == []
    mine = await read.earnings(studio_db, guild_id=GUILD, user_id=actor("Bo").user_id)
    assert [(name, held.amount) for name, held in mine.balances] == [("Night Shift", 5000)]
    assert await invariants.check_books(studio_db) == []
    kinds = await outbox_kinds(studio_db)
    assert (kinds["round_final"], kinds["allocation"]) == (1, 3)


async def test_the_statement_recomputes_to_itself(studio_db: Database, remixed: Finished) -> None:
    view = await money.propose(studio_db, remixed)
    await rounds.finalise(studio_db, PRODUCER, round_id=view.id, now=WINDOW_OVER)
    published = await read.statement(studio_db, round_id=view.id)
    again = allocation.allocation_to_json(allocation.allocate(allocation.from_json(published.document)))
    assert {key: published.document[key] for key in again} == again
    assert digest(published.document) == published.digest


async def test_later_money_is_another_round(studio_db: Database, remixed: Finished) -> None:
    first = await money.propose(studio_db, remixed)
    await money.put_in(studio_db, remixed.episode, "$10", 2)
    await rounds.finalise(studio_db, PRODUCER, round_id=first.id, now=WINDOW_OVER)
    second = await rounds.propose(studio_db, PRODUCER, episode_id=remixed.episode, now=WINDOW_OVER, rng=rng(2))
    assert (second.number, second.pool.amount) == (2, 1000)
    assert await invariants.check_books(studio_db) == []


async def test_payments_come_off_the_balance_once(studio_db: Database, remixed: Finished) -> None:
    view = await money.propose(studio_db, remixed)
    await rounds.finalise(studio_db, PRODUCER, round_id=view.id, now=WINDOW_OVER)

    async def pay(amount: str, asked_by: int) -> payments.PaymentView:
        return await payments.record_payment(
            studio_db, PRODUCER, show=None, channel_id=None, user_id=actor("Bo").user_id, amount=amount,
            reference="wire 7", asked_by=asked_by, now=WINDOW_OVER,
        )  # fmt: skip

    paid = await asyncio.gather(*(pay("50", 9) for _ in range(5)))
    assert {view.left.amount for view in paid} == {0}
    with pytest.raises(UserError, match=r"balance is 0\.00 USD"):
        await pay("0.01", 10)
    settled = await rounds.settle(studio_db, PRODUCER, round_id=view.id, now=WINDOW_OVER)
    states = {share.artist.name: share.state for share in settled.allocations}
    assert states == {"Bo": AllocationState.PAID, "Mia": AllocationState.CARRIED, "Ann": AllocationState.CARRIED}
    assert await invariants.check_books(studio_db) == []


@writes
async def set_points(tx: Transaction, episode_id: int, work_id: int, points: int) -> None:
    from db.models import CutEntry

    (await tx.get_one(CutEntry, (episode_id, work_id))).points = points


@writes
async def share_credit(tx: Transaction, work_id: int, first: int, second: int) -> None:
    credit = await tx.scalar(select(Credit).where(Credit.work_id == work_id, Credit.artist_id == first))
    assert credit is not None
    credit.share_bp = 5000
    tx.add(Credit(work_id=work_id, artist_id=second, role="", share_bp=5000, state=CreditState.CONFIRMED))
