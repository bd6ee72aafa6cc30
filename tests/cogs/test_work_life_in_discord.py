"""A work after it was posted, over real sockets: its files, its message, its history, what was agreed to."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cogs.works.sayings import SAYINGS
from db.models import GrantedFile, WorkGrant
from domain.episode import Phase
from services import gallery
from services.kinds import WorkState
from services.store import Database
from services.works import history
from tests.cogs.works_stage import features, fetching_files, kept, numbers, png, view
from tests.support.bot_studio import Stage, delivering, on_stage, until
from tests.support.works import into, opened


@pytest.fixture
async def stage(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with on_stage(db, tmp_path, monkeypatch, features) as ready:
        await ready.discord.control.wait_for_commands("submit")
        object.__setattr__(ready.runtime, "max_file_bytes", 5 * 1024 * 1024)
        await opened(db, now=ready.clock() - timedelta(minutes=1))
        async with delivering(ready, SAYINGS) as delivery, fetching_files(ready) as news:

            def wake() -> None:
                delivery.wake()
                news.set()

            object.__setattr__(ready.runtime, "wake", wake)
            yield ready
            assert await history.unexplained(db) == []


async def card(stage: Stage, contains: str) -> Any:
    return await stage.discord.control.wait_for_message(channel=stage.works, author="bot", contains=contains)


async def more(stage: Stage, card: Any) -> Any:
    """The panel behind More, as the artist sees it."""
    return (await stage.member.click(card, "More")).message


async def test_a_file_is_replaced_and_the_old_one_stays_in_the_history(stage: Stage) -> None:
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    old = (await kept(stage, 1, "dawn.png")).files[0]
    panel = await more(stage, await card(stage, "#1 Dawn"))
    form = await stage.member.click(panel, "Files")
    assert [label for label, _ in form.modal.fields[0].options] == [
        "Replace dawn.png", "Add another file", "Take off dawn.png",
    ]  # fmt: skip
    empty = await stage.member.submit_modal(form, {})
    assert "Choose the new file" in empty.text
    form = await stage.member.click(panel, "Files")
    said = await stage.member.submit_modal(form, {}, files={"The new file": [("day.png", png("navy"))]})
    assert "“day.png” is in, in the place of “dawn.png”" in said.text
    work = await kept(stage, 1, "day.png")
    assert work.files[0].preview
    assert work.files[0].sha256 != old.sha256
    shown = await stage.discord.control.wait_for_message(channel=stage.works, contains="day.png", files=1)
    assert f"picture-{work.files[0].id}.webp" in {file.filename for file in shown.files}
    assert await gallery.media_type(stage.runtime.db, sha256=old.sha256) is None
    assert await stage.runtime.media.size(old.sha256)
    told = await stage.member.click(await more(stage, shown), "History")
    assert "replaced “dawn.png” by “day.png”" in told.text
    assert f"SHA-256 {old.sha256[:12]}" in told.text
    async with stage.runtime.db.reading() as tx:
        causes = list(await tx.scalars(select(WorkGrant.cause).order_by(WorkGrant.id)))
        hashes = list(await tx.scalars(select(GrantedFile.sha256).order_by(GrantedFile.grant_id)))
    assert causes == ["submitted", "files"]
    assert hashes == [old.sha256, work.files[0].sha256]


async def test_files_are_added_and_taken_off_within_the_shows_limits(stage: Stage) -> None:
    boss = stage.discord.member(stage.guild.owner_id)
    said = await boss.slash("show works", channel=stage.news, max_files=2, max_size=1, types="pictures and text")
    assert "Takes pictures and text: up to 2 files a work, 1 MB each" in said.text
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    await kept(stage, 1, "dawn.png")
    form = await stage.member.slash("work files", channel=stage.works, work="#1")
    song = {"The new file": [("song.mp3", b"ID3" + bytes(200))]}
    refused = await stage.member.submit_modal(form, {"What to do": ["add"]}, files=song)
    assert "takes pictures and text" in refused.text
    form = await stage.member.slash("work files", channel=stage.works, work="#1")
    await stage.member.submit_modal(form, {"What to do": ["add"]}, files={"The new file": [("b.png", png("red"))]})
    work = await kept(stage, 1, "dawn.png", "b.png")
    form = await stage.member.slash("work files", channel=stage.works, work="#1")
    third = {"The new file": [("c.png", png("blue"))]}
    assert "can have 2 files" in (await stage.member.submit_modal(form, {"What to do": ["add"]}, files=third)).text
    form = await stage.member.slash("work files", channel=stage.works, work="#1")
    await stage.member.submit_modal(form, {"What to do": [f"remove:{work.files[0].id}"]})
    assert [file.name for file in (await kept(stage, 1, "b.png")).files] == ["b.png"]
    form = await stage.member.slash("work files", channel=stage.works, work="#1")
    last = await stage.member.submit_modal(form, {"What to do": [f"remove:{work.files[1].id}"]})
    assert "This is all the work has" in last.text


async def test_what_a_show_does_not_take_is_refused_before_anything_is_stored(stage: Stage) -> None:
    boss = stage.discord.member(stage.guild.owner_id)
    wrong = await boss.slash("show works", channel=stage.news, types="pictures, smells")
    assert "“smells” is no kind of file" in wrong.text
    assert "Only producers" in (await stage.member.slash("show works", channel=stage.news, max_files=1)).text
    await boss.slash("show works", channel=stage.news, max_files=1, types="pictures")
    two = await stage.member.post(stage.works, "Dawn", files=[("a.png", png()), ("b.png", png("red"))])
    told = await stage.discord.control.wait_for_message(channel=stage.works, replies_to=two.id)
    assert "could not be taken as it is" in told.text
    assert "can have one file; with these it would have 2" in told.text
    form = await stage.member.slash("submit", channel=stage.works)
    song = {"Files": [("song.mp3", b"ID3" + bytes(200))]}
    assert "takes pictures" in (await stage.member.submit_modal(form, {"Title": "Song"}, files=song)).text
    assert (
        "takes pictures"
        in (
            await stage.member.menu("Submit this", await stage.member.post(stage.news, "Song", files=song["Files"]))
        ).text
    )
    assert await numbers(stage) == 0
    # One that does not say what it is comes in, and its bytes tell.
    await stage.member.post(stage.works, "Riddle", files=[("riddle", b"ID3" + bytes(2000))])
    assert "it is audio/mpeg; pictures are taken here" in (await card(stage, "was not kept")).text


async def test_a_deleted_message_can_be_brought_back_from_a_direct_message(stage: Stage) -> None:
    message = await stage.member.post(stage.works, "Dawn\nfor the early birds", files=[("dawn.png", png())])
    work = await kept(stage, 1, "dawn.png")
    await card(stage, "#1 Dawn")
    await stage.member.delete(message)
    asked = await stage.discord.control.wait_for_message(dm_of=stage.member, contains="Your message is gone")
    assert "its files are kept here" in asked.text
    leo = await stage.discord.control.add_member(stage.guild, "Leo")
    mine = await stage.member.slash("my works", channel=stage.news)
    assert "withdrawn, can come back" in mine.text
    assert "Only Mira" in (await leo.slash("work restore", channel=stage.works, work="#1")).text
    back = await stage.member.click(asked, "Bring it back")
    assert "#1 Dawn takes part again" in back.text
    again = await stage.member.click(asked, "Bring it back")
    assert "takes part again" in again.text
    shown = await stage.discord.control.wait_for_message(
        channel=stage.works, author="bot", contains="for the early birds", files=1
    )
    assert {file.filename for file in shown.files} == {f"picture-{work.files[0].id}.webp"}
    assert (await view(stage, 1)).state is WorkState.IN


async def test_history_and_what_was_agreed_to_are_for_those_whose_work_it_is(stage: Stage) -> None:
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    work = await kept(stage, 1, "dawn.png")
    panel = await more(stage, await card(stage, "#1 Dawn"))
    form = await stage.member.click(panel, "Edit")
    await stage.member.submit_modal(form, {"Title": "Day", "Licence": ["CC0-1.0"]})
    listed = await stage.member.slash("my works", channel=stage.news)
    assert "#1 Day" in listed.text
    opened_panel = await stage.member.click(listed.message, "Open")
    assert (opened_panel.kind, opened_panel.message.id) == ("update", listed.message.id)
    told = await stage.member.click(opened_panel.message, "History")
    assert "title: “Dawn” → “Day”" in told.text
    assert "CC-BY-4.0” → “CC0-1.0" in told.text
    back = await stage.member.click(told.message, "Back to the work")
    agreed = await stage.member.click(back.message, "What I agreed to")
    assert "CC0 (no rights reserved)" in agreed.text
    assert "**CC BY 4.0**, terms 1" in agreed.text
    assert work.files[0].sha256[:16] in agreed.text
    assert "The work stays yours." in agreed.text
    everything = await stage.member.click(
        (await stage.member.click(agreed.message, "Back to the work")).message, "All my works"
    )
    assert "Your 1 work" in everything.text
    data = await stage.member.slash("my data", channel=stage.news)
    assert data.ephemeral
    assert "your 1 work, and your part in 0 other works" in data.text
    file = json.loads(await stage.discord.download(data.message.files[0].url))
    assert [(one["title"], one["licence"], one["files"][0]["sha256"]) for one in file["works"]] == [
        ("Day", "CC0-1.0", work.files[0].sha256)
    ]
    assert [one["cause"] for one in file["works"][0]["agreed"]] == ["licence", "submitted"]
    assert [one["kind"] for one in file["works"][0]["history"]] == ["collected", "file_kept", "edited"]
    assert list(file["terms"]) == ["1"]
    leo = await stage.discord.control.add_member(stage.guild, "Leo")
    nothing = await leo.slash("my data", channel=stage.news)
    assert json.loads(await stage.discord.download(nothing.message.files[0].url))["works"] == []
    assert "Only Mira" in (await leo.slash("work history", channel=stage.works, work="#1")).text
    assert "Only Mira" in (await leo.slash("work files", channel=stage.works, work="#1")).text
    boss = stage.discord.member(stage.guild.owner_id)
    assert "title: “Dawn” → “Day”" in (await boss.slash("work history", channel=stage.works, work="#1")).text


async def test_producers_allow_changes_after_the_deadline(stage: Stage) -> None:
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    await kept(stage, 1, "dawn.png")
    await card(stage, "#1 Dawn")
    # The sandbox stamps presses with the real time, which is before the deadline: so the episode closed early.
    await into(stage.runtime.db, 1, Phase.CUTTING)
    late = await stage.member.slash("work edit", channel=stage.works, work="#1")
    refused = await stage.member.submit_modal(late, {"Title": "Day"})
    assert "until submissions close, and they have" in refused.text
    boss = stage.discord.member(stage.guild.owner_id)
    assert "Only producers" in (await stage.member.slash("work allow", channel=stage.works, work="#1", hours=2)).text
    said = await boss.slash("work allow", channel=stage.works, work="#1", hours=2)
    assert "Mira can change #1 Dawn until" in said.text
    await stage.discord.control.wait_for_message(dm_of=stage.member, contains="You can change #1 Dawn again")
    form = await stage.member.slash("work edit", channel=stage.works, work="#1")
    assert "Changed." in (await stage.member.submit_modal(form, {"Title": "Day"})).text
    await boss.slash("work allow", channel=stage.works, work="#1", hours=0)
    form = await stage.member.slash("work edit", channel=stage.works, work="#1")
    assert "they have" in (await stage.member.submit_modal(form, {"Title": "Night"})).text


async def test_a_producer_takes_a_work_out_and_back_and_its_artist_reads_why(stage: Stage) -> None:
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    await card(stage, "#1 Dawn")
    boss = stage.discord.member(stage.guild.owner_id)
    await boss.slash("work disqualify", channel=stage.works, work="#1", reason="Not your own")
    await stage.discord.control.wait_for_message(dm_of=stage.member, contains="Not your own")
    assert "Only producers" in (await stage.member.slash("work restore", channel=stage.works, work="#1")).text
    await boss.slash("work restore", channel=stage.works, work="#1")
    await stage.discord.control.wait_for_message(dm_of=stage.member, contains="takes part again")

    async def there() -> bool | None:
        return True if (await view(stage, 1)).state is WorkState.IN else None

    assert await until(there)
