"""Who may not, ids of other servers, old and impatient presses, words that shout, channels that are gone."""

import asyncio
from typing import Any

import pytest

from tests.scenarios.studio import Studio, house_with, private

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

TITLE = "**Night** @everyone <@&{role}> [free](https://evil.example)"


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
        ("theme rules", {"each": 1}),
        ("result watch", {}),
        ("result strike", {"ballots": "a" * 8, "reason": "Because I say so"}),
        ("result restore", {"ballots": "a" * 8, "reason": "Because I say so"}),
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
        ("show vote", {"seats": 1}),
        ("show schedule", {"weekdays": "daily"}),
        ("show durations", {"voting": "1d"}),
        ("show channels", {}),
        ("show works", {"max_files": 1}),
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
        f"result:strike:{studio.episode(2)}",
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
        ("result show", {"show": "night-shift"}),
        ("theme suggestions", {"show": "night-shift"}),
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
        f"vote:pick:{vote}:{work}", f"vote:move:{vote}:{work}:up:1", f"vote:part:{vote}:{work}:0",
        f"vote:next:{vote}:{work}", f"vote:back:{vote}:{work}", f"vote:mine:{vote}:0", f"vote:return:{vote}",
        f"work:edit:{open_work}", f"work:withdraw:{open_work}", f"work:source:{open_work}",
        f"work:credit:{open_work}", f"work:restore:{open_work}", f"work:confirm:{open_work}",
        f"work:decline:{open_work}", f"payout:explain:{payout}", f"vote:remind:{vote}",
        f"result:strike:{studio.episode(2)}", f"theme:list:{show}:0:turn:0",
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
    house = await house_with(studio.world, "Twins")
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
    house = await house_with(studio.world, "Rewinders")
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
    house = await house_with(studio.world, "Double tappers")
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
    house = await house_with(studio.world, "Double voters")
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
    house = await house_with(studio.world, "Movers")
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
    house = await house_with(studio.world, "Silencers")
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
