"""Words that Discord and the web share: amounts as people write them."""

from decimal import Decimal

from domain.money import Money


def money_text(amount: Money) -> str:
    """An amount with its symbol and the currency's own number of decimals: $1,234.50, ¥1,235, د.ك1.234."""
    from babel.numbers import format_currency  # noqa: PLC0415 - locale data that a start does not need

    exponent = amount.currency.exponent
    pattern = "¤#,##0" + ("." + "0" * exponent if exponent else "")
    value = Decimal(amount.amount).scaleb(-exponent)
    return format_currency(
        value, amount.currency.code, pattern, locale="en_US", currency_digits=False, decimal_quantization=True
    )
