"""Every way to credit a source over real sockets, and what is credited then; thanks, look-alikes and disputes."""

import re
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from cogs.works.sayings import SAYINGS
from db.models import Deal
from domain.licences import Licence
from services import shows
from services.access import Actor
from services.kinds import SourceState
from services.store import Database, Transaction, writes
from services.views import WorkView
from services.works import history, read
from tests.cogs.works_stage import features, fetching_files, kept, png, view
from tests.sandbox.pictures import painting
from tests.support.bot_studio import Stage, delivering, on_stage, until
from tests.support.works import opened


@pytest.fixture
async def stage(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with on_stage(db, tmp_path, monkeypatch, features) as ready:
        await ready.discord.control.wait_for_commands("remix")
        await opened(db, now=ready.clock() - timedelta(minutes=1))
        async with delivering(ready, SAYINGS) as delivery, fetching_files(ready) as news:

            def wake() -> None:
                delivery.wake()
                news.set()

            object.__setattr__(ready.runtime, "wake", wake)
            yield ready
            assert await history.unexplained(db) == []


@pytest.fixture
async def dawn(stage: Stage) -> Any:
    """Mira's message with #1 Dawn."""
    posted = await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    await kept(stage, 1, "dawn.png")
    return posted


@pytest.fixture
async def leo(stage: Stage) -> Any:
    return await stage.discord.control.add_member(stage.guild, "Leo")


@writes
async def makes_money(tx: Transaction) -> None:
    """The show makes money by the deal of its episode."""
    for deal in await tx.scalars(select(Deal)):
        deal.commercial = True


async def card(stage: Stage, contains: str, place: Any = None) -> Any:
    return await stage.discord.control.wait_for_message(channel=place or stage.works, author="bot", contains=contains)


async def remembered(stage: Stage, told: Any) -> bool | None:
    """Whether the bot has written down whose card a message is."""
    return await read.of_message(stage.runtime.db, told.id) is not None or None


async def dm(stage: Stage, who: Any, contains: str) -> Any:
    return await stage.discord.control.wait_for_message(dm_of=who, contains=contains)


async def sourced(stage: Stage, number: int) -> WorkView:
    """A work, once it names a source."""

    async def look() -> WorkView | None:
        work = await view(stage, number)
        return work if work.sources else None

    return await until(look)


async def test_every_way_to_credit_a_source(stage: Stage, dawn: Any, leo: Any) -> None:
    told = await card(stage, "#1 Dawn")
    await until(lambda: remembered(stage, told))
    thread, _ = await leo.open_thread(stage.works, "Dawn", message=dawn)
    link = f"https://discord.com/channels/{stage.guild.id}/{stage.works.id}/{dawn.id}"
    post = partial(leo.post, files=[("night.png", png("navy"))])
    ways: dict[str, Callable[[str], Coroutine[Any, Any, Any]]] = {
        "reply": lambda title: post(stage.works, title, reply_to=dawn),
        "reply to the card": lambda title: post(stage.works, title, reply_to=told),
        "thread": lambda title: post(thread, title),
        "message link": lambda title: post(stage.works, f"{title}\n{link}"),
        "gallery link": lambda title: post(stage.works, f"{title}\n{stage.runtime.site_url}/works/1"),
        "number": lambda title: post(stage.works, f"{title}\nmade from #1"),
        "form": lambda title: _by_form(
            leo, leo.slash("submit", channel=stage.works), {"Title": title, "Made from": "#1"}
        ),
        "/remix": lambda title: _by_kit(leo, leo.slash("remix", channel=stage.works, work="#1"), title),
        "menu": lambda title: _by_kit(leo, leo.menu("Remix this", dawn), title),
        "menu on the card": lambda title: _by_kit(leo, leo.menu("Remix this", told), title),
        "card's button": lambda title: _by_kit(leo, leo.click(told, "Remix this"), title),
        "Add source": lambda title: _by_panel(stage, leo, post(stage.works, title), title),
        "/work source add": lambda title: _by_command(stage, leo, post(stage.works, title), title),
    }
    for number, (way, credit) in enumerate(ways.items(), start=2):
        title = f"Night by {way}"
        await credit(title)
        work = await sourced(stage, number)
        linked = [(edge.work and edge.work.number, edge.state) for edge in work.sources]
        assert (work.title, linked) == (title, [(1, SourceState.CONFIRMED)])
        place = thread if way == "thread" else stage.works
        await card(stage, f"#{number} {title}\nby Leo\nmade from #1 Dawn by Mira", place)
        assert title in (await dm(stage, stage.member, f"#{number} {title}")).text, "whose work it is, is told"
    await card(stage, "used in #2")


async def _by_form(who: Any, opened: Coroutine[Any, Any, Any], values: dict[str, str]) -> Any:
    return await who.submit_modal(await opened, values)


async def _by_kit(who: Any, asked: Coroutine[Any, Any, Any], title: str) -> None:
    """The files first, then the form with the source filled in."""
    given = await asked
    assert given.ephemeral
    assert "Remix #1 Dawn" in given.text
    assert "dawn.png" in given.text
    form = await who.click(given.message, "Submit my remix")
    assert next(field.value for field in form.modal.fields if field.label == "Made from") == "#1"
    assert "Collected as" in (await who.submit_modal(form, {"Title": title})).text


async def _by_panel(stage: Stage, who: Any, posted: Coroutine[Any, Any, Any], title: str) -> None:
    await posted
    panel = await who.click(await card(stage, title), "More")
    await who.submit_modal(await who.click(panel.message, "Add source"), {"Sources": "#1"})


async def _by_command(stage: Stage, who: Any, posted: Coroutine[Any, Any, Any], title: str) -> None:
    await posted
    panel = await who.click(await card(stage, title), "More")
    found = re.search(r"#\d+", panel.text)
    assert found is not None
    said = await who.slash("work source add", channel=stage.works, work=found[0], source="#1")
    assert "is made from #1 Dawn" in said.text


async def test_remix_searches_by_number_title_and_artist(stage: Stage, dawn: Any, leo: Any) -> None:
    await leo.post(stage.works, "Morning dew", files=[("dew.png", png("green"))])
    await kept(stage, 2, "dew.png")
    for typed, found in (("#2", ["#2"]), ("daw", ["#1"]), ("leo", ["#2"]), ("", ["#2", "#1"]), ("zzz", [])):
        choices = await leo.autocomplete("remix", "work", typed, channel=stage.works)
        assert [choice.value for choice in choices] == found, typed
    assert choices == ()
    assert "no work #9" in (await leo.slash("remix", channel=stage.works, work="#9")).text
    await stage.member.slash("work withdraw", channel=stage.works, work="#1")
    assert [c.value for c in await leo.autocomplete("remix", "work", "daw", channel=stage.works)] == []
    assert "is withdrawn" in (await leo.slash("remix", channel=stage.works, work="#1")).text


async def test_in_a_server_with_two_shows_remix_says_which(stage: Stage, dawn: Any, leo: Any) -> None:
    boss = stage.discord.member(stage.guild.owner_id)
    names = ("hall", "day-works", "day-news")
    places = {name: await stage.discord.control.create_channel(stage.guild, name) for name in names}
    await shows.setup_show(
        stage.runtime.db,
        Actor(int(stage.guild.id), "Night Owls", int(boss.id), "Olga", frozenset(), manages_guild=True),
        setup=shows.ShowSetup(
            name="Day Shift", works_channel_id=int(places["day-works"].id), news_channel_id=int(places["day-news"].id),
            timezone="UTC",
        ),
        now=stage.clock(),
    )  # fmt: skip
    assert (
        "Which show? This server has Day Shift, Night Shift"
        in (await leo.slash("remix", channel=places["hall"], work="#1")).text
    )
    assert await leo.autocomplete("remix", "work", "daw", channel=places["hall"]) == ()
    found = await leo.autocomplete("remix", "work", "daw", channel=places["hall"], show="night-shift")
    assert [choice.value for choice in found] == ["#1"]
    kit = await leo.slash("remix", channel=places["hall"], work="#1", show="night-shift")
    form = await leo.click(kit.message, "Submit my remix")
    assert "Collected as" in (await leo.submit_modal(form, {"Title": "Night"})).text
    assert [edge.work and edge.work.number for edge in (await sourced(stage, 2)).sources] == [1]


async def test_whoever_wants_no_word_of_remixes_gets_none(stage: Stage, dawn: Any, leo: Any) -> None:
    await leo.post(stage.works, "Night\nfrom #1", files=[("night.png", png("navy"))])
    word = await dm(stage, stage.member, "Leo remixed your work")
    done = await stage.member.click(word, "No more of these")
    assert "no longer told" in done.text
    await leo.post(stage.works, "Noon\nfrom #1", files=[("noon.png", png("white"))])
    await card(stage, "used in #2 Night, #3 Noon")
    assert "told again" in (await stage.member.click(done.message, "Tell me again")).text
    await leo.post(stage.works, "Dusk\nfrom #1", files=[("dusk.png", png("red"))])
    await dm(stage, stage.member, "#4 Dusk")
    assert not [message for message in await stage.member.dms() if "#3 Noon" in message.text]


async def test_outside_sources_parts_and_thanks_in_the_panel(stage: Stage, dawn: Any, leo: Any) -> None:
    form = await leo.slash("submit", channel=stage.works)
    refused = await leo.submit_modal(form, {"Title": "Night", "Made from": "A poem https://p.example CC BY-ND"})
    assert "does not allow remixes" in refused.text
    form = await leo.slash("submit", channel=stage.works)
    done = await leo.submit_modal(form, {"Title": "Night", "Made from": "#1\nA waltz https://w.example CC BY"})
    assert [button.label for button in done.message.buttons] == ["Thank Mira"]
    thanks = await leo.click(done.message, "Thank Mira")
    assert "is told" in (await leo.submit_modal(thanks, {"A line of thanks": "That light!"})).text
    await card(stage, "made from #1 Dawn by Mira (“That light!”), [A waltz](https://w.example)")
    await dm(stage, stage.member, "That light!")
    panel = (await leo.click(await card(stage, "#2 Night"), "More")).message
    shown = await leo.click(panel, "Sources")
    assert "shared equally by 2 sources" in shown.text
    assert "CC BY 4.0" in shown.text
    form = await leo.click(shown.message, "Set the parts")
    wrong = await leo.submit_modal(form, {"#1 Dawn": "70", "“A waltz”": "40"})
    assert "#1 70% + “A waltz” 40% makes 110%, more than 100%" in wrong.text
    form = await leo.click(shown.message, "Set the parts")
    shown = await leo.submit_modal(form, {"#1 Dawn": "70", "“A waltz”": "30"})
    assert "**70%** #1 Dawn" in shown.text
    form = await leo.select(shown.message, "“A waltz”")
    shown = await leo.submit_modal(form, {"Its licence": [Licence.CC0.value], "A line of thanks": "One two three"})
    assert "CC0" in shown.text
    form = await leo.select(shown.message, "“A waltz”")
    shown = await leo.submit_modal(form, {"Still a source?": ["off"]})
    assert "“A waltz” is no longer a source" in shown.text
    assert [edge.share_bp for edge in (await view(stage, 2)).sources] == [10_000]
    assert "Only Leo" in (await stage.member.slash("work sources", channel=stage.works, work="#2")).text


async def test_a_look_alike_is_asked_of_the_poster_alone(stage: Stage, leo: Any) -> None:
    await stage.member.post(stage.works, "Hills", files=[("hills.png", painting(3))])
    await kept(stage, 1, "hills.png")
    with Image.open(BytesIO(painting(3))) as picture:
        out = BytesIO()
        picture.resize((300, 200)).save(out, "JPEG", quality=70)
    await leo.post(stage.works, "My hills", files=[("mine.jpg", out.getvalue())])
    asked = await dm(stage, leo, "Is your #2 My hills made from this one?")
    assert [button.label for button in asked.buttons] == ["Yes, credit #1", "No"]
    done = await leo.click(asked, "Yes, credit #1")
    assert "#2 My hills is made from #1 Hills" in done.text
    form = await leo.click(done.message, "Thank Mira")
    await leo.submit_modal(form, {"A line of thanks": "Your hills"})
    await card(stage, "made from #1 Hills by Mira (“Your hills”)")
    for message in await stage.member.messages(stage.works):
        assert "Is your" not in message.text
    assert not [message for message in await stage.member.dms() if "made from this one" in message.text]


async def test_where_direct_messages_are_closed_more_asks(stage: Stage, leo: Any) -> None:
    await stage.discord.control.edit_member(stage.guild, leo, dms_open=False)
    await stage.member.post(stage.works, "Hills", files=[("hills.png", painting(3))])
    await kept(stage, 1, "hills.png")
    await leo.post(stage.works, "My hills", files=[("mine.png", painting(3))])
    await kept(stage, 2, "mine.png")
    told = await card(stage, "#2 My hills")
    panel = await leo.click(told, "More")
    assert "Is your #2 My hills made from this one?" in panel.text
    assert "made from this one" not in (await stage.member.click(told, "More")).text
    assert "Nobody else was asked" in (await leo.click(panel.message, "No")).text
    assert "made from this one" not in (await leo.click(told, "More")).text
    assert all("made from this one" not in message.text for message in await stage.member.messages(stage.works))


async def test_a_source_is_disputed_answered_and_settled(stage: Stage, dawn: Any, leo: Any) -> None:
    boss = stage.discord.member(stage.guild.owner_id)
    await leo.post(stage.works, "Night from #1", files=[("night.png", png("navy"))])
    word = await dm(stage, stage.member, "Leo remixed your work")
    form = await stage.member.click(word, "That is wrong")
    done = await stage.member.submit_modal(form, {"Why #1 Dawn is no source": "There is nothing of mine in it"})
    assert "Leo is asked" in done.text
    await card(stage, "made from #1 Dawn by Mira (disputed)")
    asked = await dm(stage, leo, "Mira says that your #2 Night from #1 is not made from #1 Dawn")
    form = await leo.click(asked, "I see it differently")
    await leo.submit_modal(form, {"Your side": "I traced the horizon"})
    told = await stage.discord.control.wait_for_message(channel=stage.producers, contains="I traced the horizon")
    assert "Only producers" in (await leo.click(told, "Keep the source")).text
    form = await boss.click(told, "Keep the source")
    await boss.submit_modal(form, {"Reason": "The horizon is the same"})
    for who in (stage.member, leo):
        ended = await dm(stage, who, "The horizon is the same")
        assert "stays credited" in ended.text
    settled = await stage.discord.control.wait_for_message(channel=stage.producers, contains="Settled by")
    assert settled.id == told.id
    assert settled.buttons == ()
    assert [edge.state for edge in (await view(stage, 2)).sources] == [SourceState.CONFIRMED]
    story = await boss.slash("work history", channel=stage.works, work="#2")
    assert "the dispute about #1 Dawn was declined" in story.text


async def test_a_missing_source_is_claimed_from_the_panel_and_agreed_to(stage: Stage, dawn: Any, leo: Any) -> None:
    await leo.post(stage.works, "Night", files=[("night.png", png("navy"))])
    told = await card(stage, "#2 Night")
    assert "Made from mine?" not in [b.label for b in (await leo.click(told, "More")).message.buttons]
    panel = (await stage.member.click(told, "More")).message
    form = await stage.member.click(panel, "Made from mine?")
    await stage.member.submit_modal(form, {"Your work": "#1", "How you know": "My sun is in the corner"})
    asked = await dm(stage, leo, "Mira says that your #2 Night is made from their #1 Dawn")
    boss = stage.discord.member(stage.guild.owner_id)
    listed = await boss.slash("work disputes", channel=stage.producers)
    assert "1 open dispute" in listed.text
    assert "My sun is in the corner" in listed.text
    assert "#1 Dawn is credited as a source" in (await leo.click(asked, "Yes, credit it")).text
    await card(stage, "made from #1 Dawn by Mira")
    assert "Leo agreed to it" in (await dm(stage, stage.member, "is credited as a source of #2 Night")).text
    assert "No source is disputed" in (await boss.slash("work disputes", channel=stage.producers)).text


async def test_what_a_show_that_makes_money_refuses(stage: Stage, dawn: Any, leo: Any) -> None:
    boss = stage.discord.member(stage.guild.owner_id)
    said = await boss.slash("show works", channel=stage.news, commercial=True)
    assert "The show makes money" in said.text
    assert "Episodes that exist keep their deal" in said.text
    refused = await boss.slash("show rules", channel=stage.news, licence="CC-BY-NC-4.0")
    assert "is not for commercial use" in refused.text
    await makes_money(stage.runtime.db)
    form = await leo.slash("submit", channel=stage.works)
    done = await leo.submit_modal(form, {"Title": "Night", "Licence": [Licence.CC_BY_NC.value]})
    assert "not for commercial use, and this show makes money" in done.text
    panel = await leo.click(await card(stage, "#2 Night"), "More")
    assert "Its artist can choose another licence" in panel.text
    noon = await stage.member.post(stage.works, "Noon\nfrom #2", files=[("noon.png", png("white"))])
    told = await stage.discord.control.wait_for_message(channel=stage.works, replies_to=noon.id)
    assert "#2: The source is under CC BY-NC 4.0: not for commercial use" in told.text
