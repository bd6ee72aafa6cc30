"""The deal and its money as producers meet it: rules, receipts, other currencies, policies compared, moves by hand."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from discord.ext import commands
from discord.http import Route

from bot import fetching
from cogs import episodes, funds, payouts, shows
from cogs.episodes.sayings import SAYINGS as EPISODE_SAYINGS
from cogs.payouts.sayings import SAYINGS
from cogs.runtime import Runtime
from db.models import ShownAs
from domain.episode import Phase
from services import invariants, receipts
from services.store import Database
from tests.cogs.test_money_in_discord import NAMES, Studio
from tests.sandbox.pictures import painting
from tests.support.bot_studio import delivering, on_stage
from tests.support.finished import finish_episode


async def _features(bot: commands.Bot, runtime: Runtime) -> None:
    for feature in (shows, episodes, funds, payouts):
        await feature.setup_feature(bot, runtime)


@pytest.fixture
async def studio(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Studio]:
    async with on_stage(db, tmp_path, monkeypatch, _features) as stage:
        await stage.discord.control.wait_for_commands("payout")
        people = {name: await stage.discord.control.add_member(stage.guild, name) for name in NAMES}
        done = await finish_episode(
            db, stage.show.id, artists=NAMES, works={"sketch": "Ann", "remix": "Mia", "solo": "Bo"},
            cut=["remix", "solo"], sources=[("remix", "sketch")], shown_as=ShownAs.PSEUDONYMS,
            user_ids={name: who.id for name, who in people.items()},
        )  # fmt: skip
        async with delivering(stage, {**SAYINGS, **EPISODE_SAYINGS}) as delivery:
            object.__setattr__(stage.runtime, "wake", delivery.wake)
            yield Studio(stage, done, people, stage.discord.member(stage.guild.owner_id, "Olga"))


async def test_the_deal_is_chosen_shown_and_posted(studio: Studio) -> None:
    assert "Every work in the cut weighs the same" in await studio.said(studio.producer, "show money")
    told = await studio.said(
        studio.producer, "show money", blend="equal 50, points 30, votes 20", promised="50,000", unclaimed="sources",
        amounts="pseudonyms",
    )  # fmt: skip
    for words in (
        "50% is shared equally",
        "30% by the producers' points and 20% by the vote",
        "$50,000.00 is promised",
    ):
        assert words in told
    assert "goes to the artists whose work theirs was made from" in told
    await studio.said(studio.producer, "episode plan", title="Sleeping cars")
    post = await studio.stage.wait_for_text("Sleeping cars")
    assert "Amounts are listed under pseudonyms" in post.text
    again = await studio.said(studio.producer, "show money", lineage=35, planned=True)
    assert "The deal of S1E2 says so now too" in again
    assert "Votes alone would set" in await studio.said(studio.producer, "show money", weights="votes")
    assert "producer" in await studio.said("Ann", "show money", lineage=5)


async def test_a_receipt_and_another_currency(studio: Studio) -> None:
    bill = ("bill.png", painting(3))
    entered = await studio.said(
        studio.producer, "fund convert", kind="revenue", amount="100", currency="EUR", source="Festival", rate="1.0832",
        receipt=bill,
    )  # fmt: skip
    assert "$108.32 revenue, Festival, €100.00 at 1.0832" in entered
    assert "receipt on its way" in entered
    runtime = studio.stage.runtime
    origin = Route.BASE.rsplit("/api", 1)[0]
    async with aiohttp.ClientSession() as session:
        await fetching.Fetcher(runtime, session, frozenset({origin}), _never, receipts).run_due()
    assert "receipt `" in await studio.said(studio.producer, "fund show")
    shown = await studio.slash(studio.producer, "fund receipt", entry=1)
    assert "SHA-256" in shown.text
    assert len(shown.message.files) == 1
    assert "only its producers" in await studio.said("Ann", "fund receipt", entry=1)
    assert "$108.32" in await studio.said(studio.producer, "fund balances")
    assert "Give either the rate" in await studio.said(
        studio.producer, "fund convert", kind="revenue", amount="100", currency="EUR", source="Festival"
    )


async def _never(file: Any) -> str | None:
    return str(file.url)


async def test_policies_are_compared_and_money_is_moved_by_hand(studio: Studio) -> None:
    compared = await studio.slash(studio.producer, "payout preview", pool="100")
    assert "$10.00 to $50.00, half at least $40.00" in compared.text
    assert len(compared.message.files) == 1
    post = await studio.proposal()
    assert not any(name in post.text for name in NAMES)
    mine = await studio.said("Bo", "payout explain")
    assert "You get $50.00" in mine
    assert "In the list and the statement you are" in mine
    assert "not shown by name" in await studio.said("Bo", "payout explain", member=studio.people["Ann"])
    moved = await studio.said(
        studio.producer,
        "payout adjust",
        amount="5",
        reason="She *drove*.",
        from_work="#3",
        to_member=studio.people["Ann"],
    )
    assert "Adjustment 1 moves $5.00" in moved
    told = await studio.stage.wait_for_text("Adjusted by hand", await studio.thread())
    assert "She \\*drove\\*." in told.text
    assert not any(name in told.text for name in NAMES)
    shown = await studio.said("Ann", "payout show")
    assert "By hand:" in shown
    assert "moved by the producers" in await studio.said("Ann", "payout explain")
    assert "is taken back" in await studio.said(studio.producer, "payout undo", number=1)
    assert "no work" in await studio.said(studio.producer, "payout adjust", amount="5", reason="x", to_work="the best")
    assert await invariants.check_books(studio.stage.runtime.db) == []


async def test_a_canceled_episode_says_where_its_money_went(studio: Studio) -> None:
    done = await finish_episode(
        studio.stage.runtime.db, studio.stage.show.id, artists=["Ann"], works={"late": "Ann"}, cut=["late"],
        phase=Phase.CUTTING, user_ids={"Ann": studio.people["Ann"].id},
    )  # fmt: skip
    assert done.episode
    await studio.said(studio.producer, "fund add", kind="budget", amount="70", source="Network", episode="S1E2")
    form = await studio.slash(studio.producer, "episode cancel", episode="S1E2")
    await studio.producer.submit_modal(form, {"Reason": "The film burnt."})
    post = await studio.stage.wait_for_text("will not go on")
    assert "Its $70.00 went to the show's reserve" in post.text
    await asyncio.gather(*(studio.said(studio.producer, "fund balances") for _ in range(2)))
    assert await invariants.check_books(studio.stage.runtime.db) == []
