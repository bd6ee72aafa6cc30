"""Episodes: planned with a deal, moved exactly once, their deadlines, release and cancellation."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from db.models import CutEntry, Deal, Episode, EpisodeMove, OutboxRow, Work
from domain.commitments import commit
from domain.episode import Phase
from domain.errors import UserError
from services import clock, episodes, shows, themes
from services.episodes.times import begins_at, later, read_instant
from services.shows import RuleChanges, ShowView
from services.store import Database, Transaction
from services.views import EpisodeView
from tests.services.test_clock import add_work
from tests.support.studio import GUILD, NOW, PRODUCER, actor, after, elsewhere, rng

DAY = timedelta(days=1)


async def opened(db: Database, title: str = "Glass") -> EpisodeView:
    view = await episodes.plan_episode(db, PRODUCER, title=title, prompt="Break it.", now=NOW, rng=rng())
    return await episodes.open_episode(db, PRODUCER, episode=view.code, now=NOW, rng=rng())


async def in_phase(db: Database, phase: Phase) -> EpisodeView:
    """An episode with one work, brought to a phase by a producer."""
    view = await opened(db)
    await add_work(db, view.id)
    for seen in (Phase.OPEN, Phase.VOTING):
        if view.phase is phase:
            break
        step = await episodes.advance_episode(db, PRODUCER, episode_id=view.id, seen=seen, now=after(days=1))
        view = step.episode
    return view


async def rows(db: Database, kind: str) -> int:
    async with db.reading() as tx:
        query = (
            select(func.count()).select_from(OutboxRow).where(OutboxRow.kind == kind, OutboxRow.key.not_like("edit:%"))
        )
        return int(await tx.scalar(query) or 0)


async def put_in_cut(db: Database, episode_id: int) -> None:
    async def put(tx: Transaction) -> None:
        work_id = await tx.scalar(select(Work.id).where(Work.episode_id == episode_id))
        tx.add(
            CutEntry(
                episode_id=episode_id, work_id=work_id, in_cut=True, by_vote=False, points=1, reason="Good.",
                outcome=None,
            )
        )  # fmt: skip

    await db.write(put)


async def test_a_plan_copies_the_rules_and_posts_the_deal(studio_db: Database, show: ShowView) -> None:
    await shows.update_rules(studio_db, PRODUCER, show=None, changes=RuleChanges(seats=3, house_percent=40))
    view = await episodes.plan_episode(studio_db, PRODUCER, title="Glass", prompt="", now=NOW, rng=rng())
    await shows.update_rules(studio_db, PRODUCER, show=None, changes=RuleChanges(seats=9))
    again = await episodes.get_episode(studio_db, view.id)
    assert (again.code, again.phase, again.deal.seats, again.deal.house_bp) == ("S1E1", Phase.PLANNED, 3, 4000)
    assert again.deal.locked_at is None
    assert await rows(studio_db, "episode_planned") == 1


async def test_the_draws_seed_is_secret_and_its_commitment_public(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)
    async with studio_db.reading() as tx:
        row = await tx.get_one(Episode, view.id)
    assert len(row.draw_seed) == 32
    assert view.draw_commitment == commit(row.draw_seed)
    assert row.draw_seed not in repr(view)


async def test_opening_locks_the_deal(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)
    assert view.deal.locked_at == NOW
    assert (view.opens_at, view.closes_at, view.votes_until) == (NOW, NOW + 7 * DAY, NOW + 10 * DAY)


async def test_an_episode_from_the_next_theme(studio_db: Database, show: ShowView) -> None:
    await themes.queue_theme(studio_db, PRODUCER, show=None, title="Queued", prompt="Do.", now=NOW)
    view = await episodes.open_episode(studio_db, PRODUCER, now=NOW, rng=rng())
    assert (view.title, view.prompt, view.phase) == ("Queued", "Do.", Phase.OPEN)
    assert (await themes.queue_view(studio_db, PRODUCER)).themes == ()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ({}, "queue of themes is empty"),
        ({"title": " "}, "A theme needs a title."),
        ({"title": "x" * 101}, "up to 100"),
        ({"theme_id": 99}, "not in the queue any more"),
        ({"title": "Glass", "opens": "yesterday"}, "unclear"),
        ({"title": "Glass", "opens": "2026-05-01 18:00"}, "in the past"),
        ({"title": "Glass", "opens": "2026-13-01 18:00"}, "not a date"),
    ],
)
async def test_a_bad_plan_changes_nothing(
    studio_db: Database, show: ShowView, call: dict[str, object], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        await episodes.plan_episode(studio_db, PRODUCER, now=NOW, rng=rng(), **call)  # type: ignore[arg-type]
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Episode)) == 0
        assert await tx.scalar(select(func.count()).select_from(OutboxRow)) == 0


async def test_one_open_episode_at_a_time(studio_db: Database, show: ShowView) -> None:
    first = await opened(studio_db)
    second = await episodes.plan_episode(studio_db, PRODUCER, title="Next", prompt="", now=NOW, rng=rng())
    with pytest.raises(UserError, match="S1E1 “Glass” is still open"):
        await episodes.open_episode(studio_db, PRODUCER, episode=second.code, now=NOW, rng=rng())
    await add_work(studio_db, first.id)
    await episodes.advance_episode(studio_db, PRODUCER, episode_id=first.id, seen=Phase.OPEN, now=after(days=1))
    view = await episodes.open_episode(studio_db, PRODUCER, now=after(days=1), rng=rng())
    assert (view.code, view.phase) == ("S1E2", Phase.OPEN)


async def test_twenty_presses_make_one_transition(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)
    await add_work(studio_db, view.id)
    steps = await asyncio.gather(
        *(
            episodes.advance_episode(studio_db, PRODUCER, episode_id=view.id, seen=Phase.OPEN, now=after(days=1))
            for _ in range(20)
        )
    )
    assert sum(step.moved for step in steps) == 1
    assert all(step.episode.phase is Phase.VOTING for step in steps)
    async with studio_db.reading() as tx:
        moves = select(func.count()).select_from(EpisodeMove).where(EpisodeMove.to_phase == Phase.VOTING)
        assert await tx.scalar(moves) == 1
    assert await rows(studio_db, "voting_opened") == 1


async def test_clock_and_producer_at_once_make_one_transition(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)
    await add_work(studio_db, view.id)
    assert view.closes_at is not None
    await asyncio.gather(
        *(clock.run_due(studio_db, view.closes_at, rng(i)) for i in range(4)),
        *(
            episodes.advance_episode(studio_db, PRODUCER, episode_id=view.id, seen=Phase.OPEN, now=view.closes_at)
            for _ in range(4)
        ),
    )
    assert await rows(studio_db, "voting_opened") == 1
    assert (await episodes.get_episode(studio_db, view.id)).closes_at == view.closes_at


async def test_a_move_that_was_made_is_not_made_again(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)

    async def again(tx: Transaction) -> bool:
        return await episodes.move(tx, await tx.get_one(Episode, view.id), Phase.OPEN, now=NOW, by=None)

    async def outdated(tx: Transaction) -> bool:
        # What a second process would hold: the episode as it was before somebody else changed it.
        episode = await tx.get_one(Episode, view.id)
        await tx.execute(
            update(Episode).values(version=Episode.version + 1).execution_options(synchronize_session=False)
        )
        return await episodes.move(tx, episode, Phase.CANCELED, now=NOW, by=None)

    assert await studio_db.write(again) is False
    assert await studio_db.write(outdated) is False
    assert (await episodes.get_episode(studio_db, view.id)).phase is Phase.OPEN
    assert await rows(studio_db, "canceled") == 0


async def test_going_on_early_shortens_and_keeps_the_votes_length(studio_db: Database, show: ShowView) -> None:
    view = await in_phase(studio_db, Phase.VOTING)
    assert view.closes_at == after(days=1)
    assert view.votes_until == after(days=4)


async def test_without_works_there_is_nothing_to_vote_on(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)
    with pytest.raises(UserError, match="has no works yet"):
        await episodes.advance_episode(studio_db, PRODUCER, episode_id=view.id, seen=Phase.OPEN, now=after(days=1))
    assert (await episodes.get_episode(studio_db, view.id)).phase is Phase.OPEN


async def test_a_later_close_moves_the_vote_along(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)
    changed = await episodes.change_deadline(studio_db, PRODUCER, episode_id=view.id, change="+2d", now=NOW)
    assert (changed.closes_at, changed.votes_until) == (NOW + 9 * DAY, NOW + 12 * DAY)
    await add_work(studio_db, view.id)
    await clock.run_due(studio_db, NOW + 7 * DAY, rng())
    assert (await episodes.get_episode(studio_db, view.id)).phase is Phase.OPEN
    await clock.run_due(studio_db, NOW + 9 * DAY, rng())
    assert (await episodes.get_episode(studio_db, view.id)).phase is Phase.VOTING


@pytest.mark.parametrize(
    ("change", "sentence"),
    [("-8d", "in the past"), ("soon", "unclear"), ("+2x", "not a span of time"), ("2026-06-01 17:00", "in the past")],
)
async def test_a_bad_deadline_changes_nothing(studio_db: Database, show: ShowView, change: str, sentence: str) -> None:
    view = await opened(studio_db)
    with pytest.raises(UserError, match=sentence):
        await episodes.change_deadline(studio_db, PRODUCER, episode_id=view.id, change=change, now=NOW)
    assert (await episodes.get_episode(studio_db, view.id)).closes_at == view.closes_at


async def test_the_vote_can_be_longer_but_a_cut_has_no_deadline(studio_db: Database, show: ShowView) -> None:
    view = await in_phase(studio_db, Phase.VOTING)
    longer = await episodes.change_deadline(
        studio_db, PRODUCER, episode_id=view.id, change="2026-06-10 18:00", now=after(days=2)
    )
    assert longer.votes_until == after(days=9)
    await clock.run_due(studio_db, after(days=9), rng())
    with pytest.raises(UserError, match="change its deadline only"):
        await episodes.change_deadline(studio_db, PRODUCER, episode_id=view.id, change="+1d", now=after(days=9))


async def test_release_takes_a_cut_and_a_link(studio_db: Database, show: ShowView) -> None:
    view = await in_phase(studio_db, Phase.CUTTING)
    with pytest.raises(UserError, match="no work in its cut"):
        await episodes.release_episode(studio_db, PRODUCER, episode_id=view.id, url="https://a.example", now=NOW)
    await put_in_cut(studio_db, view.id)
    for bad in ("example.com", "javascript:alert(1)", "https://", "https://a b", "https://x/" + "y" * 500):
        with pytest.raises(UserError, match="link"):
            await episodes.release_episode(studio_db, PRODUCER, episode_id=view.id, url=bad, now=after(days=5))
    for moved in (True, False):
        step = await episodes.release_episode(
            studio_db, PRODUCER, episode_id=view.id, url="https://example.com/1", note="Enjoy.", now=after(days=5)
        )
        assert step.moved is moved
    assert step.episode.phase is Phase.RELEASED
    assert step.episode.released_at == after(days=5)
    assert await rows(studio_db, "released") == 1
    credits = await episodes.release_view(studio_db, view.id)
    assert [work.artists for work in credits.cut] == [("Artist 1",)]
    assert credits.note == "Enjoy."


async def test_a_release_too_early_says_what_comes_first(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)
    with pytest.raises(UserError, match="go to the vote"):
        await episodes.release_episode(studio_db, PRODUCER, episode_id=view.id, url="https://example.com", now=NOW)
    assert (await episodes.get_episode(studio_db, view.id)).release_url is None


async def test_a_canceled_episode_stays_canceled(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)
    with pytest.raises(UserError, match="give a reason"):
        await episodes.cancel_episode(studio_db, PRODUCER, episode_id=view.id, reason=" ", now=NOW)
    for moved in (True, False):
        step = await episodes.cancel_episode(studio_db, PRODUCER, episode_id=view.id, reason="Rain.", now=NOW)
        assert step.moved is moved
    await clock.run_due(studio_db, NOW + 30 * DAY, rng())
    assert (await episodes.get_episode(studio_db, view.id)).phase is Phase.CANCELED
    assert await rows(studio_db, "canceled") == 1
    assert await rows(studio_db, "closing_soon") == 0


async def test_only_producers_of_this_guild(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)
    for who in (actor("Mira"), elsewhere(PRODUCER)):
        for call in (
            episodes.advance_episode(studio_db, who, episode_id=view.id, seen=Phase.OPEN, now=NOW),
            episodes.cancel_episode(studio_db, who, episode_id=view.id, reason="x", now=NOW),
            episodes.change_deadline(studio_db, who, episode_id=view.id, change="+1d", now=NOW),
            episodes.release_episode(studio_db, who, episode_id=view.id, url="https://a.example", now=NOW),
            episodes.plan_episode(studio_db, who, title="x", now=NOW, rng=rng()),
        ):
            with pytest.raises(UserError):
                await call
    assert (await episodes.get_episode(studio_db, view.id)).closes_at == view.closes_at


async def test_episodes_are_found_as_people_name_them(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)
    for text in ("S1E1", "s1e1", "E1", "1", "#1", "S1E1 Glass", None):
        found = await episodes.episode_status(studio_db, GUILD, text=text)
        assert found.episode.id == view.id
    for text in ("S2E1", "E12", "Glass", ""):
        with pytest.raises(UserError, match="no episode"):
            await episodes.episode_status(studio_db, GUILD, text=text)
    _, listed = await episodes.history(studio_db, GUILD)
    assert [row.code for row in listed] == ["S1E1"]


async def test_the_current_episode_is_the_open_one(studio_db: Database, show: ShowView) -> None:
    first = await in_phase(studio_db, Phase.VOTING)
    second = await opened(studio_db, "Next")

    async def look(tx: Transaction) -> list[int | None]:
        found = [
            await episodes.current_episode(tx, show.id, *phases) for phases in ((), (Phase.VOTING,), (Phase.CUTTING,))
        ]
        return [row.id if row else None for row in found]

    async with studio_db.reading() as tx:
        assert await look(tx) == [second.id, first.id, None]


async def test_the_opening_post_is_edited_once_for_many_works(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)

    async def changed(tx: Transaction) -> None:
        await episodes.keep_current(tx, view.id, NOW)

    for _ in range(5):
        await studio_db.write(changed)
    async with studio_db.reading() as tx:
        edits = list(await tx.scalars(select(OutboxRow).where(OutboxRow.key == f"edit:episode:{view.id}")))
    assert [edit.next_try_at for edit in edits] == [NOW + timedelta(seconds=5)]


async def test_the_deal_of_an_episode_that_runs_never_changes(studio_db: Database, show: ShowView) -> None:
    view = await opened(studio_db)
    await shows.update_rules(studio_db, PRODUCER, show=None, changes=RuleChanges(lineage_percent=50, currency="EUR"))
    async with studio_db.reading() as tx:
        deal = await tx.get_one(Deal, view.id)
    assert (deal.lineage_bp, deal.currency) == (2000, "USD")


def test_lateness_that_shifts_nothing_and_lateness_that_does() -> None:
    week = timedelta(days=7)
    assert begins_at(NOW, after(minutes=59), week) == NOW
    assert begins_at(NOW, after(minutes=61), week) == after(minutes=61)
    assert begins_at(NOW, after(seconds=2), timedelta(seconds=20)) == NOW
    assert begins_at(NOW, after(seconds=3), timedelta(seconds=20)) == after(seconds=3)


def test_short_spans_are_exact_and_days_keep_the_wall_clock() -> None:
    before = NOW.replace(month=10, day=24)
    assert later(before, 20, "Europe/Berlin") - before == timedelta(seconds=20)
    assert later(before, 86_400, "Europe/Berlin") - before == timedelta(hours=25)
    assert later(before, 36 * 3600, "Europe/Berlin") - before == timedelta(hours=37)


def test_instants_as_people_write_them() -> None:
    def read(text: str) -> object:
        return read_instant(text, current=after(days=7), now=NOW, zone_name="Europe/Berlin")

    assert read("+2d") == after(days=9)
    assert read("-6h") == after(days=6, hours=18)
    assert read("in 3h") == after(hours=3)
    assert read("2026-06-08 18:00") == after(days=6, hours=22)
    assert read(" 2026-06-08   9:05:30 ") == NOW.replace(day=8, hour=7, minute=5, second=30)
