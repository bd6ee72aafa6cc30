"""Ballots: the booth in which one person marks works, one at a time, and what they have marked so far.

A press reads first, in a transaction of its own, and then writes only what it changes: on PostgreSQL, writers that also
read what the others write would all collide. Whether the vote is still on is checked once more where it is written,
so a mark that was acknowledged is in the count, however close to the end it came.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from sqlalchemy import delete, func, select

from db.models import Ballot, Episode, Exposure, Mark, Work, WorkState
from domain.episode import Phase, require_phase
from domain.errors import UserError
from services import outbox
from services.access import Actor
from services.booth import Booth, exposure_of, load_booth, marks_and_seen, now_in_order
from services.store import Database, Transaction, reads, writes
from services.views import WorkRef, WorkView
from services.voting import (
    VoteEpisode,
    find_episode,
    insert,
    latest_episode,
    load_episode,
    own_works,
    table_of,
    turnout,
    works_in,
)
from services.works.read import refs, work_view

NEARBY = 25
"""How many works around the one that is shown a booth offers to jump to."""

_DOING = "mark works"
_MILESTONES = (1, 2, 3, 5, 10, 15, 20, 30, 50, 75)


@dataclass(frozen=True, slots=True)
class BoothLine:
    """A work as a list in the booth names it; `place` counts from 1 in this voter's order, None outside it."""

    work: WorkRef
    place: int | None
    mark: int | None
    seen: bool


@dataclass(frozen=True, slots=True)
class BoothView:
    """What a voter sees: one work, their mark on it, and where they are. Nothing of anybody else's marks.

    `back` and `next` are work ids, None where there is none. `own` says that the work is theirs or carries their
    credit, so that they cannot mark it. `news` is True when this press changed what the vote's announcement says.
    """

    episode: VoteEpisode
    work: WorkView
    place: int | None
    total: int
    seen: int
    marked: int
    mark: int | None
    own: bool
    back: int | None
    next: int | None
    nearby: tuple[BoothLine, ...]
    news: bool = False


@dataclass(frozen=True, slots=True)
class BallotView:
    """A voter's own ballot: the highest marks first. `receipt` names it when the ballots are published."""

    episode: VoteEpisode
    receipt: str
    lines: tuple[BoothLine, ...]
    seen: int
    total: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class TurnoutView:
    """What anybody may know during a vote: how many works there are and how many people have marked some."""

    episode: VoteEpisode
    works: int
    ballots: int


async def find_vote(db: Database, actor: Actor, *, show: str | None, channel_id: int | None) -> int:
    """The id of the episode to vote on; UserError that says where the show stands when no vote is open."""
    return (await _find_vote(db, actor.guild_id, show=show, channel_id=channel_id)).id


async def open_booth(
    db: Database,
    voter: Actor,
    *,
    episode_id: int,
    asked_at: datetime,
    now: datetime,
    rng: Random,
    number: int | None = None,
) -> BoothView:
    """Open a person's booth where they left off, or at the work with that number (#12).

    UserError when the vote is not open, when there is nothing for them to mark, or for a number that is not in it.
    """

    def choose(booth: Booth) -> int:
        work_id = booth.current() if number is None else _numbered(booth, number)
        return _something(work_id)

    return await _show(db, voter, choose, episode_id=episode_id, asked_at=asked_at, now=now, rng=rng)


async def show_work(
    db: Database, voter: Actor, *, episode_id: int, work_id: int, asked_at: datetime, now: datetime, rng: Random
) -> BoothView:
    """Show one particular work in a person's booth."""

    def choose(booth: Booth) -> int:
        _require_in(booth, work_id)
        return work_id

    return await _show(db, voter, choose, episode_id=episode_id, asked_at=asked_at, now=now, rng=rng)


async def skip(
    db: Database, voter: Actor, *, episode_id: int, work_id: int, asked_at: datetime, now: datetime, rng: Random
) -> BoothView:
    """Go on from a work to the next in this voter's order; at the end, stay."""

    def choose(booth: Booth) -> int:
        return _stay_at_the_end(booth, booth.following(work_id), work_id)

    return await _show(db, voter, choose, episode_id=episode_id, asked_at=asked_at, now=now, rng=rng)


