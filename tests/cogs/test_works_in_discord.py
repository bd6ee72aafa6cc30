"""Works as members meet them: real client, real sockets, from the message to the card and back."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from discord.ext import commands
from PIL import Image

from bot import catchup
from cogs import works
from cogs.runtime import Runtime
from cogs.works.intake import intake_of
from cogs.works.sayings import SAYINGS
from domain.episode import Phase
from services.kinds import CreditState, FileState, WorkState
from services.store import Database
from services.views import WorkView
from services.works import read
from tests.cogs.works_stage import connected, fetching_files
from tests.support.bot_studio import Stage, delivering, on_stage, until
from tests.support.works import Opened, into, opened


def png(colour: str = "orange", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


async def _features(bot: commands.Bot, runtime: Runtime) -> None:
    bot.runtime = runtime
    await works.setup_feature(bot, runtime)


@pytest.fixture
async def stage(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with on_stage(db, tmp_path, monkeypatch, _features) as ready:
        await ready.discord.control.wait_for_commands("submit")
        yield ready


@pytest.fixture
async def episode(stage: Stage) -> Opened:
    return await opened(stage.runtime.db, now=stage.clock() - timedelta(minutes=1))


@pytest.fixture
async def saying(stage: Stage, episode: Opened) -> AsyncIterator[None]:
    """What the outbox holds is said as soon as it is there."""
    async with delivering(stage, {**SAYINGS, "episode_opened": _nothing}) as delivery:
        object.__setattr__(stage.runtime, "wake", delivery.wake)
        yield


async def _nothing(runtime: Runtime, subject: Any) -> None:
    del runtime, subject


async def view(stage: Stage, number: int) -> WorkView:
    """The work with this number, once it is there."""

    async def look() -> WorkView | None:
        async with stage.runtime.db.reading() as tx:
            found = await read.search(tx, stage.show.id, f"#{number}", states=tuple(WorkState))
            ids = [ref.id for ref in found if ref.number == number]
            return await read.work_view(tx, ids[0]) if ids else None

    return await until(look)


async def card(stage: Stage, number: int, contains: str = "") -> Any:
    """The card of a work, once it says so."""
    return await stage.discord.control.wait_for_message(
        channel=stage.works, author="bot", contains=contains or f"#{number} "
    )


async def test_a_posted_picture_gets_a_card_and_its_remix_names_it(stage: Stage, saying: None) -> None:
    first = await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    answer = await card(stage, 1)
    assert answer.reply_to == first.id
    assert "by Mira" in answer.text
    assert [button.label for button in answer.buttons] == ["Remix this", "More"]
    leo = await stage.discord.control.add_member(stage.guild, "Leo")
    await leo.post(stage.works, "Dusk", files=[("dusk.png", png("navy"))], reply_to=answer)
    remix = await card(stage, 2, "made from #1 Dawn by Mira")
    assert "#2 Dusk" in remix.text
    await stage.discord.control.wait_for_message(channel=stage.works, contains="used in #2 Dusk")
    await stage.member.post(stage.works, "just talking about #1")
    await stage.member.post(stage.works, "Third, from #2", files=[("a.png", png("red"))])
    await card(stage, 3, "made from #2 Dusk by Leo")


async def test_files_are_kept_with_a_preview(stage: Stage, saying: None) -> None:
    data = png(size=(1600, 800))
    await stage.member.post(stage.works, "Dawn", files=[("dawn.jpg", data), ("evil.png", b"MZ" + b"\0" * 500)])
    await view(stage, 1)
    async with fetching_files(stage):

        async def settled() -> WorkView | None:
            work = await view(stage, 1)
            return None if any(file.state is FileState.WAITING for file in work.files) else work

        work = await until(settled)
    kept, refused = work.files
    assert (kept.state, kept.content_type, kept.size) == (FileState.KEPT, "image/png", len(data))
    assert b"".join([chunk async for chunk in stage.runtime.media.open(kept.sha256)]) == data
    preview = b"".join([chunk async for chunk in stage.runtime.media.open(kept.preview)])
    with Image.open(io.BytesIO(preview)) as small:
        assert (small.format, small.size) == ("WEBP", (1200, 600))
    assert refused.state is FileState.FAILED
    told = await stage.discord.control.wait_for_message(channel=stage.works, contains="was not kept")
    assert "evil.png" in told.text


async def test_an_expired_address_is_asked_for_again(stage: Stage, saying: None) -> None:
    message = await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    await view(stage, 1)
    await stage.discord.control.expire_attachments(message)
    async with fetching_files(stage):

        async def kept() -> WorkView | None:
            work = await view(stage, 1)
            return work if work.files[0].state is FileState.KEPT else None

        assert (await until(kept)).files[0].sha256


async def test_submitting_by_the_form(stage: Stage, saying: None) -> None:
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    await view(stage, 1)
    leo = await stage.discord.control.add_member(stage.guild, "Leo")
    form = await leo.slash("submit", channel=stage.news)
    assert form.kind == "modal"
    done = await leo.submit_modal(
        form,
        {"Title": "Dusk", "Note": "late https://a.example/x", "Made from": "#1\nAn old waltz"},
        files={"Files": [("dusk.png", png("navy"))]},
    )
    assert done.ephemeral
    assert "Collected as **#2 Dusk**" in done.text
    await card(stage, 2, "made from #1 Dawn by Mira, An old waltz")
    async with fetching_files(stage):

        async def kept() -> WorkView | None:
            work = await view(stage, 2)
            return work if work.files[0].state is FileState.KEPT else None

        await until(kept)
    bad = await leo.submit_modal(await leo.slash("submit", channel=stage.works), {"Title": "X", "Made from": "#99"})
    assert "no work #99" in bad.text


async def test_menus(stage: Stage, saying: None) -> None:
    poem = await stage.member.post(stage.news, "Morning\nwe wake")
    leo = await stage.discord.control.add_member(stage.guild, "Leo")
    assert "Only Mira" in (await leo.menu("Submit this", poem)).text
    assert "Collected as **#1 Morning**" in (await stage.member.menu("Submit this", poem)).text
    assert "in already, as #1" in (await stage.member.menu("Submit this", poem)).text
    kit = await leo.menu("Remix this", poem)
    assert "Remix #1 Morning" in kit.text
    form = await leo.click(kit.message, "Submit my remix")
    assert form.kind == "modal"
    done = await leo.submit_modal(form, {"Title": "Evening", "Made from": "#1"})
    assert "#2 Evening" in done.text
    nothing = await leo.post(stage.news, "hello")
    assert "is no work" in (await leo.menu("Remix this", nothing)).text


async def test_sources_and_credits_by_the_cards_buttons(stage: Stage, saying: None) -> None:
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    await stage.member.post(stage.works, "Dusk", files=[("dusk.png", png("navy"))])
    await view(stage, 2)
    told = await card(stage, 2, "#2 Dusk")
    leo = await stage.discord.control.add_member(stage.guild, "Leo")
    zoe = await stage.discord.control.add_member(stage.guild, "Zoe")
    assert "Only Mira" in (await leo.slash("work source add", channel=stage.works, work="#2", source="#1")).text
    panel = (await stage.member.click(told, "More")).message
    form = await stage.member.click(panel, "Add source")
    assert "is made from #1 Dawn" in (await stage.member.submit_modal(form, {"Sources": "1"})).text
    circle = await stage.member.slash("work source add", channel=stage.works, work="#1", source="#2")
    assert "(#1 -> #2 -> #1)" in circle.text
    form = await stage.member.click(panel, "Credit someone")
    said = await stage.member.submit_modal(form, {"Person": [str(leo.id)], "Share in percent": "30", "Role": "drums"})
    assert "Leo is asked to confirm" in said.text
    asked = await stage.discord.control.wait_for_message(dm_of=leo, contains="credits you with 30%")
    told = await stage.discord.control.wait_for_message(channel=stage.works, contains="waiting for Leo (drums, 30%)")
    assert "Nobody has offered you" in (await zoe.click(told, "Confirm my share")).text
    assert "Confirmed: 30%" in (await leo.click(asked, "Confirm my share")).text
    told = await stage.discord.control.wait_for_message(channel=stage.works, contains="Leo (drums, 30%)")
    await stage.discord.control.wait_for_message(channel=stage.works, contains="by Mira (70%), Leo (drums, 30%)")
    assert [part.state for part in (await view(stage, 2)).credits] == [CreditState.CONFIRMED] * 2
    mine = await leo.slash("my credits", channel=stage.works)
    assert "#2 Dusk" in mine.text
    assert "30%" in mine.text
    everyone = await zoe.slash("credits", channel=stage.works)
    assert "2 artists, 2 works" in everyone.text


async def test_editing_withdrawing_and_coming_back(stage: Stage, saying: None) -> None:
    message = await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    told = await card(stage, 1)
    form = await stage.member.click((await stage.member.click(told, "More")).message, "Edit")
    await stage.member.submit_modal(form, {"Title": "Day", "Note": "", "Licence": ["CC0-1.0"]})
    told = await card(stage, 1, "#1 Day")
    panel = (await stage.member.click(told, "More")).message
    out = await stage.member.click(panel, "Withdraw")
    assert (out.kind, out.message.id) == ("update", panel.id), "the panel itself is renewed"
    assert "Withdrawn." in out.text
    assert [button.label for button in out.message.buttons] == [
        "Bring it back", "History", "What I agreed to", "Its page", "All my works",
    ]  # fmt: skip
    told = await stage.discord.control.wait_for_message(channel=stage.works, contains="Withdrawn.")
    assert [button.label for button in told.buttons] == ["More"]
    back = await stage.member.click((await stage.member.click(told, "More")).message, "Bring it back")
    assert "Withdrawn" not in back.text
    assert {button.label for button in back.message.buttons} >= {"Edit", "Withdraw", "Remix this"}
    await stage.member.delete(message)
    await stage.discord.control.wait_for_message(channel=stage.works, contains="The message was deleted.")
    assert (await view(stage, 1)).state is WorkState.WITHDRAWN
    again = await stage.member.slash("work restore", channel=stage.works, work="#1")
    assert "brought it back" in again.text


async def test_more_shows_each_person_what_they_can_do_at_that_moment(
    stage: Stage, episode: Opened, saying: None
) -> None:
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    told = await card(stage, 1)
    own = await stage.member.click(told, "More")
    assert own.ephemeral
    leo = await stage.discord.control.add_member(stage.guild, "Leo")
    others = await leo.click(told, "More")
    assert [button.label for button in others.message.buttons] == ["Remix this", "Its page"]
    assert [
        button.label for button in (await leo.slash("work show", channel=stage.works, work="#1")).message.buttons
    ] == [
        "Remix this",
        "Its page",
    ]
    await into(stage.runtime.db, episode.id, Phase.RELEASED)
    late = await stage.member.click(told, "More")
    assert [button.label for button in late.message.buttons] == [
        "History", "What I agreed to", "Remix this", "Its page", "All my works",
    ]  # fmt: skip
    assert "The episode is out" in late.text
    refused = await stage.member.click(own.message, "Withdraw")
    assert "until submissions close, and they have" in refused.text


async def test_an_edited_message_changes_its_work(stage: Stage, saying: None) -> None:
    message = await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    await card(stage, 1)
    await stage.member.edit(message, "Daybreak")
    await card(stage, 1, "#1 Daybreak")


async def test_producers_disqualify_by_command(stage: Stage, saying: None) -> None:
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    await card(stage, 1)
    owner = stage.discord.member(stage.guild.owner_id)
    values = [
        choice.value for choice in await owner.autocomplete("work disqualify", "work", "daw", channel=stage.works)
    ]
    assert values == ["#1"]
    refused = await stage.member.slash("work disqualify", channel=stage.works, work="#1", reason="mine")
    assert "Only producers" in refused.text
    done = await owner.slash("work disqualify", channel=stage.works, work="#1", reason="Not your own")
    assert "Mira is told why" in done.text
    await stage.discord.control.wait_for_message(dm_of=stage.member, contains="Not your own")
    await stage.discord.control.wait_for_message(channel=stage.works, contains="Taken out by the producers.")


async def test_after_the_deadline_a_work_is_refused_kindly(stage: Stage) -> None:
    await opened(stage.runtime.db, now=stage.clock() - timedelta(days=8))
    async with delivering(stage, SAYINGS) as delivery:
        object.__setattr__(stage.runtime, "wake", delivery.wake)
        message = await stage.member.post(stage.works, "Late", files=[("late.png", png())])
        told = await stage.discord.control.wait_for_message(channel=stage.works, contains="too late to count")
        assert told.reply_to == message.id
        assert "S1E1 Dawn closed" in told.text
        form = await stage.member.slash("submit", channel=stage.works)
        assert "S1E1 Dawn closed" in form.text


async def test_what_was_posted_meanwhile_is_collected_in_order_and_once(stage: Stage, episode: Opened) -> None:
    intake = intake_of(stage.client)
    await stage.client.close()
    for number in range(1, 251):
        await stage.member.post(stage.works, f"Part {number}: https://a.example/{number}")
    thread, _ = await stage.member.open_thread(stage.works, "More")
    await stage.member.post(thread, "In a thread", files=[("t.png", png())])
    del intake
    async with connected(stage, _features) as client:
        await client.collected.wait()
        async with stage.runtime.db.reading() as tx:
            found = await read.views(tx, episode.id)
        titles = [work.title for work in found]
        assert sorted(titles) == sorted([f"Part {number}:" for number in range(1, 251)] + ["In a thread"])
        in_channel = [title for title in titles if title != "In a thread"]
        assert in_channel == [f"Part {number}:" for number in range(1, 251)]
        await catchup.catch_up(client, stage.runtime)
        await stage.member.post(stage.works, "Live: https://a.example/live")
        assert (await view(stage, 252)).title == "Live:"


async def test_a_gap_is_never_jumped_over(stage: Stage, episode: Opened) -> None:
    await stage.client.close()
    async with connected(stage, _features) as client:
        await client.collected.wait()
        await stage.discord.control.lose_events("MESSAGE_CREATE")
        await stage.member.post(stage.works, "Lost: https://a.example/1")
        await stage.discord.control.drop_gateway(resumable=False)
        await stage.member.post(stage.works, "Meanwhile: https://a.example/2")
        assert {(await view(stage, number)).title for number in (1, 2)} == {"Lost:", "Meanwhile:"}
