"""Money: whole minor units of one currency, and how people write amounts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Self

from domain.errors import UserError
from domain.iso4217 import EXPONENTS

MAX_AMOUNT: Final = 10**15
"""The largest amount that is taken, in minor units; sums of it fit a 64-bit integer."""

_DOLLARS: Final = """
ARS AUD BBD BMD BND BSD BZD CAD CLP COP CUP CVE DOP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD
TTD TWD USD UYU XCD
"""

_SYMBOLS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "$": frozenset(_DOLLARS.split()),
        "€": frozenset({"EUR"}),
        "£": frozenset({"GBP", "EGP", "FKP", "GIP", "LBP", "SDG", "SHP", "SSP", "SYP"}),
        "¥": frozenset({"JPY", "CNY"}),
        "₹": frozenset({"INR"}),
        "₩": frozenset({"KRW", "KPW"}),
        "₽": frozenset({"RUB"}),
        "₺": frozenset({"TRY"}),
        "₴": frozenset({"UAH"}),
        "₦": frozenset({"NGN"}),
        "₱": frozenset({"PHP"}),
        "₫": frozenset({"VND"}),
        "฿": frozenset({"THB"}),
        "₪": frozenset({"ILS"}),
        "₿": frozenset(),
    }
)

_AMOUNT: Final = re.compile(r"(?P<before>[^0-9.,\s'-]*)\s*(?P<number>[0-9.,'\s]*[0-9.])\s*(?P<after>[^0-9.,\s'-]*)")
_SPACES: Final = re.compile(r"[\s\u00a0\u2009\u202f]+")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:(?P<mark>[,' ])[0-9]{3})(?:(?P=mark)[0-9]{3})*")
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 currency: its code, and how many decimals its minor unit has (USD 2, JPY 0, KWD 3)."""

    code: str
    exponent: int


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units (cents for USD, yen for JPY) of one currency; it may be negative."""

    amount: int
    currency: Currency

    def __add__(self, other: Self) -> "Money":
        """Return the sum; ValueError when the currencies differ."""
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Self) -> "Money":
        """Return the difference; ValueError when the currencies differ."""
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def decimal_text(self) -> str:
        """Return the amount with all of its currency's decimals, ungrouped: 1234.50, -0.05, 700 (JPY)."""
        exponent = self.currency.exponent
        sign = "-" if self.amount < 0 else ""
        if not exponent:
            return f"{sign}{abs(self.amount)}"
        whole, part = divmod(abs(self.amount), 10**exponent)
        return f"{sign}{whole}.{part:0{exponent}d}"

    def __str__(self) -> str:
        return f"{self.decimal_text()} {self.currency.code}"

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency.code} and {other.currency.code} do not add up")
        return other.amount


def currency(code: str) -> Currency:
    """Return the currency with this ISO 4217 code, in either case; UserError when there is none."""
    known = code.strip().upper()
    if known not in EXPONENTS:
        raise UserError(
            f"“{_shown(code)}” is not a currency we know. "
            "Use an ISO 4217 code of three letters, such as USD, EUR or JPY."
        )
    return Currency(known, EXPONENTS[known])


def parse_amount(text: str, currency: Currency) -> Money:
    """Read an amount as people write it: "50,000", "$50,000.00", "1234.5 USD", "1 234.50", "1'234.50".

    The decimal mark is a point. Commas, spaces and apostrophes may group thousands, one kind in a number,
    and only where thousands go. A currency code or symbol may stand before or after, and must be the one
    given. UserError names what is wrong: no number, a negative one, too many decimals, another currency,
    more than MAX_AMOUNT.
    """
    plain = _SPACES.sub(" ", text.replace("’", "'").replace("−", "-")).strip()
    if "-" in plain:
        raise UserError(f"“{_shown(plain)}” is negative. Give an amount above zero; corrections are made by reversal.")
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        raise UserError(f"“{_shown(plain)}” is not an amount. Write it like {_example(currency)}.")
    for mark in (found["before"], found["after"]):
        _check_currency(mark.strip(), currency)
    amount = _minor_units(found["number"].strip(), currency)
    if amount > MAX_AMOUNT:
        most = Money(MAX_AMOUNT, currency).decimal_text()
        raise UserError(f"{_shown(plain)} is more than we can count. The most is {most} {currency.code}.")
    return Money(amount, currency)


def _check_currency(mark: str, expected: Currency) -> None:
    """Refuse a code or symbol that is not the expected currency's."""
    if not mark or mark.upper() == expected.code:
        return
    if expected.code in _SYMBOLS.get(mark, ()):
        return
    if mark.upper() in EXPONENTS or mark in _SYMBOLS:
        raise UserError(f"This show counts in {expected.code}, not {mark.upper()}. Give the amount in {expected.code}.")
    raise UserError(f"“{_shown(mark)}” is not a currency we know. Write the amount like {_example(expected)}.")


def _minor_units(number: str, currency: Currency) -> int:
    """Turn digits with optional grouping and decimals into minor units."""
    whole, point, decimals = number.partition(".")
    example = _example(currency)
    if point and not decimals.isdecimal():
        raise UserError(
            f"“{_shown(number)}” is unclear. "
            f"Write thousands in groups of three and decimals after one point, like {example}."
        )
    if not (whole.isdecimal() or _GROUPED.fullmatch(whole) or (point and not whole)):
        raise UserError(
            f"In “{_shown(number)}” the thousands are not in threes. "
            f"Write thousands in groups of three and decimals after a point, like {example}."
        )
    if len(decimals) > currency.exponent:
        has = _count(currency.exponent, "decimal")
        raise UserError(f"{currency.code} has {has}; {_shown(number)} has {len(decimals)}.")
    digits = re.sub(r"[,' ]", "", whole) + decimals.ljust(currency.exponent, "0")
    # Longer than any amount we take; also keeps a pasted megabyte of digits out of int().
    return int(digits) if len(digits.lstrip("0")) <= len(str(MAX_AMOUNT)) else MAX_AMOUNT + 1


def _example(currency: Currency) -> str:
    return f"{Money(125 * 10**currency.exponent, currency).decimal_text()} {currency.code}"


def _count(number: int, noun: str) -> str:
    return f"no {noun}s" if number == 0 else f"{number} {noun}{'' if number == 1 else 's'}"


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
