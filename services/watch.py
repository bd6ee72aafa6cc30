"""What producers should look at in a vote: new accounts in numbers, and ballots that are all alike.

While the vote goes on they are told counts of accounts and ballots, never a mark. Afterwards ballots are named by the
id that they are published under, so that one can be struck in the open; never by their voters.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select

from db.models import Ballot, CriterionMark, Episode, Mark, Show, Strike
from domain import surges
from domain.episode import Phase
from domain.surges import ALIKE, ALIKE_MARKS, LEAST_NEW, Surge
from domain.voting.publication import ballot_id
from services import outbox
from services.access import Actor, find_show, require_producer
from services.store import Transaction, reads
from services.voting import VoteEpisode, latest_episode, load_episode

_BATCH = 5000
_VOTED = (Phase.VOTING, Phase.CUTTING, Phase.RELEASED)


@dataclass(frozen=True, slots=True)
class WatchView:
    """What stands out in a vote. `alike` are the sizes of groups of equal ballots.

    Once the vote is over, `alike_ids` and `new_ids` name those ballots by the ids they are published under; the latter
    only where there are so many that no person is named by them.
    """

    episode: VoteEpisode
    surge: Surge
    alike: tuple[int, ...]
    alike_ids: tuple[tuple[str, ...], ...]
    new_ids: tuple[str, ...]

    @property
    def striking(self) -> bool:
        """Whether there is anything to look at."""
        return self.surge.striking or bool(self.alike)


@reads
async def watch(tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None) -> WatchView:
    """What stands out in the show's latest vote, for its producers; UserError for anybody else."""
    row = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(row, actor)
    none = "There has been no vote here yet."
    episode = await latest_episode(tx, actor.guild_id, show=row.slug, channel_id=None, phases=_VOTED, none=none)
    return await _look(tx, episode)


@reads
async def watch_view(tx: Transaction, *, episode_id: int) -> WatchView:
    """What stands out in one vote, for the producers' channel."""
    return await _look(tx, await load_episode(tx, episode_id))


async def point_out(tx: Transaction, show: Show, episode_id: int, *, when: str, now: datetime) -> None:
    """Tell the producers once for each `when` if something stands out in a vote; nobody else, and no mark."""
    view = await _look(tx, await load_episode(tx, episode_id))
    if not view.striking:
        return
    await outbox.say(
        tx, key=f"vote:{episode_id}:watch:{when}", kind="vote_watch", show_id=show.id, subject={"episode": episode_id},
        channel_id=show.producers_channel_id or show.news_channel_id, now=now,
    )  # fmt: skip


async def _look(tx: Transaction, episode: VoteEpisode) -> WatchView:
    began = await tx.scalar(select(Episode.closes_at).where(Episode.id == episode.id))
    rows = await _ballots(tx, episode.id)
    voters = {voter: started for _, voter, started, _ in rows}
    found = surges.surge(voters, began) if began is not None else Surge(len(voters), 0, 0)
    alike = surges.alike(await _suspects(tx, episode.id, {key for key, _, _, _ in rows}))
    if episode.phase is Phase.VOTING:
        return WatchView(episode, found, tuple(len(group) for group in alike), (), ())
    ids = {key: ballot_id(receipt) for key, _, _, receipt in rows}
    new = surges.new_accounts(voters, began) if began is not None and found.new >= LEAST_NEW else frozenset[int]()
    return WatchView(
        episode=episode,
        surge=found,
        alike=tuple(len(group) for group in alike),
        alike_ids=tuple(tuple(sorted(ids[key] for key in group)) for group in alike),
        new_ids=tuple(sorted(ids[key] for key, voter, _, _ in rows if voter in new)),
    )


async def _ballots(tx: Transaction, episode_id: int) -> Sequence[Row[int, int, datetime, str]]:
    """Every ballot with a mark that is not struck: row id, voter, when it was begun, receipt."""
    marked = select(Mark.ballot_id).where(Mark.ballot_id == Ballot.id).exists()
    query = select(Ballot.id, Ballot.voter_id, Ballot.started_at, Ballot.receipt)
    where = (Ballot.episode_id == episode_id, marked, Ballot.id.not_in(select(Strike.ballot_id)))
    return (await tx.execute(query.where(*where).order_by(Ballot.id))).all()


async def _suspects(tx: Transaction, episode_id: int, counted: AbstractSet[int]) -> Mapping[int, dict[int, Hashable]]:
    """The ballots that may be equal to others, with all they say of each work.

    Sums that equal ballots have in common are made by the database, so that of many ballots few have to be read.
    """
    sums = (func.count(), func.sum(Mark.work_id), func.sum(Mark.mark), func.sum(Mark.work_id * Mark.mark))
    query = (
        select(Mark.ballot_id, *sums)
        .join(Ballot, Ballot.id == Mark.ballot_id)
        .where(Ballot.episode_id == episode_id)
        .group_by(Mark.ballot_id)
        .having(func.count() >= ALIKE_MARKS)
    )
    alike: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for ballot, *signature in await tx.execute(query):
        if ballot in counted:
            alike[tuple(int(part) for part in signature)].append(ballot)
    keys = sorted(key for group in alike.values() if len(group) >= ALIKE for key in group)
    found: dict[int, dict[int, Hashable]] = {}
    for start in range(0, len(keys), _BATCH):
        found |= await _marks(tx, keys[start : start + _BATCH])
    return found


async def _marks(tx: Transaction, ballots: Sequence[int]) -> Mapping[int, dict[int, Hashable]]:
    """All that these ballots say of each work, by row id."""
    found: defaultdict[int, dict[int, Hashable]] = defaultdict(dict)
    parts: defaultdict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
    by_criterion = select(CriterionMark.ballot_id, CriterionMark.work_id, CriterionMark.criterion, CriterionMark.mark)
    for ballot, work, criterion, given in await tx.execute(by_criterion.where(CriterionMark.ballot_id.in_(ballots))):
        parts[ballot, work].add((criterion, given))
    marks = select(Mark.ballot_id, Mark.work_id, Mark.mark).where(Mark.ballot_id.in_(ballots))
    for ballot, work, given in await tx.execute(marks):
        found[ballot][work] = (given, frozenset(parts[ballot, work]))
    return found
