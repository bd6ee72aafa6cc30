"""Telling the producers what could not be said, and how to mend it."""

from collections.abc import Mapping
from typing import Any

from cogs.common.outgoing import Outgoing, Sayer
from cogs.common.text import plural
from cogs.runtime import Runtime
from services import deliveries

_NAMES = {
    "episode_planned": "the next episode's announcement",
    "episode_opened": "the episode's theme",
    "closing_soon": "the reminder that submissions close soon",
    "voting_opened": "the start of the vote",
    "results": "the results of the vote",
    "released": "the credits",
    "canceled": "that the episode is canceled",
    "queue_empty": "that the queue of themes is empty",
    "work_card": "a work's card",
    "work_refused": "why a message was not collected",
    "proposal": "the payout proposal",
    "concern": "a concern about the payout",
    "round_changed": "the changed payout proposal",
    "round_final": "the final allocations",
    "allocation": "an artist's allocation",
    "round_settled": "that the payout is settled",
}


async def undeliverable(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    """The message about a row that failed; None once it was said after all."""
    failure = await deliveries.failure(runtime.db, int(subject["row"]))
    return None if failure is None else Outgoing(content=render(failure))


def render(failure: deliveries.FailureView) -> str:
    """What could not be said, to whom, and what would mend it."""
    what = _NAMES.get(failure.kind, f"a message ({failure.kind})")
    whom = f" to <@{failure.user_id}>" if failure.user_id is not None else ""
    more = f" (and {plural(failure.alike - 1, 'more message')})" if failure.alike > 1 else ""
    return f"**{failure.show_name}**: I could not post {what}{whom}{more}. {failure.error}\nNothing is lost: I keep it."


SAYINGS: dict[str, Sayer] = {"undeliverable": undeliverable}
