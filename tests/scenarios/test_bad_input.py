"""What people get wrong: each is told what is wrong and what to do, them alone, and nothing in the database changes.

A token that Discord refuses and a database of a newer version are in tests/bot/test_main.py: they stop the start.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from sandbox.client import Member, SandboxError
from sandbox.results import Answer, SeenMessage
from tests.scenarios.world import LINK, House, World, opened

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

TITLE = "**Night** @everyone <@&{role}> [free](https://evil.example)"


@dataclass
class Studio:
    """One world for all of this: a guild with an episode in every phase, a second one with a vote."""

    world: World
    night: House
    day: House
    mira: Member
    jo: Member
    cards: dict[str, SeenMessage]

    def episode(self, number: int) -> int:
        """The row id of an episode of the night's show."""
        query = "SELECT e.id FROM episodes e JOIN shows s ON s.id = e.show_id WHERE s.name = ? AND e.number = ?"
        return int(self.world.one(query, self.night.name, number))

    def work(self, title: str) -> int:
        """The row id of a work."""
        return int(self.world.one("SELECT id FROM works WHERE title = ?", title))

    def number(self, title: str) -> str:
        """A work's number as people write it."""
        found = self.world.one("SELECT number FROM works WHERE title = ?", title)
        return f"#{found}"

    def show(self, house: House) -> int:
        """The row id of a house's show."""
        return int(self.world.one("SELECT id FROM shows WHERE name = ?", house.name))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def studio(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    async with opened(tmp_path_factory.mktemp("bad_input")) as world:
        yield await _furnished(world)


async def _furnished(world: World) -> Studio:
    """E1 is out with a proposed payout, E2 in the cut, E3 in the vote, E4 open, E5 planned."""
    night = await world.house("Night Owls", "Night Shift")
    day = await world.house("Day Larks", "Day Shift")
    mira, jo = await night.member("mira"), await night.member("jo")
    cards: dict[str, SeenMessage] = {}
    for number in range(1, 5):
        await night.open(f"Theme {number}")
        cards[f"first {number}"] = await night.work(mira, f"first {number}")
        cards[f"second {number}"] = await night.work(jo, f"second {number} #{2 * number - 1}")
        for _ in range(max(0, min(2, 4 - number))):
            await night.advance()
        if number == 1:
            await night.do("cut add", work="#1", reason="It opens the evening")
            await night.release()
            await night.do("fund add", kind="budget", amount="100", source="The jar")
            await night.do("payout propose")
    await night.do("episode plan", title="Theme 5", opens="in 2d")
    await night.do("theme add", title="Waiting")
    await _one_vote(day)
    return Studio(world, night, day, mira, jo, cards)


async def _one_vote(house: House) -> None:
    await house.open("Noon")
    await house.work(await house.member("lark"), "sunny")
    await house.advance()


def private(answer: Answer) -> str:
    """What a person was told, and nobody else."""
    assert answer.ephemeral, answer.text
    assert "went wrong on my side" not in answer.text, answer.text
    return answer.text


# ---------------------------------------------------------------------------------- the wrong phase


@pytest.mark.parametrize(
    ("command", "options", "sentence"),
    [
        ("episode open", {"episode": "E1"}, "already out"),
        ("episode open", {}, "still open"),
        ("episode open", {"episode": "E5"}, "still open"),
        ("episode release", {"episode": "E4"}, "open for submissions right now"),
        ("episode release", {"episode": "E3"}, "in the vote now"),
        ("episode release", {"episode": "E1"}, "already out"),
        ("episode cancel", {"episode": "E1", "reason": "Rain"}, "already out"),
        ("episode advance", {"episode": "E1"}, "nothing comes after that"),
        ("episode advance", {"episode": "E2"}, "use /episode release"),
        ("episode deadline", {"episode": "E2", "change": "+1d"}, "the producers are making the cut now"),
        ("cut add", {"work": "#7", "reason": "Nice"}, "not a work of “Theme 2”"),
        ("payout propose", {"episode": "E2"}, ""),
        ("payout settle", {"episode": "E1"}, ""),
    ],
)
async def test_a_command_in_the_wrong_phase(
    studio: Studio, command: str, options: dict[str, Any], sentence: str
) -> None:
    async with studio.world.unchanged():
        answer = await studio.night.producer.slash(command, channel=studio.night.producers, options=options)
        assert answer.modal is None
        assert sentence in private(answer)


async def test_voting_where_no_vote_is_open(studio: Studio) -> None:
    house = await _house_with(studio.world, "Early birds")
    await house.open("Dawn")
    async with studio.world.unchanged():
        answer = await house.boss.slash("vote booth", channel=house.news)
        assert "open for submissions right now" in private(answer)


async def _house_with(world: World, name: str, **setup: Any) -> House:
    return await world.house(name, f"{name} show", **setup)


# ---------------------------------------------------------------------------------- themes and episodes


@pytest.mark.parametrize("title", ["", "   ", "x" * 300])
@pytest.mark.parametrize("command", ["theme add", "episode plan"])
async def test_a_title_that_is_none_or_too_long(studio: Studio, command: str, title: str) -> None:
    house = studio.night
    async with studio.world.unchanged():
        if command == "episode plan" and len(title) > 100:
            # Discord's own client does not let it through.
            with pytest.raises(SandboxError, match="at most 100"):
                await house.producer.slash(command, channel=house.producers, title=title)
            return
        answer = await house.producer.slash(command, channel=house.producers, title=title)
        assert ("needs a title" if not title.strip() else "up to 100") in private(answer)


@pytest.mark.parametrize("theme", ["Waiting", "0", "9" * 18, "9" * 40, "9" * 5000, "-1", "²", "1; DROP TABLE themes"])
@pytest.mark.parametrize("command", ["theme edit", "theme remove", "theme move", "episode plan"])
async def test_a_theme_that_is_none(studio: Studio, command: str, theme: str) -> None:
    place = {"place": 1} if command == "theme move" else {}
    async with studio.world.unchanged():
        answer = await studio.night.producer.slash(
            command, channel=studio.night.producers, options={"theme": theme, **place}
        )
        said = private(answer)
        assert "no such theme" in said or "from the list" in said


@pytest.mark.parametrize("episode", ["E99", "S7E1", "nonsense", "9" * 40, "S1E" + "9" * 2000])
@pytest.mark.parametrize("command", ["episode status", "episode advance", "fund show", "payout show", "credits"])
async def test_an_episode_that_is_none(studio: Studio, command: str, episode: str) -> None:
    async with studio.world.unchanged():
        answer = await studio.night.producer.slash(command, channel=studio.night.producers, episode=episode)
        assert "has no episode" in private(answer)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("yesterday", "is unclear"),
        ("", "is unclear"),
        ("-90d", "in the past"),
        ("2020-01-01 10:00", "in the past"),
        ("2026-02-30 10:00", "is not a date and time"),
        ("9999-12-31 23:59", "too far away"),
        ("in 5000d", "too long"),
        ("in 3000d", "too far away"),
        ("+99999999999d", "is not a span of time"),
        ("in 7 fortnights", "is not a span of time"),
    ],
)
@pytest.mark.parametrize("episode", ["E3", "E4", "E5"])
async def test_a_deadline_that_makes_no_sense(studio: Studio, episode: str, change: str, sentence: str) -> None:
    house = studio.night
    async with studio.world.unchanged():
        answer = await house.producer.slash("episode deadline", channel=house.producers, change=change, episode=episode)
        assert sentence in private(answer)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("episode release", {"link": "https://example.org/" + "x" * 500}),
        ("episode release", {"note": "x" * 501}),
        ("episode cancel", {"reason": "x" * 501}),
        ("theme add", {"title": "x", "prompt": "x" * 1501}),
        ("cut add", {"work": "#3", "reason": "x" * 501}),
    ],
)
async def test_words_too_long_for_a_form_do_not_leave_discord(
    studio: Studio, command: str, options: dict[str, Any]
) -> None:
    """A form whose field is longer than it may be would be refused by Discord, with nothing to tell the person."""
    with pytest.raises(SandboxError, match="at most"):
        await studio.night.producer.slash(command, channel=studio.night.producers, options=options)


