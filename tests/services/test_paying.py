"""From a balance to an artist's account: nothing is exported twice, nothing is lost, and nobody reads an address."""

import asyncio
import csv
import io
from collections.abc import Mapping

import pytest
from sqlalchemy import func, select

from db.models import AllocationState, Episode, LedgerPosting, OutboxRow, Payment, PaymentLine, PayTo
from domain import ledger as rules
from domain.errors import UserError
from domain.payment_reports import Result
from services import invariants
from services.kinds import PayBy, RunMethod, RunState, Wish
from services.paying import details, giving, runs, totals, trends
from services.payouts import read
from services.shows import ShowView
from services.store import Database, Transaction, writes
from services.vault import Vault, new_key
from tests.support import money, paying
from tests.support.finished import Finished, finish_episode
from tests.support.money import WINDOW_OVER
from tests.support.studio import GUILD, NOW, PRODUCER, actor, elsewhere


async def held(db: Database, account: str) -> int:
    async with db.reading() as tx:
        query = select(func.sum(LedgerPosting.amount)).where(LedgerPosting.account == account)
        return int(await tx.scalar(query) or 0)


async def balances(db: Database, done: Finished) -> dict[str, int]:
    return {name: await held(db, rules.artist_account(row)) for name, row in done.artists.items()}


async def states(db: Database, view_id: int) -> Mapping[str, AllocationState]:
    view = await read.get_round(db, round_id=view_id)
    return {share.artist.name: share.state for share in view.allocations}


async def told(db: Database, kind: str) -> int:
    async with db.reading() as tx:
        return int(await tx.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.kind == kind)) or 0)


@pytest.fixture
async def remixed(studio_db: Database, show: ShowView) -> Finished:
    """Mia remixed Ann's sketch, which is not in the cut; Bo stands alone. $100 makes $10, $40 and $50."""
    return await finish_episode(
        studio_db,
        show.id,
        artists=["Ann", "Mia", "Bo"],
        works={"sketch": "Ann", "remix": "Mia", "solo": "Bo"},
        cut=["remix", "solo"],
        sources=[("remix", "sketch")],
    )


async def test_a_run_pays_who_is_due_and_the_same_run_comes_again_to_the_byte(
    studio_db: Database, remixed: Finished
) -> None:
    view = await paying.final_round(studio_db, remixed)
    with pytest.raises(UserError, match="3 have not said how they want to be paid"):
        await paying.export(studio_db)
    for name in ("Ann", "Bo"):
        await paying.say_how(studio_db, name)
    await paying.say_how(studio_db, "Mia", PayBy.WISE)
    first = await paying.export(studio_db)
    assert [(line.artist.name, line.amount.amount) for line in first.run.lines] == [("Ann", 1000), ("Bo", 5000)]
    assert (first.again, first.left_out.other) == (False, 1)
    [file] = first.files
    rows = list(csv.reader(io.StringIO(file.data.decode())))
    assert [row[:4] for row in rows] == [
        ["ann@example.org", "10.00", "USD", first.run.lines[0].reference],
        ["bo@example.org", "50.00", "USD", first.run.lines[1].reference],
    ]
    assert await balances(studio_db, remixed) == {"Ann": 0, "Mia": 4000, "Bo": 0}
    await paying.say_how(studio_db, "Bo", email="new@example.org")
    again = await paying.export(studio_db)
    assert (again.again, again.run.id, again.files[0].data) == (True, first.run.id, file.data)
    assert (await states(studio_db, view.id))["Bo"] is AllocationState.SENDING
    assert await invariants.check_books(studio_db) == []


async def test_ten_exports_at_once_are_one_run(studio_db: Database, remixed: Finished) -> None:
    await paying.final_round(studio_db, remixed)
    for name in ("Ann", "Mia", "Bo"):
        await paying.say_how(studio_db, name)
    found = await asyncio.gather(*(paying.export(studio_db) for _ in range(10)))
    assert len({view.run.id for view in found}) == 1
    assert len({view.files[0].data for view in found}) == 1
    assert sum(not view.again for view in found) == 1
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(PaymentLine)) == 3
    assert await told(studio_db, "run_made") == 1
    assert await invariants.check_books(studio_db) == []


async def test_two_methods_at_once_never_send_the_same_money(studio_db: Database, remixed: Finished) -> None:
    await paying.final_round(studio_db, remixed)
    for name in ("Ann", "Mia", "Bo"):
        await paying.say_how(studio_db, name)
    calls = [paying.export(studio_db, method) for method in (RunMethod.PAYPAL, RunMethod.CSV) * 3]
    found = await asyncio.gather(*calls, return_exceptions=True)
    made = {one.run.id: one.run for one in found if not isinstance(one, BaseException)}
    assert all(isinstance(one, UserError) for one in found if isinstance(one, BaseException))
    assert [sum(line.amount.amount for line in run.lines) for run in made.values()] == [10_000]
    assert await invariants.check_books(studio_db) == []


