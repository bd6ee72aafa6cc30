"""What producers move by hand, once the rules have spoken: every adjustment has lines of its own."""

from collections.abc import Iterable, Mapping

from domain.allocation.model import Adjustment, AllocationWork, Inputs, Line, LineKind, Party
from domain.allocation.splitting import split
from domain.errors import UserError
from domain.money import MAX_AMOUNT, Money, currency


def off_the_top(inputs: Inputs) -> int:
    """Return what adjustments take from the pool before it is shared; UserError when it does not hold that much."""
    for place, one in enumerate(inputs.adjustments):
        if not 0 < one.amount <= MAX_AMOUNT:
            raise UserError(f"adjustments[{place}].amount: must be 1 to {MAX_AMOUNT}, but is {one.amount}.")
        if not one.reason.strip():
            raise UserError(f"adjustments[{place}].reason: say why, for everybody to read.")
    total = sum(one.amount for one in inputs.adjustments if one.giver is None)
    if total > inputs.pool:
        unit = currency(inputs.currency)
        raise UserError(
            f"adjustments: {Money(total, unit)} off the top is more than the pool of {Money(inputs.pool, unit)}."
        )
    return total


def adjust(inputs: Inputs, amounts: Mapping[str, int]) -> tuple[dict[str, int], list[Line]]:
    """Return the amounts with all adjustments made, and their lines; the order of adjustments never matters.

    UserError when somebody would end below zero, or for a work that is not there.
    """
    works = {work.id: work for work in inputs.works}
    lines: list[Line] = []
    for place, one in enumerate(inputs.adjustments):
        if one.giver is not None:
            lines += _lines(place, one, one.giver, -1, works)
        lines += _lines(place, one, one.taker, 1, works)
    found = dict(amounts)
    for line in lines:
        found[line.artist] = found.get(line.artist, 0) + line.amount
    for artist, amount in found.items():
        if amount < 0:
            has, unit = amounts.get(artist, 0), currency(inputs.currency)
            raise UserError(
                f"adjustments: they take more from “{artist}” than the {Money(has, unit)} there is to take."
            )
    return found, sorted(lines, key=lambda line: (line.artist, line.work or "", line.reason, line.amount))


def _lines(place: int, one: Adjustment, party: Party, sign: int, works: Mapping[str, AllocationWork]) -> Iterable[Line]:
    """One side of an adjustment: a line for each artist it touches."""
    if party.artist is not None:
        return [Line(party.artist, None, LineKind.ADJUSTMENT, None, sign * one.amount, one.reason)]
    work = works.get(party.work or "")
    if work is None:
        raise UserError(f"adjustments[{place}]: there is no work “{party.work}” in works.")
    parts = split(one.amount, [credit.bp for credit in work.credits], lambda index: work.credits[index].artist)
    return [
        Line(credit.artist, work.id, LineKind.ADJUSTMENT, None, sign * part, one.reason)
        for credit, part in zip(work.credits, parts, strict=True)
        if part
    ]
