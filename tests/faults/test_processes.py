"""Two processes on one PostgreSQL: one talks to Discord, the other stands by and takes over."""

from pathlib import Path

import aiohttp
import pytest

from sandbox.client import SandboxClient
from tests.support.bot_process import BotProcess, SandboxProcess

pytestmark = [pytest.mark.fault, pytest.mark.postgres]


async def status_of(bot: BotProcess, path: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.site_url}{path}") as answer:
        return answer.status


async def test_the_one_standing_by_serves_pages_and_takes_over_from_a_killed_one(
    tmp_path: Path, postgres_url: str
) -> None:
    async with (
        SandboxProcess.started(tmp_path, "--fast-limits") as sandbox,
        SandboxClient(sandbox.base_url) as discord,
    ):
        first = BotProcess(tmp_path / "first", sandbox, database_url=postgres_url)
        second = BotProcess(tmp_path / "second", sandbox, database_url=postgres_url)
        try:
            assert (await first.start())["standby"] is False
            assert (await second.start())["standby"] is True
            assert [await status_of(bot, "/readyz") for bot in (first, second)] == [200, 200]
            assert (await discord.control.status())["connected"] == 1
            await first.kill()
            await discord.control.wait_connected(identifies=2)
            assert (await discord.control.status())["identifies"] == 2
            assert await second.stop() == 0
        finally:
            await first.kill()
            await second.kill()
