"""Telling the producers what could not be said, and how to mend it."""

from collections.abc import Mapping
from typing import Any

from cogs.common.outgoing import Outgoing, Sayer
from cogs.common.text import plural
from cogs.runtime import Runtime
from services import undelivered

NAMES = {
    "allocation": "an artist's allocation",
    "canceled": "that the episode is canceled",
    "closing_soon": "the reminder that submissions close soon",
    "concern_answered": "the answer to a concern",
    "concern_raised": "a concern about the payout",
    "credit_offered": "the question whether a credit is right",
    "cut": "the cut",
    "dispute_card": "that a source is disputed",
    "dispute_raised": "the question about a disputed source",
    "dispute_settled": "how a dispute ended",
    "episode_opened": "the episode's theme",
    "episode_planned": "the next episode's announcement",
    "no_ballots": "that nobody voted",
    "producer_note": "a note to the producers",
    "proposal": "the payout proposal",
    "adjusted": "what was moved by hand in a payout",
    "queue_empty": "that the queue of themes is empty",
    "released": "the credits",
    "results": "the results of the vote",
    "round_final": "the final allocations",
    "round_ready": "that the payout can be finalised",
    "round_settled": "that the payout is settled",
    "undeliverable": "a report like this one",
    "voting_opened": "the start of the vote",
    "work_card": "a work's card",
    "work_judged": "what a producer decided about a work",
    "work_gone": "the way back for a work whose message was deleted",
    "work_allowed": "word that a work can be changed after the deadline",
    "work_likeness": "a private question",
    "work_refused": "why a message was not collected",
    "work_remixed": "that a work was remixed",
    "outcome": "what became of an artist's works",
    "recount": "that the vote was counted anew",
    "seen_too_little": "that a work is shown to few people",
    "suggestion": "a suggested theme",
    "suggestion_chosen_producers": "which theme the community chose",
    "suggestion_decided": "what became of a suggested theme",
    "vote_reminder": "a reminder of the vote",
    "vote_watch": "what stands out in the vote",
    "proposed_share": "an artist's proposed share",
    "payment_result": "what became of a payment",
    "run_made": "that a payment run was made",
    "claim_reminder": "the reminder that money waits to be claimed",
    "hold": "that money of a work waits for a decision",
    "money_received": "that money came in for an artist",
    "unclaimed": "what became of money that nobody claimed",
}
"""How each kind of message is called when it could not be posted."""


async def undeliverable(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    """The message about a row that failed; None once it was said after all."""
    failure = await undelivered.failure(runtime.db, int(subject["row"]))
    return None if failure is None else Outgoing(content=render(failure))


def render(failure: undelivered.FailureView) -> str:
    """What could not be said, to whom, and what would mend it."""
    what = NAMES.get(failure.kind, f"a message ({failure.kind})")
    whom = f" to <@{failure.user_id}>" if failure.user_id is not None else ""
    more = f" (and {plural(failure.alike - 1, 'more message')})" if failure.alike > 1 else ""
    return f"**{failure.show_name}**: I could not post {what}{whom}{more}. {failure.error}\nNothing is lost: I keep it."


SAYINGS: dict[str, Sayer] = {"undeliverable": undeliverable}
