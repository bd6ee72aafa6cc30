"""The episode from the first theme to the last cent, as its people play it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from sandbox.client import Member
from sandbox.demo.afterwards import Afterwards
from sandbox.demo.making import Studio
from sandbox.demo.plan import Plan
from sandbox.demo.progress import Progress
from sandbox.demo.stage import PATIENCE, SceneError, Stage
from sandbox.results import Answer, SeenMessage

BUDGET: Final = "$50,000"
COMMENTS: Final = "8s"
_LEAD_SECONDS = 5
_MARKED = 8
_VOTING_AT_ONCE = 10
_NUMBER = re.compile(r"#(\d+)")

Interruption = Callable[[str], Awaitable[None]]
"""Called at the phase's most awkward moment; kills the bot and starts it again when the demo was asked to."""


@dataclass(slots=True)
class Play:
    """One episode. `seats` is how many works the vote selects for the cut."""

    stage: Stage
    plan: Plan
    rng: Random
    progress: Progress
    interrupt: Interruption
    seats: int
    studio: Studio | None = field(default=None)

    async def run(self) -> None:
        """Play everything; SceneError (or the client's error) for what did not happen."""
        await self._set_up()
        await self._collect()
        await self._vote()
        await self._cut()
        await self._release()
        await self._pay()
        afterwards = Afterwards(self.stage, self.progress)
        await afterwards.check_ballot()
        await afterwards.pay()
        await afterwards.suggest()

    async def _set_up(self) -> None:
        stage = self.stage
        at = datetime.now(UTC) + timedelta(seconds=_LEAD_SECONDS)
        await stage.command(
            stage.owner,
            "setup",
            name="Night Shift",
            works_channel=stage.works,
            news_channel=stage.news,
            producers_channel=stage.producers_room,
            producer_role=stage.role,
            timezone="UTC",
            weekdays=f"{at:%a}".lower(),
            time=f"{at:%H:%M:%S}",
            open_for="3h",
            voting="3h",
            comments=COMMENTS,
            grace="2s",
            expect="Night Shift",
        )
        await stage.command(stage.producer, "show rules", seats=self.seats)
        await stage.command(stage.producer, "show money", amounts="names", expect="names everyone")
        await stage.command(
            stage.producer, "theme add", title=self.plan.theme, prompt=self.plan.prompt, expect=self.plan.theme
        )
        self.progress.say("Robin set up the show; Sasha queued a theme. It goes out by the clock.")
        await self._news(self.plan.theme)
        self.progress.done("theme", f"The theme is out: {self.plan.theme}")

    async def _collect(self) -> None:
        total = len(self.plan.pieces)
        awkward = asyncio.Event()

        def step(count: int) -> None:
            self.progress.count("works", count, total)
            if count >= total // 2:
                awkward.set()

        self.studio = Studio(self.stage, self.plan, self.rng, step)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.studio.work())
            group.create_task(self._when(awkward, "open"))
        self.progress.done("works", f"{total} works by {len(self.plan.artists)} artists are in")
        await self._close_soon()
        await self._news("The vote is open")

    async def _vote(self) -> None:
        stage = self.stage
        voters = [*stage.artists.values(), *stage.audience]
        self.rng.shuffle(voters)
        voters = voters[: max(20, min(len(voters), 90))]
        gate, awkward, voted = asyncio.Semaphore(_VOTING_AT_ONCE), asyncio.Event(), 0

        async def vote(voter: Member, taste: Random) -> None:
            nonlocal voted
            async with gate:
                await self._mark(voter, taste)
            voted += 1
            self.progress.count("votes", voted, len(voters))
            if voted >= len(voters) // 2:
                awkward.set()

        async with asyncio.TaskGroup() as group:
            for voter in voters:
                group.create_task(vote(voter, Random(self.rng.getrandbits(60))))
            group.create_task(self._when(awkward, "voting"))
        self.progress.done("votes", f"{len(voters)} people voted, one work at a time")
        await self._close_soon()
        await self._news("The result:")
        await self._news("The cut:")

    async def _mark(self, voter: Member, taste: Random) -> None:
        """Open the booth and mark some works, more where there are many to see."""
        stage = self.stage
        answer = await stage.insist(lambda: voter.slash("vote booth", channel=stage.news))
        wanted = max(_MARKED, len(self.plan.pieces) // 30)
        for _ in range(wanted * 3):
            booth = answer.message
            if booth is None or wanted == 0:
                return
            marks = [button for button in booth.buttons if re.fullmatch(r"vote:mark:\d+:\d+:\d+", button.custom_id)]
            if marks and not marks[0].disabled:
                chosen = marks[min(len(marks) - 1, max(0, round(taste.gauss(3.1, 1.4))))]
                answer = await self._press(voter, booth, chosen.custom_id)
                wanted -= 1
            onward = next((b for b in (answer.message or booth).buttons if b.custom_id.startswith("vote:next:")), None)
            if onward is None or onward.disabled:
                return
            answer = await self._press(voter, answer.message or booth, onward.custom_id)

    async def _press(self, voter: Member, booth: SeenMessage, custom_id: str) -> Answer:
        return await self.stage.insist(lambda: voter.click(booth, custom_id=custom_id))

    async def _cut(self) -> None:
        stage = self.stage
        await self.interrupt("cutting")
        outside = await stage.producer.autocomplete("cut add", "work", channel=stage.news.id)
        if outside:
            number = _number_in(outside[0].name)
            await stage.command(
                stage.producer,
                "cut add",
                work=f"#{number}",
                reason="It opens the episode: without it the first scene has no picture.",
                expect="It is in",
            )
            self.progress.say(f"Sasha put #{number} into the cut, with a reason that everybody can read.")
        await stage.command(stage.producer, "cut show", expect="The cut")
        self.progress.done("cut", "The cut is made")

    async def _release(self) -> None:
        stage = self.stage
        form = await stage.insist(
            lambda: stage.producer.slash(
                "episode release", channel=stage.news, link="https://example.org/night-shift/1"
            )
        )
        note = "Thank you, all of you. Turn the lights off and the sound up."
        await stage.producer.submit_modal(form, {"Link": "https://example.org/night-shift/1", "Note": note})
        await self._news("out now")
        self.progress.done("release", "The episode is out, and the credits roll")

    async def _pay(self) -> None:
        stage = self.stage
        await stage.command(
            stage.producer, "fund add", kind="budget", amount=BUDGET, source="The network", expect="$50,000.00"
        )
        await self.interrupt("released")
        await stage.command(stage.producer, "payout propose", expect="Proposed")
        proposal = await self._news("Who gets what:")
        self.progress.done("proposal", f"{BUDGET} is proposed to the artists")
        await self._object(proposal)
        await self.interrupt("proposed")
        await stage.client.control.wait_for_message(
            channel=stage.producers_room, author="bot", contains="payout finalise", timeout_s=PATIENCE
        )
        await stage.command(stage.producer, "payout finalise", expect="Final")
        await self._news("Final:")
        await stage.command(stage.producer, "payout settle", expect="Settled")
        await self._news("is settled")
        artist = next(iter(stage.artists.values()))
        await stage.command(artist, "payout explain")
        await stage.command(artist, "credits")
        self.progress.done("payout", "The round is final: every cent is on its artist's balance")

    async def _object(self, proposal: SeenMessage) -> None:
        """An artist raises a concern; a producer answers in the open."""
        stage = self.stage
        artist = list(stage.artists.values())[-1]
        form = await stage.insist(lambda: artist.click(proposal, "Raise a concern"))
        words = "My remix took longer than the sketch it is made from. Is 20% to the source not a lot?"
        await artist.submit_modal(form, {"What is it about?": "too_low", "What should be different?": words})
        offered = await stage.producer.autocomplete("payout answer", "concern", channel=stage.news.id)
        if not offered:
            raise SceneError("The concern cannot be chosen for an answer.")
        answer = "Twenty percent is what the deal said before anyone started. We can talk about the next deal."
        await stage.command(
            stage.producer, "payout answer", concern=str(offered[0].value), accept=False, text=answer, expect="declined"
        )
        self.progress.say("A concern was raised and answered, in the open.")

    async def _close_soon(self) -> None:
        """Bring the deadline near; the clock, not the command, ends the phase."""
        await self.stage.command(self.stage.producer, "episode deadline", change="in 4s")

    async def _when(self, awkward: asyncio.Event, phase: str) -> None:
        await awkward.wait()
        await self.interrupt(phase)

    async def _news(self, words: str) -> SeenMessage:
        """The bot's newest message in the news channel that says this (in its text or on a button)."""
        return await self.stage.client.control.wait_for_message(
            channel=self.stage.news, author="bot", contains=words, timeout_s=PATIENCE
        )


def _number_in(name: str) -> int:
    found = _NUMBER.search(name)
    if found is None:
        raise SceneError(f"A suggested work has no number: {name}")
    return int(found[1])
