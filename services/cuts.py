"""Cuts: what the vote chose, what producers made of it and why, and what became of every work."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models import (
    CutAction,
    CutChange,
    CutEntry,
    Episode,
    PayoutRound,
    Source,
    SourceState,
    Tally,
    Work,
    WorkState,
)
from domain.cut import MAX_REASON, check_change, outcomes
from domain.episode import Outcome, Phase, RoundPhase
from domain.errors import UserError
from services import outbox
from services.access import Actor, find_show, require_producer
from services.store import Transaction, reads, writes
from services.tallies import START_POINTS
from services.views import WorkRef
from services.voting import VoteEpisode, find_episode, latest_episode, load_episode, works_in
from services.works.read import find, refs

MAX_POINTS = 1_000_000
_DOING = "change the cut"
_PUT_BACK = "Chosen by the vote, put back"


@dataclass(frozen=True, slots=True)
class CutLine:
    """A work's place in, or out of, a cut. `by_vote`: the vote chose it. `outcome` is there once the episode is out."""

    work: WorkRef
    in_cut: bool
    by_vote: bool
    points: int
    reason: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change that a producer (a Discord user id) made, with the reason everybody can read."""

    work: WorkRef
    action: CutAction
    points: int | None
    reason: str
    by_user: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CutView:
    """An episode's cut: what is in it, what is out, and every change since the vote, in order.

    `counted` says whether the vote has been counted; before that there is no cut. `ballots` is how many voted.
    """

    episode: VoteEpisode
    counted: bool
    ballots: int
    lines: tuple[CutLine, ...]
    changes: tuple[ChangeView, ...]

    @property
    def chosen(self) -> tuple[CutLine, ...]:
        """What is in the cut."""
        return tuple(line for line in self.lines if line.in_cut)


@reads
async def cut_view(tx: Transaction, *, episode_id: int) -> CutView:
    """The cut of an episode."""
    return await view_of(tx, episode_id)


async def view_of(tx: Transaction, episode_id: int) -> CutView:
    """The cut of an episode, for use inside a transaction."""
    return await _view(tx, await load_episode(tx, episode_id))


@reads
async def latest_cut(tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None) -> CutView:
    """The cut of the show's latest episode that has one; UserError when there is none."""
    none = "There is no cut yet: it starts when the vote is counted."
    phases = (Phase.CUTTING, Phase.RELEASED)
    episode = await latest_episode(tx, actor.guild_id, show=show, channel_id=channel_id, phases=phases, none=none)
    return await _view(tx, episode)


@reads
async def suggest_works(
    tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None, in_cut: bool
) -> list[WorkRef]:
    """Works that are in the cut, or that are not, of the episodes whose cut can be changed; none if there are none."""
    try:
        row = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    except UserError:
        return []
    cutting = select(Episode.id).where(Episode.show_id == row.id, Episode.phase == Phase.CUTTING)
    episodes = [*await tx.scalars(cutting.order_by(Episode.id).limit(1)), *await _discussed(tx, row.id)]
    query = select(CutEntry.work_id).where(CutEntry.episode_id.in_(episodes), CutEntry.in_cut)
    inside = set(await tx.scalars(query))
    works = [work for episode_id in episodes for work in await works_in(tx, episode_id)]
    return [work for work in works if (work.id in inside) is in_cut]


@writes
async def add(
    tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None, work: str, reason: str, now: datetime
) -> CutView:
    """Put a work into the cut; one that the vote did not choose takes a public reason (UserError without)."""
    episode = await _cutting(tx, actor, show=show, channel_id=channel_id, work=work)
    found = await _work(tx, episode, work)
    if found.state is not WorkState.IN:
        raise UserError(f"#{found.number} no longer takes part, so it cannot go into the cut.")
    entry = await _check(tx, episode, reason, add={found.id})
    if entry is None:
        entry = CutEntry(episode_id=episode.id, work_id=found.id, by_vote=False, points=START_POINTS, outcome=None)
        tx.add(entry)
    entry.in_cut, entry.reason = True, _words(reason) or _PUT_BACK
    return await _changed(tx, actor, episode, found.id, CutAction.ADD, None, reason, now)


