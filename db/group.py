"""Group commit: what many write at the same time goes to the disk in one transaction; each is told when it is there.

While one transaction is being committed, all that is asked for meanwhile gathers, and goes into the next one. Whoever
asks alone waits no longer than for a transaction of their own.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db.collisions import collided

MOST = 1000
"""Units in one transaction at most: those who wait for a huge one wait long."""

Write: TypeAlias = Callable[[Callable[[AsyncSession], Awaitable[Any]]], Awaitable[Any]]
"""Database.write: one writing transaction, again if it collided."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What has to hold where it is written: `judge` gets the row that `look` finds, and raises to refuse the unit.

    `key` is a parameter of that name in `look`, which is read once for all units of a transaction that ask alike.
    """

    look: Executable
    key: int
    judge: Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to be written: each statement of `steps` with its parameters, in turn.

    Units with the very same statements are executed together. Those of one `lane` keep their order, whatever their
    statements; those of different lanes must not touch the same rows.
    """

    steps: Sequence[Executable]
    parameters: Sequence[Mapping[str, Any]]
    lane: Hashable
    guard: Guard


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that reads before it writes; what `work` returns is the unit's result. It may run more than once."""

    work: Callable[[AsyncSession], Awaitable[Any]]
    guard: Guard


Unit: TypeAlias = Rows | Deed


@dataclass(slots=True)
class _Waiting:
    unit: Unit
    told: "asyncio.Future[Any]"


@dataclass(slots=True)
class _Outcomes:
    """What became of each unit of a transaction, by its place; told to nobody before the commit."""

    results: dict[int, Any] = field(default_factory=dict)
    refused: dict[int, Exception] = field(default_factory=dict)


class Group:
    """The one writer of a process's small writes. `commits` counts its transactions."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: deque[_Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None
        self.commits = 0

    async def write(self, unit: Unit) -> Any:
        """Write `unit`, all of it or nothing. It is durable when this returns; what it was refused with is raised.

        Once asked for it is carried out, even if whoever asked no longer waits.
        """
        told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(unit, told))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._drain())
        return await told

    async def close(self) -> None:
        """Return once everything that was asked for is written."""
        while self._writer is not None and not self._writer.done():
            await asyncio.wait([self._writer])

    async def _drain(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            try:
                outcomes = await self._commit([each.unit for each in batch])
            except asyncio.CancelledError:
                for each in (*batch, *self._waiting):
                    each.told.cancel()
                self._waiting.clear()
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, all who wait are told
                for each in batch:
                    _tell(each.told, error)
            else:
                for place, each in enumerate(batch):
                    _tell(each.told, outcomes.refused.get(place), outcomes.results.get(place))

    async def _commit(self, units: Sequence[Unit]) -> _Outcomes:
        """All in one transaction; where the database refuses a part, once more with a savepoint around each unit."""
        try:
            outcomes = await self._write(lambda tx: _together(tx, units))
        except DBAPIError:
            outcomes = await self._write(lambda tx: _apart(tx, units))
        self.commits += 1
        return outcomes  # type: ignore[no-any-return] # Write says nothing of what it returns


def _tell(told: "asyncio.Future[Any]", error: Exception | None, result: Any = None) -> None:
    if told.done():  # whoever asked is gone
        return
    if error is None:
        told.set_result(result)
    else:
        told.set_exception(error)


async def _together(tx: AsyncSession, units: Sequence[Unit]) -> _Outcomes:
    outcomes = _Outcomes()
    for run in _runs(units, await _allowed(tx, units, outcomes)):
        await _carry_out(tx, [units[place] for place in run], run, outcomes)
    return outcomes


async def _apart(tx: AsyncSession, units: Sequence[Unit]) -> _Outcomes:
    outcomes = _Outcomes()
    for place in await _allowed(tx, units, outcomes):
        try:
            async with tx.begin_nested():
                await _carry_out(tx, [units[place]], [place], outcomes)
        except DBAPIError as error:
            if collided(error) or error.connection_invalidated:
                raise
            outcomes.refused[place] = error
    return outcomes


async def _carry_out(tx: AsyncSession, units: Sequence[Unit], places: Sequence[int], outcomes: _Outcomes) -> None:
    """Execute a run: Rows with the same statements, or a single Deed."""
    rows = [unit for unit in units if isinstance(unit, Rows)]
    for number, step in enumerate(rows[0].steps if rows else ()):
        await tx.execute(step, [unit.parameters[number] for unit in rows])
    for place, unit in zip(places, units, strict=True):
        if isinstance(unit, Deed):
            await _deed(tx, unit, place, outcomes)


async def _deed(tx: AsyncSession, unit: Deed, place: int, outcomes: _Outcomes) -> None:
    try:
        async with tx.begin_nested():
            outcomes.results[place] = await unit.work(tx)
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - what it is refused with is its own, and told to whoever asked
        outcomes.refused[place] = error


async def _allowed(tx: AsyncSession, units: Sequence[Unit], outcomes: _Outcomes) -> list[int]:
    """The places of the units that their guards let pass; the others are refused."""
    seen: dict[tuple[int, int], Any] = {}
    passed = []
    for place, unit in enumerate(units):
        guard = unit.guard
        asked = (id(guard.look), guard.key)
        if asked not in seen:
            seen[asked] = (await tx.execute(guard.look, {"key": guard.key})).one_or_none()
        try:
            guard.judge(seen[asked])
        except Exception as error:  # noqa: BLE001 - as above
            outcomes.refused[place] = error
        else:
            passed.append(place)
    return passed


def _runs(units: Sequence[Unit], places: Iterable[int]) -> list[list[int]]:
    """Places of units that can be executed together, in an order that keeps that of every lane."""
    runs: list[list[int]] = []
    growing: dict[int, list[int]] = {}
    kinds: dict[Hashable, int] = {}
    for place in places:
        unit = units[place]
        if isinstance(unit, Deed):
            runs.append([place])
            growing, kinds = {}, {}
            continue
        kind = id(unit.steps)
        if kinds.setdefault(unit.lane, kind) != kind:
            growing, kinds = {}, {unit.lane: kind}
        if kind not in growing:
            runs.append([])
            growing[kind] = runs[-1]
        growing[kind].append(place)
    return runs
