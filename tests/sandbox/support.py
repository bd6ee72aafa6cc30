"""A sandbox and a bot as processes of their own, for a module's tests."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.client import Member, SandboxClient
from sandbox.results import Channel, Guild, Role

ROOT = Path(__file__).parents[2]
BOT = Path(__file__).with_name("bot_process.py")
TOKEN = "sandbox-bot-token"


def run(coroutine):
    """Run a coroutine from a synchronous fixture, in a thread: pytest-asyncio owns this one's loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


@dataclass
class BotProcess:
    base_url: str
    intents: str
    log: Path
    token: str = TOKEN
    process: subprocess.Popen | None = None

    def start(self) -> None:
        arguments = [sys.executable, str(BOT), f"{self.base_url}/api/v10", self.token, self.intents]
        with self.log.open("ab") as log:
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            self.process = subprocess.Popen(arguments, stdout=log, stderr=log, env=environment)

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None


@dataclass
class SandboxProcess:
    folder: Path
    arguments: tuple[str, ...] = ("--fast-limits",)
    ready: dict = field(default_factory=dict)
    process: subprocess.Popen | None = None

    @property
    def base_url(self) -> str:
        return self.ready["base_url"]

    @property
    def record(self) -> Path:
        return self.folder / "traffic.jsonl"

    def start(self) -> None:
        ready_file = self.folder / "ready.json"
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--ready-file", str(ready_file)]
        command += ["--record", str(self.record), *self.arguments]
        with (self.folder / "sandbox.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT)
        deadline = time.monotonic() + 20
        while not ready_file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.folder / "sandbox.log").read_text())
            time.sleep(0.02)  # a file of another process cannot be awaited
        self.ready = json.loads(ready_file.read_text())

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            assert self.process.wait(10) == 0
            self.process = None


@dataclass
class House:
    """One guild with a bot in it, and the names of what tests use."""

    sandbox: SandboxProcess
    bot: BotProcess
    guild: Guild
    general: Channel
    closed: Channel
    hidden: Channel
    forum: Channel
    artists: Role
    owner: int
    mira: int
    client: SandboxClient = field(init=False)

    def member(self, user_id: int) -> Member:
        return self.client.member(user_id)


async def arrange(sandbox: SandboxProcess, bot: BotProcess, *, extra: int = 0) -> House:
    async with SandboxClient(sandbox.base_url) as client:
        control = client.control
        guild = await control.create_guild("Studio", owner="ada")
        artists = await control.create_role(guild, "Artists", permissions=["send_messages"])
        house = House(
            sandbox=sandbox,
            bot=bot,
            guild=guild,
            general=await control.create_channel(guild, "general"),
            closed=await control.create_channel(guild, "closed", overwrites={guild: {"deny": ["send_messages"]}}),
            hidden=await control.create_channel(guild, "hidden"),
            forum=await control.create_channel(guild, "works", kind="forum", tags=["picture", "sound"]),
            artists=artists,
            owner=guild.owner_id,
            mira=(await control.add_member(guild, "mira", roles=[artists])).id,
        )
        own = int((await control.status())["bot"]["id"])
        await control.set_overwrite(house.closed, own, deny=["send_messages"])
        await control.set_overwrite(house.hidden, own, deny=["view_channel"])
        if extra:
            await control.add_members(guild, [f"extra{number}" for number in range(extra)], announce=False)
        bot.start()
        await control.wait_connected()
        await control.wait_for_commands("theme")
        return house