async def test_results_are_marked_once_and_money_that_did_not_get_there_is_back(
    studio_db: Database, remixed: Finished
) -> None:
    view = await paying.final_round(studio_db, remixed)
    for name in ("Ann", "Mia", "Bo"):
        await paying.say_how(studio_db, name)
    run = (await paying.export(studio_db)).run
    assert [line.artist.name for line in run.lines] == ["Ann", "Bo", "Mia"]
    found = await asyncio.gather(*(paying.mark(studio_db, run, "1-2", Result.PAID) for _ in range(10)))
    assert {one.state for one in found} == {RunState.OPEN}
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Payment)) == 2
    done = await paying.mark(studio_db, run, "3", Result.FAILED, "No such account")
    assert (done.state, done.lines[2].reason) == (RunState.DONE, "No such account")
    assert await balances(studio_db, remixed) == {"Ann": 0, "Mia": 4000, "Bo": 0}
    assert await held(studio_db, rules.PAID) == 6000
    assert await states(studio_db, view.id) == {
        "Ann": AllocationState.PAID, "Bo": AllocationState.PAID, "Mia": AllocationState.CARRIED,
    }  # fmt: skip
    await paying.mark(studio_db, run, "2", Result.RETURNED, "Account closed")
    assert (await balances(studio_db, remixed))["Bo"] == 5000
    assert (await states(studio_db, view.id))["Bo"] is AllocationState.CARRIED
    for which, result, sentence in (
        ("1", Result.FAILED, "marked as paid. If it came back"),
        ("3", Result.PAID, "on the artist's balance again. If it was paid after all"),
        ("4", Result.PAID, "from 1 to 3"),
        ("all of them", Result.PAID, "from 1 to 3"),
        ("2-1", Result.PAID, "from 1 to 3"),
    ):
        with pytest.raises(UserError, match=sentence):
            await paying.mark(studio_db, run, which, result)
    again = await paying.export(studio_db)
    assert [line.artist.name for line in again.run.lines] == ["Bo", "Mia"]
    assert again.run.id != run.id
    assert await told(studio_db, "payment_result") == 4
    assert await invariants.check_books(studio_db) == []


async def test_a_canceled_run_gives_everything_back_once(studio_db: Database, remixed: Finished) -> None:
    await paying.final_round(studio_db, remixed)
    for name in ("Ann", "Mia", "Bo"):
        await paying.say_how(studio_db, name)
    before = await balances(studio_db, remixed)
    run = (await paying.export(studio_db)).run
    calls = (runs.cancel(studio_db, PRODUCER, run_id=run.id, now=WINDOW_OVER) for _ in range(5))
    assert {view.state for view in await asyncio.gather(*calls)} == {RunState.CANCELED}
    assert await balances(studio_db, remixed) == before
    async with studio_db.reading() as tx:
        assert set(await tx.scalars(select(PaymentLine.secret))) == {""}
    with pytest.raises(UserError, match="forgotten"):
        await runs.files_again(studio_db, PRODUCER, run_id=run.id, vault=paying.VAULT)
    assert await invariants.check_books(studio_db) == []


async def test_a_report_is_taken_in_by_reference_or_by_recipient(studio_db: Database, remixed: Finished) -> None:
    await paying.final_round(studio_db, remixed)
    for name in ("Ann", "Mia", "Bo"):
        await paying.say_how(studio_db, name)
    run = (await paying.export(studio_db)).run
    references = {line.artist.name: line.reference for line in run.lines}
    text = (
        "Payout report\r\n\r\nRecipient,Gross Amount,Currency,Unique ID,Status,Error Message\r\n"
        f"ann@example.org,-10.00,USD,{references['Ann']},Completed,\r\n"
        f"bo@example.org,-50.00,USD,{references['Bo']},Failed,No such account\r\n"
        "MIA@example.org,-40.00,USD,,Unclaimed,\r\n"
        "zoe@example.org,-40.00,USD,,Completed,\r\n"
        f"bo@example.org,-50.00,USD,{references['Bo']},Teleported,\r\n"
    )
    done = await paying.report(studio_db, text)
    assert (done.paid, done.failed, done.returned, done.waiting, done.known) == (1, 1, 0, 1, 0)
    assert ["Line 8" in one for one in done.unmatched] == [True, False]
    assert "Line 7" in done.unmatched[1]
    again = await paying.report(studio_db, text)
    assert (again.paid, again.failed, again.known) == (0, 0, 2)
    last = await paying.report(studio_db, "Email;Amount;Status\nmia@example.org;40.00;SUCCESS\n")
    assert (last.paid, last.runs[0].state) == (1, RunState.DONE)
    assert await balances(studio_db, remixed) == {"Ann": 0, "Mia": 0, "Bo": 5000}
    assert await invariants.check_books(studio_db) == []


