"""Somebody at the booth, as the tests of ballots act."""

from datetime import datetime
from random import Random

from services import ballots
from services.access import Actor
from services.ballots import BoothView, WorksView
from services.store import Database
from tests.support.studio import NOW
from tests.support.vote import Vote, voter


class Booth:
    """One voter at the booth; remembers nothing but who they are."""

    def __init__(
        self, db: Database, vote: Vote, number: int = 1, at: datetime = NOW, *, who: Actor | None = None
    ) -> None:
        self.db, self.vote, self.who, self.at = db, vote, who or voter(number), at
        self.rng = Random(number)

    def _args(self):
        return {"episode_id": self.vote.episode, "asked_at": self.at, "now": self.at, "rng": self.rng}

    async def open(self, number: int | None = None) -> BoothView:
        return await ballots.open_booth(self.db, self.who, number=number, **self._args())

    async def show(self, work_id: int, part: int | None = None) -> BoothView:
        return await ballots.show_work(self.db, self.who, work_id=work_id, part=part, **self._args())

    async def mark(self, work_id: int, mark: int | None, part: int = 0) -> BoothView:
        return await ballots.mark(self.db, self.who, work_id=work_id, mark=mark, part=part, **self._args())

    async def pick(self, work_id: int) -> BoothView:
        return await ballots.pick(self.db, self.who, work_id=work_id, **self._args())

    async def move(self, work_id: int, way: str, place: int) -> BoothView:
        return await ballots.move(self.db, self.who, work_id=work_id, way=way, place=place, **self._args())

    async def all_works(self, page: int = 0) -> WorksView:
        return await ballots.all_works(self.db, self.who, page=page, **self._args())

    async def skip(self, work_id: int) -> BoothView:
        return await ballots.skip(self.db, self.who, work_id=work_id, **self._args())

    async def back(self, work_id: int) -> BoothView:
        return await ballots.back(self.db, self.who, work_id=work_id, **self._args())