@pytest.mark.parametrize("link", ["example.org", "javascript:alert(1)", "https://", "https://[::1", "https://a b.c"])
async def test_a_release_without_a_link_that_is_one(studio: Studio, link: str) -> None:
    house = studio.night
    form = await house.producer.slash("episode release", channel=house.producers, episode="E2")
    async with studio.world.unchanged():
        answer = await house.producer.submit_modal(form, {"Link": link})
        assert "must be a web address" in private(answer)


# ---------------------------------------------------------------------------------- the show's settings


@pytest.mark.parametrize(
    ("command", "options", "sentence"),
    [
        ("show schedule", {"timezone": "Mars/Olympus"}, "is not a time zone"),
        ("show schedule", {"timezone": "europe/berlim"}, "Did you mean Europe/Berlin"),
        ("show schedule", {"timezone": "../../etc/passwd"}, "is not a time zone"),
        ("show schedule", {"timezone": ""}, "is not a time zone"),
        ("show schedule", {"time": "25:00"}, "is not a time of day"),
        ("show schedule", {"weekdays": "mon,funday"}, "is not a weekday"),
        ("show schedule", {}, "Nothing to change"),
        ("show durations", {"open_for": "soon"}, "is not a span of time"),
        ("show durations", {"open_for": "0s"}, "can take from 1 second"),
        ("show durations", {"voting": "-3d"}, "is not a span of time"),
        ("show durations", {"voting": "400d"}, "can take from 1 second"),
        ("show durations", {"comments": "1d 1d"}, "is not a span of time"),
        ("show durations", {"grace": "2d"}, "can be up to 1 day"),
        ("show durations", {"open_for": "2d", "grace": "99d"}, "can be up to 1 day"),
        ("show rules", {"currency": "QQQ"}, "is not a currency we know"),
        ("show rules", {"currency": "EUR"}, "already has money in USD"),
        ("show rules", {"floor": "1,234.567 USD"}, "USD has 2 decimals"),
        ("show rules", {"payout_min": "12 EUR"}, "counts in USD, not EUR"),
        ("show rules", {"payout_min": "-5"}, "is negative"),
        ("show rules", {"seats": 3, "floor": "lots"}, "not a"),
        ("show info", {"show": "Noon"}, "There is no show called"),
        ("show rules", {}, "Nothing to change"),
        ("show channels", {}, "Nothing to change"),
    ],
)
async def test_a_setting_that_makes_no_sense(
    studio: Studio, command: str, options: dict[str, Any], sentence: str
) -> None:
    async with studio.world.unchanged():
        answer = await studio.night.producer.slash(command, channel=studio.night.producers, options=options)
        assert sentence in private(answer)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"currency": "gold"}, "is not a currency we know"),
        ({"timezone": "Nowhere"}, "is not a time zone"),
        ({"time": "noon"}, "is not a time of day"),
        ({"weekdays": "someday"}, "is not a weekday"),
        ({"open_for": "999d"}, "can take from 1 second"),
        ({"grace": "3d"}, "can be up to 1 day"),
        ({"name": "x" * 300}, "up to 80"),
        ({"name": "  "}, "needs a name"),
    ],
)
async def test_setup_that_makes_no_sense_makes_no_channels(
    studio: Studio, options: dict[str, Any], sentence: str
) -> None:
    control = studio.world.discord.control
    house = studio.day
    before, requests = await house.boss.channels(house.guild), await control.last_request()
    async with studio.world.unchanged():
        answer = await house.boss.slash("setup", channel=house.news, options={"name": "Third", **options})
        assert sentence in private(answer)
    assert [channel.id for channel in await house.boss.channels(house.guild)] == [channel.id for channel in before]
    made = [r for r in await control.requests(after=requests) if r["path"].endswith(("/channels", "/roles"))]
    assert made == []


