"""Around a vote as members meet it: reminders, results, receipts, strikes, outcomes; real client, real sockets."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from discord.ext import commands
from sqlalchemy import func, select

from cogs import results, voting, works
from cogs.results.sayings import SAYINGS as RESULT_SAYINGS
from cogs.runtime import Runtime
from cogs.voting.sayings import SAYINGS as VOTE_SAYINGS
from db.models import Artist, Episode, Recount, VoteMethod, VoteReminder
from domain.jsonread import load
from domain.voting import check_inclusion
from domain.voting.publication import ballot_id
from services import clock, episodes, tallies
from services.access import Actor
from services.episodes.moves import set_count
from services.store import Database, Transaction
from tests.cogs.test_vote_in_discord import announce, end
from tests.support.bot_studio import Stage, delivering, on_stage
from tests.support.cast import put_ballots, receipt_of
from tests.support.vote import Vote, artist_of, open_vote, voter

DAY = timedelta(days=1)
SAYINGS = {**VOTE_SAYINGS, **RESULT_SAYINGS}


async def _features(bot: commands.Bot, runtime: Runtime) -> None:
    for feature in (works, voting, results):
        await feature.setup_feature(bot, runtime)


@pytest.fixture
async def stage(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with on_stage(db, tmp_path, monkeypatch, _features) as ready:
        await ready.discord.control.wait_for_commands("result")
        yield ready


async def vote_here(stage: Stage, method: VoteMethod = VoteMethod.SCORE) -> Vote:
    """A vote on four works by the real clock, with its deadlines; the first work is Mira's."""
    vote = await open_vote(stage.runtime.db, stage.show.id, works=4, method=method, now=stage.clock())

    async def prepare(tx: Transaction) -> None:
        episode, now = await tx.get_one(Episode, vote.episode), stage.clock()
        episode.opens_at, episode.closes_at, episode.votes_until = now - DAY, now, now + 3 * DAY
        first = (await tx.scalars(select(Artist).where(Artist.user_id == artist_of(0).user_id))).one()
        first.user_id, first.guild_id = int(stage.member.id), stage.show.guild_id
        await tx.flush()
        await set_count(tx, episode)

    await stage.runtime.db.write(prepare)
    return vote


async def count(stage: Stage, model: type[VoteReminder] | type[Recount]) -> int:
    async with stage.runtime.db.reading() as tx:
        return await tx.scalar(select(func.count()).select_from(model)) or 0


def producer(stage: Stage) -> Any:
    return stage.discord.member(stage.guild.owner_id)


async def test_somebody_is_reminded_by_direct_message(stage: Stage) -> None:
    vote = await vote_here(stage)
    post = await announce(stage, vote)
    answers = await asyncio.gather(*(stage.member.click(post, "Remind me before it ends") for _ in range(3)))
    assert all("You will hear from me" in answer.text for answer in answers)
    assert await count(stage, VoteReminder) == 1
    off = await stage.member.click(answers[0].message, "No reminder")
    assert await count(stage, VoteReminder) == 0
    await stage.member.click(off.message, "Remind me before it ends")
    stage.clock.ahead = 2.5 * DAY
    async with delivering(stage, SAYINGS) as delivery:
        await clock.run_due(stage.runtime.db, stage.clock(), Random(1))
        delivery.wake()
        told = await stage.discord.control.wait_for_message(dm_of=stage.member, contains="You asked to be reminded")
    assert "3 of 4 works still have none" in told.text, "one of the four is their own"
    late = await stage.member.click(post, "Remind me before it ends")
    assert "about to end" in late.text


async def test_a_voter_finds_their_ballot_in_the_count(stage: Stage) -> None:
    vote = await vote_here(stage)
    opened = await stage.member.slash("vote booth", channel=stage.news, work="#2")
    await stage.member.click(opened.message, "4")
    await end(stage, vote)
    async with delivering(stage, SAYINGS):
        post = await stage.wait_for_text("The result: Night trains")
    view = await tallies.result(stage.runtime.db, episode_id=vote.episode)
    assert view.root in post.text
    found = await stage.member.click(post, "Is my ballot in the count?")
    assert found.ephemeral
    assert "Your ballot is in the count" in found.text
    assert "4 · #2 Work 1" in found.text.replace("*", "")
    proof = load(await stage.discord.download(found.message.files[0].url))
    assert check_inclusion(proof, root=view.root).difference is None
    mine = await stage.member.slash("my ballot", channel=stage.news)
    receipt = mine.text.split("Receipt `")[1].split("`")[0]
    form = await stage.member.click(found.message, "Check another receipt")
    again = await stage.member.submit_modal(form, {"receipt": f" {receipt.lower()} "})
    assert "Your ballot is in the count" in again.text
    wrong = await stage.member.submit_modal(
        await stage.member.click(found.message, "Check another receipt"), {"receipt": "mine"}
    )
    assert "That is no receipt" in wrong.text
    other = await stage.discord.control.add_member(stage.guild, "Olaf")
    none = await other.click(post, "Is my ballot in the count?")
    assert "You have no ballot in this vote" in none.text
    checked = await stage.member.slash("result check", channel=stage.news)
    assert "Your ballot is in the count" in checked.text


