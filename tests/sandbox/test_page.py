"""The chat page in a real Chromium, on the sandbox's own server, with a real bot."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.sandbox.page_world import PageWorld, page_world
from tests.sandbox.pictures import painting
from tests.support.browser import FLAGS, Trouble, chromium_path

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

OpenAs = Callable[..., Awaitable[Page]]
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


class Wire:
    """A connection to the sandbox that can be cut: what it passes on ends, and nothing new gets through."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.port = 0
        self._server: asyncio.Server | None = None
        self._streams: set[asyncio.StreamWriter] = set()

    @classmethod
    @asynccontextmanager
    async def to(cls, base: str) -> AsyncIterator["Wire"]:
        wire = cls(int(base.rpartition(":")[2]))
        await wire.mend()
        yield wire
        await wire.cut()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
            for stream in list(self._streams):
                stream.transport.abort()
            await self._server.wait_closed()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", self.target)
        pair = {writer, outer}
        self._streams |= pair
        await asyncio.gather(self._copy(reader, outer), self._copy(inner, writer))
        self._streams -= pair

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65_536):
                target.write(data)
                await target.drain()
        target.close()


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


# ------------------------------------------------------------------------------ what is seen


async def test_text_is_shown_with_its_marks(world: PageWorld, room: str, show: OpenAs) -> None:
    await world.say("Ada", "text", channel=room)
    await world.say("Ada", f"<@{world.people['Jun']}> see <#{world.channels['lounge']}> <t:4102444800:D>", channel=room)
    page = await show("Jun")
    rules = message(page, "The studio")
    await expect(rules.locator(".md-h1")).to_have_text("The studio")
    for tag, text in (
        ("u", "underlined"),
        ("s", "struck"),
        ("code.code", "code"),
        ("blockquote", "A quote of two\nlines"),
    ):
        await expect(rules.locator(tag).first).to_have_text(text, use_inner_text=True)
    await expect(rules.locator("ul ul li")).to_have_text("inside one")
    await expect(rules.locator("ol > li")).to_have_text(["first", "second"])
    await expect(rules.get_by_role("link", name="masked link")).to_have_attribute("href", "https://example.com/a_(b)")
    await expect(rules.get_by_role("link", name="https://example.com/c")).to_have_attribute(
        "href", "https://example.com/c"
    )
    await expect(rules.locator("pre")).to_have_text('print("<b>not markup</b>")')
    secret = rules.locator(".spoiler")
    await expect(secret).not_to_have_class(re.compile("shown"))
    await secret.click()
    await expect(secret).to_have_class(re.compile("shown"))
    ping = message(page, "@Jun see")
    await expect(ping).to_have_class(re.compile("pinged"))
    await expect(ping.locator("time.stamp")).to_contain_text("2100")
    await ping.get_by_role("button", name="lounge").click()
    await expect(page.locator("#channel-title")).to_have_text("lounge")


async def test_layouts_embeds_and_files_are_shown(world: PageWorld, room: str, show: OpenAs) -> None:
    await world.say("Ada", "show", channel=room)
    await world.wait(kind="message", channel=world.channels[room], contains="edited", timeout=20)
    page = await show()
    card = page.locator(".container")
    await expect(card.locator(".md-h2")).to_have_text("Storm Season")
    await expect(card.locator(".gallery .tile img")).to_have_count(4)
    await expect(card.locator(".thumbnail img")).to_have_attribute("alt", "A storm seen from the cellar")
    await expect(card.locator(".file-name")).to_have_text("notes.txt")
    await expect(card.locator(".separator")).to_have_count(2)
    assert await card.evaluate("node => node.style.getPropertyValue('--accent')") == "#f0b232"
    embed = page.locator(".embed")
    await expect(embed.locator(".embed-title")).to_have_text("The results")
    await expect(embed.locator(".embed-field-name")).to_have_text(["First", "Second", "Third", "How it was counted"])
    controls = message(page, "Choose something")
    await expect(controls.get_by_role("button", name="Off")).to_be_disabled()
    await expect(controls.get_by_role("link", name="Gallery")).to_have_attribute("rel", "noopener noreferrer")
    await expect(page.locator(".audio .file-name")).to_have_text("rain.wav")
    await expect(message(page, "edited").locator(".edited")).to_have_text("(edited)")
    await expect(message(page, "edited").locator(".reaction")).to_have_text("🔥1")
    await expect(page.locator(".thread-card strong").first).to_have_text("About the rain")
    # Every picture has really come, each shown once, and none lies outside the conversation.
    sizes = await page.locator("#messages img").evaluate_all("list => list.map(img => img.naturalWidth)")
    assert len(sizes) == 4 + 1 + 2 + 3
    assert min(sizes) > 0
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_text_of_people_is_never_markup(world: PageWorld, room: str, show: OpenAs) -> None:
    evil = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script>'
    await world.call(f"/control/channels/{world.channels[room]}", {"topic": evil}, "PATCH")
    await world.call(f"/control/guilds/{world.guild}/members/{world.people['Noor']}", {"nick": "<b>Noor</b>"}, "PATCH")
    await world.say("Noor", evil, channel=room)
    await world.say("Noor", f"**{evil}** [x](javascript:alert(1)) <javascript:alert(1)> ```{evil}```", channel=room)
    page = await show()
    await expect(message(page, "onerror").locator("strong")).to_have_text(evil)
    await expect(page.locator(".message .author").first).to_have_text("<b>Noor</b>")
    await expect(page.locator("#messages img, #messages script, #messages b, #channel-topic img")).to_have_count(0)
    await expect(page.locator("a[href^=javascript]")).to_have_count(0)
    assert await page.evaluate("window.harmed") is None
    await world.call(f"/control/guilds/{world.guild}/members/{world.people['Noor']}", {"nick": None}, "PATCH")


