"""Money as members meet it: real client, real sockets, from /fund to the word that somebody's share is theirs."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from discord.ext import commands
from sqlalchemy import func, select

from cogs import cut, funds, payouts, works
from cogs.cut.sayings import SAYINGS as CUT_SAYINGS
from cogs.payouts.sayings import SAYINGS
from cogs.runtime import Runtime
from cogs.works.sayings import SAYINGS as WORK_SAYINGS
from db.models import Concern, FundEntry, LedgerEntry, PayoutRound, Weights
from domain.episode import Phase
from services import invariants, shows
from services.access import Actor
from services.store import Database
from tests.support.bot_studio import Stage, delivering, on_stage
from tests.support.finished import Finished, finish_episode

NAMES = ("Ann", "Mia", "Bo")


@dataclass
class Studio:
    """The stage with a released episode in it, its artists as members, a producer, and a thread once it is there."""

    stage: Stage
    done: Finished
    people: dict[str, Any]
    producer: Any

    async def slash(self, who: str | Any, command: str, **options: Any) -> Any:
        person = self.people[who] if isinstance(who, str) else who
        return await person.slash(command, channel=self.stage.news, **options)

    async def said(self, who: str | Any, command: str, **options: Any) -> str:
        """What the person alone is answered."""
        answer = await self.slash(who, command, **options)
        assert answer.ephemeral
        return str(answer.text)

    async def proposal(self) -> Any:
        """$100 entered and proposed; the post."""
        await self.said(self.producer, "fund add", kind="budget", amount="$100", source="The network")
        assert "Proposed: $100.00" in await self.said(self.producer, "payout propose")
        return await self.stage.wait_for_text("Who gets what")

    async def thread(self) -> Any:
        """The proposal's thread."""
        return next(
            channel for channel in await self.producer.channels(self.stage.guild)
            if channel.name.endswith("questions and concerns")
        )  # fmt: skip

    async def object_to(self, post: Any, who: str = "Ann", words: str = "I made *half* of the remix.") -> Any:
        form = await self.people[who].click(post, "Raise a concern")
        values = {"What is it about?": "left_out", "What should be different?": words}
        return await self.people[who].submit_modal(form, values)

    async def count(self, table: Any) -> int:
        async with self.stage.runtime.db.reading() as tx:
            return int(await tx.scalar(select(func.count()).select_from(table)) or 0)


async def _features(bot: commands.Bot, runtime: Runtime) -> None:
    for feature in (works, cut, funds, payouts):
        await feature.setup_feature(bot, runtime)


@pytest.fixture
async def studio(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Studio]:
    async with on_stage(db, tmp_path, monkeypatch, _features) as stage:
        await stage.discord.control.wait_for_commands("payout")
        people = {name: await stage.discord.control.add_member(stage.guild, name) for name in NAMES}
        done = await finish_episode(
            db, stage.show.id, artists=NAMES, works={"sketch": "Ann", "remix": "Mia", "solo": "Bo"},
            cut=["remix", "solo"], sources=[("remix", "sketch")], weights=Weights.POINTS,
            user_ids={name: who.id for name, who in people.items()},
        )  # fmt: skip
        async with delivering(stage, {**SAYINGS, **CUT_SAYINGS, **WORK_SAYINGS}) as delivery:
            object.__setattr__(stage.runtime, "wake", delivery.wake)
            yield Studio(stage, done, people, stage.discord.member(stage.guild.owner_id, "Olga"))


async def test_money_comes_in_is_listed_and_is_taken_back(studio: Studio) -> None:
    entered = await studio.said(
        studio.producer, "fund add", kind="revenue", amount="$1,000", source="Streaming *TV*", note="May",
        received_on="2026-06-01",
    )  # fmt: skip
    assert "$1,000.00 revenue, Streaming \\*TV\\*, 1 Jun 2026, May" in entered
    assert "the house keeps 50% of it ($500.00)" in entered
    assert "Artists share $500.00" in entered
    reserve = await studio.said(studio.producer, "fund add", kind="budget", amount="200", source="Network")
    assert "$700.00" in reserve
    assert "reserve holds $50.00" in await studio.said(
        studio.producer, "fund add", kind="to_reserve", amount="50", source="For later"
    )
    back = await studio.said(studio.producer, "fund take-back", entry=1, reason="Paid twice")
    assert "Entry 1 is taken back" in back
    assert "taken back" in await studio.said(studio.producer, "fund show")
    assert await invariants.check_books(studio.stage.runtime.db) == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"amount": "1,234.567 USD"}, "USD has 2 decimals; 1,234.567 has 3"),
        ({"amount": "50 EUR"}, "counts in USD, not EUR"),
        ({"amount": "50 bananas"}, "not a currency"),
        ({"amount": "-5"}, "negative"),
        ({"amount": "0"}, "zero changes nothing"),
        ({"amount": "lots"}, "not an amount"),
        ({"amount": "9" * 40}, "more than we can count"),
        ({"received_on": "yesterday"}, "is no day"),
        ({"received_on": "2162-01-01"}, "still to come"),
        ({"episode": "S9E9"}, "no episode “S9E9”"),
        ({"show": "Other"}, "no show called “Other”"),
        ({"kind": "from_reserve"}, "reserve holds 0.00 USD"),
        ({"kind": "to_reserve"}, "pool holds 0.00 USD"),
    ],
)
async def test_money_that_makes_no_sense_changes_nothing(studio: Studio, options: dict[str, str], says: str) -> None:
    given = {"kind": "budget", "amount": "5", "source": "Network", **options}
    assert says in await studio.said(studio.producer, "fund add", **given)
    assert (await studio.count(FundEntry), await studio.count(LedgerEntry)) == (0, 0)


