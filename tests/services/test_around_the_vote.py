"""While a vote goes on: reminders, works that nobody sees, surges of accounts. Once it is out: outcomes."""

import asyncio
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from db.models import Credit, CreditState, Deadline, DeadlineKind, Episode, OutboxRow, Source, SourceState, Work
from domain.episode import Outcome, Phase
from domain.errors import UserError
from services import clock, cuts, episodes, outcomes, reminders, unseen, watch
from services.episodes.moves import set_count
from services.shows import ShowView
from services.store import Database, Transaction
from tests.services.test_ballots import withdraw
from tests.support.cast import end_vote, put_ballots
from tests.support.studio import NOW, PRODUCER, actor, after, elsewhere
from tests.support.vote import Vote, artist_of, open_vote, set_phase, voter

MIDDLE = after(days=1.4)
"""60% of the vote, which open_vote() lets begin a day ago and end in three."""
ENDING = after(days=2)


async def under_way(db: Database, show: ShowView, works: int = 4) -> Vote:
    """A vote with its deadlines set."""
    vote = await open_vote(db, show.id, works=works, seats=2)

    async def deadlines(tx: Transaction) -> None:
        await set_count(tx, await tx.get_one(Episode, vote.episode))

    await db.write(deadlines)
    return vote


async def said(db: Database, kind: str) -> list[OutboxRow]:
    async with db.reading() as tx:
        return list(await tx.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id)))


async def ask(db: Database, vote: Vote, number: int, *, wanted: bool = True, at=NOW) -> reminders.ReminderView:
    return await reminders.ask(db, voter(number), episode_id=vote.episode, wanted=wanted, now=at)


async def test_who_asked_is_reminded_once_unless_they_are_done(studio_db: Database, show: ShowView) -> None:
    vote = await under_way(studio_db, show)
    views = await asyncio.gather(*(ask(studio_db, vote, number) for number in (1, 1, 2, 3)))
    assert {view.at for view in views} == {ENDING}
    await ask(studio_db, vote, 3, wanted=False)
    everything, half = dict.fromkeys(range(4), 3), {0: 3, 1: 3}
    await put_ballots(studio_db, vote, {voter(1).user_id: half, voter(2).user_id: everything})
    await asyncio.gather(*(clock.run_due(studio_db, ENDING, Random(n)) for n in range(3)))
    assert [row.user_id for row in await said(studio_db, "vote_reminder")] == [voter(1).user_id]
    due = await reminders.due_reminder(studio_db, episode_id=vote.episode, user_id=voter(1).user_id)
    assert due is not None
    assert (due.left, due.works) == (2, 4)
    assert await reminders.due_reminder(studio_db, episode_id=vote.episode, user_id=voter(2).user_id) is None
    await set_phase(studio_db, vote.episode, Phase.CUTTING)
    assert await reminders.due_reminder(studio_db, episode_id=vote.episode, user_id=voter(1).user_id) is None


async def test_an_artist_is_done_with_the_works_of_others(studio_db: Database, show: ShowView) -> None:
    vote = await under_way(studio_db, show)
    await reminders.ask(studio_db, artist_of(0), episode_id=vote.episode, wanted=True, now=NOW)
    await put_ballots(studio_db, vote, {artist_of(0).user_id: {1: 2, 2: 2, 3: 2}})
    await clock.run_due(studio_db, ENDING, Random(1))
    assert await said(studio_db, "vote_reminder") == []


async def test_a_reminder_that_makes_no_sense_is_refused(studio_db: Database, show: ShowView) -> None:
    vote = await under_way(studio_db, show)
    with pytest.raises(UserError, match="about to end"):
        await ask(studio_db, vote, 1, at=ENDING)
    with pytest.raises(UserError, match="another server"):
        await reminders.ask(studio_db, elsewhere(voter(1)), episode_id=vote.episode, wanted=True, now=NOW)
    with pytest.raises(UserError, match="does not exist"):
        await reminders.ask(studio_db, voter(1), episode_id=10**9, wanted=True, now=NOW)
    await set_phase(studio_db, vote.episode, Phase.CUTTING)
    with pytest.raises(UserError, match="only during the vote"):
        await ask(studio_db, vote, 1)


