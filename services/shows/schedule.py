"""When a show brings its next theme, and who is warned before."""

from datetime import date, datetime, timedelta

from db.models import DeadlineKind, Show
from domain.errors import UserError
from domain.schedule import Cadence, next_after, parse_clock, parse_weekdays, zone
from services.access import Actor, find_show, require_producer
from services.deadlines import drop_deadlines, set_deadline
from services.shows.views import ShowView, show_view, theme_key, weekday_numbers
from services.store import Transaction, writes

QUEUE_WARNING = timedelta(days=2)
NEVER = frozenset({"none", "never", "off", "manual", "-"})


def cadence_of(show: Show) -> Cadence | None:
    """The show's cadence; None when producers open every episode themselves."""
    days = frozenset(weekday_numbers(show.weekdays))
    if not days:
        return None
    return Cadence(days, parse_clock(show.post_at), show.timezone, show.every_weeks, show.anchor)


async def schedule_next(tx: Transaction, show: Show, now: datetime) -> datetime | None:
    """Set the next theme and the look into the queue before it; None when nothing is to go out by itself.

    Occurrences that were missed are not made up for: the next one is always in the future.
    """
    cadence = cadence_of(show)
    if cadence is None or show.paused:
        await drop_deadlines(tx, now=now, key=theme_key(show.id))
        await drop_deadlines(tx, now=now, key=_check_key(show.id))
        return None
    due = next_after(cadence, now)
    await set_theme_deadline(tx, show, due)
    early = due - QUEUE_WARNING
    check = early if early > now else now + (due - now) / 2
    await set_deadline(tx, key=_check_key(show.id), kind=DeadlineKind.QUEUE_CHECK, show_id=show.id, due_at=check)
    return due


async def set_theme_deadline(tx: Transaction, show: Show, due: datetime) -> None:
    """Have the show's next theme go out at `due`."""
    await set_deadline(tx, key=theme_key(show.id), kind=DeadlineKind.THEME, show_id=show.id, due_at=due)


def _check_key(show_id: int) -> str:
    return f"show:{show_id}:queue_check"


def read_weekdays(text: str) -> int:
    """Weekdays as a show keeps them, bit 0 is Monday; 0 for "none" (producers open episodes themselves)."""
    if text.strip().lower() in NEVER:
        return 0
    return sum(1 << day for day in parse_weekdays(text))


def apply_schedule(
    show: Show, *, weekdays: str | None, time: str | None, timezone: str | None, every_weeks: int | None, now: datetime
) -> None:
    """Put what is given into the show; UserError for a time, zone or weekday that makes no sense."""
    if weekdays is not None:
        show.weekdays = read_weekdays(weekdays)
    if time is not None:
        show.post_at = parse_clock(time).isoformat()
    if timezone is not None:
        show.timezone = zone(timezone).key
    if every_weeks is not None:
        show.every_weeks = every_weeks
        # The count of weeks starts anew, so that "every 2 weeks" begins with the next theme.
        show.anchor = _next_day(show, now)
    cadence_of(show)


def _next_day(show: Show, now: datetime) -> date:
    place = zone(show.timezone)
    days = frozenset(weekday_numbers(show.weekdays))
    if not days:
        return now.astimezone(place).date()
    weekly = Cadence(days, parse_clock(show.post_at), show.timezone, 1, now.date())
    return next_after(weekly, now).astimezone(place).date()


@writes
async def update_schedule(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None,
    channel_id: int | None = None,
    weekdays: str | None = None,
    time: str | None = None,
    timezone: str | None = None,
    every_weeks: int | None = None,
    now: datetime,
) -> ShowView:
    """Change when themes go out; episodes that exist keep their times. "none" as weekdays stops the cadence."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    if all(value is None for value in (weekdays, time, timezone, every_weeks)):
        raise UserError("Nothing to change: give weekdays, a time, a time zone, or every how many weeks.")
    apply_schedule(found, weekdays=weekdays, time=time, timezone=timezone, every_weeks=every_weeks, now=now)
    await schedule_next(tx, found, now)
    return await show_view(tx, found)


@writes
async def pause_show(
    tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None = None, now: datetime
) -> ShowView:
    """No new themes by themselves until resumed; episodes that run go on. Asked again, it stays paused."""
    return await _set_paused(tx, actor, show, channel_id, paused=True, now=now)


@writes
async def resume_show(
    tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None = None, now: datetime
) -> ShowView:
    """Themes go out again by the cadence, from the next occurrence on."""
    return await _set_paused(tx, actor, show, channel_id, paused=False, now=now)


async def _set_paused(
    tx: Transaction, actor: Actor, name: str | None, channel_id: int | None, *, paused: bool, now: datetime
) -> ShowView:
    show = await find_show(tx, actor.guild_id, name=name, channel_id=channel_id)
    require_producer(show, actor)
    if show.paused != paused:
        show.paused = paused
        await schedule_next(tx, show, now)
    return await show_view(tx, show)
