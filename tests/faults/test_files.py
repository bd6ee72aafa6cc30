"""Files that are large, gone, false or hostile: what is kept, what the card says of it, and how much memory."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import yarl

from bot import fetching
from bot.fetching import Fetcher
from services.kinds import FileState
from services.views import FileView
from tests.bench.children import resident
from tests.bot.test_fetching import bomb
from tests.cogs.test_works_in_discord import Stage, card, episode, png, saying, stage, view
from tests.scenarios.world import World, opened

__all__ = ["episode", "saying", "stage"]

pytestmark = pytest.mark.fault

_MB = 1024 * 1024
_LOOK = 0.05
_CDN = r"/cdn/attachments/"


async def _kept(world: World, name: str) -> None:
    query = "SELECT state FROM work_files WHERE name = ?"
    async with asyncio.timeout(60):
        while world.rows(query, name) != [("kept",)]:  # noqa: ASYNC110 - the database of another process rings no bell
            await asyncio.sleep(_LOOK)


def _begin_to_measure(pid: int) -> float:
    """Let the most memory that a process had begin again from now; what it has now, in megabytes."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
    return resident(pid)


@pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning")  # the test's own upload
async def test_25_mb_pass_through_and_leave_the_memory_as_it_was(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        house = await world.house("Night Owls", "Night Shift")
        await house.open("Dawn")
        mira = await house.member("mira")
        video = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41"
        await mira.post(house.works, "Small", files=[("small.mp4", video + os.urandom(2 * _MB))])
        await _kept(world, "small.mp4")  # whatever the first file loads is loaded now
        before = _begin_to_measure(world.bot.pid)
        for number in range(2):
            data = video + os.urandom(25 * _MB - len(video))
            posted = await mira.post(house.works, f"Large {number}", files=[(f"large-{number}.mp4", data)])
            await _kept(world, f"large-{number}.mp4")
            told = await world.discord.control.wait_for_message(
                channel=house.works, author="bot", replies_to=posted.id, timeout_s=30
            )
            assert "was not kept" not in told.text
        assert resident(world.bot.pid, "VmHWM") - before < 12
        sizes = world.rows("SELECT size FROM work_files WHERE name LIKE 'large%'")
        assert sizes == [(25 * _MB,)] * 2


@pytest.fixture
async def fetcher(stage: Stage) -> AsyncIterator[Fetcher]:
    """The bot's own, run by hand, so that tests choose when it tries again."""
    origin = str(yarl.URL(stage.sandbox.base_url).origin())
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield Fetcher(stage.runtime, session, frozenset({origin}), fetching._fresh_address(stage.client))


async def settled(stage: Stage, fetcher: Fetcher, number: int = 1) -> FileView:
    """What became of a work's file, however long that took."""
    await view(stage, number)
    for _ in range(3 * fetching.TRIES):
        await fetcher.run_due()
        file = (await view(stage, number)).files[0]
        if file.state is not FileState.WAITING:
            return file
        stage.clock.ahead += timedelta(hours=2)
    raise AssertionError("It is tried for ever.")


@pytest.mark.parametrize("status", [403, 404])
async def test_what_discord_will_not_serve_is_said_on_the_card(
    stage: Stage, fetcher: Fetcher, saying: None, status: int
) -> None:
    await stage.discord.control.fault("status", status=status, path=_CDN, times=None)
    message = await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    file = await settled(stage, fetcher)
    assert file.state is FileState.FAILED
    told = await stage.discord.control.wait_for_message(channel=stage.works, contains="was not kept")
    assert told.reply_to == message.id
    assert "“dawn.png” was not kept: " in told.text
    assert f", {fetching.TRIES} times. Post it again, or give it by More, then Files." in told.text
    (fault,) = await stage.discord.control.faults()
    assert fault["hits"] == fetching.TRIES


async def test_a_fault_that_passes_is_never_mentioned(stage: Stage, fetcher: Fetcher, saying: None) -> None:
    for status in (404, 403, 500):
        await stage.discord.control.fault("status", status=status, path=_CDN)
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    assert (await settled(stage, fetcher)).state is FileState.KEPT
    assert "was not kept" not in (await card(stage, 1)).text


async def test_a_message_that_is_gone_with_its_file(stage: Stage, fetcher: Fetcher, saying: None) -> None:
    message = await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    await view(stage, 1)
    await stage.discord.control.expire_attachments(message)
    await stage.discord.control.fault("status", status=404, code=10008, path=rf"/messages/{message.id}$", times=None)
    assert (await settled(stage, fetcher)).state is FileState.FAILED
    told = await stage.discord.control.wait_for_message(channel=stage.works, contains="was not kept")
    assert "Discord no longer has it" in told.text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("dawn.png", b"MZ" + b"\0" * 600),
        ("song.mp3", b"<html><script>fetch('/')</script></html>"),
        ("dawn.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
    ],
)
async def test_a_type_that_lies_is_refused_in_words(
    stage: Stage, fetcher: Fetcher, saying: None, name: str, data: bytes
) -> None:
    await stage.member.post(stage.works, "Dawn", files=[(name, data)])
    file = await settled(stage, fetcher)
    assert (file.state, file.sha256) == (FileState.FAILED, None)
    told = await stage.discord.control.wait_for_message(channel=stage.works, contains="was not kept")
    assert f"“{name}” was not kept: " in told.text
    assert "pictures, sound, video" in told.text


async def test_a_bomb_is_never_unfolded_and_holds_up_nobody(stage: Stage, fetcher: Fetcher, saying: None) -> None:
    before = resident()
    await stage.member.post(stage.works, "Boom", files=[("boom.png", bomb())])
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    file = await settled(stage, fetcher)
    assert (file.state, file.preview) == (FileState.KEPT, None)
    assert (await settled(stage, fetcher, 2)).preview is not None
    assert resident(field="VmHWM") - before < 200  # its pixels would take ten gigabytes
    assert "#1 Boom" in (await card(stage, 1, "#1 Boom")).text
