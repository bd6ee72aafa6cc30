"""Published ballots, receipts, and ballots struck in the open with a recount."""

import asyncio
import copy

import pytest
from sqlalchemy import func, select

from db.models import Ballot, CreditState, CutEntry, Deal, OutboxRow, Recount, Strike
from domain import commitments
from domain.episode import Phase
from domain.errors import UserError
from domain.voting import check_inclusion, verify
from domain.voting.publication import ballot_id
from services import ballot_receipts, cuts, recounts, tallies
from services.access import Actor
from services.shows import ShowView
from services.store import Database, Transaction
from services.tallies import ResultView
from tests.services.test_ballots import credit, withdraw
from tests.support.cast import end_vote, put_ballots, receipt_of
from tests.support.studio import PRODUCER, actor, after, elsewhere
from tests.support.vote import Vote, open_vote, set_phase, voter

REASON = "Nine accounts made in one evening"
PEOPLE = [voter(number).user_id for number in range(8)]


async def counted(db: Database, show: ShowView, *, end: bool = True) -> Vote:
    """Four works, two seats: of eight ballots six like #1 best, and two put #4 before #2 by a nose."""
    vote = await open_vote(db, show.id, works=4, seats=2)
    marks = {0: 5, 1: 3, 2: 2, 3: 2}
    await put_ballots(db, vote, {user: marks if user in PEOPLE[:6] else {1: 0, 3: 5} for user in PEOPLE})
    if end:
        await end_vote(db, vote)
    return vote


async def strike(
    db: Database, *people: int, who: Actor = PRODUCER, reason: str = REASON, text: str | None = None
) -> ResultView:
    ids = ", ".join(ballot_id(receipt_of(user))[:8] for user in people) if text is None else text
    return await recounts.strike(db, who, show=None, channel_id=None, ballots=ids, reason=reason, now=after(days=4))


async def in_cut(db: Database, vote: Vote) -> set[int]:
    async with db.reading() as tx:
        query = select(CutEntry.work_id).where(CutEntry.episode_id == vote.episode, CutEntry.in_cut)
        return {vote.works.index(work_id) for work_id in await tx.scalars(query)}


async def rows(db: Database, model: type[Recount] | type[Strike] | type[OutboxRow]) -> int:
    async with db.reading() as tx:
        return await tx.scalar(select(func.count()).select_from(model)) or 0


async def test_what_is_published_holds_and_any_change_is_named(studio_db: Database, show: ShowView) -> None:
    vote = await counted(studio_db, show)
    document = await tallies.document(studio_db, episode_id=vote.episode)
    view = await tallies.result(studio_db, episode_id=vote.episode)
    assert verify(document, root=view.root).difference is None
    assert commitments.digest(document) == view.digest
    assert document["about"]["titles"]["w1"] == "Work 0"
    changed = copy.deepcopy(document)
    changed["ballots"][3]["w2"] = 4
    removed = copy.deepcopy(document)
    del removed["ballots"][3]
    added = copy.deepcopy(document)
    added["ballots"].append({"w1": 5})
    for wrong in (changed, removed, added):
        assert verify(wrong).difference is not None
    text = repr(document)
    async with studio_db.reading() as tx:
        assert not any(receipt in text for receipt in await tx.scalars(select(Ballot.receipt)))
    assert not any(str(user) in text for user in PEOPLE)


async def test_a_receipt_finds_its_ballot_and_no_other(studio_db: Database, show: ShowView) -> None:
    vote = await counted(studio_db, show)
    found = await ballot_receipts.check(studio_db, episode_id=vote.episode, receipt=receipt_of(PEOPLE[7]).lower())
    assert (found.counted, found.struck) == (True, None)
    assert [(mark.number, mark.title, mark.mark) for mark in found.marks] == [(2, "Work 1", 0), (4, "Work 3", 5)]
    assert found.root == (await tallies.result(studio_db, episode_id=vote.episode)).root
    other = receipt_of(PEOPLE[7])[:-1] + ("2" if receipt_of(PEOPLE[7])[-1] != "2" else "3")
    assert not (await ballot_receipts.check(studio_db, episode_id=vote.episode, receipt=other)).counted
    assert check_inclusion(found.proof, root=found.root).difference is None
    assert check_inclusion({**found.proof, "ballot": {"w2": 1, "w4": 5}}).difference is not None
    for wrong in ("", "hello", "x" * 5000, "ÄÖÜ" * 7):
        with pytest.raises(UserError, match="no receipt"):
            await ballot_receipts.check(studio_db, episode_id=vote.episode, receipt=wrong)


