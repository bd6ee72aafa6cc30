"""The pages in a real Chromium: quiet console, no sideways scrolling, light and dark, by keyboard, without scripts."""

from typing import Any

import pytest
from playwright.async_api import Page

from domain.episode import Phase
from services import cuts
from services.shows import ShowView
from tests.conftest import OpenPage
from tests.web import exhibition
from tests.web.conftest import Gallery
from tests.web.exhibition import Exhibition, Piece

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
LONG = "W" * 90
SCRIPT = "<script>document.title='x'</script><img src=x onerror=\"document.title='x'\">"

FOCUSED = """(() => { const at = document.activeElement, box = at.querySelector('rect');
  const marked = box ? getComputedStyle(box).strokeWidth === '2.5px' : getComputedStyle(at).outlineStyle !== 'none';
  return [at.getAttribute('href') || '', marked]; })()"""
"""Where the focus is, and whether one can see it."""

NAMELESS = """[...document.querySelectorAll('a, audio, video, summary')].filter(each =>
  !each.closest('[aria-hidden=true]') && !each.textContent.trim() && !each.getAttribute('aria-label')
  && !each.querySelector('img:not([alt=""])')).map(each => each.outerHTML)"""
"""What one can use but not be told the name of."""


async def full(gallery: Gallery) -> Exhibition:
    """Everything that a gallery has to show, with titles as long and as bad as they come."""
    hung = [
        *exhibition.pieces(9),
        Piece(LONG, "N" * 32, medium="link", links=["https://example.example/" + "a" * 300], made_from=[0]),
        Piece(SCRIPT[:100], SCRIPT[:80], note=SCRIPT, medium="text", made_from=[9], thanks=SCRIPT),
    ]
    shown = await exhibition.hang(gallery.db, gallery.store, hung, phase=Phase.VOTING, prompt=SCRIPT)
    await exhibition.vote(gallery.db, shown, 20)
    await exhibition.count(gallery.db, shown)
    chosen = [line.work.number for line in (await cuts.cut_view(gallery.db, episode_id=shown.episode)).chosen]
    for number, reason in ((10, SCRIPT), (11, LONG * 2)):
        await exhibition.change_cut(gallery.db, f"#{number}", reason, take_out=number in chosen)
    await exhibition.release(gallery.db, shown)
    view = await exhibition.propose(gallery.db, shown)
    await exhibition.object_to(gallery.db, view, text=SCRIPT + LONG)
    await exhibition.finish(gallery.db, view)
    return shown


def paths(show: ShowView, shown: Exhibition) -> list[str]:
    works = [f"/works/{work}" for work in (shown.works[0], *shown.works[-2:])]
    return ["/", f"/shows/{show.slug}", f"/episodes/{shown.episode}", f"/episodes/{shown.episode}/payout", *works]


async def open_all(page: Page) -> None:
    """Open every <details>."""
    await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_every_page_fits_and_says_nothing_on_the_console(
    gallery: Gallery, show: ShowView, browser_page: OpenPage, viewport: dict[str, int], scheme: str
) -> None:
    shown = await full(gallery)
    page = await browser_page(viewport=viewport, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("response", lambda answer: said.append(answer.url) if answer.status >= 400 else None)
    for path in paths(show, shown):
        await page.goto(gallery.url + path, wait_until="networkidle")
        await open_all(page)
        assert await page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
        assert await page.title() != "x"
        assert said == [], path


async def colours(page: Page) -> tuple[list[int], list[int]]:
    found: Any = await page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        ".map(text => text.match(/\\d+/g).slice(0, 3).map(Number))"
    )
    return found[0], found[1]


async def test_dark_is_dark_and_light_is_light(gallery: Gallery, show: ShowView, browser_page: OpenPage) -> None:
    ink, paper = await colours(await visit(browser_page, gallery.url, color_scheme="light"))
    assert sum(ink) < 200
    assert sum(paper) > 600
    ink, paper = await colours(await visit(browser_page, gallery.url, color_scheme="dark"))
    assert sum(paper) < 200
    assert sum(ink) > 600


