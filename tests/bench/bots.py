"""Our bot and a bare one, each a process of its own at a sandbox in this process."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sandbox.server import Sandbox
from tests.bench.children import ROOT, warm_environment

_START_SECONDS = 60.0
_LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Started:
    """A bot that is ready: seconds from its start to READY, and from READY to on_ready."""

    process: Process
    to_ready: float
    to_on_ready: float


class OurBot:
    """`showrunner run` on the database of `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.address = f"sqlite:///{folder / 'showrunner.db'}"

    def running(self, sandbox: Sandbox) -> AbstractAsyncContextManager[Started]:
        """Start it; stop it at the end."""
        ready, log = self.folder / "ready.json", self.folder / "bot.log"
        log.unlink(missing_ok=True)
        environment = {
            **warm_environment(self.folder.parent), "DISCORD_TOKEN": sandbox.options.token,
            "DISCORD_API_BASE": sandbox.api_url, "DATABASE_URL": self.address,
            "SHOWRUNNER_MEDIA": str(self.folder / "media"), "SHOWRUNNER_WEB_PORT": "0",
            "SHOWRUNNER_READY_FILE": str(ready), "SHOWRUNNER_LOG_FORMAT": "json", "SHOWRUNNER_LINK_PREVIEWS": "false",
        }  # fmt: skip
        begin = ["-m", "bot", "run", "--env-file", os.devnull]
        return _running(begin, environment, ready, log, lambda: _logged(log))


class BareBot:
    """The peer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._synced = False

    def running(self, sandbox: Sandbox) -> AbstractAsyncContextManager[Started]:
        """Start it; stop it at the end. Only the first start tells Discord of its command, as ours does."""
        ready = self.folder / "ready.json"
        begin = ["-m", "tests.bench.peers.bare_bot", sandbox.api_url, sandbox.options.token, str(ready)]
        begin += [] if self._synced else ["--sync"]
        self._synced = True
        environment = warm_environment(self.folder.parent)
        return _running(begin, environment, ready, self.folder / "bot.log", lambda: _written(ready))


def _written(ready: Path) -> tuple[float, float]:
    facts = json.loads(ready.read_text(encoding="utf-8"))
    return float(facts["ready_at"]), float(facts["on_ready_at"])


def _logged(log: Path) -> tuple[float, float]:
    """When our bot saw READY and when it was ready, by its own log."""
    at: dict[str, float] = {}
    for text in log.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        name = "READY" if "connected to Gateway" in line["event"] else line["event"]
        at[name] = datetime.fromisoformat(line["timestamp"]).timestamp()
    return at["READY"], at["Ready"]


@asynccontextmanager
async def _running(
    begin: list[str], environment: Mapping[str, str], ready: Path, log: Path, times: Callable[[], tuple[float, float]]
) -> AsyncIterator[Started]:
    _forget(ready)
    with log.open("wb") as out:
        started = time.time()
        process = await asyncio.create_subprocess_exec(
            sys.executable, *begin, cwd=ROOT, env=environment, stdin=DEVNULL, stdout=out, stderr=out
        )
    try:
        await _until_there(ready, process, log)
        await asyncio.sleep(_LOOK_SECONDS)  # the log's line comes right after the file
        ready_at, on_ready_at = times()
        yield Started(process, ready_at - started, on_ready_at - ready_at)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_there(ready: Path, process: Process, log: Path) -> None:
    try:
        async with asyncio.timeout(_START_SECONDS):
            while not _is_there(ready):
                if process.returncode is not None:
                    raise RuntimeError(f"A bot ended.\n{_last_words(log)}")
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError as error:
        raise RuntimeError(f"A bot was not ready in time.\n{_last_words(log)}") from error


def _forget(file: Path) -> None:
    file.unlink(missing_ok=True)


def _is_there(file: Path) -> bool:
    return file.exists()


def _last_words(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]
