"""Pages in Debian's Chromium through playwright, without a download and without a way out of this machine."""

import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright._impl._driver import compute_driver_executable
from playwright.async_api import Page, Route, async_playwright

FLAGS = (
    "--no-sandbox",  # tests may run as root in a container, where Chromium's own sandbox cannot start
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}


def chromium_path() -> str | None:
    """Where the installed Chromium is; None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def missing() -> str | None:
    """Why there can be no browser here, with what mends it; None where one can be driven."""
    if chromium_path() is None:
        return "Chromium is missing: apt-get install chromium"
    driver, _ = compute_driver_executable()
    started = subprocess.run([driver, "--version"], capture_output=True, text=True, check=False)
    if started.returncode:
        return f"Playwright's driver does not start ({started.stderr.strip()}): apt-get install libatomic1"
    return None


@dataclass
class Trouble:
    """What a page did that it should not: scripts that failed, requests that wanted to leave this machine."""

    problems: list[str] = field(default_factory=list)

    async def hold(self, route: Route) -> None:
        """Let a request pass only to this machine."""
        address = urlsplit(route.request.url)
        if address.scheme in {"data", "blob"} or address.hostname in _LOOPBACK:
            await route.continue_()
            return
        self.problems.append(f"asked for {route.request.url}")
        await route.abort()


@asynccontextmanager
async def open_page(**context: Any) -> AsyncIterator[Page]:
    """A page of a new Chromium; `context` are playwright's options of a context (viewport, color_scheme...).

    AssertionError at the end if a script of the page failed or it asked for anything outside this machine.
    """
    path = chromium_path()
    if path is None:
        raise RuntimeError(missing())
    trouble = Trouble()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            page = await (await browser.new_context(**context)).new_page()
            page.on("pageerror", lambda error: trouble.problems.append(f"a script failed: {error}"))
            await page.route("**/*", trouble.hold)
            yield page
        finally:
            await browser.close()
    if trouble.problems:
        raise AssertionError("; ".join(trouble.problems))
