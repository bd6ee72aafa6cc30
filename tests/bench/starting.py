"""From the start of the process to READY and on, and the memory that it then takes, beside a bare bot."""

import asyncio
from dataclasses import dataclass
from functools import partial

from sandbox.client import SandboxClient
from sandbox.server import Options, Sandbox
from tests.bench.bots import BareBot, OurBot
from tests.bench.children import resident
from tests.bench.lines import Line, Measure, Plan, at_most
from tests.bench.timing import interleaved, median

_SETTLE_SECONDS = 0.5
# Red-DiscordBot without cogs took 0.47 s where the bare bot took 0.28 s.
_RED = 1.7


@dataclass(frozen=True, slots=True)
class _Start:
    to_ready: float
    to_on_ready: float
    megabytes: float


async def run(plan: Plan) -> list[Line]:
    """Starts in turn, each on what an earlier start left: a migrated database, known commands, compiled modules."""
    bots: dict[str, OurBot | BareBot] = {"ours": OurBot(plan.folder / "ours"), "bare": BareBot(plan.folder / "bare")}
    async with Sandbox(Options(fast_limits=True)) as sandbox, SandboxClient(sandbox.base_url) as world:
        await world.control.create_guild("Night Owls", owner="Olga")
        starts = {name: partial(_start, bot, sandbox) for name, bot in bots.items()}
        for start in starts.values():
            await start()
        found = await interleaved(plan.some(7, 1), starts)
    ours, bare = (
        {field: median([getattr(start, field) for start in found[name]]) for field in _Start.__slots__}
        for name in ("ours", "bare")
    )
    return [
        Line("process start to READY", "s", ours["to_ready"], "bare bot", bare["to_ready"], at_most(_RED)),
        Line("READY to on_ready", "s", ours["to_on_ready"], "bare bot", bare["to_on_ready"], at_most(0.1, of="ours")),
        Line("resident memory", "MB", ours["megabytes"], "bare bot", bare["megabytes"], at_most(90, of="ours")),
    ]


async def _start(bot: OurBot | BareBot, sandbox: Sandbox) -> _Start:
    async with bot.running(sandbox) as started:
        await asyncio.sleep(_SETTLE_SECONDS)
        return _Start(started.to_ready, started.to_on_ready, resident(started.process.pid))


MEASURE = Measure("start", "a start with a migrated database, and memory", run)
