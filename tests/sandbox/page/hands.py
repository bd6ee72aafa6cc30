"""What a person does on the chat page, and where they look."""

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page

OpenAs = Callable[..., Awaitable[Page]]
"""Open the test's channel as somebody: `page = await show("Jun")`."""


def message(page: Page, text: str | re.Pattern[str]) -> Locator:
    return page.locator(".message").filter(has_text=text).last


async def write(page: Page, text: str) -> None:
    await page.locator(".composer-text").fill(text)
    await page.locator(".composer-text").press("Enter")


async def command(page: Page, typed: str, path: str) -> None:
    """Type a slash command's beginning and take it from the picker."""
    await page.locator(".composer-text").press_sequentially(typed)
    await page.locator(f'.listbox-item[data-key="{path}"]').click()


def option(page: Page, name: str) -> Locator:
    return page.locator(f'[data-option="{name}"]')
