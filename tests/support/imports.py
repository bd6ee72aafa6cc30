"""Rows of a back catalogue, as files and as what became of them."""

import csv
import io
from collections.abc import Mapping

from services.imports import Report
from services.imports.judging import Judgement


def csv_of(*rows: Mapping[str, str]) -> bytes:
    """A CSV file with the columns that the rows have."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def row(work: str, **cells: str) -> dict[str, str]:
    return {"work": work, "title": f"Title {work}", "artists": "Ada", "sources": ""} | cells


def sentences(report: Report | Judgement) -> dict[str, str]:
    return {one.work: one.sentence for one in report.refused}
