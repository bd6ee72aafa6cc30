"""The real client on a sandbox in this process, with a show in its guild: where tests of the bot's parts begin."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar, cast

import discord
import pytest
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.client import AddFeatures, Client, use_api
from bot.delivery import Delivery
from cogs.common.outgoing import Outgoing, Sayer
from cogs.runtime import Runtime
from sandbox.client import SandboxClient
from sandbox.server import Options, Sandbox
from services import outbox, shows
from services.access import Actor
from services.media import open_store
from services.store import Database, writes

T = TypeVar("T")

say = writes(outbox.say)
refresh = writes(outbox.refresh)


@dataclass
class Clock:
    """The real time, moved ahead as the test likes."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Stage:
    """A sandbox with a guild, and the client connected to it."""

    sandbox: Sandbox
    discord: SandboxClient
    client: Client
    runtime: Runtime
    clock: Clock
    guild: Any
    news: Any
    works: Any
    producers: Any
    member: Any
    show: shows.ShowView
    wakes: list[None] = field(default_factory=list)

    async def say(self, key: str, **more: Any) -> None:
        """Write an outbox row for the news channel, rendered by the sayer "text" unless `more` says otherwise."""
        values = {
            "kind": "text", "subject": {"text": f"About {key}"}, "channel_id": self.news.id, "now": self.clock(), **more
        }  # fmt: skip
        await say(self.runtime.db, key=key, show_id=self.show.id, **values)

    async def refresh(self, post_key: str, **more: Any) -> None:
        """Have a post edited."""
        values = {"kind": "text", "channel_id": self.news.id, "now": self.clock(), **more}
        await refresh(self.runtime.db, post_key=post_key, show_id=self.show.id, **values)

    async def texts(self, channel: Any = None) -> list[str]:
        """What a member reads in the channel, oldest first."""
        return [message.text for message in await self.member.messages(channel or self.news)]

    async def wait_for_text(self, text: str, channel: Any = None) -> Any:
        """The message that contains `text`, once it is there."""
        return await self.discord.control.wait_for_message(channel=channel or self.news, contains=text)


async def until(look: Callable[[], Awaitable[T | None]], seconds: float = 15.0) -> T:
    """What `look` finds, looking again after every commit in this process. TimeoutError if it finds nothing."""
    changed = asyncio.Event()

    def committed(session: Session) -> None:
        del session
        changed.set()

    event.listen(Session, "after_commit", committed)
    try:
        async with asyncio.timeout(seconds):
            while (found := await look()) is None:
                await changed.wait()
                changed.clear()
        return found
    finally:
        event.remove(Session, "after_commit", committed)


@asynccontextmanager
async def on_stage(
    db: Database, folder: Path, monkeypatch: pytest.MonkeyPatch, add_features: AddFeatures | None = None
) -> AsyncIterator[Stage]:
    """Set the stage, and clear it afterwards; discord.py's addresses are put back."""
    for owner, name in (
        (Route, "BASE"),
        (discord.Asset, "BASE"),
        (DiscordWebSocket, "DEFAULT_GATEWAY"),
        (discord.ui.View, "on_error"),
        (discord.ui.LayoutView, "on_error"),
        (discord.ui.Modal, "on_error"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    async with Sandbox(Options(fast_limits=True, seed=1)) as sandbox, SandboxClient(sandbox.base_url) as world:
        stage = await _stage(sandbox, world, db, folder, add_features)
        connection = asyncio.create_task(stage.client.connect())
        try:
            async with asyncio.timeout(20):
                await stage.client.ready.wait()
            yield stage
        finally:
            await stage.client.close()
            connection.cancel()
            await asyncio.gather(connection, return_exceptions=True)


async def _stage(
    sandbox: Sandbox, world: SandboxClient, db: Database, folder: Path, add_features: AddFeatures | None
) -> Stage:
    guild = await world.control.create_guild("Night Owls", owner="Olga")
    channels = [await world.control.create_channel(guild, name) for name in ("news", "works", "producers")]
    member = await world.control.add_member(guild, "Mira")
    clock, wakes = Clock(), cast("list[None]", [])
    runtime = Runtime(
        db=db, media=open_store(str(folder / "media")), clock=clock, rng=Random(1), wake=lambda: wakes.append(None),
        site_url="http://127.0.0.1:8080", message_content=True, max_file_bytes=1_000_000,
    )  # fmt: skip
    show = await _show(db, guild, channels, clock())
    use_api(sandbox.api_url)
    client = Client(runtime, add_features=add_features or _no_features, catch_up=_no_catch_up)
    await client.login(sandbox.options.token)
    news, works, producers = channels
    return Stage(sandbox, world, client, runtime, clock, guild, news, works, producers, member, show, wakes)


async def _show(db: Database, guild: Any, channels: list[Any], now: datetime) -> shows.ShowView:
    news, works, producers = (int(channel.id) for channel in channels)
    manager = Actor(int(guild.id), "Night Owls", 1, "Olga", frozenset(), manages_guild=True)
    setup = shows.ShowSetup(
        name="Night Shift", works_channel_id=works, news_channel_id=news, producers_channel_id=producers, timezone="UTC"
    )
    return await shows.setup_show(db, manager, setup=setup, now=now)


async def _no_features(bot: commands.Bot, runtime: Runtime) -> None:
    del bot, runtime


async def _no_catch_up(client: discord.Client, runtime: Runtime) -> None:
    del client, runtime


@asynccontextmanager
async def delivering(stage: Stage, sayers: Mapping[str, Sayer] | None = None) -> AsyncIterator[Delivery]:
    """Deliver what is in the outbox while the block runs."""
    delivery = Delivery(stage.client, stage.runtime, {**SAYERS, **(sayers or {})})
    task = asyncio.create_task(delivery.run())
    try:
        yield delivery
    finally:
        await delivery.stop()
        await task


async def text(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    """A message of plain text."""
    del runtime
    return Outgoing(content=subject["text"], thread=subject.get("thread"))


async def card(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    """A layout."""
    del runtime
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(discord.ui.TextDisplay(subject["text"])))
    return Outgoing(view=view)


SAYERS: dict[str, Sayer] = {"text": text, "card": card}
