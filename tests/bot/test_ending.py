"""Ending: a task that swallows its cancellation, as a closing socket can make it, is cancelled again."""

import asyncio
from pathlib import Path

from bot.run import end_tasks
from tests.support.bot_process import BotProcess, SandboxProcess


async def test_a_task_that_swallows_its_cancellation_ends_all_the_same() -> None:
    swallowed = 0
    begun = asyncio.Event()

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                begun.set()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if swallowed == 2:
                    raise
                swallowed += 1

    async def failed() -> None:
        raise OSError("the network is away")

    tasks = (asyncio.create_task(stubborn()), asyncio.create_task(failed()))
    await begun.wait()
    await end_tasks(*tasks, pause=0.01)
    assert swallowed == 2
    assert all(task.done() for task in tasks)


async def test_told_to_end_while_discord_goes_away_the_bot_ends(tmp_path: Path) -> None:
    async with SandboxProcess.started(tmp_path) as sandbox:
        bot = BotProcess(tmp_path, sandbox)
        await bot.start()
        assert sandbox.child.process is not None
        sandbox.child.process.terminate()
        await bot.stop()
    assert bot.exit_code == 0
