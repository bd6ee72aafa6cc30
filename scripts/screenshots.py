"""Take the pictures of docs/pictures: plays the demo, opens chat and gallery in Chromium, and shoots what people see.

make screenshots
"""

import asyncio
import io
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.browser import FLAGS, chromium_path  # noqa: E402 - the repository is not on the path of a script

PICTURES = ROOT / "docs" / "pictures"
DESKTOP, PHONE = (1180, 860), (390, 780)
COLOURS = 200
"""Colours kept in a picture, so that the repository stays small."""


@dataclass(frozen=True)
class Shot:
    """One picture: a page of chat or gallery, and the part of it that is shown (None: all that is in view)."""

    name: str
    site: str
    path: str
    part: str | None = None
    size: tuple[int, int] = DESKTOP
    scheme: str = "dark"


NEWS, WORKS = "/?as=Mia&channel=show-news&theme=dark", "/?as=Mia&channel=night-shift&theme=dark"
_TALL = (900, 5000)
PEOPLE = ("Mia", "Ada", "Jonas", "Nour", "Kofi", "Lena", "Ravi", "Yuki")
"""Who looks at the chat: the first who sees what is to be shown (some see a sound where others see a picture)."""

SHOTS = (
    Shot("chat", "chat", WORKS),
    Shot("theme", "chat", NEWS, ".message:has-text('Something is moving while everybody sleeps')", _TALL),
    Shot("work-card", "chat", WORKS, ".message:has-text('made from #'):has([data-custom-id^='work:'])", _TALL),
    Shot("booth", "chat", NEWS, ".message:has([data-custom-id^='vote:next']):has(img[src*='attachments'])", _TALL),
    Shot("results", "chat", NEWS, ".message:has-text('The result: ')", _TALL),
    Shot("cut", "chat", NEWS, ".message:has-text('What the producers changed')", _TALL),
    Shot("proposal", "chat", NEWS, ".message:has-text('Who gets what')", _TALL),
    Shot("explained", "chat", NEWS, ".message:has-text('You get')", _TALL),
    Shot("credits", "chat", NEWS, ".message:has-text('out now')", _TALL),
    Shot("chat-phone", "chat", NEWS, None, PHONE),
    Shot("gallery", "gallery", "/episodes/1", None, (1180, 1500), "light"),
    Shot("gallery-dark", "gallery", "/episodes/1", None, (1180, 900)),
    Shot("lineage", "gallery", "/works/17/lineage", None, (1180, 620), "light"),
    Shot("gallery-payout", "gallery", "/episodes/1/payout", None, (1180, 1200), "light"),
    Shot("gallery-phone", "gallery", "/episodes/1", None, PHONE, "light"),
)


async def main() -> int:
    """Take every picture, or those named on the command line."""
    wanted = [shot for shot in SHOTS if not sys.argv[1:] or shot.name in sys.argv[1:]]
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with _demo() as addresses, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(chromium_path()), args=list(FLAGS))
        for shot in wanted:
            await _take(browser, shot, addresses[shot.site])
        await browser.close()
    return 0


@asynccontextmanager
async def _demo() -> AsyncIterator[dict[str, str]]:
    """The demo, played through and still up; the addresses of its pages."""
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--json", cwd=ROOT, stdin=DEVNULL, stdout=PIPE, env={**os.environ}
    )
    try:
        yield (await _summary(demo))["addresses"]
    finally:
        demo.send_signal(signal.SIGINT)
        await demo.wait()


async def _summary(demo: Process) -> dict[str, Any]:
    line = await demo.stdout.readline() if demo.stdout is not None else b""
    if not line:
        raise SystemExit("The demo ended before its episode was over.")
    return dict(json.loads(line))


async def _take(browser: Browser, shot: Shot, site: str) -> None:
    width, height = shot.size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.scheme == "dark" else "light",
        device_scale_factor=1.5,
    )
    page = await context.new_page()
    for who in PEOPLE if shot.site == "chat" else PEOPLE[:1]:
        await page.goto(site + shot.path.replace("Mia", who))
        if shot.site == "chat":
            await page.wait_for_selector("body[data-ready]")
        await page.wait_for_load_state("networkidle" if shot.site == "gallery" else "load")
        if shot.part is None or await page.locator(shot.part).count():
            break
    _save(shot.name, await _shoot(page, shot))
    await context.close()


async def _shoot(page: Page, shot: Shot) -> bytes:
    if shot.part is None:
        return await page.screenshot()
    return await page.locator(shot.part).last.screenshot(timeout=5000)


def _save(name: str, png: bytes) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.FLOYDSTEINBERG).save(PICTURES / f"{name}.png", optimize=True)
    sys.stdout.write(f"docs/pictures/{name}.png {picture.width}x{picture.height}\n")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
