"""Fixtures of the web tests: a gallery on a real SQLite file and a folder of files, with a client."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from services.media import MediaStore, open_store
from services.shows import ShowView
from services.store import Database
from tests.support.studio import NOW, make_show
from web.app import create_app


@dataclass
class Gallery:
    """A running gallery with what stands behind it."""

    db: Database
    store: MediaStore
    client: "TestClient[web.Request, web.Application]"
    state: dict[str, bool]

    @property
    def url(self) -> str:
        return str(self.client.make_url("")).rstrip("/")

    async def text(self, path: str, status: int = 200) -> str:
        """A page's text; it must come with this status."""
        async with self.client.get(path) as response:
            assert response.status == status, f"{path}: {response.status}"
            return await response.text()

    async def json(self, path: str, status: int = 200) -> Any:
        async with self.client.get(path) as response:
            assert response.status == status, f"{path}: {response.status}"
            assert response.content_type == "application/json"
            return await response.json()


@pytest.fixture
async def gallery(db: Database, tmp_path: Path) -> AsyncIterator[Gallery]:
    """An empty gallery: no show yet."""
    store = open_store(str(tmp_path / "media"))
    state = {"ready": True}
    app = create_app(db, store, clock=lambda: NOW, site_url="http://gallery.example", ready=lambda: state["ready"])
    async with TestClient(TestServer(app)) as client:
        yield Gallery(db, store, client, state)
    await store.close()


@pytest.fixture
async def show(gallery: Gallery) -> ShowView:
    """A show in the gallery."""
    return await make_show(gallery.db, timezone="Europe/Berlin")
