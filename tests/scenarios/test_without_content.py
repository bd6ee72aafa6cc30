"""A bot without the message-content intent: everything but collecting by itself works, and it says so."""

from pathlib import Path

import pytest

from tests.scenarios.world import opened

pytestmark = pytest.mark.scenario

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


async def test_everything_else_works(tmp_path: Path) -> None:
    async with opened(tmp_path, SHOWRUNNER_MESSAGE_CONTENT="false") as world:
        control = world.discord.control
        await control.set_bot(intents=[])
        assert "Without the message-content intent posts are not collected" in world.bot.log
        house = await world.house("Night Owls", "Night Shift")
        mira, leo, zoe = [await house.member(name) for name in ("Mira", "Leo", "Zoe")]
        await house.open("Dawn")
        theme = await control.wait_for_message(channel=house.news, author="bot", contains="use `/submit`")
        assert "mention me in the post" in theme.text
        doctor = await house.do("doctor")
        assert "The Message Content intent is off" in doctor.text
        # A post that says nothing to the bot is left alone; by menu, form or mention it is taken.
        posted = await mira.post(house.works, "First light", files=[("dawn.png", PNG)])
        assert "Collected as **#1 First light**" in (await mira.menu("Submit this", posted)).text
        card = await control.wait_for_message(channel=house.works, author="bot", replies_to=posted.id)
        form = await leo.slash("submit", channel=house.works)
        done = await leo.submit_modal(
            form, {"Title": "Second light", "Made from": "#1"}, files={"Files": [("b.png", PNG)]}
        )
        assert "Collected as **#2 Second light**" in done.text
        me = (await control.status())["bot"]["id"]
        told = await zoe.post(house.works, f"<@{me}> Third light", files=[("c.png", PNG)], reply_to=card)
        third = await control.wait_for_message(channel=house.works, author="bot", replies_to=told.id)
        assert "#3 Third light" in third.text
        assert "made from #1 First light by Mira" in third.text
        kit = await zoe.menu("Remix this", posted)
        assert "Remix #1 First light" in kit.text
        assert (await zoe.click(kit.message, "Submit my remix")).modal is not None
        # An edit arrives without its words: they stay. A deletion arrives as it is.
        await mira.edit(posted, "Something that cannot be read")
        await zoe.delete(told)
        await control.wait_for_message(dm_of=zoe, contains="#3 Third light")
        assert world.rows("SELECT number, title, state FROM works ORDER BY number") == [
            (1, "First light", "in"), (2, "Second light", "in"), (3, "Third light", "withdrawn"),
        ]  # fmt: skip
        # Deletions while it is away are noticed, too.
        await world.bot.stop()
        await mira.delete(posted)
        await world.bot.start()
        await control.wait_for_message(dm_of=mira, contains="Bring it back", timeout_s=20)
        asked = await control.wait_for_message(dm_of=mira, contains="Your message is gone")
        assert "takes part again" in (await mira.click(asked, "Bring it back")).text
        await house.advance()
        booth = await zoe.slash("vote booth", channel=house.news)
        assert booth.message is not None, booth.text
        marks = [button for button in booth.message.buttons if button.custom_id.startswith("vote:mark:")]
        await zoe.click(booth.message, custom_id=marks[0].custom_id)
        assert world.one("SELECT count(*) FROM marks") == 1
