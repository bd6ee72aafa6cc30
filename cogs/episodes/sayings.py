"""What the outbox has this feature say."""

from collections.abc import Mapping
from typing import Any

from cogs.common.outgoing import Outgoing, Sayer
from cogs.episodes import messages
from cogs.runtime import Runtime
from domain.episode import Phase
from services import episodes


async def _planned(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    return messages.planned(await episodes.get_episode(runtime.db, subject["episode"]), runtime.site_url)


async def _opened(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    view = await episodes.get_episode(runtime.db, subject["episode"])
    return messages.opened(view, runtime.site_url, reads=runtime.message_content)


async def _closing_soon(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await episodes.get_episode(runtime.db, subject["episode"])
    late = view.phase is not Phase.OPEN or view.closes_at is None or view.closes_at <= runtime.clock()
    return None if late else messages.closing_soon(view, runtime.site_url, reads=runtime.message_content)


async def _released(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    return messages.released(await episodes.release_view(runtime.db, subject["episode"]), runtime.site_url)


async def _canceled(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    return messages.canceled(await episodes.canceled_view(runtime.db, subject["episode"]), runtime.site_url)


SAYINGS: Mapping[str, Sayer] = {
    "episode_planned": _planned,
    "episode_opened": _opened,
    "closing_soon": _closing_soon,
    "released": _released,
    "canceled": _canceled,
}
