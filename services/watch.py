"""What producers should look at in a vote: new accounts in numbers, and ballots that are all alike.

While the vote goes on they are told counts of accounts and ballots, never a mark. Afterwards ballots are named by the
id that they are published under, so that one can be struck in the open; never by their voters.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models import Ballot, CriterionMark, Episode, Mark, Show, Strike
from domain import surges
from domain.episode import Phase
from domain.surges import LEAST_NEW, Surge
from domain.voting.publication import ballot_id
from services import outbox
from services.access import Actor, find_show, require_producer
from services.store import Transaction, reads
from services.voting import VoteEpisode, latest_episode, load_episode

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
    ballots = await _marks(tx, episode.id)
    struck = select(Strike.ballot_id)
    query = select(Ballot.id, Ballot.voter_id, Ballot.started_at, Ballot.receipt)
    where = (Ballot.episode_id == episode.id, Ballot.id.in_(ballots.keys()), Ballot.id.not_in(struck))
    rows = (await tx.execute(query.where(*where).order_by(Ballot.id))).all()
    voters = {voter: started for _, voter, started, _ in rows}
    found = surges.surge(voters, began) if began is not None else Surge(len(voters), 0, 0)
    alike = surges.alike({key: ballots[key] for key, _, _, _ in rows})
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


async def _marks(tx: Transaction, episode_id: int) -> Mapping[int, dict[int, Hashable]]:
    """Every ballot with a mark, by its row id: all that it says of each work."""
    found: defaultdict[int, dict[int, Hashable]] = defaultdict(dict)
    parts: defaultdict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
    by_criterion = select(CriterionMark.ballot_id, CriterionMark.work_id, CriterionMark.criterion, CriterionMark.mark)
    of_episode = Ballot.episode_id == episode_id
    mine = by_criterion.join(Ballot, Ballot.id == CriterionMark.ballot_id).where(of_episode)
    for ballot, work, criterion, given in await tx.execute(mine):
        parts[ballot, work].add((criterion, given))
    marks = select(Mark.ballot_id, Mark.work_id, Mark.mark).join(Ballot, Ballot.id == Mark.ballot_id).where(of_episode)
    for ballot, work, given in await tx.execute(marks):
        found[ballot][work] = (given, frozenset(parts[ballot, work]))
    return found