async def back(
    db: Database, voter: Actor, *, episode_id: int, work_id: int, asked_at: datetime, now: datetime, rng: Random
) -> BoothView:
    """Go back from a work to the one before it in this voter's order; at the start, stay."""

    def choose(booth: Booth) -> int:
        return _stay_at_the_end(booth, booth.preceding(work_id), work_id)

    return await _show(db, voter, choose, episode_id=episode_id, asked_at=asked_at, now=now, rng=rng)


async def mark(
    db: Database,
    voter: Actor,
    *,
    episode_id: int,
    work_id: int,
    mark: int | None,
    asked_at: datetime,
    now: datetime,
    rng: Random,
) -> BoothView:
    """Give a work a mark (approval: 1 or 0; score: 0 to the deal's max_score), or None to take it back.

    It is durable when this returns. UserError for a mark that cannot be, a work of one's own or with one's credit,
    a work that no longer takes part, or a press that came after the vote ended.
    """

    def choose(booth: Booth) -> int:
        _require_in(booth, work_id)
        _require_markable(booth, work_id, mark)
        return work_id

    booth, work = await _look(db, voter, choose, episode_id=episode_id, asked_at=asked_at, rng=rng)
    ballot_id = await _write(db, voter.user_id, booth, work_id, asked_at=asked_at, now=now, change=(mark,))
    marks = {other: given for other, given in booth.marks.items() if other != work_id}
    if mark is not None:
        marks[work_id] = mark
    after = replace(booth, ballot_id=ballot_id, marks=marks, seen={work_id: now, **booth.seen})
    first = mark is not None and not booth.marks
    return replace(_view(after, work), news=first and await _turnout_grew(db, booth.episode, now=now))


@reads
async def my_ballot(tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None) -> BallotView:
    """A person's ballot in the show's latest vote, open or over; UserError when they have none."""
    none = "There has been no vote here yet."
    phases = (Phase.VOTING, Phase.CUTTING, Phase.RELEASED)
    episode = await latest_episode(tx, actor.guild_id, show=show, channel_id=channel_id, phases=phases, none=none)
    return await _my_ballot(tx, episode, actor)


@reads
async def ballot_of(tx: Transaction, actor: Actor, *, episode_id: int) -> BallotView:
    """A person's ballot in one episode; UserError when they have none."""
    return await _my_ballot(tx, await load_episode(tx, episode_id), actor)


@reads
async def status(tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None) -> TurnoutView:
    """How many have voted in the show's open vote."""
    episode = await find_episode(
        tx, actor.guild_id, show=show, channel_id=channel_id, phase=Phase.VOTING, doing="see the turnout"
    )
    return await _turnout_view(tx, episode)


@reads
async def vote_view(tx: Transaction, *, episode_id: int) -> TurnoutView:
    """The vote as its announcement tells of it."""
    return await _turnout_view(tx, await load_episode(tx, episode_id))


@reads
async def suggest_works(tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None) -> list[WorkRef]:
    """The works of the show's open vote, by number, for picking one; none when no vote is open."""
    try:
        episode = await find_episode(
            tx, actor.guild_id, show=show, channel_id=channel_id, phase=Phase.VOTING, doing=_DOING
        )
    except UserError:
        return []
    return await works_in(tx, episode.id)


@reads
async def _find_vote(tx: Transaction, guild_id: int, *, show: str | None, channel_id: int | None) -> VoteEpisode:
    return await find_episode(tx, guild_id, show=show, channel_id=channel_id, phase=Phase.VOTING, doing=_DOING)


