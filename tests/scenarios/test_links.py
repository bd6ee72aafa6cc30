"""Links in the real process: one that leads inside is never gone to, and with the setting off none is."""

import asyncio
from pathlib import Path

from sandbox.client import SandboxClient
from tests.scenarios.world import World
from tests.support.bot_process import BotProcess, SandboxProcess
from tests.support.webserver import WebServer, web_server

_LOOK = 0.05
_FAILED = "SELECT count(*) FROM work_links WHERE state = 'failed'"


async def test_links_are_looked_at_only_if_that_is_wanted_and_never_inside(tmp_path: Path) -> None:
    async with (
        web_server() as site,
        SandboxProcess.started(tmp_path, "--fast-limits") as sandbox,
        SandboxClient(sandbox.base_url) as discord,
    ):
        async with BotProcess(tmp_path / "bot", sandbox) as bot:
            await discord.control.wait_for_commands("setup")
            world = World(discord, sandbox, bot)
            await _post(world, site)
        assert world.rows("SELECT state, attempts FROM work_links") == [("waiting", 0)] * 3
        async with BotProcess(tmp_path / "bot", sandbox, {"SHOWRUNNER_LINK_PREVIEWS": "true"}):
            async with asyncio.timeout(20):
                while world.one(_FAILED) < 3:  # noqa: ASYNC110 - the database of another process rings no bell
                    await asyncio.sleep(_LOOK)
        errors = world.rows("SELECT DISTINCT error FROM work_links")
        assert errors == [("The address does not belong to the open internet",)]
        assert site.asked == []


async def _post(world: World, site: WebServer) -> None:
    house = await world.house("Night Owls", "Night Shift")
    await house.open("Dawn")
    mira = await house.member("mira")
    urls = [f"http://{host}:{site.port}/secret" for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]")]
    posted = await mira.post(house.works, "Dawn\n" + "\n".join(urls))
    await world.discord.control.wait_for_message(channel=house.works, author="bot", replies_to=posted.id)
