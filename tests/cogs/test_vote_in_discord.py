"""The vote as members meet it: real client, real sockets, the booth after a restart, the result in the channel."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from discord.ext import commands
from sqlalchemy import func, select

from cogs import cut, results, voting
from cogs.cut.sayings import SAYINGS as CUT_SAYINGS
from cogs.results.sayings import SAYINGS as RESULT_SAYINGS
from cogs.runtime import Runtime
from cogs.voting.sayings import SAYINGS as VOTE_SAYINGS
from db.models import Ballot, Deal, Episode, FileState, Mark, VoteMethod, WorkFile
from domain.episode import Phase
from services import outbox, tallies
from services.store import Database, Transaction
from tests.support.bot_studio import Stage, delivering, on_stage
from tests.support.vote import Vote, open_vote

DAY = timedelta(days=1)
PICTURE = "https://cdn.discordapp.com/attachments/1/2/rain.png"


async def _features(bot: commands.Bot, runtime: Runtime) -> None:
    await voting.setup_feature(bot, runtime)
    await results.setup_feature(bot, runtime)
    await cut.setup_feature(bot, runtime)


@pytest.fixture
async def stage(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with on_stage(db, tmp_path, monkeypatch, _features) as ready:
        await ready.discord.control.wait_for_commands("vote")
        yield ready


@pytest.fixture
async def vote(stage: Stage) -> Vote:
    """A vote on four works with a picture each, that is open for three days by the real clock."""
    opened = await open_vote(stage.runtime.db, stage.show.id, works=4, now=stage.clock())

    async def prepare(tx: Transaction) -> None:
        episode = await tx.get_one(Episode, opened.episode)
        now = stage.clock()
        episode.opens_at, episode.closes_at, episode.votes_until = now - DAY, now, now + 3 * DAY
        for work_id in opened.works:
            tx.add(
                WorkFile(
                    work_id=work_id, position=0, name="rain.png", content_type="image/png", size=1, url=PICTURE,
                    state=FileState.WAITING, sha256=None, preview=None, attempts=0, next_try_at=stage.clock(), error="",
                )
            )  # fmt: skip

    await stage.runtime.db.write(prepare)
    return opened


async def announce(stage: Stage, vote: Vote) -> Any:
    """The vote's announcement, as the channel shows it."""

    async def say(tx: Transaction) -> None:
        await outbox.say(
            tx, key=f"episode:{vote.episode}:voting", kind="voting_opened", show_id=stage.show.id,
            subject={"episode": vote.episode}, channel_id=stage.news.id, post_key=f"vote:{vote.episode}",
            now=stage.clock(),
        )  # fmt: skip

    await stage.runtime.db.write(say)
    async with delivering(stage, VOTE_SAYINGS):
        return await stage.wait_for_text("The vote is open")


async def end(stage: Stage, vote: Vote) -> None:
    async def move(tx: Transaction) -> None:
        (await tx.get_one(Episode, vote.episode)).phase = Phase.CUTTING
        await tallies.count(tx, vote.episode, stage.clock())

    await stage.runtime.db.write(move)


async def marks(db: Database) -> list[int]:
    async with db.reading() as tx:
        return sorted(await tx.scalars(select(Mark.mark)))


def styles(message: Any) -> dict[str, int]:
    """The colours of the mark buttons, by label (2 grey, 3 green)."""
    from sandbox.results import walk

    parts = walk(message.raw["components"])
    return {part["label"]: part["style"] for part in parts if str(part.get("custom_id", "")).startswith("vote:mark")}


async def test_a_voter_goes_through_the_booth(stage: Stage, vote: Vote) -> None:
    post = await announce(stage, vote)
    opened = await stage.member.click(post, "Open my booth")
    assert (opened.kind, opened.ephemeral) == ("message", True)
    assert "Work 1 of 4 · 1 of 4 seen, 0 marked" in opened.text
    pressed = await stage.member.click(opened.message, "4")
    assert pressed.kind == "update"
    assert "Your mark: 4 of 5" in pressed.text
    assert [label for label, style in styles(pressed.message).items() if style == 3] == ["4"]
    assert await marks(stage.runtime.db) == [4]
    onward = await stage.member.click(pressed.message, "Next")
    assert "Work 2 of 4 · 2 of 4 seen, 1 marked" in onward.text
    zero = await stage.member.click(onward.message, "0")
    assert await marks(stage.runtime.db) == [0, 4]
    await stage.member.click(zero.message, "Take it back")
    assert await marks(stage.runtime.db) == [4]


