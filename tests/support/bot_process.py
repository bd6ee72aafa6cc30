"""The real sandbox and the real bot, each in a process of its own, for tests that kill, drop and delay.

async with SandboxProcess.started(tmp_path) as sandbox:
    bot = BotProcess(tmp_path, sandbox)
    async with bot:            # started, and ready when this begins
        ...
        await bot.kill()       # SIGKILL
        await bot.start()      # again, same database; returns when it is ready
"""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
_START = 40.0
_STOP = 20.0
_LOOK = 0.02


class ProcessFailedError(Exception):
    """The process ended, or did not become ready; the message ends with what it wrote to its log."""


@dataclass
class _Child:
    """A child process that writes a JSON file once it is ready."""

    log: Path
    ready_file: Path
    process: Process | None = None

    async def begin(self, arguments: list[str], environment: Mapping[str, str]) -> dict[str, Any]:
        self.ready_file.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, cwd=ROOT, env=dict(environment), stdin=DEVNULL, stdout=log, stderr=log
            )
        return await self._until_ready()

    async def _until_ready(self) -> dict[str, Any]:
        assert self.process is not None
        ended = asyncio.create_task(self.process.wait())
        try:
            async with asyncio.timeout(_START):
                while not self.ready_file.exists():
                    # A file is the one signal that works for every way the process may be run, so look for it;
                    # the process ending is an event.
                    await asyncio.wait([ended], timeout=_LOOK)
                    if ended.done():
                        raise ProcessFailedError(f"It ended with {ended.result()}.\n{self.tail()}")
        except TimeoutError as error:
            await self.kill()
            raise ProcessFailedError(f"It was not ready after {_START:.0f} s.\n{self.tail()}") from error
        finally:
            ended.cancel()
        found: dict[str, Any] = json.loads(self.ready_file.read_text(encoding="utf-8"))
        return found

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-60:])

    async def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
            try:
                async with asyncio.timeout(_STOP):
                    await self.process.wait()
            except TimeoutError as error:
                await self.kill()
                raise ProcessFailedError(f"It did not stop within {_STOP:.0f} s.\n{self.tail()}") from error
        return self.process.returncode or 0


@dataclass
class SandboxProcess:
    """Discord on loopback. `base_url` for the sandbox's client, `api_base` and `token` for the bot."""

    child: _Child
    base_url: str
    api_base: str
    token: str

    @classmethod
    @asynccontextmanager
    async def started(cls, folder: Path, *arguments: str) -> AsyncIterator[Self]:
        """Start it with `arguments` beside the free port and the ready file; stopped at the end."""
        child = _Child(folder / "sandbox.log", folder / "sandbox.json")
        begin = ["-m", "sandbox", "--port", "0", "--ready-file", str(child.ready_file), *arguments]
        ready = await child.begin(begin, _plain_environment())
        try:
            yield cls(child, str(ready["base_url"]), str(ready["api_base"]), str(ready["token"]))
        finally:
            await child.stop()


@dataclass
class BotProcess:
    """`showrunner run` on a database in `folder`. As a context manager it is started and, at the end, stopped.

    `environment` adds settings; `database_url` may name another database.
    """

    folder: Path
    sandbox: SandboxProcess
    environment: dict[str, str] = field(default_factory=dict)
    database_url: str = ""
    site_url: str = ""
    name: str = "bot"

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.database_url = self.database_url or f"sqlite:///{self.folder / 'showrunner.db'}"
        self._child = _Child(self.folder / f"{self.name}.log", self.folder / f"{self.name}.json")

    @property
    def log(self) -> str:
        """Everything it has logged, over all its starts."""
        return self._child.log.read_text(errors="replace") if self._child.log.exists() else ""

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._child.process is not None
        return self._child.process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when a signal ended it."""
        return self._child.process.returncode if self._child.process else None

    async def start(self) -> dict[str, Any]:
        """Start it, wait until it is ready; the content of its ready file. ProcessFailedError if it ends instead."""
        ready = await self._child.begin(["-m", "bot", "run", "--env-file", os.devnull], self.settings())
        self.site_url = str(ready["site_url"])
        return ready

    async def ended(self) -> int:
        """Wait until it ends by itself; its exit code."""
        assert self._child.process is not None
        async with asyncio.timeout(_STOP):
            return await self._child.process.wait()

    async def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        await self._child.kill()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code. ProcessFailedError if it hangs."""
        return await self._child.stop(number)

    def settings(self) -> dict[str, str]:
        """Its whole environment."""
        return {
            **_plain_environment(),
            "DISCORD_TOKEN": self.sandbox.token,
            "DISCORD_API_BASE": self.sandbox.api_base,
            "DATABASE_URL": self.database_url,
            "SHOWRUNNER_MEDIA": str(self.folder / "media"),
            "SHOWRUNNER_LINK_PREVIEWS": "false",
            "SHOWRUNNER_WEB_PORT": "0",
            "SHOWRUNNER_READY_FILE": str(self._child.ready_file),
            **self.environment,
        }

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._child.process is not None:
            await self._child.stop()


def _plain_environment() -> dict[str, str]:
    """What a program needs to run, and nothing that would set it up."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONDONTWRITEBYTECODE": "1"}
