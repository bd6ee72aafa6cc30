"""The books as plain text that other programs read: hledger, beancount, and CSV.

Accounts keep the sign they have here (domain.ledger): what the show holds are assets, what artists were sent is an
expense, and the rest of the world is equity. Money that came in another currency is written with both amounts ("@@").
Amounts have all of their currency's decimals, and every transaction sums to zero.
"""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from types import MappingProxyType
from typing import Final

from domain.ledger import COSTS, HOUSE, OUTSIDE, PAID, RESERVE, REVENUE, Entry
from domain.money import Currency, Money, currency

_PLACES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        REVENUE: ("Assets", "Revenue"),
        COSTS: ("Assets", "Costs"),
        HOUSE: ("Assets", "House"),
        RESERVE: ("Assets", "Reserve"),
        "pool": ("Assets", "Pool"),
        "artist": ("Assets", "Artists"),
        "transit": ("Assets", "Transit"),
        "held": ("Assets", "Held"),
        PAID: ("Expenses", "Artists"),
        OUTSIDE: ("Equity", "Outside"),
    }
)
_LETTERS: Final[Mapping[str, str]] = MappingProxyType({"pool": "E", "artist": "A", "transit": "A", "held": "R"})
_LINE_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_FORMULA: Final = ("=", "+", "-", "@", "|")
_HEAD: Final = (
    "entry", "date", "time", "show", "kind", "account", "amount", "currency", "foreign_amount", "foreign_currency",
    "rate", "note", "received", "reverses",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry of a show's books: its number, when it was written (UTC), for money also the day it was received.

    `show` is the show's slug, `reverses` the number of the entry that this one undoes.
    """

    number: int
    at: datetime
    show: str
    entry: Entry
    received: str = ""
    reverses: int | None = None


def hledger(entries: Sequence[Recorded]) -> str:
    """Return a journal for hledger."""
    lines = ["; The books of Showrunner, written for hledger. Amounts sum to zero in every transaction.", ""]
    # A commodity's format always shows its decimal mark, also where there are no decimals.
    lines += [f"commodity 1000.{'0' * unit.exponent} {unit.code}" for unit in _currencies(entries)]
    for one in entries:
        lines += ["", f"{one.at:%Y-%m-%d} * ({one.number}) {_heading(one)}"]
        lines += [f"    ; {name}:{value}" for name, value in _tags(one)]
        lines += [f"    {line}" for line in _postings(one, str.lower)]
    return "\n".join(lines) + "\n"


def beancount(entries: Sequence[Recorded]) -> str:
    """Return a ledger for beancount, every account opened on the day of its first entry."""
    lines = [";; The books of Showrunner, written for beancount.", 'option "title" "Showrunner"']
    lines += [f'option "operating_currency" "{unit.code}"' for unit in _currencies(entries, foreign=False)]
    opened: set[str] = set()
    for one in entries:
        accounts = dict.fromkeys(_account(one.show, posting.account) for posting in one.entry.postings)
        fresh = [account for account in accounts if account not in opened]
        opened.update(fresh)
        lines += ["", *(f"{one.at:%Y-%m-%d} open {account}" for account in fresh)]
        lines.append(f'{one.at:%Y-%m-%d} * "{_quoted(_heading(one))}"')
        lines += [f'  {name}: "{_quoted(value)}"' for name, value in (("entry", str(one.number)), *_tags(one))]
        lines += [f"  {line}" for line in _postings(one, str)]
    return "\n".join(lines) + "\n"


def as_csv(entries: Sequence[Recorded]) -> str:
    """Return a row for each posting, under a line of headings; nothing in it can become a formula in a spreadsheet."""
    out = StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(_HEAD)
    for one in entries:
        unit, exchange = currency(one.entry.currency), one.entry.exchange
        for posting in one.entry.postings:
            foreign = (
                ("", "", "")
                if exchange is None
                else (exchange.foreign.decimal_text(), exchange.foreign.currency.code, exchange.rate)
            )
            rows.writerow((
                one.number, f"{one.at:%Y-%m-%d}", f"{one.at:%H:%M:%S}", one.show, one.entry.kind.value,
                posting.account, Money(posting.amount, unit).decimal_text(), unit.code, *foreign,
                _cell(one.entry.note), one.received, one.reverses or "",
            ))  # fmt: skip
    return out.getvalue()


WRITERS: Final[Mapping[str, Callable[[Sequence[Recorded]], str]]] = MappingProxyType(
    {"hledger": hledger, "beancount": beancount, "csv": as_csv}
)
"""How the books are written, by the name of the format."""


def _currencies(entries: Iterable[Recorded], *, foreign: bool = True) -> list[Currency]:
    codes = {one.entry.currency for one in entries}
    if foreign:
        codes |= {one.entry.exchange.foreign.currency.code for one in entries if one.entry.exchange is not None}
    return [currency(code) for code in sorted(codes)]


def _postings(one: Recorded, case: Callable[[str], str]) -> list[str]:
    return [
        f"{case(_account(one.show, posting.account))}  {_amount(one.entry, posting.account, posting.amount)}"
        for posting in one.entry.postings
    ]


def _account(show: str, account: str) -> str:
    """An account's name: Assets:Night-shift:Pool:E7."""
    kind, _, number = account.partition(":")
    root, place = _PLACES[kind]
    parts = [root, show.capitalize(), place]
    return ":".join([*parts, f"{_LETTERS[kind]}{number}"] if number else parts)


def _amount(entry: Entry, account: str, amount: int) -> str:
    """A posting's amount; the world outside gives and takes the foreign amount, at the price of what it came to."""
    here = Money(amount, currency(entry.currency))
    if entry.exchange is None or account != OUTSIDE:
        return str(here)
    foreign = entry.exchange.foreign
    return f"{foreign if amount > 0 else -foreign} @@ {-here if amount < 0 else here}"


def _tags(one: Recorded) -> list[tuple[str, str]]:
    tags = [("kind", one.entry.kind.value)]
    if one.received:
        tags.append(("received", one.received))
    if one.entry.exchange is not None:
        tags.append(("rate", one.entry.exchange.rate))
    if one.reverses is not None:
        tags.append(("reverses", str(one.reverses)))
    return tags


def _heading(one: Recorded) -> str:
    """What an entry is, on one line, without what the programs would read as more than words."""
    kind = one.entry.kind.value.replace("_", " ")
    note = " ".join(_LINE_BREAKS.sub(" ", one.entry.note).replace(";", ",").replace("|", "/").split())
    return f"{kind}: {note}" if note else kind


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _cell(text: str) -> str:
    line = " ".join(_LINE_BREAKS.sub(" ", text).split())
    return f"'{line}" if line.startswith(_FORMULA) else line
