"""Importing a back catalogue: a file is read and judged whole, then its good rows are written, a batch at a time.

The id that a row has in the file is remembered with its work, in the transaction that writes it. So an import that was
killed goes on where it was, and one that is done again does nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from db.models import Deal, Episode, Show, Work, WorkEvent
from domain.errors import UserError
from services.imports.episode import Into, find_target, named
from services.imports.judging import Changed, Existing, Judgement, Known, Refused, judge, named_in
from services.imports.reading import Catalogue, read_catalogue
from services.imports.writing import write_batch
from services.store import Database, Transaction, reads
from services.works.records import TAKING

__all__ = ["BATCH", "Catalogue", "Changed", "Into", "Refused", "Report", "import_works", "read_catalogue"]

BATCH = 200
"""Works written in one transaction."""

_ASKED = 1000
_Item = TypeVar("_Item", int, str)


@dataclass(frozen=True, slots=True)
class Report:
    """What came, or would come, of an import. `imported` counts works; `unit` is what places in the file count."""

    show: str
    episode: str
    rows: int
    imported: int
    unchanged: int
    unit: str
    dry_run: bool
    held_back: bool
    changed: tuple[Changed, ...] = ()
    refused: tuple[Refused, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Prepared:
    show_id: int
    show: str
    episode: str
    judgement: Judgement


async def import_works(
    db: Database,
    catalogue: Catalogue,
    *,
    show: str,
    into: Into,
    strict: bool = False,
    dry_run: bool = False,
    now: datetime,
    rng: Random,
) -> Report:
    """Import the rows that are good, or with `strict` none unless all are. Each batch is a transaction of its own.

    `show` is a show's slug. `dry_run` changes nothing. UserError for a show or an episode that cannot be meant.
    """
    prepared = await _prepare(db, catalogue, show=show, into=into, now=now)
    found = prepared.judgement
    held_back = strict and bool(found.refused)
    imported = 0 if held_back else len(found.ready)
    if not dry_run and not held_back:
        imported = 0
        for start in range(0, len(found.ready), BATCH):
            batch = found.ready[start : start + BATCH]
            imported += await write_batch(db, prepared.show_id, into, batch, now=now, rng=rng)
    return Report(
        show=prepared.show,
        episode=await _episode_name(db, prepared.show_id, into),
        rows=len(catalogue.rows),
        imported=imported,
        unchanged=found.unchanged,
        unit=catalogue.unit,
        dry_run=dry_run,
        held_back=held_back,
        changed=found.changed,
        refused=found.refused,
        ignored=catalogue.ignored,
    )


@reads
async def _prepare(tx: Transaction, catalogue: Catalogue, *, show: str, into: Into, now: datetime) -> _Prepared:
    found = await tx.scalar(select(Show).where(Show.slug == show.strip()))
    if found is None:
        slugs = ", ".join(await tx.scalars(select(Show.slug).order_by(Show.slug)))
        there = f"There is {slugs}." if slugs else "There is none yet: start one with /setup in Discord."
        raise UserError(f"There is no show with the slug “{show.strip()[:60]}”. {there}")
    episode = await find_target(tx, found, into)
    keys, numbers = named_in(catalogue)
    known = Known(
        licence=found.licence,
        timezone=found.timezone,
        by_key={work.key: work for work in await _works(tx, found.id, keys=keys) if work.key is not None},
        by_number={work.number: work for work in await _works(tx, found.id, numbers=numbers)},
        commercial=found.commercial if episode is None else (await tx.get_one(Deal, episode.id)).commercial,
    )
    return _Prepared(found.id, found.name, named(episode, into), judge(catalogue, known, now))


@reads
async def _episode_name(tx: Transaction, show_id: int, into: Into) -> str:
    show = await tx.get_one(Show, show_id)
    return named(await find_target(tx, show, into), into)


async def _works(
    tx: Transaction, show_id: int, *, keys: Collection[str] = (), numbers: Collection[int] = ()
) -> list[Existing]:
    """The works of a show with these import keys, or these numbers."""
    wanted: list[ColumnElement[bool]] = [
        *(Work.import_key.in_(some) for some in _pieces(sorted(keys))),
        *(Work.number.in_(some) for some in _pieces(sorted(numbers))),
    ]
    found = []
    for which in wanted:
        rows = await tx.execute(
            select(Work, Episode.phase, WorkEvent.detail)
            .join(Episode, Episode.id == Work.episode_id)
            .outerjoin(WorkEvent, (WorkEvent.work_id == Work.id) & (WorkEvent.kind == "imported"))
            .where(Work.show_id == show_id, which)
        )
        for work, phase, detail in rows:
            found.append(
                Existing(
                    id=work.id, number=work.number, title=work.title, licence=work.licence, state=work.state,
                    key=work.import_key, fields=detail["row"] if detail else None, changeable=phase in TAKING,
                )
            )  # fmt: skip
    return found


def _pieces(items: list[_Item]) -> list[list[_Item]]:
    return [items[start : start + _ASKED] for start in range(0, len(items), _ASKED)]
