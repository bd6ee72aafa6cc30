"""Being paid as members meet it, over real sockets: forms, files for the producer alone, and no address anywhere."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from discord.ext import commands

from cogs import cut, funds, paying, payouts, works
from cogs.paying.sayings import SAYINGS as PAYING_SAYINGS
from cogs.payouts.sayings import SAYINGS
from cogs.runtime import Runtime
from services import clock, invariants
from services.store import Database
from services.vault import Vault, new_key
from tests.support.bot_studio import Stage, delivering, on_stage
from tests.support.finished import Finished, finish_episode
from tests.support.studio import rng

NAMES = ("Ann", "Mia", "Bo")
ADDRESS = "Bo.Secretive+pay@example.org"


class Studio:
    """A stage with a final round: $10 for Ann, $40 for Mia, $50 for Bo."""

    def __init__(self, stage: Stage, done: Finished, people: dict[str, Any]) -> None:
        self.stage = stage
        self.done = done
        self.people = people
        self.producer = stage.discord.member(stage.guild.owner_id, "Olga")

    async def slash(self, who: str, command: str, **options: Any) -> Any:
        person = self.people.get(who, self.producer)
        answer = await person.slash(command, channel=self.stage.news, **options)
        assert answer.ephemeral
        return answer

    async def said(self, who: str, command: str, **options: Any) -> str:
        return str((await self.slash(who, command, **options)).text)

    async def propose(self) -> Any:
        await self.said("Olga", "fund add", kind="budget", amount="$100", source="The network")
        await self.said("Olga", "payout propose")
        return await self.stage.wait_for_text("Who gets what")

    async def finalise(self) -> None:
        await self.propose()
        self.stage.clock.ahead += timedelta(days=14, minutes=1)
        assert "Final: $100.00" in await self.said("Olga", "payout finalise")

    async def pay_by(self, who: str, way: str, values: dict[str, str]) -> Any:
        panel = await self.slash(who, "my payment")
        form = await self.people[who].click(panel.message, way)
        return await self.people[who].submit_modal(form, values)

    async def by_paypal(self, who: str, email: str) -> Any:
        return await self.pay_by(who, "PayPal", {"The email address of your PayPal account": email})

    async def books_hold(self) -> None:
        assert await invariants.check_books(self.stage.runtime.db) == []


async def _features(bot: commands.Bot, runtime: Runtime) -> None:
    for feature in (works, cut, funds, payouts, paying):
        await feature.setup_feature(bot, runtime)


@pytest.fixture
async def studio(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Studio]:
    async with on_stage(db, tmp_path, monkeypatch, _features) as stage:
        await stage.discord.control.wait_for_commands("payout")
        people = {name: await stage.discord.control.add_member(stage.guild, name) for name in NAMES}
        done = await finish_episode(
            db, stage.show.id, artists=NAMES, works={"sketch": "Ann", "remix": "Mia", "solo": "Bo"},
            cut=["remix", "solo"], sources=[("remix", "sketch")], claim_days=60,
            user_ids={name: who.id for name, who in people.items()},
        )  # fmt: skip
        async with delivering(stage, {**SAYINGS, **PAYING_SAYINGS}) as delivery:
            object.__setattr__(stage.runtime, "wake", delivery.wake)
            object.__setattr__(stage.runtime, "vault", Vault([new_key()]))
            yield Studio(stage, done, people)


async def test_an_address_is_kept_for_its_artist_and_stands_in_no_file_or_channel(
    studio: Studio, tmp_path: Path
) -> None:
    await studio.finalise()
    shown = await studio.by_paypal("Bo", ADDRESS)
    assert shown.ephemeral
    assert "Secretive" in shown.text
    assert "Secretive" in await studio.said("Bo", "my payment")
    assert "Secretive" not in await studio.said("Mia", "my payment")
    answer = await studio.slash("Olga", "payout export", method="paypal")
    [file] = answer.message.files
    assert ADDRESS.encode() in await studio.stage.discord.download(file.url)
    assert "Secretive" not in answer.text.replace(file.filename, "")
    assert "Secretive" not in await studio.said("Olga", "payout runs")
    await studio.stage.discord.control.wait_for_message(channel=studio.stage.producers, contains="by PayPal Payouts")
    assert holding(tmp_path, b"secretive") == []
    for channel in (studio.stage.news, studio.stage.producers, studio.stage.works):
        assert not any("Secretive" in text for text in await studio.stage.texts(channel))


def holding(folder: Path, words: bytes) -> list[Path]:
    """The files under a folder (the database with all that belongs to it among them) that have these words in them."""
    return [path for path in folder.rglob("*") if path.is_file() and words in path.read_bytes().lower()]


async def test_being_paid_from_the_form_to_the_word_that_it_was_sent(studio: Studio) -> None:
    await studio.finalise()
    assert "have not said how they want to be paid" in await studio.said("Olga", "payout export", method="paypal")
    await studio.by_paypal("Bo", "bo@example.org")
    await studio.pay_by(
        "Mia", "Wise", {"Your full name, as your bank has it": "Mia Moon", "Your email address": "mia@example.org"}
    )
    await studio.pay_by("Ann", "Another way", {"How can you be paid?": "In cash,\nat the café"})
    assert "Mia Moon, mia@example.org" in await studio.said("Mia", "my payment")
    exported = await studio.slash("Olga", "payout export", method="paypal")
    [file] = exported.message.files
    rows = list(csv.reader(io.StringIO((await studio.stage.discord.download(file.url)).decode())))
    assert [row[:3] for row in rows] == [["bo@example.org", "50.00", "USD"]]
    assert file.filename == "night-shift-run-1-paypal.csv"
    again = await studio.slash("Olga", "payout export", method="paypal")
    assert "the same files as before" in again.text
    assert "On its way to you: **$50.00**" in await studio.said("Bo", "my earnings")
    sure = await studio.producer.click(again.message, "All were paid")
    assert "1 payment of $50.00" in sure.text
    done = await studio.producer.click(sure.message, "Yes, all were paid")
    assert "done" in done.text
    await studio.stage.discord.control.wait_for_message(dm_of=studio.people["Bo"], contains="has paid you $50.00")
    earned = await studio.said("Bo", "my earnings")
    assert "(paid)" in earned
    assert "Paid in 20" in earned
    wise = await studio.slash("Olga", "payout export", method="wise")
    head, row = (await studio.stage.discord.download(wise.message.files[0].url)).decode().splitlines()
    assert head.startswith("name,recipientEmail,paymentReference")
    assert row.startswith("Mia Moon,mia@example.org,")
    reference = row.split(",")[2]
    text = f"Reference,Status,Reason\n{reference},failed,No such person\nSR9-9-9,paid,\n".encode()
    taken = await studio.slash("Olga", "payout import", report=("report.csv", text))
    assert "1 failed" in taken.text
    assert "Line 3: no payment of this show" in taken.text
    control = studio.stage.discord.control
    back = await control.wait_for_message(dm_of=studio.people["Mia"], contains="did not get through")
    assert "No such person" in back.text
    totals = await studio.slash("Olga", "payout totals", year=(studio.stage.clock()).year)
    assert "$50.00** Bo" in totals.text
    assert b"Bo" in await studio.stage.discord.download(totals.message.files[0].url)
    assert "S1E1" in await studio.said("Ann", "payout trends")
    await studio.books_hold()


async def test_a_run_is_marked_and_canceled_by_producers(studio: Studio) -> None:
    await studio.finalise()
    for name in NAMES:
        await studio.by_paypal(name, f"{name.lower()}@example.org")
    exported = await studio.slash("Olga", "payout export", method="csv")
    for command, options in (
        ("payout export", {"method": "csv"}),
        ("payout runs", {}),
        ("payout mark", {"run": "1", "payments": "all", "result": "paid"}),
        ("payout import", {"report": ("r.csv", b"Reference,Status\nx,paid\n")}),
        ("payout hold", {"work": "#2", "reason": "Mine"}),
        ("payout totals", {"year": 2026}),
    ):
        assert "Only producers of Night Shift" in await studio.said("Ann", command, **options), command
    [choice] = await studio.producer.autocomplete("payout mark", "run", "", channel=studio.stage.news)
    assert await studio.people["Ann"].autocomplete("payout mark", "run", "", channel=studio.stage.news) == ()
    for options, says in (
        ({"run": "first", "payments": "1", "result": "paid"}, "from the list"),
        ({"run": "77", "payments": "1", "result": "paid"}, "no such payment run"),
        ({"run": choice.value, "payments": "9", "result": "paid"}, "from 1 to 3"),
    ):
        assert says in await studio.said("Olga", "payout mark", **options)
    marked = await studio.said("Olga", "payout mark", run=choice.value, payments="1", result="paid")
    assert "2 waiting, 1 paid" in marked
    sure = await studio.producer.click(exported.message, "Cancel this run")
    done = await studio.producer.click(sure.message, "Yes, it was not sent")
    assert "1 paid, 2 canceled" in done.text
    assert "balance with Night Shift: **$50.00**" in await studio.said("Bo", "my earnings")
    for data, says in ((b"\x00\x01", "no text"), (b"a,b\n1,2\n", "line of names"), (b"", "line of names")):
        assert says in await studio.said("Olga", "payout import", report=("r.csv", data))
    await studio.books_hold()


async def test_wishes_gifts_and_forgetting(studio: Studio) -> None:
    panel = await studio.slash("Bo", "my payment")
    wished = await studio.people["Bo"].click(panel.message, "Donate it")
    assert "is donated" in wished.text
    kept = await studio.by_paypal("Mia", "mia@example.org")
    gone = await studio.people["Mia"].click(kept.message, "Forget it")
    assert "Nobody knows yet" in gone.text
    await studio.finalise()
    word = await studio.stage.discord.control.wait_for_message(dm_of=studio.people["Bo"], contains="$50.00 is yours")
    assert "it is donated" in word.text
    earned = await studio.slash("Mia", "my earnings")
    which = await studio.people["Mia"].click(earned.message, "Give it away")
    asked = await studio.people["Mia"].click(which.message, "Pass on to sources")
    assert "Pass on $40.00?" in asked.text
    twice = await asyncio.gather(
        *(studio.people["Mia"].click(asked.message, "Pass on $40.00") for _ in range(2)), return_exceptions=True
    )
    assert any("Thank you" in getattr(one, "text", "") for one in twice)
    await studio.stage.discord.control.wait_for_message(dm_of=studio.people["Ann"], contains="passed $40.00 on to you")
    assert "balance with Night Shift: **$50.00**" in await studio.said("Ann", "my earnings")
    await studio.books_hold()


@pytest.mark.parametrize("email", ["bo", "bo@", "@example.org", "bo@example", "=cmd|x@example.org", "a b@example.org"])
async def test_an_address_that_is_none_is_not_kept(studio: Studio, email: str) -> None:
    await studio.propose()
    said = await studio.by_paypal("Bo", email)
    assert "not an email address we can pay to" in said.text
    assert "Nobody knows yet" in await studio.said("Bo", "my payment")


async def test_without_a_key_it_says_so(studio: Studio) -> None:
    object.__setattr__(studio.stage.runtime, "vault", Vault())
    panel = await studio.slash("Bo", "my payment")
    assert "SHOWRUNNER_PAYMENT_KEYS" in panel.text
    assert [button.label for button in panel.message.buttons] == ["Pay me", "Donate it", "Pass it on"]


async def test_everyone_in_a_proposal_is_told_and_can_object_from_there(studio: Studio) -> None:
    await studio.propose()
    control, bo = studio.stage.discord.control, studio.people["Bo"]
    word = await control.wait_for_message(dm_of=bo, contains="You are to get $50.00")
    form = await bo.click(word, "Raise a concern")
    values = {
        "What is it about?": "too_low",
        "What should be different?": "It is the best",
        "What amount would be right?": "60",
    }
    told = await bo.submit_modal(form, values)
    assert "Your concern is number 1" in told.text
    thread = next(
        channel for channel in await studio.producer.channels(studio.stage.guild)
        if channel.name.endswith("questions and concerns")
    )  # fmt: skip
    raised = await control.wait_for_message(channel=thread, contains="They would find $60.00 right")
    assert "It is the best" in raised.text


async def test_a_deleted_thread_sends_what_follows_to_its_channel(studio: Studio) -> None:
    post = await studio.propose()
    thread = next(
        channel for channel in await studio.producer.channels(studio.stage.guild)
        if channel.name.endswith("questions and concerns")
    )  # fmt: skip
    await studio.stage.discord.control.delete_channel(thread)
    form = await studio.people["Ann"].click(post, "Raise a concern")
    await studio.people["Ann"].submit_modal(form, {"What is it about?": "other", "What should be different?": "Why?"})
    await studio.stage.wait_for_text("Concern 1: Something else")
    form = await studio.people["Mia"].click(post, "Raise a concern")
    await studio.people["Mia"].submit_modal(form, {"What is it about?": "other", "What should be different?": "And?"})
    await studio.stage.wait_for_text("Concern 2: Something else")


async def test_a_disputed_work_waits_and_is_decided_in_the_open(studio: Studio) -> None:
    await studio.propose()
    assert "gets nothing in this round" in await studio.said("Olga", "payout hold", work="#77", reason="Why not")
    held = await studio.said("Olga", "payout hold", work="#2", reason="Two people say it is theirs")
    assert "$40.00 for #2 will wait" in held
    control = studio.stage.discord.control
    thread = next(
        channel for channel in await studio.producer.channels(studio.stage.guild)
        if channel.name.endswith("questions and concerns")
    )  # fmt: skip
    await control.wait_for_message(channel=thread, contains="$40.00 for #2 remix waits")
    assert "waits for a decision on #2 remix" in await studio.said("Mia", "payout explain")
    studio.stage.clock.ahead += timedelta(days=15)
    await studio.said("Olga", "payout finalise")
    [choice] = await studio.producer.autocomplete("payout release", "hold", "remix", channel=studio.stage.news)
    assert "from the list" in await studio.said(
        "Olga", "payout release", hold="the one", to="released", decision="It is hers"
    )
    done = await studio.said("Olga", "payout release", hold=choice.value, to="released", decision="It is hers")
    assert "goes to those it was meant for" in done
    await control.wait_for_message(channel=thread, contains="It is hers")
    assert "balance with Night Shift: **$40.00**" in await studio.said("Mia", "my earnings")
    await studio.books_hold()


async def test_unclaimed_money_is_asked_about_and_kept_by_a_button(studio: Studio) -> None:
    await studio.finalise()
    stage, control = studio.stage, studio.stage.discord.control
    stage.clock.ahead += timedelta(days=31)
    await clock.run_due(stage.runtime.db, stage.clock(), rng())
    stage.runtime.wake()
    word = await control.wait_for_message(dm_of=studio.people["Bo"], contains="$50.00 of yours waits")
    assert "it stays on your balance" in (await studio.people["Bo"].click(word, "It is mine, keep it for me")).text
    stage.clock.ahead += timedelta(days=31)
    await clock.run_due(stage.runtime.db, stage.clock(), rng())
    stage.runtime.wake()
    await stage.wait_for_text("The time to claim shares of S1E1 Night Trains")
    await control.wait_for_message(dm_of=studio.people["Mia"], contains="$40.00 went unclaimed")
    assert "balance with Night Shift: **$50.00**" in await studio.said("Bo", "my earnings")
    await studio.books_hold()
