"""What the outbox has this feature say."""

from collections.abc import Mapping
from typing import Any

from cogs.common.outgoing import Outgoing, Sayer
from cogs.runtime import Runtime
from cogs.themes import messages
from services import episodes, shows


async def _queue_empty(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await shows.show_by_id(runtime.db, subject["show"])
    return messages.queue_empty(view, missed=subject.get("about") == "queue_missed")


async def _note(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
    view = await shows.show_by_id(runtime.db, subject["show"])
    episode_id = subject.get("episode")
    episode = await episodes.get_episode(runtime.db, episode_id) if episode_id is not None else None
    return messages.note(view, subject["about"], episode)


SAYINGS: Mapping[str, Sayer] = {"queue_empty": _queue_empty, "producer_note": _note}
