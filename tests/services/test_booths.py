"""The booth by every way to vote, who may enter it, and hidden artists."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from db.models import Ballot, CriterionMark, Exposure, Mark, VoteMethod
from domain.episode import Phase
from domain.errors import UserError
from services import ballots, gallery
from services.access import Actor
from services.ballots import BoothView
from services.ballots.hall import FRESH
from services.shows import ShowView
from services.store import Database
from tests.support.booth import Booth
from tests.support.studio import GUILD, NOW, after
from tests.support.vote import VOTES_UNTIL, Vote, open_vote, set_phase, voter

CRITERIA = [{"name": "Craft", "weight": 2}, {"name": "Story", "weight": 1}]
ROLE, JURY = GUILD + 50, GUILD + 51


async def dump(db: Database) -> list[object]:
    """Everything that a vote stores."""
    async with db.reading() as tx:
        return [
            tuple(row) for model in (Ballot, Mark, CriterionMark, Exposure)
            for row in await tx.execute(select(*model.__table__.columns).order_by(*model.__table__.primary_key))
        ]  # fmt: skip


async def parts(db: Database) -> dict[tuple[int, int], int]:
    async with db.reading() as tx:
        rows = await tx.execute(select(CriterionMark.work_id, CriterionMark.criterion, CriterionMark.mark))
        return {(row.work_id, row.criterion): row.mark for row in rows}


async def ranks(db: Database) -> dict[int, int]:
    async with db.reading() as tx:
        return {row.work_id: row.mark for row in await tx.execute(select(Mark.work_id, Mark.mark))}


# Several criteria


@pytest.fixture
async def criteria(studio_db: Database, show: ShowView) -> Vote:
    return await open_vote(studio_db, show.id, works=4, criteria=CRITERIA)


async def test_criteria_are_marked_one_by_one(studio_db: Database, criteria: Vote) -> None:
    booth = Booth(studio_db, criteria)
    first = await booth.open()
    assert (first.given, first.part) == ((None, None), 0)
    work = first.work.id
    second = await booth.mark(work, 4)
    assert (second.given, second.part, second.marked) == ((4, None), 1, 1)
    done = await booth.mark(work, 0, part=1)
    assert done.given == (4, 0)
    assert await parts(studio_db) == {(work, 0): 4, (work, 1): 0}
    assert (await booth.show(work, part=1)).mark == 0
    ballot = await ballots.ballot_of(studio_db, booth.who, episode_id=criteria.episode)
    assert [line.given for line in ballot.lines] == [(4, 0)]


async def test_a_work_is_marked_as_long_as_one_criterion_is(studio_db: Database, criteria: Vote) -> None:
    booth, work = Booth(studio_db, criteria), criteria.works[0]
    await booth.mark(work, 4)
    await booth.mark(work, 3, part=1)
    assert (await booth.mark(work, None)).marked == 1
    assert set(await ranks(studio_db)) == {work}
    assert (await booth.mark(work, None, part=1)).marked == 0
    assert await ranks(studio_db) == {}
    assert await parts(studio_db) == {}


async def test_two_presses_on_two_criteria_at_once_are_both_kept(studio_db: Database, criteria: Vote) -> None:
    booth, work = Booth(studio_db, criteria), criteria.works[0]
    await asyncio.gather(booth.mark(work, 5), booth.mark(work, 2, part=1))
    assert await parts(studio_db) == {(work, 0): 5, (work, 1): 2}
    assert (await booth.show(work)).given == (5, 2)


@pytest.mark.parametrize(("mark", "part"), [(6, 0), (-1, 1), (3, 2), (3, -1)])
async def test_a_mark_that_cannot_be_changes_nothing(studio_db: Database, criteria: Vote, mark: int, part: int) -> None:
    booth = Booth(studio_db, criteria)
    await booth.open()
    before = await dump(studio_db)
    with pytest.raises(UserError):
        await booth.mark(criteria.works[0], mark, part=part)
    assert await dump(studio_db) == before


# Rankings


@pytest.fixture
async def ranking(studio_db: Database, show: ShowView) -> Vote:
    return await open_vote(studio_db, show.id, works=5, method=VoteMethod.SCHULZE)


async def test_picks_make_an_order(studio_db: Database, ranking: Vote) -> None:
    booth, works = Booth(studio_db, ranking), ranking.works
    for place, work in enumerate((works[3], works[0], works[4]), start=1):
        view = await booth.pick(work)
        assert view.pick is not None
        assert (view.pick.place, view.pick.picks, view.marked) == (place, place, place)
    assert await ranks(studio_db) == {works[3]: 1, works[0]: 2, works[4]: 3}
    again = await booth.pick(works[3])
    assert again.given == (1,)
    ballot = await ballots.ballot_of(studio_db, booth.who, episode_id=ranking.episode)
    assert [(line.work.id, line.given) for line in ballot.lines] == [
        (works[3], (1,)),
        (works[0], (2,)),
        (works[4], (3,)),
    ]


async def test_picks_can_be_moved_levelled_and_taken_out(studio_db: Database, ranking: Vote) -> None:
    booth, (a, b, c, *_) = Booth(studio_db, ranking), ranking.works
    for work in (a, b, c):
        await booth.pick(work)
    assert (await booth.move(c, "up", 3)).given == (2,)
    assert await ranks(studio_db) == {a: 1, c: 2, b: 3}
    level = await booth.move(b, "level", 3)
    assert level.pick is not None
    assert (level.given, [work.id for work in level.pick.equals]) == ((2,), [c])
    assert await ranks(studio_db) == {a: 1, c: 2, b: 2}
    assert (await booth.move(a, "down", 1)).given == (3,)
    assert (await booth.mark(c, None)).given == (None,)
    assert await ranks(studio_db) == {b: 1, a: 2}


async def test_a_move_asked_for_twice_happens_once(studio_db: Database, ranking: Vote) -> None:
    booth, works = Booth(studio_db, ranking), ranking.works[:4]
    for work in works:
        await booth.pick(work)
    await asyncio.gather(booth.move(works[3], "up", 4), booth.move(works[3], "up", 4))
    assert [work for work, _ in sorted((await ranks(studio_db)).items(), key=lambda item: item[1])] == [
        works[0], works[1], works[3], works[2],
    ]  # fmt: skip


async def test_picks_at_once_by_one_person_all_get_a_place_of_their_own(studio_db: Database, ranking: Vote) -> None:
    booth = Booth(studio_db, ranking)
    await asyncio.gather(*map(booth.pick, ranking.works))
    assert sorted((await ranks(studio_db)).values()) == [1, 2, 3, 4, 5]


async def test_what_does_not_go_with_a_ranking_is_refused(studio_db: Database, ranking: Vote, show: ShowView) -> None:
    booth = Booth(studio_db, ranking)
    with pytest.raises(UserError, match="pick the best first"):
        await booth.mark(ranking.works[0], 3)
    rated = Booth(studio_db, await open_vote(studio_db, show.id, works=2))
    with pytest.raises(UserError, match="marked by itself"):
        await rated.pick(rated.vote.works[0])


async def test_stv_takes_no_equals(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, method=VoteMethod.STV)
    booth = Booth(studio_db, vote)
    for work in vote.works:
        await booth.pick(work)
    before = await dump(studio_db)
    with pytest.raises(UserError, match="no two picks are equal"):
        await booth.move(vote.works[1], "level", 2)
    assert await dump(studio_db) == before


# Hundreds of works


async def test_hundreds_of_works_are_walked_and_listed_page_by_page(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=300)
    booth = Booth(studio_db, vote)
    view = await booth.open()
    for _ in range(3):
        view = await booth.skip(view.work.id)
    assert (view.place, view.total) == (4, 300)
    far = await booth.open(number=250)
    assert (far.place, far.seen) == (5, 5)
    assert (await booth.back(far.work.id)).work.id == view.work.id
    pages = [await booth.all_works(page) for page in range(15)]
    assert (pages[0].pages, pages[0].seen, pages[0].total) == (15, 5, 300)
    assert {line.work.id for page in pages for line in page.lines} == set(vote.works)
    assert [line.place for page in pages for line in page.lines] == list(range(1, 301))
    assert (await booth.all_works(99)).lines == pages[-1].lines


async def test_what_is_seen_too_little_moves_up_for_those_who_began_before(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=6)
    early = Booth(studio_db, vote, 0)
    first = await early.open()
    # Four people see all but two works; whoever began before them meets these two next.
    rare = [work for work in vote.works if work != first.work.id][:2]
    for number in range(1, 5):
        other = Booth(studio_db, vote, number)
        for work in vote.works:
            if work not in rare:
                await other.show(work)
    second = await early.skip(first.work.id)
    third = await early.skip(second.work.id)
    assert {second.work.id, third.work.id} == set(rare)


# Who may vote


def newcomer(days: float, *, account_days: float = 4000) -> Actor:
    """Somebody who joined so long before NOW, with an account that old."""
    made = NOW - timedelta(days=account_days) - datetime(2015, 1, 1, tzinfo=UTC)
    return replace(voter(1), user_id=int(made / timedelta(milliseconds=1)) << 22, joined_at=NOW - timedelta(days=days))


async def entered(db: Database, show: ShowView, who: Actor, at: datetime = NOW, **rules: int) -> BoothView:
    vote = await open_vote(db, show.id, **rules)
    return await Booth(db, vote, at=at, who=who).open()


async def test_a_role_can_be_needed(studio_db: Database, show: ShowView) -> None:
    with pytest.raises(UserError, match=f"<@&{ROLE}> role"):
        await entered(studio_db, show, voter(1), voter_role_id=ROLE)
    assert await entered(studio_db, show, replace(voter(1), role_ids=frozenset({ROLE})), voter_role_id=ROLE)


async def test_time_in_the_server_can_be_needed_and_the_refusal_says_from_when(
    studio_db: Database, show: ShowView
) -> None:
    from_then = int((NOW + timedelta(days=2)).timestamp())
    with pytest.raises(UserError, match=f"in this server for 7 days.*<t:{from_then}:F>"):
        await entered(studio_db, show, newcomer(5), min_member_days=7)
    assert await entered(studio_db, show, newcomer(5), after(days=2), min_member_days=7)
    with pytest.raises(UserError, match="in time for the next vote"):
        await entered(studio_db, show, newcomer(1), min_member_days=7)
    with pytest.raises(UserError, match="does not say since when"):
        await entered(studio_db, show, replace(newcomer(9), joined_at=None), min_member_days=7)


async def test_the_age_of_the_account_can_be_needed(studio_db: Database, show: ShowView) -> None:
    young = newcomer(400, account_days=29)
    with pytest.raises(UserError, match="account that is 30 days old"):
        await entered(studio_db, show, young, min_account_days=30)
    assert await entered(studio_db, show, young, after(days=1), min_account_days=30)


async def test_every_rule_that_is_not_fulfilled_is_named_and_nothing_is_stored(
    studio_db: Database, show: ShowView
) -> None:
    with pytest.raises(UserError, match=r"role.*7 days.*30 days"):
        await entered(
            studio_db, show, newcomer(1, account_days=1), voter_role_id=ROLE, min_member_days=7, min_account_days=30
        )
    assert await dump(studio_db) == []


async def test_the_jury_always_votes_and_its_ballots_are_known_as_such(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, voter_role_id=ROLE, jury_role_id=JURY, jury_bp=3000)
    juror = replace(voter(1), role_ids=frozenset({JURY}))
    member = replace(voter(2), role_ids=frozenset({ROLE}))
    for who in (juror, member):
        view = await Booth(studio_db, vote, number=who.user_id % 10, who=who).mark(vote.works[0], 3)
        assert view.jury == (who is juror)
    async with studio_db.reading() as tx:
        jury = {row.voter_id: row.jury for row in await tx.execute(select(Ballot.voter_id, Ballot.jury))}
    assert jury == {juror.user_id: True, member.user_id: False}


# Hidden artists


async def test_hidden_artists_are_not_told_to_voters(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, hide_artists=True)
    booth = Booth(studio_db, vote)
    await booth.open()
    view = await booth.mark(vote.works[0], 3)
    suggested = await ballots.suggest_works(studio_db, booth.who, show=None, channel_id=None)
    ballot = await ballots.ballot_of(studio_db, booth.who, episode_id=vote.episode)
    for shown in (view, suggested, ballot):
        assert "Artist 0" not in repr(shown)


async def test_hidden_artists_are_not_on_the_gallerys_pages_before_the_end(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, hide_artists=True)

    async def pages() -> str:
        page = await gallery.episode_page(studio_db, episode_id=vote.episode)
        front = await gallery.episode_front(studio_db, episode_id=vote.episode)
        return repr((page, front, await gallery.work_page(studio_db, work_id=vote.works[0])))

    assert "Artist 0" not in await pages()
    assert "Work 0" in await pages()
    await set_phase(studio_db, vote.episode, Phase.CUTTING)
    assert "Artist 0" in await pages()


# What is remembered is what is stored


async def test_another_process_is_believed_after_a_moment(
    studio_db: Database, migrated_url: str, show: ShowView
) -> None:
    vote = await open_vote(studio_db, show.id)
    other = Database(migrated_url)
    try:
        here, there = Booth(studio_db, vote), Booth(other, vote)
        await here.mark(vote.works[0], 3)
        await there.mark(vote.works[1], 4)
        here.at = NOW + FRESH
        assert (await here.show(vote.works[1])).given == (4,)
    finally:
        await other.close()


async def test_a_refused_press_leaves_nothing_remembered(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id)
    booth = Booth(studio_db, vote)
    await booth.open()
    booth.at = VOTES_UNTIL
    with pytest.raises(UserError, match="has ended"):
        await booth.mark(vote.works[0], 3)
    booth.at = NOW
    assert (await booth.show(vote.works[0])).given == (None,)


async def test_many_voters_at_once_take_few_transactions(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id)
    before = studio_db.group.commits
    await asyncio.gather(*(Booth(studio_db, vote, number).mark(vote.works[0], number % 6) for number in range(60)))
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Mark)) == 60
    assert studio_db.group.commits - before < 20
