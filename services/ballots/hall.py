"""What is kept in memory of the votes that are on, so that a press asks the database for what is not known only.

Nothing here decides what counts: that is read where marks are written and where they are counted. What is known of a
vote is thrown away whenever this process writes anything but marks, and after a moment in any case, for another process
may have written.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from domain.episode import Phase
from domain.errors import UserError
from services.ballots.booth import Booth, new_receipt
from services.ballots.room import Room, load_booths, load_room
from services.ballots.together import Together
from services.blind import blind_view
from services.store import Database, Transaction, reads
from services.views import WorkView
from services.voting import VoteEpisode, find_episode
from services.works.read import views_of

FRESH = timedelta(seconds=10)
"""How long anything is believed without looking again."""

MOST_BOOTHS = 2_000
MOST_ROOMS = 20

Place = tuple[int, str | None, int | None]
"""Where somebody asks for a vote: a guild, a show by name, a channel (Discord's ids)."""


@dataclass(slots=True)
class _Kept:
    """A room as of `at`, when the database's stamp was `stamp`, with what was looked up for it since."""

    room: Room
    stamp: int
    at: datetime
    booths: Together[int, Booth]
    cards: Together[int, WorkView]
    known: dict[int, WorkView] = field(default_factory=dict)


class Hall:
    """Every vote of a database that somebody takes part in, in this process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._rooms: OrderedDict[int, _Kept] = OrderedDict()
        self._booths: OrderedDict[tuple[int, int], Booth] = OrderedDict()
        self._opening: dict[int, asyncio.Task[_Kept]] = {}
        self._found: dict[Place, tuple[int, int, datetime]] = {}

    async def vote(self, place: Place, doing: str, now: datetime) -> int:
        """The episode that is voted on there; UserError that says where the show stands when none is."""
        episode_id, stamp, at = self._found.get(place, (0, -1, now))
        if stamp == self._stamp() and _fresh(at, now):
            return episode_id
        stamp = self._stamp()
        episode_id = await _find(self._db, place, doing)
        if len(self._found) > MOST_BOOTHS:
            self._found.clear()
        self._found[place] = (episode_id, stamp, now)
        return episode_id

    async def room(self, episode_id: int, now: datetime) -> Room:
        """What is known of an episode's vote; UserError when there is no such episode."""
        return (await self._kept(episode_id, now)).room

    async def card(self, episode_id: int, work_id: int, now: datetime) -> WorkView:
        """A work of the vote as its voters see it; UserError when it is not there any more."""
        kept = await self._kept(episode_id, now)
        found = kept.known.get(work_id)
        if found is None:
            found = await kept.cards.get(work_id)
            if found is None:
                raise UserError("This work is not here any more.")
            kept.known[work_id] = found
        return found

    async def booth(self, episode_id: int, user_id: int, now: datetime, rng: Random) -> Booth:
        """A voter's booth as it is stored, or a new one. Those who come together are looked up together."""
        key = (episode_id, user_id)
        if not self._usable(key, now):
            stored = await (await self._kept(episode_id, now)).booths.get(user_id)
            # Somebody who pressed twice at once has only one booth, the first that was put here.
            if not self._usable(key, now):
                self._booths[key] = stored or Booth(new_receipt(rng), started=False, loaded_at=now)
        self._booths.move_to_end(key)
        self._forget_the_oldest()
        return self._booths[key]

    def _usable(self, key: tuple[int, int], now: datetime) -> bool:
        """While a press is being carried out in a booth there is no other: what it writes is not stored yet."""
        found = self._booths.get(key)
        return found is not None and (found.busy > 0 or _fresh(found.loaded_at, now))

    def _forget_the_oldest(self) -> None:
        if len(self._booths) > MOST_BOOTHS:
            oldest = next(iter(self._booths))
            if not self._booths[oldest].busy:
                del self._booths[oldest]

    async def _kept(self, episode_id: int, now: datetime) -> _Kept:
        kept = self._rooms.get(episode_id)
        if kept is not None and kept.stamp == self._stamp() and _fresh(kept.at, now):
            return kept
        # One load serves everybody who waits for it; each waits shielded, for it is not only theirs.
        task = self._opening.get(episode_id)
        if task is None:
            task = self._opening[episode_id] = asyncio.ensure_future(self._open(episode_id, now))
        return await asyncio.shield(task)

    async def _open(self, episode_id: int, now: datetime) -> _Kept:
        stamp = self._stamp()
        try:
            room = await _load_room(self._db, episode_id)
        finally:
            del self._opening[episode_id]

        async def booths(voters: Sequence[int]) -> Mapping[int, Booth]:
            return await _load_booths(self._db, room.episode, voters, now)

        async def cards(works: Sequence[int]) -> Mapping[int, WorkView]:
            return await _load_cards(self._db, works, blind=room.episode.hides_artists)

        kept = self._rooms[episode_id] = _Kept(room, stamp, now, Together(booths), Together(cards))
        self._rooms.move_to_end(episode_id)
        if len(self._rooms) > MOST_ROOMS:
            self._rooms.popitem(last=False)
        return kept

    def _stamp(self) -> int:
        """Stands still while this process writes nothing but what its group writes: marks."""
        return self._db.changes - self._db.group.commits


def hall_of(db: Database) -> Hall:
    """The hall of a database in this process."""
    hall: Hall | None = db.kept.get(Hall)
    if hall is None:
        hall = db.kept[Hall] = Hall(db)
    return hall


def _fresh(at: datetime, now: datetime) -> bool:
    return at <= now < at + FRESH


@reads
async def _load_cards(tx: Transaction, works: Sequence[int], *, blind: bool) -> dict[int, WorkView]:
    found = await views_of(tx, works)
    return {view.id: blind_view(view) if blind else view for view in found}


@reads
async def _find(tx: Transaction, place: Place, doing: str) -> int:
    guild_id, show, channel_id = place
    found = await find_episode(tx, guild_id, show=show, channel_id=channel_id, phase=Phase.VOTING, doing=doing)
    return found.id


@reads
async def _load_room(tx: Transaction, episode_id: int) -> Room:
    return await load_room(tx, episode_id)


@reads
async def _load_booths(tx: Transaction, episode: VoteEpisode, voters: Iterable[int], now: datetime) -> dict[int, Booth]:
    return await load_booths(tx, episode, voters, now)