async def test_before_the_count_a_receipt_says_nothing(studio_db: Database, show: ShowView) -> None:
    vote = await counted(studio_db, show, end=False)
    with pytest.raises(UserError, match="not been counted yet"):
        await ballot_receipts.check(studio_db, episode_id=vote.episode, receipt=receipt_of(PEOPLE[0]))
    with pytest.raises(UserError, match="only while the cut is made"):
        await strike(studio_db, PEOPLE[0])
    assert await rows(studio_db, Strike) == 0


async def test_struck_ballots_leave_the_count_in_public(studio_db: Database, show: ShowView) -> None:
    vote = await counted(studio_db, show)
    before = await tallies.result(studio_db, episode_id=vote.episode)
    assert await in_cut(studio_db, vote) == {0, 3}
    after_strike = await strike(studio_db, PEOPLE[6], PEOPLE[7])
    assert await in_cut(studio_db, vote) == {0, 1}, "without them #2 comes before #4"
    assert (before.ballots, after_strike.ballots) == (8, 6)
    (recount,) = after_strike.recounts
    assert (recount.number, recount.reason, recount.struck, recount.by_user) == (1, REASON, 2, PRODUCER.user_id)
    assert (recount.before_digest, recount.before_root) == (before.digest, before.root)
    document = await tallies.document(studio_db, episode_id=vote.episode)
    assert verify(document, root=after_strike.root).difference is None
    assert {one["reason"] for one in document["struck"]} == {REASON}
    assert {one["id"] for one in document["struck"]} == {ballot_id(receipt_of(user)) for user in PEOPLE[6:]}
    earlier = await tallies.document(studio_db, episode_id=vote.episode, before=1)
    assert commitments.digest(earlier) == before.digest
    found = await ballot_receipts.check(studio_db, episode_id=vote.episode, receipt=receipt_of(PEOPLE[6]))
    assert (found.counted, found.struck, found.marks) == (False, REASON, ())


async def test_a_strike_happens_once_however_often_it_is_asked_for(studio_db: Database, show: ShowView) -> None:
    await counted(studio_db, show)
    views = await asyncio.gather(*(strike(studio_db, PEOPLE[6]) for _ in range(4)))
    assert len({view.digest for view in views}) == 1
    assert (await rows(studio_db, Recount), await rows(studio_db, Strike)) == (1, 1)
    async with studio_db.reading() as tx:
        said = list(await tx.scalars(select(OutboxRow.kind).where(OutboxRow.key.contains("recount"))))
    assert said == ["recount"]
    second = await strike(studio_db, PEOPLE[6], PEOPLE[7], reason="And another of the same evening")
    assert [(one.number, one.struck) for one in second.recounts] == [(1, 1), (2, 1)]
    assert second.recounts[1].before_digest == views[0].digest


async def test_a_recount_changes_nothing_but_the_strike(studio_db: Database, show: ShowView) -> None:
    """What happened to works and credits meanwhile does not slip into it."""
    vote = await counted(studio_db, show)
    before = await tallies.document(studio_db, episode_id=vote.episode)
    await withdraw(studio_db, vote.works[2])
    await credit(studio_db, vote.works[1], PEOPLE[0], CreditState.CONFIRMED)
    await strike(studio_db, PEOPLE[7])
    now = await tallies.document(studio_db, episode_id=vote.episode)
    gone = ballot_id(receipt_of(PEOPLE[7]))
    kept = [(own, one) for own, one in zip(before["commitments"], before["ballots"], strict=True) if own["id"] != gone]
    assert (now["commitments"], now["ballots"]) == ([own for own, _ in kept], [one for _, one in kept])
    assert now["works"] == before["works"]
    assert now["exposure"] == before["exposure"]


