"""The exported books, read back by small parsers written from the formats' own rules: everything balances."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from domain import ledger
from domain.exchange import Exchange, converted
from domain.journal import Recorded, as_csv, beancount, hledger
from domain.ledger import Entry
from domain.money import Money, currency

START = datetime(2026, 6, 1, 18, 0, tzinfo=UTC)
DECIMALS = {"USD": 2, "JPY": 0, "KWD": 3, "EUR": 2}
AMOUNTS = st.integers(1, 10**15)
NOTES = st.text(max_size=30) | st.sampled_from(['a "quoted" thing', "semi;colon | pipe", "=1+1", "two\nlines", "  x  "])


@st.composite
def entries(draw) -> Entry:
    """Any business event in any of three currencies, also one that was converted."""
    code, amount, note = draw(st.sampled_from(["USD", "JPY", "KWD"])), draw(AMOUNTS), draw(NOTES)
    made = draw(
        st.sampled_from(
            [
                ledger.revenue(code, amount, note),
                ledger.cost(code, amount, note),
                ledger.budget_line(code, 7, amount, note),
                ledger.allocation(code, 7, {1: amount, 2: 5, 30: 7}, note, held=(4, 9)),
                ledger.sending(code, {1: amount}, note),
                ledger.payment(code, 30, amount, note),
                ledger.reversal(ledger.donate(code, 2, amount), note),
            ]
        )
    )
    if draw(st.booleans()):
        exchange = Exchange(
            Money(draw(st.integers(100, 10**9)), currency("EUR")), draw(st.sampled_from(["1.0832", "7/3"]))
        )
        came = converted(exchange, currency(code)).amount
        made = ledger.Entry(
            made.kind, code, (ledger.Posting("outside", -came), ledger.Posting("revenue", came)), note, exchange
        )
        made = ledger.reversal(made, note) if draw(st.booleans()) else made
    return made


def recorded(made: list[Entry]) -> list[Recorded]:
    return [
        Recorded(
            number=n, at=START + timedelta(hours=9 * n), show=("night-shift", "4ever")[n % 2], entry=entry,
            received="2026-05-30" if n % 3 else "", reverses=n - 1 if n % 5 == 4 else None,
        )
        for n, entry in enumerate(made, start=1)
    ]  # fmt: skip


AMOUNT = r"-?[0-9]+(?:\.[0-9]+)? [A-Z]{3}"
Postings = list[tuple[str, Decimal, str, Decimal, str]]


def posting(text: str) -> tuple[Decimal, str, Decimal, str]:
    """An amount and what it weighs in the balance: itself, or the total price after @@ with the amount's sign."""
    found = re.fullmatch(rf"({AMOUNT})(?: @@ ({AMOUNT}))?", text)
    assert found is not None, text
    number, code = found[1].split()
    for part in found.groups():
        if part is not None:
            value, unit = part.split()
            assert len(value.partition(".")[2]) == DECIMALS[unit], text
    if found[2] is None:
        return Decimal(number), code, Decimal(number), code
    price, unit = found[2].split()
    assert Decimal(price) > 0
    return Decimal(number), code, Decimal(price).copy_sign(Decimal(number)), unit


def check_sums(transactions: list[Postings]) -> None:
    for postings in transactions:
        assert len(postings) >= 2
        assert len({unit for *_, unit in postings}) == 1
        assert sum(weight for _, _, _, weight, _ in postings) == 0


def read_hledger(text: str) -> list[Postings]:
    """Transactions begin with a date in the first column; postings are indented, two spaces before the amount."""
    found: list[Postings] = []
    for line in text.splitlines():
        if not line or line.startswith(";"):
            continue
        if line.startswith("commodity "):
            assert re.fullmatch(r"commodity 1000\.[0-9]* [A-Z]{3}", line)
        elif re.match(r"[0-9]", line):
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \* \(\d+\) [^;|]+", line), line
            found.append([])
        elif line.lstrip().startswith(";"):
            assert re.fullmatch(r"    ; [a-z]+:[^\n,]*", line), line
        else:
            parts = re.fullmatch(r"    ([a-z]+(?::[a-z0-9-]+)+)  (\S.*)", line)
            assert parts is not None, line
            found[-1].append((parts[1], *posting(parts[2])))
    return found


