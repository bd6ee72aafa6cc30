"""The works feature on a stage: what tests of it in Discord share."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from discord.ext import commands
from PIL import Image

from bot import catchup, fetching
from bot.client import AddFeatures, Client
from cogs import shows, works
from cogs.runtime import Runtime
from services.kinds import FileState, WorkState
from services.views import WorkView
from services.works import read
from tests.support.bot_studio import Stage, until


def png(colour: str = "orange", size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


async def features(bot: commands.Bot, runtime: Runtime) -> None:
    """Works, and /show for their rules."""
    bot.runtime = runtime
    await works.setup_feature(bot, runtime)
    await shows.setup_feature(bot, runtime)


async def view(stage: Stage, number: int) -> WorkView:
    """The work with this number, once it is there."""

    async def look() -> WorkView | None:
        async with stage.runtime.db.reading() as tx:
            found = await read.search(tx, stage.show.id, f"#{number}", states=tuple(WorkState))
            ids = [ref.id for ref in found if ref.number == number]
            return await read.work_view(tx, ids[0]) if ids else None

    return await until(look)


async def numbers(stage: Stage) -> int:
    """How many works the show has."""
    async with stage.runtime.db.reading() as tx:
        return len(await read.search(tx, stage.show.id, "", states=tuple(WorkState), limit=500))


async def kept(stage: Stage, number: int, *names: str) -> WorkView:
    """The work once exactly these files of it are kept."""

    async def look() -> WorkView | None:
        work = await view(stage, number)
        there = tuple(file.name for file in work.files) == names
        return work if there and all(file.state is FileState.KEPT for file in work.files) else None

    return await until(look)


@asynccontextmanager
async def fetching_files(stage: Stage) -> AsyncIterator[asyncio.Event]:
    """Files are fetched while the block runs; setting the event says that there may be more."""
    news = asyncio.Event()
    task = asyncio.create_task(fetching.run(stage.client, stage.runtime, news))
    try:
        yield news
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def connected(stage: Stage, adding: AddFeatures = features) -> AsyncIterator[Any]:
    """The client once more, as after a restart, with catching up."""
    client = Client(stage.runtime, add_features=adding, catch_up=catchup.catch_up)
    await client.login(stage.sandbox.options.token)
    connection = asyncio.create_task(client.connect())
    try:
        async with asyncio.timeout(20):
            await client.ready.wait()
        yield client
    finally:
        await client.close()
        connection.cancel()
        await asyncio.gather(connection, return_exceptions=True)