async def test_the_list_of_marks_leads_back_to_each_work(stage: Stage, vote: Vote) -> None:
    opened = await stage.member.slash("vote booth", channel=stage.news)
    pressed = await stage.member.click(opened.message, "5")
    listed = await stage.member.click(pressed.message, "My marks (1)")
    assert "1 work marked, 1 of 4 seen" in listed.text
    (work, value) = listed.message.menus[0].options[0]
    jumped = await stage.member.select(listed.message, value)
    assert work in jumped.text
    assert "Your mark: 5 of 5" in jumped.text
    again = await stage.member.click(
        (await stage.member.click(jumped.message, "My marks (1)")).message, "Back to the booth"
    )
    assert "2 of 4 seen" in again.text


async def test_all_works_lead_to_each(stage: Stage, vote: Vote) -> None:
    opened = await stage.member.slash("vote booth", channel=stage.news)
    pressed = await stage.member.click(opened.message, "5")
    listed = await stage.member.click(pressed.message, "All works")
    assert "4 works, 1 seen, 1 marked" in listed.text
    (work, value) = listed.message.menus[0].options[3]
    jumped = await stage.member.select(listed.message, value)
    assert work in jumped.text
    assert "Work 2 of 4 · 2 of 4 seen" in jumped.text


async def test_a_particular_work_is_found_by_typing(stage: Stage, vote: Vote) -> None:
    choices = await stage.member.autocomplete("vote booth", "work", "work 2", channel=stage.news)
    assert [choice.value for choice in choices] == ["#3"]
    opened = await stage.member.slash("vote booth", channel=stage.news, work="#3")
    assert "#3 Work 2" in opened.text
    refused = await stage.member.slash("vote booth", channel=stage.news, work="the blue one")
    assert "by its number" in refused.text


async def test_the_booth_needs_nothing_that_a_restart_would_lose(
    stage: Stage, vote: Vote, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await stage.member.slash("vote booth", channel=stage.news)
    # What a restart leaves of the views and items discord.py holds: the patterns that are registered at the start.
    store = stage.client._connection._view_store
    store._views.clear()
    assert not store._synced_message_views
    pressed = await stage.member.click(opened.message, "3")
    assert "Your mark: 3 of 5" in pressed.text
    assert not store._views


async def test_a_double_press_is_one_mark(stage: Stage, vote: Vote) -> None:
    opened = await stage.member.slash("vote booth", channel=stage.news)
    answers = await asyncio.gather(*(stage.member.click(opened.message, "2") for _ in range(3)))
    assert all("Your mark: 2 of 5" in answer.text for answer in answers)
    assert await marks(stage.runtime.db) == [2]


async def test_many_members_press_at_once(stage: Stage, vote: Vote) -> None:
    people = [await stage.discord.control.add_member(stage.guild, f"Voter {n}") for n in range(12)]
    booths = await asyncio.gather(*(who.slash("vote booth", channel=stage.news) for who in people))
    pairs = zip(people, booths, range(12), strict=True)
    answers = await asyncio.gather(*(who.click(booth.message, str(n % 6)) for who, booth, n in pairs))
    assert all("Saved." in answer.text for answer in answers)
    assert await marks(stage.runtime.db) == sorted(n % 6 for n in range(12))
    seen = await stage.member.slash("vote status", channel=stage.news)
    assert "12 people have voted so far" in seen.text
    await end(stage, vote)
    view = await tallies.result(stage.runtime.db, episode_id=vote.episode)
    assert view.ballots == 12


async def test_once_the_vote_is_over_the_booth_says_so(stage: Stage, vote: Vote) -> None:
    opened = await stage.member.slash("vote booth", channel=stage.news)
    await end(stage, vote)
    refused = await stage.member.click(opened.message, "5")
    assert refused.ephemeral
    assert "only during the vote" in refused.text
    assert await marks(stage.runtime.db) == []
    async with stage.runtime.db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Ballot)) == 1