async def test_a_channel_that_collects_for_another_show(studio: Studio) -> None:
    house = studio.day
    before = await house.boss.channels(house.guild)
    async with studio.world.unchanged():
        answer = await house.boss.slash("setup", channel=house.news, name="Second", works_channel=house.works)
        assert "already go to Day Shift" in private(answer)
    assert len(await house.boss.channels(house.guild)) == len(before)


# ---------------------------------------------------------------------------------- works


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
    house = await _house_with(studio.world, "Slow typers")
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
        ("work source add", {"source": "#8"}, "Only mira"),
        ("work disqualify", {"reason": "Because"}, "Only producers of Night Shift"),
    ],
)
async def test_another_artists_work(studio: Studio, command: str, options: dict[str, Any], sentence: str) -> None:
    async with studio.world.unchanged():
        answer = await studio.jo.slash(command, channel=studio.night.works, options={"work": "#7", **options})
        assert sentence in private(answer)


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


# ---------------------------------------------------------------------------------- the vote


async def test_a_vote_on_ones_own_work(studio: Studio) -> None:
    """The booth does not offer it; a press that names it all the same is refused."""
    episode, own = studio.episode(3), studio.work("first 3")
    booth = await studio.mira.slash("vote booth", channel=studio.night.works)
    assert "second 3" in booth.text
    forged = await studio.world.forged(studio.night.news, f"vote:mark:{episode}:{own}:5")
    async with studio.world.unchanged():
        answer = await studio.mira.click(forged)
        assert "is yours or carries your credit" in private(answer)


