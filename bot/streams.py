"""Bytes as the streams that the media store takes and gives."""

from collections.abc import AsyncIterator


async def once(data: bytes) -> AsyncIterator[bytes]:
    """A stream of what is there already."""
    yield data