async def test_only_producers_handle_money(studio: Studio) -> None:
    for command, options in (
        ("fund add", {"kind": "budget", "amount": "5", "source": "Me"}),
        ("fund show", {}),
        ("payout propose", {}),
    ):
        assert "Only producers of Night Shift" in await studio.said("Ann", command, **options)
    post = await studio.proposal()
    await studio.object_to(post)
    for command, options in (
        ("payout finalise", {}),
        ("payout settle", {}),
        ("payout answer", {"concern": "1", "accept": True, "text": "Yes!"}),
        ("payout paid", {"member": studio.people["Ann"], "amount": "5", "reference": "x"}),
        ("fund take-back", {"entry": 1, "reason": "Mine"}),
    ):
        assert "Only producers of Night Shift" in await studio.said("Ann", command, **options)
    assert await studio.people["Ann"].autocomplete("payout answer", "concern", "", channel=studio.stage.news) == ()


async def test_nothing_to_share_yet(studio: Studio) -> None:
    assert "no money to share" in await studio.said(studio.producer, "payout propose")
    assert "No payout of Night Shift has been proposed yet" in await studio.said("Ann", "payout explain")
    assert "No payout" in await studio.said(studio.producer, "payout finalise")
    assert "Nothing yet" in await studio.said("Ann", "my earnings")


async def test_a_proposal_is_posted_with_a_thread_and_says_who_gets_what(studio: Studio) -> None:
    post = await studio.proposal()
    for words in ("$100.00", "3 artists", "$50.00** Bo", "$40.00** Mia", "$10.00** Ann", "No concerns so far"):
        assert words in post.text
    assert [button.label for button in post.buttons] == ["My share, explained", "Raise a concern", "Every line"]
    assert (await studio.thread()).name == "S1E1 Night Trains payout: questions and concerns"
    again = await studio.said(studio.producer, "payout propose")
    assert "no money to share" in again or "already proposed" in again
    assert await studio.count(PayoutRound) == 1


async def test_everyone_gets_their_own_share_explained(studio: Studio) -> None:
    post = await studio.proposal()
    why = await studio.people["Ann"].click(post, "My share, explained")
    assert why.ephemeral
    assert "You get $10.00" in why.text
    assert "$10.00** because #2 remix was made from #1 sketch" in why.text
    assert "$50.00** for #3 solo" in await studio.said("Bo", "payout explain")
    of_mia = await studio.said("Bo", "payout explain", member=studio.people["Mia"])
    assert "Mia gets $40.00" in of_mia
    stranger = await studio.stage.member.click(post, "My share, explained")
    assert "You are not in the payout of S1E1 Night Trains" in stranger.text
    assert "say so" in stranger.text
    assert "Mira is not in the payout" in await studio.said("Bo", "payout explain", member=studio.stage.member)
    mine = await studio.said("Ann", "my earnings")
    assert "$10.00** S1E1 Night Trains (proposed)" in mine
    assert "once the payout is final" in mine


async def test_buttons_need_nothing_that_a_restart_would_lose(studio: Studio) -> None:
    post = await studio.proposal()
    store = studio.stage.client._connection._view_store
    store._views.clear()
    assert not store._synced_message_views
    assert "You get $10.00" in (await studio.people["Ann"].click(post, "My share, explained")).text
    assert "concern is number 1" in (await studio.object_to(post)).text
    assert not store._views