async def test_a_vote_that_is_longer_reminds_before_its_new_end(studio_db: Database, show: ShowView) -> None:
    vote = await under_way(studio_db, show)
    await ask(studio_db, vote, 1)
    await episodes.change_deadline(studio_db, PRODUCER, episode_id=vote.episode, change="+2d", now=NOW)
    await clock.run_due(studio_db, ENDING, Random(1))
    assert await said(studio_db, "vote_reminder") == []
    await clock.run_due(studio_db, after(days=4), Random(1))
    assert len(await said(studio_db, "vote_reminder")) == 1
    async with studio_db.reading() as tx:
        kinds = Counter(await tx.scalars(select(Deadline.kind).where(Deadline.episode_id == vote.episode)))
    assert kinds == {DeadlineKind.COUNT: 1, DeadlineKind.SEEN_CHECK: 1, DeadlineKind.VOTE_ENDING: 1}


async def test_artists_of_works_that_few_have_seen_are_told_once(studio_db: Database, show: ShowView) -> None:
    vote = await under_way(studio_db, show)
    seen = {voter(number).user_id: {0: 3, 1: 3} for number in range(6)}
    seen[voter(0).user_id] = {0: 3, 1: 3, 2: 3}
    await put_ballots(studio_db, vote, seen | {voter(9).user_id: {0: 1, 2: 1}})
    for _ in range(2):
        await clock.run_due(studio_db, MIDDLE, Random(1))
        await episodes.change_deadline(studio_db, PRODUCER, episode_id=vote.episode, change="+1h", now=MIDDLE)
    rows = await said(studio_db, "seen_too_little")
    assert [(row.user_id, row.subject["works"]) for row in rows] == []
    await put_ballots(studio_db, vote, {voter(number).user_id: {0: 3, 1: 3, 3: 2} for number in range(20, 25)})
    await clock.run_due(studio_db, after(days=1.6), Random(1))
    rows = await said(studio_db, "seen_too_little")
    assert [(row.user_id, row.subject["works"]) for row in rows] == [(artist_of(2).user_id, [vote.works[2]])]
    view = await unseen.unseen_view(studio_db, episode_id=vote.episode, works=[vote.works[2]])
    assert view is not None
    assert [work.number for work in view.works] == [3]
    await withdraw(studio_db, vote.works[2])
    assert await unseen.unseen_view(studio_db, episode_id=vote.episode, works=[vote.works[2]]) is None


def newcomer(number: int) -> int:
    """A Discord account that was made the day before the vote began."""
    made = after(days=-2) - timedelta(days=0)
    milliseconds = int(made.timestamp() * 1000) - 1_420_070_400_000
    return (milliseconds << 22) + number


async def test_producers_are_told_of_many_new_accounts_without_any_mark(studio_db: Database, show: ShowView) -> None:
    vote = await under_way(studio_db, show, works=5)
    marks = dict.fromkeys(range(5), 5)
    strangers = {newcomer(number): marks for number in range(6)}
    await put_ballots(studio_db, vote, strangers | {voter(number).user_id: {0: 4} for number in range(4)})
    await clock.run_due(studio_db, MIDDLE, Random(1))
    (row,) = await said(studio_db, "vote_watch")
    assert (row.channel_id, row.subject) == (show.producers_channel_id, {"episode": vote.episode})
    view = await watch.watch(studio_db, PRODUCER, show=None, channel_id=None)
    assert (view.surge.ballots, view.surge.new, view.alike, view.alike_ids, view.new_ids) == (10, 6, (6,), (), ())
    with pytest.raises(UserError, match="Only producers"):
        await watch.watch(studio_db, actor("Mira"), show=None, channel_id=None)
    await end_vote(studio_db, vote)
    over = await watch.watch(studio_db, PRODUCER, show=None, channel_id=None)
    assert [len(group) for group in over.alike_ids] == [6]
    assert over.new_ids == over.alike_ids[0]
    assert len(await said(studio_db, "vote_watch")) == 2


