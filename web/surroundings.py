"""What the pages are given, and where in the application they find it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from services.media import MediaStore
from services.store import Database


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The database, the files, a clock (aware UTC), the public address, and whether the bot is at work."""

    db: Database
    media: MediaStore
    clock: Callable[[], datetime]
    site_url: str
    ready: Callable[[], bool]


SURROUNDINGS: web.AppKey[Surroundings] = web.AppKey("surroundings", Surroundings)


def around(request: web.Request) -> Surroundings:
    """The surroundings of a request."""
    return request.config_dict[SURROUNDINGS]


def number_of(request: web.Request, name: str = "id") -> int:
    """A row id from the address; 404 for one that no database holds."""
    text = request.match_info[name]
    if not text.isdecimal() or len(text) > 18:  # noqa: PLR2004 - what fits in 64 bits
        raise web.HTTPNotFound
    return int(text)