async def test_the_result_comes_with_a_chart_and_the_cut_with_its_changes(stage: Stage, vote: Vote) -> None:
    producer = stage.discord.member(stage.guild.owner_id)
    opened = await stage.member.slash("vote booth", channel=stage.news)
    await stage.member.click(opened.message, "5")
    await end(stage, vote)
    async with delivering(stage, {**VOTE_SAYINGS, **RESULT_SAYINGS, **CUT_SAYINGS}) as delivery:
        result = await stage.wait_for_text("The result: Night trains")
        assert "1 person voted on 4 works" in result.text
        assert "**5.00** (1.0 to 5.0) · 1 mark" in result.text
        assert (await stage.discord.download(result.files[0].url)).startswith(b"\x89PNG")
        post = await stage.wait_for_text("The cut: Night trains")
        assert "1 work so far" in post.text
        outside = await producer.autocomplete("cut add", "work", "", channel=stage.news)
        assert len(outside) == 3
        refused = await producer.slash("cut add", channel=stage.news, work=outside[0].value)
        assert "Give a reason" in refused.text
        added = await producer.slash("cut add", channel=stage.news, work=outside[0].value, reason="It opens the film")
        assert "2 works in the cut now" in added.text
        delivery.wake()
        await stage.discord.control.wait_for_message(channel=stage.news, contains="It opens the film")
    shown = await stage.member.slash("cut show", channel=stage.news)
    assert "2 works so far" in shown.text
    denied = await stage.member.slash("cut remove", channel=stage.news, work="#1", reason="I do not like it")
    assert "Only producers" in denied.text
    mine = await stage.member.slash("vote mine", channel=stage.news)
    assert "Receipt" in mine.text


async def rule(stage: Stage, vote: Vote, **rules: Any) -> None:
    """Have the vote follow other rules from now on."""

    async def change(tx: Transaction) -> None:
        deal = await tx.get_one(Deal, vote.episode)
        for name, value in rules.items():
            setattr(deal, name, value)

    await stage.runtime.db.write(change)


async def test_several_criteria_are_asked_one_after_the_other(stage: Stage, vote: Vote) -> None:
    await rule(stage, vote, criteria=[{"name": "Craft", "weight": 2}, {"name": "Story", "weight": 1}])
    opened = await stage.member.slash("vote booth", channel=stage.news)
    assert "Craft: how many of 5?" in opened.text.replace("**", "")
    craft = await stage.member.click(opened.message, "4")
    assert "Story: how many of 5?" in craft.text.replace("**", "")
    story = await stage.member.click(craft.message, "2")
    assert "Craft 4, Story 2. Saved." in story.text
    again = await stage.member.click(story.message, "Story: 2")
    taken = await stage.member.click(again.message, "Take it back")
    assert "Craft 4, Story –" in taken.text
    listed = await stage.member.click(taken.message, "My marks (1)")
    assert "4 · –" in listed.text


async def test_works_are_ranked_by_picks(stage: Stage, vote: Vote) -> None:
    await rule(stage, vote, vote_method=VoteMethod.SCHULZE)
    shown = await stage.member.slash("vote booth", channel=stage.news)
    for place in (1, 2, 3):
        picked = await stage.member.click(shown.message, f"Make it my pick no. {place}")
        assert f"Your pick no. {place} of {place}" in picked.text
        shown = await stage.member.click(picked.message, "Next")
    listed = await stage.member.click(shown.message, "My picks (3)")
    third = await stage.member.select(listed.message, listed.message.menus[0].options[2][1])
    higher = await stage.member.click(third.message, "Higher")
    assert "Your pick no. 2 of 3" in higher.text
    listed = await stage.member.click(higher.message, "My picks (3)")
    undone = await stage.member.click(listed.message, "Undo my last pick")
    assert "Not among your 2 picks yet" in undone.text
    assert await marks(stage.runtime.db) == [1, 2]


async def test_a_refusal_says_which_rule_and_the_announcement_says_it_before(stage: Stage, vote: Vote) -> None:
    role = await stage.discord.control.create_role(stage.guild, "Owls")
    await rule(stage, vote, voter_role_id=int(role.id), min_member_days=7, hide_artists=True)
    post = await announce(stage, vote)
    assert "has been in this server for 7 days may vote" in post.text
    assert "Artists are not named" in post.text
    refused = await stage.member.click(post, "Open my booth")
    assert refused.ephemeral
    assert "You cannot vote here yet" in refused.text
    assert "in this server for 7 days or more. You fulfil that from <t:" in refused.text
    async with stage.runtime.db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Ballot)) == 0
