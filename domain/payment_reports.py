"""Reading what a provider says became of payments: a CSV in whatever shape it has, as far as it can be understood."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from types import MappingProxyType
from typing import Final

from domain.errors import UserError

MOST_BYTES: Final = 5_000_000
MOST_ROWS: Final = 50_000
_HEAD_WITHIN: Final = 30
_MAX_REASON: Final = 200


class Result(StrEnum):
    """What a provider says of a payment; waiting: it does not know yet."""

    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One payment as the report has it, on a line of the file; empty where a column is missing."""

    line: int
    reference: str
    recipient: str
    amount: str
    result: Result
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says, and a sentence for every row that could not be read."""

    rows: tuple[ReportRow, ...]
    problems: tuple[str, ...]


_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "reference": (
            "reference", "paymentreference", "customerreference", "referenceid", "uniqueid", "customerid",
            "senderitemid", "payoutitemreference", "id",
        ),
        "status": ("status", "transactionstatus", "itemstatus", "paymentstatus", "transferstatus", "result", "state"),
        "recipient": (
            "recipient", "recipientemail", "recipientemailaddress", "recipientidentifier", "receiver", "receiveremail",
            "toemailaddress", "email", "payto",
        ),
        "amount": (
            "amount", "grossamount", "gross", "paymentamount", "payoutamount", "targetamount", "targetamountafterfees",
        ),
        "reason": (
            "reason", "error", "errormessage", "reasoncode", "errordescription", "failurereason", "message",
            "statusreason", "details",
        ),
    }
)  # fmt: skip
_RESULTS: Final[Mapping[Result, tuple[str, ...]]] = MappingProxyType(
    {
        Result.PAID: (
            "success", "completed", "complete", "paid", "sent", "outgoingpaymentsent", "processed", "claimed",
        ),
        Result.FAILED: (
            "failed", "failure", "denied", "blocked", "rejected", "canceled", "cancelled", "error", "expired",
            "declined",
        ),
        Result.RETURNED: ("returned", "refunded", "reversed", "bouncedback", "chargedback", "fundsrefunded"),
        Result.WAITING: (
            "pending", "processing", "unclaimed", "onhold", "held", "new", "incomingpaymentwaiting", "waiting",
            "inprogress", "created", "queued", "fundsconverted",
        ),
    }
)  # fmt: skip


def read_report(data: bytes) -> Report:
    """Read a report; UserError when it is no table with a status and a reference or recipient in it.

    Rows above the line of names and sums below the table are passed over; a row that cannot be understood gets a
    sentence, and the others count all the same.
    """
    rows = _rows(data)
    top, columns = _head(rows)
    found: list[ReportRow] = []
    problems: list[str] = []
    for line, cells in rows:
        if line <= top or not any(cell.strip() for cell in cells):
            continue
        status = _cell(cells, columns, "status")
        if not status:
            continue
        result = _result(status)
        if result is None:
            problems.append(f"Line {line}: the status “{_shown(status)}” is not one we know.")
            continue
        found.append(_row(line, cells, columns, result))
    if not found and not problems:
        raise UserError("The report has no payments in it.")
    return Report(tuple(found), tuple(problems))


def _rows(data: bytes) -> list[tuple[int, list[str]]]:
    if len(data) > MOST_BYTES:
        raise UserError(f"The report is larger than {MOST_BYTES // 1_000_000} MB. Export a shorter time.")
    text = _decoded(data)
    sample = text[:8192]
    mark = max((",", ";", "\t"), key=sample.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=mark)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            rows.append((reader.line_num, cells))
            if len(rows) > MOST_ROWS:
                raise UserError(f"The report has more than {MOST_ROWS:,} rows. Export a shorter time.")
    except csv.Error as error:
        raise UserError(f"The report cannot be read as CSV: line {reader.line_num}: {error}.") from error
    return rows


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data:
        raise UserError("That is no text. Export the report as CSV.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _head(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, dict[str, int]]:
    """The line of names, and where each column that we know stands."""
    for line, cells in rows[:_HEAD_WITHIN]:
        names = [re.sub(r"[^a-z]", "", cell.casefold()) for cell in cells]
        columns = {
            what: next((names.index(alias) for alias in aliases if alias in names), -1)
            for what, aliases in _COLUMNS.items()
        }
        if columns["status"] >= 0 and (columns["reference"] >= 0 or columns["recipient"] >= 0):
            return line, columns
    raise UserError(
        "The report needs a line of names with a status and a reference or recipient in it, such as "
        "“Reference, Recipient, Amount, Status”. Export it as CSV with its column names."
    )


def _cell(cells: Sequence[str], columns: Mapping[str, int], what: str) -> str:
    place = columns[what]
    return cells[place].strip().lstrip("'") if 0 <= place < len(cells) else ""


def _row(line: int, cells: Sequence[str], columns: Mapping[str, int], result: Result) -> ReportRow:
    return ReportRow(
        line=line,
        reference=_cell(cells, columns, "reference"),
        recipient=_cell(cells, columns, "recipient").casefold(),
        amount=_cell(cells, columns, "amount").lstrip("-"),
        result=result,
        reason=" ".join(_cell(cells, columns, "reason").split())[:_MAX_REASON],
    )


def _result(status: str) -> Result | None:
    word = re.sub(r"[^a-z]", "", status.casefold())
    return next((result for result, words in _RESULTS.items() if word in words), None)


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"  # noqa: PLR2004 - enough to recognise it by
