"""Fixtures that every folder of tests shares, and a closing word on what was left out and why."""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.async_api import Page

from db.engine import Database
from db.migrate import migrate
from tests.support import browser, postgres


class OpenPage(Protocol):
    """What the `browser_page` fixture gives: call it for a page, with playwright's options of a context."""

    async def __call__(self, **context: Any) -> Page: ...


LONGEST = ("tests/scenarios/test_demo.py", "tests/faults/", "tests/scenarios/", "tests/bot/", "tests/web/")
"""The files that take longest. One worker has all tests of a file: begun last, it would keep the others waiting."""


@pytest.hookimpl(trylast=True)  # after the order is shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, and leave out, with the reason, the tests whose program is not installed."""
    items.sort(
        key=lambda item: next((at for at, path in enumerate(LONGEST) if item.nodeid.startswith(path)), len(LONGEST))
    )
    lacking = {}
    if postgres.binaries() is None:
        lacking["postgres"] = postgres.MISSING
    if any(item.get_closest_marker("browser") for item in items) and (reason := browser.missing()):
        lacking["browser"] = reason
    for item in items:
        for mark, reason in lacking.items():
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name every reason for which tests did not run, with their number."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        if isinstance(report.longrepr, tuple):
            reasons[report.longrepr[2].removeprefix("Skipped: ")] += 1
    for reason, number in sorted(reasons.items()):
        terminalreporter.write_line(f"Left out: {number} test{'s' * (number > 1)}. {reason}", yellow=True)


def _migrate(url: str) -> None:
    # In a thread of its own: pytest-asyncio owns this thread's event loop.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, migrate(url)).result()


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL server, started when the first test asks for it and stopped after the last one."""
    cluster = postgres.Cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def migrated_template(postgres_cluster: postgres.Cluster) -> str:
    """The name of a migrated database to copy: quicker than migrating for every test."""
    name = postgres_cluster.create()
    _migrate(postgres_cluster.url(name))
    return name


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "showrunner.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The DATABASE_URL of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'showrunner.db'}"


@pytest.fixture
def postgres_url(postgres_cluster: postgres.Cluster) -> Iterator[str]:
    """The DATABASE_URL of an empty PostgreSQL database. Mark the test `postgres`, or use `database_url`."""
    name = postgres_cluster.create()
    yield postgres_cluster.url(name)
    postgres_cluster.drop(name)


_EACH = [pytest.param("sqlite", id="sqlite"), pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=_EACH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The DATABASE_URL of an empty database: once SQLite, once PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=_EACH)
def migrated_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The DATABASE_URL of a migrated database: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        url = str(request.getfixturevalue("sqlite_url"))
        shutil.copyfile(request.getfixturevalue("migrated_file"), url.removeprefix("sqlite:///"))
        yield url
        return
    cluster: postgres.Cluster = request.getfixturevalue("postgres_cluster")
    name = cluster.create(request.getfixturevalue("migrated_template"))
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    """A migrated, open `Database`: once SQLite, once PostgreSQL."""
    opened = Database(migrated_url)
    yield opened
    await opened.close()


@pytest.fixture
async def db(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Database]:
    """A migrated, open `Database` in SQLite, for tests above the services: what differs is proved below."""
    path = tmp_path / "showrunner.db"
    shutil.copyfile(migrated_file, path)
    opened = Database(f"sqlite:///{path}")
    yield opened
    await opened.close()


@pytest.fixture
async def browser_page() -> AsyncIterator[OpenPage]:
    """Open pages in Chromium, with playwright's options of a context; mark the test `browser`.

    `page = await browser_page(viewport={"width": 390, "height": 844})`
    """
    async with AsyncExitStack() as stack:

        async def open_page(**context: Any) -> Page:
            return await stack.enter_async_context(browser.open_page(**context))

        yield open_page
