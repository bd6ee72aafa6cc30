"""SIGKILL at the worst moments: every message is posted once, in order, and nothing is forgotten."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest

from db.models import OutboxState
from tests.faults.conftest import Studio

pytestmark = pytest.mark.fault

MESSAGES = r"/channels/\d+/messages$"


@contextmanager
def nobody_else_commits(studio: Studio) -> Iterator[None]:
    """Hold the database's write lock, so that the bot can send but not write down that it did."""
    connection = sqlite3.connect(studio.bot.database_url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


async def all_said(studio: Studio) -> None:
    """Wait until everything is written down as said; the sandbox tells when there is something new to look at."""
    async with asyncio.timeout(60):
        while True:
            seen = await studio.discord.control.last_request()
            if all(row.state is OutboxState.SENT for row in await studio.rows()):
                return
            await asyncio.wait([asyncio.create_task(studio.discord.control.wait_for_requests(after=seen))], timeout=0.1)


async def leased(studio: Studio) -> None:
    """Wait until the bot is about to send. It is another process: its database is all there is to look at."""
    async with asyncio.timeout(20):
        while not any(row.leased_until for row in await studio.rows()):  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.01)


async def test_a_kill_between_sending_and_writing_down_does_not_double_the_message(studio: Studio) -> None:
    news = studio.channels[0]
    await studio.say(news, "one", "two")
    await studio.discord.control.fault("delay", seconds=1.5, method="POST", path=MESSAGES)
    await studio.bot.start()
    await leased(studio)
    with nobody_else_commits(studio):
        await studio.discord.control.wait_for_message(channel=news, contains="«one»")
        await studio.bot.kill()
    assert [row.state for row in await studio.rows()] == [OutboxState.WAITING] * 2
    await studio.bot.start()
    await all_said(studio)
    assert await studio.said(news) == ["one", "two"]
    messages = [message.id for message in await studio.member.messages(news)]
    assert [row.message_id for row in await studio.rows()] == messages


async def test_kills_at_any_moment_with_a_discord_that_fails_lose_and_double_nothing(studio: Studio) -> None:
    rng = Random(7)
    texts = {index: [f"{index}-{number:02d}" for number in range(12)] for index in range(3)}
    for index, channel in enumerate(studio.channels):
        await studio.say(channel, *texts[index])
    for kind in ("lose_answer", "refuse", "lose_answer"):
        await studio.discord.control.fault(kind, method="POST", path=MESSAGES, times=2)
    for _ in range(4):
        await studio.bot.start()
        sent = await studio.discord.control.last_request()
        await studio.discord.control.wait_for_requests(
            after=sent, method="POST", path=MESSAGES, count=rng.randint(1, 4)
        )
        await asyncio.sleep(rng.random() * 0.01)  # not a wait for anything: it varies where the kill hits
        await studio.bot.kill()
    await studio.bot.start()
    await all_said(studio)
    assert await studio.bot.stop() == 0
    for index, channel in enumerate(studio.channels):
        assert await studio.said(channel) == texts[index]


async def test_a_gateway_that_drops_and_an_api_that_is_away_at_the_start_delay_and_lose_nothing(
    studio: Studio,
) -> None:
    news = studio.channels[0]
    await studio.discord.control.fault("status", status=503, path="/users/@me$", times=2)
    await studio.bot.start()
    await studio.discord.control.drop_gateway()
    await studio.discord.control.wait_connected(resumes=1)
    await studio.discord.control.drop_gateway(resumable=False)
    await studio.discord.control.wait_connected(identifies=2)
    await studio.say(news, "after all that")
    await studio.bot.stop()
    await studio.bot.start()
    await all_said(studio)
    assert await studio.said(news) == ["after all that"]
