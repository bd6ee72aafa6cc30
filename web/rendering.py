"""Templates to answers, escaped everywhere. web.kept keeps what is rendered here."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from aiohttp import web

from domain.licences import TITLES
from services.text import money_text
from web import words
from web.assets import Asset

if TYPE_CHECKING:
    from jinja2 import Environment


class Pages:
    """Renders web/templates. The template engine is loaded by the first page, not by the start of the process."""

    def __init__(self, assets: dict[str, Asset], site_url: str) -> None:
        self._assets = assets
        self._site_url = site_url

    def page(self, request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
        """A page; an error is not to be kept by anybody."""
        body = self._engine.get_template(template).render(path=request.path, **values).encode()
        response = web.Response(body=body, status=status, content_type="text/html", charset="utf-8")
        if status != web.HTTPOk.status_code:
            response.headers["Cache-Control"] = "no-store"
        return response

    @cached_property
    def _engine(self) -> "Environment":
        from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - a start does not need it

        engine = Environment(
            loader=PackageLoader("web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        engine.filters.update(words.FILTERS, money=money_text)
        engine.globals.update(words.NAMES, licences=TITLES, site_url=self._site_url, asset=self._address)
        return engine

    def _address(self, name: str) -> str:
        return self._assets[name].address
