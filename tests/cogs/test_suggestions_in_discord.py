"""Suggested themes as members meet them: real client, real sockets."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from cogs import themes
from cogs.themes.sayings import SAYINGS
from db.models import Suggestion, SuggestionApproval
from services import clock
from services.store import Database
from tests.support.bot_studio import Stage, delivering, on_stage


@pytest.fixture
async def stage(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with on_stage(db, tmp_path, monkeypatch, themes.setup_feature) as ready:
        await ready.discord.control.wait_for_commands("theme")
        yield ready


async def count(stage: Stage, model: type[Suggestion] | type[SuggestionApproval]) -> int:
    async with stage.runtime.db.reading() as tx:
        return await tx.scalar(select(func.count()).select_from(model)) or 0


async def test_a_theme_goes_from_the_form_to_the_queue(stage: Stage) -> None:
    others = [await stage.discord.control.add_member(stage.guild, f"Fan {n}") for n in range(3)]
    async with delivering(stage, SAYINGS) as delivery:
        form = await stage.member.slash("theme suggest", channel=stage.news)
        words = {"title": "Rain on tin", "prompt": "@everyone, what does it **say**?"}
        told = await stage.member.submit_modal(form, words)
        assert told.ephemeral
        assert "“Rain on tin” is up for approval" in told.text
        delivery.wake()
        post = await stage.wait_for_text("a theme suggested by")
        assert "\\*\\*say" in post.text, "other people's markdown does nothing"
        mine = await stage.member.click(post, "I approve")
        assert "come from others" in mine.text
        answers = await asyncio.gather(*(who.click(post, "I approve") for who in (*others, *others)))
        assert all(answer.ephemeral and "You approve of “Rain on tin”" in answer.text for answer in answers)
        assert await count(stage, SuggestionApproval) == 3
        delivery.wake()
        edited = await stage.wait_for_text("3 people approve")
        assert all(who.name not in edited.text and who.mention not in edited.text for who in others)
        stage.clock.ahead = timedelta(days=30)
        await clock.run_due(stage.runtime.db, stage.clock(), Random(1))
        delivery.wake()
        await stage.wait_for_text("The community chose it")
        note = await stage.wait_for_text("The community chose the next theme", stage.producers)
        assert "Rain on tin" in note.text
        await stage.discord.control.wait_for_message(dm_of=stage.member, contains="Your theme was chosen")


async def test_the_list_is_where_one_approves_and_takes_back(stage: Stage) -> None:
    jo = await stage.discord.control.add_member(stage.guild, "Jo")
    for title in ("Rain", "Snow"):
        await stage.member.slash("theme suggest", channel=stage.news, title=title)
    listed = await jo.slash("theme suggestions", channel=stage.news)
    assert "2 themes suggested" in listed.text
    rain = f"theme:list:{stage.show.id}:0:{{}}:1"
    approved = await jo.click(listed.message, custom_id=rain.format("approve"))
    assert "1 approval" in approved.text
    back = await jo.click(approved.message, "Approved")
    assert "1 approval" not in back.text
    own = await stage.member.slash("theme suggestions", channel=stage.news)
    left = await stage.member.click(own.message, custom_id=rain.format("withdraw"))
    assert "1 theme suggested" in left.text
    refused = await jo.click(back.message, custom_id=rain.format("approve"))
    assert "was taken back" in refused.text


async def test_a_veto_asks_for_a_reason_and_the_artist_hears_it(stage: Stage) -> None:
    producer = stage.discord.member(stage.guild.owner_id)
    await stage.member.slash("theme suggest", channel=stage.news, title="Rain")
    choices = await producer.autocomplete("theme veto", "suggestion", "ra", channel=stage.news)
    assert [choice.name for choice in choices] == ["Rain"]
    assert await stage.member.autocomplete("theme veto", "suggestion", "", channel=stage.news) == ()
    reason = "We had rain in March, and twice in April"
    denied = await stage.member.slash("theme veto", channel=stage.news, suggestion=choices[0].value, reason=reason)
    assert "Only producers" in denied.text
    async with delivering(stage, SAYINGS) as delivery:
        done = await producer.slash("theme veto", channel=stage.news, suggestion=choices[0].value, reason=reason)
        assert "will not become a theme" in done.text
        delivery.wake()
        await stage.wait_for_text(reason)
        await stage.discord.control.wait_for_message(dm_of=stage.member, contains=reason)
