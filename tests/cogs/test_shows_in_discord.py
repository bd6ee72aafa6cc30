"""A producer's way from /setup to the credits, over real sockets; and what everybody else meets."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.features import sayings
from cogs import episodes as episode_cog
from cogs import help as help_cog
from cogs import setup as setup_cog
from cogs import shows as show_cog
from cogs import themes as theme_cog
from cogs.runtime import Runtime
from db.models import CutEntry, Episode, OutboxRow, OutboxState
from domain.episode import Phase
from services import clock, shows
from services.store import Database, Transaction
from tests.services.test_clock import add_work
from tests.support.bot_studio import Stage, delivering, on_stage


async def _features(bot: Any, runtime: Runtime) -> None:
    bot.runtime = runtime
    for feature in (setup_cog, show_cog, theme_cog, episode_cog, help_cog):
        await feature.setup_feature(bot, runtime)


@pytest.fixture
async def stage(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with on_stage(db, tmp_path, monkeypatch, _features) as ready:
        for command in ("setup", "doctor", "show", "theme", "episode", "help"):
            await ready.discord.control.wait_for_commands(command)
        yield ready


@pytest.fixture
async def boss(stage: Stage) -> Any:
    """A member who may manage the server."""
    role = await stage.discord.control.create_role(stage.guild, "Managers", permissions=0x20)
    return await stage.discord.control.add_member(stage.guild, "Bo", roles=[role])


async def read(stage: Stage, words: str, channel: Any = None) -> Any:
    """The post that holds `words`, once everything in the outbox is said."""
    async with delivering(stage, sayings()):
        return await stage.wait_for_text(words, channel)


async def latest(db: Database) -> Episode:
    async with db.reading() as tx:
        found = await tx.scalar(select(Episode).order_by(Episode.id.desc()).limit(1))
    assert found is not None
    return found


async def test_an_artist_meets_the_theme(stage: Stage, boss: Any) -> None:
    added = await boss.slash("theme add", channel=stage.news, title="Night trains", prompt="What moves at *night*?")
    assert added.ephemeral
    assert "goes out next" in added.message.text
    opened = await boss.slash("episode open", channel=stage.news)
    assert "S1E1 is open" in opened.message.text
    post = await read(stage, "# Night trains")
    assert f"<#{stage.works.id}>" in post.text
    assert "The deal:" in post.text
    whole = await stage.member.click(post, "The deal")
    assert whole.ephemeral
    assert "Small sums." in whole.message.text
    assert "Be the first" in post.text
    assert "What moves at \\*night\\*?" in post.text


async def test_what_only_producers_may_do(stage: Stage) -> None:
    for command, options in (
        ("theme add", {"title": "X"}),
        ("theme queue", {}),
        ("episode open", {}),
        ("episode advance", {}),
        ("show pause", {}),
        ("show rules", {"seats": 3}),
        ("doctor", {}),
        ("setup", {}),
    ):
        answer = await stage.member.slash(command, channel=stage.news, **options)
        assert answer.ephemeral, command
        assert "Manage Server" in answer.message.text or "no episode right now" in answer.message.text, command
    shown = await stage.member.slash("show info", channel=stage.news)
    assert "Night Shift" in shown.message.text


async def test_setup_makes_what_is_missing_and_goes_over_it_again(stage: Stage) -> None:
    control = stage.discord.control
    guild = await control.create_guild("Day Birds", owner="Dora")
    lobby = await control.create_channel(guild, "lobby")
    await control.wait_for_commands("setup")
    role = await control.create_role(guild, "Managers", permissions=0x20)
    dora = await control.add_member(guild, "Dora Two", roles=[role])
    answer = await dora.slash("setup", channel=lobby, timezone="Europe/Berlin", currency="EUR", weekdays="thu")
    assert "Day Birds is ready" in answer.message.text, answer.message.text
    (ref,) = await shows.list_shows(stage.runtime.db, int(guild.id))
    view = await shows.show_by_id(stage.runtime.db, ref.id)
    assert (view.timezone, view.currency.code, view.weekdays, view.post_at) == (
        "Europe/Berlin",
        "EUR",
        (3,),
        "18:00:00",
    )
    names = {channel.name for channel in await dora.channels(guild)}
    assert {"day-birds-works", "day-birds-news"} <= names
    again = await dora.slash("setup", channel=lobby, time="20:30")
    assert "Made for it" not in again.message.text
    (only,) = await shows.list_shows(stage.runtime.db, int(guild.id))
    after = await shows.show_by_id(stage.runtime.db, only.id)
    assert (after.id, after.currency.code, after.post_at) == (view.id, "EUR", "20:30:00")


async def test_without_manage_roles_the_producers_channel_is_still_not_for_all(stage: Stage) -> None:
    control = stage.discord.control
    guild = await control.create_guild("Quiet House")
    lobby = await control.create_channel(guild, "lobby")
    manager = await control.create_role(guild, "Managers", permissions=0x20)
    dora = await control.add_member(guild, "Dora", roles=[manager])
    visitor = await control.add_member(guild, "Vic")
    await control.set_bot_permissions(guild, without=["manage_roles"])
    await control.wait_for_commands("setup")
    answer = await dora.slash("setup", channel=lobby)
    assert "Without a producer role" in answer.message.text
    assert "Without anybody but you in" in answer.message.text
    assert "quiet-house-producers" in {channel.name for channel in await dora.channels(guild)}
    assert "quiet-house-producers" not in {channel.name for channel in await visitor.channels(guild)}
    assert "quiet-house-works" in {channel.name for channel in await visitor.channels(guild)}


async def test_setup_refuses_nonsense_before_it_makes_anything(stage: Stage, boss: Any) -> None:
    before = {channel.name for channel in await boss.channels(stage.guild)}
    for options, words in (
        ({"currency": "XYZ"}, "not a currency"),
        ({"timezone": "Europe/Berlln"}, "Europe/Berlin"),
        ({"weekdays": "someday"}, "not a weekday"),
        ({"time": "25:00"}, "not a time of day"),
        ({"open_for": "soon"}, "not a span of time"),
    ):
        answer = await boss.slash("setup", channel=stage.news, name="Another", **options)
        assert words in answer.message.text
    assert {channel.name for channel in await boss.channels(stage.guild)} == before
    assert len(await shows.list_shows(stage.runtime.db, int(stage.guild.id))) == 1


async def test_the_form_for_a_theme(stage: Stage, boss: Any) -> None:
    form = await boss.slash("theme add", channel=stage.news)
    assert form.kind == "modal"
    done = await boss.submit_modal(form, {"Title": "Glass", "Prompt": "Break it."})
    assert "Glass" in done.message.text
    (choice,) = await boss.autocomplete("theme edit", "theme", "gla", channel=stage.news)
    edit = await boss.slash("theme edit", channel=stage.news, theme=choice.value)
    await boss.submit_modal(edit, {"Title": "Glass houses", "Prompt": "Live in it."})
    await boss.slash("theme add", channel=stage.news, title="Second")
    choices = await boss.autocomplete("theme move", "theme", "", channel=stage.news)
    assert [choice.name for choice in choices] == ["1. Glass houses", "2. Second"]
    await boss.slash("theme move", channel=stage.news, theme=choices[1].value, place=1)
    queue = await boss.slash("theme queue", channel=stage.news)
    assert queue.message.text.index("Second") < queue.message.text.index("Glass houses")
    gone = await boss.slash("theme remove", channel=stage.news, theme=choices[0].value)
    assert "out of the queue" in gone.message.text
    assert not await stage.member.autocomplete("theme move", "theme", "", channel=stage.news)


async def test_a_theme_needs_a_title(stage: Stage, boss: Any) -> None:
    answer = await boss.slash("theme add", channel=stage.news, title="   ")
    assert answer.message.text == "A theme needs a title."
    assert "is empty" in (await boss.slash("theme queue", channel=stage.news)).message.text


async def test_an_empty_queue_is_told_with_a_button_that_works(stage: Stage, boss: Any) -> None:
    due = stage.show.next_theme_at
    assert due is not None
    stage.clock.ahead = due - timedelta(hours=1) - stage.clock()
    await clock.run_due(stage.runtime.db, stage.clock(), stage.runtime.rng)
    post = await read(stage, "is out of themes", stage.producers)
    refused = await stage.member.click(post, "Add a theme")
    form = await boss.click(post, "Add a theme")
    assert form.kind == "modal"
    done = await boss.submit_modal(form, {"Title": "Rescue"})
    assert "Rescue" in done.message.text
    assert "Only producers" in refused.text


async def test_an_episode_from_plan_to_credits(stage: Stage, boss: Any) -> None:
    db = stage.runtime.db
    await boss.slash("episode plan", channel=stage.news, title="Glass", prompt="Break it", opens="in 2h")
    plan = await read(stage, "### The deal")
    assert "20%" in plan.text
    moved = await boss.slash("episode deadline", channel=stage.news, change="+1h")
    assert "opens" in moved.message.text
    ask = await boss.slash("episode advance", channel=stage.news)
    await boss.click(ask.message, "Open submissions now")
    await read(stage, "Take part")
    nothing = await boss.slash("episode advance", channel=stage.news)
    refused = await boss.click(nothing.message, "Close and start the vote")
    assert "no works yet" in refused.message.text
    episode = await latest(db)
    work = await add_work(db, episode.id)
    ask = await boss.slash("episode advance", channel=stage.news)
    first = await boss.click(ask.message, "Close and start the vote")
    again = await boss.click(ask.message, "Close and start the vote")
    assert "is now in the vote" in first.message.text
    assert "has gone on already" in again.message.text
    early = await boss.slash("episode release", channel=stage.news)
    assert "vote" in early.message.text
    ask = await boss.slash("episode advance", channel=stage.news)
    await boss.click(ask.message, "Count now")
    await _in_cut(db, episode.id, work)
    form = await boss.slash("episode release", channel=stage.news, link="https://example.com/glass")
    done = await boss.submit_modal(form, {"Link": "https://example.com/glass", "Note": "What a night."})
    assert "the credits roll" in done.message.text
    credits = await read(stage, "### Credits")
    assert "Artist 1" in credits.text
    assert "What a night." in credits.text
    assert (await latest(db)).phase is Phase.RELEASED
    history = await stage.member.slash("episode history", channel=stage.news)
    assert "S1E1" in history.message.text
    status = await stage.member.slash("episode status", channel=stage.news, episode="S1E1")
    assert "https://example.com/glass" in status.message.text


async def _in_cut(db: Database, episode_id: int, work_id: int) -> None:
    async def put(tx: Transaction) -> None:
        if await tx.get(CutEntry, (episode_id, work_id)) is None:
            tx.add(
                CutEntry(
                    episode_id=episode_id, work_id=work_id, in_cut=True, by_vote=False, points=1, reason="good",
                    outcome=None,
                )
            )  # fmt: skip

    await db.write(put)


async def test_canceling_takes_a_reason_that_all_read(stage: Stage, boss: Any) -> None:
    await boss.slash("theme add", channel=stage.news, title="Glass")
    await boss.slash("episode open", channel=stage.news)
    await read(stage, "Take part")
    form = await boss.slash("episode cancel", channel=stage.news)
    await boss.submit_modal(form, {"Reason": "The gallery burned down."})
    post = await read(stage, "will not go on")
    assert "The gallery burned down." in post.text
    await read(stage, "This episode was canceled.")


async def test_doctor_names_what_is_wrong_and_tries_again(stage: Stage, boss: Any) -> None:
    well = await boss.slash("doctor", channel=stage.news)
    assert "The queue is empty" in well.message.text
    assert "What comes next" in well.message.text
    await stage.say("lost")

    async def fail(tx: Transaction) -> None:
        await tx.execute(update(OutboxRow).values(state=OutboxState.FAILED, error="The channel is gone."))

    await stage.runtime.db.write(fail)
    await stage.discord.control.delete_channel(stage.producers)
    ill = await boss.slash("doctor", channel=stage.news)
    assert "The producers channel" in ill.message.text
    assert "The channel is gone." in ill.message.text
    done = await boss.click(ill.message, "Try again")
    assert "Trying 1 message again" in done.message.text
    await read(stage, "About lost")


async def test_shows_are_changed_in_words(stage: Stage, boss: Any) -> None:
    rules = await boss.slash("show rules", channel=stage.news, seats=3, house=40, payout_min="25")
    assert "3 works" in rules.message.text
    assert "$25.00" in rules.message.text
    vote = await boss.slash(
        "show vote", channel=stage.news, how="star", criteria="Craft 2, Story", member_days=7, hide_artists=True
    )
    for words in ("Craft (counts double) and Story", "been in this server for 7 days", "Artists are not named"):
        assert words in vote.message.text
    shown = await stage.member.slash("show vote", channel=stage.news)
    assert "Craft (counts double) and Story" in shown.message.text
    schedule = await boss.slash("show schedule", channel=stage.news, weekdays="daily", time="07:30")
    assert "Every day at 07:30" in schedule.message.text
    durations = await boss.slash("show durations", channel=stage.news, open_for="20s", voting="90m")
    assert "Open for works 20 seconds, vote 1 hour 30 minutes" in durations.message.text
    paused = await boss.slash("show pause", channel=stage.news)
    assert "Paused" in paused.message.text
    resumed = await boss.slash("show resume", channel=stage.news)
    assert "The next theme goes out" in resumed.message.text
    zones = await boss.autocomplete("show schedule", "timezone", "berl", channel=stage.news)
    assert [zone.value for zone in zones] == ["Europe/Berlin"]
    money = await boss.autocomplete("show rules", "currency", "yen", channel=stage.news)
    assert "JPY" in [choice.value for choice in money]


async def test_help_says_more_to_producers(stage: Stage, boss: Any) -> None:
    artist = await stage.member.slash("help", channel=stage.news)
    producer = await boss.slash("help", channel=stage.news)
    assert "For producers" not in artist.message.text
    assert "For producers" in producer.message.text
