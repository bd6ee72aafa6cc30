"""A studio in which everything is going on, for tests that get something wrong in it."""

from dataclasses import dataclass
from typing import Any

from sandbox.client import Member
from sandbox.results import Answer, SeenMessage
from tests.scenarios.world import House, World


@dataclass
class Studio:
    """One world for all of this: a guild with an episode in every phase, a second one with a vote."""

    world: World
    night: House
    day: House
    mira: Member
    jo: Member
    cards: dict[str, SeenMessage]

    def episode(self, number: int) -> int:
        """The row id of an episode of the night's show."""
        query = "SELECT e.id FROM episodes e JOIN shows s ON s.id = e.show_id WHERE s.name = ? AND e.number = ?"
        return int(self.world.one(query, self.night.name, number))

    def work(self, title: str) -> int:
        """The row id of a work."""
        return int(self.world.one("SELECT id FROM works WHERE title = ?", title))

    def number(self, title: str) -> str:
        """A work's number as people write it."""
        found = self.world.one("SELECT number FROM works WHERE title = ?", title)
        return f"#{found}"

    def show(self, house: House) -> int:
        """The row id of a house's show."""
        return int(self.world.one("SELECT id FROM shows WHERE name = ?", house.name))


async def furnished(world: World) -> Studio:
    """E1 is out with a proposed payout, E2 in the cut, E3 in the vote, E4 open, E5 planned."""
    night = await world.house("Night Owls", "Night Shift")
    day = await world.house("Day Larks", "Day Shift")
    mira, jo = await night.member("mira"), await night.member("jo")
    cards: dict[str, SeenMessage] = {}
    for number in range(1, 5):
        await night.open(f"Theme {number}")
        cards[f"first {number}"] = await night.work(mira, f"first {number}")
        cards[f"second {number}"] = await night.work(jo, f"second {number} #{2 * number - 1}")
        for _ in range(max(0, min(2, 4 - number))):
            await night.advance()
        if number == 1:
            await night.do("cut add", work="#1", reason="It opens the evening")
            await night.release()
            await night.do("fund add", kind="budget", amount="100", source="The jar")
            await night.do("payout propose")
    await night.do("episode plan", title="Theme 5", opens="in 2d")
    await night.do("theme add", title="Waiting")
    await _one_vote(day)
    return Studio(world, night, day, mira, jo, cards)


async def _one_vote(house: House) -> None:
    await house.open("Noon")
    await house.work(await house.member("lark"), "sunny")
    await house.advance()


def private(answer: Answer) -> str:
    """What a person was told, and nobody else."""
    assert answer.ephemeral, answer.text
    assert "went wrong on my side" not in answer.text, answer.text
    return answer.text


async def house_with(world: World, name: str, **setup: Any) -> House:
    """A guild with a show of its own, for a test that changes something first."""
    return await world.house(name, f"{name} show", **setup)
