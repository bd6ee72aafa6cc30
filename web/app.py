"""The gallery's application: addresses, and what stands around every answer."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from services.media import MediaStore
from services.store import Database
from web import api, assets, checking, health, media, money, pages
from web.errors import guard
from web.kept import SHELF, Shelf, kept
from web.rendering import Pages
from web.surroundings import SURROUNDINGS, Surroundings


def create_app(
    db: Database, store: MediaStore, *, clock: Callable[[], datetime], site_url: str, ready: Callable[[], bool]
) -> web.Application:
    """The public site. `site_url` has no slash at the end; `ready` says whether the bot is connected."""
    app = web.Application(middlewares=[guard(_trouble)])
    app[SURROUNDINGS] = Surroundings(db, store, clock, site_url, ready)
    static = assets.load_assets()
    app[pages.PAGES] = Pages(static, site_url)
    app[SHELF] = Shelf()
    app.router.add_get("/static/{digest}/{name}", assets.serve(static))
    app.router.add_get("/", kept(pages.home))
    app.router.add_get("/shows/{slug}", kept(pages.show))
    app.router.add_get("/shows/{slug}/money", kept(money.trends))
    app.router.add_get("/episodes/{id}", kept(pages.episode))
    app.router.add_get("/episodes/{id}/ballots.json", api.ballots)
    app.router.add_get("/episodes/{id}/receipt", checking.form)
    app.router.add_post("/episodes/{id}/receipt", checking.look)
    app.router.add_get("/episodes/{id}/payout", kept(pages.payout))
    app.router.add_get("/rounds/{id}/shares/{key}", kept(money.share))
    app.router.add_get("/works/{id}", kept(pages.work))
    app.router.add_get("/works/{id}/lineage", kept(pages.lineage))
    app.router.add_get("/terms", kept(pages.terms))
    app.router.add_get("/healthz", health.healthz)
    app.router.add_get("/readyz", health.readyz)
    app.router.add_get("/media/{sha256}", media.media)
    app.router.add_get("/api/v1/shows", api.shows)
    app.router.add_get("/api/v1/episodes/{id}", api.episode)
    app.router.add_get("/api/v1/episodes/{id}/works", api.works)
    app.router.add_get("/api/v1/episodes/{id}/ballots", api.ballots)
    app.router.add_get("/api/v1/rounds/{id}/statement", api.statement)
    return app


def _trouble(request: web.Request, status: int, sentence: str) -> web.Response:
    if request.path.startswith("/api/"):
        return api.as_json({"error": sentence}, status)
    return pages.trouble(request, status, sentence)
