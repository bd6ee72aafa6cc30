"""The statements of a press. Everything finds its row by the ballot's key: voters do not touch each other's rows.

Their parameters: `e` and `v` are episode and voter (a Discord id), `w` a work, `c` a criterion, `m` a mark, `p` a place
and `t` an instant; a ballot's own are named as its columns.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    Integer,
    ScalarSelect,
    Select,
    Table,
    bindparam,
    delete,
    exists,
    select,
)
from sqlalchemy.dialects import sqlite as sqlite_dialect

from db.models import Ballot, CriterionMark, Episode, Exposure, Mark
from db.types import UTCDateTime
from services.voting import table_of

_BALLOTS, _MARKS, _PARTS, _SHOWN = (table_of(model) for model in (Ballot, Mark, CriterionMark, Exposure))
_KEYS = {"ballot_id": _BALLOTS.c.id, "work_id": bindparam("w", type_=BigInteger)}
_PART = {"criterion": bindparam("c", type_=Integer)}
_MARK = {"mark": bindparam("m", type_=Integer)}

LOOK = select(Episode.phase, Episode.votes_until).where(Episode.id == bindparam("key"))
"""Whether a vote is on, by the id of its episode."""


@cache
def steps(*names: str, sqlite: bool) -> tuple[Executable, ...]:
    """Statements by name, always the same ones for the same names: that is how presses of a kind are known."""
    made = _made(sqlite=sqlite)
    return tuple(made[name] for name in names)


@cache
def _made(*, sqlite: bool) -> dict[str, Executable]:
    started = _insert(_BALLOTS, sqlite=sqlite).inline()
    shown = {"place": bindparam("p", type_=Integer), "at": bindparam("t", type_=UTCDateTime)}
    return {
        "start": started.on_conflict_do_nothing(index_elements=["episode_id", "voter_id"]),
        "touch": started.on_conflict_do_update(
            index_elements=["episode_id", "voter_id"],
            set_={"changed_at": started.excluded.changed_at, "jury": started.excluded.jury},
        ),
        "shown": _from_ballot(_SHOWN, _KEYS | shown, sqlite=sqlite).on_conflict_do_nothing(),
        "mark": _upsert(_MARKS, _KEYS, sqlite=sqlite),
        "part": _upsert(_PARTS, _KEYS | _PART, sqlite=sqlite),
        "unmark": delete(_MARKS).where(*_of_ballot(_MARKS)),
        "unpart": delete(_PARTS).where(*_of_ballot(_PARTS), _PARTS.c.criterion == _PART["criterion"]),
        # A work is marked as long as one of its criteria is.
        "unmark_empty": delete(_MARKS).where(
            *_of_ballot(_MARKS),
            ~exists().where(_PARTS.c.ballot_id == _MARKS.c.ballot_id, _PARTS.c.work_id == _MARKS.c.work_id),
        ),
    }


def _insert(table: Table, *, sqlite: bool) -> Any:
    if sqlite:
        return sqlite_dialect.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - time and memory that SQLite does not need

    return postgresql.insert(table)


def _ballot() -> tuple[ColumnElement[bool], ...]:
    episode, voter = bindparam("e", type_=BigInteger), bindparam("v", type_=BigInteger)
    return _BALLOTS.c.episode_id == episode, _BALLOTS.c.voter_id == voter


def _from_ballot(table: Table, columns: dict[str, Any], *, sqlite: bool) -> Any:
    found: Select[Any] = select(*columns.values()).where(*_ballot())
    return _insert(table, sqlite=sqlite).from_select(list(columns), found)


def _upsert(table: Table, keys: dict[str, Any], *, sqlite: bool) -> Any:
    new = _from_ballot(table, keys | _MARK, sqlite=sqlite)
    return new.on_conflict_do_update(index_elements=list(keys), set_={"mark": new.excluded.mark})


def _of_ballot(table: Table) -> tuple[ColumnElement[bool], ...]:
    ballot: ScalarSelect[Any] = select(_BALLOTS.c.id).where(*_ballot()).scalar_subquery()
    return table.c.ballot_id == ballot, table.c.work_id == bindparam("w", type_=BigInteger)
