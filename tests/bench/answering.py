"""A command that only reads and a press in the booth, from the gateway's event to the bot's answer, beside a bare bot.

Each bot has a sandbox of its own in this process, so that no client's request is measured along with the answer.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from typing import Any

from db.migrate import migrate
from db.models import Episode
from sandbox.client import Member, SandboxClient
from sandbox.interactions import Resolver, command_options, find_command, send_interaction
from sandbox.server import Options, Sandbox
from sandbox.state import Interaction, Message
from services import shows
from services.access import Actor
from services.store import Database, Transaction
from tests.bench.bots import BareBot, OurBot
from tests.bench.children import cpu_seconds
from tests.bench.lines import Line, Measure, Plan, at_least, at_most
from tests.bench.timing import interleaved, median, percentile
from tests.support.vote import open_vote

_A_SECOND = 200
_VOTERS = 50
# On a machine too busy for 200/s, as much of what it can do: beyond that only the queue would be measured.
_LOAD = 0.5
_BESIDE = "bare bot, /status"
_COMMAND, _COMPONENT, _BUTTON = 2, 3, 2
_ANSWER_SECONDS = 10.0

Press = Callable[[int], Awaitable[float]]


@dataclass
class _World:
    """A sandbox with a guild, a channel and members who may press."""

    sandbox: Sandbox
    client: SandboxClient
    guild: Any
    channel: int
    members: list[Member]

    async def ask(self, member: Member, kind: int, data: dict[str, Any], source: Message | None = None) -> Interaction:
        """Start an interaction and wait until its answer is there."""
        world = self.sandbox.world
        record = send_interaction(
            world, kind=kind, user_id=member.id, channel_id=self.channel, data=data, source=source
        )

        def answered() -> bool:
            waiting = record.deferred and (record.loading or world.interaction_turns.get(record.id, 0) < 2)
            return bool(record.responded and not waiting)

        if not await world.signals.until(answered, _ANSWER_SECONDS, ("interaction", record.id)):
            raise RuntimeError("An interaction was not answered.")
        return record

    def command(self, name: str, *path: str) -> dict[str, Any]:
        """What Discord sends when someone types it."""
        command = find_command(self.sandbox.world, name, self.members[0].id, self.channel)
        options = command_options(
            command, list(path), {}, Resolver(self.sandbox.world, self.members[0].id, self.channel, [])
        )
        return {"id": command["id"], "name": name, "type": 1, "options": options}

    def typing(self, *words: str) -> Press:
        """Type a command; seconds until its answer."""
        data = self.command(*words)

        async def press(number: int) -> float:
            start = time.perf_counter()
            await self.ask(self.members[number % len(self.members)], _COMMAND, data)
            return time.perf_counter() - start

        return press

    async def booths(self, vote: int) -> Press:
        """Open a booth for each member; then a press there gives the work another mark."""
        opened = [await self.ask(member, _COMMAND, self.command("vote", "booth")) for member in self.members]
        kept = self.sandbox.world.backend.messages[self.channel]
        messages = [kept[record.message_id or 0] for record in opened]
        works = [_marked(message, vote) for message in messages]
        marks = cycle(range(6))

        async def press(number: int) -> float:
            place = number % len(messages)
            data = {"component_type": _BUTTON, "custom_id": f"vote:mark:{vote}:{works[place]}:{next(marks)}"}
            start = time.perf_counter()
            await self.ask(self.members[place], _COMPONENT, data, messages[place])
            return time.perf_counter() - start

        return press


def _marked(message: Message, vote: int) -> int:
    """The work that a booth shows, by the buttons under it."""
    words = str(message.components).split(f"vote:mark:{vote}:")
    return int(words[1].split(":")[0])


async def run(plan: Plan) -> list[Line]:
    """Both bots up, asked in turn."""
    ours, bare = OurBot(plan.folder / "ours"), BareBot(plan.folder / "bare")
    async with _world() as mine, _world() as theirs:
        vote = await _studio(ours, mine)
        async with ours.running(mine.sandbox) as our, bare.running(theirs.sandbox) as other:
            await mine.client.control.wait_for_commands("vote")
            presses = {
                "bare": theirs.typing("status"),
                "slash": mine.typing("vote", "status"),
                "press": await mine.booths(vote),
            }
            pids = {"bare": other.process.pid, "slash": our.process.pid, "press": our.process.pid}
            return await _lines(plan, presses, pids)


async def _lines(plan: Plan, presses: dict[str, Press], pids: dict[str, int]) -> list[Line]:
    each = plan.some(300, 100)
    for press in presses.values():
        await _at_once(press, each, 0)
    at_once = await interleaved(
        plan.some(3, 1),
        {name: partial(_at_once, press, each, pids[name]) for name, press in presses.items()},
    )
    rate = {name: median([found.a_second for found in rounds]) for name, rounds in at_once.items()}
    cost = {name: median([found.cpu_ms for found in rounds]) for name, rounds in at_once.items()}
    pace = min(_A_SECOND, round(min(rate.values()) * _LOAD))
    steady = await interleaved(
        plan.some(3, 1), {name: partial(_steadily, press, max(50, pace), pace) for name, press in presses.items()}
    )
    p50, p99 = (
        {name: median([percentile(times, percent) for times in rounds]) * 1000 for name, rounds in steady.items()}
        for percent in (50, 99)
    )
    read, mark = "/vote status", "booth press"
    return [
        Line(f"{read} at {pace}/s, p50", "ms", p50["slash"], _BESIDE, p50["bare"], at_most(1.5)),
        Line(f"{read} at {pace}/s, p99", "ms", p99["slash"], _BESIDE, p99["bare"]),
        Line(f"{read}, processor time", "ms", cost["slash"], _BESIDE, cost["bare"]),
        Line(f"{mark} at {pace}/s, p50", "ms", p50["press"], _BESIDE, p50["bare"], at_most(3)),
        Line(f"{mark} at {pace}/s, p99", "ms", p99["press"], _BESIDE, p99["bare"], at_most(10)),
        Line(f"{mark}, processor time", "ms", cost["press"], _BESIDE, cost["bare"]),
        Line(f"{mark}, {_VOTERS} at once", "/s", rate["press"], _BESIDE, rate["bare"], at_least(500, of="ours")),
    ]


async def _steadily(press: Press, count: int, pace: int) -> Sequence[float]:
    """Begin `pace` a second, whether or not the last was answered."""
    loop = asyncio.get_running_loop()
    start = loop.time()

    async def later(number: int) -> float:
        await asyncio.sleep(start + number / pace - loop.time())
        return await press(number)

    return await asyncio.gather(*(later(number) for number in range(count)))


@dataclass(frozen=True, slots=True)
class _Rate:
    a_second: float
    cpu_ms: float


async def _at_once(press: Press, count: int, pid: int) -> _Rate:
    """Each voter presses again as soon as the last press is answered: how many a second, and the bot's own time."""

    async def voter(place: int) -> None:
        for number in range(place, count, _VOTERS):
            await press(number)

    start, used = time.perf_counter(), cpu_seconds(pid) if pid else 0.0
    await asyncio.gather(*(voter(place) for place in range(_VOTERS)))
    seconds = time.perf_counter() - start
    return _Rate(count / seconds, (cpu_seconds(pid) - used) / count * 1000 if pid else 0.0)


