"""Commands, menus, buttons, selects and modals of a real bot in its own process."""

import pytest

from sandbox.client import SandboxError
from tests.sandbox.support import House


async def test_slash_options_of_every_type_reach_the_bot(house: House):
    answer = await house.member(house.mira).slash(
        "theme add",
        channel=house.general,
        title="Sea",
        who=house.owner,
        role=house.artists,
        where=house.closed,
        picture=("sea.png", b"12345"),
        times=3,
        ratio=0.25,
        sure=False,
    )
    assert answer.kind == "message"
    assert answer.message is not None
    assert answer.message.content == "Sea|ada|Artists|closed|5|3|0.25|False"
    assert not answer.ephemeral


async def test_options_are_checked_as_discords_client_checks_them(house: House):
    mira = house.member(house.mira)
    with pytest.raises(SandboxError, match=r"title.*required"):
        await mira.slash("theme add", channel=house.general)
    with pytest.raises(SandboxError, match="at most 20"):
        await mira.slash("theme add", channel=house.general, title="x" * 21)
    with pytest.raises(SandboxError, match="no option 'colour'"):
        await mira.slash("theme add", channel=house.general, title="x", colour="red")
    with pytest.raises(SandboxError, match=r"no command 'nonsense'.*theme"):
        await mira.slash("nonsense", channel=house.general)
    with pytest.raises(SandboxError, match="subcommand"):
        await mira.slash("theme", channel=house.general)


async def test_a_group_in_a_group_and_its_autocomplete(house: House):
    mira = house.member(house.mira)
    choices = await mira.autocomplete("theme title show", "title", "sea", channel=house.general)
    assert [choice.name for choice in choices] == ["Sea of glass", "Sea of sand"]
    answer = await mira.slash("theme title show", channel=house.general, title=choices[0].value)
    assert answer.text == "showing Sea of glass"


async def test_a_deferred_answer_is_waited_for(house: House):
    answer = await house.member(house.mira).slash("later", channel=house.general, private=True)
    assert answer.kind == "message"
    assert answer.ephemeral
    assert answer.text.startswith("late but there")
    mine = await house.member(house.mira).messages(house.general)
    theirs = await house.member(house.owner).messages(house.general)
    assert answer.message is not None
    assert answer.message.id in [m.id for m in mine]
    assert answer.message.id not in [m.id for m in theirs]


async def test_silence_is_what_discord_shows_after_three_seconds(house: House):
    with pytest.raises(SandboxError, match="The application did not respond") as caught:
        await house.member(house.mira).slash("silent", channel=house.general)
    assert caught.value.code == "no_answer"


async def test_a_modal_with_a_select_and_files(house: House):
    mira = house.member(house.mira)
    opened = await mira.slash("submit", channel=house.general)
    assert opened.modal is not None
    assert [field.label for field in opened.modal.fields] == ["Title", "Medium", "Files"]
    with pytest.raises(SandboxError, match=r"Title.*required"):
        await mira.submit_modal(opened, {"Medium": "Sound"}, {"Files": [("a.txt", b"1")]})
    files = {"Files": [("a.png", b"123"), ("my sound.mp3", b"12345")]}
    answer = await mira.submit_modal(opened, {"Title": "Waves", "Medium": "Picture"}, files)
    assert answer.ephemeral
    assert answer.text == "got Waves, picture, ['a.png=3', 'my_sound.mp3=5']"
    with pytest.raises(SandboxError, match="already submitted"):
        await mira.submit_modal(opened, {"Title": "Waves", "Medium": "Picture"}, files)


