"""The tests' own tools: a database for each test, and pages that cannot leave this machine."""

import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from db.engine import Database
from db.migrate import HEAD, current
from tests.conftest import OpenPage
from tests.support import browser
from tests.support.postgres import Cluster

ROOT = Path(__file__).parents[2]


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


def _server(cluster: Cluster) -> int:
    return int((cluster.folder / "data" / "postmaster.pid").read_text().splitlines()[0])


@pytest.mark.postgres
def test_the_server_is_not_roots_and_goes_away_with_its_folder() -> None:
    cluster = Cluster.start()
    pid = _server(cluster)
    assert Path(f"/proc/{pid}").stat().st_uid != 0
    cluster.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not cluster.folder.exists()


_STARTS_AND_DIES = """
import os
from tests.support.postgres import Cluster
cluster = Cluster.start()
print(cluster.folder, cluster.keeper.pid, flush=True)
input()
os.kill(os.getpid(), 9)
"""


@pytest.mark.postgres
def test_the_server_does_not_outlive_tests_that_are_killed() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _STARTS_AND_DIES], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    folder, keeper = child.stdout.readline().split()
    gone = os.pidfd_open(int(keeper))
    child.communicate("\n")
    try:
        assert select.select([gone], [], [], 30)[0], "the server was still there after 30 seconds"
        assert not Path(folder, "data", "postmaster.pid").exists()
    finally:
        os.close(gone)
        shutil.rmtree(folder)


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
