"""Pressing in the booth. Every function is one press: what it changes is durable when it returns the view to show.

They are made for any surface: an `Actor` is whoever asks, `asked_at` when they did (deadlines are held against that).
UserError when the vote is not on, when the voter may not vote (and when they will), or when a press cannot be.
"""

from collections.abc import Callable
from datetime import datetime
from random import Random

from domain.errors import UserError
from domain.ranking import Order, levelled, lowered, picked, place_of, raised, without
from services.access import Actor
from services.ballots.desk import entered, something
from services.ballots.lines import page_of
from services.ballots.room import Room
from services.ballots.views import BoothView, WorksView
from services.kinds import VoteMethod
from services.store import Database

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
    async with entered(db, voter, episode_id, asked_at, now, rng) as desk:
        current = desk.look_ahead().current(desk.booth.marks) if number is None else _numbered(desk.room, number)
        return await desk.show(something(current))


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
    async with entered(db, voter, episode_id, asked_at, now, rng) as desk:
        desk.require_in(work_id)
        return await desk.show(work_id, part=part)


async def skip(
    db: Database, voter: Actor, *, episode_id: int, work_id: int, asked_at: datetime, now: datetime, rng: Random
) -> BoothView:
    """Go on from a work to the next in this voter's order; at the end, stay."""
    async with entered(db, voter, episode_id, asked_at, now, rng) as desk:
        return await desk.show(desk.stay_at_the_end(desk.look_ahead().following(work_id), work_id))


async def back(
    db: Database, voter: Actor, *, episode_id: int, work_id: int, asked_at: datetime, now: datetime, rng: Random
) -> BoothView:
    """Go back from a work to the one before it in this voter's order; at the start, stay."""
    async with entered(db, voter, episode_id, asked_at, now, rng) as desk:
        return await desk.show(desk.stay_at_the_end(desk.way.preceding(work_id), work_id))


async def all_works(
    db: Database, voter: Actor, *, episode_id: int, page: int, asked_at: datetime, now: datetime, rng: Random
) -> WorksView:
    """A page of all the works that the voter can mark, with what they gave each; it shows them none of them."""
    async with entered(db, voter, episode_id, asked_at, now, rng) as desk:
        return page_of(desk.room, desk.booth, desk.way, page)


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
    async with entered(db, voter, episode_id, asked_at, now, rng) as desk:
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
    async with entered(db, voter, episode_id, asked_at, now, rng) as desk:
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
    async with entered(db, voter, episode_id, asked_at, now, rng) as desk:
        desk.require_ranked(work_id)
        if way == "level" and desk.room.episode.method is VoteMethod.STV:
            raise UserError("In this vote no two picks are equal: move it higher or lower.")
        change = MOVES[way]
        return await desk.rank(
            lambda order: change(order, work_id) if place_of(order, work_id) == place else order, work_id
        )


def _numbered(room: Room, number: int) -> int:
    for work in room.works.values():
        if work.number == number:
            return work.id
    raise UserError(f"There is no work #{number} in this vote.")
