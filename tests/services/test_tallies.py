"""The count: once, of every mark that may count, and in a form that anybody can count again."""

import asyncio
from collections import Counter
from fractions import Fraction
from hashlib import sha256
from random import Random

import pytest
from sqlalchemy import func, select

from db.models import Ballot, CreditState, CutEntry, Episode, OutboxRow, Tally, VoteMethod
from domain import commitments
from domain.episode import Outcome, Phase
from domain.errors import UserError
from domain.voting import Election, tally
from services import ballots, cuts, episodes, tallies
from services.shows import ShowView
from services.store import Database
from tests.services.test_ballots import credit, withdraw
from tests.support.studio import NOW, PRODUCER, after
from tests.support.vote import SEED, Vote, artist_of, open_vote, voter


async def cast(db: Database, vote: Vote, who, marks: dict[int, int]) -> None:
    """Have somebody mark works, given by their place from 0."""
    for place, given in marks.items():
        await ballots.mark(
            db, who, episode_id=vote.episode, work_id=vote.works[place], mark=given, asked_at=NOW, now=NOW,
            rng=Random(who.user_id),
        )  # fmt: skip


async def count(db: Database, vote: Vote) -> None:
    await db.write(lambda tx: tallies.count(tx, vote.episode, after(days=3)))


async def cut_of(db: Database, vote: Vote) -> dict[int, str]:
    """The cut: reasons by place of the work, from 0."""
    async with db.reading() as tx:
        rows = await tx.scalars(select(CutEntry).where(CutEntry.episode_id == vote.episode, CutEntry.in_cut))
        return {vote.works.index(row.work_id): row.reason for row in rows}


def count_by_hand(document: dict) -> list[list[str]]:
    """A second count of a published score document, as naive as can be: groups of equals, best first."""
    means = {}
    for work in document["works"]:
        marks = [ballot[work] for ballot in document["ballots"] if work in ballot]
        means[work] = (1, Fraction(sum(marks), len(marks))) if marks else (0, Fraction(0))
    levels = sorted(set(means.values()), reverse=True)
    return [sorted(work for work in means if means[work] == level) for level in levels]


async def test_the_result_names_every_number(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=3, seats=2)
    await cast(studio_db, vote, voter(1), {0: 5, 1: 2})
    await cast(studio_db, vote, voter(2), {0: 4, 1: 3})
    await cast(studio_db, vote, voter(3), {1: 3})
    await count(studio_db, vote)
    view = await tallies.result(studio_db, episode_id=vote.episode)
    first, second, third = view.works
    assert (first.work.id, first.place, first.votes, first.mean) == (vote.works[0], 1, 2, Fraction(9, 2))
    assert (second.work.id, second.votes, second.mean) == (vote.works[1], 3, Fraction(8, 3))
    assert (third.votes, third.mean, third.chosen) == (0, 0, False)
    assert first.low < first.mean < first.high <= view.top == 5
    assert (view.ballots, view.ties, view.seed) == (3, (), SEED)
    assert [line.chosen for line in view.works] == [True, True, False]
    assert await cut_of(studio_db, vote) == {0: "Place 1 in the vote", 1: "Place 2 in the vote"}


async def test_few_votes_are_corrected_beside_the_mean(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=3)
    await cast(studio_db, vote, voter(1), {0: 4, 1: 4, 2: 4})
    for number in range(2, 6):
        await cast(studio_db, vote, voter(number), {0: 4, 1: 4})
    await count(studio_db, vote)
    works = {line.work.id: line for line in (await tallies.result(studio_db, episode_id=vote.episode)).works}
    # One of five marks: the mean of 4 shrinks by the root of a fifth, to the nearest thousandth.
    assert works[vote.works[2]].corrected == Fraction(1789, 1000)
    assert works[vote.works[0]].corrected == works[vote.works[0]].mean == 4


async def test_the_draw_decides_between_equals_and_can_be_checked(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=4, seats=2)
    await cast(studio_db, vote, voter(1), {0: 5, 1: 3, 2: 3, 3: 3})
    await count(studio_db, vote)
    view = await tallies.result(studio_db, episode_id=vote.episode)
    assert view.ties == ((2, 3, 4),)
    assert commitments.commit(view.seed) == view.episode.draw_commitment
    lots = {n: sha256(commitments.canonical(["draw", SEED, f"w{n}"])).hexdigest() for n in (2, 3, 4)}
    drawn = min(lots, key=lots.__getitem__)
    assert {line.work.number for line in view.works if line.chosen} == {1, drawn}
    assert (await cut_of(studio_db, vote))[drawn - 1] == "Place 2 in the vote, drawn among equals"


async def test_without_a_ballot_the_cut_is_empty_and_producers_hear_of_it(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id)
    await ballots.open_booth(studio_db, voter(1), episode_id=vote.episode, asked_at=NOW, now=NOW, rng=Random(1))
    await count(studio_db, vote)
    assert await cut_of(studio_db, vote) == {}
    view = await tallies.result(studio_db, episode_id=vote.episode)
    assert (view.ballots, view.ties, [line.place for line in view.works]) == (0, (), [1, 1, 1])
    async with studio_db.reading() as tx:
        rows = {row.kind: row for row in await tx.scalars(select(OutboxRow))}
    assert rows.keys() >= {"results", "cut", "no_ballots"}
    assert rows["no_ballots"].channel_id != rows["results"].channel_id


async def test_counting_twice_changes_nothing(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id)
    await cast(studio_db, vote, voter(1), {0: 5})
    await asyncio.gather(*(count(studio_db, vote) for _ in range(4)))
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Tally)) == 1
        assert Counter(await tx.scalars(select(OutboxRow.kind)))["results"] == 1
    assert await cut_of(studio_db, vote) == {0: "Place 1 in the vote"}


