"""Where artists are paid, and the files that pay them: PayPal Payouts, a Wise batch by email, and a plain CSV.

A file is in one currency and has at most as many rows as its provider takes; the same payments always make the same
bytes. Nothing that an artist wrote can become a formula in a spreadsheet.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Final

from domain.errors import UserError
from domain.money import Money

MAX_EMAIL: Final = 254
MAX_NAME: Final = 100
MAX_WORDS: Final = 500

PAYPAL_ROWS: Final = 5_000
WISE_ROWS: Final = 1_000
PLAIN_ROWS: Final = 5_000

_REFERENCE: Final = re.compile(r"[A-Za-z0-9-]{1,30}")
_NOTE: Final = 400
_EMAIL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9.!#$%&*+/=?^_{|}~-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_FORMULA: Final = ("=", "+", "-", "@", "|", "＝", "＋", "－", "＠")  # the wide forms count, too
_WISE_HEAD: Final = (
    "name", "recipientEmail", "paymentReference", "receiverType", "amountCurrency", "amount", "sourceCurrency",
    "targetCurrency",
)  # fmt: skip
_PLAIN_HEAD: Final = ("reference", "artist", "amount", "currency", "paid_by", "pay_to", "recipient_name", "note")


@dataclass(frozen=True, slots=True, repr=False)
class Destination:
    """Where an artist is paid: PayPal has an email, Wise an email and the account's name, others the artist's words.

    It has no repr, so that it never gets into a log.
    """

    email: str = ""
    name: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Payout:
    """One payment of a file. `paid_by` is what the plain file calls the way it goes."""

    reference: str
    artist: str
    amount: Money
    paid_by: str
    to: Destination


@dataclass(frozen=True, slots=True, repr=False)
class PaymentFile:
    """A file for a provider, in UTF-8."""

    name: str
    data: bytes


def email_destination(email: str, name: str | None = None) -> Destination:
    """Where PayPal pays, or Wise when there is a name; UserError for what is no address or no name."""
    address = email.strip()
    if len(address) > MAX_EMAIL or not _EMAIL.fullmatch(address) or ".." in address:
        raise UserError("That is not an email address we can pay to. Write it like mira@example.org.")
    if name is None:
        return Destination(email=address)
    return Destination(email=address, name=_person(name))


def other_destination(words: str) -> Destination:
    """Where an artist is paid in any other way; UserError without words, or for too many."""
    said = "\n".join(" ".join(_CONTROL.sub(" ", line).split()) for line in words.strip().splitlines())
    if not said:
        raise UserError("Say how the producers can pay you, for example a bank account.")
    if len(said) > MAX_WORDS:
        raise UserError(f"Keep it under {MAX_WORDS} characters; this has {len(said)}.")
    return Destination(words=said)


def paypal_files(payouts: Sequence[Payout], *, stem: str, note: str) -> tuple[PaymentFile, ...]:
    """Files for PayPal Payouts: no header; recipient, amount, currency, reference, note, wallet."""
    rows = [
        (each.to.email, each.amount.decimal_text(), each.amount.currency.code, each.reference, _text(note, _NOTE),
         "PAYPAL")
        for each in _checked(payouts)
    ]  # fmt: skip
    return _split(rows, PAYPAL_ROWS, stem, head=None)


def wise_files(payouts: Sequence[Payout], *, stem: str) -> tuple[PaymentFile, ...]:
    """Files for a Wise batch to email recipients; whoever is paid gets the exact amount."""
    rows = [
        (_text(each.to.name, MAX_NAME), each.to.email, each.reference, "PERSON", "target", each.amount.decimal_text(),
         each.amount.currency.code, each.amount.currency.code)
        for each in _checked(payouts)
    ]  # fmt: skip
    return _split(rows, WISE_ROWS, stem, head=_WISE_HEAD)


def plain_files(payouts: Sequence[Payout], *, stem: str, note: str) -> tuple[PaymentFile, ...]:
    """Files for people and any other program."""
    rows = [
        (each.reference, _text(each.artist, MAX_NAME), each.amount.decimal_text(), each.amount.currency.code,
         each.paid_by, _text(each.to.email or each.to.words, MAX_WORDS), _text(each.to.name, MAX_NAME),
         _text(note, _NOTE))
        for each in _checked(payouts, emails=False)
    ]  # fmt: skip
    return _split(rows, PLAIN_ROWS, stem, head=_PLAIN_HEAD)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV file with a line of names, every cell of it harmless in a spreadsheet."""
    return _bytes([head, *([_text(cell, MAX_WORDS) for cell in row] for row in rows)])


def _person(name: str) -> str:
    found = " ".join(_CONTROL.sub(" ", name).split())
    if not found:
        raise UserError("Wise needs the name that the account is in.")
    if len(found) > MAX_NAME:
        raise UserError(f"Keep the name under {MAX_NAME} characters; this has {len(found)}.")
    if not found[0].isalpha():
        raise UserError("A name begins with a letter.")
    return found


def _checked(payouts: Sequence[Payout], *, emails: bool = True) -> Sequence[Payout]:
    """The payouts, once no row is wrong: a ValueError here is a bug, and no file is better than a bad one."""
    if len({each.amount.currency for each in payouts}) > 1:
        raise ValueError("a payment file has one currency")
    if len({each.reference for each in payouts}) < len(payouts):
        raise ValueError("two payments have the same reference")
    for each in payouts:
        if not _REFERENCE.fullmatch(each.reference):
            raise ValueError(f"a reference that providers refuse: {each.reference!r}")
        if each.amount.amount <= 0:
            raise ValueError(f"{each.reference} would pay nothing")
        if emails and not _EMAIL.fullmatch(each.to.email):
            raise ValueError(f"{each.reference} has no email address")
    return payouts


def _text(words: str, limit: int) -> str:
    """Words in one cell: on one line, cut to `limit`, and never read as a formula."""
    line = " ".join(_CONTROL.sub(" ", words).split())
    if line.startswith(_FORMULA):
        line = f"'{line}"
    return line[:limit]


def _split(
    rows: Sequence[Sequence[str]], most: int, stem: str, *, head: Sequence[str] | None
) -> tuple[PaymentFile, ...]:
    parts = [rows[start : start + most] for start in range(0, len(rows), most)]
    top = [head] if head is not None else []
    return tuple(
        PaymentFile(f"{stem}.csv" if len(parts) == 1 else f"{stem}-{place}of{len(parts)}.csv", _bytes([*top, *part]))
        for place, part in enumerate(parts, start=1)
    )


def _bytes(rows: Sequence[Sequence[str]]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()
