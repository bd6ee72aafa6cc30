"""From inputs by name to columns by number, with everything checked on the way."""

from collections.abc import Sequence
from typing import Final

from domain.allocation.columns import EQUALLY, OUTSIDE, Columns, Spread
from domain.allocation.model import ALL_BP, AllocationWork, Inputs
from domain.errors import UserError
from domain.money import MAX_AMOUNT, currency

MAX_WEIGHT: Final = 10**60
"""The largest weight: blends of points and votes stay far below it."""

_UNKNOWN: Final = -2


def build(inputs: Inputs) -> Columns:
    """Check the inputs and number works and artists; UserError names the place of what is wrong."""
    check_rules(inputs)
    numbers = {work.id: number for number, work in enumerate(inputs.works)}
    if len(numbers) < len(inputs.works):
        _name_duplicate(inputs.works)
    names = [work.id for work in inputs.works]
    artists = list(dict.fromkeys(credit.artist for work in inputs.works for credit in work.credits))
    people = {artist: number for number, artist in enumerate(artists)}
    sources: list[int] = []
    for place, work in enumerate(inputs.works):
        _check_credits(place, work)
        if not 0 <= work.weight <= MAX_WEIGHT:
            raise UserError(f"works[{place}].weight: must not be negative or too large, but is {work.weight}.")
        if work.sources:
            found = [OUTSIDE if s.work is None else numbers.get(s.work, _UNKNOWN) for s in work.sources]
            _check_sources(place, work, found)
            sources += found
    credits = [credit for work in inputs.works for credit in work.credits]
    bps = [EQUALLY if source.bp is None else source.bp for work in inputs.works for source in work.sources]
    return Columns.of(
        (names.__getitem__, artists.__getitem__),
        ([work.weight for work in inputs.works], [work.in_cut for work in inputs.works]),
        Spread(
            [len(work.credits) for work in inputs.works],
            [people[credit.artist] for credit in credits],
            [credit.bp for credit in credits],
        ),
        Spread([len(work.sources) for work in inputs.works], sources, bps),
    )


def check_rules(inputs: Inputs) -> None:
    """Check what is not about works: currency, pool, shares, limits; UserError names what is off."""
    currency(inputs.currency)
    if not 0 <= inputs.pool <= MAX_AMOUNT:
        raise UserError(f"pool: must be 0 to {MAX_AMOUNT} minor units, but is {inputs.pool}.")
    for name, value in (("lineage_bp", inputs.lineage_bp), ("cap_bp", inputs.cap_bp)):
        if not 0 <= value <= ALL_BP:
            raise UserError(f"{name}: must be 0 to {ALL_BP} basis points, but is {value}.")
    if inputs.floor < 0:
        raise UserError(f"floor: must not be negative, but is {inputs.floor}.")


def _name_duplicate(works: tuple[AllocationWork, ...]) -> None:
    seen: set[str] = set()
    for place, work in enumerate(works):
        if work.id in seen:
            raise UserError(f"works[{place}].id: “{work.id}” is there twice.")
        seen.add(work.id)


def _check_credits(place: int, work: AllocationWork) -> None:
    credited = work.credits
    if len(credited) == 1 and credited[0].bp == ALL_BP:
        return
    if len({credit.artist for credit in credited}) < len(credited):
        raise UserError(f"works[{place}].credits: an artist is credited twice on “{work.id}”.")
    if any(not 0 <= credit.bp <= ALL_BP for credit in credited):
        raise UserError(f"works[{place}].credits: a share of “{work.id}” is negative or more than {ALL_BP}.")
    total = sum(credit.bp for credit in credited)
    if total != ALL_BP:
        raise UserError(f"works[{place}].credits: the shares of “{work.id}” sum to {total}, not {ALL_BP} basis points.")


def _check_sources(place: int, work: AllocationWork, numbers: Sequence[int]) -> None:
    """Check a work's sources, given their numbers."""
    for source, number in zip(work.sources, numbers, strict=True):
        if number == _UNKNOWN:
            raise UserError(f"works[{place}].sources: there is no work “{source.work}” in works.")
        if number == place:
            raise UserError(f"works[{place}].sources: “{work.id}” cannot be its own source.")
    if len(work.sources) > 1:
        inside = [number for number in numbers if number != OUTSIDE]
        if len(set(inside)) < len(inside):
            raise UserError(f"works[{place}].sources: “{work.id}” has a source twice.")
    given = [source.bp for source in work.sources if source.bp is not None]
    if given and (len(given) < len(work.sources) or min(given) < 0 or sum(given) != ALL_BP):
        raise UserError(
            f"works[{place}].sources: give every source of “{work.id}” a bp, {ALL_BP} in all, or none of them."
        )
