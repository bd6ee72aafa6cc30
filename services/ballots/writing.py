"""What a press writes, as units that are written together with everybody else's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from db.group import Deed, Guard, Rows
from db.models import Ballot, Mark
from domain.ranking import Order, order_of, ranks_of
from services.ballots.statements import LOOK, steps
from services.ballots.voters import require_open
from services.store import Database, Transaction

Change = Callable[[Order], Order]
"""What becomes of a ranking."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes what one press changes on one ballot."""

    db: Database
    episode_id: int
    voter_id: int
    receipt: str
    jury: bool
    asked_at: datetime
    now: datetime

    async def show(self, work_id: int, place: int, *, started: bool) -> None:
        """Keep that a work was shown; the first one starts the ballot."""
        shown = self._shown(work_id, place)
        if started:
            await self._rows({"shown": shown})
        else:
            await self._rows({"start": self._ballot(), "shown": shown})

    async def mark(self, work_id: int, mark: int | None, place: int | None) -> None:
        """Keep a mark, or take it back; with a `place`, the work is shown as well."""
        row = {**self._key(), "w": work_id}
        given = {"unmark": row} if mark is None else {"mark": {**row, "m": mark}}
        await self._rows({**self._pressed(work_id, place), **given})

    async def mark_part(self, work_id: int, criterion: int, mark: int | None, place: int | None) -> None:
        """The same for one of several criteria; the mark itself only says that the work is marked."""
        row = {**self._key(), "w": work_id}
        part = {**row, "c": criterion}
        if mark is None:
            given = {"unpart": part, "unmark_empty": row}
        else:
            given = {"part": {**part, "m": mark}, "mark": {**row, "m": 0}}
        await self._rows({**self._pressed(work_id, place), **given})

    async def rank(self, change: Change, work_id: int, place: int | None) -> Order:
        """Change the ranking as it is stored at that moment; what it has become."""
        before = {**self._pressed(work_id, place)}

        async def work(tx: Transaction) -> Order:
            for step, values in zip(steps(*before, sqlite=self.db.sqlite), before.values(), strict=True):
                await tx.execute(step, [values])
            return await self._rank(tx, change)

        order: Order = await self.db.group.write(Deed(work, self._guard()))
        return order

    async def _rank(self, tx: Transaction, change: Change) -> Order:
        query = (
            select(Mark.work_id, Mark.mark)
            .join(Ballot, Ballot.id == Mark.ballot_id)
            .where(Ballot.episode_id == self.episode_id, Ballot.voter_id == self.voter_id)
        )
        old = {work: rank for work, rank in await tx.execute(query)}  # noqa: C416 - rows are no pairs to mypy
        order = change(order_of(old))
        new = ranks_of(order)
        put = [{**self._key(), "w": work, "m": rank} for work, rank in new.items() if old.get(work) != rank]
        gone = [{**self._key(), "w": work} for work in old.keys() - new.keys()]
        for name, rows in (("mark", put), ("unmark", gone)):
            if rows:
                await tx.execute(steps(name, sqlite=self.db.sqlite)[0], rows)
        return order

    async def _rows(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        lane = (self.episode_id, self.voter_id)
        unit = Rows(steps(*rows, sqlite=self.db.sqlite), tuple(rows.values()), lane, self._guard())
        await self.db.group.write(unit)

    def _guard(self) -> Guard:
        """Whether the vote is still on is asked once more where it is written: what is acknowledged is counted."""
        return Guard(LOOK, self.episode_id, lambda row: require_open(row.phase, row.votes_until, self.asked_at))

    def _pressed(self, work_id: int, place: int | None) -> dict[str, Mapping[str, Any]]:
        touched = {"touch": self._ballot()}
        return touched if place is None else {**touched, "shown": self._shown(work_id, place)}

    def _key(self) -> Mapping[str, Any]:
        return {"e": self.episode_id, "v": self.voter_id}

    def _ballot(self) -> Mapping[str, Any]:
        return {
            "episode_id": self.episode_id, "voter_id": self.voter_id, "receipt": self.receipt, "jury": self.jury,
            "started_at": self.now, "changed_at": self.now,
        }  # fmt: skip

    def _shown(self, work_id: int, place: int) -> Mapping[str, Any]:
        return {**self._key(), "w": work_id, "p": place, "t": self.now}
