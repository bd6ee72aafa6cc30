"""Fixtures for the sandbox: a whole house per module, and a sandbox in process for tests without a bot."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.client import SandboxClient
from sandbox.server import Options, Sandbox
from tests.sandbox.support import BotProcess, House, SandboxProcess, arrange, run


def _furnished(tmp_path_factory: pytest.TempPathFactory, intents: str, extra: int = 0) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    sandbox = SandboxProcess(folder)
    sandbox.start()
    bot = BotProcess(sandbox.base_url, intents, folder / "bot.log")
    try:
        yield run(arrange(sandbox, bot, extra=extra))
    finally:
        bot.stop()
        sandbox.stop()


@pytest.fixture(scope="session")
def furnished_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Sandbox and bot, each in its process, with 1,503 members."""
    yield from _furnished(tmp_path_factory, "all", extra=1_500)


@pytest.fixture(scope="session")
def modest_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same with a bot that has no privileged intents."""
    yield from _furnished(tmp_path_factory, "default")


async def _visited(house: House) -> AsyncIterator[House]:
    async with SandboxClient(house.sandbox.base_url) as client:
        house.client = client
        yield house
        await client.control.clear_faults()


@pytest.fixture
async def house(furnished_house: House) -> AsyncIterator[House]:
    """The shared house with an open client, without faults."""
    async for one in _visited(furnished_house):
        yield one


@pytest.fixture
async def house_without_intents(modest_house: House) -> AsyncIterator[House]:
    """The shared house whose bot has no privileged intents."""
    async for one in _visited(modest_house):
        yield one


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox in this process, with Discord's own limits."""
    async with Sandbox(Options(seed=1)) as running:
        yield running


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[SandboxClient]:
    """A client of the sandbox in this process."""
    async with SandboxClient(sandbox.base_url) as opened:
        yield opened


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A plain HTTP session."""
    async with aiohttp.ClientSession() as session:
        yield session
