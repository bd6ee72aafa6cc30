"""The guild in which the demo plays, and people who do not give up when the bot is away for a moment."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sandbox.client import Member, SandboxClient
from sandbox.results import Answer, Channel, Guild, Role
from sandbox.transport import SandboxError

T = TypeVar("T")

PATIENCE = 100.0
"""Seconds that people of the demo wait for anything before it counts as a problem."""
_TRIES = 20
_SILENCE = frozenset({"no_answer", "not_connected", "timeout", 10062, 40060})


class SceneError(Exception):
    """A sentence on what did not happen."""


@dataclass(slots=True)
class Stage:
    """Everything that the play needs: who there is and where they meet."""

    client: SandboxClient
    guild: Guild
    works: Channel
    news: Channel
    producers_room: Channel
    role: Role
    owner: Member
    producer: Member
    artists: dict[str, Member] = field(default_factory=dict)
    audience: list[Member] = field(default_factory=list)

    async def insist(self, act: Callable[[], Awaitable[T]]) -> T:
        """Do something that the bot answers; again when it gave no answer, as people do when a bot restarts.

        SceneError when it never answers; whatever the bot says is returned.
        """
        for _ in range(_TRIES):
            try:
                answer = await act()
                if not (isinstance(answer, Answer) and answer.kind == "deferred"):
                    return answer  # else the bot was killed while it was thinking
            except SandboxError as error:
                if error.code not in _SILENCE:
                    raise
            await self.client.control.wait_connected(timeout_s=PATIENCE)
            await asyncio.sleep(0.2)
        raise SceneError("The bot did not answer however often it was asked.")

    async def command(self, who: Member, command: str, /, *, expect: str = "", **options: Any) -> Answer:
        """Run a slash command in the news channel; SceneError when the answer lacks the words expected."""
        answer = await self.insist(lambda: who.slash(command, channel=self.news.id, **options))
        if expect and expect not in answer.text:
            raise SceneError(f"/{command} answered: {answer.text[:300]}")
        return answer


async def build_stage(client: SandboxClient, artists: tuple[str, ...], audience: int) -> Stage:
    """Make the guild with its channels, its producers, its artists and those who only vote."""
    control = client.control
    await control.set_bot(name="Showrunner", intents=["message_content"])
    owner = await control.create_user("robin", display_name="Robin (runs the server)")
    guild = await control.create_guild("Night Owls", owner=owner)
    role = await control.create_role(guild, "Producer", color=0xE8577E, hoist=True)
    maker = await control.create_role(guild, "Artist", color=0x4C9AFF)
    stage = Stage(
        client=client,
        guild=guild,
        works=await control.create_channel(guild, "night-shift", topic="Post what you make; reply to remix it"),
        news=await control.create_channel(guild, "show-news", topic="Themes, votes, results, money"),
        producers_room=await control.create_channel(guild, "producers", topic="For those who run the show"),
        role=role,
        owner=owner,
        producer=await control.add_member(guild, "sasha", display_name="Sasha", roles=[role]),
    )
    members = await control.add_members(guild, artists, roles=[maker], announce=False)
    stage.artists = dict(zip(artists, members, strict=True))
    names = tuple(f"Listener {number}" for number in range(1, audience + 1))
    stage.audience = await control.add_members(guild, names, announce=False)
    return stage