async def test_what_a_person_leaves_alone_is_sent_as_it_was_shown(house: House):
    mira = house.member(house.mira)
    opened = await mira.slash("change", channel=house.general)
    answer = await mira.submit_modal(opened, {})
    assert answer.text == "kept ['Old title', ['sound'], ['mira'], 'done']"
    opened = await mira.slash("change", channel=house.general)
    with pytest.raises(SandboxError, match=r"Title.*required"):
        await mira.submit_modal(opened, {"Title": ""})
    answer = await mira.submit_modal(opened, {"Title": "New", "Medium": "Picture", "Person": [], "Kind": "Rough"})
    assert answer.text == "kept ['New', ['picture'], [], 'rough']"


async def test_an_answer_names_the_whole_command(house: House):
    mira = house.member(house.mira)
    added = await mira.slash("theme add", channel=house.general, title="Sea")
    shown = await mira.slash("theme title show", channel=house.general, title="Sea")
    plain = await mira.slash("show_card", channel=house.general)
    names = [answer.message.raw["interaction_metadata"]["name"] for answer in (added, shown, plain) if answer.message]
    assert names == ["theme add", "theme title show", "show_card"]


async def test_a_reply_pings_unless_its_switch_is_off(house: House):
    mira = house.member(house.mira)
    asked = await house.member(house.owner).post(house.general, "what is this?")
    loud = await mira.post(house.general, "a sea", reply_to=asked)
    quiet = await mira.post(house.general, "a lake", reply_to=asked, ping=False)
    assert [user["id"] for user in loud.raw["mentions"]] == [str(house.owner)]
    assert quiet.raw["mentions"] == []
    assert quiet.reply_to == asked.id


async def test_a_layout_with_a_file(house: House):
    answer = await house.member(house.mira).slash("show_card", channel=house.general, title="My card")
    message = answer.message
    assert message is not None
    assert "My card" in message.text
    assert message.files[0].filename == "card.png"
    gallery = next(c for c in message.raw["components"][0]["components"] if c["type"] == 12)
    assert (await house.client.download(gallery["items"][0]["media"]["url"])).startswith(b"\x89PNG")


async def test_a_select_answered_by_a_followup(house: House):
    mira = house.member(house.mira)
    shown = await mira.slash("choose", channel=house.general)
    assert shown.message is not None
    answer = await mira.select(shown.message, "Option 0", "2")
    assert answer.text == "picked 0,2"
    assert answer.ephemeral
    with pytest.raises(SandboxError, match="1 to 2 values"):
        await mira.select(shown.message, "0", "1", "2")
    with pytest.raises(SandboxError, match="offers"):
        await mira.select(shown.message, "9")


async def test_context_menus_on_a_message_and_on_a_member(house: House):
    mira = house.member(house.mira)
    posted = await mira.post(house.general, "look", files=[("a.png", b"1")])
    answer = await mira.menu("Submit this", posted)
    assert answer.text == "'look' ['a.png']"
    answer = await mira.menu("Who", house.member(house.owner), channel=house.general)
    assert answer.text == "this is ada"


async def test_a_button_still_works_after_the_bot_was_killed(house: House):
    mira = house.member(house.mira)
    shown = await mira.slash("counter", channel=house.general)
    assert shown.message is not None
    first = await mira.click(shown.message, "Count 0")
    assert first.kind == "update"
    identifies = (await house.client.control.status())["identifies"]
    house.bot.kill()
    await house.client.control.wait_disconnected()
    missed = await mira.post(house.general, "posted while it was down")
    house.bot.start()
    await house.client.control.wait_connected(identifies=identifies + 1)
    assert first.message is not None
    second = await mira.click(first.message, "Count 1")
    assert second.message is not None
    assert second.message.content == "counted to 2"
    assert second.message.buttons[0].label == "Count 2"
    assert missed.id in [m.id for m in await mira.messages(house.general, limit=500)]


async def test_buttons_are_found_by_name_and_refused_by_name(house: House):
    mira = house.member(house.mira)
    shown = await mira.slash("counter", channel=house.general)
    assert shown.message is not None
    with pytest.raises(SandboxError, match=r"no button with label 'Nope'.*'Count 0'"):
        await mira.click(shown.message, "Nope")
