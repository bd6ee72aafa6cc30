"""Money that producers move by hand, and rules compared before they are chosen."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from db.models import AllocationLine, CutEntry, OutboxRow, Weights
from domain import allocation
from domain.errors import UserError
from services import funds, invariants
from services.payouts import adjusting, preview, read, rounds
from services.payouts.adjusting import AdjustedView, Side
from services.payouts.views import RoundView
from services.shows import ShowView
from services.store import Database, Transaction
from tests.support import money
from tests.support.finished import Finished, finish_episode
from tests.support.studio import NOW, PRODUCER, actor, after, make_show, rng

ANN, BO, ZOE = (Side(user_id=actor(name).user_id, name=name) for name in ("Ann", "Bo", "Zoe"))


async def start(db: Database, **terms: Any) -> tuple[Finished, RoundView]:
    """Bo's and Cy's works in the cut, Bo's made from Ann's; $100 are proposed."""
    show = await make_show(db)
    done = await finish_episode(
        db, show.id, artists=["Ann", "Bo", "Cy"], works={"ann": "Ann", "bo": "Bo", "cy": "Cy"}, cut=["bo", "cy"],
        sources=[("bo", "ann")], **terms,
    )  # fmt: skip
    return done, await money.propose(db, done)


async def move(db: Database, view: RoundView, **changes: Any) -> AdjustedView:
    asked = {"giver": Side(), "taker": ZOE, "amount": "10", "reason": "She mixed it.", "asked_by": 77} | changes
    return await adjusting.adjust(db, PRODUCER, round_id=view.id, now=after(days=1), **asked)


async def test_off_the_top_everybody_gives_a_part_and_all_can_read_why(studio_db: Database, show: ShowView) -> None:
    done = await finish_episode(
        studio_db, show.id, artists=["Ann", "Bo", "Cy"], works={"ann": "Ann", "bo": "Bo", "cy": "Cy"},
        cut=["bo", "cy"], sources=[("bo", "ann")],
    )  # fmt: skip
    view = await money.propose(studio_db, done)
    assert money.amounts(view) == {"Cy": 5_000, "Bo": 4_000, "Ann": 1_000}
    moved = await move(studio_db, view)
    assert money.amounts(moved.round) == {"Cy": 4_500, "Bo": 3_600, "Ann": 900, "Zoe": 1_000}
    assert moved.window_restarts
    assert moved.round.comments_until == after(days=15)
    again = await move(studio_db, view)
    assert money.amounts(again.round) == money.amounts(moved.round)
    async with studio_db.reading() as tx:
        lines = list(await tx.scalars(select(AllocationLine).where(AllocationLine.kind == "adjustment")))
        said = list(await tx.scalars(select(OutboxRow).where(OutboxRow.kind == "adjusted")))
    assert [(line.amount, line.note) for line in lines] == [(1_000, "She mixed it.")]
    assert len(said) == 1
    assert await invariants.check_books(studio_db) == []


async def test_it_is_in_the_explanation_and_the_final_statement(db: Database) -> None:
    _, view = await start(db)
    await move(db, view, giver=Side(work=3), taker=Side(work=1), amount="$4", reason="The loop is hers.")
    shown = await money.explain(db, view, "Ann")
    assert [(line.kind, line.amount.amount, line.reason) for line in shown.lines] == [
        ("lineage", 1_000, ""), ("adjustment", 400, "The loop is hers.")
    ]  # fmt: skip
    await rounds.finalise(db, PRODUCER, round_id=view.id, now=after(days=20))
    statement = await read.statement(db, round_id=view.id)
    assert statement.document["adjustments"] == [
        {"from": {"work": "w3"}, "to": {"work": "w1"}, "amount": 400, "reason": "The loop is hers."}
    ]
    assert allocation.difference(statement.document) is None
    assert await invariants.check_books(db) == []


async def test_undone_it_is_as_if_it_never_was(db: Database) -> None:
    _, view = await start(db)
    await move(db, view)
    undone = await adjusting.undo(db, PRODUCER, round_id=view.id, number=1, now=after(days=2))
    assert money.amounts(undone.round) == money.amounts(view)
    assert (await adjusting.undo(db, PRODUCER, round_id=view.id, number=1, now=after(days=2))).changes == ()
    assert undone.round.adjustments == ()
    assert await invariants.check_books(db) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"amount": "0"}, "changes nothing"),
        ({"amount": "5 EUR"}, "counts in USD"),
        ({"amount": "100.01"}, "more than the pool"),
        ({"amount": "60", "giver": BO}, "they take more"),
        ({"giver": ZOE, "taker": ANN, "amount": "1"}, "they take more"),
        ({"reason": "  "}, "Say why"),
        ({"taker": Side()}, "Say who gets it"),
        ({"taker": Side(work=99)}, "#99 is not in this round"),
        ({"giver": ANN, "taker": ANN}, "the same"),
        ({"taker": Side(user_id=5, name="x", work=1)}, "not both"),
    ],
)
async def test_what_makes_no_sense_changes_nothing(db: Database, changes: dict[str, object], says: str) -> None:
    _, view = await start(db)
    with pytest.raises(UserError, match=says):
        await move(db, view, **changes)
    assert money.amounts(await read.get_round(db, round_id=view.id)) == money.amounts(view)


async def test_a_final_round_is_not_adjusted(db: Database) -> None:
    _, view = await start(db)
    await money.finalise(db, view)
    with pytest.raises(UserError, match="final"):
        await move(db, view)
    with pytest.raises(UserError, match="producer"):
        await adjusting.undo(db, actor("Ann"), round_id=view.id, number=1, now=NOW)


async def test_policies_side_by_side(studio_db: Database, show: ShowView) -> None:
    done = await finish_episode(
        studio_db, show.id, artists=["Ann", "Bo", "Cy"], works={"ann": "Ann", "bo": "Bo", "cy": "Cy"},
        cut=["bo", "cy"], sources=[("bo", "ann")], payout_min=2_000,
    )  # fmt: skip
    view = await preview.preview(
        studio_db, PRODUCER, episode=None, show=None, channel_id=None, pool="$100", lineage_bp=5_000
    )
    assert view.assumed
    found = {(one.policy.weights, one.policy.lineage_bp): one for one in view.policies}
    agreed = found[Weights.EQUAL, 2_000]
    assert agreed.policy.deal
    assert [amount.amount for amount in agreed.amounts] == [5_000, 4_000, 1_000]
    assert (agreed.smallest.amount, agreed.median.amount, agreed.largest.amount) == (1_000, 4_000, 5_000)
    assert agreed.below_min == 1
    assert [amount.amount for amount in found[Weights.EQUAL, 5_000].amounts] == [5_000, 2_500, 2_500]
    assert {one.policy.weights for one in view.policies} == set(Weights)
    await money.put_in(studio_db, done.episode, "40")
    there = await preview.preview(studio_db, PRODUCER, episode=None, show=None, channel_id=None)
    assert (there.pool.amount, there.assumed) == (4_000, False)
    with pytest.raises(UserError, match="producer"):
        await preview.preview(studio_db, actor("Ann"), episode=None, show=None, channel_id=None)


async def test_a_policy_whose_limits_cannot_hold_says_so(db: Database) -> None:
    show = await make_show(db)
    await finish_episode(db, show.id, artists=["Bo"], works={"bo": "Bo"}, cut=["bo"], floor=500)
    view = await preview.preview(db, PRODUCER, episode=None, show=None, channel_id=None, pool="1")
    assert all("floor of 5.00 USD" in one.refused for one in view.policies)
    with pytest.raises(UserError, match="Say with `pool`"):
        await preview.preview(db, PRODUCER, episode=None, show=None, channel_id=None)


async def test_a_blend_weighs_points_and_votes(db: Database) -> None:
    show = await make_show(db)
    done = await finish_episode(
        db, show.id, artists=["Bo", "Cy"], works={"bo": "Bo", "cy": "Cy"}, cut=["bo", "cy"],
        weights=Weights.BLEND, equal_parts=50, points_parts=50, payout_min=0,
    )  # fmt: skip
    await set_points(db, done, bo=3, cy=1)
    view = await money.propose(db, done)
    # Half equally (25 each), half by points (37.50 and 12.50).
    assert money.amounts(view) == {"Bo": 6_250, "Cy": 3_750}
    statement = await read.statement(db, round_id=view.id)
    assert statement.document["weighing"]["parts"] == {"equal": 50, "points": 50, "votes": 0}
    assert await invariants.check_books(db) == []


async def set_points(db: Database, done: Finished, **points: int) -> None:
    async def work(tx: Transaction) -> None:
        for name, count in points.items():
            (await tx.get_one(CutEntry, (done.episode, done.works[name]))).points = count

    await db.write(work)


async def test_ten_at_once_each_thing_happens_once(studio_db: Database, show: ShowView) -> None:
    done = await finish_episode(
        studio_db, show.id, artists=["Ann", "Bo"], works={"ann": "Ann", "bo": "Bo"}, cut=["ann", "bo"]
    )
    view = await money.propose(studio_db, done)
    over = after(days=30)
    calls = [
        *(move(studio_db, view) for _ in range(3)),
        *(rounds.finalise(studio_db, PRODUCER, round_id=view.id, now=over) for _ in range(3)),
        *(money.put_in(studio_db, done.episode, "7", 70) for _ in range(2)),
        *(rounds.propose(studio_db, PRODUCER, episode_id=done.episode, now=over, rng=rng(n)) for n in range(2)),
    ]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert all(not isinstance(one, BaseException) or isinstance(one, UserError) for one in results), results
    assert await invariants.check_books(studio_db) == []
    final = await read.get_round(studio_db, round_id=view.id)
    assert sum(money.amounts(final).values()) == 10_000
    assert len(final.adjustments) <= 1
    funded = await funds.funds_view(studio_db, PRODUCER, episode_id=done.episode)
    assert len(funded.lines) == 2