@reads
async def _look(
    tx: Transaction,
    voter: Actor,
    choose: Callable[[Booth], int],
    *,
    episode_id: int,
    asked_at: datetime,
    rng: Random,
) -> tuple[Booth, WorkView]:
    """All that a press needs to know, and the work that `choose` (which may refuse) says it is about."""
    booth = await load_booth(tx, voter, episode_id=episode_id, rng=rng)
    _require_open(booth.episode.phase, booth.episode.votes_until, asked_at)
    return booth, await work_view(tx, choose(booth))


async def _show(
    db: Database,
    voter: Actor,
    choose: Callable[[Booth], int],
    *,
    episode_id: int,
    asked_at: datetime,
    now: datetime,
    rng: Random,
) -> BoothView:
    booth, work = await _look(db, voter, choose, episode_id=episode_id, asked_at=asked_at, rng=rng)
    if booth.ballot_id is None or work.id not in booth.seen:
        ballot_id = await _write(db, voter.user_id, booth, work.id, asked_at=asked_at, now=now)
        booth = replace(booth, ballot_id=ballot_id, seen={work.id: now, **booth.seen})
    return _view(booth, work)


def _something(work_id: int | None) -> int:
    if work_id is None:
        raise UserError("There is nothing for you to mark: every work in this vote is yours or carries your credit.")
    return work_id


def _stay_at_the_end(booth: Booth, target: int | None, work_id: int) -> int:
    """Where to go from a work that may have left the vote meanwhile."""
    if target is None:
        target = work_id if work_id in booth.works else booth.current()
    return _something(target)


@writes
async def _write(
    tx: Transaction,
    voter_id: int,
    booth: Booth,
    work_id: int,
    *,
    asked_at: datetime,
    now: datetime,
    change: tuple[int | None] | None = None,
) -> int:
    """Keep that a work was shown and, where there is a `change`, the new mark; return the ballot's id."""
    phase, until = (
        await tx.execute(select(Episode.phase, Episode.votes_until).where(Episode.id == booth.episode.id))
    ).one()
    _require_open(phase, until, asked_at)
    ballot_id = booth.ballot_id
    if ballot_id is None or change is not None:
        ballot_id = await _touch_ballot(tx, voter_id, booth, now)
    keys = {"ballot_id": ballot_id, "work_id": work_id}
    if work_id not in booth.seen:
        await tx.execute(insert(tx, table_of(Exposure)).values(**keys, at=now).on_conflict_do_nothing())
    if change is not None:
        await _put_mark(tx, ballot_id, work_id, change[0])
    return ballot_id


async def _touch_ballot(tx: Transaction, voter_id: int, booth: Booth, now: datetime) -> int:
    """Start the ballot, or say that it changed; of two presses that start it at once, both get the same one.

    One statement that finds its row by the constraint: a plain UPDATE would read the table, and on PostgreSQL collide
    with every other voter's press.
    """
    row = {
        "episode_id": booth.episode.id, "voter_id": voter_id, "receipt": booth.receipt, "started_at": now,
        "changed_at": now,
    }  # fmt: skip
    new = insert(tx, table_of(Ballot)).values(**row)
    put = new.on_conflict_do_update(index_elements=["episode_id", "voter_id"], set_={"changed_at": now})
    return int((await tx.scalars(put.returning(Ballot.id))).one())


async def _put_mark(tx: Transaction, ballot_id: int, work_id: int, given: int | None) -> None:
    if given is None:
        await tx.execute(delete(Mark).where(Mark.ballot_id == ballot_id, Mark.work_id == work_id))
        return
    row = insert(tx, table_of(Mark)).values(ballot_id=ballot_id, work_id=work_id, mark=given)
    await tx.execute(row.on_conflict_do_update(index_elements=["ballot_id", "work_id"], set_={"mark": given}))


def _require_open(phase: Phase, until: datetime | None, asked_at: datetime) -> None:
    require_phase(phase, Phase.VOTING, doing=_DOING)
    if until is not None and asked_at >= until:
        raise UserError("The vote has ended. Whatever you marked before that counts.")


def _require_in(booth: Booth, work_id: int) -> None:
    if work_id not in booth.works:
        raise UserError("That work no longer takes part in this vote. Go on to the next one.")


