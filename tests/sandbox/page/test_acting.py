"""What a person does on the chat page, in a real Chromium, on the sandbox's own server, with a real bot."""

import re

import pytest
from playwright.async_api import expect

from tests.sandbox.page.hands import OpenAs, command, message, option, write
from tests.sandbox.page_world import PageWorld
from tests.sandbox.pictures import painting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


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
