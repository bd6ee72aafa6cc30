"""What the outbox has this feature say."""

from collections.abc import Mapping
from typing import Any

from cogs.common.outgoing import Outgoing, Sayer
from cogs.runtime import Runtime
from cogs.themes import messages
from cogs.themes import suggestions as suggested
from services import episodes, shows, suggestions


async def _queue_empty(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await shows.show_by_id(runtime.db, subject["show"])
    return messages.queue_empty(view, missed=subject.get("about") == "queue_missed")


async def _note(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await shows.show_by_id(runtime.db, subject["show"])
    episode_id = subject.get("episode")
    episode = await episodes.get_episode(runtime.db, episode_id) if episode_id is not None else None
    return messages.note(view, subject["about"], episode)


async def _suggestion(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    return suggested.post(await suggestions.suggestion_view(runtime.db, suggestion_id=subject["suggestion"]))


async def _suggestion_decided(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await suggestions.suggestion_view(runtime.db, suggestion_id=subject["suggestion"])
    return suggested.decided(view, in_public=bool(subject.get("dm_closed")))


async def _chosen_for_producers(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await suggestions.suggestion_view(runtime.db, suggestion_id=subject["suggestion"])
    show = await shows.show_by_id(runtime.db, view.show_id)
    return suggested.for_producers(view, show.next_theme_at)


SAYINGS: Mapping[str, Sayer] = {
    "queue_empty": _queue_empty,
    "producer_note": _note,
    "suggestion": _suggestion,
    "suggestion_decided": _suggestion_decided,
    "suggestion_chosen_producers": _chosen_for_producers,
}
