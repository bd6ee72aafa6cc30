"""What the chat page shows and to whom, in a real Chromium, on the sandbox's own server, with a real bot."""

import re

import pytest
from playwright.async_api import expect

from tests.sandbox.page.hands import OpenAs, command, message, write
from tests.sandbox.page.wire import Wire
from tests.sandbox.page_world import PageWorld

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


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
