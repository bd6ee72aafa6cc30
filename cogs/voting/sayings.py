"""What the outbox has this feature say."""

from collections.abc import Mapping
from typing import Any

from cogs.common.outgoing import Outgoing, Sayer
from cogs.runtime import Runtime
from cogs.voting import messages
from services import ballots


async def _voting_opened(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    view = await ballots.vote_view(runtime.db, episode_id=subject["episode"])
    return messages.announcement(view, runtime.site_url)


SAYINGS: Mapping[str, Sayer] = {"voting_opened": _voting_opened}