async def test_marks_that_cannot_be(studio: Studio) -> None:
    episode, work = studio.episode(3), studio.work("second 3 #5")
    names = {
        f"vote:mark:{episode}:{work}:9": "from 0 to 5",
        f"vote:mark:{episode}:{studio.work('first 4')}:3": "no longer takes part in this vote",
        f"vote:mark:{studio.episode(2)}:{studio.work('second 2 #3')}:3": "the producers are making the cut now",
        f"vote:mark:{studio.episode(4)}:{studio.work('second 4 #7')}:3": "open for submissions right now",
    }
    forged = await studio.world.forged(studio.night.news, *names)
    async with studio.world.unchanged():
        for name, sentence in names.items():
            assert sentence in private(await studio.mira.click(forged, custom_id=name))


# ---------------------------------------------------------------------------------- money


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("1,234.567 USD", "USD has 2 decimals; 1,234.567 has 3"),
        ("12 EUR", "counts in USD, not EUR"),
        ("5 QQQ", "is not a currency we know"),
        ("-5", "is negative"),
        ("0", ""),
        ("lots", "not a"),
        ("1.2.3", ""),
        ("1e6", ""),
        ("9" * 50, "more than we can count"),
        (" ", "is not an amount"),
    ],
)
async def test_an_amount_that_is_none(studio: Studio, amount: str, sentence: str) -> None:
    house = studio.night
    async with studio.world.unchanged():
        answer = await house.producer.slash(
            "fund add", channel=house.producers, kind="budget", amount=amount, source="The jar", episode="E1"
        )
        assert sentence in private(answer)


@pytest.mark.parametrize("number", ["9" * 19, "9" * 40, "9" * 5000, "٣", "-1", "1.5", "#"])
@pytest.mark.parametrize(
    ("command", "option", "more"),
    [
        ("vote booth", "work", {}),
        ("cut add", "work", {"reason": "It has a long number"}),
        ("payout answer", "concern", {"accept": True, "text": "Yes, it is so"}),
    ],
)
async def test_a_number_that_is_none(
    studio: Studio, command: str, option: str, more: dict[str, Any], number: str
) -> None:
    who, place = studio.night.producer, studio.night.works
    async with studio.world.unchanged():
        try:
            answer = await who.slash(command, channel=place, options={**more, option: number})
        except SandboxError as error:
            assert "at most" in error.message  # noqa: PT017 - Discord's client may refuse it first
        else:
            private(answer)


@pytest.mark.parametrize("entry", [0, -1, 2**53 - 1])
async def test_an_entry_that_is_none(studio: Studio, entry: int) -> None:
    house = studio.night
    async with studio.world.unchanged():
        try:
            answer = await house.producer.slash(
                "fund take-back", channel=house.producers, entry=entry, reason="There is none"
            )
        except SandboxError as error:
            assert "at least" in error.message  # noqa: PT017 - Discord's client may refuse it first
        else:
            assert "no" in private(answer)


