"""What the outbox has this feature say."""

from collections.abc import Mapping
from typing import Any

from cogs.common.outgoing import Outgoing, Sayer
from cogs.cut import messages
from cogs.runtime import Runtime
from services import cuts


async def _cut(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing:
    return messages.cut(await cuts.cut_view(runtime.db, episode_id=subject["episode"]), runtime.site_url)


SAYINGS: Mapping[str, Sayer] = {"cut": _cut}
