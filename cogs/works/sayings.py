"""What the outbox has this feature say."""

from collections.abc import Mapping
from typing import Any

from cogs.common.attaching import attached
from cogs.common.outgoing import Attached, Outgoing, Sayer
from cogs.runtime import Runtime
from cogs.works import messages, source_sayings
from cogs.works.linked import looked_at
from services.views import WorkView
from services.works import read


async def _work_card(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    work = await read.view(runtime.db, subject["work"])
    link = looked_at(work)
    beside = await attached(runtime, link.preview, "link.webp") if link and link.preview else None
    return messages.work_card(work, runtime.site_url, await _previews(runtime, work), beside)


async def _work_refused(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    del runtime
    return messages.refused(subject["reason"], late=subject.get("late", True))


async def _credit_offered(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    work = await read.view(runtime.db, subject["work"])
    return messages.credit_offered(work, subject["user"], runtime.site_url)


async def _work_judged(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    if subject.get("dm_closed"):
        return None  # the reason is on the card; nobody is scolded in the channel
    return messages.judged(await read.view(runtime.db, subject["work"]), runtime.site_url)


async def _work_gone(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    if subject.get("dm_closed"):
        return None  # `/my works` has the way back as well
    return messages.gone(await read.view(runtime.db, subject["work"]), subject["until"], runtime.site_url)


async def _work_allowed(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    return messages.allowed(await read.view(runtime.db, subject["work"]), subject["until"], runtime.site_url)


async def _previews(runtime: Runtime, work: WorkView) -> dict[int, Attached]:
    """The small pictures of a form's work that are in the media store."""
    found = {}
    for file in messages.shown_pictures(work):
        picture = await attached(runtime, file.preview, f"picture-{file.id}.webp") if file.preview else None
        if picture is not None:
            found[file.id] = picture
    return found


SAYINGS: Mapping[str, Sayer] = {
    "work_card": _work_card,
    "work_refused": _work_refused,
    "credit_offered": _credit_offered,
    "work_judged": _work_judged,
    "work_gone": _work_gone,
    "work_allowed": _work_allowed,
    **source_sayings.SAYINGS,
}
