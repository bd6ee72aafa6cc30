"""What a round is allocated from, in the domain's form: the works that money can reach, weighed as the deal says."""

from typing import Protocol

from db.models import Deal, Weights
from domain.allocation import (
    ALL_BP,
    AllocationWork,
    CreditShare,
    Inputs,
    Parts,
    SourceShare,
    Weighing,
    weights_of,
)
from domain.errors import UserError
from domain.pseudonyms import require_distinct
from services.payouts.gathering import Found, FoundSource, gather
from services.payouts.names import Keys, artist_key, key_number, work_key
from services.store import Transaction

__all__ = ["ALL_BP", "Keys", "artist_key", "build_inputs", "key_number", "parts_of", "weigh", "work_key"]


class WeighingRule(Protocol):
    """What says how works are weighed: a show's rules or an episode's deal."""

    weights: Weights
    equal_parts: int
    points_parts: int
    votes_parts: int


async def build_inputs(
    tx: Transaction, episode_id: int, deal: Deal, *, pool: int, seed: str, keys: Keys | None = None
) -> Inputs:
    """Gather the inputs of an episode's allocation as they stand; `pool` in minor units. UserError: an empty cut."""
    found, keys = await gather(tx, episode_id), keys or Keys("")
    if deal.weights is Weights.POINTS and not any(found.points):
        raise UserError("No work in the cut has a point, so nobody would be paid. Give points with /cut points.")
    weighing = weigh(found, parts_of(deal), keys)
    weights = weights_of(weighing)
    require_distinct([keys.artist(artist) for artist in {artist for some in found.credits for artist, _ in some}])
    works = tuple(_work(found, place, weights, keys) for place in range(len(found.numbers)))
    return Inputs(
        currency=deal.currency,
        pool=pool,
        works=works,
        lineage_bp=deal.lineage_bp,
        floor=deal.floor,
        cap_bp=deal.cap_bp,
        seed=seed,
        weighing=None if deal.weights is Weights.EQUAL else weighing,
    )


def parts_of(rule: WeighingRule) -> Parts:
    """In what proportion equal weight, points and votes count by a show's rules or an episode's deal."""
    match rule.weights:
        case Weights.EQUAL:
            return Parts(equal=1)
        case Weights.POINTS:
            return Parts(points=1)
        case Weights.VOTES:
            return Parts(votes=1)
        case Weights.BLEND:
            return Parts(rule.equal_parts, rule.points_parts, rule.votes_parts)


def weigh(found: Found, parts: Parts, keys: Keys) -> Weighing:
    """How the works in the cut are weighed; points and votes that do not count are left out of it."""
    return Weighing(
        parts,
        {
            keys.work(number): (found.points[place] if parts.points else 0, found.votes[place] if parts.votes else 0)
            for place, number in enumerate(found.numbers)
            if found.in_cut[place]
        },
    )


def _work(found: Found, place: int, weights: dict[str, int], keys: Keys) -> AllocationWork:
    name = keys.work(found.numbers[place])
    return AllocationWork(
        id=name,
        weight=weights.get(name, 0),
        in_cut=found.in_cut[place],
        credits=tuple(CreditShare(keys.artist(artist), bp) for artist, bp in found.credits[place]),
        sources=tuple(_source(source, found, keys) for source in found.sources[place]),
    )


def _source(source: FoundSource, found: Found, keys: Keys) -> SourceShare:
    bp = None if source.bp < 0 else source.bp
    if source.place < 0:
        return SourceShare(outside="a source outside" if keys.hidden else source.title, bp=bp)
    return SourceShare(work=keys.work(found.numbers[source.place]), bp=bp)
