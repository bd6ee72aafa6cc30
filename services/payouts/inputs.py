"""What a round is allocated from: the cut, its ancestors, their confirmed credits and sources, the deal."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from db.models import Credit, CreditState, CutEntry, Deal, Source, SourceState, Weights, Work, WorkState
from domain.allocation import AllocationWork, CreditShare, Inputs, SourceShare
from domain.errors import UserError
from domain.lineage import rescaled
from services.store import Transaction

ALL_BP = 10_000


async def build_inputs(tx: Transaction, episode_id: int, deal: Deal, *, pool: int, seed: str) -> Inputs:
    """Gather the inputs of an episode's allocation as they stand; `pool` in minor units."""
    entries = {
        entry.work_id: entry
        for entry in await tx.scalars(
            select(CutEntry)
            .join(Work, Work.id == CutEntry.work_id)
            .where(CutEntry.episode_id == episode_id, CutEntry.in_cut, Work.state == WorkState.IN)
        )
    }
    if not entries:
        raise UserError("The cut is empty, so there is nobody to share the money with. /cut add puts works in.")
    sources = await _lineage(tx, set(entries))
    everyone = set(entries) | {source.source_work_id for found in sources.values() for source in found} - {None}
    numbers = await _numbers(tx, {work_id for work_id in everyone if work_id is not None})
    credits = await _credits(tx, set(numbers))
    works = tuple(
        AllocationWork(
            id=work_key(number),
            weight=_weight(entries.get(work_id), deal.weights),
            in_cut=work_id in entries,
            credits=credits[work_id],
            sources=_shares(sources.get(work_id, []), numbers),
        )
        for work_id, number in sorted(numbers.items(), key=lambda item: item[1])
    )
    return Inputs(
        currency=deal.currency,
        pool=pool,
        works=works,
        lineage_bp=deal.lineage_bp,
        floor=deal.floor,
        cap_bp=deal.cap_bp,
        seed=seed,
    )


def work_key(number: int) -> str:
    """The name a work has in a published statement: w12 is the #12 that people type."""
    return f"w{number}"


def artist_key(artist_id: int) -> str:
    """The name an artist has in a published statement."""
    return f"a{artist_id}"


def key_number(key: str) -> int:
    """The number in a name that work_key or artist_key made."""
    return int(key[1:])


def _weight(entry: CutEntry | None, weights: Weights) -> int:
    if entry is None:
        return 0
    return entry.points if weights is Weights.POINTS else 1


async def _lineage(tx: Transaction, works: set[int]) -> dict[int, list[Source]]:
    """The confirmed sources of the works and of all their ancestors; one query per generation."""
    found: dict[int, list[Source]] = {}
    waiting = works
    while waiting:
        rows = await tx.scalars(
            select(Source).where(Source.work_id.in_(waiting), Source.state == SourceState.CONFIRMED).order_by(Source.id)
        )
        fresh: dict[int, list[Source]] = {work_id: [] for work_id in waiting}
        for row in rows:
            fresh[row.work_id].append(row)
        found |= fresh
        parents = {row.source_work_id for sources in fresh.values() for row in sources}
        waiting = {parent for parent in parents if parent is not None} - found.keys()
    return found


async def _numbers(tx: Transaction, works: Collection[int]) -> dict[int, int]:
    """Numbers by id, without what was disqualified: money meant for that stays with the remixer."""
    rows = await tx.execute(
        select(Work.id, Work.number).where(Work.id.in_(works), Work.state != WorkState.DISQUALIFIED)
    )
    return dict(rows.all())


async def _credits(tx: Transaction, works: Collection[int]) -> dict[int, tuple[CreditShare, ...]]:
    rows = await tx.execute(
        select(Credit.work_id, Credit.artist_id, Credit.share_bp)
        .where(Credit.work_id.in_(works), Credit.state == CreditState.CONFIRMED, Credit.share_bp > 0)
        .order_by(Credit.work_id, Credit.artist_id)
    )
    credits: dict[int, list[CreditShare]] = defaultdict(list)
    for work_id, artist_id, share_bp in rows:
        credits[work_id].append(CreditShare(artist_key(artist_id), share_bp))
    return {work_id: tuple(credits[work_id]) for work_id in works}


def _shares(sources: list[Source], numbers: dict[int, int]) -> tuple[SourceShare, ...]:
    """The confirmed sources with their parts: where a disputed one is left out, the others keep their proportions."""
    declared = [source.share_bp for source in sources if source.share_bp is not None]
    whole = bool(declared) and len(declared) == len(sources)
    parts: list[int | None] = [*rescaled(declared)] if whole else [None] * len(sources)
    return tuple(
        SourceShare(
            work=work_key(numbers[source.source_work_id]) if source.source_work_id in numbers else None,
            outside=None if source.source_work_id in numbers else source.outside_title or "a disqualified work",
            bp=part,
        )
        for source, part in zip(sources, parts, strict=True)
    )