async def test_the_jury_is_counted_apart_and_can_be_struck_too(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=3, seats=1)

    async def jury_rules(tx: Transaction) -> None:
        deal = await tx.get_one(Deal, vote.episode)
        deal.jury_bp, deal.jury_role_id = 5000, 1

    await studio_db.write(jury_rules)
    await put_ballots(
        studio_db, vote, {PEOPLE[0]: {0: 5}, PEOPLE[1]: {1: 5}, PEOPLE[2]: {1: 5}}, jury=frozenset({PEOPLE[0]})
    )
    await end_vote(studio_db, vote)
    view = await tallies.result(studio_db, episode_id=vote.episode)
    assert (view.ballots, view.jury) == (3, 1)
    found = await ballot_receipts.check(studio_db, episode_id=vote.episode, receipt=receipt_of(PEOPLE[0]))
    assert (found.counted, found.jury, found.number) == (True, True, 1)
    after_strike = await strike(studio_db, PEOPLE[0])
    assert (after_strike.ballots, after_strike.jury) == (2, 0)
    document = await tallies.document(studio_db, episode_id=vote.episode)
    assert verify(document, root=after_strike.root).difference is None


async def test_a_strike_is_undone_as_publicly(studio_db: Database, show: ShowView) -> None:
    vote = await counted(studio_db, show)
    first = await tallies.document(studio_db, episode_id=vote.episode)
    await strike(studio_db, PEOPLE[6])
    await strike(studio_db, PEOPLE[7])

    async def restore(*people: int) -> ResultView:
        ids = " ".join(ballot_id(receipt_of(user)) for user in people)
        call = {"show": None, "channel_id": None, "now": after(days=5)}
        return await recounts.restore(studio_db, PRODUCER, ballots=ids, reason="They are three people", **call)

    views = await asyncio.gather(*(restore(PEOPLE[6], PEOPLE[0]) for _ in range(3)))
    assert {(len(view.recounts), view.ballots) for view in views} == {(3, 7)}
    news = await recounts.recount(studio_db, episode_id=vote.episode, number=3)
    assert (news.recount.struck, news.recount.restored, news.recount.reason) == (0, 1, "They are three people")
    await restore(PEOPLE[7])
    again = await tallies.document(studio_db, episode_id=vote.episode)
    assert again == first, "as if nothing had been struck"
    assert await in_cut(studio_db, vote) == {0, 3}


async def test_what_producers_decided_by_hand_stays(studio_db: Database, show: ShowView) -> None:
    vote = await counted(studio_db, show)
    change = {"show": None, "channel_id": None, "now": after(days=4)}
    await cuts.remove(studio_db, PRODUCER, work="#1", reason="It opens the next season", **change)
    await cuts.add(studio_db, PRODUCER, work="#3", reason="It belongs to the end", **change)
    await strike(studio_db, PEOPLE[6], PEOPLE[7])
    assert await in_cut(studio_db, vote) == {1, 2}
    view = await cuts.cut_view(studio_db, episode_id=vote.episode)
    assert {line.work.number: line.by_vote for line in view.lines} == {1: True, 2: True, 3: False, 4: False}


@pytest.mark.parametrize(
    ("who", "text", "reason", "sentence"),
    [
        (actor("Mira"), None, REASON, "Only producers"),
        (elsewhere(PRODUCER), None, REASON, "no show"),
        (PRODUCER, None, "Spam", "at least 10 letters"),
        (PRODUCER, None, "x" * 501, "under 500"),
        (PRODUCER, "", REASON, "Name the ballots"),
        (PRODUCER, "abc", REASON, "no ballot of this vote"),
        (PRODUCER, "ffffffffffff", REASON, "no ballot of this vote"),
        (PRODUCER, "Mira", REASON, "no ballot of this vote"),
        (PRODUCER, " ".join(f"{n:08x}" for n in range(51)), REASON, "50 at most"),
    ],
)
async def test_a_bad_strike_changes_nothing(
    studio_db: Database, show: ShowView, who: Actor, text: str | None, reason: str, sentence: str
) -> None:
    vote = await counted(studio_db, show)
    before = await tallies.document(studio_db, episode_id=vote.episode)
    said = await rows(studio_db, OutboxRow)
    with pytest.raises(UserError, match=sentence):
        await strike(studio_db, PEOPLE[0], who=who, reason=reason, text=text)
    assert await tallies.document(studio_db, episode_id=vote.episode) == before
    assert (await rows(studio_db, Strike), await rows(studio_db, OutboxRow)) == (0, said)


async def test_once_the_episode_is_out_no_ballot_is_struck(studio_db: Database, show: ShowView) -> None:
    vote = await counted(studio_db, show)
    await set_phase(studio_db, vote.episode, Phase.RELEASED)
    with pytest.raises(UserError, match="only while the cut is made"):
        await strike(studio_db, PEOPLE[0])
