"""Reports of providers, in whatever shape they come."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UserError
from domain.payment_reports import MOST_BYTES, Report, Result, read_report

LINES = (
    "Reference,Recipient,Amount,Status,Reason\nSR1-1-1,A@b.co,-10.00,Completed,\nSR1-1-2,c@d.ef,5,Denied,No account\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_any_mark_and_encoding(encoding: str, mark: str) -> None:
    report = read_report(LINES.replace(",", mark).replace("No account", "Não").encode(encoding))
    assert [(row.line, row.reference, row.recipient, row.amount, row.result) for row in report.rows] == [
        (2, "SR1-1-1", "a@b.co", "10.00", Result.PAID),
        (3, "SR1-1-2", "c@d.ef", "5", Result.FAILED),
    ]
    assert report.rows[1].reason == "Não"
    assert report.problems == ()


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("SUCCESS", Result.PAID), ("Outgoing payment sent", Result.PAID), ("Unclaimed", Result.WAITING),
        ("On hold", Result.WAITING), ("PENDING", Result.WAITING), ("Blocked", Result.FAILED),
        ("Refunded", Result.RETURNED),
        ("returned", Result.RETURNED), ("Cancelled", Result.FAILED), ("bounced_back", Result.RETURNED),
    ],
)  # fmt: skip
def test_statuses_of_providers(status: str, result: Result) -> None:
    [row] = read_report(f"Unique ID,Transaction Status\nSR1,{status}\n".encode()).rows
    assert row.result is result


def test_what_stands_above_and_below_the_table_is_passed_over() -> None:
    report = read_report(b"Mass payment\n\nBatch 7\n\n" + LINES.encode() + b"\nTotal,,15.00,,\n,,,\n")
    assert [row.line for row in report.rows] == [6, 7]
    odd = read_report(b"Reference,Status\nSR1,Teleported\nSR2,paid\n")
    assert ([row.reference for row in odd.rows], odd.problems) == (
        ["SR2"], ("Line 2: the status “Teleported” is not one we know.",)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "line of names"),
        (b"a,b,c\n1,2,3\n", "line of names"),
        (b"Status\npaid\n", "line of names"),
        (b"Reference,Status\n", "no payments in it"),
        (b"PK\x03\x04\x00\x00", "no text"),
        (b"x" * (MOST_BYTES + 1), "larger than"),
        (b"Reference,Status\n" + b"x,paid\n" * 50_001, "more than 50,000 rows"),
    ],
)
def test_what_is_no_report(data: bytes, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        read_report(data)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_report_or_a_sentence(data: bytes) -> None:
    for start in (b"", b"Reference,Status\n"):
        with contextlib.suppress(UserError):
            assert isinstance(read_report(start + data), Report)
