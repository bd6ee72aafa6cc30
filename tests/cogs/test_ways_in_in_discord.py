"""Every way in, over real sockets: channels, threads, forum posts, forms and menus; and what is left alone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import missed
from cogs.works.intake import Intake, intake_of
from cogs.works.sayings import SAYINGS
from domain.licences import Licence
from services import shows
from services.access import Actor
from services.kinds import Collecting, WorkState
from services.store import Database
from services.views import WorkView
from services.works import history
from tests.cogs.works_stage import connected, features, fetching_files, kept, numbers, png, view
from tests.support.bot_studio import Stage, delivering, on_stage, until
from tests.support.works import opened, rules


@pytest.fixture
async def stage(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with on_stage(db, tmp_path, monkeypatch, features) as ready:
        await ready.discord.control.wait_for_commands("submit")
        await opened(db, now=ready.clock() - timedelta(minutes=1))
        yield ready
        assert await history.unexplained(db) == []


@pytest.fixture
async def saying(stage: Stage) -> AsyncIterator[None]:
    """What the outbox holds is said as soon as it is there."""
    async with delivering(stage, SAYINGS) as delivery:
        object.__setattr__(stage.runtime, "wake", delivery.wake)
        yield


@pytest.fixture
async def forum(stage: Stage) -> Any:
    """A forum in the place of the works channel."""
    made = await stage.discord.control.create_channel(stage.guild, "gallery", kind="forum")
    manager = Actor(int(stage.guild.id), "Night Owls", 1, "Olga", frozenset(), manages_guild=True)
    await shows.update_channels(stage.runtime.db, manager, show=None, works_channel_id=int(made.id))
    return made


@pytest.fixture
async def leo(stage: Stage) -> Any:
    return await stage.discord.control.add_member(stage.guild, "Leo")


async def until_work(stage: Stage, number: int, fits: Any) -> WorkView:
    """The work once it is as it should be."""

    async def look() -> WorkView | None:
        work = await view(stage, number)
        return work if fits(work) else None

    return await until(look)


def intake(stage: Stage) -> Intake:
    found = intake_of(stage.client)
    assert found is not None
    return found


async def test_several_files_in_one_message_are_one_work_and_talk_is_none(stage: Stage, leo: Any, saying: None) -> None:
    await leo.post(stage.works, "what a theme! see #1")
    await leo.post(stage.works, "https://tenor.com/view/cat and <https://discord.gg/x>")
    posted = await stage.member.post(
        stage.works, "Dawn", files=[("a.png", png()), ("b.png", png("red")), ("c.txt", b"c")]
    )
    card = await stage.discord.control.wait_for_message(channel=stage.works, author="bot", replies_to=posted.id)
    assert "#1 Dawn" in card.text
    work = await view(stage, 1)
    assert ([file.name for file in work.files], work.medium) == (["a.png", "b.png", "c.txt"], "mixed")
    assert await numbers(stage) == 1


async def test_a_thread_under_the_channel(stage: Stage, leo: Any, saying: None) -> None:
    first = await stage.member.post(stage.works, "Dawn", files=[("a.png", png())])
    await view(stage, 1)
    thread, _ = await leo.open_thread(stage.works, "Remixes of dawn", message=first)
    await leo.post(thread, "lovely")
    posted = await leo.post(thread, "Dusk", files=[("b.png", png("navy"))])
    card = await stage.discord.control.wait_for_message(channel=thread, author="bot", replies_to=posted.id)
    assert "made from #1 Dawn by Mira" in card.text
    assert await numbers(stage) == 2


async def test_a_forum_post_is_a_work_with_the_posts_name(stage: Stage, forum: Any, leo: Any, saying: None) -> None:
    post, first = await stage.member.open_thread(
        forum, "Dawn over the bay", content="I got up at five.\nhttps://a.example/making-of", files=[("a.png", png())]
    )
    card = await stage.discord.control.wait_for_message(channel=post, author="bot")
    assert "#1 Dawn over the bay" in card.text
    assert card.reply_to == first.id
    work = await view(stage, 1)
    assert (work.title, work.note.splitlines()[0]) == ("Dawn over the bay", "I got up at five.")
    assert (work.message_id, work.channel_id) == (post.id, post.id)
    await leo.post(post, "wow")
    await leo.post(post, "Noon, with your bay", files=[("noon.png", png("yellow"))])
    remix = await stage.discord.control.wait_for_message(channel=post, author="bot", contains="#2 Noon, with your bay")
    assert "made from #1 Dawn over the bay by Mira" in remix.text
    await stage.member.edit(first, "I got up at four.")
    await until_work(stage, 1, lambda work: work.note == "I got up at four.")
    await stage.discord.control.edit_channel(post, name="Dawn at four")
    await until_work(stage, 1, lambda work: work.title == "Dawn at four")
    talk, _ = await leo.open_thread(forum, "Where is everybody?", content="Hello?")
    await stage.member.post(talk, "Here, see #1")
    await leo.open_thread(forum, "Evening", files=[("evening.png", png("purple"))])
    assert (await view(stage, 3)).title == "Evening", "what was said before it is no work"
    assert await numbers(stage) == 3


async def test_a_forum_post_that_went_to_sleep_still_takes_works(stage: Stage, forum: Any, leo: Any) -> None:
    post, _ = await stage.member.open_thread(forum, "Dawn", files=[("a.png", png())])
    await view(stage, 1)
    # discord.py forgets a thread that goes to sleep, and may hear of a message in it before it hears that it woke up.
    guild = stage.client.get_guild(int(stage.guild.id))
    guild._threads.pop(post.id)
    await leo.post(post, "Dusk", files=[("b.png", png("navy"))])
    assert [edge.work.number for edge in (await view(stage, 2)).sources] == [1]
    assert guild.get_thread(post.id) is None


async def test_a_card_in_a_sleeping_post_is_kept_current(stage: Stage, forum: Any, leo: Any, saying: None) -> None:
    post, first = await stage.member.open_thread(forum, "Dawn", files=[("a.png", png())])
    card = await stage.discord.control.wait_for_message(channel=post, author="bot", replies_to=first.id)
    # The sandbox lets anything be edited; Discord answers so where the thread is asleep.
    message = f"/channels/{post.id}/messages/{card.id}"
    await stage.discord.control.fault("status", method="PATCH", path=message, status=400, code=50083)
    before = await stage.discord.control.last_request()
    form = await leo.slash("submit", channel=stage.news)
    await leo.submit_modal(form, {"Title": "Dusk", "Made from": "#1"})
    await stage.discord.control.wait_for_message(channel=post, author="bot", contains="used in #2 Dusk")
    woken = await stage.discord.control.wait_for_requests(
        rf"/channels/{post.id}$", method="PATCH", after=before, count=2
    )
    assert [request["request"] for request in woken] == [{"archived": False}, {"archived": True}]


async def test_a_deleted_forum_post_takes_its_works_along_with_a_way_back(
    stage: Stage, forum: Any, saying: None
) -> None:
    post, _ = await stage.member.open_thread(forum, "Dawn", content="x", files=[("a.png", png())])
    await view(stage, 1)
    await stage.discord.control.wait_for_message(channel=post, author="bot")
    await stage.discord.control.delete_channel(post)
    await until_work(stage, 1, lambda work: work.state is WorkState.WITHDRAWN and work.message_gone)
    asked = await stage.discord.control.wait_for_message(dm_of=stage.member, contains="Your message is gone")
    await stage.member.click(asked, "Bring it back")
    await until_work(stage, 1, lambda work: work.state is WorkState.IN)


async def test_only_what_is_asked_for(stage: Stage, leo: Any, saying: None) -> None:
    await rules(stage.runtime.db, collecting=Collecting.ASKED)
    posted = await stage.member.post(stage.works, "Dawn", files=[("a.png", png())])
    await intake(stage).idle()
    assert await numbers(stage) == 0
    assert "Only Mira" in (await leo.menu("Submit this", posted)).text
    assert "Collected as **#1 Dawn**" in (await stage.member.menu("Submit this", posted)).text
    await stage.member.edit(posted, "Daybreak")
    await until_work(stage, 1, lambda work: work.title == "Daybreak")
    other = await stage.member.post(stage.works, "Not this", files=[("b.png", png("red"))])
    await stage.member.edit(other, "Nor this")
    await intake(stage).idle()
    assert await numbers(stage) == 1
    await stage.member.delete(posted)
    await until_work(stage, 1, lambda work: work.state is WorkState.WITHDRAWN)


async def test_the_form_takes_files_title_note_licence_and_sources(stage: Stage, leo: Any, saying: None) -> None:
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    await view(stage, 1)
    await rules(stage.runtime.db, max_files=3, max_file_mb=9, file_kinds="pictures,text")
    form = await leo.slash("submit", channel=stage.works)
    told = [item.get("description") for item in form.modal.raw["components"]]
    assert "Pictures and text, up to 9 MB each" in told
    assert any("the terms, version 1" in (words or "") for words in told)
    done = await leo.submit_modal(
        form,
        {
            "Title": "Dusk",
            "Note": "late",
            "Made from": "#1\nAn old waltz https://w.example",
            "Licence": ["CC-BY-SA-4.0"],
        },
        files={"Files": [("dusk.png", png("navy")), ("words.txt", b"dusk")]},
    )
    assert "Collected as **#2 Dusk**" in done.text
    async with fetching_files(stage) as news:
        news.set()
        work = await kept(stage, 2, "dusk.png", "words.txt")
    assert (work.note, work.licence, work.by_form) == ("late", Licence.CC_BY_SA, True)
    assert [edge.work.number if edge.work else edge.outside_title for edge in work.sources] == [1, "An old waltz"]
    card = await stage.discord.control.wait_for_message(channel=stage.works, author="bot", contains="#2 Dusk", files=1)
    assert "CC BY-SA 4.0" in card.text
    assert "words.txt" in card.text


async def test_what_was_written_into_a_form_that_is_refused_can_be_copied(stage: Stage, leo: Any) -> None:
    form = await leo.slash("submit", channel=stage.works)
    wrong = {"Title": "Dusk", "Note": "A long note\n```with code```", "Made from": "#99: thank you"}
    said = await leo.submit_modal(form, wrong)
    assert "no work #99" in said.text
    assert '```\nDusk\nA long note\n"""with code"""\n#99: thank you\n```' in said.text
    assert await numbers(stage) == 0


async def test_a_message_that_becomes_a_work_by_an_edit(stage: Stage, saying: None) -> None:
    message = await stage.member.post(stage.works, "My song is here soon")
    await intake(stage).idle()
    assert await numbers(stage) == 0
    await stage.member.edit(message, "My song: https://a.example/song")
    assert (await view(stage, 1)).links == ("https://a.example/song",)


async def test_what_happened_meanwhile_is_noticed(stage: Stage, leo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missed, "_PAGE", 3)  # Discord's are of a hundred
    edited = await stage.member.post(stage.works, "Dawn", files=[("a.png", png())])
    gone = await stage.member.post(stage.works, "Noon", files=[("b.png", png("red"))])
    same = await stage.member.post(stage.works, "Dusk", files=[("c.png", png("navy"))])
    for number in range(7):
        await leo.post(stage.works, f"talk {number}")
    last = await stage.member.post(stage.works, "Night", files=[("d.png", png("black"))])
    await until_work(stage, 4, bool)
    thread, _ = await leo.open_thread(stage.works, "More")
    asleep = await leo.post(thread, "Asleep", files=[("e.png", png("pink"))])
    await until_work(stage, 5, bool)
    soon = await leo.post(stage.works, "My song is here soon")
    await intake(stage).idle()
    lost, _ = await leo.open_thread(stage.works, "Lost")
    await leo.post(lost, "Lost", files=[("f.png", png("grey"))])
    await until_work(stage, 6, bool)
    await stage.client.close()
    await stage.member.edit(edited, "Daybreak")
    await stage.member.delete(gone)
    await stage.member.delete(last)
    await leo.edit(asleep, "Still asleep")
    await leo.edit(soon, "Here it is: https://a.example/song")
    await stage.discord.control.edit_channel(thread, archived=True)
    await stage.discord.control.delete_channel(lost)
    before = await view(stage, 3)
    async with connected(stage) as client:
        await client.collected.wait()
        found = [await view(stage, number) for number in range(1, 7)]
        assert [work.title for work in found] == ["Daybreak", "Noon", "Dusk", "Night", "Still asleep", "Lost"]
        out = [work.number for work in found if work.state is WorkState.WITHDRAWN]
        assert out == [2, 4, 6]
        assert found[2].version == before.version
        assert (await view(stage, 7)).links == ("https://a.example/song",)
        del same
        # A gap in which nothing can be replayed: the next session looks again.
        await stage.discord.control.lose_events("MESSAGE_UPDATE|MESSAGE_DELETE", times=2)
        await stage.member.edit(edited, "Dawn again")
        await leo.delete(asleep)
        await stage.discord.control.drop_gateway(resumable=False)
        await until_work(stage, 1, lambda work: work.title == "Dawn again")
        await until_work(stage, 5, lambda work: work.state is WorkState.WITHDRAWN)


async def test_without_the_right_to_read_history_nothing_is_taken_for_deleted(stage: Stage) -> None:
    await stage.member.post(stage.works, "Dawn", files=[("a.png", png())])
    await view(stage, 1)
    await stage.client.close()
    await stage.discord.control.set_bot_permissions(stage.guild, without=["read_message_history"])
    async with connected(stage) as client:
        await client.collected.wait()
        assert (await view(stage, 1)).state is WorkState.IN
