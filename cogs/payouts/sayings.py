"""What the outbox has this feature say."""

from collections.abc import Mapping
from typing import Any

from cogs.common.outgoing import Outgoing, Sayer
from cogs.payouts import comparing, messages, shares
from cogs.runtime import Runtime
from domain.episode import RoundPhase
from services.payouts import adjusting, concerns, read


async def _proposal(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    view = await read.get_round(runtime.db, round_id=subject["round"])
    return messages.proposal(view, runtime.site_url, runtime.clock())


async def _raised(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    view = await read.get_round(runtime.db, round_id=subject["round"])
    concern = await concerns.get_concern(runtime.db, concern_id=subject["concern"])
    if "talk" in subject:
        return messages.concern_to_answer(view, concern, subject["talk"])
    return messages.concern_raised(view, concern)


async def _answered(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    view = await read.get_round(runtime.db, round_id=subject["round"])
    moved = await concerns.changes_view(runtime.db, round_id=view.id, changes=subject["changes"])
    concern = await concerns.get_concern(runtime.db, concern_id=subject["concern"])
    return messages.concern_answered(concern, moved, view)


async def _ready(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await read.get_round(runtime.db, round_id=subject["round"])
    return messages.ready(view) if view.phase is RoundPhase.PROPOSED else None


async def _final(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    return messages.final(await read.get_round(runtime.db, round_id=subject["round"]), runtime.site_url)


async def _settled(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    return messages.settled(await read.get_round(runtime.db, round_id=subject["round"]))


async def _allocation(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    view = await read.explain_artist(runtime.db, round_id=subject["round"], artist_id=subject["artist"])
    if subject.get("dm_closed") and view.round.hidden:
        return shares.allocation_in_public(view)
    return shares.allocation(view, runtime.site_url)


async def _proposed_share(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    if subject.get("dm_closed"):
        return None  # the proposal above names them already
    view = await read.explain_artist(runtime.db, round_id=subject["round"], artist_id=subject["artist"])
    return shares.proposed_share(view, runtime.site_url, runtime.clock())


async def _adjusted(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    view = await read.get_round(runtime.db, round_id=subject["round"])
    moved = await concerns.changes_view(runtime.db, round_id=view.id, changes=subject["changes"])
    made = await adjusting.get_adjustment(runtime.db, adjustment_id=subject["adjustment"])
    return comparing.adjusted(made, moved, view, messages.title(view))


SAYINGS: Mapping[str, Sayer] = {
    "proposal": _proposal,
    "concern_raised": _raised,
    "concern_answered": _answered,
    "round_ready": _ready,
    "round_final": _final,
    "round_settled": _settled,
    "adjusted": _adjusted,
    "allocation": _allocation,
    "proposed_share": _proposed_share,
}
