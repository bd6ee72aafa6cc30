"""What people get wrong around a vote: each is told what is wrong, them alone, and nothing in the database changes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from discord.ext import commands
from sqlalchemy import text

from cogs import results, themes, voting, works
from cogs.runtime import Runtime
from cogs.themes.sayings import SAYINGS
from db.models import Base
from domain.voting.publication import ballot_id
from sandbox.client import SandboxError
from services.store import Database
from tests.cogs.test_results_in_discord import vote_here
from tests.cogs.test_vote_in_discord import announce, end
from tests.support.bot_studio import Stage, delivering, on_stage
from tests.support.cast import put_ballots, receipt_of
from tests.support.vote import voter

REASON = "Nobody here knows these people"


async def _features(bot: commands.Bot, runtime: Runtime) -> None:
    for feature in (themes, works, voting, results):
        await feature.setup_feature(bot, runtime)


@pytest.fixture
async def stage(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with on_stage(db, tmp_path, monkeypatch, _features) as ready:
        await ready.discord.control.wait_for_commands("result")
        yield ready


async def dump(db: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    async with db.reading() as tx:
        return {
            name: [tuple(row) for row in await tx.execute(text(f'SELECT * FROM "{name}" ORDER BY 1, 2'))]  # noqa: S608 - a table's own name
            for name in Base.metadata.tables
        }


@asynccontextmanager
async def unchanged(stage: Stage) -> AsyncIterator[None]:
    before = await dump(stage.runtime.db)
    yield
    assert await dump(stage.runtime.db) == before


def private(answer: Any) -> str:
    assert answer.ephemeral
    assert "went wrong on my side" not in answer.text, answer.text
    return str(answer.text)


async def test_suggestions_that_cannot_be(stage: Stage) -> None:
    boss = stage.discord.member(stage.guild.owner_id)
    jo = await stage.discord.control.add_member(stage.guild, "Jo")
    for number in range(3):
        await stage.member.slash("theme suggest", channel=stage.news, title=f"Mine {number}")
    async with delivering(stage, SAYINGS):
        post = await stage.wait_for_text("Mine 0")
        await stage.wait_for_text("Mine 2")
    wrong: list[tuple[Any, str, dict[str, Any], str]] = [
        (stage.member, "theme suggest", {"title": "Four"}, "3 suggestions up"),
        (stage.member, "theme suggest", {}, "3 suggestions up"),
        (jo, "theme suggest", {"title": "  "}, "needs a title"),
        (jo, "theme suggest", {"title": "x" * 200}, "up to 100"),
        (jo, "theme suggest", {"title": "MINE 1"}, "suggested already"),
        (jo, "theme suggest", {"title": "Rain", "show": "Nothing"}, "no show called"),
        (jo, "theme suggestions", {"show": "9" * 90}, "no show called"),
        (jo, "theme rules", {"each": 20}, "Only producers"),
        (boss, "theme rules", {}, "Nothing to change"),
        (jo, "theme veto", {"suggestion": "1", "reason": REASON}, "Only producers"),
        *[
            (boss, "theme veto", {"suggestion": rubbish, "reason": REASON}, "")
            for rubbish in ("Mine 1", "0", "-1", "9" * 18, "9" * 90, "²", "1; DROP TABLE suggestions")
        ],
    ]
    async with unchanged(stage):
        for who, command, options, sentence in wrong:
            answer = await who.slash(command, channel=stage.news, options=options)
            assert sentence in private(answer), (command, options)
        with pytest.raises(SandboxError, match="at least"):
            await boss.slash("theme veto", channel=stage.news, suggestion="1", reason="No")
        with pytest.raises(SandboxError, match="must be"):
            await boss.slash("theme rules", channel=stage.news, each=21)
        assert "come from others" in private(await stage.member.click(post, "I approve"))


async def test_strikes_and_receipts_that_cannot_be(stage: Stage) -> None:
    boss = stage.discord.member(stage.guild.owner_id)
    vote = await vote_here(stage)
    people = [voter(number).user_id for number in range(5)]
    await put_ballots(stage.runtime.db, vote, {user: dict.fromkeys(range(4), 3) for user in people})
    post = await announce(stage, vote)
    real = ballot_id(receipt_of(people[0]))
    async with unchanged(stage):
        for command, options, sentence in (
            ("result show", {}, "No vote has been counted"),
            ("result check", {}, "No vote has been counted"),
            ("result strike", {"ballots": real, "reason": REASON}, "only while the cut is made"),
        ):
            answer = await boss.slash(command, channel=stage.news, options=options)
            assert sentence in private(answer)
    await end(stage, vote)
    async with unchanged(stage):
        late = await stage.member.click(post, "Remind me before it ends")
        assert "only during the vote" in private(late)
        denied = await stage.member.slash("result strike", channel=stage.news, ballots=real, reason=REASON)
        assert "Only producers" in private(denied)
        for ballots in ("", "all", "abc", "0" * 32, real[:5], real + "0", f"{real} {'f' * 8}", "Mira", "a" * 900):
            answer = await boss.slash("result strike", channel=stage.news, ballots=ballots, reason=REASON)
            assert "ids" in private(answer), ballots
        with pytest.raises(SandboxError, match="at least"):
            await boss.slash("result strike", channel=stage.news, ballots=real, reason="spam")
        checked = await stage.member.slash("result check", channel=stage.news)
        assert "no ballot in this vote" in private(checked)
        for typed in ("", "hello", "²" * 20, "x" * 40):
            form = await stage.member.click(checked.message, "Check another receipt")
            answer = await stage.member.submit_modal(form, {"receipt": typed or " "})
            assert "That is no receipt" in private(answer)
