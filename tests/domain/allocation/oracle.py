"""The allocation once more, by other means: exact fractions, recursion, and trying every combination of limits."""

from fractions import Fraction
from functools import cache, partial
from itertools import product

from domain.allocation import AllocationWork, Inputs


def passed_part(works: dict[str, AllocationWork], lineage: Fraction, remix: str, source: str) -> Fraction:
    """Say which part of a remix's gross goes to this source."""
    for share in works[remix].sources:
        if share.work == source:
            equal = Fraction(1, len(works[remix].sources))
            return lineage * (equal if share.bp is None else Fraction(share.bp, 10_000))
    return Fraction(0)


def exact_parts(inputs: Inputs) -> dict[tuple[str, str, str | None], Fraction]:
    """What each artist is due of the pool, by (artist, work, remix that passed it on or None), in minor units."""
    works = {work.id: work for work in inputs.works}
    weights = sum(work.weight for work in inputs.works if work.in_cut)
    part = partial(passed_part, works, Fraction(inputs.lineage_bp, 10_000))

    def own(name: str) -> Fraction:
        work = works[name]
        return Fraction(inputs.pool * work.weight, weights) if work.in_cut else Fraction(0)

    def remixes(source: str) -> list[str]:
        return [name for name, work in works.items() if any(share.work == source for share in work.sources)]

    @cache
    def gross(name: str) -> Fraction:
        return own(name) + sum((gross(remix) * part(remix, name) for remix in remixes(name)), Fraction(0))

    found: dict[tuple[str, str, str | None], Fraction] = {}
    for name, work in works.items():
        keeps = 1 - sum(part(name, source) for source in works)
        for credit in work.credits:
            share = keeps * Fraction(credit.bp, 10_000)
            for remix, amount in [(None, own(name)), *((r, gross(r) * part(r, name)) for r in remixes(name))]:
                if amount * share:
                    found[credit.artist, name, remix] = amount * share
    return found


def exact_shares(inputs: Inputs) -> dict[str, Fraction]:
    """What each artist is due, without limits."""
    shares: dict[str, Fraction] = {}
    for (artist, _, _), amount in exact_parts(inputs).items():
        shares[artist] = shares.get(artist, Fraction(0)) + amount
    return shares


def clamped(shares: dict[str, Fraction], floor: int, cap: int) -> dict[str, Fraction] | None:
    """Try every way of putting artists at the floor, at the cap or between; return the one that is consistent."""
    pool = sum(shares.values())
    artists = sorted(shares)
    for states in product(("floor", "between", "cap"), repeat=len(artists)):
        fixed = sum({"floor": floor, "between": 0, "cap": cap}[state] for state in states)
        between = sum(shares[artist] for artist, state in zip(artists, states, strict=True) if state == "between")
        if not between:
            # Everybody is at a limit: some k must still put them there, which holds when nobody at the cap has a
            # smaller share than somebody at the floor would need.
            k_low = max(
                (Fraction(cap) / shares[a] for a, s in zip(artists, states, strict=True) if s == "cap"), default=0
            )
            k_high = min(
                (Fraction(floor) / shares[a] for a, s in zip(artists, states, strict=True) if s == "floor"),
                default=None,
            )
            if fixed == pool and (k_high is None or k_low <= k_high):
                return {a: Fraction(cap if s == "cap" else floor) for a, s in zip(artists, states, strict=True)}
            continue
        k = (pool - fixed) / between
        amounts = {artist: min(max(k * shares[artist], Fraction(floor)), Fraction(cap)) for artist in artists}
        if k >= 0 and sum(amounts.values()) == pool:
            return amounts
    return None