@writes
async def remove(
    tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None, work: str, reason: str, now: datetime
) -> CutView:
    """Take a work out of the cut; one that the vote chose takes a public reason (UserError without)."""
    episode = await _cutting(tx, actor, show=show, channel_id=channel_id, work=work)
    found = await _work(tx, episode, work)
    entry = await _check(tx, episode, reason, remove={found.id})
    if entry is None:
        raise UserError(f"#{found.number} is not in the cut.")
    entry.in_cut, entry.reason = False, _words(reason)
    return await _changed(tx, actor, episode, found.id, CutAction.REMOVE, None, reason, now)


@writes
async def set_points(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None,
    channel_id: int | None,
    work: str,
    points: int,
    reason: str,
    now: datetime,
) -> CutView:
    """Say what a work in the cut weighs when the pool is divided, with a public reason.

    UserError where the deal divides the pool equally: points would change nothing.
    """
    episode = await _cutting(tx, actor, show=show, channel_id=channel_id, work=work)
    if not episode.by_points:
        raise UserError("By this episode's deal all works in the cut weigh the same, so points would change nothing.")
    if not 0 <= points <= MAX_POINTS:
        raise UserError(f"Points are a whole number from 0 to {MAX_POINTS:,}.")
    if not _words(reason):
        raise UserError("Points decide what artists are paid. Give a reason that everybody can read.")
    if len(_words(reason)) > MAX_REASON:
        raise UserError(f"Keep the reason under {MAX_REASON} characters; yours has {len(_words(reason))}.")
    found = await _work(tx, episode, work)
    entry = await tx.get(CutEntry, (episode.id, found.id))
    if entry is None or not entry.in_cut:
        raise UserError(f"#{found.number} is not in the cut. Add it first with /cut add.")
    if entry.points == points:
        return await _view(tx, episode)
    entry.points = points
    return await _changed(tx, actor, episode, found.id, CutAction.POINTS, points, reason, now)


async def settle_outcomes(tx: Transaction, episode_id: int, now: datetime) -> dict[int, Outcome]:
    """Write down what became of every work of an episode, by id, and bring the post of its cut up to date.

    For use inside the transaction that releases it. A work in the cut is used, an ancestor of one through confirmed
    sources an influence. A work that was withdrawn or disqualified leaves the cut. A second call changes nothing.
    """
    episode = await load_episode(tx, episode_id)
    taking_part = {work.id for work in await works_in(tx, episode_id)}
    query = select(CutEntry).where(CutEntry.episode_id == episode_id)
    entries = {entry.work_id: entry for entry in await tx.scalars(query)}
    cut = {work_id for work_id, entry in entries.items() if entry.in_cut and work_id in taking_part}
    became = outcomes(taking_part | entries.keys(), cut, await sources_behind(tx, cut))
    for work_id, outcome in sorted(became.items()):
        entry = entries.get(work_id)
        if entry is None:
            entry = CutEntry(episode_id=episode_id, work_id=work_id, by_vote=False, points=0, reason="")
            tx.add(entry)
        if entry.in_cut and work_id not in cut:
            entry.reason = "No longer takes part"
        entry.in_cut, entry.outcome = work_id in cut, outcome
    await tx.flush()
    await _refresh(tx, episode, now)
    return became


async def outcomes_of(tx: Transaction, work_ids: Collection[int]) -> dict[int, Outcome]:
    """What became of works, by id; those whose episode is not out yet are absent."""
    query = select(CutEntry.work_id, CutEntry.outcome).where(CutEntry.work_id.in_(work_ids))
    return {work_id: outcome for work_id, outcome in await tx.execute(query) if outcome is not None}


async def _cutting(
    tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None, work: str
) -> VoteEpisode:
    """The episode whose cut a producer may change: the one being cut, or that of a work whose payout is proposed.

    The latter so that what a concern is right about can be put right; the proposal follows when it is accepted.
    """
    row = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(row, actor)
    discussed = await _discussed(tx, row.id)
    if discussed:
        found = await find(tx, row.id, work)
        episode_id = await tx.scalar(select(Work.episode_id).where(Work.id == found.id))
        if episode_id in discussed:
            return await load_episode(tx, episode_id)
    return await find_episode(tx, actor.guild_id, show=row.name, channel_id=None, phase=Phase.CUTTING, doing=_DOING)


