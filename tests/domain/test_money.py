"""Money: the table of exponents, and amounts as people write them."""

from decimal import Decimal

import pytest
from babel.core import get_global
from babel.numbers import get_territory_currencies
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UserError
from domain.iso4217 import EXPONENTS
from domain.money import MAX_AMOUNT, Currency, Money, currency, parse_amount

USD, JPY, KWD = currency("USD"), currency("jpy"), currency(" KWD ")
currencies = st.sampled_from(sorted(EXPONENTS)).map(currency)
amounts = st.integers(min_value=0, max_value=MAX_AMOUNT)


def test_every_currency_in_use_anywhere_is_known():
    in_use = {code for territory in get_global("territory_currencies") for code in get_territory_currencies(territory)}
    assert in_use - set(EXPONENTS) <= {"BGN"}, "Bulgaria has the euro since 2026, which Babel may not know yet"
    fund_codes = {"BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW"}
    assert set(EXPONENTS) - in_use <= fund_codes | {"SVC", "VED", "XAD"}


def test_exponents_that_differ_from_two_are_the_standards():
    by_exponent = {n: {code for code, exponent in EXPONENTS.items() if exponent == n} for n in range(6)}
    assert by_exponent[0] == set(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()  # noqa: SIM905 - a list to read
    )
    assert by_exponent[3] == {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
    assert by_exponent[4] == {"CLF", "UYW"}
    assert not by_exponent[1] | by_exponent[5]
    assert {EXPONENTS[code] for code in ("HUF", "LBP", "MMK", "RSD", "MGA", "MRU")} == {2}


@pytest.mark.parametrize("code", ["", "US", "USDD", "XXX", "XAU", "DEM", "dollars", "\u00dcSD"])
def test_unknown_currency(code):
    with pytest.raises(UserError, match="not a currency we know"):
        currency(code)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("50,000", 5_000_000),
        ("$50,000.00", 5_000_000),
        ("1234.5 USD", 123_450),
        ("usd 1234.5", 123_450),
        ("USD1234", 123_400),
        ("1 234.50", 123_450),
        ("1\u202f234\u202f567.50", 123_456_750),
        ("1'234.50", 123_450),
        ("1’234.50 $", 123_450),
        (" 0.01 ", 1),
        (".5", 50),
        ("0", 0),
        ("007", 700),
        ("10,000,000,000,000.00", MAX_AMOUNT),
    ],
)
def test_amounts_as_people_write_them(text, minor):
    assert parse_amount(text, USD) == Money(minor, USD)


def test_currencies_without_and_with_three_decimals():
    assert parse_amount("¥50,000", JPY).amount == 50_000
    assert parse_amount("1,234.567 KWD", KWD).amount == 1_234_567


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("1,234.567 USD", USD, "USD has 2 decimals; 1,234.567 has 3."),
        ("100.5", JPY, "JPY has no decimals; 100.5 has 1."),
        ("1.2345", KWD, "KWD has 3 decimals; 1.2345 has 4."),
        ("50 EUR", USD, "This show counts in USD, not EUR."),
        ("€50", USD, "This show counts in USD, not €."),
        ("$50", KWD, "This show counts in KWD, not \\$."),
        ("50 quid", USD, "“quid” is not a currency we know"),
        ("-5", USD, "is negative"),
        ("\u22125", USD, "is negative"),
        ("12,50", USD, "not in threes"),
        ("1,23,456", USD, "not in threes"),
        ("1,234 567", USD, "not in threes"),
        ("1234,567", USD, "not in threes"),
        (",500", USD, "not in threes"),
        ("50.000,00", USD, "is unclear"),
        ("1.2.3", USD, "is unclear"),
        ("5.", USD, "is unclear"),
        (".", USD, "is unclear"),
        ("", USD, "is not an amount"),
        ("lots", USD, "is not an amount. Write it like 125.00 USD."),
        ("lots", JPY, "is not an amount. Write it like 125 JPY."),
        ("1e5", USD, "is not an amount"),
        ("0x10", USD, "is not an amount"),
        ("٣", USD, "is not an amount"),
        ("10,000,000,000,000.01", USD, "is more than we can count"),
        ("9" * 10_000, USD, "is more than we can count"),
    ],
)
def test_refused_amounts_say_what_is_wrong(text, kind, says):
    with pytest.raises(UserError, match=says) as refused:
        parse_amount(text, kind)
    assert len(str(refused.value)) < 250


@given(amounts, currencies)
def test_decimal_text_reads_back(amount, kind):
    money = Money(amount, kind)
    assert parse_amount(money.decimal_text(), kind) == money
    assert parse_amount(f"{kind.code} {money.decimal_text()}", kind) == money
    assert parse_amount(str(money), kind) == money


@given(amounts, currencies, st.sampled_from([",", " ", "'", "\u00a0"]))
def test_grouped_amounts_read_as_decimal_does(amount, kind, mark):
    value = Decimal(amount).scaleb(-kind.exponent)
    text = f"{value:,.{kind.exponent}f}".replace(",", mark)
    assert parse_amount(text, kind).amount == amount


@given(st.text(alphabet="0123456789.,' -$€USDJPY", max_size=14), currencies)
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(text, kind):
    said, money = "", None
    try:
        money = parse_amount(text, kind)
    except UserError as refused:
        said = str(refused)
    digits = "".join(character for character in text if character in "0123456789.")
    assert said.endswith(".") if money is None else Decimal(money.decimal_text()) == Decimal(digits)


@given(st.integers(), st.integers(), currencies)
def test_sums_and_texts_agree_with_decimal(first, second, kind):
    a, b = Money(first, kind), Money(second, kind)
    assert (a + b).amount == first + second
    assert (a - b).amount == first - second
    assert (-a).amount == -first
    assert Decimal(a.decimal_text()).scaleb(kind.exponent) == first or abs(first) > 10**25


def test_currencies_do_not_mix():
    with pytest.raises(ValueError, match="USD and JPY"):
        Money(1, USD) + Money(1, JPY)
    with pytest.raises(ValueError, match="JPY and USD"):
        Money(1, JPY) - Money(1, USD)


def test_texts():
    assert Money(-5, USD).decimal_text() == "-0.05"
    assert Money(123456, Currency("CLF", 4)).decimal_text() == "12.3456"
    assert str(Money(700, JPY)) == "700 JPY"
