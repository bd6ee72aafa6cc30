"""What falls due: themes by the cadence, closes, counts; exactly once, on time, after any downtime."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from db.models import (
    Artist,
    Deadline,
    DeadlineKind,
    DeadlineState,
    Episode,
    EpisodeMove,
    OutboxRow,
    Show,
    Work,
    WorkState,
)
from domain.episode import Phase
from domain.licences import Licence
from services import clock, episodes, shows, themes
from services.shows import ShowView
from services.store import Database, Transaction
from tests.support.studio import NOW, PRODUCER, WORKS_CHANNEL, after, make_show, rng

WEEK = timedelta(days=7)


async def add_themes(db: Database, *titles: str) -> None:
    for title in titles:
        await themes.queue_theme(db, PRODUCER, show=None, title=title, prompt="Make it.", now=NOW)


async def add_work(db: Database, episode_id: int, number: int = 1) -> int:
    """A work as collecting would store it."""

    async def add(tx: Transaction) -> int:
        episode = await tx.get_one(Episode, episode_id)
        show = await tx.get_one(Show, episode.show_id)
        artist = Artist(guild_id=show.guild_id, user_id=70_000 + number, name=f"Artist {number}", created_at=NOW)
        tx.add(artist)
        await tx.flush()
        work = Work(
            show_id=show.id, episode_id=episode_id, number=number, artist_id=artist.id, title=f"Work {number}",
            note="", medium="picture", licence=Licence.CC_BY, state=WorkState.IN, reason="", channel_id=WORKS_CHANNEL,
            message_id=10_000 + number, by_form=False, submitted_at=NOW, collected_at=NOW, version=1,
        )  # fmt: skip
        tx.add(work)
        await tx.flush()
        return work.id

    return await db.write(add)


async def all_episodes(db: Database) -> list[Episode]:
    async with db.reading() as tx:
        return list(await tx.scalars(select(Episode).order_by(Episode.id)))


async def said(db: Database) -> list[tuple[str, str]]:
    async with db.reading() as tx:
        rows = await tx.scalars(select(OutboxRow).order_by(OutboxRow.id))
        return [(row.kind, row.action.value) for row in rows]


async def sent(db: Database, kind: str) -> int:
    return sum(1 for name, action in await said(db) if name == kind and action == "send")


async def test_the_next_theme_goes_out_by_the_cadence(studio_db: Database, show: ShowView) -> None:
    await add_themes(studio_db, "Night trains", "Glass")
    assert show.next_theme_at == NOW + WEEK
    due = await clock.run_due(studio_db, NOW, rng())
    assert due is not None
    assert due < NOW + WEEK
    assert not await all_episodes(studio_db)

    await clock.run_due(studio_db, NOW + WEEK, rng())
    (episode,) = await all_episodes(studio_db)
    assert (episode.title, episode.phase) == ("Night trains", Phase.OPEN)
    assert episode.opens_at == NOW + WEEK
    assert episode.closes_at == NOW + 2 * WEEK
    assert episode.votes_until == NOW + 2 * WEEK + timedelta(days=3)
    assert await sent(studio_db, "episode_opened") == 1
    again = await shows.get_show(studio_db, PRODUCER.guild_id)
    assert again.next_theme_at == NOW + 2 * WEEK
    assert again.queued == 1


async def test_a_show_lives_on_by_the_clock_alone(studio_db: Database, show: ShowView) -> None:
    await add_themes(studio_db, "One", "Two")
    now: datetime | None = NOW
    for _ in range(12):
        assert now is not None
        if now >= after(days=20):
            break
        now = await clock.run_due(studio_db, now, rng())
        for episode in await all_episodes(studio_db):
            if episode.phase is Phase.OPEN and now is not None:
                async with studio_db.reading() as tx:
                    has = await tx.scalar(select(func.count()).select_from(Work).where(Work.episode_id == episode.id))
                if not has:
                    await add_work(studio_db, episode.id, number=episode.id)
    first, second = await all_episodes(studio_db)
    assert first.phase is Phase.CUTTING
    assert second.phase is Phase.OPEN
    assert second.opens_at == first.closes_at
    kinds = [kind for kind, action in await said(studio_db) if action == "send"]
    assert kinds.count("episode_opened") == 2
    assert kinds.count("closing_soon") == 1
    assert kinds.count("voting_opened") == 1
    assert kinds.count("results") == 1


async def test_after_weeks_of_downtime_only_one_theme_goes_out(studio_db: Database, show: ShowView) -> None:
    await add_themes(studio_db, "One", "Two", "Three")
    late = NOW + 5 * WEEK + timedelta(hours=5)
    await clock.run_due(studio_db, late, rng())
    (episode,) = await all_episodes(studio_db)
    assert episode.title == "One"
    assert episode.opens_at == late, "nobody could know before, so artists get the whole time from now on"
    assert episode.closes_at == late + WEEK
    assert (await shows.get_show(studio_db, PRODUCER.guild_id)).next_theme_at == NOW + 6 * WEEK


async def test_a_little_late_keeps_the_schedule(studio_db: Database, show: ShowView) -> None:
    await add_themes(studio_db, "One")
    await clock.run_due(studio_db, NOW + WEEK + timedelta(minutes=3), rng())
    (episode,) = await all_episodes(studio_db)
    assert episode.opens_at == NOW + WEEK
    assert episode.closes_at == NOW + 2 * WEEK


async def test_many_processes_open_one_episode(studio_db: Database, show: ShowView) -> None:
    await add_themes(studio_db, "One", "Two")
    await asyncio.gather(*(clock.run_due(studio_db, NOW + WEEK, rng(i)) for i in range(8)))
    assert [row.title for row in await all_episodes(studio_db)] == ["One"]
    assert await sent(studio_db, "episode_opened") == 1


async def test_an_empty_queue_is_told_two_days_before_and_once(studio_db: Database, show: ShowView) -> None:
    await clock.run_due(studio_db, after(days=4), rng())
    assert await said(studio_db) == []
    for _ in range(3):
        await clock.run_due(studio_db, after(days=5), rng())
    assert await said(studio_db) == [("queue_empty", "send")]
    async with studio_db.reading() as tx:
        row = await tx.scalar(select(OutboxRow))
    assert row is not None
    assert row.channel_id == show.producers_channel_id
    assert row.subject["show"] == show.id


async def test_a_theme_that_is_missed_is_told_and_the_next_turn_comes(studio_db: Database, show: ShowView) -> None:
    await clock.run_due(studio_db, NOW + WEEK, rng())
    assert [kind for kind, _ in await said(studio_db)] == ["queue_empty", "queue_empty"]
    assert (await shows.get_show(studio_db, PRODUCER.guild_id)).next_theme_at == NOW + 2 * WEEK


async def test_a_queue_with_a_theme_is_not_complained_of(studio_db: Database, show: ShowView) -> None:
    await add_themes(studio_db, "One")
    await clock.run_due(studio_db, after(days=5), rng())
    assert await said(studio_db) == []


@pytest.mark.parametrize(
    ("zone", "monday_before", "hours"),
    [
        ("Europe/Berlin", datetime(2026, 3, 23, 17, 0, tzinfo=UTC), 167),
        ("Europe/Berlin", datetime(2026, 10, 19, 16, 0, tzinfo=UTC), 169),
    ],
)
async def test_the_cadence_keeps_the_wall_clock_over_a_clock_change(
    studio_db: Database, zone: str, monday_before: datetime, hours: int
) -> None:
    before = monday_before - timedelta(days=1)
    await make_show(studio_db, now=before, timezone=zone)
    for title in ("One", "Two"):
        await themes.queue_theme(studio_db, PRODUCER, show=None, title=title, prompt="", now=before)
    await clock.run_due(studio_db, monday_before, rng())
    (episode,) = await all_episodes(studio_db)
    assert episode.opens_at == monday_before
    assert episode.closes_at == monday_before + timedelta(hours=hours), "a Monday at 18:00 again"
    await add_work(studio_db, episode.id)
    await clock.run_due(studio_db, monday_before + timedelta(hours=hours), rng())
    assert [row.phase for row in await all_episodes(studio_db)] == [Phase.VOTING, Phase.OPEN]


async def test_a_theme_waits_for_an_open_episode_until_it_closes(studio_db: Database) -> None:
    await make_show(studio_db, open_for="8d")
    await add_themes(studio_db, "One", "Two")
    await clock.run_due(studio_db, NOW + WEEK, rng())
    (first,) = await all_episodes(studio_db)
    await add_work(studio_db, first.id)
    due = await clock.run_due(studio_db, NOW + 2 * WEEK, rng())
    assert len(await all_episodes(studio_db)) == 1
    assert due == first.closes_at
    await clock.run_due(studio_db, first.closes_at or NOW, rng())
    first, second = await all_episodes(studio_db)
    assert (first.phase, second.phase) == (Phase.VOTING, Phase.OPEN)
    assert second.opens_at == first.closes_at


async def test_producers_hear_of_a_theme_that_must_skip_a_turn(studio_db: Database) -> None:
    await make_show(studio_db, open_for="20d")
    await add_themes(studio_db, "One", "Two")
    await clock.run_due(studio_db, NOW + WEEK, rng())
    await clock.run_due(studio_db, NOW + 2 * WEEK, rng())
    assert await sent(studio_db, "producer_note") == 1
    assert len(await all_episodes(studio_db)) == 1
    assert (await shows.get_show(studio_db, PRODUCER.guild_id)).next_theme_at == NOW + 3 * WEEK


async def test_a_late_clock_still_closes_at_the_deadline(studio_db: Database, show: ShowView) -> None:
    await add_themes(studio_db, "One")
    await clock.run_due(studio_db, NOW + WEEK, rng())
    (episode,) = await all_episodes(studio_db)
    await add_work(studio_db, episode.id)
    late = NOW + 2 * WEEK + timedelta(days=2)
    await clock.run_due(studio_db, late, rng())
    (episode, *_) = await all_episodes(studio_db)
    assert episode.phase is Phase.VOTING
    assert episode.closes_at == NOW + 2 * WEEK
    assert episode.votes_until == late + timedelta(days=3), "voters get the whole vote"
    async with studio_db.reading() as tx:
        move = await tx.scalar(select(EpisodeMove).where(EpisodeMove.to_phase == Phase.VOTING))
    assert move is not None
    assert (move.at, move.by_user) == (NOW + 2 * WEEK, None)


async def test_without_works_the_grace_period_is_waited_for_and_then_it_is_canceled(
    studio_db: Database, show: ShowView
) -> None:
    await add_themes(studio_db, "One")
    await clock.run_due(studio_db, NOW + WEEK, rng())
    closes = NOW + 2 * WEEK
    again = await clock.run_due(studio_db, closes, rng())
    assert (await all_episodes(studio_db))[0].phase is Phase.OPEN
    assert again == closes + timedelta(minutes=10)
    await clock.run_due(studio_db, again, rng())
    (episode, *_) = await all_episodes(studio_db)
    assert episode.phase is Phase.CANCELED
    view = await episodes.canceled_view(studio_db, episode.id)
    assert view.reason == "no works were submitted"
    assert await sent(studio_db, "canceled") == 1
    assert await sent(studio_db, "producer_note") == 1


async def test_the_grace_that_is_waited_for_is_that_of_the_deal(studio_db: Database, show: ShowView) -> None:
    await add_themes(studio_db, "One")
    await clock.run_due(studio_db, NOW + WEEK, rng())
    await shows.update_durations(studio_db, PRODUCER, show=None, grace="0s")
    again = await clock.run_due(studio_db, NOW + 2 * WEEK, rng())
    assert again == NOW + 2 * WEEK + timedelta(minutes=10)
    (episode,) = await all_episodes(studio_db)
    assert episode.phase is Phase.OPEN


async def test_a_vote_nobody_took_part_in_still_ends(studio_db: Database, show: ShowView) -> None:
    await add_themes(studio_db, "One")
    await clock.run_due(studio_db, NOW + WEEK, rng())
    (episode,) = await all_episodes(studio_db)
    work = await add_work(studio_db, episode.id)
    await clock.run_due(studio_db, NOW + 2 * WEEK, rng())

    async def withdraw(tx: Transaction) -> None:
        (await tx.get_one(Work, work)).state = WorkState.WITHDRAWN

    await studio_db.write(withdraw)
    await clock.run_due(studio_db, NOW + 2 * WEEK + timedelta(days=3), rng())
    assert (await all_episodes(studio_db))[0].phase is Phase.CUTTING
    assert await sent(studio_db, "results") == 1


async def test_a_deadline_that_fails_holds_up_no_other(
    studio_db: Database, show: ShowView, caplog: pytest.LogCaptureFixture
) -> None:
    await add_themes(studio_db, "One")

    async def break_one(tx: Transaction) -> None:
        # A close without its episode: cannot be carried out.
        tx.add(
            Deadline(key="broken", kind=DeadlineKind.CLOSE, state=DeadlineState.WAITING, show_id=show.id, due_at=NOW)
        )

    await studio_db.write(break_one)
    now = NOW + WEEK
    with caplog.at_level(logging.CRITICAL):
        following = await clock.run_due(studio_db, now, rng())
    assert [row.title for row in await all_episodes(studio_db)] == ["One"]
    assert following == now + clock.RETRY
    async with studio_db.reading() as tx:
        broken = await tx.scalar(select(Deadline).where(Deadline.key == "broken"))
    assert broken is not None
    assert broken.state is DeadlineState.WAITING, "it is kept, and tried again"


async def test_a_theme_does_not_spin_when_the_close_before_it_fails(studio_db: Database, show: ShowView) -> None:
    await add_themes(studio_db, "One", "Two")
    await clock.run_due(studio_db, NOW + WEEK, rng())

    async def lose_close(tx: Transaction) -> None:
        await tx.execute(update(Deadline).where(Deadline.kind == DeadlineKind.CLOSE).values(episode_id=None))

    await studio_db.write(lose_close)
    now = NOW + 2 * WEEK
    assert await clock.run_due(studio_db, now, rng()) == now + clock.RETRY
    assert len(await all_episodes(studio_db)) == 1


async def test_nothing_goes_out_while_paused(studio_db: Database, show: ShowView) -> None:
    await add_themes(studio_db, "One")
    paused = await shows.pause_show(studio_db, PRODUCER, show=None, now=after(days=1))
    assert paused.next_theme_at is None
    assert await clock.run_due(studio_db, NOW + 2 * WEEK, rng()) is None
    assert not await all_episodes(studio_db)
    resumed = await shows.resume_show(studio_db, PRODUCER, show=None, now=NOW + 2 * WEEK + timedelta(days=1))
    assert resumed.next_theme_at == NOW + 3 * WEEK


async def test_a_planned_episode_goes_before_the_queue(studio_db: Database, show: ShowView) -> None:
    await add_themes(studio_db, "From the queue")
    await episodes.plan_episode(studio_db, PRODUCER, title="Planned", prompt="", now=NOW, rng=rng())
    await clock.run_due(studio_db, NOW + WEEK, rng())
    assert [(row.title, row.phase) for row in await all_episodes(studio_db)] == [("Planned", Phase.OPEN)]


async def test_a_planned_episode_opens_at_its_own_time(studio_db: Database, show: ShowView) -> None:
    view = await episodes.plan_episode(studio_db, PRODUCER, title="Soon", prompt="", opens="in 2h", now=NOW, rng=rng())
    assert view.opens_at == after(hours=2)
    await clock.run_due(studio_db, after(hours=2), rng())
    assert [row.phase for row in await all_episodes(studio_db)] == [Phase.OPEN]
