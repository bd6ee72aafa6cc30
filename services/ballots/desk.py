"""One press at the booth: a voter who may vote, their booth in the vote's room, and what the press changes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from db.group import Deed, Guard
from domain.errors import UserError
from domain.ranking import ranks_of
from services import outbox
from services.access import Actor
from services.ballots.booth import Booth, Way, way_of
from services.ballots.hall import Hall, hall_of
from services.ballots.lines import view_of
from services.ballots.room import Room, with_mark
from services.ballots.statements import LOOK
from services.ballots.views import BoothView
from services.ballots.voters import in_jury, require_open, require_voter
from services.ballots.writing import Change, Writer
from services.store import Database, Transaction
from services.voting import VoteEpisode

_MILESTONES = (1, 2, 3, 5, 10, 15, 20, 30, 50, 75)
_EVERY = 100


@dataclass(slots=True)
class Desk:
    """What a press is carried out at."""

    db: Database
    hall: Hall
    room: Room
    booth: Booth
    writer: Writer
    own: frozenset[int]

    @property
    def way(self) -> Way:
        """The voter's way; it stays as it is until they move on, or the works of the vote change."""
        way = self.booth.way
        return way if way is not None and way.works is self.room.works else self.look_ahead()

    def look_ahead(self) -> Way:
        """Find the way anew: others may have seen much meanwhile."""
        way = self.booth.way = way_of(self.booth, self.room.works, self.room.exposure, self.own)
        return way

    async def show(self, work_id: int, part: int | None = None) -> BoothView:
        """Show a work, and keep that it was shown."""
        card = await self.hall.card(self.writer.episode_id, work_id, self.writer.now)
        place = self._see(work_id)
        if place is not None:
            started, self.booth.started = self.booth.started, True
            await self.writer.show(work_id, place, started=started)
        return view_of(self.room, self.booth, self.way, card, own=self.own, jury=self.writer.jury, part=part)

    async def mark(self, work_id: int, part: int, mark: int | None) -> BoothView:
        """Keep a mark on a work, or on one of its criteria."""
        card = await self.hall.card(self.writer.episode_id, work_id, self.writer.now)
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
            if not first and not marks:
                self.room.voters -= 1
        asked = part if mark is None else None
        view = view_of(self.room, self.booth, self.way, card, own=self.own, jury=self.writer.jury, part=asked)
        return replace(view, news=first and bool(marks) and await self._turnout_grew())

    async def rank(self, change: Change, work_id: int) -> BoothView:
        """Keep what `change` makes of the ranking."""
        card = await self.hall.card(self.writer.episode_id, work_id, self.writer.now)
        place = self._see(work_id)
        order = await self.writer.rank(change, work_id, place)
        first = not self.booth.marks
        if not first and not order:
            self.room.voters -= 1
        self.booth.marks = {work: (rank,) for work, rank in ranks_of(order).items()}
        view = view_of(self.room, self.booth, self.way, card, own=self.own, jury=self.writer.jury)
        return replace(view, news=first and bool(order) and await self._turnout_grew())

    def require_in(self, work_id: int) -> None:
        """UserError unless the work takes part."""
        if work_id not in self.room.works:
            raise UserError("That work no longer takes part in this vote. Go on to the next one.")

    def require_markable(self, work_id: int) -> None:
        """UserError unless the voter may mark the work."""
        self.require_in(work_id)
        if work_id in self.own:
            work = self.room.works[work_id]
            raise UserError(
                f"#{work.number} “{work.title}” is yours or carries your credit, so the marks on it come from others. "
                "Your other marks are safe."
            )

    def require_ranked(self, work_id: int) -> None:
        """UserError unless works are put into an order here, and this one may be."""
        self.require_markable(work_id)
        if not self.room.episode.rules.ranked:
            raise UserError("In this vote each work is marked by itself. Open your booth again.")

    def stay_at_the_end(self, target: int | None, work_id: int) -> int:
        """Where to go from a work that may have left the vote meanwhile."""
        if target is None:
            target = work_id if work_id in self.room.works else self.way.current(self.booth.marks)
        return something(target)

    def _see(self, work_id: int) -> int | None:
        """Its place on the voter's way if they see it for the first time, which counts at once for all orders."""
        if work_id in self.booth.shown:
            return None
        place = len(self.booth.shown)
        self.booth.shown[work_id] = None
        self.room.exposure[work_id] = self.room.exposure.get(work_id, 0) + 1
        self.look_ahead()
        return place

    async def _turnout_grew(self) -> bool:
        """Bring the announcement up to date, but only now and then: it is one post for everybody's first marks."""
        self.room.voters += 1
        if self.room.voters not in _MILESTONES and self.room.voters % _EVERY:
            return False
        await _refresh_announcement(self.db, self.room.episode, self.writer.now)
        return True


@asynccontextmanager
async def entered(
    db: Database, voter: Actor, episode_id: int, asked_at: datetime, now: datetime, rng: Random
) -> AsyncIterator[Desk]:
    """The desk of a voter in a vote that is on; UserError when it is not, or when they may not vote."""
    hall = hall_of(db)
    room = await hall.room(episode_id, now)
    require_open(room.episode.phase, room.episode.votes_until, asked_at)
    require_voter(room.episode, voter, asked_at)
    booth = await hall.booth(episode_id, voter.user_id, now, rng)
    jury = in_jury(room.episode.rules, voter)
    writer = Writer(db, episode_id, voter.user_id, booth.receipt, jury, asked_at, now)
    own = room.own(voter.user_id)
    booth.busy += 1
    try:
        yield Desk(db, hall, room, booth, writer, own)
    except BaseException:
        # What is remembered may be ahead of what is stored: look it up again.
        booth.loaded_at = datetime.min.replace(tzinfo=now.tzinfo)
        raise
    finally:
        booth.busy -= 1


def something(work_id: int | None) -> int:
    """The work, where there is one; UserError otherwise."""
    if work_id is None:
        raise UserError("There is nothing for you to mark: every work in this vote is yours or carries your credit.")
    return work_id


async def _refresh_announcement(db: Database, episode: VoteEpisode, now: datetime) -> None:
    """With the marks, so that what is known of the vote does not count as changed by it."""

    async def work(tx: Transaction) -> None:
        await outbox.refresh(
            tx, post_key=f"vote:{episode.id}", kind="voting_opened", show_id=episode.show_id,
            subject={"episode": episode.id}, channel_id=episode.news_channel_id, now=now,
        )  # fmt: skip

    await db.group.write(Deed(work, Guard(LOOK, episode.id, lambda _: None)))