async def test_who_is_who(world: PageWorld, room: str, show: OpenAs) -> None:
    await world.say("Ada", "Good morning", channel=room)
    await world.say("Ada", "and good night", channel=room)
    page = await show("Noor")
    await expect(message(page, "Good morning").locator(".author")).to_have_text("Ada")
    await expect(message(page, "and good night").locator(".author")).to_have_count(0)
    await expect(page.locator("#members .people-heading").first).to_have_text("Producer — 1")
    await page.locator(".who").click()
    await page.get_by_label("Search for a member to be").fill("mir")
    await expect(page.locator(".who-list .badge")).to_have_text("Artist")
    await page.keyboard.press("Enter")
    await expect(page.locator(".who strong")).to_have_text("Mira Lindqvist")
    await expect(page).to_have_url(re.compile(f"as={world.people['Mira']}"))
    await write(page, "It is me")
    await expect(message(page, "It is me").locator(".author")).to_have_text("Mira Lindqvist")


async def test_scheduled_events_are_listed(world: PageWorld, room: str, show: OpenAs) -> None:
    page = await show()
    await world.say("Ada", "schedule", channel=room)
    await expect(page.locator("#events-count")).to_have_text(re.compile(r"\d"))
    await page.locator("#events-button").click()
    await expect(page.locator(".event h3").first).to_have_text("Voting closes")


# ------------------------------------------------------------------------------ what is done


async def test_posting_with_a_file(world: PageWorld, room: str, show: OpenAs) -> None:
    page = await show()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Attach files").click()
    data = painting(3)
    await (await chooser.value).set_files([{"name": "sea.png", "mimeType": "image/png", "buffer": data}])
    await expect(page.locator(".file-card-name")).to_have_text("sea.png")
    await page.locator(".composer-text").fill("My sea for @jun")
    await page.keyboard.press("Enter")
    await expect(page.locator(".composer-text")).to_have_value(re.compile("@Jun"))  # Enter took the name from the list
    await page.keyboard.press("Enter")
    await expect(message(page, "My sea").locator(".gallery img")).to_be_visible()
    posted = await world.newest("Jun", room)
    assert posted["content"] == f"My sea for <@{world.people['Jun']}>"
    assert [(a["filename"], a["size"]) for a in posted["attachments"]] == [("sea.png", len(data))]
    await expect(page.locator(".composer-text")).to_have_value("")
    await expect(page.locator(".file-card")).to_have_count(0)


async def test_files_are_dropped_and_pasted(world: PageWorld, room: str, show: OpenAs) -> None:
    page = await show()
    carry = "name => { const d = new DataTransfer(); d.items.add(new File(['abc'], name)); return d; }"
    dropped, pasted = [await page.evaluate_handle(carry, name) for name in ("dropped.txt", "pasted.txt")]
    await page.dispatch_event("#chat", "drop", {"dataTransfer": dropped})
    paste = "(node, d) => node.dispatchEvent(new ClipboardEvent('paste', {clipboardData: d, bubbles: true}))"
    await page.locator(".composer-text").evaluate(paste, pasted)
    await expect(page.locator(".file-card-name")).to_have_text(["dropped.txt", "pasted.txt"])
    await page.get_by_role("button", name="Remove dropped.txt").click()
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".message .file-name")).to_have_text("pasted.txt")
    assert [a["filename"] for a in (await world.newest("Mira", room))["attachments"]] == ["pasted.txt"]


