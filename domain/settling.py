"""Which of an artist's allocations their money has left: the oldest goes first, and what comes back comes back last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Way(StrEnum):
    """How money leaves a balance."""

    SENDING = "sending"
    PAID = "paid"
    DONATED = "donated"
    PASSED_ON = "passed_on"
    UNCLAIMED = "unclaimed"


@dataclass(frozen=True, slots=True)
class Move:
    """Money that came to a balance from a round (`round_id`) or from elsewhere, or left it on a `way`. Minor units.

    With a `way` and a negative amount it comes back from there; `round_id` with a way says whose money it is.
    """

    amount: int
    at: datetime
    way: Way | None = None
    round_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a round's money is still on the balance; once nothing is, how the last of it left, and when."""

    left: int
    way: Way | None
    at: datetime | None


@dataclass(slots=True)
class _Parcel:
    round_id: int | None
    left: int
    gone: list[tuple[Way, int, datetime]]


def standings(moves: Iterable[Move]) -> dict[int, Standing]:
    """Where the money of each round stands after all moves, in their order.

    Money that comes back (a payment that failed, a reversal) returns to where it was taken last on that way.
    """
    parcels: list[_Parcel] = []
    for move in moves:
        if move.way is None:
            if move.amount > 0:
                parcels.append(_Parcel(move.round_id, move.amount, []))
            else:
                _take(parcels, -move.amount, Way.UNCLAIMED, move.at)
        elif move.amount >= 0:
            wanted = [each for each in parcels if each.round_id == move.round_id] if move.round_id else []
            left = _take(wanted, move.amount, move.way, move.at)
            _take(parcels, left, move.way, move.at)
        else:
            _give_back(parcels, -move.amount, move.way)
    found: dict[int, Standing] = {}
    for round_id in {each.round_id for each in parcels if each.round_id is not None}:
        found[round_id] = _standing([each for each in parcels if each.round_id == round_id])
    return found


def _take(parcels: Iterable[_Parcel], amount: int, way: Way, at: datetime) -> int:
    """Take money from the oldest that has some; what could not be taken."""
    for parcel in parcels:
        part = min(parcel.left, amount)
        if part:
            parcel.left -= part
            parcel.gone.append((way, part, at))
            amount -= part
    return amount


def _give_back(parcels: Iterable[_Parcel], amount: int, way: Way) -> None:
    for parcel in reversed(list(parcels)):
        for place in range(len(parcel.gone) - 1, -1, -1):
            gone, part, at = parcel.gone[place]
            if gone is not way or not amount:
                continue
            back = min(part, amount)
            amount -= back
            parcel.left += back
            parcel.gone[place] = (gone, part - back, at)
        parcel.gone = [each for each in parcel.gone if each[1]]


def _standing(parcels: list[_Parcel]) -> Standing:
    left = sum(each.left for each in parcels)
    gone = [each for parcel in parcels for each in parcel.gone]
    if left or not gone:
        return Standing(left, None, None)
    way, _, at = max(gone, key=lambda each: each[2])
    return Standing(0, way, at)
