"""Tallies: the vote counted once, kept with the ballots it was counted from, and shown with every number."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from db.models import Artist, Ballot, Credit, CreditState, CutEntry, Episode, Mark, Tally, Work, WorkState
from domain import commitments
from domain.cut import initial_cut
from domain.errors import UserError
from domain.voting import Election, TallyResult, WorkNumbers, break_ties, tally
from domain.voting.score import median_votes
from domain.voting.uncertainty import few_votes_correction
from services import outbox
from services.store import Transaction, reads
from services.views import WorkRef
from services.voting import VoteEpisode, insert, load_episode, table_of, works_in, works_numbered

START_POINTS = 10
"""What a work weighs when the vote puts it into the cut; producers may change it where points count."""


@dataclass(frozen=True, slots=True)
class ResultWork:
    """A work's numbers in the result.

    `place` counts from 1 and is the same for works that tie. `mean` is what the order follows (for approval, the
    number of approvals), `corrected` the mean reduced for few votes (for showing only), `low` and `high` the interval
    of uncertainty on the same scale. `drawn` says that the draw decided whether it was chosen.
    """

    work: WorkRef
    place: int
    votes: int
    mean: Fraction
    corrected: Fraction
    low: Fraction
    high: Fraction
    chosen: bool
    drawn: bool


@dataclass(frozen=True, slots=True)
class ResultView:
    """A counted vote: works by place, ties by work number, and what it takes to check the draw and the count.

    `ties` are the groups of equals of which not all found a seat. `top` is the end of the scale the means are on.
    """

    episode: VoteEpisode
    ballots: int
    works: tuple[ResultWork, ...]
    ties: tuple[tuple[int, ...], ...]
    top: int
    seed: str
    digest: str
    counted_at: datetime


async def count(tx: Transaction, episode_id: int, now: datetime) -> None:
    """Count an episode's vote, once, and let its cut start from the selection.

    For use inside the transaction that moves the episode to cutting; announces the result and the cut. A second
    call changes nothing.
    """
    if await tx.get(Tally, episode_id) is not None:
        return
    episode = await load_episode(tx, episode_id)
    seed = (await tx.scalars(select(Episode.draw_seed).where(Episode.id == episode_id))).one()
    works = await works_in(tx, episode_id)
    ballots = await _ballots(tx, episode_id, works, seed)
    election = _document(episode, works, ballots)
    result = tally(_election(election))
    shown = _result(result, episode.seats, seed)
    if not await _keep(tx, episode, election, shown, seed, now):
        return
    ids = {_name(work.number): work.id for work in works}
    for chosen in initial_cut(result, episode.seats, seed):
        tx.add(
            CutEntry(
                episode_id=episode_id, work_id=ids[chosen.work], in_cut=True, by_vote=True, points=START_POINTS,
                reason=chosen.reason, outcome=None,
            )
        )  # fmt: skip
    await tx.flush()
    await _announce(tx, episode, now, ballots=len(ballots))


@reads
async def result(tx: Transaction, *, episode_id: int) -> ResultView:
    """The counted result; UserError while there is none."""
    return await result_view(tx, episode_id)


@reads
async def document(tx: Transaction, *, episode_id: int) -> dict[str, Any]:
    """What is published of the vote: DESIGN 8's ballots with the result added. Its digest is the tally's.

    UserError while there is none.
    """
    found = await _tally(tx, episode_id)
    return {**found.election, "result": found.result}


async def result_view(tx: Transaction, episode_id: int) -> ResultView:
    """The counted result; UserError while there is none."""
    found = await _tally(tx, episode_id)
    episode = await load_episode(tx, episode_id)
    numbers = [_number(name) for name in found.election["works"]]
    works = {work.number: work for work in await works_numbered(tx, episode.show_id, numbers)}
    top = found.ballots if episode.approval else int(found.election["max_score"])
    votes = found.result["numbers"]
    ties = [group for group in found.result["ties"] if any(votes[name]["votes"] for name in group)]
    return ResultView(
        episode=episode,
        ballots=found.ballots,
        works=tuple(_result_works(found.result, works)),
        ties=tuple(tuple(sorted(_number(name) for name in group)) for group in ties),
        top=top,
        seed=found.seed,
        digest=found.digest,
        counted_at=found.counted_at,
    )


async def _tally(tx: Transaction, episode_id: int) -> Tally:
    found = await tx.get(Tally, episode_id)
    if found is None:
        raise UserError("This vote has not been counted yet. Nobody sees any marks before it ends.")
    return found


def _name(number: int) -> str:
    return f"w{number}"


def _number(name: str) -> int:
    return int(name.removeprefix("w"))


async def _keep(
    tx: Transaction,
    episode: VoteEpisode,
    election: Mapping[str, Any],
    shown: Mapping[str, Any],
    seed: str,
    now: datetime,
) -> bool:
    """Keep the tally; False when another transaction has kept one first."""
    new = insert(tx, table_of(Tally)).values(
        episode_id=episode.id, method=episode.method.value, ballots=len(election["ballots"]), election=election,
        result=shown, seed=seed, digest=commitments.digest({**election, "result": shown}), counted_at=now,
    )  # fmt: skip
    made = new.on_conflict_do_nothing(index_elements=["episode_id"]).returning(Tally.episode_id)
    return await tx.scalar(made) is not None


async def _ballots(tx: Transaction, episode_id: int, works: list[WorkRef], seed: str) -> list[dict[str, int]]:
    """Every ballot with a mark that may count, without its voter, in an order that says nothing of who or when."""
    numbers = {work.id: work.number for work in works}
    theirs = await _theirs(tx, episode_id)
    marks: defaultdict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    query = (
        select(Ballot.receipt, Ballot.voter_id, Mark.work_id, Mark.mark)
        .join(Mark, Mark.ballot_id == Ballot.id)
        .where(Ballot.episode_id == episode_id)
    )
    for receipt, voter_id, work_id, given in await tx.execute(query):
        if work_id in numbers and (voter_id, work_id) not in theirs:
            marks[receipt, voter_id][_name(numbers[work_id])] = given
    receipts = sorted(marks, key=lambda key: sha256(f"{seed}:{key[0]}".encode()).digest())
    return [dict(sorted(marks[key].items(), key=lambda item: _number(item[0]))) for key in receipts]


async def _theirs(tx: Transaction, episode_id: int) -> set[tuple[int, int]]:
    """Pairs of user and work: who made it or has agreed to a credit in it. Marks there do not count."""
    made = (
        select(Artist.user_id, Work.id)
        .join(Work, Work.artist_id == Artist.id)
        .where(Work.episode_id == episode_id, Work.state == WorkState.IN)
    )
    credited = (
        select(Artist.user_id, Credit.work_id)
        .join(Credit, Credit.artist_id == Artist.id)
        .join(Work, Work.id == Credit.work_id)
        .where(Work.episode_id == episode_id, Credit.state == CreditState.CONFIRMED)
    )
    pairs = [*await tx.execute(made), *await tx.execute(credited)]
    return {(row[0], row[1]) for row in pairs if row[0] is not None}


def _document(episode: VoteEpisode, works: list[WorkRef], ballots: list[dict[str, int]]) -> dict[str, Any]:
    if episode.approval:
        ballots = [{name: 1 for name, given in ballot.items() if given} for ballot in ballots]
    return {
        "kind": "ballots",
        "method": episode.method.value,
        "seats": episode.seats,
        "max_score": 1 if episode.approval else episode.max_score,
        "works": [_name(work.number) for work in works],
        "ballots": ballots,
        "normalise": False,
    }


def _election(document: Mapping[str, Any]) -> Election:
    return Election(
        method=document["method"],
        works=tuple(document["works"]),
        ballots=tuple(document["ballots"]),
        seats=document["seats"],
        max_score=document["max_score"],
        normalise=document["normalise"],
    )


def _result(counted: TallyResult, seats: int, seed: str) -> dict[str, Any]:
    """The result as JSON: exact numbers as text ("7/2"), so that they survive any reader."""
    middle = median_votes(counted)
    return {
        "order": [list(group) for group in counted.order],
        "winners": list(counted.winners),
        "ties": [list(group) for group in counted.ties],
        "scores": {name: str(score) for name, score in counted.scores.items()},
        "numbers": {name: _numbers(counted, name, numbers, middle) for name, numbers in counted.numbers.items()},
        "drawn": [name for name in break_ties(counted, seats, seed) if name not in counted.winners],
        "seed": seed,
        "commitment": commitments.commit(seed),
    }


def _numbers(counted: TallyResult, name: str, numbers: WorkNumbers, middle: Fraction) -> dict[str, Any]:
    return {
        "votes": numbers.votes,
        "total": str(numbers.total),
        "low": str(numbers.low),
        "high": str(numbers.high),
        "corrected": str(few_votes_correction(counted.scores[name], numbers.votes, middle)),
    }


def _result_works(result: Mapping[str, Any], works: Mapping[int, WorkRef]) -> list[ResultWork]:
    tied = {name for group in result["ties"] for name in group}
    chosen = {*result["winners"], *result["drawn"]}
    found: list[ResultWork] = []
    for group in result["order"]:
        place = len(found) + 1
        for name in group:
            numbers = result["numbers"][name]
            found.append(
                ResultWork(
                    work=works[_number(name)],
                    place=place,
                    votes=numbers["votes"],
                    mean=Fraction(result["scores"][name]),
                    corrected=Fraction(numbers["corrected"]),
                    low=Fraction(numbers["low"]),
                    high=Fraction(numbers["high"]),
                    # A work that nobody marked takes no seat, so it was neither chosen nor drawn.
                    chosen=name in chosen and numbers["votes"] > 0,
                    drawn=name in tied and numbers["votes"] > 0,
                )
            )
    return found


async def _announce(tx: Transaction, episode: VoteEpisode, now: datetime, *, ballots: int) -> None:
    await _say(tx, episode, now, kind="results", key=f"episode:{episode.id}:results")
    cut = f"cut:{episode.id}"
    await _say(tx, episode, now, kind="cut", key=cut, post_key=cut)
    if ballots == 0:
        await _say(tx, episode, now, kind="no_ballots", key=f"episode:{episode.id}:no_ballots", to_producers=True)


async def _say(
    tx: Transaction,
    episode: VoteEpisode,
    now: datetime,
    *,
    kind: str,
    key: str,
    post_key: str | None = None,
    to_producers: bool = False,
) -> None:
    producers = episode.producers_channel_id if to_producers else None
    await outbox.say(
        tx, key=key, kind=kind, show_id=episode.show_id, subject={"episode": episode.id}, now=now,
        channel_id=producers or episode.news_channel_id, post_key=post_key,
    )  # fmt: skip
