"""When an episode's phases begin and end, and how people write a change of a deadline."""

import re
from datetime import UTC, datetime, timedelta

from domain.errors import UserError
from domain.schedule import parse_duration, zone

DAY = 86_400
TOLERATED = 3_600
REMINDER = timedelta(days=1)
FARTHEST = timedelta(days=732)
"""How far from now a deadline may be set: a year to prepare, and the longest phase."""

_STAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]+([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)")


def later(start: datetime, seconds: int, zone_name: str) -> datetime:
    """The instant a span after `start`; whole days keep the wall clock's time of day in the zone.

    So an episode that opens on a Monday at 18:00 for 7 days closes on a Monday at 18:00, clock change or not.
    """
    days, rest = divmod(seconds, DAY)
    place = zone(zone_name)
    local = start.astimezone(place).replace(tzinfo=None) + timedelta(days=days)
    moved = local.replace(tzinfo=place).astimezone(UTC) if days else start.astimezone(UTC)
    return moved + timedelta(seconds=rest)


def begins_at(due: datetime, now: datetime, span: timedelta) -> datetime:
    """When a phase that was due at `due` and is entered `now` begins, for reckoning its end.

    A little lateness (a tenth of the phase, an hour at most) does not shift the schedule; after a longer absence
    people get the whole of the phase from now on, for nobody could have known that it began.
    """
    tolerated = min(span / 10, timedelta(seconds=TOLERATED))
    return due if now - due <= tolerated else now


def reminder_at(begins: datetime, ends: datetime) -> datetime:
    """When to remind of the end of a phase: a day before, or at three quarters of a short one."""
    return ends - min(REMINDER, (ends - begins) / 4)


def seen_check_at(begins: datetime, ends: datetime) -> datetime:
    """When to look for works that few people have seen: late enough to tell, and early enough to change it."""
    return begins + (ends - begins) * 3 / 5


def read_instant(text: str, *, current: datetime | None, now: datetime, zone_name: str) -> datetime:
    """A new instant as people write it: "+2d" or "-6h" from the current one, "in 3h", or "2026-06-08 18:00".

    Dates are read in the show's time zone. UserError when it is none of these, or not in the future.
    """
    plain = " ".join(text.split()).lower()
    stamp = _STAMP.fullmatch(plain)
    if stamp:
        instant = _local(f"{stamp[1]} {stamp[2]}", zone_name)
    elif plain.startswith("in "):
        instant = now + timedelta(seconds=parse_duration(plain[3:]))
    elif plain[:1] in {"+", "-", "−"}:
        instant = _shifted(current or now, plain, zone_name)
    else:
        raise UserError(
            f"“{plain[:40]}” is unclear. Write +2d or -6h to move it, in 3h, or a date like 2026-06-08 18:00."
        )
    if instant <= now:
        raise UserError("That is in the past. Choose a later time; to end a phase right away use /episode advance.")
    if instant > now + FARTHEST:
        raise UserError(f"That is too far away. A deadline can be at most {FARTHEST.days} days from now.")
    return instant


def _shifted(current: datetime, plain: str, zone_name: str) -> datetime:
    seconds = parse_duration(plain[1:])
    return later(current, seconds if plain[0] == "+" else -seconds, zone_name)


def _local(text: str, zone_name: str) -> datetime:
    day, clock = text.split(" ")
    try:
        naive = datetime.fromisoformat(f"{day} {clock.zfill(5) if clock.count(':') == 1 else clock.zfill(8)}")
        return naive.replace(tzinfo=zone(zone_name)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UserError(f"“{text}” is not a date and time. Write it like 2026-06-08 18:00.") from error
