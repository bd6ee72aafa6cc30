"""From what yearly total on a note is made: a setting that operators write."""

import pytest

from domain.money import currency
from domain.totals import US_THRESHOLDS, read_thresholds, threshold_of


@pytest.mark.parametrize(("year", "amount"), [(2024, 60_000), (2025, 60_000), (2026, 200_000), (2030, 200_000)])
def test_what_the_united_states_ask_about(year: int, amount: int) -> None:
    found = threshold_of(year, "USD", US_THRESHOLDS)
    assert found is not None
    assert found.amount == amount
    assert threshold_of(year, "EUR", US_THRESHOLDS) is None


def test_as_operators_write_it() -> None:
    found = read_thresholds("USD 600, USD 2000 from 2026")
    assert found == US_THRESHOLDS
    assert read_thresholds("none") == ()
    [yen] = read_thresholds("jpy 50000 from 2020")
    assert (yen.amount.amount, yen.amount.currency, yen.from_year) == (50_000, currency("JPY"), 2020)


@pytest.mark.parametrize("text", ["", "600", "USD six", "USD 600 since 2020", "XXQ 5", "USD 600,", "USD 600 from soon"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="amounts between commas"):
        read_thresholds(text)
