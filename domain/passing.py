"""Passing money on to those whose works it came from: an exact split, with what cannot be passed on kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from domain.allocation.splitting import split

ALL_BP = 10_000

KEPT = ""
"""Stands for what stays with the giver: earned by works without sources here, or coming back to themself."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A source of a work: its part in basis points (None: equal parts) and its artists' shares.

    A source outside the community, or without confirmed artists, has no credits: its part stays with the giver.
    """

    bp: int | None
    credits: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Earned:
    """What a giver earned by one work (minor units, above zero), and what the work was made from."""

    amount: int
    origins: tuple[Origin, ...]


def pass_on(total: int, earned: Sequence[Earned], giver: str) -> dict[str, int]:
    """Split `total` (minor units) over the artists of the sources, in proportion to what each work earned.

    Whole units that sum to `total`, KEPT among them; rounded once, by largest remainder, then by name.
    """
    parts = _parts(earned, giver)
    names = sorted(parts)
    if not names or total <= 0:
        return {KEPT: total} if total else {}
    common = lcm(*(parts[name].denominator for name in names))
    weights = [int(parts[name] * common) for name in names]
    amounts = split(total, weights, names.__getitem__)
    return {name: amount for name, amount in zip(names, amounts, strict=True) if amount}


def _parts(earned: Sequence[Earned], giver: str) -> Mapping[str, Fraction]:
    parts: dict[str, Fraction] = {}

    def add(name: str, part: Fraction) -> None:
        taker = KEPT if name == giver else name
        if part:
            parts[taker] = parts.get(taker, Fraction(0)) + part

    for each in earned:
        whole = Fraction(each.amount)
        if not each.origins:
            add(KEPT, whole)
            continue
        for origin, share in zip(each.origins, _shares(each.origins), strict=True):
            credited = sum(bp for _, bp in origin.credits)
            for name, bp in origin.credits:
                add(name, whole * share * bp / credited)
            if not credited:
                add(KEPT, whole * share)
    return parts


def _shares(origins: Sequence[Origin]) -> list[Fraction]:
    """The origins' parts: as declared where all have one and they make a whole, else equal ones."""
    given = [origin.bp for origin in origins if origin.bp is not None]
    if len(given) == len(origins) and sum(given) == ALL_BP:
        return [Fraction(bp, ALL_BP) for bp in given]
    return [Fraction(1, len(origins))] * len(origins)
