"""Money in other currencies, receipts, canceled episodes; every invariant noticed when it is broken; the export."""

from typing import Any

import pytest
from sqlalchemy import text

from db.models import Deal, FileState, Funding, FundKind
from domain.episode import Phase
from domain.errors import UserError
from domain.journal import WRITERS
from domain.money import currency as unit
from domain.money import parse_amount
from services import books, episodes, funds, invariants, receipts
from services.funds import Conversion
from services.receipts import ReceiptFile
from services.shows import ShowView
from services.store import Database, Transaction
from tests.support import money
from tests.support.finished import Finished, finish_episode, in_one
from tests.support.studio import NOW, PRODUCER, actor, after, make_show

BILL = ReceiptFile("bill.pdf", "application/pdf", 1234, "https://cdn.discordapp.com/x/bill.pdf")


async def enter(db: Database, episode: int, amount: str, **more: Any) -> funds.FundsView:
    asked = {"kind": FundKind.REVENUE, "source": "Streaming", "note": "", "received_on": None, "asked_by": 1} | more
    return await funds.add(db, PRODUCER, episode_id=episode, amount=amount, now=NOW, **asked)


@pytest.mark.parametrize(
    ("currency", "conversion", "entered", "rate"),
    [
        ("EUR", {"rate": "1.0832"}, 10_832, "1.0832"),
        ("EUR", {"became": "108.32"}, 10_832, "1.0832"),
        ("JPY", {"became": "0.67"}, 67, "0.0067"),
        ("KWD", {"rate": "3.2555555"}, 32_556, "3.2555555"),
        ("EUR", {"became": "33.33"}, 3_333, "0.3333"),
    ],
)
async def test_a_conversion_keeps_both_amounts_and_the_rate(
    db: Database, currency: str, conversion: dict[str, str], entered: int, rate: str
) -> None:
    done = await in_one(db, (await make_show(db)).id, 1)
    view = await enter(db, done.episode, "100", conversion=Conversion(currency, **conversion))
    line = view.lines[0]
    assert line.foreign is not None
    assert (line.amount.amount, line.foreign, line.rate) == (entered, parse_amount("100", unit(currency)), rate)
    assert await invariants.check_books(db) == []
    back = await funds.take_back(db, PRODUCER, fund_id=line.id, reason="Twice", now=NOW)
    assert back.revenue.amount == 0
    assert await invariants.check_books(db) == []


async def test_a_rate_without_a_short_decimal_is_a_ratio(db: Database) -> None:
    done = await in_one(db, (await make_show(db)).id, 1)
    view = await enter(db, done.episode, "3", conversion=Conversion("EUR", became="1"))
    assert view.lines[0].rate == "1/3"
    assert await invariants.check_books(db) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"conversion": Conversion("EUR")}, "Give either the rate"),
        ({"conversion": Conversion("EUR", rate="1", became="2")}, "Give either the rate"),
        ({"conversion": Conversion("USD", rate="1")}, "counts in USD already"),
        ({"conversion": Conversion("XXX", rate="1")}, "not a currency"),
        ({"conversion": Conversion("EUR", rate="0")}, "is no rate"),
        ({"conversion": Conversion("EUR", rate="1e5")}, "is no rate"),
        ({"conversion": Conversion("EUR", rate="0.00000001")}, "smallest unit"),
        ({"conversion": Conversion("EUR", rate="1"), "kind": FundKind.FROM_RESERVE}, "the reserve has the show's"),
    ],
)
async def test_a_conversion_that_makes_no_sense_changes_nothing(
    db: Database, changes: dict[str, Any], says: str
) -> None:
    done = await in_one(db, (await make_show(db)).id, 1)
    with pytest.raises(UserError, match=says):
        await enter(db, done.episode, "100", **changes)
    assert (await funds.funds_view(db, PRODUCER, episode_id=done.episode)).lines == ()


