"""When a show's next theme is due, and how people write times and spans of time."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from domain.errors import UserError

MAX_WEEKS: Final = 52
MAX_DURATION: Final = 10 * 366 * 86_400
"""The longest span that is taken, in seconds: about ten years."""

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST_DAY: Final = 2
_UNITS: Final[Mapping[str, int]] = MappingProxyType({"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1})
_UNIT_NAMES: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_PART: Final = re.compile(
    r"\s*(?P<number>[0-9]{1,10})\s*"
    r"(?P<unit>weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])\s*,?(?:\s*and\b)?",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_NOT_PLACES: Final = ("right/", "posix/", "localtime", "posixrules", "factory", "/", ".")


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a show brings a theme: on these weekdays (Monday is 0) at this local time in this zone.

    Every `every_weeks` weeks, counted in weeks from Monday to Sunday; the anchor is a day in one of the
    weeks that have a theme. The anchor only says which weeks those are, it is not a beginning. UserError
    when a part makes no sense.
    """

    weekdays: frozenset[int]
    at: time
    zone: str
    every_weeks: int
    anchor: date

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise UserError("Choose at least one weekday for new themes, such as mon or mon,thu.")
        if not 1 <= self.every_weeks <= MAX_WEEKS:
            raise UserError(f"Themes can come every 1 to {MAX_WEEKS} weeks, not every {self.every_weeks}.")
        zone(self.zone)


def next_after(cadence: Cadence, instant: datetime) -> datetime:
    """Return the first due instant strictly after the given one, in UTC.

    Where the clocks go forward over the local time, it moves forward with them; where they go back and the
    time comes twice, it is the first of the two.
    """
    place = zone(cadence.zone)
    # A gap can move a time by up to a day, so an earlier local day may still be due after the instant.
    day = instant.astimezone(place).date() - timedelta(days=2)
    while True:
        if day.weekday() in cadence.weekdays and _in_turn(cadence, day):
            due = datetime.combine(day, cadence.at).replace(tzinfo=place).astimezone(UTC)
            if due > instant:
                return due
        day += timedelta(days=1)


def _in_turn(cadence: Cadence, day: date) -> bool:
    weeks = (_monday(day) - _monday(cadence.anchor)).days // 7
    return weeks % cadence.every_weeks == 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def zone(name: str) -> ZoneInfo:
    """Return the time zone with this IANA name; UserError with the nearest names when there is none."""
    wanted = name.strip()
    if wanted and not wanted.lower().startswith(_NOT_PLACES):
        try:
            return ZoneInfo(wanted)
        except (ValueError, OSError, LookupError):
            pass  # unknown, a folder of zones, or characters that no name has: all the same to a person
    names = {known.lower(): known for known in available_timezones()}
    near = difflib.get_close_matches(wanted.lower().replace(" ", "_"), names, n=3, cutoff=0.6)
    hint = f" Did you mean {' or '.join(names[match] for match in near)}?" if near else ""
    raise UserError(f"“{wanted[:60]}” is not a time zone.{hint} Use a name like Europe/Berlin or America/New_York.")


def parse_weekdays(text: str) -> frozenset[int]:
    """Read weekdays as people write them ("mon,thu", "Monday and Friday", "daily"); Monday is 0.

    UserError when a word is no weekday.
    """
    words = [word for word in re.split(r"[\s,;/+&]+|\band\b", text.lower()) if word]
    if words in (["daily"], ["every", "day"]):
        return frozenset(range(7))
    found = set()
    for word in words:
        fits = [
            number for number, day in enumerate(_DAYS) if day.startswith(word.removesuffix("s")) or day + "s" == word
        ]
        if len(word) < _SHORTEST_DAY or len(fits) != 1:
            raise UserError(f"“{word[:40]}” is not a weekday. Write them like mon,thu or daily.")
        found.add(fits[0])
    if not found:
        raise UserError("No weekday given. Write them like mon,thu or daily.")
    return frozenset(found)


def parse_clock(text: str) -> time:
    """Read a time of day on the 24-hour clock, "18:00" or "18:00:05"; UserError otherwise."""
    found = _CLOCK.fullmatch(text.strip())
    parts = [int(part or 0) for part in found.groups()] if found else []
    if not parts or parts[0] > 23 or max(parts[1:]) > 59:  # noqa: PLR2004 - the clock's own numbers
        raise UserError(f"“{text.strip()[:40]}” is not a time of day. Write it on the 24-hour clock, like 18:00.")
    return time(parts[0], parts[1], parts[2])


def parse_duration(text: str) -> int:
    """Read a span of time as seconds: "7d", "36h", "90m", "20s", "1d12h", "2 weeks", "1 day 12 hours".

    UserError when it is unclear, has a unit twice, or is longer than MAX_DURATION.
    """
    rest, seconds, seen = text.strip(), 0, set[str]()
    while rest:
        part = _PART.match(rest)
        unit = part["unit"][0].lower() if part else ""
        if part is None or unit in seen:
            raise UserError(f"“{text.strip()[:40]}” is not a span of time. Write it like 7d, 36h, 90m or 1d12h.")
        seen.add(unit)
        seconds += int(part["number"]) * _UNITS[unit]
        rest = rest[part.end() :]
    if not seen:
        raise UserError("No span of time given. Write it like 7d, 36h, 90m or 1d12h.")
    if seconds > MAX_DURATION:
        raise UserError(f"“{text.strip()[:40]}” is too long. The longest span is {duration_text(MAX_DURATION)}.")
    return seconds


def duration_text(seconds: int) -> str:
    """Write a span of whole seconds in words: "7 days", "1 day 12 hours", "0 seconds"."""
    parts, rest = [], abs(seconds)
    for name, size in _UNIT_NAMES:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " ".join(parts) or "0 seconds"