_STRING = r'"(?:[^"\\]|\\.)*"'


def read_beancount(text: str) -> list[Postings]:
    """Directives begin with a date; accounts are opened before they are used; strings are quoted."""
    found: list[Postings] = []
    opened: set[str] = set()
    day = ""
    for line in text.splitlines():
        if not line or line.startswith(";;") or re.fullmatch(rf"option {_STRING} {_STRING}", line):
            continue
        if match := re.fullmatch(r"(\d{4}-\d\d-\d\d) open (\S+)", line):
            assert match[1] >= day
            assert re.fullmatch(r"(Assets|Equity|Expenses|Income|Liabilities)(:[A-Z0-9][A-Za-z0-9-]*)+", match[2]), line
            assert match[2] not in opened
            opened.add(match[2])
        elif match := re.fullmatch(rf"(\d{{4}}-\d\d-\d\d) \* {_STRING}", line):
            assert match[1] >= day
            day = match[1]
            found.append([])
        elif re.fullmatch(rf"  [a-z]+: {_STRING}", line):
            assert not found[-1]
        else:
            parts = re.fullmatch(r"  (\S+)  (\S.*)", line)
            assert parts is not None, line
            assert parts[1] in opened
            found[-1].append((parts[1], *posting(parts[2])))
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(entries(), max_size=6))
def test_every_transaction_balances_and_says_what_the_books_say(made: list[Entry]) -> None:
    kept = recorded(made)
    for found in (read_hledger(hledger(kept)), read_beancount(beancount(kept))):
        check_sums(found)
        assert len(found) == len(kept)
        for one, postings in zip(kept, found, strict=True):
            exponent = currency(one.entry.currency).exponent
            assert [int(weight.scaleb(exponent)) for _, _, _, weight, _ in postings] == [
                posting.amount for posting in one.entry.postings
            ]
            if one.entry.exchange is not None:
                codes = {code for _, _, code, _, _ in postings}
                assert codes == {one.entry.currency, "EUR"}


@settings(max_examples=60, deadline=None)
@given(st.lists(entries(), max_size=6))
def test_the_csv_has_a_row_for_each_posting_and_no_formulas(made: list[Entry]) -> None:
    kept = recorded(made)
    rows = list(csv.DictReader(io.StringIO(as_csv(kept), newline="")))
    wanted = [(one.number, posting) for one in kept for posting in one.entry.postings]
    assert [(int(row["entry"]), row["account"]) for row in rows] == [(n, p.account) for n, p in wanted]
    for row, (_, booked) in zip(rows, wanted, strict=True):
        assert int(Decimal(row["amount"]).scaleb(DECIMALS[row["currency"]])) == booked.amount
        assert not row["note"].startswith(("=", "+", "-", "@", "|"))
        assert "\n" not in row["note"]


def test_by_hand() -> None:
    exchange = Exchange(Money(10_000, currency("EUR")), "1.0832")
    made = [
        Recorded(
            3, START, "night-shift",
            Entry(ledger.EntryKind.REVENUE, "USD", ledger.revenue("USD", 10_832).postings, "Streaming", exchange),
            "2026-05-30",
        ),
        Recorded(4, START, "night-shift", ledger.allocation("JPY", 7, {12: 700}, "round 1")),
    ]  # fmt: skip
    assert hledger(made).splitlines()[2:] == [
        "commodity 1000.00 EUR", "commodity 1000. JPY", "commodity 1000.00 USD", "",
        "2026-06-01 * (3) revenue: Streaming", "    ; kind:revenue", "    ; received:2026-05-30", "    ; rate:1.0832",
        "    equity:night-shift:outside  -100.00 EUR @@ 108.32 USD", "    assets:night-shift:revenue  108.32 USD", "",
        "2026-06-01 * (4) allocation: round 1", "    ; kind:allocation", "    assets:night-shift:pool:e7  -700 JPY",
        "    assets:night-shift:artists:a12  700 JPY",
    ]  # fmt: skip
    assert "2026-06-01 open Assets:Night-shift:Artists:A12" in beancount(made)
