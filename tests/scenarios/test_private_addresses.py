"""Where an artist is paid stands in no log and no database, whatever the bot writes; and keys can be exchanged."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from services.vault import new_key
from tests.scenarios.world import opened
from tests.support.bot_process import ROOT

pytestmark = pytest.mark.scenario

ADDRESS = "very.secretive@example.org"


async def keys(folder: Path, database_url: str, *names: str) -> tuple[int, str]:
    """`showrunner keys rotate` with these keys."""
    environment = {**os.environ, "DATABASE_URL": database_url, "SHOWRUNNER_PAYMENT_KEYS": ",".join(names)}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "keys", "rotate", "--env-file", str(folder / "none"), cwd=ROOT, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await child.communicate()
    return child.returncode or 0, out.decode()


def holding(folder: Path, words: bytes) -> list[str]:
    """The files (database, logs, media) that have these words in them."""
    return [path.name for path in folder.rglob("*") if path.is_file() and words in path.read_bytes().lower()]


async def payment(who: Any, channel: Any) -> str:
    """What /my payment says to its artist."""
    return str((await who.slash("my payment", channel=channel)).text)


async def test_an_address_stands_in_no_file_and_survives_an_exchange_of_keys(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    folder = tmp_path / "bot"
    async with opened(tmp_path, SHOWRUNNER_LOG_LEVEL="debug", SHOWRUNNER_PAYMENT_KEYS=old) as world:
        house = await world.house("Night Owls", "Night Shift")
        mira = await house.member("mira")
        panel = await mira.slash("my payment", channel=house.works)
        form = await mira.click(panel.message, "PayPal")
        kept = await mira.submit_modal(form, {"The email address of your PayPal account": ADDRESS})
        assert "very.secretive" in kept.text.replace("\\", "")
        assert "debug" in world.bot.log
        assert world.one("SELECT count(*) FROM pay_to") == 1
        assert holding(folder, b"secretive") == []
        assert old not in world.bot.log
        assert await world.bot.stop() == 0
        code, said = await keys(folder, world.bot.database_url, new)
        assert (code, "1 cannot be opened" in said) == (1, True)
        code, said = await keys(folder, world.bot.database_url, new, old)
        assert (code, "1 are kept, 1 of them came under the first key" in said) == (0, True), said
        code, said = await keys(folder, world.bot.database_url, new)
        assert (code, "1 are kept, 0 of them" in said) == (0, True), said
        world.bot.environment["SHOWRUNNER_PAYMENT_KEYS"] = new
        await world.bot.start()
        assert "very.secretive" in (await payment(mira, house.works)).replace("\\", "")
        assert holding(folder, b"secretive") == []