# ---------------------------------------------------------------------------------- who may


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("theme add", {"title": "Mine"}),
        ("theme add", {}),
        ("theme queue", {}),
        ("theme remove", {"theme": "1"}),
        ("theme edit", {"theme": "1"}),
        ("theme move", {"theme": "1", "place": 1}),
        ("episode plan", {"title": "Mine"}),
        ("episode open", {}),
        ("episode advance", {}),
        ("episode deadline", {"change": "+1d"}),
        ("episode release", {"episode": "E2"}),
        ("episode cancel", {"reason": "Because"}),
        ("cut add", {"work": "#3", "reason": "Because"}),
        ("cut remove", {"work": "#3", "reason": "Because"}),
        ("cut points", {"work": "#3", "points": 5, "reason": "Because"}),
        ("fund add", {"kind": "budget", "amount": "5", "source": "Me"}),
        ("fund take-back", {"entry": 1, "reason": "Because"}),
        ("payout propose", {"episode": "E1"}),
        ("payout finalise", {"episode": "E1"}),
        ("payout settle", {"episode": "E1"}),
        ("show rules", {"seats": 1}),
        ("show schedule", {"weekdays": "daily"}),
        ("show durations", {"voting": "1d"}),
        ("show channels", {}),
        ("show pause", {}),
        ("show resume", {}),
        ("doctor", {}),
        ("setup", {}),
    ],
)
async def test_a_member_without_the_role(studio: Studio, command: str, options: dict[str, Any]) -> None:
    async with studio.world.unchanged():
        answer = await studio.mira.slash(command, channel=studio.night.news, options=options)
        assert answer.modal is None
        said = private(answer)
        assert "Only producers of Night Shift" in said or "Manage Server" in said


async def test_a_producer_does_not_choose_the_producers(studio: Studio) -> None:
    house = studio.night
    async with studio.world.unchanged():
        answer = await house.producer.slash("show channels", channel=house.producers, producer_role=house.role)
        assert "takes the Manage Server permission" in private(answer)


async def test_buttons_of_producers_pressed_by_others(studio: Studio) -> None:
    show = studio.show(studio.night)
    names = (
        f"theme:add:{show}", f"doctor:retry:{show}", f"doctor:check:{show}",
        f"episode:advance:{studio.episode(4)}:open", f"episode:advance:{studio.episode(5)}:planned",
    )  # fmt: skip
    forged = await studio.world.forged(studio.night.news, *names)
    async with studio.world.unchanged():
        for name in names:
            answer = await studio.mira.click(forged, custom_id=name)
            assert answer.modal is None, name
            assert "Only producers of Night Shift" in private(answer)


# ---------------------------------------------------------------------------------- other servers


async def test_ids_of_another_server_lead_nowhere(studio: Studio) -> None:
    """Typed where autocomplete would have put an id of this server's own."""
    boss, place = studio.day.boss, studio.day.producers
    theme = str(studio.world.one("SELECT id FROM themes WHERE title = 'Waiting'"))
    entry = int(studio.world.one("SELECT id FROM fund_entries"))
    card = studio.cards["first 4"]
    message = f"https://discord.com/channels/{studio.night.guild.id}/{card.channel_id}/{card.id}"
    page = f"{studio.world.bot.site_url}/works/{studio.work('first 4')}"
    tries: list[tuple[str, dict[str, Any]]] = [
        ("theme edit", {"theme": theme}),
        ("theme remove", {"theme": theme}),
        ("theme move", {"theme": theme, "place": 1}),
        ("episode plan", {"theme": theme}),
        ("episode advance", {"show": "night-shift"}),
        ("episode cancel", {"show": "Night Shift", "reason": "Because"}),
        ("episode status", {"show": "night-shift"}),
        ("show info", {"show": "night-shift"}),
        ("show pause", {"show": "Night Shift"}),
        ("doctor", {"show": "night-shift"}),
        ("fund take-back", {"entry": entry, "reason": "Because"}),
        ("cut show", {"show": "night-shift"}),
        ("vote booth", {"show": "night-shift"}),
        ("work show", {"work": message}),
        ("work show", {"work": page}),
        ("work disqualify", {"work": page, "reason": "Because"}),
    ]
    async with studio.world.unchanged():
        for command, options in tries:
            answer = await boss.slash(command, channel=place, options=options)
            assert answer.modal is None, command
            assert "Theme" not in private(answer), command