async def test_replying_editing_reacting_deleting(world: PageWorld, room: str, show: OpenAs) -> None:
    first = await world.say("Jun", "Who has seen my hat?", channel=room)
    page = await show()
    await message(page, "my hat").hover()
    await message(page, "my hat").get_by_role("button", name="Reply").click()
    await write(page, "I have")
    reply = message(page, "I have")
    await expect(reply.locator(".reply-preview")).to_have_text("Who has seen my hat?")
    posted = await world.newest("Jun", room)
    assert posted["message_reference"]["message_id"] == first["id"]
    await page.locator(".composer-text").press("ArrowUp")
    await expect(page.locator(".composer-text")).to_have_value("I have")
    await write(page, "I have not")
    await expect(message(page, "I have not").locator(".edited")).to_have_text("(edited)")
    await message(page, "I have not").hover()
    await message(page, "I have not").get_by_role("button", name="Add reaction").click()
    await page.get_by_role("menuitem", name="🎉").click()
    mine = message(page, "I have not").locator(".reaction.mine")
    await expect(mine).to_have_text("🎉1")
    await mine.click()
    await expect(mine).to_have_count(0)
    await message(page, "I have not").locator(".content").click(button="right")
    await page.get_by_role("menuitem", name="Delete message").click()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(message(page, "I have not")).to_have_count(0)
    assert (await world.newest("Jun", room))["id"] == first["id"]


async def test_a_slash_command_with_every_kind_of_help(world: PageWorld, room: str, show: OpenAs) -> None:
    page = await show()
    await command(page, "/queue", "theme queue")
    await page.keyboard.press("Enter")
    await expect(page.locator(".command-hint")).to_contain_text("This option is required")
    await page.keyboard.type("Hail")
    await page.keyboard.press("Tab")
    await expect(page.locator(".listbox-label")).to_have_text(["Calm", "Stormy"])
    await page.keyboard.type("sto")
    await page.keyboard.press("Enter")
    await page.locator('[data-add-option="who"]').click()
    await page.keyboard.type("ju")
    await page.keyboard.press("Enter")
    await expect(option(page, "who")).to_have_value("Jun")
    await page.locator('[data-add-option="weight"]').click()
    await page.keyboard.type("12")
    await page.keyboard.press("Enter")
    await expect(page.locator(".command-hint")).to_contain_text("Must be at most 9")
    await option(page, "weight").fill("3")
    await page.locator('[data-add-option="picture"]').click()
    async with page.expect_file_chooser() as chooser:
        await option(page, "picture").click()
    await (await chooser.value).set_files([{"name": "a.png", "mimeType": "image/png", "buffer": b"12345"}])
    await expect(option(page, "picture")).to_have_text("a.png")
    await option(page, "title").press("Enter")
    answer = message(page, "queued Hail|stormy|Jun|3|5")
    await expect(answer.locator(".command-line")).to_contain_text(re.compile(r"Mira Lindqvist.*used.*/theme"))


