"""Whom money can be passed on to: the artists of the works that somebody's works were made from."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select

from db.models import AllocationLine, Credit, CreditState, Source, SourceState, Work, WorkState
from domain.passing import KEPT, Earned, Origin, pass_on
from services.store import Transaction


async def shares_of_sources(
    tx: Transaction, artist_id: int, rounds: Collection[int], total: int
) -> tuple[dict[int, int], int]:
    """How `total` (minor units) that an artist earned in rounds would be passed on: by artist id, and what stays.

    In proportion to what each work earned; a work's part goes to its confirmed sources here as it is declared.
    """
    earned = await _earned(tx, artist_id, rounds)
    origins = await _origins(tx, earned)
    parts = pass_on(total, [Earned(amount, origins[work]) for work, amount in earned.items()], str(artist_id))
    kept = parts.pop(KEPT, 0)
    return {int(name): amount for name, amount in parts.items()}, kept


async def _earned(tx: Transaction, artist_id: int, rounds: Collection[int]) -> Mapping[int, int]:
    """What each work earned an artist, minor units by work id."""
    rows = await tx.execute(
        select(AllocationLine.work_id, func.sum(AllocationLine.amount))
        .where(
            AllocationLine.artist_id == artist_id,
            AllocationLine.round_id.in_(rounds),
            AllocationLine.work_id.is_not(None),
        )
        .group_by(AllocationLine.work_id)
        .order_by(AllocationLine.work_id)
    )
    return {work_id: int(amount) for work_id, amount in rows if work_id is not None and amount > 0}


async def _origins(tx: Transaction, works: Collection[int]) -> dict[int, tuple[Origin, ...]]:
    sources: dict[int, list[Source]] = defaultdict(list)
    for row in await tx.scalars(
        select(Source).where(Source.work_id.in_(works), Source.state == SourceState.CONFIRMED).order_by(Source.id)
    ):
        sources[row.work_id].append(row)
    inside = {row.source_work_id for rows in sources.values() for row in rows if row.source_work_id is not None}
    credited = await credits_of(tx, inside)
    return {
        work: tuple(
            Origin(row.share_bp, tuple((str(artist), bp) for artist, bp in credited.get(row.source_work_id or 0, ())))
            for row in sources[work]
        )
        for work in works
    }


async def credits_of(tx: Transaction, works: Collection[int]) -> dict[int, Sequence[tuple[int, int]]]:
    """The confirmed shares in works as (artist id, basis points), by work id; none of what was disqualified."""
    rows = await tx.execute(
        select(Credit.work_id, Credit.artist_id, Credit.share_bp)
        .join(Work, Work.id == Credit.work_id)
        .where(
            Credit.work_id.in_(works),
            Credit.state == CreditState.CONFIRMED,
            Credit.share_bp > 0,
            Work.state != WorkState.DISQUALIFIED,
        )
        .order_by(Credit.work_id, Credit.artist_id)
    )
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for work_id, artist_id, bp in rows:
        found[work_id].append((artist_id, bp))
    return dict(found)
