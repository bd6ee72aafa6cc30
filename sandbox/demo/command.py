"""The command line of the demo, and how it begins and ends."""

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from random import Random
from typing import Any

from sandbox.client import SandboxClient
from sandbox.demo.house import HouseError, Program, bot_program, sandbox_program
from sandbox.demo.plan import Plan, PlanError, from_csv, invent
from sandbox.demo.play import Play
from sandbox.demo.progress import Progress
from sandbox.demo.stage import SceneError, Stage, build_stage
from sandbox.demo.summary import summarise
from sandbox.transport import SandboxError

ARTISTS = 24
AUDIENCE = 6
PHASES = ("open", "voting", "cutting", "released", "proposed")
_MANY = 100


def run(argv: Sequence[str]) -> int:
    """Play the demo with these arguments."""
    given = _parser().parse_args(list(argv))
    progress = Progress()
    try:
        plan = _plan(given)
        return asyncio.run(_demo(given, plan, progress))
    except asyncio.CancelledError:
        return 128 + signal.SIGTERM
    except (PlanError, HouseError) as error:
        progress.console.print(f"[red]{error}[/]", markup=True)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="showrunner demo",
        description="Play a whole episode in a Discord that runs on this machine: theme, works, remixes, vote, cut, "
        "money. Then stay up, so that you can go on playing.",
    )
    parser.add_argument("--once", action="store_true", help="stop when the episode is over")
    parser.add_argument("--json", action="store_true", help="print one JSON summary on stdout")
    parser.add_argument("--artists", type=int, default=ARTISTS, metavar="N", help=f"how many (default {ARTISTS})")
    parser.add_argument(
        "--works", type=Path, metavar="FILE", help="play a CSV with columns work, title, made_from, artists"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N rows of the CSV")
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="write every request to Discord here, as JSON lines"
    )
    parser.add_argument(
        "--kill", action="append", choices=(*PHASES, "all"), default=[], metavar="PHASE",
        help=f"kill the bot in this phase and start it again: {', '.join(PHASES)} or all",
    )  # fmt: skip
    parser.add_argument("--folder", type=Path, help="keep database, files and logs here (default: a temporary folder)")
    parser.add_argument("--port", type=int, default=0, help="port of the chat page (default: any that is free)")
    parser.add_argument("--web-port", type=int, default=0, help="port of the gallery (default: any that is free)")
    parser.add_argument(
        "--seed", type=int, default=426, help="what chance starts from; the same seed, the same episode"
    )
    return parser


def _plan(given: argparse.Namespace) -> Plan:
    if given.works is not None:
        return from_csv(given.works, given.limit)
    return invent(given.artists, Random(given.seed))


async def _demo(given: argparse.Namespace, plan: Plan, progress: Progress) -> int:
    task = asyncio.current_task()
    if task is not None:  # told to end, the demo takes its two processes along
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    folder = given.folder or Path(tempfile.mkdtemp(prefix="showrunner-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        if given.folder is None:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        house = await _open_house(stack, folder, given)
        client = await stack.enter_async_context(SandboxClient(house["base_url"]))
        stage = await build_stage(client, plan.artists, AUDIENCE)
        bot = bot_program(folder, token=house["token"], api_base=house["api_base"], web_port=given.web_port)
        stack.push_async_callback(bot.stop)
        site = str((await bot.start())["site_url"])
        await client.control.wait_connected(timeout_s=60)
        bot.environment = {**bot.environment, "SHOWRUNNER_WEB_PORT": site.rsplit(":", 1)[1]}
        progress.done("start", f"Discord runs at {house['base_url']}, the gallery at {site}")
        summary = await _play(given, plan, stage, bot, progress, site)
        summary["addresses"] = {"chat": house["base_url"], "gallery": site}
        _tell(given, summary, progress)
        if not given.once:
            await _stay(progress, house["base_url"], site, stage)
    return 1 if summary["problems"] else 0


async def _open_house(stack: AsyncExitStack, folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    record = given.record.absolute() if given.record is not None else None
    sandbox = sandbox_program(folder, port=given.port, record=record)
    stack.push_async_callback(sandbox.stop)
    return await sandbox.start()


async def _play(
    given: argparse.Namespace, plan: Plan, stage: Stage, bot: Program, progress: Progress, site: str
) -> dict[str, Any]:
    async def interrupt(phase: str) -> None:
        if phase not in given.kill and "all" not in given.kill:
            return
        bot.kill()
        await stage.client.control.wait_disconnected()
        progress.say(f"[yellow]The bot was killed ({phase}); starting it again.[/]")
        await bot.start()
        await stage.client.control.wait_connected(timeout_s=60)

    seats = len(plan.pieces) if len(plan.pieces) >= _MANY else max(3, len(plan.pieces) // 2)
    play = Play(stage, plan, Random(given.seed), progress, interrupt, seats)
    stopped = ""
    try:
        await play.run()
    except* (SceneError, SandboxError) as group:
        stopped = "; ".join(str(error) for error in _leaves(group))
        progress.say(f"[red]{stopped}[/]")
    summary = await summarise(stage, plan, site, folder=bot.folder, logs={"The bot": bot.log}, seconds=progress.seconds)
    if stopped:
        summary["problems"].insert(0, stopped)
    return summary


def _leaves(group: BaseExceptionGroup[Any]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


def _tell(given: argparse.Namespace, summary: dict[str, Any], progress: Progress) -> None:
    for problem in summary["problems"]:
        progress.console.print(f"[red]problem:[/] {problem}", markup=True)
    pool, allocated = summary["pool"] or 0, summary["allocated"] or 0
    progress.console.print(
        f"\n[bold]{summary['episode']}[/]: {summary['counts']['works']} works, {summary['counts']['ballots']} ballots, "
        f"{summary['counts']['in_cut']} in the cut; ${allocated / 100:,.2f} of ${pool / 100:,.2f} allocated to "
        f"{summary['artists_paid'] or 0} artists, in {summary['seconds']} seconds."
    )
    if summary["verified"]:
        progress.console.print(f"Recomputed from the published files, and the same: {', '.join(summary['verified'])}.")
    if given.json:
        sys.stdout.write(json.dumps(summary, ensure_ascii=False) + "\n")
        sys.stdout.flush()


async def _stay(progress: Progress, chat: str, site: str, stage: Stage) -> None:
    progress.console.print(
        f"\nGo on playing:\n  the chat     {chat}/?as={stage.producer.id}&channel={stage.works.id}"
        f"\n  the gallery  {site}/\nPick who you are at the top of the chat. Ctrl-C ends it."
    )
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
