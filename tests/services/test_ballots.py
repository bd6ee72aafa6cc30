"""The booth: saved at every press, fair in its order, closed to the maker of a work, and secret."""

import asyncio
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from db.models import Artist, Ballot, Credit, CreditState, Exposure, Mark, OutboxRow, VoteMethod, Work, WorkState
from domain.episode import Phase
from domain.errors import UserError
from services import ballots
from services.ballots.booth import least_seen_first, lots_of
from services.shows import ShowView
from services.store import Database, Transaction
from tests.support.booth import Booth
from tests.support.studio import NOW, actor, after, elsewhere
from tests.support.vote import VOTES_UNTIL, Vote, artist_of, open_vote, set_phase, voter

MOMENT = timedelta(milliseconds=1)


@pytest.fixture
async def vote(studio_db: Database, show: ShowView) -> Vote:
    return await open_vote(studio_db, show.id, works=4)


async def stored(db: Database) -> dict[tuple[int, int], int]:
    """Every stored mark by voter and work."""
    async with db.reading() as tx:
        query = select(Ballot.voter_id, Mark.work_id, Mark.mark).join(Mark, Mark.ballot_id == Ballot.id)
        return {(row.voter_id, row.work_id): row.mark for row in await tx.execute(query)}


async def test_a_press_is_saved_and_shown(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    first = await booth.open()
    assert (first.place, first.total, first.seen, first.marked, first.mark) == (1, 4, 1, 0, None)
    marked = await booth.mark(first.work.id, 4)
    assert (marked.work.id, marked.mark, marked.marked) == (first.work.id, 4, 1)
    assert await stored(studio_db) == {(booth.who.user_id, first.work.id): 4}


async def test_a_mark_can_be_changed_and_taken_back(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    work = (await booth.open()).work.id
    await booth.mark(work, 4)
    await booth.mark(work, 0)
    assert await stored(studio_db) == {(booth.who.user_id, work): 0}
    assert (await booth.mark(work, None)).mark is None
    assert await stored(studio_db) == {}


async def test_skip_and_back_walk_the_same_order_every_time(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    view = await booth.open()
    walked = [view.work.id]
    while view.next is not None:
        view = await booth.skip(view.work.id)
        walked.append(view.work.id)
    assert sorted(walked) == sorted(vote.works)
    assert view.seen == 4
    backwards = [view.work.id]
    while view.back is not None:
        view = await booth.back(view.work.id)
        backwards.append(view.work.id)
    assert backwards == walked[::-1]
    assert [line.work.id for line in (await booth.all_works()).lines] == walked
    assert (await booth.back(view.work.id)).work.id == walked[0]


async def test_the_booth_opens_where_the_voter_left_off(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    first = await booth.open()
    booth.at = after(minutes=1)
    second = await booth.skip(first.work.id)
    assert (await booth.open()).work.id == second.work.id
    await booth.mark(second.work.id, 3)
    third = await booth.open()
    assert third.place == 3


async def test_any_work_can_be_looked_for_by_its_number(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    assert (await booth.open(3)).work.id == vote.works[2]
    with pytest.raises(UserError, match="no work #99"):
        await booth.open(99)


@pytest.mark.parametrize("mark", [-1, 6, 1000])
async def test_a_mark_outside_the_scale_is_refused(studio_db: Database, vote: Vote, mark: int) -> None:
    booth = Booth(studio_db, vote)
    work = (await booth.open()).work.id
    with pytest.raises(UserError, match="from 0 to 5"):
        await booth.mark(work, mark)
    assert await stored(studio_db) == {}


async def test_an_approval_is_yes_or_no(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, method=VoteMethod.APPROVAL)
    booth = Booth(studio_db, vote)
    work = (await booth.open()).work.id
    assert (await booth.mark(work, 1)).mark == 1
    with pytest.raises(UserError, match="from 0 to 1"):
        await booth.mark(work, 2)


async def test_nobody_marks_their_own_work(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    booth.who = artist_of(0)
    view = await booth.open()
    assert view.total == 3
    with pytest.raises(UserError, match="yours or carries your credit"):
        await booth.mark(vote.works[0], 5)
    assert await stored(studio_db) == {}
    own = await booth.open(1)
    assert (own.own, own.place, own.work.id) == (True, None, vote.works[0])


async def credit(db: Database, work_id: int, user_id: int, state: CreditState) -> None:
    async def add(tx: Transaction) -> None:
        guild = (await tx.scalars(select(Artist.guild_id).limit(1))).one()
        artist = Artist(guild_id=guild, user_id=user_id, name="Helper", created_at=NOW)
        tx.add(artist)
        await tx.flush()
        tx.add(Credit(work_id=work_id, artist_id=artist.id, role="drums", share_bp=0, state=state))

    await db.write(add)


@pytest.mark.parametrize(
    ("state", "refused"), [(CreditState.CONFIRMED, True), (CreditState.OFFERED, True), (CreditState.DECLINED, False)]
)
async def test_nobody_marks_a_work_that_carries_their_credit(
    studio_db: Database, vote: Vote, state: CreditState, refused: bool
) -> None:
    booth = Booth(studio_db, vote)
    await credit(studio_db, vote.works[1], booth.who.user_id, state)
    if not refused:
        assert (await booth.mark(vote.works[1], 5)).mark == 5
        return
    with pytest.raises(UserError, match="carries your credit"):
        await booth.mark(vote.works[1], 5)


async def withdraw(db: Database, work_id: int) -> None:
    async def change(tx: Transaction) -> None:
        (await tx.get_one(Work, work_id)).state = WorkState.WITHDRAWN

    await db.write(change)


async def test_a_work_that_left_is_neither_shown_nor_marked(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    first = await booth.open()
    await withdraw(studio_db, first.work.id)
    with pytest.raises(UserError, match="no longer takes part"):
        await booth.mark(first.work.id, 5)
    after_it = await booth.skip(first.work.id)
    assert after_it.work.id != first.work.id
    assert after_it.total == 3


async def test_presses_count_until_the_deadline_and_not_from_it_on(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    work = (await booth.open()).work.id
    booth.at = VOTES_UNTIL - MOMENT
    await booth.mark(work, 5)
    booth.at = VOTES_UNTIL
    with pytest.raises(UserError, match="The vote has ended"):
        await booth.mark(work, 1)
    with pytest.raises(UserError, match="The vote has ended"):
        await booth.open()
    assert await stored(studio_db) == {(booth.who.user_id, work): 5}


async def test_a_press_in_time_counts_though_it_is_handled_late(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    work = (await booth.open()).work.id
    late = VOTES_UNTIL + timedelta(seconds=30)
    await ballots.mark(
        studio_db, booth.who, episode_id=vote.episode, work_id=work, mark=2, asked_at=VOTES_UNTIL - MOMENT, now=late,
        rng=booth.rng,
    )  # fmt: skip
    assert await stored(studio_db) == {(booth.who.user_id, work): 2}


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.CUTTING, Phase.RELEASED, Phase.CANCELED])
async def test_marks_are_taken_in_the_vote_only(studio_db: Database, vote: Vote, phase: Phase) -> None:
    booth = Booth(studio_db, vote)
    work = (await booth.open()).work.id
    await set_phase(studio_db, vote.episode, phase)
    for attempt in (booth.mark(work, 5), booth.open(), booth.skip(work)):
        with pytest.raises(UserError, match="only during the vote"):
            await attempt
    assert await stored(studio_db) == {}


async def test_another_guild_has_no_booth_here(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    booth.who = elsewhere(booth.who)
    with pytest.raises(UserError, match="another server"):
        await booth.open()


async def test_a_double_press_is_one_ballot_with_one_mark(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    work = vote.works[0]
    await asyncio.gather(*(booth.mark(work, 5) for _ in range(8)))
    assert await stored(studio_db) == {(booth.who.user_id, work): 5}
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Ballot)) == 1


async def test_every_acknowledged_mark_of_many_voters_at_once_is_kept(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=10)
    chance = Random(7)
    presses = {(number, work): chance.randint(0, 5) for number in range(50) for work in vote.works}
    booths = {number: Booth(studio_db, vote, number) for number in range(50)}

    async def vote_on_all(number: int) -> None:
        for work in chance.sample(vote.works, k=10):
            await booths[number].mark(work, presses[number, work])

    await asyncio.gather(*map(vote_on_all, booths))
    expected = {(voter(number).user_id, work): given for (number, work), given in presses.items()}
    assert await stored(studio_db) == expected


async def test_orders_differ_from_voter_to_voter(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=8)
    ways = set()
    for number in range(6):
        booth = Booth(studio_db, vote, number)
        await booth.open()
        ways.add(tuple(line.work.id for line in (await booth.all_works()).lines))
    assert len(ways) == 6


async def test_voters_who_look_at_a_few_see_every_work_equally_often(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=7)
    for number in range(9):
        booth = Booth(studio_db, vote, number)
        view = await booth.open()
        for _ in range(2):
            view = await booth.skip(view.work.id)
        async with studio_db.reading() as tx:
            shown = Counter(await tx.scalars(select(Exposure.work_id)))
        counts = [shown[work] for work in vote.works]
        assert max(counts) - min(counts) <= 1


@pytest.mark.parametrize("works", [1, 2, 30])
def test_the_first_place_falls_to_each_work_about_equally_often(works: int) -> None:
    exposure = dict.fromkeys(range(works), 4)
    first = Counter(least_seen_first(lots_of(f"receipt {number}"), exposure)[0] for number in range(100 * works))
    assert set(first) == set(exposure)
    assert all(50 <= count <= 160 for count in first.values())


def test_the_least_seen_comes_first() -> None:
    assert least_seen_first(lots_of("a receipt"), {1: 5, 2: 0, 3: 2}) == [2, 3, 1]


async def test_a_ballot_shows_its_voter_what_they_marked_best_first(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    for work, given in zip(vote.works, (2, 5, 0), strict=False):
        await booth.mark(work, given)
    ballot = await ballots.ballot_of(studio_db, booth.who, episode_id=vote.episode)
    assert [(line.work.number, line.given) for line in ballot.lines] == [(2, (5,)), (1, (2,)), (3, (0,))]
    assert (ballot.seen, ballot.total) == (3, 4)
    assert len(ballot.receipt) == 23
    with pytest.raises(UserError, match="no ballot"):
        await ballots.ballot_of(studio_db, voter(2), episode_id=vote.episode)


async def test_turnout_counts_people_who_marked_something(studio_db: Database, vote: Vote) -> None:
    for number in range(3):
        booth = Booth(studio_db, vote, number)
        view = await booth.open()
        if number:
            await booth.mark(view.work.id, 1)
            await booth.mark(vote.works[0], 1)
    turnout = await ballots.status(studio_db, actor(), show=None, channel_id=None, now=NOW)
    assert (turnout.works, turnout.ballots) == (4, 2)


async def test_the_announcement_is_edited_at_first_marks_only(studio_db: Database, vote: Vote) -> None:
    booth = Booth(studio_db, vote)
    view = await booth.open()
    assert not view.news
    assert (await booth.mark(view.work.id, 1)).news
    assert not (await booth.mark(view.work.id, 2)).news
    async with studio_db.reading() as tx:
        keys = list(await tx.scalars(select(OutboxRow.key).where(OutboxRow.kind == "voting_opened")))
    assert keys == [f"edit:vote:{vote.episode}"]


async def test_without_a_vote_the_sentence_says_where_the_show_stands(studio_db: Database, show: ShowView) -> None:
    with pytest.raises(UserError, match="has no episode yet"):
        await ballots.find_vote(studio_db, voter(1), show=None, channel_id=None, now=NOW)
    vote = await open_vote(studio_db, show.id)
    assert await ballots.find_vote(studio_db, voter(1), show=None, channel_id=None, now=NOW) == vote.episode
    await set_phase(studio_db, vote.episode, Phase.CUTTING)
    with pytest.raises(UserError, match="The vote on this episode is over"):
        await ballots.find_vote(studio_db, voter(1), show=None, channel_id=None, now=NOW)