async def test_a_receipt_is_fetched_and_shown_as_the_deal_says(studio_db: Database, show: ShowView) -> None:
    done = await in_one(studio_db, show.id, 1)
    view = await enter(studio_db, done.episode, "100", receipt=BILL)
    await enter(studio_db, done.episode, "100", receipt=BILL)
    fund = view.lines[0].id
    found = await receipts.waiting(studio_db, now=NOW, limit=9)
    assert [(one.name, one.size) for one in found.files] == [("bill.pdf", 1234)]
    with pytest.raises(UserError, match="still being fetched"):
        await receipts.receipt(studio_db, PRODUCER, fund_id=fund)
    await receipts.postponed(studio_db, found.files[0].id, error="x", at=after(hours=1))
    assert (await receipts.waiting(studio_db, now=NOW, limit=9)).next_at == after(hours=1)
    await receipts.kept(
        studio_db, found.files[0].id, sha256="ab" * 32, size=7, content_type="application/pdf", preview=None, now=NOW
    )
    kept = await receipts.receipt(studio_db, PRODUCER, fund_id=fund)
    assert (kept.state, kept.sha256, kept.size) == (FileState.KEPT, "ab" * 32, 7)
    with pytest.raises(UserError, match="only its producers"):
        await receipts.receipt(studio_db, actor("Ann"), fund_id=fund)
    await set_deal(studio_db, done.episode, receipts_public=True)
    assert (await receipts.receipt(studio_db, actor("Ann"), fund_id=fund)).sha256 == kept.sha256


async def test_a_receipt_that_cannot_be_kept_says_why(db: Database) -> None:
    done = await in_one(db, (await make_show(db)).id, 1)
    view = await enter(db, done.episode, "100", receipt=BILL)
    row = (await receipts.waiting(db, now=NOW, limit=9)).files[0]
    await receipts.failed(db, row.id, sentence="“bill.pdf” was not kept: too large.", now=NOW)
    with pytest.raises(UserError, match="too large"):
        await receipts.receipt(db, PRODUCER, fund_id=view.lines[0].id)


async def set_deal(db: Database, episode: int, **terms: Any) -> None:
    async def work(tx: Transaction) -> None:
        deal = await tx.get_one(Deal, episode)
        for name, value in terms.items():
            setattr(deal, name, value)

    await db.write(work)


@pytest.mark.parametrize(
    ("entered", "reserve", "costs"),
    [
        ({FundKind.BUDGET: "500"}, 50_000, 0),
        ({FundKind.REVENUE: "100", FundKind.COST: "30", FundKind.BUDGET: "5"}, 7_500, 0),
        ({FundKind.COST: "30", FundKind.BUDGET: "5"}, 0, 2_500),
        ({}, 0, 0),
    ],
)
async def test_a_canceled_episode_gives_its_money_back_to_the_reserve(
    studio_db: Database, show: ShowView, entered: dict[FundKind, str], reserve: int, costs: int
) -> None:
    done = await finish_episode(
        studio_db, show.id, artists=["Ann"], works={"ann": "Ann"}, cut=["ann"], phase=Phase.CUTTING
    )
    for number, (kind, amount) in enumerate(entered.items()):
        await enter(studio_db, done.episode, amount, kind=kind, asked_by=number + 1)
    for _ in range(2):
        await episodes.cancel_episode(studio_db, PRODUCER, episode_id=done.episode, reason="Rain.", now=NOW)
    told = await episodes.canceled_view(studio_db, done.episode)
    assert (told.returned.amount if told.returned else 0) == reserve
    if entered:
        held = (await books.balances(studio_db, PRODUCER, show=None, channel_id=None)).currencies[0]
        assert (held.reserve.amount, held.costs.amount, held.pools, held.revenue.amount) == (reserve, costs, (), 0)
    assert await invariants.check_books(studio_db) == []


async def test_where_artists_share_a_budget_alone_the_house_keeps_what_is_earned(db: Database) -> None:
    show = await make_show(db)
    done = await finish_episode(
        db, show.id, artists=["Ann"], works={"ann": "Ann"}, cut=["ann"], funding=Funding.POOL, promised=10_000
    )
    await enter(db, done.episode, "1,000", asked_by=5)
    view = await enter(db, done.episode, "60", kind=FundKind.BUDGET, asked_by=6)
    assert (view.house.amount, view.pool.amount) == (100_000, 6_000)
    assert view.missing is not None
    assert view.missing.amount == 4_000
    proposed = await money.propose(db, done, "$30", asked_by=7)
    assert proposed.pool.amount == 9_000
    assert proposed.missing is not None
    assert proposed.missing.amount == 1_000
    assert await invariants.check_books(db) == []


