"""What the outbox has sources say: word of a remix, the look-alike question, disputes."""

from collections.abc import Mapping
from typing import Any

from cogs.common.attaching import attached
from cogs.common.outgoing import Attached, Outgoing, Sayer
from cogs.runtime import Runtime
from cogs.works import disputed, sourced
from services.works import disputes, lookalikes, read


async def _remixed(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    if subject.get("dm_closed"):
        return None  # their work's card says "used in"; nobody is called in the channel for every remix
    work = await read.view(runtime.db, subject["work"])
    kept = await disputes.declined_for(runtime.db, work.id, subject["source"])
    told = sourced.remixed(work, subject["source"], runtime.site_url, kept=kept)
    if told is None and subject.get("told"):
        source = await read.view(runtime.db, subject["source"])
        return sourced.no_longer_remixed(source, work)
    return told


async def _likeness(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    if subject.get("dm_closed"):
        return None  # it would accuse somebody in public: More on their card asks them instead
    found = await lookalikes.view(runtime.db, subject["likeness"])
    if found is None:
        return None
    pictures = [
        await _picture(runtime, work.id, name) for work, name in ((found.work, "yours"), (found.source, "other"))
    ]
    return sourced.likeness(found, [one for one in pictures if one] if all(pictures) else [], runtime.site_url)


async def _picture(runtime: Runtime, work_id: int, name: str) -> Attached | None:
    """The first picture of a work, small; None where it has none."""
    work = await read.view(runtime.db, work_id)
    key = next((file.preview for file in work.files if file.preview), None)
    return await attached(runtime, key, f"{name}.webp") if key is not None else None


async def _raised(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    found = await disputes.view(runtime.db, subject["dispute"])
    return disputed.asked_in_public(found) if subject.get("dm_closed") else disputed.raised(found, runtime.site_url)


async def _card(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    return disputed.producers_card(await disputes.view(runtime.db, subject["dispute"]), runtime.site_url)


async def _settled(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    found = await disputes.view(runtime.db, subject["dispute"])
    if subject.get("dm_closed"):
        return disputed.settled_in_public(found)
    return disputed.settled(found, subject["user"], runtime.site_url)


SAYINGS: Mapping[str, Sayer] = {
    "work_remixed": _remixed,
    "work_likeness": _likeness,
    "dispute_raised": _raised,
    "dispute_card": _card,
    "dispute_settled": _settled,
}
