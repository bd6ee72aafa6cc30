"""The real bot and the sandbox in processes of their own, and the bot's database to look into."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.migrate import migrate
from db.models import OutboxAction, OutboxRow, OutboxState
from sandbox.client import SandboxClient
from services import outbox, shows
from services.access import Actor
from services.store import Database, Transaction, writes
from tests.support.bot_process import BotProcess, SandboxProcess


@dataclass
class Studio:
    """A guild with channels, a show in the bot's database, and the bot (not started)."""

    discord: SandboxClient
    sandbox: SandboxProcess
    bot: BotProcess
    guild: Any
    channels: list[Any]
    member: Any
    show: shows.ShowView

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The bot's database, beside the bot."""
        db = Database(self.bot.database_url)
        try:
            yield db
        finally:
            await db.close()

    async def say(self, channel: Any, *texts: str) -> None:
        """Have the bot post one message for each text.

        They are reports of failures, because every process knows how to render those, whatever features it has.
        """
        async with self.database() as db:
            for text in texts:
                await _report(db, self.show.id, int(channel.id), text, datetime.now(UTC))

    async def rows(self) -> list[OutboxRow]:
        """What the bot has to say or has said."""
        async with self.database() as db, db.reading() as tx:
            found = await tx.scalars(select(OutboxRow).where(OutboxRow.kind == "undeliverable").order_by(OutboxRow.id))
            return list(found)

    async def said(self, channel: Any) -> list[str]:
        """What was posted in a channel, oldest first, by the texts given to `say`."""
        return [message.text.split("«")[1].split("»")[0] for message in await self.member.messages(channel)]


@writes
async def _report(tx: Transaction, show_id: int, channel_id: int, text: str, now: datetime) -> None:
    failed = OutboxRow(
        key=f"failed {text}", kind="news", action=OutboxAction.SEND, show_id=show_id, subject={}, channel_id=channel_id,
        nonce=outbox.nonce_of(f"failed {text}"), state=OutboxState.FAILED, attempts=1, next_try_at=now, created_at=now,
        error=f"«{text}»",
    )  # fmt: skip
    tx.add(failed)
    await tx.flush()
    await outbox.say(
        tx, key=f"say {text}", kind="undeliverable", show_id=show_id, subject={"row": failed.id}, channel_id=channel_id,
        now=now,
    )  # fmt: skip


async def set_up(folder: Path, sandbox: SandboxProcess, discord: SandboxClient) -> Studio:
    """Make the guild and the show."""
    bot = BotProcess(folder / "bot", sandbox)
    guild = await discord.control.create_guild("Night Owls", owner="Olga")
    channels = [await discord.control.create_channel(guild, name) for name in ("news", "works", "producers")]
    member = await discord.control.add_member(guild, "Mira")
    news, works, producers = (int(channel.id) for channel in channels)
    await migrate(bot.database_url)
    manager = Actor(int(guild.id), "Night Owls", 1, "Olga", frozenset(), manages_guild=True)
    setup = shows.ShowSetup(
        name="Night Shift", works_channel_id=works, news_channel_id=news, producers_channel_id=producers, timezone="UTC"
    )
    db = Database(bot.database_url)
    show = await shows.setup_show(db, manager, setup=setup, now=datetime.now(UTC))
    await db.close()
    return Studio(discord, sandbox, bot, guild, channels, member, show)


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    """A sandbox with a guild; the bot is not started, and killed at the end if it runs."""
    async with (
        SandboxProcess.started(tmp_path, "--fast-limits") as sandbox,
        SandboxClient(sandbox.base_url) as discord,
    ):
        ready = await set_up(tmp_path, sandbox, discord)
        yield ready
        await ready.bot.kill()
