"""One row of a back catalogue, read by itself: who made what, from what, under which licence, when. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from domain.errors import UserError
from domain.licences import Licence, parse_licence
from domain.schedule import zone
from services.imports.reading import Raw

MOST_ARTISTS = 25
MOST_LINKS = 10
WHOLE = 10_000
"""All of a work, in basis points."""

_TITLE, _KEY, _NAME, _OUTSIDE, _NOTE, _URL = 100, 100, 100, 200, 2000, 2000
_OLDEST = 1900
_LARGEST_ID = 2**63 - 1
_PERCENT = r"\d{1,3}(?:\.\d{1,2})?"
_ARTIST = re.compile(rf"(?P<name>.*?)\s*(?:<(?P<id>\d{{1,20}})>)?\s*(?::(?P<share>{_PERCENT})%)?", re.DOTALL)
_SHARED = re.compile(rf"(?P<name>.+):(?P<share>{_PERCENT})%?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """An artist's part in a work: `user_id` is their Discord id if the file says it; the share in basis points."""

    name: str
    user_id: int | None
    share_bp: int

    @property
    def person(self) -> int | str:
        """What tells this artist from others."""
        return self.name if self.user_id is None else self.user_id


@dataclass(frozen=True, slots=True)
class Row:
    """A row that makes sense by itself. `sources` are as typed: they can be told only beside all the other rows."""

    place: int
    key: str
    title: str
    artists: tuple[Part, ...]
    outside: tuple[str, str | None] | None
    sources: tuple[str, ...]
    licence: Licence | None
    note: str
    links: tuple[str, ...]
    at: datetime | None

    def fields(self) -> dict[str, Any]:
        """What the file says of this work, to be kept and compared with what a later file says."""
        return {
            "title": self.title,
            "made_from": list(self.outside) if self.outside else None,
            "sources": sorted(self.sources),
            "artists": [[part.name, part.user_id, part.share_bp] for part in self.artists],
            "licence": self.licence.value if self.licence else None,
            "note": self.note,
            "links": list(self.links),
            "date": self.at.isoformat() if self.at else None,
        }


def key_of(raw: Raw) -> str:
    """The id that a row gives its work; empty when it gives none."""
    return one_line(raw.cells.get("work", ""))


def read_row(raw: Raw, *, timezone: str, now: datetime) -> Row:
    """Judge a row by itself; UserError with a sentence why it cannot be imported. Dates are in `timezone`."""
    if raw.problem:
        raise UserError(raw.problem)
    cells = raw.cells
    return Row(
        place=raw.place, key=_key(key_of(raw)), title=_limited("title", cells.get("title", ""), _TITLE),
        artists=read_artists(split(cells.get("artists", ""))), outside=_outside(cells.get("made_from", "")),
        sources=split(cells.get("sources", "")), licence=_licence(cells.get("licence", "")),
        note=_note(cells.get("note", "")), links=_links(split(cells.get("links", ""))),
        at=_date(cells.get("date", ""), timezone, now),
    )  # fmt: skip


