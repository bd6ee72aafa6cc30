"""What became of everybody's works when an episode is out: each artist is told theirs, in one message."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.models import (
    Artist,
    Ballot,
    Credit,
    CreditState,
    CutAction,
    CutChange,
    CutEntry,
    Episode,
    Mark,
    Show,
    Source,
    SourceState,
    Strike,
    Tally,
    Work,
    WorkState,
)
from domain import lineage
from domain.episode import Outcome
from domain.errors import UserError
from services.cuts import sources_behind
from services.outbox import Saying, say_new
from services.store import Transaction, reads
from services.tallies import ResultView, ResultWork, result_view
from services.views import WorkRef
from services.voting import VoteEpisode, load_episode
from services.works.read import refs


@dataclass(frozen=True, slots=True)
class WorkOutcome:
    """What became of a work. `reason` is why it is in the cut, or why producers took it out; else empty.

    `used_in` are the works that were made from it, `led_to` those works in the cut that it is an ancestor of.
    """

    work: WorkRef
    outcome: Outcome
    reason: str
    used_in: tuple[WorkRef, ...]
    led_to: tuple[WorkRef, ...]


@dataclass(frozen=True, slots=True)
class OutcomesView:
    """An artist's works in a released episode; `counted` says whether there are marks to look at."""

    episode: VoteEpisode
    release_url: str | None
    lines: tuple[WorkOutcome, ...]
    counted: bool


@dataclass(frozen=True, slots=True)
class WorkMarks:
    """How a work did in the vote: its line of the result, of how many works, and how often each mark was given.

    `marks` is empty where a mark is no grade (ranks, approvals, several criteria).
    """

    line: ResultWork
    of: int
    marks: Mapping[int, int]


async def tell_outcomes(tx: Transaction, show: Show, episode: Episode, now: datetime) -> None:
    """Tell everybody who made or is credited in a work of an episode what became of their works.

    For use once, inside the transaction that releases it: one message a person, with all their works.
    """
    people = sorted({user for user, _ in await _theirs(tx, episode.id)})
    await say_new(
        tx,
        [
            Saying(
                key=f"episode:{episode.id}:outcome:{user_id}", kind="outcome", show_id=show.id,
                subject={"episode": episode.id, "user": user_id}, channel_id=show.news_channel_id, user_id=user_id,
            )
            for user_id in people
        ],
        now=now,
    )  # fmt: skip


@reads
async def outcomes_for(tx: Transaction, *, episode_id: int, user_id: int) -> OutcomesView | None:
    """What became of the works that a person (a Discord id) made or is credited in; None where there is none."""
    works = {work_id for user, work_id in await _theirs(tx, episode_id) if user == user_id}
    query = select(CutEntry).where(CutEntry.episode_id == episode_id, CutEntry.outcome.is_not(None))
    entries = {entry.work_id: entry for entry in await tx.scalars(query)}
    mine = sorted(works & entries.keys())
    if not mine:
        return None
    remixes = await _remixes(tx, mine)
    taken_out = await _taken_out(tx, episode_id)
    led = await _led_to(tx, [key for key, entry in entries.items() if entry.in_cut], mine)
    named = await refs(tx, {*mine, *(key for keys in (*remixes.values(), *led.values()) for key in keys)})
    episode = await load_episode(tx, episode_id)
    lines = [
        WorkOutcome(
            work=named[key],
            outcome=entries[key].outcome or Outcome.NOT_USED,
            reason=entries[key].reason if entries[key].in_cut else taken_out.get(key, ""),
            used_in=_sorted(named, remixes[key]),
            led_to=_sorted(named, led[key]),
        )
        for key in mine
    ]
    return OutcomesView(
        episode=episode,
        release_url=await tx.scalar(select(Episode.release_url).where(Episode.id == episode_id)),
        lines=tuple(sorted(lines, key=lambda line: (list(Outcome).index(line.outcome), line.work.number))),
        counted=bool(await tx.scalar(select(Tally.ballots).where(Tally.episode_id == episode_id))),
    )


