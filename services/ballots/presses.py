"""Pressing in the booth. Every function is one press: what it changes is durable when it returns the view to show.

They are made for any surface: an `Actor` is whoever asks, `asked_at` when they did (deadlines are held against that).
UserError when the vote is not on, when the voter may not vote (and when they will), or when a press cannot be.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from domain.errors import UserError
from domain.ranking import Order, levelled, lowered, picked, place_of, raised, ranks_of, without
from services import outbox
from services.access import Actor
from services.ballots.booth import Booth, Way, way_of
from services.ballots.hall import Hall, hall_of
from services.ballots.lines import view_of
from services.ballots.room import Room, with_mark
from services.ballots.views import BoothView
from services.ballots.voters import in_jury, require_open, require_voter
from services.ballots.writing import Change, Writer
from services.kinds import VoteMethod
from services.store import Database, Transaction, writes
from services.voting import VoteEpisode

_MILESTONES = (1, 2, 3, 5, 10, 15, 20, 30, 50, 75)
_EVERY = 100

MOVES: dict[str, Callable[[Order, int], Order]] = {"up": raised, "down": lowered, "level": levelled}
"""How a pick can be moved: before what is above it, after what is below it, or equal with what is above it."""


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

    UserError when there is nothing for them to mark, or for a number that is not in the vote.
    """
    async with _entered(db, voter, episode_id, asked_at, now, rng) as desk:
        current = desk.way.current(desk.booth.marks) if number is None else _numbered(desk.room, number)
        return await desk.show(_something(current))


async def show_work(
    db: Database,
    voter: Actor,
    *,
    episode_id: int,
    work_id: int,
    asked_at: datetime,
    now: datetime,
    rng: Random,
    part: int | None = None,
) -> BoothView:
    """Show one particular work, asking for the criterion `part` (the first without a mark if left out)."""
    async with _entered(db, voter, episode_id, asked_at, now, rng) as desk:
        desk.require_in(work_id)
        return await desk.show(work_id, part=part)


async def skip(
    db: Database, voter: Actor, *, episode_id: int, work_id: int, asked_at: datetime, now: datetime, rng: Random
) -> BoothView:
    """Go on from a work to the next in this voter's order; at the end, stay."""
    async with _entered(db, voter, episode_id, asked_at, now, rng) as desk:
        return await desk.show(desk.stay_at_the_end(desk.way.following(work_id), work_id))


async def back(
    db: Database, voter: Actor, *, episode_id: int, work_id: int, asked_at: datetime, now: datetime, rng: Random
) -> BoothView:
    """Go back from a work to the one before it in this voter's order; at the start, stay."""
    async with _entered(db, voter, episode_id, asked_at, now, rng) as desk:
        return await desk.show(desk.stay_at_the_end(desk.way.preceding(work_id), work_id))


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
    part: int = 0,
) -> BoothView:
    """Give a work a mark (approval: 1 or 0; score and star: 0 to max_score), or None to take it back.

    `part` is the criterion that it is given on, where there are several. UserError for a mark that cannot be, a work of
    one's own or with one's credit, or one that no longer takes part. In a ranked vote only None can be: it takes the
    work out of the ranking.
    """
    async with _entered(db, voter, episode_id, asked_at, now, rng) as desk:
        desk.require_markable(work_id)
        rules = desk.room.episode.rules
        if rules.ranked:
            if mark is not None:
                raise UserError("In this vote you put works into an order: pick the best first.")
            return await desk.rank(lambda order: without(order, work_id), work_id)
        if mark is not None and not 0 <= mark <= rules.top:
            raise UserError(f"A mark in this vote is a whole number from 0 to {rules.top}.")
        if not 0 <= part < max(1, len(rules.criteria)):
            raise UserError("The marks of this vote have changed since that button was made. Open your booth again.")
        return await desk.mark(work_id, part, mark)


async def pick(
    db: Database, voter: Actor, *, episode_id: int, work_id: int, asked_at: datetime, now: datetime, rng: Random
) -> BoothView:
    """Make a work the voter's next pick; one that is picked already stays where it is."""
    async with _entered(db, voter, episode_id, asked_at, now, rng) as desk:
        desk.require_ranked(work_id)
        return await desk.rank(lambda order: picked(order, work_id), work_id)


async def move(
    db: Database,
    voter: Actor,
    *,
    episode_id: int,
    work_id: int,
    way: str,
    place: int,
    asked_at: datetime,
    now: datetime,
    rng: Random,
) -> BoothView:
    """Move a pick by one of MOVES, if it still is at `place`: asked twice, it is moved once.

    UserError for equal places where the vote takes none (STV).
    """
    async with _entered(db, voter, episode_id, asked_at, now, rng) as desk:
        desk.require_ranked(work_id)
        if way == "level" and desk.room.episode.method is VoteMethod.STV:
            raise UserError("In this vote no two picks are equal: move it higher or lower.")
        change = MOVES[way]
        return await desk.rank(
            lambda order: change(order, work_id) if place_of(order, work_id) == place else order, work_id
        )


