"""Files of the media store, to be sent along with a message."""

from cogs.common.outgoing import Attached
from cogs.runtime import Runtime
from services.media import MediaMissingError


async def attached(runtime: Runtime, key: str, name: str) -> Attached | None:
    """What the store holds under a key; None where it is missing."""
    try:
        return Attached(name, b"".join([chunk async for chunk in runtime.media.open(key)]))
    except MediaMissingError:
        return None
