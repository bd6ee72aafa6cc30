"""Ballots as a vote's end finds them, written straight into the database: for tests of what comes afterwards."""

from collections.abc import Mapping
from datetime import datetime
from random import Random

from sqlalchemy import select

from db.models import Ballot, Episode, Exposure, Mark
from domain.episode import Phase
from services import tallies
from services.store import Database, Transaction, writes
from tests.support.studio import NOW, after
from tests.support.vote import Vote

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def receipt_of(user_id: int) -> str:
    """The receipt that put_ballots gives a person."""
    rng = Random(user_id)
    return "-".join("".join(rng.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


@writes
async def put_ballots(
    tx: Transaction,
    vote: Vote,
    ballots: Mapping[int, Mapping[int, int]],
    *,
    jury: frozenset[int] = frozenset(),
    started: Mapping[int, datetime] | None = None,
) -> dict[int, str]:
    """Cast ballots by person (Discord id): marks by the place of the work, from 0. The receipts, by person."""
    for user_id, marks in ballots.items():
        at = (started or {}).get(user_id, NOW)
        ballot = Ballot(
            episode_id=vote.episode, voter_id=user_id, receipt=receipt_of(user_id), jury=user_id in jury,
            started_at=at, changed_at=at,
        )  # fmt: skip
        tx.add(ballot)
        await tx.flush()
        for place, mark in marks.items():
            tx.add(Exposure(ballot_id=ballot.id, work_id=vote.works[place], place=place, at=at))
            tx.add(Mark(ballot_id=ballot.id, work_id=vote.works[place], mark=mark))
    await tx.flush()
    return {user_id: receipt_of(user_id) for user_id in ballots}


async def end_vote(db: Database, vote: Vote, now: datetime | None = None) -> None:
    """Move the episode to its cut and count, as the end of the vote does."""

    async def move(tx: Transaction) -> None:
        episode = (await tx.scalars(select(Episode).where(Episode.id == vote.episode))).one()
        episode.phase = Phase.CUTTING
        await tx.flush()
        await tallies.count(tx, vote.episode, now or after(days=3))

    await db.write(move)
