"""Everybody presses at once, over real sockets, and the bot is killed in the middle: an acknowledged mark is counted.

VOTERS=500 .venv/bin/python -m pytest tests/faults/test_votes.py    # as many voters as that; 60 without
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from db.models import Ballot, Episode, Mark, Tally, Work
from domain.episode import Phase
from sandbox.client import Member, SandboxError
from sandbox.results import SeenMessage
from services import tallies
from services.store import Database, Transaction
from tests.faults.conftest import Studio
from tests.support.vote import Vote, open_vote

pytestmark = pytest.mark.fault

VOTERS = int(os.environ.get("VOTERS", "60"))
_WORKS, _EACH, _DAY = 12, 4, timedelta(days=1)
_DOOR = 25
"""Who comes in together; pressed is then by all at once. Discord gives the bot three seconds for each answer."""


@dataclass
class Voter:
    """Somebody who marks works, one after the other, and remembers what the bot said it has saved."""

    member: Member
    rng: Random
    up: asyncio.Event
    booth: SeenMessage | None = None
    told: dict[int, int] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)

    async def enter(self, studio: Studio) -> None:
        """Open the booth."""
        self.booth = (await self.member.slash("vote booth", channel=studio.channels[0], wait=60)).message

    async def press(self, label: str) -> bool:
        """Press a button; whether the bot answered."""
        assert self.booth is not None
        try:
            answer = await self.member.click(self.booth, label, wait=5)
        except SandboxError:
            return False
        self.booth = answer.message or self.booth
        return answer.kind == "update"

    async def vote(self) -> None:
        """Mark the work that is shown, and go on; if the bot does not answer, press again once it is back."""
        assert self.booth is not None
        work, mark = _shown(self.booth), self.rng.randint(1, 5)
        self.asked.add(work)
        for _ in range(6):
            if await self.press(str(mark)):
                self.told[work] = mark
                break
            await self.up.wait()
        if work in self.told:
            await self.press("Next")


def _shown(booth: SeenMessage) -> int:
    return int(next(b.custom_id for b in booth.buttons if b.custom_id and ":mark:" in b.custom_id).split(":")[3])


async def _open(db: Database, studio: Studio) -> Vote:
    vote = await open_vote(db, studio.show.id, works=_WORKS, now=datetime.now(UTC))

    async def set_times(tx: Transaction) -> None:
        episode, now = await tx.get_one(Episode, vote.episode), datetime.now(UTC)
        episode.opens_at, episode.closes_at, episode.votes_until = now - _DAY, now, now + 3 * _DAY

    await db.write(set_times)
    return vote


async def _stored(db: Database) -> dict[tuple[int, int], int]:
    async with db.reading() as tx:
        query = select(Ballot.voter_id, Mark.work_id, Mark.mark).join(Mark, Mark.ballot_id == Ballot.id)
        return {(row.voter_id, row.work_id): row.mark for row in await tx.execute(query)}


async def _counted(db: Database, vote: Vote) -> tuple[int, int]:
    """End the vote as the clock does: how many ballots were counted, and the sum of all marks in them."""

    async def end(tx: Transaction) -> None:
        (await tx.get_one(Episode, vote.episode)).phase = Phase.CUTTING
        await tallies.count(tx, vote.episode, datetime.now(UTC))

    await db.write(end)
    async with db.reading() as tx:
        tally = await tx.get_one(Tally, vote.episode)
        assert len(list(await tx.scalars(select(Work.id).where(Work.episode_id == vote.episode)))) == _WORKS
    ballots: Sequence[dict[str, int]] = tally.election["ballots"]
    return len(ballots), sum(sum(ballot.values()) for ballot in ballots)


async def test_every_acknowledged_mark_is_in_the_count_though_the_bot_is_killed(studio: Studio) -> None:
    async with studio.database() as db:
        vote = await _open(db, studio)
    names = [f"v{number}" for number in range(VOTERS)]
    members = await studio.discord.control.add_members(studio.guild, names, announce=False)
    up = asyncio.Event()
    voters = [Voter(member, Random(number), up) for number, member in enumerate(members)]
    await studio.bot.start()
    await studio.discord.control.wait_for_commands("vote")
    for start in range(0, VOTERS, _DOOR):
        await asyncio.gather(*(voter.enter(studio) for voter in voters[start : start + _DOOR]))

    async def vote_on() -> None:
        for _ in range(_EACH):
            await asyncio.gather(*(voter.vote() for voter in voters))

    pressing = asyncio.create_task(vote_on())
    seen = await studio.discord.control.last_request()
    await studio.discord.control.wait_for_requests(after=seen, path="callback$", count=VOTERS)
    await studio.bot.kill()
    await studio.bot.start()
    up.set()
    await pressing
    assert await studio.bot.stop() == 0
    told = {(voter.member.id, work): mark for voter in voters for work, mark in voter.told.items()}
    asked = {(voter.member.id, work) for voter in voters for work in voter.asked}
    async with studio.database() as db:
        stored = await _stored(db)
        assert {key: stored.get(key) for key in told} == told
        assert set(stored) <= asked
        assert await _counted(db, vote) == (len({who for who, _ in stored}), sum(stored.values()))
    assert len(told) >= VOTERS * (_EACH - 1)