async def test_autocomplete_asks_the_bot(room: str, show: OpenAs) -> None:
    page = await show()
    await command(page, "/theme sh", "theme show")
    await expect(page.locator(".listbox-label")).to_have_text(["Sea of glass", "Sea of sand", "Night shift"])
    await page.keyboard.type("sea")
    await expect(page.locator(".listbox-label")).to_have_text(["Sea of glass", "Sea of sand"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(option(page, "title")).to_have_value("Sea of sand")
    await page.keyboard.press("Enter")
    await expect(message(page, "showing Sea of sand")).to_be_visible()
    await command(page, "/theme sh", "theme show")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(page.locator(".command-form")).to_have_count(0)


async def test_buttons_and_menus(world: PageWorld, room: str, show: OpenAs) -> None:
    await world.say("Ada", "choose", channel=room)
    page = await show()
    await page.get_by_role("button", name="Count 0").click()
    await page.get_by_role("button", name="Count 1").click()
    await expect(message(page, "counted to 2")).to_be_visible()
    await world.say("Ada", "choose", channel=room)
    await page.get_by_role("combobox", name="Pick the weather").click()
    await page.get_by_role("option", name="Rain").click()
    await page.get_by_role("option", name="Sun").click()
    await expect(page.get_by_role("option", name="Thunder")).to_have_attribute("aria-disabled", "true")
    await page.keyboard.press("Escape")
    await expect(message(page, "picked rain, sun")).to_be_visible()
    await page.get_by_role("combobox", name="Choose a member").click()
    await page.keyboard.type("sol")
    await page.keyboard.press("Enter")
    await expect(message(page, "chose Sol")).to_be_visible()


async def test_what_goes_unanswered_says_so(world: PageWorld, room: str, show: OpenAs) -> None:
    await world.say("Ada", "choose", channel=room)
    page = await show()
    await page.get_by_role("button", name="Broken").click()
    await expect(message(page, "Choose something").locator(".failed")).to_have_text("This interaction failed")
    await command(page, "/sil", "silent")
    await page.keyboard.press("Enter")
    failed = message(page, "The application did not respond")
    await expect(failed.locator(".command-line")).to_contain_text("/silent")
    await failed.get_by_role("button", name="Dismiss message").click()
    await expect(failed).to_have_count(0)


async def test_a_modal_is_filled_in(world: PageWorld, room: str, show: OpenAs) -> None:
    page = await show()
    await command(page, "/sub", "submit")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Submit a work")
    await expect(form.locator("strong").first).to_have_text("yourself")
    await form.get_by_role("button", name="Submit").click()
    await expect(form.locator(".field-error").first).to_have_text("This field is required.")
    await form.get_by_label("Title").fill("Hail")
    await form.get_by_role("combobox", name="Medium").click()
    await page.get_by_role("option", name="Sound").click()
    await form.get_by_role("combobox", name="Made with").click()
    await page.keyboard.type("jun")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(form.get_by_role("combobox", name="Made with")).to_have_text("Jun")
    files = [{"name": f"{n}.wav", "mimeType": "audio/wav", "buffer": b"x" * n} for n in (3, 7)]
    await form.locator("input[type=file]").set_input_files(files)
    await expect(form.locator(".file-card-name")).to_have_text(["3.wav", "7.wav"])
    await form.get_by_role("button", name="Submit").click()
    await expect(message(page, "got 'Hail', ['sound'], ['Jun'], ['3.wav=3', '7.wav=7']")).to_be_visible()
    await expect(form).to_have_count(0)
    await command(page, "/wri", "write")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="A word about it")
    await form.get_by_label("About").fill("no")
    await form.get_by_role("button", name="Submit").click()
    await expect(form.locator(".field-error").first).to_have_text("Must be at least 3 characters long.")
    await form.get_by_label("About").fill("With\nlove")
    await form.get_by_role("button", name="Submit").click()
    await expect(message(page, r"wrote 'With\nlove'")).to_be_visible()


async def test_the_apps_menu_of_a_message(world: PageWorld, room: str, show: OpenAs) -> None:
    await world.say("Mira", "My best work", channel=room)
    page = await show()
    await message(page, "My best work").hover()
    await message(page, "My best work").get_by_role("button", name="More").click()
    await expect(page.get_by_role("menuitem", name="Add reaction")).to_be_focused()
    await page.get_by_role("menuitem", name="Submit this").click()
    await expect(message(page, "submitted 'My best work'")).to_be_visible()


# ----------------------------------------------------------------------------- who sees what


async def test_an_ephemeral_message_is_seen_by_its_person_only(world: PageWorld, room: str, show: OpenAs) -> None:
    mira, jun = await show("Mira"), await show("Jun")
    await command(mira, "/sec", "secret")
    await mira.keyboard.press("Enter")
    private = message(mira, "This is between us.")
    await expect(private.locator(".ephemeral-line")).to_contain_text("Only you can see this")
    await world.say("Mira", "Did you see it?", channel=room)
    await expect(message(jun, "Did you see it?")).to_be_visible()
    await expect(message(jun, "This is between us.")).to_have_count(0)
    await jun.reload()
    await jun.wait_for_selector("body[data-ready]")
    await expect(message(jun, "This is between us.")).to_have_count(0)
    await mira.reload()
    await expect(private).to_be_visible()
    await private.get_by_role("button", name="Dismiss message").click()
    await expect(private).to_have_count(0)


async def test_what_others_do_is_seen_at_once(world: PageWorld, room: str, show: OpenAs) -> None:
    page = await show("Mira")
    said = await world.say("Jun", "Hear me", channel=room)
    await expect(message(page, "Hear me")).to_be_visible()
    path = f"/act/messages/{world.channels[room]}/{said['id']}"
    await world.call(path, {"user": world.people["Jun"], "content": "Hear me well"}, "PATCH")
    await expect(message(page, "Hear me well")).to_be_visible()
    await world.call(f"{path}?user={world.people['Jun']}", None, "DELETE")
    await expect(message(page, "Hear me")).to_have_count(0)
    await command(page, "/slow", "slow")
    await page.keyboard.press("Enter")
    await expect(message(page, "Showrunner is thinking…")).to_be_visible()
    await world.say("Jun", "go", channel=room)
    await expect(message(page, "It was worth the wait.")).to_be_visible()
    await expect(message(page, "is thinking")).to_have_count(0)
    await world.say("Jun", f"Psst <@{world.people['Mira']}>", channel="lounge")
    lounge = page.locator(f'[data-channel="{world.channels["lounge"]}"]')
    await expect(lounge.locator(".pill")).to_have_text("1")
    await lounge.click()
    await expect(message(page, "Psst")).to_have_class(re.compile("pinged"))
    await expect(lounge.locator(".pill")).to_have_count(0)


async def test_what_was_missed_comes_after_the_connection(world: PageWorld, room: str, show: OpenAs) -> None:
    async with Wire.to(world.base) as wire:
        page = await show("Mira", base=wire.base)
        await page.evaluate("window.kept = true")
        await wire.cut()
        await expect(page.locator("#connection")).to_be_visible()
        await world.say("Jun", "While you were away", channel=room)
        await wire.mend()
        await expect(message(page, "While you were away")).to_be_visible()
        await expect(page.locator("#connection")).to_be_hidden()
        assert await page.evaluate("window.kept")
        await page.close()


async def test_older_messages_come_by_scrolling(world: PageWorld, room: str, show: OpenAs) -> None:
    for number in range(120):
        await world.say("Jun", f"line {number}", channel=room)
    page = await show("Mira")
    await expect(message(page, re.compile(r"line 119$"))).to_be_in_viewport()
    await expect(page.locator(".message")).to_have_count(50)
    for shown in (100, 120):
        await page.locator("#scroller").evaluate("node => node.scrollTo(0, 0)")
        await expect(page.locator(".message")).to_have_count(shown)
    await expect(page.locator(".beginning")).to_contain_text("Welcome to")
    await page.get_by_role("button", name="Jump to present").click()
    await expect(message(page, re.compile(r"line 119$"))).to_be_in_viewport()


# ----------------------------------------------------------------------------- other places


async def test_a_forum_post_is_opened_and_written_in(world: PageWorld, show: OpenAs) -> None:
    page = await show("Mira", "works")
    await page.get_by_role("button", name="New post").click()
    form = page.get_by_role("dialog", name="New post")
    await form.get_by_label("Title").fill("Cellar door")
    await form.get_by_label("Message").fill("A song about it")
    await form.get_by_role("button", name="Post", exact=True).click()
    await expect(page.locator("#channel-title")).to_contain_text("Cellar door")
    await expect(message(page, "A song about it")).to_be_visible()
    await write(page, "And a second verse")
    await expect(message(page, "And a second verse")).to_be_visible()
    await page.locator(f'[data-channel="{world.channels["works"]}"]').click()
    await expect(page.locator(".post-title")).to_have_text("Cellar door")


async def test_a_conversation_with_the_bot(world: PageWorld, show: OpenAs) -> None:
    page = await show("Sol")
    await page.locator("#members .person", has_text="Showrunner").click()
    await page.get_by_role("menuitem", name="Message").click()
    await expect(page.locator("#channel-title")).to_have_text("Showrunner")
    await write(page, "A word in private")
    await expect(message(page, "A word in private")).to_be_visible()
    await expect(page.locator(".channel.current")).to_have_text("Showrunner")


async def test_a_link_to_a_message_and_names_in_the_address(world: PageWorld, room: str, show: OpenAs) -> None:
    said = await world.say("Jun", "Find me", channel=room)
    page = await show("Noor", "lounge")
    await page.goto(f"{world.base}/?as=Jun&channel={room}&message={said['id']}&theme=light")
    await page.wait_for_selector("body[data-ready]")
    await expect(page.locator(".who strong")).to_have_text("Jun")
    await expect(message(page, "Find me")).to_have_class(re.compile("glow"))
    assert await page.evaluate("document.documentElement.dataset.theme") == "light"
    await page.locator("#theme-button").click()
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"


async def test_on_a_phone_the_channels_are_a_drawer(world: PageWorld, room: str, show: OpenAs) -> None:
    await world.say("Ada", "layout", channel=room)
    page = await show("Mira", viewport={"width": 390, "height": 844})
    await expect(page.locator(".container")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.locator("#scroller").evaluate("node => node.scrollWidth <= node.clientWidth")
    await expect(page.locator(".side")).to_be_hidden()
    await page.get_by_role("button", name="Show channels").click()
    await page.locator(f'[data-channel="{world.channels["lounge"]}"]').click()
    await expect(page.locator("#channel-title")).to_have_text("lounge")
    await expect(page.locator(".side")).to_be_hidden()