@dataclass(frozen=True, slots=True)
class MarksView:
    """How a person's works did in a vote, beside the whole result."""

    result: ResultView
    works: tuple[WorkMarks, ...]


@reads
async def marks_for(tx: Transaction, *, episode_id: int, user_id: int) -> MarksView:
    """How the works of a person did in the vote, for them alone; UserError where none of theirs was in it."""
    works = {work_id for user, work_id in await _theirs(tx, episode_id) if user == user_id}
    result = await result_view(tx, episode_id)
    lines = [line for line in result.works if line.work.id in works]
    if not lines:
        raise UserError("None of your works was in this vote.")
    graded = not result.episode.approval and not result.episode.rules.ranked and not result.episode.rules.criteria
    marks = await _marks(tx, [line.work.id for line in lines]) if graded else {}
    numbers = tuple(WorkMarks(line, len(result.works), marks.get(line.work.id, {})) for line in lines)
    return MarksView(result, numbers)


async def _theirs(tx: Transaction, episode_id: int) -> set[tuple[int, int]]:
    """Pairs of person (Discord id) and work that takes part: who made it or has agreed to a credit in it."""
    taking_part = (Work.episode_id == episode_id, Work.state == WorkState.IN, Artist.user_id.is_not(None))
    made = select(Artist.user_id, Work.id).join(Work, Work.artist_id == Artist.id).where(*taking_part)
    credited = (
        select(Artist.user_id, Work.id)
        .join(Credit, Credit.artist_id == Artist.id)
        .join(Work, Work.id == Credit.work_id)
        .where(*taking_part, Credit.state == CreditState.CONFIRMED)
    )
    pairs = [*await tx.execute(made), *await tx.execute(credited)]
    return {(user, work) for user, work in pairs if user is not None}


async def _taken_out(tx: Transaction, episode_id: int) -> dict[int, str]:
    """The producers' words on works that they took out of the cut last, by work id."""
    where = (CutChange.episode_id == episode_id, CutChange.action != CutAction.POINTS)
    changes = await tx.scalars(select(CutChange).where(*where).order_by(CutChange.id))
    last = {change.work_id: change for change in changes}
    return {work: change.reason for work, change in last.items() if change.action is CutAction.REMOVE}


async def _remixes(tx: Transaction, works: Collection[int]) -> defaultdict[int, set[int]]:
    """What was made directly from each of these works, by confirmed sources."""
    query = (
        select(Source.source_work_id, Source.work_id)
        .join(Work, Work.id == Source.work_id)
        .where(Source.source_work_id.in_(works), Source.state == SourceState.CONFIRMED, Work.state == WorkState.IN)
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for source, remix in await tx.execute(query):
        if source is not None:
            found[source].add(remix)
    return found


async def _led_to(tx: Transaction, cut: Collection[int], works: Collection[int]) -> defaultdict[int, set[int]]:
    """The works in the cut that each of these works is an ancestor of."""
    behind = await sources_behind(tx, cut)
    found: defaultdict[int, set[int]] = defaultdict(set)
    for used in cut:
        for work in lineage.ancestors(behind, used).intersection(works):
            found[work].add(used)
    return found


async def _marks(tx: Transaction, works: Collection[int]) -> dict[int, Counter[int]]:
    """How often each mark was given to each work, on ballots that were not struck."""
    query = (
        select(Mark.work_id, Mark.mark, func.count())
        .join(Ballot, Ballot.id == Mark.ballot_id)
        .where(Mark.work_id.in_(works), Ballot.id.not_in(select(Strike.ballot_id)))
        .group_by(Mark.work_id, Mark.mark)
    )
    found: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for work, mark, times in await tx.execute(query):
        found[work][mark] = times
    return found


def _sorted(named: Mapping[int, WorkRef], keys: Collection[int]) -> tuple[WorkRef, ...]:
    return tuple(sorted((named[key] for key in keys if key in named), key=lambda work: work.number))
