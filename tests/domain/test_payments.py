"""Payment files against the providers' rules, written down here once more and read with a parser of the test's own."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UserError
from domain.money import Money, currency
from domain.payments import (
    Destination,
    Payout,
    email_destination,
    other_destination,
    paypal_files,
    plain_files,
    table,
    wise_files,
)

CODES = {"USD": 2, "JPY": 0, "KWD": 3}
WORDS = st.text(max_size=60)
NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r\n=1",
    "  =1",
    '=HYPERLINK("x")',
    "|calc",
    "＝1",
    "\ufeff=1",
    "\u202e=1",
]


def read_csv(data: bytes) -> list[list[str]]:
    """RFC 4180, letter by letter: quotes only around whole cells, doubled inside, CRLF after every row."""
    text = data.decode("utf-8")
    assert not text.startswith("\ufeff")
    assert text.endswith("\r\n") or not text
    rows: list[list[str]] = []
    row: list[str] = []
    for cell, end in _cells(text):
        row.append(cell)
        if end == "\r\n":
            rows.append(row)
            row = []
    assert not row
    return rows


def _cells(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        if text[place] == '"':
            place, cell = place + 1, ""
            while True:
                end = text.index('"', place)
                cell += text[place:end]
                if text[end + 1 : end + 2] != '"':
                    break
                cell, place = f'{cell}"', end + 2
            place = end + 1
        else:
            end = place
            while text[end] not in ",\r":
                assert text[end] not in '"\n'
                end += 1
            cell, place = text[place:end], end
        mark = "," if text[place] == "," else text[place : place + 2]
        assert mark in {",", "\r\n"}
        yield cell, mark
        place += len(mark)


def harmless(cell: str) -> bool:
    """No spreadsheet takes it for a formula, and it is on one line."""
    return not re.match(r"\s*[=+\-@|＝＋－＠]", cell) and not re.search(r"[\x00-\x1f\x7f]", cell)


def payouts(count: int, code: str = "USD", words: str = "Mia") -> list[Payout]:
    unit = currency(code)
    return [
        Payout(
            f"SR1-2-{place}", words, Money(place * 101, unit), "PayPal",
            Destination(f"artist{place}@example.org", words or "Mia", words),
        )
        for place in range(1, count + 1)
    ]  # fmt: skip


def amount_fits(text: str, code: str) -> bool:
    decimals = CODES[code]
    return bool(re.fullmatch(rf"[1-9][0-9]*|0|[0-9]+\.[0-9]{{{decimals}}}" if decimals else r"[1-9][0-9]*", text))


@pytest.mark.parametrize("code", CODES)
@given(words=WORDS | st.sampled_from(NASTY), note=WORDS | st.sampled_from(NASTY))
def test_paypal_takes_the_file(code: str, words: str, note: str) -> None:
    [file] = paypal_files(payouts(3, code, words), stem="run", note=note * 20)
    rows = read_csv(file.data)
    assert [row[0] for row in rows] == [f"artist{place}@example.org" for place in (1, 2, 3)]  # no line of names
    for place, (_, amount, unit, reference, said, wallet) in enumerate(rows, start=1):
        assert amount_fits(amount, code)
        assert amount == Money(place * 101, currency(code)).decimal_text()
        assert unit == code
        assert re.fullmatch(r"\S{1,30}", reference)
        assert len(said) <= 400
        assert harmless(said)
        assert wallet == "PAYPAL"


@pytest.mark.parametrize("code", CODES)
@given(words=WORDS | st.sampled_from(NASTY))
def test_wise_takes_the_file(code: str, words: str) -> None:
    [file] = wise_files(payouts(3, code, words), stem="run")
    head, *rows = read_csv(file.data)
    assert head == [
        "name", "recipientEmail", "paymentReference", "receiverType", "amountCurrency", "amount", "sourceCurrency",
        "targetCurrency",
    ]  # fmt: skip
    for name, email, reference, kind, exact, amount, source, target in rows:
        assert harmless(name)
        assert email.endswith("@example.org")
        assert re.fullmatch(r"\S{1,30}", reference)
        assert (kind, exact, source, target) == ("PERSON", "target", code, code)
        assert amount_fits(amount, code)


@given(words=WORDS | st.sampled_from(NASTY))
def test_the_plain_file_is_harmless(words: str) -> None:
    [file] = plain_files(payouts(2, words=words), stem="run", note=words)
    head, *rows = read_csv(file.data)
    assert all(len(row) == len(head) for row in rows)
    assert all(harmless(cell) for row in rows for cell in row)
    assert all(harmless(cell) for row in read_csv(table(["a"], [[words]])) for cell in row)


@pytest.mark.parametrize(("count", "sizes"), [(5000, [5000]), (5001, [5000, 1]), (10_001, [5000, 5000, 1]), (0, [])])
def test_paypal_is_sent_5000_payments_a_file(count: int, sizes: list[int]) -> None:
    files = paypal_files(payouts(count), stem="run", note="x")
    assert [len(read_csv(file.data)) for file in files] == sizes
    assert len({file.name for file in files}) == len(files)
    assert [row for file in files for row in read_csv(file.data)] == [
        row
        for each in payouts(count)
        for file in paypal_files([each], stem="", note="x")
        for row in read_csv(file.data)
    ]


def test_wise_is_sent_1000_payments_a_file_each_with_its_line_of_names() -> None:
    files = wise_files(payouts(2001), stem="run")
    assert [len(read_csv(file.data)) - 1 for file in files] == [1000, 1000, 1]
    assert {tuple(read_csv(file.data)[0]) for file in files} == {tuple(read_csv(files[0].data)[0])}
    assert [file.name for file in files] == ["run-1of3.csv", "run-2of3.csv", "run-3of3.csv"]


def test_what_a_provider_would_refuse_makes_no_file() -> None:
    good = payouts(1)[0]
    for bad in (
        [good, Payout("SR2", "Bo", Money(5, currency("EUR")), "PayPal", good.to)],
        [good, good],
        [Payout("with space", "Bo", good.amount, "PayPal", good.to)],
        [Payout("x" * 31, "Bo", good.amount, "PayPal", good.to)],
        [Payout("SR2", "Bo", Money(0, currency("USD")), "PayPal", good.to)],
        [Payout("SR2", "Bo", good.amount, "PayPal", Destination(words="cash"))],
    ):
        with pytest.raises(ValueError, match=r"reference|currency|nothing|email"):
            paypal_files(bad, stem="run", note="")


@pytest.mark.parametrize(
    "email",
    ["a@b.co", "first.last+tag@sub.example.museum", "o'x@example.org".replace("'", "_"), "x_1-2@a-b.example.org"],
)
def test_addresses_that_can_be_paid(email: str) -> None:
    assert email_destination(f" {email} ").email == email


@pytest.mark.parametrize(
    "email",
    [
        "", "a", "a@", "@b.co", "a@b", "a b@c.de", "a@b.co,c@d.ef", "=a@b.co", "+a@b.co", "-a@b.co", "a..b@c.de",
        "a@b..co", "ä@b.co", f"{'x' * 250}@b.co", "a@b.c", "a@b.co\nx",
    ],
)  # fmt: skip
def test_addresses_that_cannot(email: str) -> None:
    with pytest.raises(UserError, match="not an email address"):
        email_destination(email)


def test_names_and_words() -> None:
    assert email_destination("a@b.co", "  Zoë  van\tDam ").name == "Zoë van Dam"
    for name in ("", "   ", "=Zoë", "1st", "x" * 101):
        with pytest.raises(UserError):
            email_destination("a@b.co", name)
    assert other_destination(" IBAN \x00 DE00 \n at my bank ").words == "IBAN DE00\nat my bank"
    for words in ("", " \n ", "x" * 501):
        with pytest.raises(UserError):
            other_destination(words)


def test_nothing_private_has_a_repr() -> None:
    to = Destination("secretive@example.org", "Secretive", "secretive")
    payout = payouts(1)[0]
    for shown in (
        repr(to),
        repr(Payout("SR1", "Bo", payout.amount, "PayPal", to)),
        repr(plain_files([payout], stem="s", note="")),
    ):
        assert "ecretive" not in shown
