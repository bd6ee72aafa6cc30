"""Is my ballot in the count? A form for a receipt. What is typed is kept nowhere, in no address and in no log."""

from typing import Any

from aiohttp import web

from domain.errors import UserError
from services import ballot_receipts, episodes
from web.pages import PAGES
from web.surroundings import around, number_of

_LONGEST = 1000
"""Bytes of a form; a receipt has twenty letters."""


async def form(request: web.Request) -> web.Response:
    """The form, empty."""
    return await _page(request)


async def look(request: web.Request) -> web.Response:
    """The form, and what the published count holds for the receipt in it."""
    if request.content_length is None or request.content_length > _LONGEST:
        return await _page(request, 400, sentence="That is too long for a receipt.")
    typed = (await request.post()).get("receipt", "")
    try:
        found = await ballot_receipts.check(
            around(request).db, episode_id=number_of(request), receipt=typed if isinstance(typed, str) else ""
        )
    except UserError as error:
        return await _page(request, 400, sentence=str(error))
    return await _page(request, found=found)


async def _page(request: web.Request, status: int = 200, **values: Any) -> web.Response:
    episode = await episodes.get_episode(around(request).db, number_of(request))
    shown = {"found": None, "sentence": "", "episode": episode, **values}
    response = request.config_dict[PAGES].page(request, "receipt.html", status=status, **shown)
    response.headers["Cache-Control"] = "no-store"
    return response
