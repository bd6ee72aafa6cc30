"""What a producer gives as a rule, checked and put into the show."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from db.models import Show
from domain.errors import UserError

T = TypeVar("T", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Number:
    """A number for `column` of a show, kept in `unit`s; None was not given. `words` begin a sentence."""

    value: int | None
    column: str
    low: int
    high: int
    words: str
    unit: int = 1


def one_of(kind: type[T], text: str, what: str) -> T:
    """The member of `kind` that `text` says; UserError that lists them."""
    wanted = text.strip().lower()
    if wanted not in {member.value for member in kind}:
        raise UserError(f"“{text.strip()[:40]}” is not {what}. Choose one of: {', '.join(kind)}.")
    return kind(wanted)


def put_numbers(show: Show, numbers: Sequence[Number]) -> None:
    """Put those that are given into the show; UserError for the first that is out of its range."""
    for each in numbers:
        if each.value is None:
            continue
        if not each.low <= each.value <= each.high:
            raise UserError(f"{each.words} must be from {each.low} to {each.high}, not {each.value}.")
        setattr(show, each.column, each.value * each.unit)


def money_numbers(
    *, lineage_percent: int | None, house_percent: int | None, cap_percent: int | None, claim_days: int | None
) -> list[Number]:
    """The numbers of a deal's money, as whole per cents and days."""
    passed = "The part that remixes pass to their sources (per cent)"
    return [
        Number(lineage_percent, "lineage_bp", 0, 100, passed, unit=100),
        Number(house_percent, "house_bp", 0, 100, "The house share (per cent)", unit=100),
        Number(cap_percent, "cap_bp", 1, 100, "The most one artist can get of the pool (per cent)", unit=100),
        Number(claim_days, "claim_days", 1, 3650, "The days to claim money"),
    ]


def vote_numbers(*, max_score: int | None, seats: int | None) -> list[Number]:
    """The numbers of how a vote is counted."""
    return [
        Number(max_score, "max_score", 1, 10, "The highest score"),
        Number(seats, "seats", 1, 500, "The number of works the vote puts into the cut"),
    ]