@asynccontextmanager
async def _world() -> AsyncIterator[_World]:
    async with Sandbox(Options(fast_limits=True)) as sandbox, SandboxClient(sandbox.base_url) as client:
        guild = await client.control.create_guild("Night Owls", owner="Olga")
        channel = await client.control.create_channel(guild, "works")
        members = await client.control.add_members(guild, [f"v{number}" for number in range(_VOTERS)])
        yield _World(sandbox, client, guild, int(channel.id), members)


async def _studio(bot: OurBot, world: _World) -> int:
    """A show in the guild with an open vote on 12 works; the episode's row id."""
    await migrate(bot.address)
    db, now = Database(bot.address), datetime.now(UTC)
    try:
        manager = replace(_MANAGER, guild_id=int(world.guild.id))
        setup = shows.ShowSetup(
            name="Night Shift", works_channel_id=world.channel, news_channel_id=world.channel,
            producers_channel_id=world.channel, timezone="UTC",
        )  # fmt: skip
        show = await shows.setup_show(db, manager, setup=setup, now=now)
        vote = await open_vote(db, show.id, works=12, now=now)

        async def open_now(tx: Transaction) -> None:
            episode = await tx.get_one(Episode, vote.episode)
            day = timedelta(days=1)
            episode.opens_at, episode.closes_at, episode.votes_until = now - day, now, now + 3 * day

        await db.write(open_now)
    finally:
        await db.close()
    return vote.episode


_MANAGER = Actor(1, "Night Owls", 1, "Olga", frozenset(), manages_guild=True)

MEASURE = Measure("answers", "a command that only reads, and a press in the booth", run)
