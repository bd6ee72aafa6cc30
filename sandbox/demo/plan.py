"""What will be made in the demo: who posts what, from what, and how they say so."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from random import Random


class PlanError(Exception):
    """A sentence on why the demo cannot be planned."""


class Medium(StrEnum):
    """What a work is."""

    PICTURE = "picture"
    SOUND = "sound"


class Way(StrEnum):
    """How a work is handed in and its source credited."""

    POST = "post"
    REPLY = "reply"
    NUMBER = "number"
    LINK = "link"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Piece:
    """A work to be made. `source` is the index of an earlier piece, `outside` something from elsewhere."""

    title: str
    artist: str
    medium: Medium
    way: Way
    source: int | None = None
    outside: str | None = None
    helpers: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that artists do while the episode is open, in order."""

    theme: str
    prompt: str
    pieces: tuple[Piece, ...]

    @property
    def artists(self) -> tuple[str, ...]:
        """Everyone who makes something, in order of appearance."""
        names = (name for piece in self.pieces for name in (piece.artist, *piece.helpers))
        return tuple(dict.fromkeys(names))

    @property
    def credits(self) -> int:
        """How many parts artists have in works."""
        return sum(1 + len(piece.helpers) for piece in self.pieces)

    @property
    def inside_sources(self) -> int:
        """How many works are made from another one."""
        return sum(piece.source is not None for piece in self.pieces)

    @property
    def outside_sources(self) -> int:
        """How many works are made from something outside the community."""
        return sum(piece.outside is not None for piece in self.pieces)


_MEDIA = (Medium.PICTURE, Medium.PICTURE, Medium.SOUND)
THEME = "Night Trains"
PROMPT = "Something is moving while everybody sleeps. Draw it, score it, or take what somebody made and move it on."

_FIRST = (
    "Mia Ada Jonas Nour Kofi Lena Ravi Yuki Tomás Ines Okke Zuri Pavel Ximena Bo Freya Idris Maren Sol "
    "Teo Wren Anouk Dario Elif Gus Hana Juno Kaya Levi Noor Otis Priya Quinn Rosa Sami Talia Uma Vito "
    "Yara Zeno"
)
_LAST = (
    "Fell Okafor Brandt Haddad Lind Moreau Santos Ito Vance Kaur Ode Petrov Quist Reyes Sørensen Tanaka "
    "Udo Varga Weiss Young"
)
_WHAT = (
    "Last Stop; Signal Box; Sleeper Car; Ghost Platform; Blue Hour; Paper Lanterns; The Conductor; "
    "Overpass; Window Seat; Iron Lullaby; Snow Line; Two Tickets; Milk Run; Tunnel Song; Red Light, Green "
    "Light; Moon Freight; Switchyard; Foxes on the Rails; Tea at 3 a.m.; Northbound; Harbour Line; A "
    "Letter, Unsent; Timetable; Warm Carriage; The Night Porter; Points Failure; Owl Service; Distant "
    "Bridge; Steam; Small Hours"
)
_HOW = (
    "",
    " II",
    ", slowly",
    " (rain)",
    " at dawn",
    ", again",
    " from the hill",
    " in blue",
    " without people",
    " for two",
)
_REMIXED = ("{} (remix)", "{}, remixed", "After “{}”", "{}: night version", "{} in another key", "Return to {}")


def invent(artists: int, rng: Random) -> Plan:
    """Plan one work by each of so many artists: about a third are remixes, some are made by two."""
    if artists < 3:  # noqa: PLR2004 - who would vote for whom?
        raise PlanError("An episode needs at least 3 artists.")
    names = _names(artists)
    pieces: list[Piece] = []
    for number, name in enumerate(names):
        source = rng.randrange(number) if number >= 3 and rng.random() < 0.36 else None  # noqa: PLR2004 - see above
        medium = pieces[source].medium if source is not None else rng.choice(_MEDIA)
        title, way = _title(pieces, number, source, rng), _way(number, source, rng)
        helped = number >= 2 and way is not Way.FORM and rng.random() < 0.15  # noqa: PLR2004
        helper = (names[rng.randrange(number)],) if helped else ()
        pieces.append(Piece(title, name, medium, way, source, None, helper))
    return Plan(THEME, PROMPT, tuple(pieces))


def _names(count: int) -> list[str]:
    first_names = _FIRST.split()
    names = list(first_names)
    for last in _LAST.split():
        names += [f"{first} {last}" for first in first_names]
    names += [f"Artist {number}" for number in range(len(names), count)]
    return names[:count]


def _title(pieces: Sequence[Piece], number: int, source: int | None, rng: Random) -> str:
    if source is not None:
        return rng.choice(_REMIXED).format(pieces[source].title[:60])
    titles = _WHAT.split("; ")
    round_, place = divmod(number, len(titles))
    return f"{titles[place]}{_HOW[round_ % len(_HOW)]}"


def _way(number: int, source: int | None, rng: Random) -> Way:
    if source is not None:
        return rng.choice((Way.REPLY, Way.REPLY, Way.NUMBER, Way.LINK))
    return Way.FORM if number % 8 == 5 else Way.POST  # noqa: PLR2004 - one in eight uses the form


def from_csv(path: Path, limit: int | None) -> Plan:
    """Plan the works of a CSV with the columns work, title, made_from, artists.

    Artists stand separated by |: the first posts the work, the others are credited. What it was made from is a
    source outside the community; a row made from the same thing as an earlier row has that row as a source too.
    PlanError names what is wrong.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror}.") from error
    missing = {"title", "made_from", "artists"} - set(rows[0] if rows else ())
    if missing:
        raise PlanError(f"{path} lacks the columns {', '.join(sorted(missing))}.")
    latest: dict[str, int] = {}
    pieces: list[Piece] = []
    for number, row in enumerate(rows[:limit]):
        pieces.append(_piece(row, number, latest.get(row["made_from"])))
        latest[row["made_from"]] = number
    return Plan("Remix everything", "Take a tune that you grew up with, and make it yours.", tuple(pieces))


def _piece(row: dict[str, str], number: int, source: int | None) -> Piece:
    first, *others = dict.fromkeys(name.strip()[:32] for name in row["artists"].split("|") if name.strip())
    ways = (Way.REPLY, Way.NUMBER, Way.LINK)
    return Piece(
        title=row["title"],
        artist=first,
        medium=Medium.SOUND if number % 2 else Medium.PICTURE,
        way=ways[number % len(ways)] if source is not None else Way.POST,
        source=source,
        outside=row["made_from"],
        helpers=tuple(others),
    )