async def test_a_concern_is_raised_in_the_thread_and_declined_in_the_open(studio: Studio) -> None:
    post = await studio.proposal()
    control, thread = studio.stage.discord.control, await studio.thread()
    told = await studio.object_to(post)
    assert "Your concern is number 1" in told.text
    raised = await control.wait_for_message(channel=thread, contains="Concern 1: I was left out")
    assert "I made \\*half\\* of the remix." in raised.text
    to_do = await control.wait_for_message(channel=studio.stage.producers, contains="/payout answer")
    assert f"<#{thread.id}>" in to_do.raw["components"][0]["components"][0]["content"] or thread.name in to_do.text
    await control.wait_for_message(channel=studio.stage.news, contains="1 concern, 1 open")
    assert "while a concern is open" in await studio.said(studio.producer, "payout finalise")
    (choice,) = await studio.producer.autocomplete("payout answer", "concern", "half", channel=studio.stage.news)
    assert choice.name == "S1E1 1. Ann: I made *half* of the remix."
    assert await studio.producer.autocomplete("payout answer", "concern", "zzz", channel=studio.stage.news) == ()
    done = await studio.said(
        studio.producer, "payout answer", concern=choice.value, accept=False, text="The credits say otherwise."
    )
    assert "Concern 1 is declined, and your answer is posted." in done
    answered = await control.wait_for_message(channel=thread, contains="Concern 1 is declined")
    assert "The credits say otherwise." in answered.text
    twice = await studio.said(studio.producer, "payout answer", concern=choice.value, accept=True, text="No, wait")
    assert "already has its answer" in twice
    shown = await studio.said("Bo", "payout show")
    assert "1. I was left out (declined)" in shown


async def test_an_accepted_concern_shows_before_and_after(studio: Studio) -> None:
    post = await studio.proposal()
    await studio.object_to(post)
    (choice,) = await studio.producer.autocomplete("payout answer", "concern", "", channel=studio.stage.news)
    accept = {"concern": choice.value, "accept": True, "text": "You are right."}
    too_early = await studio.said(studio.producer, "payout answer", **accept)
    assert "change nobody's amount yet" in too_early
    found = await studio.producer.autocomplete("cut points", "work", "", channel=studio.stage.news)
    assert [one.value for one in found] == ["#2", "#3"]
    weighed = await studio.said(studio.producer, "cut points", work="#2", points=3, reason="It carries the film")
    assert "It has 3 points now" in weighed
    done = await studio.said(studio.producer, "payout answer", **accept)
    assert "accepted, and your answer is posted. 3 amounts changed. The time for comments starts again" in done
    thread = await studio.thread()
    answered = await studio.stage.discord.control.wait_for_message(channel=thread, contains="is accepted")
    for words in ("$50.00 → $25.00", "$40.00 → $60.00", "$10.00 → $15.00", "comment again until"):
        assert words in answered.text.replace("**", "")
    await studio.stage.discord.control.wait_for_message(channel=studio.stage.news, contains="$60.00** Mia")


@pytest.mark.parametrize("concern", ["the first one", "9" * 30, "77", ""])
async def test_an_answer_to_nothing(studio: Studio, concern: str) -> None:
    await studio.proposal()
    said = await studio.said(studio.producer, "payout answer", concern=concern or "-1", accept=True, text="Yes")
    assert "from the list" in said


async def test_a_form_sent_off_twice_is_one_concern_each_and_too_many_are_refused(studio: Studio) -> None:
    post = await studio.proposal()
    first = await asyncio.gather(*(studio.object_to(post) for _ in range(2)))
    assert sorted(answer.text.count("Thank you") for answer in first) == [1, 1]
    for _ in range(3):
        await studio.object_to(post)
    assert "wait for an answer already" in (await studio.people["Ann"].click(post, "Raise a concern")).text
    assert await studio.count(Concern) == 5


async def test_it_is_final_once_the_time_for_comments_is_over(studio: Studio) -> None:
    post = await studio.proposal()
    assert "Artists can comment until" in await studio.said(studio.producer, "payout finalise")
    studio.stage.clock.ahead += timedelta(days=14, minutes=1)
    answers = await asyncio.gather(*(studio.said(studio.producer, "payout finalise") for _ in range(2)))
    assert all("Final: $100.00 of S1E1 Night Trains" in answer for answer in answers)
    control = studio.stage.discord.control
    final = await control.wait_for_message(channel=studio.stage.news, contains="Final: $100.00 for 3 artists")
    assert "SHA-256" in final.text
    word = await control.wait_for_message(dm_of=studio.people["Bo"], contains="$50.00 is yours")
    assert "$50.00** for #3 solo" in word.text
    now = await studio.stage.member.message(post)
    assert "Raise a concern" not in [button.label for button in now.buttons]
    assert "This round is final" in await studio.said("Ann", "payout concern")
    assert await invariants.check_books(studio.stage.runtime.db) == []


