"""The cut: it starts with the vote, changes in public only, and every work ends with an outcome."""

import pytest
from sqlalchemy import select

from db.models import CutAction, CutEntry, OutboxRow, Source, SourceState, Weights
from domain.episode import Outcome, Phase
from domain.errors import UserError
from services import cuts
from services.cuts import CutView
from services.shows import ShowView
from services.store import Database, Transaction
from tests.services.test_ballots import withdraw
from tests.services.test_tallies import cast, count
from tests.support.studio import PRODUCER, after, elsewhere
from tests.support.vote import Vote, open_vote, set_phase, voter

REASON = "The band asked us to swap it: the song was theirs"
NOWHERE = {"show": None, "channel_id": None}


@pytest.fixture
async def vote(studio_db: Database, show: ShowView) -> Vote:
    """Four works, of which the vote chose the first two."""
    vote = await open_vote(studio_db, show.id, works=4, seats=2)
    await cast(studio_db, vote, voter(1), {0: 5, 1: 4, 2: 3})
    await set_phase(studio_db, vote.episode, Phase.CUTTING)
    await count(studio_db, vote)
    return vote


def numbers(view: CutView) -> list[int]:
    return [line.work.number for line in view.chosen]


async def add(db: Database, work: str, reason: str = "", who=PRODUCER) -> CutView:
    return await cuts.add(db, who, **NOWHERE, work=work, reason=reason, now=after(days=4))


async def remove(db: Database, work: str, reason: str = "") -> CutView:
    return await cuts.remove(db, PRODUCER, **NOWHERE, work=work, reason=reason, now=after(days=4))


async def points(db: Database, work: str, given: int, reason: str = REASON) -> CutView:
    return await cuts.set_points(db, PRODUCER, **NOWHERE, work=work, points=given, reason=reason, now=after(days=4))


async def test_it_starts_with_what_the_vote_chose(studio_db: Database, vote: Vote) -> None:
    view = await cuts.cut_view(studio_db, episode_id=vote.episode)
    assert (numbers(view), view.counted, view.ballots, view.changes) == ([1, 2], True, 1, ())
    assert [line.by_vote for line in view.lines] == [True, True]


async def test_a_winner_leaves_only_for_a_public_reason(studio_db: Database, vote: Vote) -> None:
    with pytest.raises(UserError, match="community voted this work in"):
        await remove(studio_db, "#1")
    view = await remove(studio_db, "#1", REASON)
    assert numbers(view) == [2]
    (change,) = view.changes
    assert (change.action, change.work.number, change.reason, change.by_user) == (
        CutAction.REMOVE, 1, REASON, PRODUCER.user_id,
    )  # fmt: skip
    back = await add(studio_db, "#1")
    assert numbers(back) == [1, 2]
    assert back.chosen[0].reason == "Chosen by the vote, put back"


async def test_a_work_the_vote_did_not_choose_comes_in_for_a_reason(studio_db: Database, vote: Vote) -> None:
    with pytest.raises(UserError, match="did not select this work"):
        await add(studio_db, "3")
    view = await add(studio_db, "3", f"  {REASON}\n")
    assert numbers(view) == [1, 2, 3]
    assert (view.chosen[2].reason, view.chosen[2].by_vote) == (REASON, False)
    with pytest.raises(UserError, match="already in the cut"):
        await add(studio_db, "3", REASON)


async def test_what_is_not_there_cannot_be_moved(studio_db: Database, show: ShowView, vote: Vote) -> None:
    with pytest.raises(UserError, match="not in the cut"):
        await remove(studio_db, "4", REASON)
    with pytest.raises(UserError, match="no work #99"):
        await add(studio_db, "99", REASON)
    await withdraw(studio_db, vote.works[3])
    with pytest.raises(UserError, match="no longer takes part"):
        await add(studio_db, "4", REASON)
    await open_vote(studio_db, show.id, works=1)
    with pytest.raises(UserError, match="not a work of “Night trains”"):
        await add(studio_db, "5", REASON)


async def test_points_weigh_a_work_with_a_reason(studio_db: Database, vote: Vote) -> None:
    with pytest.raises(UserError, match="Give a reason"):
        await points(studio_db, "1", 30, "  ")
    with pytest.raises(UserError, match="from 0 to 1,000,000"):
        await points(studio_db, "1", 1_000_001)
    with pytest.raises(UserError, match="Add it first"):
        await points(studio_db, "3", 5)
    view = await points(studio_db, "1", 30)
    assert [line.points for line in view.chosen] == [30, 10]
    assert [(change.action, change.points) for change in view.changes] == [(CutAction.POINTS, 30)]
    assert len((await points(studio_db, "1", 30)).changes) == 1


