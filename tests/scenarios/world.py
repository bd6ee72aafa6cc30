"""A world made by commands alone, over real sockets: guilds with shows, an episode in every phase, and a payout."""

import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.client import Member, SandboxClient
from sandbox.results import Answer, Channel, Guild, Role, SeenMessage
from tests.support.bot_process import BotProcess, SandboxProcess

_OF_THE_PROCESS = ("alembic_version", "process_facts", "posts", "channel_cursors", "outbox")
_SAID = "SELECT key, kind, action, show_id, channel_id, user_id, reply_to, post_key FROM outbox ORDER BY key"
LINK = "https://example.org/"


@dataclass
class House:
    """A guild with one show, and those who play in it."""

    world: "World"
    guild: Guild
    name: str
    boss: Member
    producer: Member
    role: Role
    works: Channel
    news: Channel
    producers: Channel
    members: dict[str, Member] = field(default_factory=dict)

    async def member(self, name: str) -> Member:
        """An artist of the guild, joining when first asked for."""
        if name not in self.members:
            self.members[name] = await self.world.discord.control.add_member(self.guild, name)
        return self.members[name]

    async def work(self, who: Member, title: str, *, reply_to: SeenMessage | None = None) -> SeenMessage:
        """A work posted to the works channel; its card. The message itself is what the card answers."""
        posted = await who.post(self.works, f"{title}\n{LINK}{title.replace(' ', '-')}", reply_to=reply_to)
        return await self.world.discord.control.wait_for_message(channel=self.works, author="bot", replies_to=posted.id)

    async def open(self, title: str, **options: Any) -> None:
        """A theme, and the episode that it becomes, open."""
        await self.do("theme add", title=title, **options)
        await self.do("episode open")
        await self.world.discord.control.wait_for_message(
            channel=self.news, author="bot", contains=title.replace("*", r"\*")
        )

    async def do(self, command: str, *, channel: Any = None, **options: Any) -> Answer:
        """A command of the producer's, which must go well."""
        answer = await self.producer.slash(command, channel=channel or self.producers, options=options)
        assert "wrong" not in answer.text, answer.text
        return answer

    async def advance(self) -> SeenMessage:
        """On to the next phase; the message whose button did it."""
        asked = await self.do("episode advance")
        assert asked.message is not None, asked.text
        said = await self.producer.click(asked.message, asked.message.buttons[0].label)
        assert "is now" in said.text, said.text
        return asked.message

    async def release(self) -> None:
        """The episode is out."""
        form = await self.do("episode release", link="https://example.org/out")
        answer = await self.producer.submit_modal(form, {})
        assert "is out" in answer.text, answer.text


@dataclass
class World:
    """Sandbox, bot, and its database to look into."""

    discord: SandboxClient
    sandbox: SandboxProcess
    bot: BotProcess
    guilds: int = 0

    @property
    def path(self) -> Path:
        """The bot's database."""
        return self.bot.folder / "showrunner.db"

    async def house(self, name: str, show: str, **setup: Any) -> House:
        """A guild whose owner has run /setup."""
        control = self.discord.control
        self.guilds += 1
        guild = await control.create_guild(name, owner=f"Boss {self.guilds}")
        role = await control.create_role(guild, "Producers")
        works, news, producers = [
            await control.create_channel(guild, f"{part}-{self.guilds}") for part in ("works", "news", "producers")
        ]
        boss = self.discord.member(guild.owner_id, "Boss")
        producer = await control.add_member(guild, f"Producer {self.guilds}", roles=[role])
        options = {
            "name": show, "works_channel": works, "news_channel": news, "producers_channel": producers,
            "producer_role": role, "weekdays": "none", "grace": "0s", **setup,
        }  # fmt: skip
        answer = await boss.slash("setup", channel=news, options=options)
        assert "is ready" in answer.text, answer.text
        return House(self, guild, show, boss, producer, role, works, news, producers)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database answers, read beside the bot."""
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as connection:
            found = connection.execute(query, values).fetchall()
        connection.close()
        return found

    def one(self, query: str, *values: Any) -> Any:
        """The one value of the one row."""
        ((value,),) = self.rows(query, *values)
        return value

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every table but what is the process's own; of what is to be said, all but how far it has got."""
        tables = [name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        whole = {name: self.rows(f'SELECT * FROM "{name}" ORDER BY 1, 2') for name in tables if _is_kept(name)}  # noqa: S608 - names of the schema's own
        return {**whole, "outbox": self.rows(_SAID)}

    @asynccontextmanager
    async def unchanged(self) -> AsyncIterator[None]:
        """Nothing in the database is different after the block."""
        async with self.unchanged_but():
            yield

    @asynccontextmanager
    async def unchanged_but(self, *tables: str) -> AsyncIterator[None]:
        """Only these tables may be different after the block."""
        before = self.dump()
        yield
        after = self.dump()
        assert {name: rows for name, rows in after.items() if rows != before[name] and name not in tables} == {}

    async def forged(self, channel: Channel, *custom_ids: str) -> SeenMessage:
        """A message of the bot's own in a channel, with buttons of these names, whatever they were made for."""
        rows = [
            {"type": 1, "components": [_button(name) for name in custom_ids[start : start + 5]]}
            for start in range(0, len(custom_ids), 5)
        ]
        request = {"content": "buttons", "components": rows}
        headers = {"Authorization": f"Bot {self.sandbox.token}", "Content-Type": "application/json"}
        session = self.discord.transport.session
        url = f"{self.sandbox.api_base}/channels/{channel.id}/messages"
        async with session.post(url, data=json.dumps(request), headers=headers) as response:
            assert response.status == 200, await response.text()
            return SeenMessage.of(await response.json())

    def sends_that_ping(self, requests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of the bot's requests that leave it to Discord whom a text pings, or ping everyone or a role."""
        return [request for request in requests if _may_ping(request)]


def _is_kept(table: str) -> bool:
    return table not in _OF_THE_PROCESS and not table.startswith("sqlite_")


def _button(custom_id: str) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": custom_id, "custom_id": custom_id}


def _may_ping(request: dict[str, Any]) -> bool:
    body = request["request"] if isinstance(request.get("request"), dict) else {}
    said = body.get("data") if isinstance(body.get("data"), dict) else body
    if not (said.get("content") or said.get("components") or said.get("embeds")):
        return False
    allowed = said.get("allowed_mentions")
    return allowed is None or bool(allowed.get("parse")) or bool(allowed.get("roles"))


@asynccontextmanager
async def opened(folder: Path, **environment: str) -> AsyncIterator[World]:
    """The two processes, ready; `environment` are settings of the bot's."""
    async with (
        SandboxProcess.started(folder, "--fast-limits") as sandbox,
        SandboxClient(sandbox.base_url) as discord,
        BotProcess(folder / "bot", sandbox, environment) as bot,
    ):
        await discord.control.wait_for_commands("setup")
        yield World(discord, sandbox, bot)