async def a_payout(db: Database) -> Finished:
    show = await make_show(db)
    done = await finish_episode(
        db, show.id, artists=["Ann", "Bo"], works={"ann": "Ann", "bo": "Bo"}, cut=["bo"], sources=[("bo", "ann")]
    )
    await enter(db, done.episode, "55", conversion=Conversion("EUR", rate="1.1"), asked_by=90)
    await money.finalise(db, await money.propose(db, done))
    await money.pay(db, "Ann", "5", 91)
    await funds.take_back(
        db, PRODUCER, fund_id=(await money.put_in(db, done.episode, "1", 92)).lines[-1].id, reason="Twice", now=NOW
    )
    return done


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("UPDATE ledger_postings SET amount = amount + 1 WHERE id = 2", "does not sum to zero"),
        ("UPDATE ledger_postings SET account = 'pocket' WHERE id = 2", "an account that does not exist: pocket"),
        ("UPDATE ledger_entries SET rate = '1.2' WHERE rate IS NOT NULL", "at 1.2 comes to 6600"),
        ("UPDATE ledger_entries SET rate = 'x' WHERE rate IS NOT NULL", "is no rate"),
        ("UPDATE ledger_entries SET reverses_id = 1 WHERE reverses_id IS NOT NULL", "not the mirror image of entry 1"),
        ("UPDATE fund_entries SET amount = 7 WHERE id = 1", "Fund entry 1 says revenue of 7 USD"),
        ("UPDATE payout_rounds SET pool = pool + 1", "the allocations sum to"),
        ("UPDATE allocations SET amount = amount + 1 WHERE artist_id = 1", "but their lines sum to"),
        ("UPDATE allocation_lines SET artist_id = 2 WHERE artist_id = 1", "artist 1 gets"),
        ("UPDATE payout_rounds SET seed = 'other'", "another pool, currency or seed"),
        ("UPDATE payout_rounds SET phase = 'proposed'", "is proposed, but is in the books"),
        ("UPDATE payout_rounds SET phase = 'proposed'", "a proposal shares"),
        ("DELETE FROM ledger_postings WHERE account = 'artist:2' AND amount > 0", "other amounts than the allocations"),
        ("UPDATE payout_rounds SET digest = 'x'", "does not have the digest"),
        (
            "UPDATE payout_rounds SET statement = json_set(statement, '$.unallocated', 5)",
            "the statement does not hold: unallocated: is 5",
        ),
        ("UPDATE payout_rounds SET statement = NULL", "has no statement"),
        ("UPDATE payments SET amount = 7", "Payment 1 of 7 USD is not in the books"),
        ("UPDATE payments SET returned_at = '2026-01-01 00:00:00'", "payments come to 0 USD, the books say 500"),
        (
            (
                "INSERT INTO adjustments (round_id, number, to_artist_id, amount, reason, by_user, at, asked_by) "
                "VALUES (1, 1, 1, 5, 'x', 1, '2026-01-01 00:00:00', 1)"
            ),
            "other adjustments than producers made",
        ),
    ],
)
async def test_whatever_is_off_is_named(db: Database, damage: str, says: str) -> None:
    await a_payout(db)
    assert await invariants.check_books(db) == []

    async def work(tx: Transaction) -> None:
        await tx.execute(text(damage))

    await db.write(work)
    found = await invariants.check_books(db)
    assert any(says in problem for problem in found), found


async def test_the_balances_add_up(studio_db: Database) -> None:
    await a_payout(studio_db)
    view = await books.balances(studio_db, PRODUCER, show=None, channel_id=None)
    (one,) = view.currencies
    held = [one.revenue, one.house, one.reserve, *(pool.amount for pool in one.pools), one.artists, one.on_its_way]
    total = sum(amount.amount for amount in [*held, one.held, one.paid]) - one.costs.amount
    assert one.came_in.amount == total == 10_000 + 6_050
    assert one.paid.amount == 500
    with pytest.raises(UserError, match="producer"):
        await books.balances(studio_db, actor("Ann"), show=None, channel_id=None)


async def test_every_entry_is_exported(studio_db: Database) -> None:
    await a_payout(studio_db)
    entries = await books.journal(studio_db)
    assert await books.journal(studio_db, show="night shift") == entries
    with pytest.raises(UserError, match="no show called"):
        await books.journal(studio_db, show="Elsewhere")
    for write in WRITERS.values():
        assert "55.00" in write(entries)