async def test_producers_strike_ballots_in_the_open(stage: Stage) -> None:
    vote = await vote_here(stage)
    people = [voter(number).user_id for number in range(6)]
    same = {0: 5, 1: 4, 2: 3, 3: 2}
    await put_ballots(stage.runtime.db, vote, {user: same if user in people[:4] else {3: 5} for user in people})
    watching = await producer(stage).slash("result watch", channel=stage.news)
    assert "groups of 4" in watching.text
    assert ballot_id(receipt_of(people[0]))[:8] not in watching.text
    async with delivering(stage, SAYINGS) as delivery:
        await end(stage, vote)
        await stage.wait_for_text("The result: Night trains")
        note = await stage.wait_for_text("groups of 4", stage.producers)
        assert ballot_id(receipt_of(people[0]))[:8] in note.text
        denied = await stage.member.click(note, "Strike ballots")
        assert "Only producers" in denied.text
        ids = " ".join(ballot_id(receipt_of(user))[:8] for user in people[:4])
        for _ in range(2):
            form = await producer(stage).click(note, "Strike ballots")
            words = {"ballots": ids, "reason": "Four accounts of one person"}
            done = await producer(stage).submit_modal(form, words)
            assert "4 ballots were struck" in done.text
        assert await count(stage, Recount) == 1
        delivery.wake()
        told = await stage.wait_for_text("Counted anew: Night trains")
        assert "Four accounts of one person" in told.text
        view = await tallies.result(stage.runtime.db, episode_id=vote.episode)
        assert view.root in told.text
        assert view.recounts[0].before_root in told.text
        await stage.wait_for_text("2 people voted on 4 works")


async def test_each_artist_is_told_what_became_of_their_works(stage: Stage) -> None:
    vote = await vote_here(stage)
    await put_ballots(stage.runtime.db, vote, {voter(1).user_id: {0: 5}, voter(2).user_id: {0: 4}})
    await end(stage, vote)
    boss = Actor(int(stage.guild.id), "Night Owls", int(stage.guild.owner_id), "Olga", frozenset(), manages_guild=True)
    await episodes.release_episode(
        stage.runtime.db, boss, episode_id=vote.episode, url="https://example.com/out", now=stage.clock()
    )
    async with delivering(stage, SAYINGS):
        told = await stage.discord.control.wait_for_message(dm_of=stage.member, contains="is out")
    assert "#1 Work 0 is in the cut" in told.text.replace("*", "")
    marks = await stage.member.click(told, "How they did in the vote")
    assert "Place 1 of 4: **4.50**" in marks.text
    assert "5 ████████████ 1" in marks.text


@pytest.mark.parametrize("method", VoteMethod)
async def test_every_method_has_its_result_in_the_channel(stage: Stage, method: VoteMethod) -> None:
    vote = await vote_here(stage, method)
    rng = Random(4)
    ranked = method in (VoteMethod.SCHULZE, VoteMethod.STV)
    marks = {
        voter(number).user_id: (
            {place: rank for rank, place in enumerate(rng.sample(range(4), 4), start=1)}
            if ranked
            else {place: 1 if method is VoteMethod.APPROVAL else rng.randint(0, 5) for place in rng.sample(range(4), 3)}
        )
        for number in range(9)
    }
    await put_ballots(stage.runtime.db, vote, marks)
    await end(stage, vote)
    async with delivering(stage, SAYINGS):
        post = await stage.wait_for_text("The result: Night trains")
    pictures = 1 if method in (VoteMethod.APPROVAL, VoteMethod.SCORE) else 2
    assert len(post.files) == pictures
    for file in post.files:
        assert (await stage.discord.download(file.url)).startswith(b"\x89PNG")
    shown = await stage.member.slash("result show", channel=stage.news)
    assert "9 people voted on 4 works" in shown.text


async def test_what_is_no_longer_there_is_said(stage: Stage) -> None:
    vote = await vote_here(stage)
    early = await stage.member.slash("result show", channel=stage.news)
    assert "No vote has been counted here yet" in early.text
    bad = await producer(stage).slash(
        "result strike", channel=stage.news, ballots="abc", reason="Nobody knows these people"
    )
    assert "only while the cut is made" in bad.text
    await end(stage, vote)
    denied = await stage.member.slash("result watch", channel=stage.news)
    assert "Only producers" in denied.text
    assert await count(stage, Recount) == 0