async def test_below_the_minimum_it_is_carried_on_until_it_is_enough(studio_db: Database, show: ShowView) -> None:
    first = await finish_episode(
        studio_db, show.id, artists=["Ann", "Bo"], works={"a": "Ann", "b": "Bo"}, cut=["a", "b"], payout_min=1000
    )
    await paying.final_round(studio_db, first, "$12")
    await paying.say_how(studio_db, "Ann")
    with pytest.raises(UserError, match="2 hold less than the minimum"):
        await paying.export(studio_db)
    second = await finish_episode(studio_db, show.id, artists=["Ann"], works={"c": "Ann"}, cut=["c"], payout_min=1000)
    await paying.final_round(studio_db, second, "$5", asked_by=2)
    run = (await paying.export(studio_db)).run
    assert [(line.artist.name, line.amount.amount) for line in run.lines] == [("Ann", 1100)]


async def test_only_producers_of_the_show_handle_runs(studio_db: Database, remixed: Finished) -> None:
    await paying.final_round(studio_db, remixed)
    await paying.say_how(studio_db, "Bo")
    with pytest.raises(UserError, match="Only producers"):
        await paying.export(studio_db, by=actor("Bo"))
    run = (await paying.export(studio_db)).run
    for who, sentence in ((actor("Bo"), "Only producers"), (elsewhere(PRODUCER), "no such payment run")):
        with pytest.raises(UserError, match=sentence):
            await runs.get_run(studio_db, who, run_id=run.id)
        with pytest.raises(UserError, match=sentence):
            await runs.cancel(studio_db, who, run_id=run.id, now=WINDOW_OVER)
        with pytest.raises(UserError, match=sentence):
            await runs.files_again(studio_db, who, run_id=run.id, vault=paying.VAULT)


async def test_without_a_key_only_this_is_away_and_says_so(studio_db: Database, remixed: Finished) -> None:
    await paying.final_round(studio_db, remixed)
    for call in (
        paying.say_how(studio_db, "Bo", vault=Vault()),
        paying.export(studio_db, vault=Vault()),
    ):
        with pytest.raises(UserError, match="SHOWRUNNER_PAYMENT_KEYS"):
            await call
    await paying.wish(studio_db, "Bo", Wish.DONATE)
    assert (await money.pay(studio_db, "Mia", "40", 9)).left.amount == 0


async def test_details_are_replaced_shown_to_their_artist_and_deleted(studio_db: Database, remixed: Finished) -> None:
    await paying.final_round(studio_db, remixed)
    await paying.say_how(studio_db, "Bo", PayBy.WISE, email="bo@example.org", name="Bo Beam")
    mine = await details.pay_view(studio_db, actor("Bo"), vault=paying.VAULT)
    assert mine.to is not None
    assert (mine.by, mine.to.email, mine.to.name) == (PayBy.WISE, "bo@example.org", "Bo Beam")
    other = await details.pay_view(studio_db, actor("Ann"), vault=paying.VAULT)
    assert (other.by, other.to) == (None, None)
    async with studio_db.reading() as tx:
        [secret] = await tx.scalars(select(PayTo.secret))
    assert "@" not in secret
    locked = await details.pay_view(studio_db, actor("Bo"), vault=Vault([new_key()]))
    assert (locked.locked, locked.to) == (True, None)
    with pytest.raises(UserError, match="1 cannot be opened"):
        await paying.export(studio_db, RunMethod.WISE, vault=Vault([new_key()]))
    gone = await details.delete_details(studio_db, actor("Bo"), vault=paying.VAULT)
    assert gone.by is None
    async with studio_db.reading() as tx:
        assert list(await tx.scalars(select(PayTo))) == []


async def test_a_secret_does_not_open_for_another_artist(studio_db: Database, remixed: Finished) -> None:
    await paying.final_round(studio_db, remixed)
    for name in ("Ann", "Bo"):
        await paying.say_how(studio_db, name)
    await copy_secret(studio_db, remixed.artists["Bo"], remixed.artists["Ann"])
    run = (await paying.export(studio_db)).run
    assert [line.artist.name for line in run.lines] == ["Bo"]


async def test_standing_wishes_are_fulfilled_as_a_round_becomes_final(studio_db: Database, remixed: Finished) -> None:
    view = await money.propose(studio_db, remixed)
    await paying.wish(studio_db, "Bo", Wish.DONATE)
    await paying.wish(studio_db, "Mia", Wish.PASS_ON)
    calls = (money.finalise(studio_db, view) for _ in range(5))
    await asyncio.gather(*calls)
    assert await balances(studio_db, remixed) == {"Ann": 5000, "Mia": 0, "Bo": 0}
    assert await held(studio_db, rules.RESERVE) == 5000
    assert await states(studio_db, view.id) == {
        "Bo": AllocationState.DONATED, "Mia": AllocationState.PASSED_ON, "Ann": AllocationState.CARRIED,
    }  # fmt: skip
    assert await told(studio_db, "money_received") == 1
    assert await invariants.check_books(studio_db) == []