async def visit(browser_page: OpenPage, url: str, **context: Any) -> Page:
    page = await browser_page(**context)
    await page.goto(url)
    return page


async def test_everything_works_without_scripts(gallery: Gallery, show: ShowView, browser_page: OpenPage) -> None:
    shown = await full(gallery)
    page = await visit(browser_page, gallery.url, java_script_enabled=False)
    await page.get_by_role("link", name="Night Shift").click()
    await page.get_by_role("link", name="Night Trains").click()
    assert page.url == f"{gallery.url}/episodes/{shown.episode}"
    await page.get_by_role("link", name="every line", exact=False).click()
    assert page.url.endswith("/payout")
    first = page.locator("details.share").first
    await first.locator("summary").click()
    assert await first.locator("tfoot").is_visible()


async def test_by_keyboard_alone(gallery: Gallery, show: ShowView, browser_page: OpenPage) -> None:
    shown = await full(gallery)
    page = await visit(browser_page, f"{gallery.url}/episodes/{shown.episode}", viewport=DESKTOP)
    await page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert await skip.evaluate("each => each === document.activeElement")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"
    reached, unmarked = set(), set()
    for _ in range(120):
        await page.keyboard.press("Tab")
        where, marked = await page.evaluate(FOCUSED)
        reached.add(where)
        if not marked:
            unmarked.add(where)
    assert {f"/works/{work}" for work in shown.works} <= reached
    assert f"/episodes/{shown.episode}/payout" in reached
    assert unmarked <= {""}  # the page itself, before the first and after the last stop


async def test_a_work_in_the_tree_is_a_link(gallery: Gallery, show: ShowView, browser_page: OpenPage) -> None:
    shown = await full(gallery)
    page = await visit(browser_page, f"{gallery.url}/episodes/{shown.episode}", viewport=DESKTOP)
    await page.locator(f'.family a[href="/works/{shown.works[0]}"]').click()
    assert page.url == f"{gallery.url}/works/{shown.works[0]}"


async def test_every_page_has_one_heading_names_and_landmarks(
    gallery: Gallery, show: ShowView, browser_page: OpenPage
) -> None:
    shown = await full(gallery)
    page = await browser_page(viewport=DESKTOP)
    for path in [*paths(show, shown), "/nothing"]:
        await page.goto(gallery.url + path)
        assert await page.locator("h1").count() == 1, path
        assert await page.locator("main").count() == 1
        assert await page.get_attribute("html", "lang") == "en"
        nameless = await page.evaluate(NAMELESS)
        assert nameless == [], path
        assert await page.locator("img:not([alt])").count() == 0
        assert await page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size") == (
            await page.locator("[id]").count()
        )


async def test_text_can_be_read_on_its_ground(gallery: Gallery, show: ShowView, browser_page: OpenPage) -> None:
    """WCAG AA, 4.5 to 1, for the colours that words are set in."""
    for scheme in ("light", "dark"):
        page = await visit(browser_page, gallery.url, color_scheme=scheme)
        poor = await page.evaluate(
            """() => {
              const style = getComputedStyle(document.documentElement), probe = document.body.appendChild(
                document.createElement('i'));
              const light = name => { probe.style.color = style.getPropertyValue('--' + name);
                const [r, g, b] = getComputedStyle(probe).color.match(/\\d+/g).map(Number).map(c => c / 255).map(
                  c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
              const poor = [];
              for (const ink of ['ink', 'dim', 'link', 'good', 'bad']) for (const paper of ['paper', 'card', 'sunk']) {
                const [low, high] = [light(ink), light(paper)].sort((a, b) => a - b);
                if ((high + 0.05) / (low + 0.05) < 4.5) poor.push(`${ink} on ${paper}`); }
              return poor; }"""
        )
        assert poor == [], scheme
