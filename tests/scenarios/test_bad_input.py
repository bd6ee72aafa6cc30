"""What people get wrong: each is told what is wrong and what to do, them alone, and nothing in the database changes.

A token that Discord refuses and a database of a newer version are in tests/bot/test_main.py: they stop the start.
"""

from typing import Any

import pytest

from sandbox.client import SandboxError
from tests.scenarios.studio import Studio, house_with, private

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]


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
    house = await house_with(studio.world, "Early birds")
    await house.open("Dawn")
    async with studio.world.unchanged():
        answer = await house.boss.slash("vote booth", channel=house.news)
        assert "open for submissions right now" in private(answer)


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
        ("show money", {"weights": "votes"}, "Votes alone would set"),
        ("show money", {"weights": "blend"}, "Say how the blend is made"),
        ("show money", {"blend": "half and half"}, "Write a blend like"),
        ("show money", {"promised": "12 EUR"}, "counts in USD, not EUR"),
        ("show money", {"floor": "-5"}, "is negative"),
        ("show money", {"comments": "soon"}, ""),
        ("show money", {"comments_min": "400d"}, "can be up to"),
        ("payout adjust", {"amount": "0", "reason": "x", "to_work": "#1"}, ""),
        ("payout adjust", {"amount": "5", "reason": "x", "to_work": "the best"}, "is no work"),
        ("payout undo", {"number": 99}, ""),
        ("payout preview", {"pool": "0", "episode": "E1"}, "nothing"),
        ("payout preview", {"blend": "x", "pool": "5", "episode": "E1"}, "Write a blend like"),
        ("fund receipt", {"entry": 999}, "no receipt"),
        ("show rules", {"seats": 3, "floor": "lots"}, "not a"),
        ("show info", {"show": "Noon"}, "There is no show called"),
        ("show rules", {}, "Nothing to change"),
        ("show channels", {}, "Nothing to change"),
        ("show vote", {"seats": 3, "criteria": "Craft"}, "Give two to 5 criteria"),
        ("show vote", {"how": "stv", "criteria": "Craft, Story"}, "score or star only"),
        ("show vote", {"max_score": 3, "jury_share": 40}, "who the jury is"),
        ("show works", {}, "Nothing to change"),
        ("show works", {"max_files": 2, "types": "pictures, smells"}, "“smells” is no kind of file"),
        ("show works", {"max_files": 2, "max_size": 26}, "A file can have up to 25 MB here"),
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
        f"vote:mark:{episode}:{work}:3:4": "Open your booth again",
        f"vote:pick:{episode}:{work}": "marked by itself",
        f"vote:move:{episode}:{work}:up:2": "marked by itself",
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