async def test_a_quiet_vote_bothers_nobody(studio_db: Database, show: ShowView) -> None:
    vote = await under_way(studio_db, show)
    await put_ballots(studio_db, vote, {voter(number).user_id: {0: number % 6} for number in range(9)})
    await clock.run_due(studio_db, ENDING, Random(1))
    assert await said(studio_db, "vote_watch") == []
    assert await said(studio_db, "seen_too_little") == []


async def released(db: Database, show: ShowView) -> Vote:
    """#1 and #2 in the cut, #2 made from #3; #4 alone; #4 and #1 carry a second name."""
    vote = await open_vote(db, show.id, works=4, seats=2)
    await put_ballots(db, vote, {voter(number).user_id: {0: 5, 1: 4, 2: 1, 3: 0} for number in range(3)})

    async def link(tx: Transaction) -> None:
        artists = dict((await tx.execute(select(Work.id, Work.artist_id))).all())
        for place in (0, 3):
            who = artists[vote.works[2]]
            tx.add(Credit(work_id=vote.works[place], artist_id=who, role="", share_bp=1, state=CreditState.CONFIRMED))
        tx.add(
            Source(
                work_id=vote.works[1], source_work_id=vote.works[2], outside_title=None, outside_url=None,
                share_bp=None, thanks="", state=SourceState.CONFIRMED, added_by=1, added_at=NOW,
            )
        )  # fmt: skip

    await db.write(link)
    await end_vote(db, vote)
    change = {"show": None, "channel_id": None, "now": after(days=4)}
    await cuts.add(db, PRODUCER, work="#4", reason="It might close the film", **change)
    await cuts.remove(db, PRODUCER, work="#4", reason="It did not fit the ending", **change)
    call = {"episode_id": vote.episode, "url": "https://example.com/out", "now": after(days=5)}
    await asyncio.gather(*(episodes.release_episode(db, PRODUCER, **call) for _ in range(3)))
    return vote


async def test_each_artist_is_told_once_what_became_of_all_their_works(studio_db: Database, show: ShowView) -> None:
    vote = await released(studio_db, show)
    rows = await said(studio_db, "outcome")
    assert [row.user_id for row in rows] == [artist_of(place).user_id for place in range(4)]
    assert {row.channel_id for row in rows} == {show.news_channel_id}
    view = await outcomes.outcomes_for(studio_db, episode_id=vote.episode, user_id=artist_of(2).user_id)
    assert view is not None
    lines = {line.work.number: line for line in view.lines}
    assert {number: line.outcome for number, line in lines.items()} == {
        1: Outcome.USED, 3: Outcome.INFLUENCE, 4: Outcome.NOT_USED,
    }  # fmt: skip
    assert [work.number for work in lines[3].led_to] == [work.number for work in lines[3].used_in] == [2]
    assert (lines[1].reason, lines[4].reason) == ("Place 1 in the vote", "It did not fit the ending")
    assert await outcomes.outcomes_for(studio_db, episode_id=vote.episode, user_id=voter(1).user_id) is None


async def test_an_artist_sees_the_marks_of_their_own_works(studio_db: Database, show: ShowView) -> None:
    vote = await released(studio_db, show)
    view = await outcomes.marks_for(studio_db, episode_id=vote.episode, user_id=artist_of(0).user_id)
    assert [(one.line.work.number, one.line.place, one.of, dict(one.marks)) for one in view.works] == [
        (1, 1, 4, {5: 3})
    ]
    with pytest.raises(UserError, match="None of your works"):
        await outcomes.marks_for(studio_db, episode_id=vote.episode, user_id=voter(1).user_id)
