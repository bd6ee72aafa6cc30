"""Fixtures of the service tests: a migrated database, once SQLite and once PostgreSQL, and a show in it."""

import pytest

from services.shows import ShowView
from services.store import Database
from tests.support.studio import GUILD, MANAGER, NOW, PRODUCER, actor, make_show

__all__ = ["GUILD", "MANAGER", "NOW", "PRODUCER", "actor", "make_show"]


@pytest.fixture
async def studio_db(database: Database) -> Database:
    """A migrated `Database`, closed after the test."""
    return database


@pytest.fixture
async def show(studio_db: Database) -> ShowView:
    """A show that posts on Mondays at 18:00 UTC."""
    return await make_show(studio_db)
