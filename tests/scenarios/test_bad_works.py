"""What people get wrong about works, their files, credits and sources: each is told, and nothing changes."""

from typing import Any

import pytest

from tests.scenarios.studio import Studio, house_with, private
from tests.scenarios.world import LINK

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]


async def test_a_work_posted_after_the_deadline(studio: Studio) -> None:
    lark = await studio.day.member("lark")
    async with studio.world.unchanged_but("outbox"):
        posted = await lark.post(studio.day.works, f"Too late {LINK}late")
        said = await studio.world.discord.control.wait_for_message(channel=studio.day.works, replies_to=posted.id)
    assert "Submissions for S1E1 Noon closed" in said.text


async def test_a_work_submitted_after_the_deadline(studio: Studio) -> None:
    lark = await studio.day.member("lark")
    async with studio.world.unchanged():
        answer = await lark.slash("submit", channel=studio.day.works)
        assert answer.modal is None
        assert "Submissions for S1E1 Noon closed" in private(answer)


async def test_a_form_that_was_open_when_submissions_closed(studio: Studio) -> None:
    house = await house_with(studio.world, "Slow typers")
    await house.open("Dawn")
    artist = await house.member("slow")
    await house.work(artist, "in time")
    form = await artist.slash("submit", channel=house.works)
    await house.advance()
    async with studio.world.unchanged():
        answer = await artist.submit_modal(form, {"Title": "Late", "Note": LINK})
        assert "Submissions for S1E1 Dawn closed" in private(answer)


async def test_a_source_that_closes_a_circle(studio: Studio) -> None:
    first, second = studio.number("first 4"), studio.number("second 4 #7")
    async with studio.world.unchanged():
        answer = await studio.mira.slash("work source add", channel=studio.night.works, work=first, source=second)
        said = private(answer)
    assert f"{first} -> {second} -> {first}" in said or f"{second} -> {first} -> {second}" in said


async def test_a_work_that_is_its_own_source(studio: Studio) -> None:
    first = studio.number("first 4")
    async with studio.world.unchanged():
        answer = await studio.mira.slash("work source add", channel=studio.night.works, work=first, source=first)
        assert "cannot be its own source" in private(answer)


@pytest.mark.parametrize(
    ("command", "options", "sentence"),
    [
        ("work edit", {}, "Only mira, who posted #7, or a producer"),
        ("work withdraw", {}, "Only mira"),
        ("work files", {}, "Only mira"),
        ("work history", {}, "Only mira"),
        ("work allow", {"hours": 3}, "Only producers of Night Shift"),
        ("work source add", {"source": "#8"}, "Only mira"),
        ("work disqualify", {"reason": "Because"}, "Only producers of Night Shift"),
    ],
)
async def test_another_artists_work(studio: Studio, command: str, options: dict[str, Any], sentence: str) -> None:
    async with studio.world.unchanged():
        answer = await studio.jo.slash(command, channel=studio.night.works, options={"work": "#7", **options})
        assert sentence in private(answer)


@pytest.mark.parametrize(
    ("who", "command", "options", "sentence"),
    [
        ("jo", "remix", {"work": "#99"}, "has no work #99"),
        ("jo", "remix", {"work": "nothing like it"}, "Which work?"),
        ("mira", "work sources", {"work": "#8"}, "Only jo"),
        ("jo", "work source add", {"work": "#8", "source": "#7 60%"}, "makes 60%, less than 100%"),
        ("jo", "work source add", {"work": "#8", "source": "A poem 30%"}, "has no part yet"),
        ("jo", "work source add", {"work": "#8", "source": "#7 130%"}, "between 0.01 and 100"),
        ("jo", "work source add", {"work": "#8", "source": "A poem https://p.example CC BY-ND"}, "not allow remixes"),
        ("jo", "work uncredited", {"work": "#7", "mine": "#8", "reason": "x"}, "#7 -> #8 -> #7"),
        ("jo", "work uncredited", {"work": "#8", "mine": "#2", "reason": "x"}, "is your own work"),
        ("mira", "work uncredited", {"work": "#8", "mine": "#7", "reason": "x"}, "names #7 as its source already"),
        ("mira", "work uncredited", {"work": "#8", "mine": "#2", "reason": "x"}, "confirmed credit on #2"),
        (
            "mira",
            "work uncredited",
            {"work": "#8", "mine": "my song", "reason": "x"},
            "Name your own work by its number",
        ),
        ("mira", "work uncredited", {"work": "#6", "mine": "#7", "reason": "   "}, "Say in a sentence"),
        ("mira", "work disputes", {}, "Only producers of Night Shift"),
    ],
)
async def test_sources_that_cannot_be(
    studio: Studio, who: str, command: str, options: dict[str, Any], sentence: str
) -> None:
    async with studio.world.unchanged():
        answer = await getattr(studio, who).slash(command, channel=studio.night.works, options=options)
        assert sentence in private(answer)


