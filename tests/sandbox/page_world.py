"""A small guild with a real bot, for looking at the page.

Used by the tests; by hand: `python -m tests.sandbox.page_world [port]`, then open the address that it prints.
"""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.server import Options, Sandbox
from tests.sandbox.pictures import painting

ROOT = Path(__file__).parents[2]


@dataclass
class PageWorld:
    """The addresses and ids of the guild, and short ways to act in it."""

    base: str
    http: aiohttp.ClientSession
    guild: str = ""
    people: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)

    async def call(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """Call the sandbox; AssertionError with its words when it refuses."""
        async with self.http.request(method, self.base + path, json=body) as answer:
            text = await answer.text()
            assert answer.status < 400, f"{path}: {text}"
            return json.loads(text) if text else None

    async def say(self, who: str, content: str, *, channel: str = "theme", **more: Any) -> dict[str, Any]:
        """Post as somebody."""
        body = {"user": self.people[who], "channel": self.channels[channel], "content": content, **more}
        return dict(await self.call("/act/messages", body))

    async def post_file(self, who: str, content: str, name: str, data: bytes, channel: str = "theme") -> None:
        """Post as somebody, with a file."""
        form = aiohttp.FormData()
        body = {"user": self.people[who], "channel": self.channels[channel], "content": content}
        form.add_field("payload_json", json.dumps(body))
        form.add_field("files[0]", data, filename=name)
        async with self.http.post(self.base + "/act/messages", data=form) as answer:
            assert answer.status == 200, await answer.text()

    async def wait(self, **condition: Any) -> Any:
        """Wait until something holds."""
        return await self.call("/control/wait", condition)

    async def newest(self, who: str, channel: str = "theme") -> dict[str, Any]:
        """The newest message that somebody sees."""
        path = f"/view/channels/{self.channels[channel]}/messages?limit=1&user={self.people[who]}"
        return dict((await self.call(path, method="GET"))[-1])

    async def room(self, name: str) -> str:
        """Create a text channel of a test's own."""
        made = await self.call(f"/control/guilds/{self.guild}/channels", {"name": name})
        self.channels[name] = made["id"]
        return name

    def address(self, who: str, channel: str = "theme", **more: str) -> str:
        """Where the page shows a channel as somebody."""
        query = {"as": self.people[who], "channel": self.channels[channel], **more}
        return f"{self.base}/?" + "&".join(f"{key}={value}" for key, value in query.items())


async def furnish(world: PageWorld) -> None:
    """Create the guild: roles, people, channels."""
    guild = await world.call("/control/guilds", {"name": "The Midnight Studio", "owner": "Ada"})
    world.guild = guild["id"]
    path = f"/control/guilds/{world.guild}"
    for name, color in (("Producer", 0xE67E22), ("Artist", 0x3498DB), ("Listener", 0)):
        await world.call(f"{path}/roles", {"name": name, "color": color, "hoist": True, "mentionable": True})
    world.people["Ada"] = guild["owner_id"]
    await world.call(f"{path}/members/{guild['owner_id']}", {"roles": ["Producer"]}, "PATCH")
    people = (("Mira Lindqvist", "Artist"), ("Jun", "Artist"), ("Sol", "Artist"), ("Noor", "Listener"))
    for name, role in people:
        member = await world.call(f"{path}/members", {"name": name, "roles": [role]})
        world.people[name.split()[0]] = member["user"]["id"]
    studio = await world.call(f"{path}/channels", {"name": "Studio", "type": "category"})
    for name, kind, topic in (
        ("theme", "text", "Post your works here. **Storm Season** closes on Friday."),
        ("lounge", "text", None),
        ("works", "forum", "One post a work"),
    ):
        made = await world.call(
            f"{path}/channels", {"name": name, "type": kind, "topic": topic, "parent": studio["id"]}
        )
        world.channels[name] = made["id"]


@contextlib.asynccontextmanager
async def page_world(port: int = 0) -> AsyncIterator[PageWorld]:
    """A furnished guild in a sandbox, with the bot connected and its commands known."""
    async with Sandbox(Options(port=port, fast_limits=True, seed=1)) as sandbox, aiohttp.ClientSession() as http:
        world = PageWorld(sandbox.base_url, http)
        await furnish(world)
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.sandbox.page_bot", sandbox.api_url, sandbox.options.token, cwd=ROOT
        )
        try:
            await world.wait(kind="commands", name="submit", timeout=30)
            await world.wait(kind="connected", timeout=30)
            yield world
        finally:
            with contextlib.suppress(ProcessLookupError):
                bot.terminate()
            await bot.wait()


async def chat(world: PageWorld) -> None:
    """Some conversation, so that there is something to look at."""
    await world.say("Mira", "Hello everybody! I have an idea for **Storm Season** :)")
    await world.say("Mira", f"<@{world.people['Jun']}> will like it, see <#{world.channels['lounge']}>")
    first = await world.say("Jun", "I do. Show us!")
    await world.post_file("Mira", "The view from my cellar", "cellar.png", painting(9))
    await world.say("Sol", "That is *lovely*", reply_to=first["id"])
    await world.say("Ada", "show")
    await world.wait(kind="message", channel=world.channels["theme"], contains="edited", timeout=20)


async def _stay(port: int) -> None:
    async with page_world(port) as world:
        await chat(world)
        sys.stdout.write(world.address("Mira") + "\n")
        sys.stdout.flush()
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_stay(int(sys.argv[1]) if len(sys.argv) > 1 else 8123))
