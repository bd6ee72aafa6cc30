"""What is kept in memory of the votes that are on, so that a press asks the database for what is not known only.

Nothing here decides what counts: that is read where marks are written and where they are counted. What is known of a
vote is thrown away whenever this process writes anything but marks, and after a moment in any case, for another process
may have written.
"""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from weakref import WeakKeyDictionary

from services.ballots.booth import Booth, new_receipt
from services.ballots.room import Room, load_booths, load_room
from services.blind import blind_view
from services.store import Database, Transaction, reads
from services.views import WorkView
from services.voting import VoteEpisode
from services.works.read import work_view

FRESH = timedelta(seconds=10)
"""How long anything is believed without looking again."""

MOST_BOOTHS = 2_000
MOST_ROOMS = 20


@dataclass(slots=True)
class _Kept:
    room: Room
    stamp: int
    at: datetime


class Hall:
    """Every vote of a database that somebody takes part in, in this process."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[int, _Kept] = OrderedDict()
        self._booths: OrderedDict[tuple[int, int], Booth] = OrderedDict()
        self._wanted: defaultdict[int, dict[int, asyncio.Future[Booth | None]]] = defaultdict(dict)
        self._opening: dict[int, asyncio.Task[Room]] = {}

    async def room(self, db: Database, episode_id: int, now: datetime) -> Room:
        """What is known of an episode's vote; UserError when there is no such episode."""
        kept = self._rooms.get(episode_id)
        if kept is not None and kept.stamp == _stamp(db) and _fresh(kept.at, now):
            return kept.room
        # One load serves everybody who waits for it; each waits shielded, for it is not only theirs.
        task = self._opening.get(episode_id)
        if task is None or task.done():
            task = self._opening[episode_id] = asyncio.ensure_future(self._open(db, episode_id, now))
        return await asyncio.shield(task)

    async def _open(self, db: Database, episode_id: int, now: datetime) -> Room:
        stamp = _stamp(db)
        try:
            room = await _load_room(db, episode_id)
        finally:
            del self._opening[episode_id]
        self._rooms[episode_id] = _Kept(room, stamp, now)
        self._rooms.move_to_end(episode_id)
        if len(self._rooms) > MOST_ROOMS:
            self._rooms.popitem(last=False)
        return room

    async def card(self, db: Database, room: Room, work_id: int) -> WorkView:
        """A work of the vote as its voters see it."""
        found = room.cards.get(work_id)
        if found is None:
            found = await _load_card(db, work_id)
            if room.episode.hides_artists:
                found = blind_view(found)
            room.cards[work_id] = found
        return found

    async def booth(self, db: Database, room: Room, user_id: int, now: datetime, rng: Random) -> Booth:
        """A voter's booth as it is stored, or a new one. Those who come together are looked up together."""
        key = (room.episode.id, user_id)
        found = self._booths.get(key)
        if found is None or (not found.busy and not _fresh(found.loaded_at, now)):
            stored = await self._wait_for(db, room.episode, user_id, now)
            # Somebody who pressed twice at once has only one booth, the first that was put here.
            found = self._booths.get(key)
            if found is None or (not found.busy and not _fresh(found.loaded_at, now)):
                found = self._booths[key] = stored or Booth(new_receipt(rng), started=False, loaded_at=now)
        self._booths.move_to_end(key)
        self._forget_the_oldest()
        return found

    def _forget_the_oldest(self) -> None:
        if len(self._booths) > MOST_BOOTHS:
            oldest = next(iter(self._booths))
            if not self._booths[oldest].busy:
                del self._booths[oldest]

    async def _wait_for(self, db: Database, episode: VoteEpisode, user_id: int, now: datetime) -> Booth | None:
        wanted = self._wanted[episode.id]
        if not wanted:
            asyncio.get_running_loop().call_soon(self._look_up, db, episode, now)
        if user_id not in wanted:
            wanted[user_id] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(wanted[user_id])

    def _look_up(self, db: Database, episode: VoteEpisode, now: datetime) -> None:
        asked = self._wanted.pop(episode.id)
        task = asyncio.ensure_future(_load_booths(db, episode, list(asked), now))

        def loaded(done: "asyncio.Task[dict[int, Booth]]") -> None:
            for user_id, told in asked.items():
                if told.done():
                    continue
                if done.cancelled():
                    told.cancel()
                elif error := done.exception():
                    told.set_exception(error)
                else:
                    told.set_result(done.result().get(user_id))

        task.add_done_callback(loaded)


_halls: WeakKeyDictionary[Database, Hall] = WeakKeyDictionary()


def hall_of(db: Database) -> Hall:
    """The hall of a database in this process."""
    hall = _halls.get(db)
    if hall is None:
        hall = _halls[db] = Hall()
    return hall


def _stamp(db: Database) -> int:
    """Stands still while this process writes nothing but marks."""
    return db.changes - db.group.commits


def _fresh(at: datetime, now: datetime) -> bool:
    return at <= now < at + FRESH


@reads
async def _load_card(tx: Transaction, work_id: int) -> WorkView:
    return await work_view(tx, work_id)


@reads
async def _load_room(tx: Transaction, episode_id: int) -> Room:
    return await load_room(tx, episode_id)


@reads
async def _load_booths(tx: Transaction, episode: VoteEpisode, voters: Iterable[int], now: datetime) -> dict[int, Booth]:
    return await load_booths(tx, episode, voters, now)