async def test_buttons_about_sources_that_are_not_ones_own(studio: Studio) -> None:
    first, second = studio.work("first 4"), studio.work("second 4 #7")
    edge = int(studio.world.one("SELECT id FROM sources WHERE work_id = ?", second))
    names = (
        f"source:panel:{second}", f"source:add:{second}", f"source:parts:{second}", f"source:equal:{second}",
        f"source:thank:{second}:{edge}", f"source:object:{first}:{second}", "likeness:yes:99", "likeness:no:99",
        "dispute:agree:99", "dispute:uphold:99", "dispute:decline:99", "dispute:back:99",
    )  # fmt: skip
    forged = await studio.world.forged(studio.night.news, *names)
    elsewhere = await studio.world.forged(studio.day.news, *names, f"source:claim:{second}")
    async with studio.world.unchanged():
        for name in names:
            answer = await studio.mira.click(forged, custom_id=name)
            assert answer.modal is None, name
            private(answer)
        for name in (*names, f"source:claim:{second}"):
            answer = await studio.day.boss.click(elsewhere, custom_id=name)
            assert answer.modal is None, name
            private(answer)


async def test_files_that_cannot_be_given(studio: Studio) -> None:
    upload = {"The new file": [("more.txt", b"more")]}
    for work, values, files, sentence in (
        ("#7", {"What to do": ["add"]}, {}, "Choose the new file"),
        ("#1", {"What to do": ["add"]}, upload, "until submissions close, and they have"),
    ):
        form = await studio.mira.slash("work files", channel=studio.night.works, work=work)
        async with studio.world.unchanged():
            assert sentence in private(await studio.mira.submit_modal(form, values, files=files))
    async with studio.world.unchanged():
        late = await studio.night.producer.slash("work allow", channel=studio.night.works, work="#1", hours=1)
        assert "not taking changes" in private(late)


async def test_buttons_about_works_that_are_not_ones_own(studio: Studio) -> None:
    first = studio.work("first 4")
    nowhere = 2**62
    names = (
        f"work:history:{first}:0", f"work:history:{first}:999999", f"work:agreed:{first}", f"work:files:{first}",
        f"work:edit:{first}", f"work:withdraw:{first}", f"work:agreed:{nowhere}", f"work:history:{nowhere}:0",
    )  # fmt: skip
    forged = await studio.world.forged(studio.night.news, *names)
    elsewhere = await studio.world.forged(studio.day.news, *names, f"work:restore:{first}", "my:works:9")
    async with studio.world.unchanged():
        for name in names:
            answer = await studio.jo.click(forged, custom_id=name)
            assert answer.modal is None, name
            assert "history" not in private(answer)
        for name in (*names, "my:works:9"):
            answer = await studio.day.boss.click(elsewhere, custom_id=name)
            assert answer.modal is None, name
            private(answer)


@pytest.mark.parametrize("work", ["#99", "first", "", "#" + "9" * 60, "https://discord.com/channels/1/2/3"])
async def test_a_work_that_is_none(studio: Studio, work: str) -> None:
    async with studio.world.unchanged():
        private(await studio.mira.slash("work show", channel=studio.night.works, work=work))


@pytest.mark.parametrize("share", ["lots", "0", "101", "-5", "12.345", "9" * 8])
async def test_a_share_that_is_none(studio: Studio, share: str) -> None:
    async with studio.world.unchanged():
        answer = await studio.mira.slash(
            "work credit add", channel=studio.night.works, work="#7", person=studio.jo, share=share
        )
        assert "share" in private(answer)