async def test_whoever_has_closed_their_messages_is_told_in_the_thread(studio: Studio) -> None:
    await studio.stage.discord.control.edit_member(studio.stage.guild, studio.people["Bo"], dms_open=False)
    await studio.proposal()
    studio.stage.clock.ahead += timedelta(days=15)
    await studio.said(studio.producer, "payout finalise")
    thread = await studio.thread()
    told = await studio.stage.discord.control.wait_for_message(channel=thread, contains="$50.00 is yours")
    assert str(studio.people["Bo"].id) in str(told.raw["mentions"])
    await studio.stage.discord.control.wait_for_message(dm_of=studio.people["Mia"], contains="$40.00 is yours")


async def test_payments_and_the_end(studio: Studio) -> None:
    await studio.proposal()
    bo = studio.people["Bo"]
    assert "balance is 0.00 USD" in await studio.said(
        studio.producer, "payout paid", member=bo, amount="50", reference="x"
    )
    assert "next step is to finalise" in await studio.said(studio.producer, "payout settle")
    studio.stage.clock.ahead += timedelta(days=15)
    await studio.said(studio.producer, "payout finalise")
    for amount, says in (
        ("1,234.567 USD", "USD has 2 decimals"),
        ("50.01", "balance is 50.00 USD, less than that"),
        ("0", "must be above zero"),
        ("50 EUR", "not EUR"),
    ):
        assert says in await studio.said(studio.producer, "payout paid", member=bo, amount=amount, reference="x")
    assert "(on your balance)" in await studio.said("Bo", "my earnings")
    paid = await studio.said(studio.producer, "payout paid", member=bo, amount="$50", reference="wire 7")
    assert "Recorded: $50.00 to Bo. Their balance is $0.00 now." in paid
    mine = await studio.said("Bo", "my earnings")
    assert "$50.00** S1E1 Night Trains (paid)" in mine
    assert "balance with Night Shift: **$0.00**" in mine
    nobody = await studio.said(studio.producer, "payout paid", member=studio.stage.member, amount="1", reference="x")
    assert "have no balance" in nobody
    assert "Settled" in await studio.said(studio.producer, "payout settle")
    end = await studio.stage.wait_for_text("is settled")
    assert "1 artist has been paid $50.00" in end.text
    assert "2 shares are not sent in full yet; what is left stays on the artists' balances" in end.text
    assert "Settled" in await studio.said(studio.producer, "payout settle")


async def test_episodes_and_shows_are_found_by_typing(studio: Studio) -> None:
    await finish_episode(
        studio.stage.runtime.db, studio.stage.show.id, artists=["Ann"], works={"x": "Ann"}, cut=[], phase=Phase.OPEN,
        user_ids={"Ann": studio.people["Ann"].id},
    )  # fmt: skip

    async def offered(command: str, option: str, typed: str) -> list[str]:
        found = await studio.producer.autocomplete(command, option, typed, channel=studio.stage.news)
        return [choice.value for choice in found]

    assert await offered("fund add", "episode", "") == ["S1E2", "S1E1"]
    assert await offered("payout propose", "episode", "") == ["S1E1"]
    assert await offered("payout explain", "episode", "trains") == ["S1E1"]
    assert await offered("payout settle", "episode", "nothing") == []
    assert await offered("payout show", "show", "night") == ["night-shift"]


async def test_commands_in_the_proposals_thread_are_about_its_show(studio: Studio) -> None:
    await studio.proposal()
    thread = await studio.thread()
    other = await studio.stage.discord.control.create_channel(studio.stage.guild, "other")
    await second_show(studio, other.id)
    answer = await studio.people["Ann"].slash("payout explain", channel=thread)
    assert "You get $10.00" in answer.text
    elsewhere = await studio.stage.discord.control.create_channel(studio.stage.guild, "lobby")
    unclear = await studio.people["Ann"].slash("payout explain", channel=elsewhere)
    assert "Which show?" in unclear.text
    named = await studio.people["Ann"].slash("payout explain", channel=elsewhere, show="night-shift")
    assert "You get $10.00" in named.text


async def second_show(studio: Studio, channel_id: int) -> None:
    manager = Actor(int(studio.stage.guild.id), "Night Owls", 1, "Olga", frozenset(), manages_guild=True)
    setup = shows.ShowSetup(
        name="Day Shift", works_channel_id=channel_id, news_channel_id=channel_id, producers_channel_id=None,
        timezone="UTC",
    )  # fmt: skip
    await shows.setup_show(studio.stage.runtime.db, manager, setup=setup, now=studio.stage.clock())