async def test_marks_on_works_that_left_or_became_ones_own_do_not_count(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=4)
    await cast(studio_db, vote, voter(1), {0: 5, 1: 5, 2: 1, 3: 5})
    await cast(studio_db, vote, voter(2), {3: 2})
    await withdraw(studio_db, vote.works[0])
    await credit(studio_db, vote.works[1], voter(1).user_id, CreditState.CONFIRMED)
    await credit(studio_db, vote.works[3], voter(2).user_id, CreditState.OFFERED)
    await count(studio_db, vote)
    document = await tallies.document(studio_db, episode_id=vote.episode)
    assert document["works"] == ["w2", "w3", "w4"]
    assert sorted(map(sorted, document["ballots"])) == [["w3", "w4"], ["w4"]]


async def test_approval_counts_the_ballots_that_say_yes(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, method=VoteMethod.APPROVAL, seats=1)
    await cast(studio_db, vote, voter(1), {0: 1, 1: 1})
    await cast(studio_db, vote, voter(2), {0: 0, 1: 1})
    await cast(studio_db, vote, voter(3), {0: 0})
    await count(studio_db, vote)
    view = await tallies.result(studio_db, episode_id=vote.episode)
    assert [(line.work.id, line.mean) for line in view.works[:2]] == [(vote.works[1], 2), (vote.works[0], 1)]
    assert (view.ballots, view.top) == (3, 3)
    assert (await tallies.document(studio_db, episode_id=vote.episode))["ballots"].count({}) == 1


async def test_the_published_document_holds_what_is_needed_to_count_again(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=6, seats=3)
    chance = Random(5)
    for number in range(12):
        picked = chance.sample(range(6), k=chance.randint(1, 5))
        await cast(studio_db, vote, voter(number), {place: chance.randint(0, 5) for place in picked})
    await cast(studio_db, vote, artist_of(0), {1: 5})
    await count(studio_db, vote)
    document = await tallies.document(studio_db, episode_id=vote.episode)
    assert document["order"] == count_by_hand(document)
    fields = {key: document[key] for key in ("method", "seats", "max_score", "normalise")}
    again = tally(Election(works=tuple(document["works"]), ballots=tuple(document["ballots"]), **fields))
    assert [list(group) for group in again.order] == document["order"]
    view = await tallies.result(studio_db, episode_id=vote.episode)
    assert commitments.digest(document) == view.digest
    assert len(document["ballots"]) == view.ballots == 13


async def test_published_ballots_follow_neither_voters_nor_time(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=20)
    for number in range(10):
        await cast(studio_db, vote, voter(number), {number: 5})
    await count(studio_db, vote)
    document = await tallies.document(studio_db, episode_id=vote.episode)
    published = [next(iter(ballot)) for ballot in document["ballots"]]
    async with studio_db.reading() as tx:
        receipts = list(await tx.scalars(select(Ballot.receipt).order_by(Ballot.id)))

    def name(number: int) -> str:
        plain = receipts[number].replace("-", "")
        return sha256(f'["showrunner ballot id","{plain}"]'.encode()).hexdigest()

    assert published == [f"w{number + 1}" for number in sorted(range(10), key=name)]
    assert published != [f"w{n + 1}" for n in range(10)]


async def test_before_the_count_nobody_sees_a_result(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id)
    await cast(studio_db, vote, voter(1), {0: 5})
    with pytest.raises(UserError, match="not been counted yet"):
        await tallies.result(studio_db, episode_id=vote.episode)
    with pytest.raises(UserError, match="not been counted yet"):
        await tallies.document(studio_db, episode_id=vote.episode)


async def test_marks_against_the_count_are_in_it_or_refused(studio_db: Database, show: ShowView) -> None:
    """Presses and the end of the vote at once: what was acknowledged is in the count, the rest was refused."""
    vote = await open_vote(studio_db, show.id, works=1)

    async def end() -> None:
        async def move(tx) -> None:
            (await tx.get_one(Episode, vote.episode)).phase = Phase.CUTTING
            await tallies.count(tx, vote.episode, after(days=3))

        await studio_db.write(move)

    async def press(number: int) -> bool:
        try:
            await cast(studio_db, vote, voter(number), {0: 4})
        except UserError:
            return False
        return True

    presses = [asyncio.create_task(press(number)) for number in range(30)]
    await next(asyncio.as_completed(presses))
    await end()
    acknowledged = sum(await asyncio.gather(*presses))
    view = await tallies.result(studio_db, episode_id=vote.episode)
    assert view.ballots == acknowledged
    assert acknowledged > 0


async def test_a_producers_moves_count_the_vote_and_settle_the_outcomes(studio_db: Database, show: ShowView) -> None:
    vote = await open_vote(studio_db, show.id, works=3, seats=1)
    await cast(studio_db, vote, voter(1), {0: 5, 1: 1})
    move = {"episode_id": vote.episode, "now": after(days=1)}
    await episodes.advance_episode(studio_db, PRODUCER, seen=Phase.VOTING, **move)
    assert (await tallies.result(studio_db, episode_id=vote.episode)).works[0].work.id == vote.works[0]
    link = "https://example.org/night-trains"
    await episodes.release_episode(studio_db, PRODUCER, url=link, **move)
    view = await cuts.cut_view(studio_db, episode_id=vote.episode)
    assert {line.work.number: line.outcome for line in view.lines} == {
        1: Outcome.USED, 2: Outcome.NOT_USED, 3: Outcome.NOT_USED,
    }  # fmt: skip
