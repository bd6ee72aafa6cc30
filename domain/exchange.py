"""Money that came in another currency: both amounts and the rate between them, exact.

A rate says how many of the books' units one foreign unit is worth (1 EUR = 1.0832 USD), as a decimal or as the ratio of
two whole numbers where only the two amounts are known. The converted amount is rounded once, a half up.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from domain.errors import UserError
from domain.money import MAX_AMOUNT, Currency, Money

_RATE: Final = re.compile(r"(?P<whole>[0-9]{1,12})(?:\.(?P<part>[0-9]{1,12}))?")
_SHORT: Final = 12
_RATIO: Final = re.compile(r"[1-9][0-9]{0,20}/[1-9][0-9]{0,20}")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was converted, and at which rate (as parse_rate reads it)."""

    foreign: Money
    rate: str


def parse_rate(text: str) -> Fraction:
    """Read a rate such as 1.0832, or 5416/5000; UserError for anything else, and for nothing or less."""
    plain = text.strip().replace(" ", "")
    if _RATIO.fullmatch(plain):
        above, below = plain.split("/")
        return Fraction(int(above), int(below))
    found = _RATE.fullmatch(plain)
    if found is None or not int(found["whole"] + (found["part"] or "")):
        raise UserError(f"“{text.strip()[:30]}” is no rate. Write how much one foreign unit is worth, like 1.0832.")
    return Fraction(plain)


def converted(exchange: Exchange, into: Currency) -> Money:
    """Return the foreign amount in another currency at the exchange's rate, rounded once, a half up."""
    exact = parse_rate(exchange.rate) * Fraction(exchange.foreign.amount, 10**exchange.foreign.currency.exponent)
    amount = int(exact * 10**into.exponent + Fraction(1, 2))
    if amount <= 0:
        raise UserError(f"{exchange.foreign} comes to less than the smallest unit of {into.code} at this rate.")
    if amount > MAX_AMOUNT:
        raise UserError(f"{exchange.foreign} comes to more than we can count in {into.code} at this rate.")
    return Money(amount, into)


def rate_between(foreign: Money, became: Money) -> str:
    """Return the rate at which one amount became the other: a decimal where there is a short one, else a ratio."""
    if foreign.amount <= 0 or became.amount <= 0:
        raise UserError("Both amounts of a conversion must be above zero.")
    rate = Fraction(became.amount * 10**foreign.currency.exponent, foreign.amount * 10**became.currency.exponent)
    for digits in range(_SHORT + 1):
        scaled = rate * 10**digits
        if scaled.denominator == 1 and scaled < 10 ** (digits + _SHORT):
            whole = f"{int(scaled):0{digits + 1}d}"
            return f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole
    return f"{rate.numerator}/{rate.denominator}"


def shown_rate(text: str) -> str:
    """Return a rate for people: as it is, or about six decimals of a ratio."""
    if "/" not in text:
        return text
    millionths = int(parse_rate(text) * 10**6 + Fraction(1, 2))
    return f"about {millionths // 10**6}.{millionths % 10**6:06d}"