async def test_a_balance_is_given_away_once_and_as_it_was_shown(
    studio_db: Database, show: ShowView, remixed: Finished
) -> None:
    view = await paying.final_round(studio_db, remixed)
    shown = await giving.gift(studio_db, actor("Mia"), show_id=show.id, wish=Wish.PASS_ON)
    assert [(part.artist.name, part.amount.amount) for part in shown.parts] == [("Ann", 4000)]
    with pytest.raises(UserError, match="nobody to pass it on to"):
        await giving.gift(studio_db, actor("Bo"), show_id=show.id, wish=Wish.PASS_ON)

    async def give(name: str, wish: Wish, amount: int, asked_by: int = 7) -> int:
        done = await giving.give(
            studio_db, actor(name), show_id=show.id, wish=wish, amount=amount, asked_by=asked_by, now=WINDOW_OVER
        )
        return done.left.amount

    assert await asyncio.gather(*(give("Mia", Wish.PASS_ON, 4000) for _ in range(4))) == [0, 0, 0, 0]
    with pytest.raises(UserError, match="has changed since"):
        await give("Bo", Wish.DONATE, 4999)
    assert await give("Bo", Wish.DONATE, 5000) == 0
    with pytest.raises(UserError, match="empty"):
        await giving.gift(studio_db, actor("Bo"), show_id=show.id, wish=Wish.DONATE)
    assert await balances(studio_db, remixed) == {"Ann": 5000, "Mia": 0, "Bo": 0}
    found = await states(studio_db, view.id)
    assert (found["Mia"], found["Bo"]) == (AllocationState.PASSED_ON, AllocationState.DONATED)
    assert await invariants.check_books(studio_db) == []


async def test_earnings_and_totals_count_what_arrived(studio_db: Database, remixed: Finished) -> None:
    await paying.final_round(studio_db, remixed)
    for name in ("Ann", "Mia", "Bo"):
        await paying.say_how(studio_db, name)
    run = (await paying.export(studio_db)).run
    mine = await read.earnings(studio_db, guild_id=GUILD, user_id=actor("Bo").user_id)
    assert ([one.amount for one in mine.on_its_way], mine.years) == ([5000], ())
    await paying.mark(studio_db, run, "all", Result.PAID)
    await paying.mark(studio_db, run, "1", Result.RETURNED)
    mine = await read.earnings(studio_db, guild_id=GUILD, user_id=actor("Bo").user_id)
    assert [(year, total.amount) for year, total in mine.years] == [(2026, 5000)]
    view = await totals.totals(studio_db, PRODUCER, show=None, channel_id=None, year=2026, thresholds=())
    found = [(line.artist, line.amount.amount, line.payments) for line in view.lines]
    assert found == [("Bo", 5000, 1), ("Mia", 4000, 1)]
    assert b"Bo" in view.data
    assert (await totals.totals(studio_db, PRODUCER, show=None, channel_id=None, year=2025, thresholds=())).lines == ()
    with pytest.raises(UserError, match="Only producers"):
        await totals.totals(studio_db, actor("Bo"), show=None, channel_id=None, year=2026, thresholds=())


async def test_trends_say_what_was_earned_and_how_long_payment_took(studio_db: Database, remixed: Finished) -> None:
    await release(studio_db, remixed.episode)
    await paying.final_round(studio_db, remixed)
    await paying.say_how(studio_db, "Bo")
    await paying.mark(studio_db, (await paying.export(studio_db)).run, "all", Result.PAID)
    view = await trends.show_trends(studio_db, guild_id=GUILD, show=None, channel_id=None)
    [one] = view.episodes
    assert (one.pool.amount, one.artists, one.median.amount, one.largest.amount) == (10_000, 3, 4000, 5000)
    assert (one.paid.amount, one.people_paid, one.days_to_final, one.days) == (5000, 1, 14, 14)
    own = await trends.show_trends(studio_db, guild_id=GUILD, show=None, channel_id=None, user_id=actor("Ann").user_id)
    assert [each.pool.amount for each in own.episodes] == [1000]


@writes
async def release(tx: Transaction, episode_id: int) -> None:
    (await tx.get_one(Episode, episode_id)).released_at = NOW


@writes
async def copy_secret(tx: Transaction, giver: int, taker: int) -> None:
    (await tx.get_one(PayTo, taker)).secret = (await tx.get_one(PayTo, giver)).secret
