"""Reading what a round is allocated from: the cut, its ancestors, their confirmed credits and sources."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy import select

from db.models import Credit, CreditState, CutEntry, Source, SourceState, Tally, Work, WorkState
from domain.allocation import EQUALLY, OUTSIDE, Columns, Spread, votes_of
from domain.errors import UserError
from domain.lineage import rescaled
from services.payouts.names import Keys, work_key
from services.store import Transaction

_AT_ONCE = 5_000
"""Ids in one query: databases take no more than some thousands of parameters."""


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A confirmed source: the place of its work in Found.numbers, or OUTSIDE with a title; basis points or EQUALLY."""

    place: int
    title: str
    bp: int


@dataclass(slots=True)
class Found:
    """The works that money can reach, by place (in the order of their numbers), with all that decides how much.

    `points` and `votes` (a tally's score in millionths) count only in the cut; credits are (artist row id, bp).
    """

    numbers: list[int]
    in_cut: list[bool]
    points: list[int]
    votes: list[int]
    credits: list[Sequence[tuple[int, int]]]
    sources: list[Sequence[FoundSource]] = field(default_factory=list)

    def columns(self, keys: Keys) -> Columns:
        """The works as the allocation walks them, weighing nothing yet; artists keep their row ids as numbers."""
        return Columns.of(
            (lambda place: keys.work(self.numbers[place]), keys.artist),
            ([0] * len(self.numbers), self.in_cut),
            Spread(
                map(len, self.credits),
                [artist for some in self.credits for artist, _ in some],
                [bp for some in self.credits for _, bp in some],
            ),
            Spread(
                map(len, self.sources),
                [source.place for some in self.sources for source in some],
                [source.bp for some in self.sources for source in some],
            ),
        )


async def gather(tx: Transaction, episode_id: int) -> Found:
    """Everything that the shares of an episode depend on but its rules; UserError for an empty cut."""
    rows = await tx.execute(
        select(CutEntry.work_id, CutEntry.points)
        .join(Work, Work.id == CutEntry.work_id)
        .where(CutEntry.episode_id == episode_id, CutEntry.in_cut, Work.state == WorkState.IN)
    )
    cut: dict[int, int] = dict(rows.all())
    if not cut:
        raise UserError("The cut is empty, so there is nobody to share the money with. /cut add puts works in.")
    edges = await _lineage(tx, set(cut))
    parents = {parent for found in edges.values() for parent, _, _ in found if parent is not None}
    numbers = await _numbers(tx, cut.keys() | parents)
    ids = sorted(numbers, key=numbers.__getitem__)
    places = {work_id: place for place, work_id in enumerate(ids)}
    credits = await _credits(tx, ids)
    votes = await _votes(tx, episode_id)
    return Found(
        numbers=[numbers[work_id] for work_id in ids],
        in_cut=[work_id in cut for work_id in ids],
        points=[cut.get(work_id, 0) for work_id in ids],
        votes=[votes.get(work_key(numbers[work_id]), 0) for work_id in ids],
        credits=[credits[work_id] for work_id in ids],
        sources=[_sources(edges.get(work_id, ()), places) for work_id in ids],
    )


Edge = tuple[int | None, str | None, int | None]
"""A source's work id (None: outside, or disqualified), its title if it is outside, its declared basis points."""


async def _lineage(tx: Transaction, works: set[int]) -> dict[int, list[Edge]]:
    """The confirmed sources of the works and of all their ancestors; one query per generation (and _AT_ONCE)."""
    found: dict[int, list[Edge]] = {}
    waiting = works
    while waiting:
        fresh: dict[int, list[Edge]] = {work_id: [] for work_id in waiting}
        for some in _chunks(sorted(waiting)):
            rows = await tx.execute(
                select(Source.work_id, Source.source_work_id, Source.outside_title, Source.share_bp)
                .where(Source.work_id.in_(some), Source.state == SourceState.CONFIRMED)
                .order_by(Source.id)
            )
            for work_id, source_id, title, bp in rows:
                fresh[work_id].append((source_id, title, bp))
        found |= fresh
        waiting = {edge[0] for edges in fresh.values() for edge in edges if edge[0] is not None} - found.keys()
    return found


async def _numbers(tx: Transaction, works: Collection[int]) -> dict[int, int]:
    """Numbers by id, without what was disqualified: money meant for that stays with the remixer."""
    found: dict[int, int] = {}
    for some in _chunks(sorted(works)):
        rows = await tx.execute(
            select(Work.id, Work.number).where(Work.id.in_(some), Work.state != WorkState.DISQUALIFIED)
        )
        found |= dict(rows.all())
    return found


async def _credits(tx: Transaction, works: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    credits: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for some in _chunks(works):
        rows = await tx.execute(
            select(Credit.work_id, Credit.artist_id, Credit.share_bp)
            .where(Credit.work_id.in_(some), Credit.state == CreditState.CONFIRMED, Credit.share_bp > 0)
            .order_by(Credit.work_id, Credit.artist_id)
        )
        for work_id, artist_id, share_bp in rows:
            credits[work_id].append((artist_id, share_bp))
    return credits


async def _votes(tx: Transaction, episode_id: int) -> dict[str, int]:
    """The scores of an episode's tally in millionths, by "w12"; empty where nothing was voted on."""
    result = await tx.scalar(select(Tally.result).where(Tally.episode_id == episode_id))
    scores = result.get("scores") if result else None
    return {name: max(0, votes_of(Fraction(score))) for name, score in (scores or {}).items()}


def _sources(edges: Sequence[Edge], places: dict[int, int]) -> list[FoundSource]:
    """The confirmed sources with their parts: where a disputed one is left out, the others keep their proportions."""
    declared = [bp for _, _, bp in edges if bp is not None]
    whole = bool(declared) and len(declared) == len(edges)
    parts = rescaled(declared) if whole else [EQUALLY] * len(edges)
    return [
        FoundSource(places.get(work_id or 0, OUTSIDE), title or "a disqualified work", bp)
        for (work_id, title, _), bp in zip(edges, parts, strict=True)
    ]


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
