"""The timer: what is due is carried out at start, when poked, when the clock says so, and once a minute anyway."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

_SWEEP_SECONDS = 60
_SHORTEST = timedelta(milliseconds=50)
_LONGEST_PAUSE = 60.0

_log = structlog.get_logger(__name__)

RunDue = Callable[[], Awaitable[datetime | None]]
"""Carries out what is due and says when to come back (aware UTC; None: nothing is set)."""


class Waker:
    """Calls `run_due` whenever there may be something due, one call at a time.

    APScheduler only rings: its own job stores would run a job in every process, so what is due is in the database
    and a memory store suffices. `before` is awaited ahead of each call; it holds deadlines back while messages that
    were posted in time may still be on their way here.
    """

    def __init__(self, run_due: RunDue, clock: Callable[[], datetime], before: Callable[[], Awaitable[object]]) -> None:
        self._run_due = run_due
        self._clock = clock
        self._before = before
        self._ring = asyncio.Event()
        self._timer: Any = None

    def wake(self) -> None:
        """Look at once for what is due. To be called in the process's event loop."""
        self._ring.set()

    async def run(self) -> None:
        """Carry out what falls due until canceled. A failing call is logged and tried again, later each time."""
        failures = 0
        try:
            while True:
                self._ring.clear()
                await self._before()
                if self._timer is None:
                    self._timer = self._started_timer()
                try:
                    due = await self._run_due()
                    failures = 0
                except Exception:  # noqa: BLE001 - one bad deadline must not stop all the others for good
                    failures += 1
                    pause = min(2.0**failures, _LONGEST_PAUSE)
                    _log.exception("What is due could not be carried out; trying again", seconds=pause)
                    due = self._clock() + timedelta(seconds=pause)
                self._ring_at(due)
                await self._ring.wait()
        finally:
            if self._timer is not None:
                self._timer.shutdown(wait=False)

    def _started_timer(self) -> Any:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415 - not before Discord is reached

        # A late bell is rung all the same: by default APScheduler drops what is a second late.
        defaults = {"misfire_grace_time": None, "coalesce": True}
        timer: Any = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)  # type: ignore[no-untyped-call] # no types there
        timer.add_job(self._rung, "interval", seconds=_SWEEP_SECONDS, id="sweep")
        timer.start()
        return timer

    async def _rung(self) -> None:
        self._ring.set()

    def _ring_at(self, due: datetime | None) -> None:
        if due is None:
            return
        at = max(due, self._clock() + _SHORTEST)
        self._timer.add_job(self._rung, "date", run_date=at, id="due", replace_existing=True)
