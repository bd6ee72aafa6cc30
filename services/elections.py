"""What is counted: every ballot that may count, without its voter, and the works it is about."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from db.models import (
    Artist,
    Ballot,
    Credit,
    CreditState,
    CriterionMark,
    Exposure,
    Mark,
    Recount,
    Strike,
    VoteMethod,
    Work,
    WorkState,
)
from domain.voting import Criterion, Election, Struck, from_json, publish
from domain.voting.meetings import Meeting, meetings
from domain.voting.publication import ballot_id
from services.store import Transaction
from services.views import WorkRef
from services.voting import VoteEpisode, works_in

MEETING = 7
"""How many of the best works are shown against one another."""


@dataclass(frozen=True, slots=True)
class _Cast:
    """A ballot as it was cast: its row, its receipt, whether a juror cast it, and its marks by work id."""

    id: int
    receipt: str
    jury: bool
    marks: dict[int, Any]


def name_of(number: int) -> str:
    """What a work is called in a published document: "w12" is #12."""
    return f"w{number}"


def number_of(name: str) -> int:
    """The number of the work that a published document calls so."""
    return int(name.removeprefix("w"))


async def exposure_in(tx: Transaction, episode_id: int) -> dict[int, int]:
    """How many people were shown each work that takes part, by work id."""
    taking_part = (Work.episode_id == episode_id, Work.state == WorkState.IN)
    query = (
        select(Work.id, func.count(Exposure.ballot_id))
        .outerjoin(Exposure, Exposure.work_id == Work.id)
        .where(*taking_part)
        .group_by(Work.id)
    )
    return {row[0]: row[1] for row in await tx.execute(query)}


@dataclass(frozen=True, slots=True)
class Counted:
    """A vote counted: the document to publish, and how the best works met, for showing."""

    document: dict[str, Any]
    meetings: tuple[Meeting, ...]


async def counted(tx: Transaction, episode: VoteEpisode, seed: str) -> Counted:
    """Count an episode's vote as it stands.

    Left out are ballots without a mark, marks on works that no longer take part, and marks on a work of one's own.
    """
    works = await works_in(tx, episode.id)
    cast = await _cast(tx, episode, works)
    voters, jury = [one for one in cast if not one.jury], [one for one in cast if one.jury]
    shown = await exposure_in(tx, episode.id)
    names = {work.id: name_of(work.number) for work in works}
    election = Election(
        method=episode.method.value,
        works=tuple(names.values()),
        ballots=tuple(_named(one, names) for one in voters),
        seats=episode.seats,
        max_score=1 if episode.approval else episode.max_score,
        normalise=episode.rules.normalise,
        few_votes=episode.rules.few_votes,
        criteria=tuple(Criterion(one.name, one.weight) for one in episode.rules.criteria),
        jury=tuple(_named(one, names) for one in jury),
        jury_bp=episode.rules.jury_bp,
        seed=seed,
        exposure={names[work_id]: people for work_id, people in sorted(shown.items()) if work_id in names},
    )
    receipts = [one.receipt for one in voters], [one.receipt for one in jury]
    return await _published(election, *receipts, struck=(), about=_about(episode, works))


async def counted_again(tx: Transaction, episode: VoteEpisode, first: Mapping[str, Any]) -> Counted:
    """Count what was published first without the ballots that are struck by now: nothing else can have changed.

    The struck ones are named with their reasons.
    """
    query = select(Ballot.id, Ballot.receipt).where(Ballot.episode_id == episode.id)
    receipts = {ballot_id(receipt): receipt for _, receipt in await tx.execute(query)}
    struck = await _struck(tx, episode.id)
    out = {ballot_id(one.receipt) for one in struck}
    sides = [first, first.get("jury", {})]
    kept = [
        [
            (ballot, receipts[own["id"]])
            for ballot, own in zip(side.get("ballots", ()), side.get("commitments", ()), strict=True)
            if own["id"] not in out
        ]
        for side in sides
    ]
    ballots = [tuple(ballot for ballot, _ in side) for side in kept]
    election = replace(from_json(first), ballots=ballots[0], jury=ballots[1])
    known = [[receipt for _, receipt in side] for side in kept]
    return await _published(election, *known, struck=struck, about=first["about"])


async def _published(
    election: Election,
    receipts: Sequence[str],
    jury_receipts: Sequence[str],
    *,
    struck: Iterable[Struck],
    about: Mapping[str, Any],
) -> Counted:
    # Seconds for a hundred thousand ballots, in which the bot goes on answering.
    document = await asyncio.to_thread(
        publish, election, receipts, jury_receipts=jury_receipts, struck=struck, about=about
    )
    best = [name for group in document["order"] for name in group][:MEETING]
    return Counted(document, await asyncio.to_thread(meetings, election, best))


def _about(episode: VoteEpisode, works: list[WorkRef]) -> dict[str, Any]:
    return {
        "show": episode.show_name,
        "episode": episode.code,
        "title": episode.title,
        "titles": {name_of(work.number): work.title for work in works},
    }


def _named(one: _Cast, names: Mapping[int, str]) -> dict[str, Any]:
    return {names[work_id]: given for work_id, given in sorted(one.marks.items())}


async def _cast(tx: Transaction, episode: VoteEpisode, works: list[WorkRef]) -> list[_Cast]:
    """Every ballot with a mark that may count, struck or not."""
    taking_part = {work.id for work in works}
    theirs = await _theirs(tx, episode.id)
    parts = await _by_criterion(tx, episode)
    ballots: dict[int, _Cast] = {}
    query = (
        select(Ballot.id, Ballot.receipt, Ballot.jury, Ballot.voter_id, Mark.work_id, Mark.mark)
        .join(Mark, Mark.ballot_id == Ballot.id)
        .where(Ballot.episode_id == episode.id)
    )
    for key, receipt, juror, voter, work_id, mark in await tx.execute(query):
        if work_id not in taking_part or (voter, work_id) in theirs:
            continue
        if key not in ballots:
            ballots[key] = _Cast(key, receipt, juror and episode.rules.jury_bp > 0, {})
        given = parts.get((key, work_id)) if episode.rules.criteria else mark
        if given or (given == 0 and episode.method is not VoteMethod.APPROVAL):
            ballots[key].marks[work_id] = given
    return list(ballots.values())


async def _by_criterion(tx: Transaction, episode: VoteEpisode) -> dict[tuple[int, int], dict[str, int]]:
    """The marks of a vote with several criteria, by ballot and work."""
    found: defaultdict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    names = [one.name for one in episode.rules.criteria]
    if not names:
        return found
    query = (
        select(CriterionMark.ballot_id, CriterionMark.work_id, CriterionMark.criterion, CriterionMark.mark)
        .join(Ballot, Ballot.id == CriterionMark.ballot_id)
        .where(Ballot.episode_id == episode.id, CriterionMark.criterion < len(names))
    )
    for key, work_id, criterion, mark in await tx.execute(query):
        found[key, work_id][names[criterion]] = mark
    return found


async def _struck(tx: Transaction, episode_id: int) -> list[Struck]:
    """The ballots that were struck, each with its reason."""
    query = (
        select(Ballot.receipt, Recount.reason)
        .join(Strike, Strike.ballot_id == Ballot.id)
        .join(Recount, Recount.id == Strike.recount_id)
        .where(Recount.episode_id == episode_id)
    )
    return [Struck(*row) for row in await tx.execute(query)]


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