async def test_buttons_with_ids_of_another_server_lead_nowhere(studio: Studio) -> None:
    show, vote, work = studio.show(studio.night), studio.episode(3), studio.work("second 3 #5")
    open_work = studio.work("first 4")
    payout = studio.world.one("SELECT id FROM payout_rounds")
    names = (
        f"theme:add:{show}", f"doctor:retry:{show}", f"doctor:check:{show}", f"episode:deal:{vote}",
        f"episode:advance:{studio.episode(4)}:open", f"vote:open:{vote}", f"vote:mark:{vote}:{work}:5",
        f"vote:next:{vote}:{work}", f"vote:back:{vote}:{work}", f"vote:mine:{vote}:0", f"vote:return:{vote}",
        f"work:edit:{open_work}", f"work:withdraw:{open_work}", f"work:source:{open_work}",
        f"work:credit:{open_work}", f"work:restore:{open_work}", f"work:confirm:{open_work}",
        f"work:decline:{open_work}", f"payout:explain:{payout}",
    )  # fmt: skip
    forged = await studio.world.forged(studio.day.news, *names)
    async with studio.world.unchanged():
        for name in names:
            answer = await studio.day.boss.click(forged, custom_id=name)
            assert answer.modal is None, name
            private(answer)


async def test_a_concern_about_another_servers_payout(studio: Studio) -> None:
    payout = studio.world.one("SELECT id FROM payout_rounds")
    forged = await studio.world.forged(studio.day.news, f"payout:concern:{payout}")
    async with studio.world.unchanged():
        answer = await studio.day.boss.click(forged)
        if answer.modal is not None:
            kind = answer.modal.fields[0]
            answer = await studio.day.boss.submit_modal(
                answer, {kind.custom_id: [kind.options[0][1]], "What should be different?": "All of it"}
            )
        private(answer)


async def test_which_show_is_asked_only_where_nothing_says_so(studio: Studio) -> None:
    control = studio.world.discord.control
    house = await _house_with(studio.world, "Twins")
    await house.open("Dawn")
    other = {
        f"{part}_channel": await control.create_channel(house.guild, f"other-{part}") for part in ("works", "news")
    }
    assert "is ready" in (await house.boss.slash("setup", channel=house.news, name="Other", options=other)).text
    lobby = await control.create_channel(house.guild, "lobby")
    thread, _ = await house.boss.open_thread(house.works, "Talk", content="about it")
    async with studio.world.unchanged():
        assert "Which show? This server has Other, Twins show" in private(
            await house.boss.slash("episode status", channel=lobby)
        )
        for place in (house.works, thread):
            assert "Dawn" in private(await house.boss.slash("episode status", channel=place))
        assert "Other has no episode" in private(
            await house.boss.slash("episode status", channel=other["news_channel"])
        )


# ---------------------------------------------------------------------------------- old messages, double clicks


async def test_old_buttons_of_a_phase_that_is_over(studio: Studio) -> None:
    house = await _house_with(studio.world, "Rewinders")
    await house.open("Dawn")
    artist = await house.member("ann")
    await house.work(artist, "old")
    names = [f"work:{doing}:{studio.work('old')}" for doing in ("withdraw", "edit")]
    card = await studio.world.forged(house.works, *names)
    stale = await house.advance()
    invited = await studio.world.discord.control.wait_for_message(channel=house.news, contains="Open my booth")
    booth = await house.boss.click(invited, "Open my booth")
    await house.advance()
    async with studio.world.unchanged():
        again = await house.producer.click(stale, stale.buttons[0].label)
        assert "has gone on already" in private(again)
        for name in names:
            answer = await artist.click(card, custom_id=name)
            if answer.modal is not None:
                answer = await artist.submit_modal(answer, {"Title": "New"})
            assert "until submissions close, and they have" in private(answer)
        assert booth.message is not None
        late = await house.boss.click(booth.message, "5")
        assert "the producers are making the cut now" in private(late)


async def test_pressed_twice_it_happens_once(studio: Studio) -> None:
    house = await _house_with(studio.world, "Double tappers")
    await house.open("Dawn")
    await house.work(await house.member("ann"), "once")
    asked = await house.do("episode advance")
    assert asked.message is not None
    button = asked.message.buttons[0].label
    answers = await asyncio.gather(*(house.producer.click(asked.message, button) for _ in range(2)))
    assert sorted("is now in the vote" in answer.text for answer in answers) == [False, True]
    (episode,) = studio.world.rows(
        "SELECT e.id FROM episodes e JOIN shows s ON s.id = e.show_id WHERE s.name = ?", house.name
    )
    moves = studio.world.rows("SELECT to_phase FROM episode_moves WHERE episode_id = ? ORDER BY id", *episode)
    assert moves == [("planned",), ("open",), ("voting",)]


