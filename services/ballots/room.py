"""A vote as its booths know it: works, whose they are, how often each was shown; and booths as they are stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.models import Artist, Ballot, Credit, CreditState, CriterionMark, Exposure, Mark, Work
from services.ballots.booth import Booth
from services.ballots.views import Given
from services.blind import blind_ref
from services.store import Transaction
from services.views import WorkRef
from services.voting import VoteEpisode, load_episode, turnout, works_in


@dataclass(slots=True)
class Room:
    """One vote: its works, whose they are (by Discord id), how many people were shown each, how many have voted."""

    episode: VoteEpisode
    works: Mapping[int, WorkRef]
    owners: Mapping[int, frozenset[int]]
    exposure: dict[int, int]
    voters: int

    def own(self, user_id: int) -> frozenset[int]:
        """The works that are a person's own or carry their credit, agreed to or offered."""
        return self.owners.get(user_id, frozenset())


async def load_room(tx: Transaction, episode_id: int) -> Room:
    """A vote as it is stored; UserError when there is no such episode."""
    episode = await load_episode(tx, episode_id)
    works = await works_in(tx, episode_id)
    if episode.hides_artists:
        works = [blind_ref(work) for work in works]
    return Room(
        episode=episode,
        works={work.id: work for work in works},
        owners=await _owners(tx, episode_id),
        exposure=await exposure_of(tx, episode_id),
        voters=await turnout(tx, episode_id),
    )


async def _owners(tx: Transaction, episode_id: int) -> dict[int, frozenset[int]]:
    """By Discord id, the works of an episode that are a person's own or carry their credit, agreed to or offered."""
    made = select(Artist.user_id, Work.id).join(Work, Work.artist_id == Artist.id).where(Work.episode_id == episode_id)
    credited = (
        select(Artist.user_id, Credit.work_id)
        .join(Credit, Credit.artist_id == Artist.id)
        .join(Work, Work.id == Credit.work_id)
        .where(Work.episode_id == episode_id, Credit.state != CreditState.DECLINED)
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for user_id, work_id in [*await tx.execute(made), *await tx.execute(credited)]:
        if user_id is not None:
            found[user_id].add(work_id)
    return {user_id: frozenset(works) for user_id, works in found.items()}


async def exposure_of(tx: Transaction, episode_id: int) -> dict[int, int]:
    """How many people were shown each work of an episode; those nobody has seen are left out."""
    query = (
        select(Exposure.work_id, func.count())
        .join(Work, Work.id == Exposure.work_id)
        .where(Work.episode_id == episode_id)
        .group_by(Exposure.work_id)
    )
    return {work_id: count for work_id, count in await tx.execute(query)}  # noqa: C416 - rows are no pairs to mypy


async def load_booths(tx: Transaction, episode: VoteEpisode, voters: Iterable[int], now: datetime) -> dict[int, Booth]:
    """The booths of those voters (Discord ids) who have a ballot, by voter."""
    where = (Ballot.episode_id == episode.id, Ballot.voter_id.in_(list(voters)))
    rows = list(await tx.execute(select(Ballot.id, Ballot.voter_id, Ballot.receipt).where(*where)))
    ballots = {row.id: Booth(row.receipt, started=True, loaded_at=now) for row in rows}
    await _shown(tx, ballots)
    await (_several if episode.rules.criteria else _marked)(tx, ballots, max(1, len(episode.rules.criteria)))
    return {row.voter_id: ballots[row.id] for row in rows}


async def _shown(tx: Transaction, ballots: Mapping[int, Booth]) -> None:
    query = (
        select(Exposure.ballot_id, Exposure.work_id)
        .where(Exposure.ballot_id.in_(ballots))
        .order_by(Exposure.ballot_id, Exposure.place, Exposure.at, Exposure.work_id)
    )
    for ballot_id, work_id in await tx.execute(query):
        ballots[ballot_id].shown[work_id] = None


async def _marked(tx: Transaction, ballots: Mapping[int, Booth], size: int) -> None:
    del size
    query = select(Mark.ballot_id, Mark.work_id, Mark.mark).where(Mark.ballot_id.in_(ballots))
    for ballot_id, work_id, mark in await tx.execute(query):
        ballots[ballot_id].marks[work_id] = (mark,)


async def _several(tx: Transaction, ballots: Mapping[int, Booth], size: int) -> None:
    query = select(CriterionMark.ballot_id, CriterionMark.work_id, CriterionMark.criterion, CriterionMark.mark).where(
        CriterionMark.ballot_id.in_(ballots)
    )
    for ballot_id, work_id, criterion, mark in await tx.execute(query):
        marks = ballots[ballot_id].marks
        if criterion < size:
            marks[work_id] = with_mark(marks.get(work_id, (None,) * size), criterion, mark)


def with_mark(given: Given, criterion: int, mark: int | None) -> Given:
    """Those marks with another one on a criterion."""
    return (*given[:criterion], mark, *given[criterion + 1 :])
