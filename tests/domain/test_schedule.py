"""The cadence against a calendar that walks the clock minute by minute, and how people write times."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import UserError
from domain.schedule import (
    MAX_DURATION,
    Cadence,
    duration_text,
    next_after,
    parse_clock,
    parse_duration,
    parse_weekdays,
    zone,
)

EVERY_DAY = frozenset(range(7))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "America/Sao_Paulo",  # gaps at midnight until 2018
    "Asia/Kathmandu",  # +05:45
    "Pacific/Apia",  # left out 30 December 2011
    "Africa/Casablanca",
]


def clock_time_of_day(day: date, at: time, place: ZoneInfo) -> datetime:
    """Find the first instant when the clock on the wall shows this day and minute, by watching it.

    When it never does, the clock jumped over it: then it is as long after the jump as it would have been without.
    """
    wall = datetime.combine(day, at.replace(second=0))
    instant = (wall - 2 * DAY).replace(tzinfo=UTC)
    while instant.astimezone(place).replace(tzinfo=None) < wall:
        instant += MINUTE
    shown = instant.astimezone(place).replace(tzinfo=None)
    if shown > wall:
        before = (instant - MINUTE).astimezone(place).replace(tzinfo=None)
        instant += wall - (before + MINUTE)
    return instant + timedelta(seconds=at.second)


def oracle(cadence: Cadence, instant: datetime) -> datetime:
    """Look at every day around, and take the first instant that is later."""
    place = ZoneInfo(cadence.zone)
    start = instant.astimezone(place).date()
    days = [start + DAY * offset for offset in range(-2, 7 * cadence.every_weeks + 8)]
    anchor_week = cadence.anchor.toordinal() - cadence.anchor.weekday()
    turns = [
        day
        for day in days
        if day.weekday() in cadence.weekdays
        and ((day.toordinal() - day.weekday() - anchor_week) // 7) % cadence.every_weeks == 0
    ]
    later = (clock_time_of_day(day, cadence.at, place) for day in turns)
    return next(due for due in later if due > instant)


times = st.builds(time, st.integers(0, 23), st.integers(0, 59), st.sampled_from([0, 0, 5, 59]))
cadences = st.builds(
    Cadence,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    at=times,
    zone=st.sampled_from(ZONES),
    every_weeks=st.integers(1, 3),
    anchor=st.dates(date(2008, 1, 1), date(2030, 1, 1)),
)
instants = st.datetimes(datetime(2009, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given


@settings(max_examples=60, deadline=None)
@given(cadences, instants)
def test_next_after_is_what_the_calendar_says(cadence, instant):
    due = next_after(cadence, instant)
    assert due == oracle(cadence, instant)
    assert due > instant
    assert due.tzinfo is UTC


@settings(max_examples=40, deadline=None)
@given(
    times,
    st.sampled_from(
        [
            ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
            ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
            ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
            ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
            ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
            ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
            ("America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),
            ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
        ]
    ),
    st.integers(-36 * 60, 36 * 60),
)
def test_around_changes_of_the_clock(at, change, minutes):
    name, moment = change
    cadence = Cadence(EVERY_DAY, at, name, 1, date(2026, 1, 5))
    instant = moment + minutes * MINUTE
    assert next_after(cadence, instant) == oracle(cadence, instant)


def test_a_gap_moves_forward_and_an_overlap_counts_once():
    berlin = Cadence(EVERY_DAY, time(2, 30), "Europe/Berlin", 1, date(2026, 1, 1))
    spring = next_after(berlin, datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert spring == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 on the new clock
    autumn = next_after(berlin, datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first 02:30
    assert next_after(berlin, autumn) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@settings(max_examples=50, deadline=None)
@given(cadences, instants)
def test_dues_follow_one_another_without_repeating(cadence, instant):
    dues = [instant]
    for _ in range(6):
        dues.append(next_after(cadence, dues[-1]))
    assert dues == sorted(set(dues))
    # Asking from just before a due instant gives that one again.
    assert next_after(cadence, dues[-1] - timedelta(microseconds=1)) == dues[-1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"weekdays": frozenset()}, "weekday"),
        ({"weekdays": frozenset({7})}, "weekday"),
        ({"every_weeks": 0}, "every 1 to 52 weeks"),
        ({"every_weeks": 53}, "every 1 to 52 weeks"),
        ({"zone": "Mars/Olympus"}, "not a time zone"),
    ],
)
def test_cadences_that_make_no_sense(change, says):
    good = {"weekdays": EVERY_DAY, "at": time(18), "zone": "UTC", "every_weeks": 1, "anchor": date(2026, 1, 1)}
    with pytest.raises(UserError, match=says):
        Cadence(**good | change)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7d", 604_800),
        ("36h", 129_600),
        ("90m", 5_400),
        ("20s", 20),
        ("1d12h", 129_600),
        ("1d 12h", 129_600),
        ("2 weeks", 1_209_600),
        ("1 day, 2 hours and 3 minutes", 93_780),
        ("1 Hour", 3_600),
        ("45 mins", 2_700),
        ("0s", 0),
    ],
)
def test_durations(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "7", "d", "7x", "-7d", "7d 3", "1d1d", "1.5h", "7days of rain", "7d12", "soon", "m"]
)
def test_durations_that_are_unclear(text):
    with pytest.raises(UserError, match="Write it like 7d"):
        parse_duration(text)


def test_a_duration_that_is_too_long():
    with pytest.raises(UserError, match="too long"):
        parse_duration("9999999999w")


@given(st.integers(0, MAX_DURATION))
def test_duration_text_reads_back(seconds):
    assert parse_duration(duration_text(seconds)) == seconds


def test_duration_texts():
    assert [duration_text(seconds) for seconds in (604_800, 86_400, 129_600, 61, 0)] == [
        "7 days",
        "1 day",
        "1 day 12 hours",
        "1 minute 1 second",
        "0 seconds",
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon,thu", {0, 3}),
        ("Monday and Friday", {0, 4}),
        ("sundays", {6}),
        ("Sa Su", {5, 6}),
        ("tues/weds", {1, 2}),
        ("thurs", {3}),
        ("daily", set(range(7))),
        ("every day", set(range(7))),
    ],
)
def test_weekdays(text, days):
    assert parse_weekdays(text) == days


@pytest.mark.parametrize("text", ["", "s", "t", "mo,xx", "noday", "1", "and"])
def test_weekdays_that_are_unclear(text):
    with pytest.raises(UserError, match="mon,thu"):
        parse_weekdays(text)


def test_clocks():
    assert parse_clock("18:00") == time(18)
    assert parse_clock(" 9:05:07 ") == time(9, 5, 7)
    for text in ("24:00", "18:60", "18:00:60", "18", "6pm", "18.00", "", "1:2"):
        with pytest.raises(UserError, match="not a time of day"):
            parse_clock(text)


def test_zones():
    assert zone(" Europe/Berlin ").key == "Europe/Berlin"
    for name in (
        "",
        "America",
        "../etc/passwd",
        "/etc/localtime",
        "localtime",
        "posix/UTC",
        "a\0b",
        "Europe/Bielefeld",
    ):
        with pytest.raises(UserError, match="is not a time zone"):
            zone(name)
    with pytest.raises(UserError, match=r"Did you mean .*Europe/Berlin"):
        zone("europe/berlim")