@dataclass(slots=True)
class _Desk:
    """One press: the voter's booth in the vote's room, and where the voter is on their way."""

    db: Database
    hall: Hall
    room: Room
    booth: Booth
    writer: Writer
    own: frozenset[int]
    way: Way

    async def show(self, work_id: int, part: int | None = None) -> BoothView:
        card = await self.hall.card(self.db, self.room, work_id)
        place = self._see(work_id)
        if place is not None:
            started, self.booth.started = self.booth.started, True
            await self.writer.show(work_id, place, started=started)
        return view_of(self.room, self.booth, self.way, card, own=self.own, jury=self.writer.jury, part=part)

    async def mark(self, work_id: int, part: int, mark: int | None) -> BoothView:
        card = await self.hall.card(self.db, self.room, work_id)
        criteria, place = self.room.episode.rules.criteria, self._see(work_id)
        if criteria:
            await self.writer.mark_part(work_id, part, mark, place)
        else:
            await self.writer.mark(work_id, mark, place)
        marks, first = self.booth.marks, not self.booth.marks
        given = with_mark(marks.get(work_id, (None,) * max(1, len(criteria))), part, mark)
        marks[work_id] = given
        if all(each is None for each in given):
            del marks[work_id]
        asked = part if mark is None else None
        view = view_of(self.room, self.booth, self.way, card, own=self.own, jury=self.writer.jury, part=asked)
        return replace(view, news=first and bool(marks) and await self._turnout_grew())

    async def rank(self, change: Change, work_id: int) -> BoothView:
        card = await self.hall.card(self.db, self.room, work_id)
        place = self._see(work_id)
        first = not self.booth.marks
        order = await self.writer.rank(change, work_id, place)
        self.booth.marks = {work: (rank,) for work, rank in ranks_of(order).items()}
        view = view_of(self.room, self.booth, self.way, card, own=self.own, jury=self.writer.jury)
        return replace(view, news=first and bool(order) and await self._turnout_grew())

    def require_in(self, work_id: int) -> None:
        if work_id not in self.room.works:
            raise UserError("That work no longer takes part in this vote. Go on to the next one.")

    def require_markable(self, work_id: int) -> None:
        self.require_in(work_id)
        if work_id in self.own:
            work = self.room.works[work_id]
            raise UserError(
                f"#{work.number} “{work.title}” is yours or carries your credit, so the marks on it come from others. "
                "Your other marks are safe."
            )

    def require_ranked(self, work_id: int) -> None:
        self.require_markable(work_id)
        if not self.room.episode.rules.ranked:
            raise UserError("In this vote each work is marked by itself. Open your booth again.")

    def stay_at_the_end(self, target: int | None, work_id: int) -> int:
        """Where to go from a work that may have left the vote meanwhile."""
        if target is None:
            target = work_id if work_id in self.room.works else self.way.current(self.booth.marks)
        return _something(target)

    def _see(self, work_id: int) -> int | None:
        """Its place on the voter's way if they see it for the first time, which counts at once for all orders."""
        if work_id in self.booth.shown:
            return None
        place = len(self.booth.shown)
        self.booth.shown[work_id] = None
        self.room.exposure[work_id] = self.room.exposure.get(work_id, 0) + 1
        self.way = _way(self.room, self.booth, self.own)
        return place

    async def _turnout_grew(self) -> bool:
        """Bring the announcement up to date, but only now and then: it is one post for everybody's first marks."""
        self.room.voters += 1
        if self.room.voters not in _MILESTONES and self.room.voters % _EVERY:
            return False
        await _refresh_announcement(self.db, self.room.episode, now=self.writer.now)
        return True


@asynccontextmanager
async def _entered(
    db: Database, voter: Actor, episode_id: int, asked_at: datetime, now: datetime, rng: Random
) -> AsyncIterator[_Desk]:
    hall = hall_of(db)
    room = await hall.room(db, episode_id, now)
    require_open(room.episode.phase, room.episode.votes_until, asked_at)
    require_voter(room.episode, voter, asked_at)
    booth = await hall.booth(db, room, voter.user_id, now, rng)
    jury = in_jury(room.episode.rules, voter)
    writer = Writer(db, episode_id, voter.user_id, booth.receipt, jury, asked_at, now)
    own = room.own(voter.user_id)
    booth.busy += 1
    try:
        yield _Desk(db, hall, room, booth, writer, own, _way(room, booth, own))
    except BaseException:
        # What is remembered may be ahead of what is stored: look it up again.
        booth.loaded_at = datetime.min.replace(tzinfo=now.tzinfo)
        raise
    finally:
        booth.busy -= 1


def _way(room: Room, booth: Booth, own: frozenset[int]) -> Way:
    return way_of(booth, room.works, room.exposure, own)


def _something(work_id: int | None) -> int:
    if work_id is None:
        raise UserError("There is nothing for you to mark: every work in this vote is yours or carries your credit.")
    return work_id


def _numbered(room: Room, number: int) -> int:
    for work in room.works.values():
        if work.number == number:
            return work.id
    raise UserError(f"There is no work #{number} in this vote.")


@writes
async def _refresh_announcement(tx: Transaction, episode: VoteEpisode, *, now: datetime) -> None:
    await outbox.refresh(
        tx, post_key=f"vote:{episode.id}", kind="voting_opened", show_id=episode.show_id,
        subject={"episode": episode.id}, channel_id=episode.news_channel_id, now=now,
    )  # fmt: skip
