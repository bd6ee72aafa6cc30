"""What the outbox has this feature say."""

import asyncio
from collections.abc import Mapping
from typing import Any

from cogs.common.outgoing import Outgoing, Sayer
from cogs.common.text import plural
from cogs.runtime import Runtime
from cogs.voting import messages
from services import ballots, tallies
from services.tallies import ResultView


async def _voting_opened(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    view = await ballots.vote_view(runtime.db, episode_id=subject["episode"])
    return messages.announcement(view, runtime.site_url)


async def _results(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    view = await tallies.result(runtime.db, episode_id=subject["episode"])
    chart = await asyncio.to_thread(chart_of, view) if view.ballots else None
    return messages.results(view, chart, runtime.site_url)


async def _no_ballots(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    return messages.nobody_voted(await tallies.result(runtime.db, episode_id=subject["episode"]))


def chart_of(view: ResultView) -> bytes:
    """The result as a PNG; takes a moment, so call it in a thread."""
    from cogs.voting import chart  # noqa: PLC0415 - Pillow is not needed before the first result

    approval = view.episode.approval
    bars = [
        chart.Bar(
            label=f"#{line.work.number} {line.work.title}",
            below=f"by {line.work.artist}",
            value=line.mean,
            low=line.low,
            high=line.high,
            number=messages.score_text(line.mean, view.episode),
            votes=f"of {plural(view.ballots, 'ballot')}" if approval else plural(line.votes, "mark"),
            chosen=line.chosen,
        )
        for line in view.works
        if line.votes
    ]
    scale = "Approvals" if approval else f"Average mark, 0 to {view.top}"
    footer = f"{scale} · violet: into the cut · yellow: how sure the number is (95%)"
    return chart.draw(f"{view.episode.title} ({view.episode.code})", bars, top=view.top, footer=footer)


SAYINGS: Mapping[str, Sayer] = {
    "voting_opened": _voting_opened,
    "results": _results,
    "no_ballots": _no_ballots,
}