async def _discussed(tx: Transaction, show_id: int) -> list[int]:
    """The episodes of a show whose payout is proposed, by id."""
    query = select(PayoutRound.episode_id).join(Episode, Episode.id == PayoutRound.episode_id)
    where = (Episode.show_id == show_id, PayoutRound.phase == RoundPhase.PROPOSED)
    return sorted(set(await tx.scalars(query.where(*where))))


async def _work(tx: Transaction, episode: VoteEpisode, text: str) -> WorkRef:
    found = await find(tx, episode.show_id, text)
    if await tx.scalar(select(Work.episode_id).where(Work.id == found.id)) != episode.id:
        raise UserError(f"#{found.number} is not a work of “{episode.title}”, the episode that is being cut.")
    return found


async def _check(
    tx: Transaction, episode: VoteEpisode, reason: str, *, add: Collection[int] = (), remove: Collection[int] = ()
) -> CutEntry | None:
    """Refuse a change that is not above board; return the entry of the work it is about, if it has one."""
    query = select(CutEntry).where(CutEntry.episode_id == episode.id)
    entries = {entry.work_id: entry for entry in await tx.scalars(query)}
    cut = {work_id for work_id, entry in entries.items() if entry.in_cut}
    winners = {work_id for work_id, entry in entries.items() if entry.by_vote}
    check_change(cut=cut, winners=winners, add=add, remove=remove, reason=reason)
    return entries.get(next(iter((*add, *remove))))


async def _changed(
    tx: Transaction,
    actor: Actor,
    episode: VoteEpisode,
    work_id: int,
    action: CutAction,
    points: int | None,
    reason: str,
    now: datetime,
) -> CutView:
    tx.add(
        CutChange(
            episode_id=episode.id, work_id=work_id, action=action, points=points, reason=_words(reason),
            by_user=actor.user_id, at=now,
        )
    )  # fmt: skip
    await tx.flush()
    if episode.phase is Phase.RELEASED:
        await settle_outcomes(tx, episode.id, now)
    await _refresh(tx, episode, now)
    return await _view(tx, episode)


def _words(reason: str) -> str:
    return " ".join(reason.split())


async def _refresh(tx: Transaction, episode: VoteEpisode, now: datetime) -> None:
    await outbox.refresh(
        tx, post_key=f"cut:{episode.id}", kind="cut", show_id=episode.show_id, subject={"episode": episode.id},
        channel_id=episode.news_channel_id, now=now,
    )  # fmt: skip


async def _view(tx: Transaction, episode: VoteEpisode) -> CutView:
    tally = await tx.get(Tally, episode.id)
    entries = list(await tx.scalars(select(CutEntry).where(CutEntry.episode_id == episode.id)))
    query = select(CutChange).where(CutChange.episode_id == episode.id).order_by(CutChange.id)
    changes = list(await tx.scalars(query))
    works = await refs(tx, {row.work_id for row in entries} | {row.work_id for row in changes})
    lines = [
        CutLine(works[row.work_id], row.in_cut, row.by_vote, row.points, row.reason, row.outcome) for row in entries
    ]
    return CutView(
        episode=episode,
        counted=tally is not None,
        ballots=tally.ballots if tally else 0,
        lines=tuple(sorted(lines, key=lambda line: line.work.number)),
        changes=tuple(
            ChangeView(works[row.work_id], row.action, row.points, row.reason, row.by_user, row.at) for row in changes
        ),
    )


async def sources_behind(tx: Transaction, cut: Collection[int]) -> dict[int, list[int]]:
    """The confirmed sources of the works in the cut, and of those, and so on."""
    sources: dict[int, list[int]] = {}
    frontier = set(cut)
    while frontier:
        sources |= {work_id: [] for work_id in frontier}
        query = select(Source.work_id, Source.source_work_id).where(
            Source.work_id.in_(frontier), Source.state == SourceState.CONFIRMED
        )
        found: set[int] = set()
        for work_id, source_id in await tx.execute(query):
            if source_id is not None:
                sources[work_id].append(source_id)
                found.add(source_id)
        frontier = found - sources.keys()
    return sources
