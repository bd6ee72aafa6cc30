"""The pages: one reading of the gallery each, rendered."""

import asyncio

from aiohttp import web

from domain.episode import Phase
from domain.terms import CURRENT
from services import gallery
from services.episodes.views import MoveView
from services.gallery import EpisodePage
from web.lineage import BOX, picture_of
from web.rendering import Pages
from web.surroundings import around, number_of
from web.tree import NODE, grow

PAGES: web.AppKey[Pages] = web.AppKey("pages", Pages)

_RELATIVES = 500
_WAY = (Phase.PLANNED, Phase.OPEN, Phase.VOTING, Phase.CUTTING, Phase.RELEASED)


async def home(request: web.Request) -> web.Response:
    """Every show."""
    found = await gallery.home(around(request).db)
    return _pages(request).page(request, "home.html", shows=found.shows, pictures=found.pictures)


async def show(request: web.Request) -> web.Response:
    """A show's episodes."""
    page = await gallery.show_page(around(request).db, slug=request.match_info["slug"])
    return _pages(request).page(
        request, "show.html", show=page.show, episodes=page.episodes, queued=page.queued_themes, pictures=page.pictures
    )


async def episode(request: web.Request) -> web.Response:
    """An episode: its way, works, remixes, vote, cut and money."""
    front = await gallery.episode_front(
        around(request).db, episode_id=number_of(request), page=_page_of(request.query.get("page", "1"))
    )
    forest = grow(front.lineage)
    return _pages(request).page(
        request, "episode.html", front=front, whole=front.whole, episode=front.whole.episode,
        zone=front.whole.timezone, steps=_steps(front.whole), families=forest.families, left_out=forest.left_out,
        alone=forest.alone, here=front.lineage.here, node=NODE,
    )  # fmt: skip


async def work(request: web.Request) -> web.Response:
    """One work."""
    page = await gallery.work_page(around(request).db, work_id=number_of(request))
    return _pages(request).page(
        request, "work.html", page=page, work=page.work, episode=page.episode, zone=page.timezone,
        picture=picture_of(page.lineage), box=BOX,
    )  # fmt: skip


async def lineage(request: web.Request) -> web.Response:
    """What one work was made from, and what was made from it, as far as that can be drawn."""
    page = await gallery.work_page(around(request).db, work_id=number_of(request), relatives=_RELATIVES)
    # Hundreds of boxes take a while to lay out: other pages, and Discord, are answered meanwhile.
    picture = await asyncio.to_thread(picture_of, page.lineage)
    return _pages(request).page(request, "lineage.html", page=page, picture=picture, box=BOX)


async def payout(request: web.Request) -> web.Response:
    """Who gets what of an episode, and why, line by line."""
    page = await gallery.payout_page(around(request).db, episode_id=number_of(request))
    return _pages(request).page(
        request, "payout.html", page=page, episode=page.episode, zone=page.timezone, deal=page.episode.deal
    )


async def terms(request: web.Request) -> web.Response:
    """What artists agree to when they submit a work."""
    return _pages(request).page(request, "terms.html", terms=CURRENT)


def trouble(request: web.Request, status: int, sentence: str) -> web.Response:
    """An error, for people."""
    return _pages(request).page(request, "trouble.html", status=status, code=status, sentence=sentence)


def _pages(request: web.Request) -> Pages:
    return request.config_dict[PAGES]


def _page_of(text: str) -> int:
    """The page that is asked for; 404 for what is no number."""
    if not text.isdecimal() or len(text) > 6:  # noqa: PLR2004 - more pages than anybody has
        raise web.HTTPNotFound
    return int(text)


def _steps(page: EpisodePage) -> list[dict[str, object]]:
    """The phases with when each began, or will begin; one that was skipped or will not come has no time."""
    now = page.episode.phase
    began: dict[Phase, MoveView] = {move.to_phase: move for move in page.moves}
    due = {
        Phase.OPEN: page.episode.opens_at,
        Phase.VOTING: page.episode.closes_at,
        Phase.CUTTING: page.episode.votes_until,
    }
    way = (*(phase for phase in _WAY if phase in began), now) if now is Phase.CANCELED else _WAY
    here = way.index(now)
    return [
        {
            "phase": phase,
            "at": began[phase].at if phase in began else due.get(phase) if place > here else None,
            "state": "now" if place == here else "done" if place < here else "due",
        }
        for place, phase in enumerate(way)
    ]
