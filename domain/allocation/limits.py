"""Floor and cap: amount = clamp(k * share, floor, cap), with the one k for which the amounts sum to the pool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from domain.allocation.flow import UNIT
from domain.allocation.model import ALL_BP, Inputs
from domain.allocation.splitting import split
from domain.errors import UserError
from domain.money import Money, currency


@dataclass(frozen=True, slots=True)
class Limited:
    """Fine units by artist after the limits; who is at the floor, who at the cap; and whether the rest lost (k < 1)."""

    fine: Mapping[str, int]
    at_floor: frozenset[str]
    at_cap: frozenset[str]
    rest_lost: bool


def apply_limits(inputs: Inputs, shares: Mapping[str, int]) -> Limited:
    """Move the artists' shares (fine units, all above zero) between floor and cap.

    The cap is a whole number of minor units (rounded down), so that rounding later cannot pass a limit. UserError
    with the numbers that would work, when the floors exceed the pool or the caps cannot hold it.
    """
    cap = inputs.pool * inputs.cap_bp // ALL_BP
    _check_feasible(inputs, len(shares), cap)
    artists = sorted(shares, key=lambda artist: (-shares[artist], artist))
    ordered = [shares[artist] for artist in artists]
    low, high = inputs.floor * UNIT, cap * UNIT
    capped, lifted = _border(ordered, low, high)
    middle = ordered[capped:lifted]
    rest = sum(ordered) - high * capped - low * (len(artists) - lifted)
    fine = [high] * capped + [low] * (len(artists) - capped)
    if middle:
        fine[capped:lifted] = split(rest, middle, lambda index: artists[capped + index])
    return Limited(
        dict(zip(artists, fine, strict=True)),
        frozenset(artists[lifted:]),
        frozenset(artists[:capped]),
        rest < sum(middle),
    )


def _border(shares: Sequence[int], low: int, high: int) -> tuple[int, int]:
    """Return how many of the descending shares are at the cap, and how many are above the floor.

    As k grows from zero, artists leave the floor and reach the cap, the largest shares first. Each such event
    is at k = limit / share; the first at which the sum would reach the total lies beyond the k that is sought.
    """
    sums = [0, *accumulate(shares)]
    total, count = sums[-1], len(shares)
    capped = lifted = 0
    while capped < count:
        # The next event: somebody leaves the floor (low / shares[lifted]) or reaches the cap (high / shares[capped]).
        lifts = lifted < count and low * shares[capped] <= high * shares[lifted]
        limit, share = (low, shares[lifted]) if lifts else (high, shares[capped])
        fixed = high * capped + low * (count - lifted)
        if share * fixed + limit * (sums[lifted] - sums[capped]) >= share * total:
            break
        if lifts:
            lifted += 1
        else:
            capped += 1
    return capped, lifted


def _check_feasible(inputs: Inputs, count: int, cap: int) -> None:
    unit = currency(inputs.currency)
    pool, floor, most = (Money(amount, unit) for amount in (inputs.pool, inputs.floor, cap))
    if inputs.floor * count > inputs.pool:
        fits = Money(inputs.pool // count, unit)
        raise UserError(
            f"A floor of {floor} for {count} artists is more than the pool of {pool}. The floor can be at most {fits}."
        )
    if cap * count < inputs.pool:
        each = -(-inputs.pool // count)
        fits_bp = -(-each * ALL_BP // inputs.pool)
        raise UserError(
            f"With a cap of {most} each, {count} artists cannot hold the pool of {pool}. "
            f"The cap must be at least {fits_bp} basis points ({fits_bp / 100:.2f}%)."
        )
    if inputs.floor > cap:
        raise UserError(f"The floor of {floor} is above the cap of {most}. The floor can be at most {most}.")