def _require_markable(booth: Booth, work_id: int, given: int | None) -> None:
    work = booth.works[work_id]
    if work_id in booth.own:
        raise UserError(
            f"#{work.number} “{work.title}” is yours or carries your credit, so the marks on it come from others. "
            "Your other marks are safe."
        )
    highest = 1 if booth.episode.approval else booth.episode.max_score
    if given is not None and not 0 <= given <= highest:
        raise UserError(f"A mark in this vote is a whole number from 0 to {highest}.")


def _numbered(booth: Booth, number: int) -> int:
    for work in booth.works.values():
        if work.number == number:
            return work.id
    raise UserError(f"There is no work #{number} in this vote.")


def _view(booth: Booth, work: WorkView) -> BoothView:
    place = booth.order.index(work.id) + 1 if work.id in booth.order else None
    return BoothView(
        episode=booth.episode,
        work=work,
        place=place,
        total=len(booth.order),
        seen=sum(other in booth.seen for other in booth.order),
        marked=sum(other in booth.marks for other in booth.order),
        mark=booth.marks.get(work.id),
        own=work.id in booth.own,
        back=booth.preceding(work.id),
        next=booth.following(work.id),
        nearby=_nearby(booth, place),
    )


def _nearby(booth: Booth, place: int | None) -> tuple[BoothLine, ...]:
    start = max(0, min((place or 1) - 1 - NEARBY // 2, len(booth.order) - NEARBY))
    window = booth.order[start : start + NEARBY]
    return tuple(_line(booth, work, start + offset + 1) for offset, work in enumerate(window))


def _line(booth: Booth, work: int, place: int) -> BoothLine:
    return BoothLine(booth.works[work], place, booth.marks.get(work), work in booth.seen)


async def _my_ballot(tx: Transaction, episode: VoteEpisode, actor: Actor) -> BallotView:
    where = (Ballot.episode_id == episode.id, Ballot.voter_id == actor.user_id)
    ballot = await tx.scalar(select(Ballot).where(*where))
    if ballot is None or episode.guild_id != actor.guild_id:
        raise UserError(f"You have no ballot in the vote on “{episode.title}”. You start one with /vote booth.")
    marks, seen = await marks_and_seen(tx, ballot.id)
    works = await refs(tx, marks)
    own = await own_works(tx, episode.id, actor.user_id)
    there = {work.id: work for work in await works_in(tx, episode.id)}
    order = now_in_order(ballot.receipt, seen, await exposure_of(tx, episode.id, there), own)
    places = {work: place for place, work in enumerate(order, start=1)}
    ranked = sorted(marks, key=lambda work: (-marks[work], works[work].number))
    lines = tuple(BoothLine(works[work], places.get(work), marks[work], seen=True) for work in ranked)
    shown = sum(work in seen for work in order)
    return BallotView(episode, ballot.receipt, lines, shown, len(order), ballot.changed_at)


async def _turnout_view(tx: Transaction, episode: VoteEpisode) -> TurnoutView:
    query = select(func.count()).where(Work.episode_id == episode.id, Work.state == WorkState.IN)
    return TurnoutView(episode, await tx.scalar(query) or 0, await turnout(tx, episode.id))


async def _turnout_grew(db: Database, episode: VoteEpisode, *, now: datetime) -> bool:
    """Bring the announcement up to date, but only now and then: it is one post for everybody's first marks."""
    ballots = (await vote_view(db, episode_id=episode.id)).ballots
    if ballots not in _MILESTONES and ballots % 100:
        return False
    await _refresh_announcement(db, episode, now=now)
    return True


@writes
async def _refresh_announcement(tx: Transaction, episode: VoteEpisode, *, now: datetime) -> None:
    await outbox.refresh(
        tx, post_key=f"vote:{episode.id}", kind="voting_opened", show_id=episode.show_id,
        subject={"episode": episode.id}, channel_id=episode.news_channel_id, now=now,
    )  # fmt: skip