async def test_setup_asked_twice_at_once_makes_one_set_of_channels(studio: Studio) -> None:
    control = studio.world.discord.control
    guild = await control.create_guild("Eager", owner="Eve")
    boss = studio.world.discord.member(guild.owner_id)
    lobby = await control.create_channel(guild, "lobby")
    answers = await asyncio.gather(*(boss.slash("setup", channel=lobby, name="Eager show") for _ in range(2)))
    assert sorted("is ready" in answer.text for answer in answers) == [False, True]
    assert any("right now" in private(answer) for answer in answers)
    names = [channel.name for channel in await boss.channels(guild) if channel.name.startswith("eager")]
    assert sorted(names) == ["eager-show-news", "eager-show-producers", "eager-show-works"]


async def test_a_mark_pressed_twice_is_one_mark(studio: Studio) -> None:
    house = await _house_with(studio.world, "Double voters")
    await house.open("Dawn")
    await house.work(await house.member("ann"), "loved")
    await house.advance()
    booth = await house.boss.slash("vote booth", channel=house.news)
    assert booth.message is not None
    await asyncio.gather(*(house.boss.click(booth.message, "5") for _ in range(2)))
    marks = studio.world.rows("SELECT m.mark FROM marks m JOIN works w ON w.id = m.work_id WHERE w.title = ?", "loved")
    assert marks == [(5,)]


# ---------------------------------------------------------------------------------- other people's words


async def test_words_ping_nobody_and_format_nothing(studio: Studio) -> None:
    control = studio.world.discord.control
    requests = await control.last_request()
    house = await studio.world.house("Shouters", "Loud **show** @everyone")
    title = TITLE.format(role=house.role.id)
    await house.do("theme add", title=title, prompt="# Big\n@here <@&1>")
    await house.do("theme queue")
    await house.do("episode open")
    said = await control.wait_for_message(channel=house.news, author="bot", contains="Night")
    assert "@everyone" not in said.text
    assert "**Night**" not in said.text
    assert "[free](https" not in said.text.replace("\\[free](https", "")
    artist = await house.member("@everyone")
    await house.work(artist, "@here **loud**")
    await house.advance()
    await control.wait_for_message(channel=house.news, author="bot", contains="Open my booth")
    made = await control.requests(after=requests)
    assert len(made) > 10
    assert studio.world.sends_that_ping(made) == []


# ---------------------------------------------------------------------------------- channels that are missing


async def test_a_deleted_channel_is_told_to_producers_and_the_news_go_to_the_next(studio: Studio) -> None:
    control = studio.world.discord.control
    house = await _house_with(studio.world, "Movers")
    await control.delete_channel(house.news)
    await house.do("episode plan", title="Lost and found", opens="in 2d")
    told = await control.wait_for_message(channel=house.producers, author="bot", contains="no longer exists")
    assert "Choose another" in told.text
    checked = await house.do("doctor")
    assert "is gone, or I cannot see it" in checked.text
    found = await control.create_channel(house.guild, "new-news")
    await house.do("show channels", news=found)
    checked = await house.do("doctor")
    assert checked.message is not None
    await house.producer.click(checked.message, "Try again")
    await control.wait_for_message(channel=found, author="bot", contains="Lost and found")


async def test_a_channel_where_the_bot_may_not_post(studio: Studio) -> None:
    control = studio.world.discord.control
    house = await _house_with(studio.world, "Silencers")
    bot = int((await control.status())["bot"]["id"])
    await control.set_overwrite(house.news, bot, deny=["send_messages"])
    await house.do("episode plan", title="Hushed", opens="in 2d")
    told = await control.wait_for_message(channel=house.producers, author="bot", contains="Send Messages")
    assert "I can't post" in told.text
    assert "I lack **Send Messages" in (await house.do("doctor")).text
    await control.set_overwrite(house.news, bot, allow=["send_messages"])
    checked = await house.do("doctor")
    assert checked.message is not None
    await house.producer.click(checked.message, "Try again")
    await control.wait_for_message(channel=house.news, author="bot", contains="Hushed")
