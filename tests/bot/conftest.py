"""Fixtures for tests of the process's parts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.store import Database
from tests.support.bot_studio import Stage, on_stage


@pytest.fixture
async def stage(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """The client on a sandbox, with a show and no features."""
    async with on_stage(db, tmp_path, monkeypatch) as ready:
        yield ready
