"""What the outbox has this feature say."""

import asyncio
from collections.abc import Mapping
from typing import Any

from cogs.common.outgoing import Outgoing, Sayer
from cogs.results import messages, personal
from cogs.runtime import Runtime
from services import outcomes, recounts, reminders, tallies, unseen, watch
from services.tallies import ResultView


async def _results(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    view = await tallies.result(runtime.db, episode_id=subject["episode"])
    chart, table = await asyncio.to_thread(_pictures, view) if view.ballots else (None, None)
    return messages.results(view, chart, table, runtime.site_url)


def _pictures(view: ResultView) -> tuple[bytes, bytes | None]:
    from cogs.results import pictures  # noqa: PLC0415 - Pillow is not needed before the first result

    return pictures.chart_of(view), pictures.table_of(view)


async def _no_ballots(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    return messages.nobody_voted(await tallies.result(runtime.db, episode_id=subject["episode"]))


async def _recount(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    news = await recounts.recount(runtime.db, episode_id=subject["episode"], number=subject["number"])
    return messages.recount(news, runtime.site_url)


async def _watch(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await watch.watch_view(runtime.db, episode_id=subject["episode"])
    return messages.watch(view) if view.striking else None


async def _reminder(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await reminders.due_reminder(runtime.db, episode_id=subject["episode"], user_id=subject["user"])
    return personal.reminder(view, in_public=_in_public(subject)) if view is not None else None


async def _unseen(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await unseen.unseen_view(runtime.db, episode_id=subject["episode"], works=subject["works"])
    return personal.unseen(view, runtime.site_url, in_public=_in_public(subject)) if view is not None else None


async def _outcome(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await outcomes.outcomes_for(runtime.db, episode_id=subject["episode"], user_id=subject["user"])
    return personal.outcomes(view, runtime.site_url, in_public=_in_public(subject)) if view is not None else None


def _in_public(subject: Mapping[str, Any]) -> bool:
    return bool(subject.get("dm_closed"))


SAYINGS: Mapping[str, Sayer] = {
    "results": _results,
    "no_ballots": _no_ballots,
    "recount": _recount,
    "vote_watch": _watch,
    "vote_reminder": _reminder,
    "seen_too_little": _unseen,
    "outcome": _outcome,
}
