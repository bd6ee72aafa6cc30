"""From what yearly amount on an artist's total is worth pointing out. A setting, not advice."""

from dataclasses import dataclass
from typing import Final

from domain.errors import UserError
from domain.money import Money, currency, parse_amount

_SHAPE: Final = "amounts between commas, each as in `USD 600` or `USD 2000 from 2026`"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A yearly total, in one currency, that counts from a calendar year on."""

    amount: Money
    from_year: int = 0


US_THRESHOLDS: Final = (
    Threshold(Money(60_000, currency("USD"))),
    Threshold(Money(200_000, currency("USD")), 2026),
)
"""What the United States ask about payments to one person: $600, and $2,000 for payments from 2026 on."""


def read_thresholds(text: str) -> tuple[Threshold, ...]:
    """Read thresholds as an operator writes them; ValueError says what is expected. `none` is none."""
    if text.strip().casefold() == "none":
        return ()
    try:
        return tuple(_threshold(part.split()) for part in text.split(","))
    except UserError as error:
        raise ValueError(_SHAPE) from error


def threshold_of(year: int, code: str, thresholds: tuple[Threshold, ...]) -> Money | None:
    """The threshold that counts in a year for a currency: the one that begins last."""
    fitting = [each for each in thresholds if each.amount.currency.code == code and each.from_year <= year]
    return max(fitting, key=lambda each: each.from_year).amount if fitting else None


def _threshold(words: list[str]) -> Threshold:
    match words:
        case [code, amount]:
            return Threshold(parse_amount(amount, currency(code)))
        case [code, amount, "from", year] if year.isascii() and year.isdecimal():
            return Threshold(parse_amount(amount, currency(code)), int(year[:6]))
    raise ValueError(_SHAPE)
