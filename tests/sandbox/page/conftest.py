"""Fixtures for the chat page: a world per module, a channel per test, and eyes on it as anybody."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.sandbox.page.hands import OpenAs
from tests.sandbox.page_world import PageWorld, page_world
from tests.support.browser import FLAGS, Trouble, chromium_path

_ROOMS = count(1)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world() -> AsyncIterator[PageWorld]:
    async with page_world() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def room(world: PageWorld) -> str:
    return await world.room(f"room-{next(_ROOMS)}")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests; each page has a context, and so a memory, of its own."""
    path = chromium_path()
    assert path is not None
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def show(world: PageWorld, room: str, chromium: Browser) -> AsyncIterator[OpenAs]:
    """Open the test's channel as somebody; then no script may have failed, and nothing left this machine."""
    trouble = Trouble()
    contexts = []

    async def opened(who: str = "Mira", channel: str | None = None, base: str | None = None, **more: Any) -> Page:
        context = await chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **more})
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: trouble.problems.append(f"a script failed: {error}"))
        await page.route("**/*", trouble.hold)
        await page.goto(world.address(who, channel or room).replace(world.base, base or world.base))
        await page.wait_for_selector("body[data-ready]")
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert not trouble.problems