async def test_points_are_refused_where_all_weigh_the_same(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, weights=Weights.EQUAL, phase=Phase.CUTTING)
    await count(studio_db, vote)
    with pytest.raises(UserError, match="weigh the same"):
        await points(studio_db, "1", 5)


async def test_only_producers_and_only_while_the_cut_is_made(studio_db: Database, vote: Vote) -> None:
    with pytest.raises(UserError, match="Only producers"):
        await add(studio_db, "3", REASON, who=voter(1))
    with pytest.raises(UserError, match="no show yet"):
        await add(studio_db, "3", REASON, who=elsewhere(PRODUCER))
    for phase in (Phase.VOTING, Phase.RELEASED):
        await set_phase(studio_db, vote.episode, phase)
        for attempt in (add(studio_db, "3", REASON), remove(studio_db, "1", REASON), points(studio_db, "1", 3)):
            with pytest.raises(UserError, match="only while the cut is made"):
                await attempt


async def test_every_change_brings_the_public_post_up_to_date(studio_db: Database, vote: Vote) -> None:
    await add(studio_db, "3", REASON)
    async with studio_db.reading() as tx:
        rows = list(await tx.scalars(select(OutboxRow).where(OutboxRow.kind == "cut").order_by(OutboxRow.id)))
    assert [(row.key, row.post_key) for row in rows] == [
        (f"cut:{vote.episode}", f"cut:{vote.episode}"), (f"edit:cut:{vote.episode}", f"cut:{vote.episode}"),
    ]  # fmt: skip


async def link(db: Database, work: int, source: int, state: SourceState = SourceState.CONFIRMED) -> None:
    async def add_source(tx: Transaction) -> None:
        tx.add(Source(work_id=work, source_work_id=source, thanks="", state=state, added_by=1, added_at=after(days=0)))

    await db.write(add_source)


async def settle(db: Database, vote: Vote) -> dict[int, Outcome]:
    became = await db.write(lambda tx: cuts.settle_outcomes(tx, vote.episode, after(days=5)))
    return {vote.works.index(work): outcome for work, outcome in became.items()}


async def test_every_work_ends_with_an_outcome(studio_db: Database, vote: Vote) -> None:
    await link(studio_db, vote.works[0], vote.works[2])
    await link(studio_db, vote.works[1], vote.works[3], SourceState.DISPUTED)
    expected = {0: Outcome.USED, 1: Outcome.USED, 2: Outcome.INFLUENCE, 3: Outcome.NOT_USED}
    assert await settle(studio_db, vote) == expected
    assert await settle(studio_db, vote) == expected
    async with studio_db.reading() as tx:
        known = await cuts.outcomes_of(tx, vote.works)
    assert {vote.works.index(work): outcome for work, outcome in known.items()} == expected


async def test_influence_reaches_through_works_of_other_episodes(
    studio_db: Database, show: ShowView, vote: Vote
) -> None:
    other = await open_vote(studio_db, show.id, works=1)
    await link(studio_db, vote.works[0], other.works[0])
    await link(studio_db, other.works[0], vote.works[3])
    assert (await settle(studio_db, vote))[3] is Outcome.INFLUENCE


async def test_a_work_that_was_withdrawn_leaves_the_cut(studio_db: Database, vote: Vote) -> None:
    await withdraw(studio_db, vote.works[0])
    assert (await settle(studio_db, vote))[0] is Outcome.NOT_USED
    async with studio_db.reading() as tx:
        entry = await tx.get_one(CutEntry, (vote.episode, vote.works[0]))
    assert (entry.in_cut, entry.reason) == (False, "No longer takes part")


async def test_suggestions_are_what_the_command_can_take(studio_db: Database, vote: Vote) -> None:
    inside = await cuts.suggest_works(studio_db, PRODUCER, **NOWHERE, in_cut=True)
    outside = await cuts.suggest_works(studio_db, PRODUCER, **NOWHERE, in_cut=False)
    assert ([work.number for work in inside], [work.number for work in outside]) == ([1, 2], [3, 4])
    await set_phase(studio_db, vote.episode, Phase.RELEASED)
    assert await cuts.suggest_works(studio_db, PRODUCER, **NOWHERE, in_cut=True) == []
