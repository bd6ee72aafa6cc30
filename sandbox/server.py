"""The whole sandbox as one application on one port of 127.0.0.1."""

import asyncio
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from aiohttp import web

from sandbox.act import Act
from sandbox.control import Control
from sandbox.errors import speak_json
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.gateway import Gateway
from sandbox.limits import FAST_FACTOR, Limits
from sandbox.page import add_page
from sandbox.recording import Recorder
from sandbox.rest import Rest
from sandbox.state import World
from sandbox.view import View

HOST = "127.0.0.1"
DEFAULT_TOKEN = "sandbox-bot-token"  # noqa: S105 - opens nothing but this process
BODY_BYTES = 64 << 20


@dataclass(frozen=True)
class Options:
    """How a sandbox runs. `port` 0 takes a free one; `seed` makes signatures and session ids repeatable."""

    port: int = 0
    record: Path | None = None
    fast_limits: bool = False
    token: str = DEFAULT_TOKEN
    seed: int | None = None


class Sandbox:
    """Discord on loopback. Use it as an async context manager; `base_url` is known after the start."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        rng: random.Random = random.SystemRandom() if self.options.seed is None else random.Random(self.options.seed)
        self.world = World(secret=rng.randbytes(32), now=lambda: datetime.now(UTC))
        self.world.tokens.add(self.options.token)
        self.recorder = Recorder(self.options.record)
        self.faults = Faults()
        self.limits = Limits(time.time, FAST_FACTOR if self.options.fast_limits else 1)
        self.gateway = Gateway(self.world, lambda: self.gateway_url, lambda: f"{rng.getrandbits(128):032x}")
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """Address of this sandbox, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    @property
    def api_url(self) -> str:
        """What a bot needs as its API base."""
        return f"{self.base_url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """Address of the gateway."""
        return f"ws://{HOST}:{self.port}/gateway"

    def application(self) -> web.Application:
        """Assemble the routes of all parts."""
        app = web.Application(client_max_size=BODY_BYTES, middlewares=[speak_json])
        rest = Rest(self.world, self.faults, self.limits, self.recorder, lambda: self.gateway_url)
        control = Control(self.world, self.gateway, self.faults, self.recorder)
        files = Files(self.world, self.faults)
        for part in (rest, self.gateway, control, Act(self.world), View(self.world), files):
            app.add_routes(part.routes())
        add_page(app)
        return app

    async def start(self) -> None:
        """Listen."""
        runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, HOST, self.options.port)
        await site.start()
        self._runner = runner
        self.port = runner.addresses[0][1]
        self.world.signer.origin = self.base_url

    async def stop(self) -> None:
        """Close every connection and the record."""
        await self.gateway.drop(resumable=False, code=1001)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.recorder.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.shield(self.stop())
