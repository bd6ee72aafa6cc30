"""The tests' own tools: a database for each test, and pages that cannot leave this machine."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from db.engine import Database
from db.migrate import HEAD, current
from tests.conftest import OpenPage
from tests.support import browser
from tests.support.postgres import Cluster


async def _tables(database: Database) -> int:
    async with database.reading() as session:
        if database.sqlite:
            query = "SELECT count(*) FROM sqlite_master"
        else:
            query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        return int((await session.execute(text(query))).scalar_one())


async def test_a_database_is_empty_each_time(database_url: str) -> None:
    database = Database(database_url)
    try:
        assert await _tables(database) == 0
    finally:
        await database.close()


@pytest.mark.parametrize("turn", [1, 2])
async def test_a_migrated_database_is_nobody_elses(database: Database, migrated_url: str, turn: int) -> None:
    async with database.writer.begin() as connection:
        await connection.execute(text("CREATE TABLE mark (n integer)"))
    assert await current(migrated_url) == HEAD


@pytest.mark.postgres
def test_the_server_is_not_roots_and_goes_away_with_its_folder() -> None:
    cluster = Cluster.start()
    assert cluster.server is not None
    assert Path(f"/proc/{cluster.server.pid}").stat().st_uid != 0
    cluster.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(cluster.server.pid, 0)
    assert not cluster.folder.exists()


@pytest.mark.browser
async def test_a_page_shows_what_this_machine_serves(browser_page: OpenPage) -> None:
    page = await browser_page()
    await page.set_content("<h1>Theme: tides</h1>")
    assert await page.inner_text("h1") == "Theme: tides"


async def _open(html: str) -> None:
    async with browser.open_page() as page:
        await page.set_content(html)


@pytest.mark.browser
async def test_a_page_that_asks_another_machine_is_an_error() -> None:
    with pytest.raises(AssertionError, match=r"asked for http://192\.0\.2\.1/work\.png"):
        await _open('<img src="http://192.0.2.1/work.png">')


@pytest.mark.browser
async def test_a_script_that_fails_is_an_error() -> None:
    with pytest.raises(AssertionError, match="a script failed: tally is not defined"):
        await _open("<script>tally()</script>")
