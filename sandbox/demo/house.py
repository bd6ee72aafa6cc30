"""The two processes of the demo: the sandbox and the real bot, started, watched, killed on request, stopped."""

import asyncio
import base64
import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

_START_SECONDS = 60.0
_STOP_SECONDS = 15.0


class HouseError(Exception):
    """A sentence on why a process did not start or ended, with the end of what it wrote."""


@dataclass(slots=True)
class Program:
    """One process: how it is started, where it writes its log, and the file in which it says that it is ready."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None
    starts: int = 0

    @property
    def ready_file(self) -> Path:
        """Where the process says that it is ready."""
        return self.folder / f"{self.name}.ready.json"

    @property
    def log(self) -> Path:
        """What the process wrote."""
        return self.folder / f"{self.name}.log"

    async def start(self) -> dict[str, Any]:
        """Start it and wait until it is ready; what it says of itself. HouseError when it ends before."""
        with self._log_for_new_start() as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**_inherited(), **self.environment},
                start_new_session=True,
            )
        self.starts += 1
        ended = asyncio.ensure_future(self.process.wait())
        ready = asyncio.ensure_future(_wait_for_file(self.ready_file))
        await asyncio.wait({ended, ready}, timeout=_START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            ended.cancel()
            return dict(ready.result())
        ready.cancel()
        ended.cancel()
        raise HouseError(f"The {self.name} did not start. The end of {self.log}:\n{self.last_words()}")

    def _log_for_new_start(self) -> IO[bytes]:
        self.ready_file.unlink(missing_ok=True)
        return self.log.open("ab")

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()

    async def stop(self) -> None:
        """Ask it to end, and make it end when it does not."""
        if self.process is None or self.process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), _STOP_SECONDS)
        except TimeoutError:
            self.kill()
            await self.process.wait()

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        if not self.log.exists():
            return "(nothing)"
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def sandbox_program(folder: Path, *, port: int, record: Path | None) -> Program:
    """Discord on loopback."""
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--fast-limits"]
    command += ["--ready-file", str(folder / "sandbox.ready.json")]
    if record is not None:
        command += ["--record", str(record)]
    return Program("sandbox", tuple(command), folder)


def bot_program(folder: Path, *, token: str, api_base: str, web_port: int) -> Program:
    """The real bot: only the address of Discord's API differs from one in service."""
    environment = {
        "DISCORD_TOKEN": token,
        "DISCORD_API_BASE": api_base,
        "DATABASE_URL": f"sqlite:///{folder / 'showrunner.db'}",
        "SHOWRUNNER_MEDIA": str(folder / "media"),
        "SHOWRUNNER_LINK_PREVIEWS": "false",
        "SHOWRUNNER_PAYMENT_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "SHOWRUNNER_WEB_PORT": str(web_port),
        "SHOWRUNNER_READY_FILE": str(folder / "bot.ready.json"),
        "SHOWRUNNER_LOG_FORMAT": "json",
    }
    command = (sys.executable, "-m", "bot", "run", "--env-file", os.devnull)
    return Program("bot", command, folder, environment)


def _inherited() -> dict[str, str]:
    """The surroundings of this process without the settings of a bot in service."""
    ours = ("SHOWRUNNER_", "DISCORD_", "DATABASE_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


async def _wait_for_file(path: Path) -> dict[str, Any]:
    while (said := _read(path)) is None:  # noqa: ASYNC110 - a file of another process rings no bell here
        await asyncio.sleep(0.02)
    return said


def _read(path: Path) -> dict[str, Any] | None:
    with suppress(FileNotFoundError, json.JSONDecodeError):
        return dict(json.loads(path.read_text(encoding="utf-8")))
    return None
