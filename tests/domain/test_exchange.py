"""Rates are exact, and both amounts of a conversion always belong together."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UserError
from domain.exchange import Exchange, converted, parse_rate, rate_between, shown_rate
from domain.money import Money, currency

CODES = st.sampled_from(["USD", "JPY", "KWD", "EUR"])
AMOUNTS = st.integers(1, 10**15)


@given(AMOUNTS, CODES, AMOUNTS, CODES)
def test_the_rate_between_two_amounts_gives_the_second_from_the_first(one: int, a: str, other: int, b: str) -> None:
    foreign, became = Money(one, currency(a)), Money(other, currency(b))
    rate = rate_between(foreign, became)
    assert len(rate) <= 40
    assert converted(Exchange(foreign, rate), currency(b)) == became


@given(st.integers(1, 10**9), CODES, CODES, st.integers(1, 10**9))
def test_a_conversion_is_within_half_a_unit(amount: int, a: str, b: str, millionths: int) -> None:
    rate = f"{millionths // 10**6}.{millionths % 10**6:06d}"
    foreign, into = Money(amount, currency(a)), currency(b)
    exact = Fraction(millionths, 10**6) * Fraction(amount, 10 ** currency(a).exponent) * 10**into.exponent
    try:
        got = converted(Exchange(foreign, rate), into)
    except UserError:
        assert exact < Fraction(1, 2) or exact > 10**15
        return
    assert abs(got.amount - exact) <= Fraction(1, 2)


@pytest.mark.parametrize("text", ["", "0", "0.000", "-1", "1e3", "1,5", "1/0", "x", "1.0000000000001", "1/2/3"])
def test_what_is_no_rate(text: str) -> None:
    with pytest.raises(UserError, match="is no rate"):
        parse_rate(text)


def test_how_rates_are_shown() -> None:
    assert (shown_rate("1.0832"), shown_rate("1/3")) == ("1.0832", "about 0.333333")
    assert rate_between(Money(300, currency("EUR")), Money(600, currency("USD"))) == "2"