def one_line(text: str) -> str:
    """A text without characters that cannot be seen, on one line."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def split(text: str) -> tuple[str, ...]:
    """The things that stand between bars."""
    return tuple(part for part in (one_line(piece) for piece in text.split("|")) if part)


def shared(token: str, ids: Collection[str]) -> tuple[str, int | None]:
    """A source and its share in basis points: "12:60" is 60% of 12, unless that is itself one of `ids`."""
    found = None if token in ids else _SHARED.fullmatch(token)
    return (found["name"].strip(), basis_points(found["share"])) if found else (token, None)


def basis_points(percent: str) -> int:
    """A percentage as typed, in basis points; exact."""
    whole, _, rest = percent.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0") if rest else 0)


def read_artists(names: Sequence[str]) -> tuple[Part, ...]:
    """The artists with their shares: those given, and equal parts of what is left for the others."""
    if not names:
        raise UserError("It names no artist.")
    if len(names) > MOST_ARTISTS:
        raise UserError(f"It names {len(names)} artists; a work can credit {MOST_ARTISTS}.")
    parts = [_artist(name) for name in names]
    people = [user_id or name for name, user_id, _ in parts]
    twice = [name for (name, _, _), person in zip(parts, people, strict=True) if people.count(person) > 1]
    if twice:
        raise UserError(f"It names the artist “{twice[0]}” twice.")
    given = sum(share for _, _, share in parts if share is not None)
    open_shares = sum(share is None for _, _, share in parts)
    left = WHOLE - given
    if left < open_shares or (not open_shares and left):
        raise UserError(f"The shares of its artists are {_percent(given)} together, not 100%.")
    each, odd = divmod(left, open_shares or 1)
    found = []
    for name, user_id, share in parts:
        found.append(Part(name, user_id, each + odd if share is None else share))
        odd = 0 if share is None else odd
    return tuple(found)


def _artist(text: str) -> tuple[str, int | None, int | None]:
    match = _ARTIST.fullmatch(text)
    name = match["name"].strip() if match else ""
    if match is None or not name:
        raise UserError(f"The artist “{text[:60]}” has no name.")
    if len(name) > _NAME:
        raise UserError(f"The artist's name “{name[:40]}…” has {len(name)} characters; up to {_NAME} fit.")
    user_id = int(match["id"]) if match["id"] else None
    if user_id is not None and not 0 < user_id <= _LARGEST_ID:
        raise UserError(f"“{match['id']}” is not a Discord id.")
    return name, user_id, basis_points(match["share"]) if match["share"] else None


def _key(key: str) -> str:
    if key.startswith("#"):
        raise UserError("Its id begins with #, which stands for the number of a work here. Leave the # off.")
    return _limited("id (the column work)", key, _KEY)


def _limited(what: str, text: str, limit: int) -> str:
    line = one_line(text)
    if not line:
        raise UserError(f"It has no {what}.")
    if len(line) > limit:
        raise UserError(f"Its {what} has {len(line)} characters; up to {limit} fit.")
    return line


def _outside(text: str) -> tuple[str, str | None] | None:
    """A source outside the community: "title", or "title | link"."""
    title, bar, address = text.rpartition("|")
    if bar and address.strip().lower().startswith(("http://", "https://")):
        return _limited("made_from", title, _OUTSIDE), _link(address.strip())
    return (_limited("made_from", text, _OUTSIDE), None) if one_line(text) else None


def _licence(text: str) -> Licence | None:
    return parse_licence(text) if text.strip() else None


def _note(text: str) -> str:
    note = "\n".join(one_line(line) for line in text.strip().splitlines())
    if len(note) > _NOTE:
        raise UserError(f"Its note has {len(note)} characters; up to {_NOTE} fit.")
    return note


def _links(links: Sequence[str]) -> tuple[str, ...]:
    if len(links) > MOST_LINKS:
        raise UserError(f"It has {len(links)} links; up to {MOST_LINKS} fit.")
    return tuple(dict.fromkeys(_link(link) for link in links))


def _link(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or len(text) > _URL or any(c.isspace() or c in "<>\"'" for c in text):
        raise UserError(f"“{text[:60]}” is not a link: it must be a web address, up to {_URL} characters.")
    return text


def _date(text: str, timezone: str, now: datetime) -> datetime | None:
    text = text.strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if len(text) == len("2001-02-03") else None
        read = datetime.combine(day, time()) if day else datetime.fromisoformat(text)
        instant = (read if read.tzinfo else read.replace(tzinfo=zone(timezone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UserError(f"“{text[:40]}” is not a date. Write it like 2019-05-30 or 2019-05-30T18:00:00Z.") from error
    if instant.year < _OLDEST or instant > now:
        raise UserError(f"The date {text[:40]} is {'in the future' if instant > now else 'too long ago'}.")
    return instant


def _percent(points: int) -> str:
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02d}%" if rest else f"{whole}%"
