"""More messages than anybody posts, and a bot that is away for some of them: each becomes one work with one card."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from sandbox.client import Member
from sandbox.results import SeenMessage
from tests.scenarios.world import House, World, opened

pytestmark = [pytest.mark.fault, pytest.mark.asyncio(loop_scope="module")]

_PATIENCE = 90.0
_AT_ONCE = 20
_FLOOD = 500


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with opened(tmp_path_factory.mktemp("flood")) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="module")
async def house(world: World, request: pytest.FixtureRequest) -> House:
    """A server with a show of its own for each test."""
    house = await world.house(request.node.name[:40], request.node.name[:40])
    await house.open("Flood")
    return house


def works(house: House, column: str = "number") -> list[int]:
    query = f"SELECT w.{column} FROM works w JOIN shows s ON s.id = w.show_id WHERE s.name = ?"  # noqa: S608 - no input
    return [value for (value,) in house.world.rows(query, house.name)]


async def crowd(house: House, count: int) -> list[Member]:
    return await house.world.discord.control.add_members(house.guild, [f"a{n}" for n in range(count)], announce=False)


async def post(house: House, members: Sequence[Member], numbers: Sequence[int]) -> list[SeenMessage]:
    """One work for each number, many at once."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> SeenMessage:
        async with gate:
            return await members[number % len(members)].post(house.works, f"w{number}\nhttps://w.example/{number}")

    return list(await asyncio.gather(*(one(number) for number in numbers)))


async def all_have_cards(house: House, posted: Sequence[SeenMessage]) -> None:
    await house.world.discord.control.wait(
        "message", channel=str(house.works.id), author="bot", contains="Remix this", count=len(posted),
        timeout_s=_PATIENCE,
    )  # fmt: skip


async def each_is_one_work_with_one_card(house: House, posted: Sequence[SeenMessage]) -> None:
    assert Counter(works(house, "message_id")) == Counter(message.id for message in posted)
    assert sorted(works(house)) == list(range(1, len(posted) + 1))
    assert Counter(await cards(house)) == Counter(message.id for message in posted)


async def cards(house: House) -> list[int | None]:
    """What the bot's messages in the works channel answer."""
    found: list[int | None] = []
    after = 0
    while page := await house.producer.messages(house.works, after=after):
        found += [message.reply_to for message in page if "Remix this" in message.text]
        after = max(message.id for message in page)
    return found


async def test_a_flood_holds_up_no_command_and_no_button(house: House) -> None:
    """Discord gives the bot three seconds for each answer: the sandbox as well, or the person's act fails here."""
    members = await crowd(house, 40)
    (first,) = await post(house, members, [_FLOOD])
    card = await house.world.discord.control.wait_for_message(channel=house.works, author="bot", replies_to=first.id)
    flood = asyncio.create_task(post(house, members, range(_FLOOD)))
    answered = 0
    stored = 0
    while stored <= _FLOOD:
        member = members[answered % len(members)]
        if answered % 3 == 0:
            said = (await member.slash("my works", channel=house.works)).text
            assert "### Your " in said or "no work yet" in said
        elif answered % 3 == 1:
            assert "#1 w500" in (await member.click(card, "More")).text
        else:
            assert "Remix #1" in (await member.click(card, "Remix this")).text
        stored = len(works(house))
        answered += stored <= _FLOOD
    posted = await flood
    # Each kind was answered while works kept coming in: nobody waited for the flood to end.
    assert answered >= 3
    await all_have_cards(house, [first, *posted])
    await each_is_one_work_with_one_card(house, [first, *posted])


async def test_downtime_during_a_flood_loses_and_doubles_nothing(house: House) -> None:
    members = await crowd(house, 20)
    first = await post(house, members, range(60))
    await house.world.discord.control.wait_for_messages(
        channel=house.works, author="bot", contains="Remix this", count=5, timeout_s=_PATIENCE
    )
    await house.world.bot.kill()
    away = await post(house, members, range(60, 110))
    during_start = asyncio.create_task(post(house, members, range(110, 140)))
    await house.world.bot.start()
    posted = [*first, *away, *(await during_start)]
    await all_have_cards(house, posted)
    await each_is_one_work_with_one_card(house, posted)


async def test_events_that_never_come_are_found_once_the_session_ends(house: House) -> None:
    control = house.world.discord.control
    members = await crowd(house, 10)
    seen = await post(house, members, range(10))
    await all_have_cards(house, seen)
    await control.lose_events("MESSAGE_CREATE", times=15)
    lost = await post(house, members, range(10, 25))
    after = await post(house, members, range(25, 30))
    await all_have_cards(house, [*seen, *after])
    assert len(works(house)) == len(seen) + len(after)
    sessions = (await control.status())["identifies"]
    await control.drop_gateway(resumable=False)
    meanwhile = await post(house, members, range(30, 40))
    await control.wait_connected(identifies=sessions + 1)
    posted = [*seen, *lost, *after, *meanwhile]
    await all_have_cards(house, posted)
    await each_is_one_work_with_one_card(house, posted)


async def test_a_session_that_resumes_misses_nothing(house: House) -> None:
    control = house.world.discord.control
    members = await crowd(house, 10)
    posted, resumes = [], (await control.status())["resumes"]
    for turn in range(3):
        before = await post(house, members, range(turn * 20, turn * 20 + 10))
        await control.drop_gateway()
        posted += [*before, *await post(house, members, range(turn * 20 + 10, turn * 20 + 20))]
        await control.wait_connected(resumes=resumes + turn + 1)
    await all_have_cards(house, posted)
    await each_is_one_work_with_one_card(house, posted)
