"""Reading a back catalogue: a CSV or JSON file into rows of named cells, whole, before anything is judged. Pure."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from domain.errors import UserError

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 100_000
COLUMNS = ("work", "title", "made_from", "sources", "artists", "licence", "note", "links", "date")
"""What a row can say; `link` and `license` are read as `links` and `licence`."""

_NEEDED = ("work", "title", "artists")
_ALIASES = {"link": "links", "license": "licence"}
_LISTS = ("sources", "artists", "links")
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


@dataclass(frozen=True, slots=True)
class Raw:
    """A row as it stands in the file: its place, its cells by column, and why it cannot be read at all, if so."""

    place: int
    cells: dict[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A file that was read. `unit` is what places count: lines, or entries; `ignored`: columns we do not know."""

    rows: tuple[Raw, ...]
    unit: str
    ignored: tuple[str, ...] = ()


def read_catalogue(data: bytes, name: str) -> Catalogue:
    """Read a file; `name` ending in .json (or a text that begins as JSON does) decides for JSON.

    UserError for what is no such file at all: too large, not text, without the columns that are needed.
    """
    if len(data) > MAX_BYTES:
        raise UserError(f"{name} has {len(data):,} bytes; up to {MAX_BYTES:,} can be imported. Split it.")
    text = _decoded(data, name)
    as_json = name.lower().endswith(".json") or text.lstrip()[:1] in ("[", "{")
    found = _read_json(text, name) if as_json else _read_csv(text, name)
    if not found.rows:
        raise UserError(f"{name} has no rows.")
    return found


def _decoded(data: bytes, name: str) -> str:
    encoding = next((known for mark, known in _BOMS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{name} is not UTF-8 text: see line {line}. Save it as UTF-8 and try again.") from error


def _read_csv(text: str, name: str) -> Catalogue:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        heading = next(reader, [])
        columns, ignored = _columns(heading, name)
        rows: list[Raw] = []
        start = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_row(start, cells, columns))
                _require_few(len(rows), name)
            start = reader.line_num + 1
    except csv.Error as error:
        raise UserError(f"{name} is not well-formed CSV at line {max(1, reader.line_num)}: {error}.") from error
    return Catalogue(tuple(rows), "line", ignored)


def _delimiter(text: str) -> str:
    """The delimiter of the heading: a comma, semicolon or tab; nothing else is guessed."""
    heading = text.lstrip("\r\n").partition("\n")[0][:2000]
    try:
        return csv.Sniffer().sniff(heading, delimiters=",;\t").delimiter
    except csv.Error:
        return ","


def _columns(heading: Sequence[str], name: str) -> tuple[list[str | None], tuple[str, ...]]:
    """What each place of a row is, None for what is ignored, and the names of that."""
    names = [cell.strip().casefold() for cell in heading]
    names = [_ALIASES.get(column, column) for column in names]
    twice = sorted({column for column in names if column in COLUMNS and names.count(column) > 1})
    if twice:
        raise UserError(f"{name} has the column {twice[0]} twice.")
    _require_columns(names, name)
    known = [column if column in COLUMNS else None for column in names]
    ignored = [
        cell.strip()[:40] for cell, column in zip(heading, known, strict=True) if column is None and cell.strip()
    ]
    return known, tuple(dict.fromkeys(ignored))


def _require_columns(names: Sequence[str], name: str) -> None:
    missing = [column for column in _NEEDED if column not in names]
    if missing:
        raise UserError(
            f"{name} has no column {', '.join(missing)}. The first line names the columns: "
            f"{', '.join(_NEEDED)} are needed, {', '.join(c for c in COLUMNS if c not in _NEEDED)} may be there."
        )


def _row(line: int, cells: Sequence[str], columns: Sequence[str | None]) -> Raw:
    found = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        return Raw(line, found, f"It has {len(cells)} cells, and the first line names {len(columns)} columns.")
    return Raw(line, found)


def _read_json(text: str, name: str) -> Catalogue:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"{name} is not JSON: {error.msg} at line {error.lineno}.") from error
    except (RecursionError, ValueError) as error:
        raise UserError(f"{name} is not JSON that can be read.") from error
    if not isinstance(found, list):
        raise UserError(f'{name} must be a list of works: [{{"work": ..., "title": ..., "artists": ...}}, ...].')
    _require_few(len(found), name)
    ignored: dict[str, None] = {}
    rows = tuple(_entry(place, entry, ignored) for place, entry in enumerate(found, start=1))
    return Catalogue(rows, "entry", tuple(ignored))


def _entry(place: int, entry: object, ignored: dict[str, None]) -> Raw:
    if not isinstance(entry, dict):
        return Raw(place, {}, "It is not an object with work, title and artists.")
    cells: dict[str, str] = {}
    for key, value in entry.items():
        column = _ALIASES.get(key.strip().casefold(), key.strip().casefold())
        if column not in COLUMNS:
            ignored[key.strip()[:40]] = None
            continue
        parts = list(_texts(value, many=column in _LISTS))
        if None in parts or column in cells:
            return Raw(place, cells, f"Its {column} is not a text{' or a list of texts' if column in _LISTS else ''}.")
        cells[column] = "|".join(part for part in parts if part is not None)
    return Raw(place, cells)


def _texts(value: Any, *, many: bool) -> Iterator[str | None]:
    """The texts of a value; None for what is none."""
    if many and isinstance(value, list):
        for item in value:
            yield from _texts(item, many=False)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif value is not None:
        yield None


def _require_few(rows: int, name: str) -> None:
    if rows > MAX_ROWS:
        raise UserError(f"{name} has more than {MAX_ROWS:,} rows. Split it.")
