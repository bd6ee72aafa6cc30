"""The remix graph as the database holds it: what a work was made from and what was made from it, through any number.

Only what is asked for is read: the graph may have millions of works. Edges that were removed are not part of it.
"""

from collections.abc import Collection
from functools import cache

from sqlalchemy import Select, bindparam, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from db.models import Source, SourceState
from services.store import Transaction

Edge = tuple[int, int]
"""A work and one of its sources, by row ids."""

_ASKED = 400


async def ancestors(tx: Transaction, work_id: int, *, most: int | None = None) -> list[int]:
    """What a work was made from, directly or through others; the nearest come first, `most` of them at most."""
    return list(await tx.scalars(_reach(up=True, limited=most is not None), {"start": work_id, "most": most}))


async def descendants(tx: Transaction, work_id: int, *, most: int | None = None) -> list[int]:
    """What was made from a work, directly or through others; the nearest come first, `most` of them at most."""
    return list(await tx.scalars(_reach(up=False, limited=most is not None), {"start": work_id, "most": most}))


async def made_from(tx: Transaction, work_id: int, other_id: int) -> bool:
    """Whether `other_id` is among what a work was made from, directly or through others."""
    # A new work is in nobody's past: one look at an index is all that most links cost.
    if await tx.scalar(_used(), {"work": other_id}) is None:
        return False
    return await tx.scalar(_leads(), {"start": work_id, "goal": other_id}) is not None


async def edges_among(tx: Transaction, work_ids: Collection[int]) -> list[Edge]:
    """The edges between these works, in order."""
    wanted = set(work_ids)
    ids, found = sorted(wanted), list[Edge]()
    for start in range(0, len(ids), _ASKED):
        rows = await tx.execute(_edges(), {"ids": ids[start : start + _ASKED]})
        found += [(work, source) for work, source in rows if source in wanted]
    return sorted(found)


@cache
def _reach(*, up: bool, limited: bool) -> Select[int]:
    """Breadth first: each round of the recursion takes one more step away from the start."""
    here: InstrumentedAttribute[int | None] | InstrumentedAttribute[int]
    there: InstrumentedAttribute[int | None] | InstrumentedAttribute[int]
    here, there = (Source.work_id, Source.source_work_id) if up else (Source.source_work_id, Source.work_id)
    live = (Source.state != SourceState.REMOVED) & there.is_not(None)
    met = select(there.label("id")).where(here == bindparam("start"), live).cte("met", recursive=True)
    met = met.union(select(there).join(met, here == met.c.id).where(live))
    query = select(met.c.id)
    return query.limit(bindparam("most")) if limited else query


@cache
def _leads() -> Select[int]:
    """The goal, if it is met on the way up; the search stops there."""
    query = _reach(up=True, limited=False)
    met = query.selected_columns[0]
    return select(met).where(met == bindparam("goal")).limit(1)


@cache
def _used() -> Select[int]:
    live = Source.state != SourceState.REMOVED
    return select(literal(1)).where(Source.source_work_id == bindparam("work"), live).limit(1)


@cache
def _edges() -> Select[int, int | None]:
    mine = Source.work_id.in_(bindparam("ids", expanding=True))
    return select(Source.work_id, Source.source_work_id).where(mine, Source.state != SourceState.REMOVED)
