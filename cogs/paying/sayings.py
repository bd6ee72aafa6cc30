"""What the outbox has this feature say; each to one artist or to the producers, and never where money goes."""

from collections.abc import Mapping
from typing import Any

from cogs.common.outgoing import Outgoing, Sayer
from cogs.paying import messages, notes
from cogs.runtime import Runtime
from domain.money import Money, currency
from services.kinds import PaymentState
from services.paying import claims, holds, results, runs


async def _run_made(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    return notes.run_made(await runs.announced_run(runtime.db, run_id=subject["run"]))


async def _payment_result(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    line, show = await results.told_result(runtime.db, line_id=subject["line"])
    if line.state is not PaymentState(subject["state"]):
        return None
    return messages.payment_result(line, show, public=_public(subject))


async def _received(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    del runtime
    amount = Money(subject["amount"], currency(subject["currency"]))
    return messages.received(subject["show"], amount, public=_public(subject))


async def _hold(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await holds.get_hold(runtime.db, hold_id=subject["hold"])
    return notes.hold(view) if view.state.value == subject["state"] else None


async def _claim_reminder(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await claims.claim_view(runtime.db, round_id=subject["round"], artist_id=subject["artist"])
    return messages.claim_reminder(view, public=_public(subject))


async def _unclaimed(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await claims.claims_over(
        runtime.db, round_id=subject["round"], amount=subject["amount"], people=subject["people"]
    )
    return messages.unclaimed(view, own=subject.get("own", False), public=_public(subject))


def _public(subject: Mapping[str, Any]) -> bool:
    """Whether others will read it, as the person takes no direct messages."""
    return bool(subject.get("dm_closed"))


SAYINGS: Mapping[str, Sayer] = {
    "run_made": _run_made,
    "payment_result": _payment_result,
    "money_received": _received,
    "hold": _hold,
    "claim_reminder": _claim_reminder,
    "unclaimed": _unclaimed,
}
