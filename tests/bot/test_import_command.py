"""`showrunner import`: what it says and how it ends, and a kill half-way that leaves no trace."""

import asyncio
import json
import shutil
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from services.store import Database
from tests.support.bot_process import ROOT
from tests.support.studio import make_show

ROWS = 6000
GOOD = "work,title,artists,sources,mood\n1,One,Ada,,calm\n2,Two,Bo|Ada,1,\n"


@pytest.fixture
async def studio(tmp_path: Path, migrated_file: Path) -> Path:
    """A database with a show."""
    path = tmp_path / "showrunner.db"
    shutil.copyfile(migrated_file, path)
    db = Database(f"sqlite:///{path}")
    await make_show(db)
    await db.close()
    return path


async def start(database: Path, *arguments: object) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "import", *(str(one) for one in arguments if one is not None),
        "--env-file", "none", cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DATABASE_URL": f"sqlite:///{database}"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def run(database: Path, *arguments: object) -> tuple[int | None, str, str]:
    process = await start(database, *arguments)
    async with asyncio.timeout(120):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


def file_of(folder: Path, text: str, name: str = "old.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ask(database: Path, query: str) -> list[Any]:
    connection = sqlite3.connect(database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


async def test_a_catalogue_comes_in_once(studio: Path, tmp_path: Path) -> None:
    path = file_of(tmp_path, GOOD)
    assert await run(studio, path, "--show", "night-shift", "--dry-run") == (
        0, ("Ignored columns: mood.\n"
        "2 of 2 works would be imported into a new episode “Back catalogue” of Night Shift.\n"), "",
    )  # fmt: skip
    assert ask(studio, "SELECT count(*) FROM works") == [(0,)]
    assert (await run(studio, path, "--show", "night-shift", "--new-episode", "Before"))[:2] == (
        0, "Ignored columns: mood.\n2 of 2 works were imported into S1E1 “Before” of Night Shift.\n",
    )  # fmt: skip
    assert (await run(studio, path, "--show", "night-shift", "--episode", "S1E1"))[1].endswith(
        "Nothing new in 2 rows (2 imported before).\n"
    )


async def test_what_is_refused_or_changed_has_its_line(studio: Path, tmp_path: Path) -> None:
    await run(studio, file_of(tmp_path, GOOD), "--show", "night-shift")
    path = file_of(tmp_path, "work,title,artists\n1,Uno,Ada\n3,,Ada\n4,Four,Cy\n")
    code, out, _ = await run(studio, path, "--show", "night-shift", "--strict")
    assert code == 1
    assert out.splitlines()[-1] == (
        "Nothing was imported, because of --strict: 1 changed since and left alone, 1 refused."
    )
    code, out, _ = await run(studio, path, "--show", "night-shift")
    assert code == 1
    refused, changed, last = out.splitlines()
    assert refused == "Refused, line 3 (3, “”): It has no title."
    assert changed.startswith("Changed, line 2 (1, “One”): Its title differs from when it was imported. #1 is left")
    assert last == (
        "1 of 3 works were imported into S1E1 “Back catalogue” of Night Shift "
        "(1 changed since and left alone, 1 refused)."
    )


async def test_the_report_as_json(studio: Path, tmp_path: Path) -> None:
    path = file_of(tmp_path, '[{"work": 1, "title": "One", "artists": "Ada"}, {"work": 2}]', "old.json")
    code, out, _ = await run(studio, path, "--show", "night-shift", "--json")
    found = json.loads(out)
    assert (code, found["imported"], found["unit"]) == (1, 1, "entry")
    assert found["refused"] == [{"place": 2, "work": "2", "title": "", "sentence": "It has no title."}]


async def test_claims_with_and_without_a_file(studio: Path, tmp_path: Path) -> None:
    path = file_of(tmp_path, GOOD)
    code, out, _ = await run(studio, path, "--show", "night-shift", "--claim", "Ada=77")
    assert (code, out.splitlines()[-1]) == (0, "“Ada” is the user 77 now, with 1 work and a part in 1 other.")
    assert ask(studio, "SELECT user_id FROM artists WHERE imported_name = 'Ada'") == [(77,)]
    code, out, _ = await run(studio, None, "--show", "night-shift", "--claim", "Ada=77", "--json")
    assert json.loads(out) == {"claimed": [{"name": "Ada", "user": "77", "works": 0, "parts": 0}]}
    code, out, err = await run(studio, None, "--show", "night-shift", "--claim", "Ada=78")
    assert (code, out, err) == (1, "", "“Ada” is Ada already.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ([], 1, "Name a file to import, or somebody with --claim NAME=ID."),
        (["--claim", "Ada=77", "--dry-run"], 1, "--claim has no dry run."),
        (["--claim", "Ada"], 2, "must look like NAME=ID"),
        (["--claim", "=77"], 2, "must look like NAME=ID"),
    ],
)
async def test_claims_that_make_no_sense(studio: Path, arguments: list[str], code: int, sentence: str) -> None:
    found = await run(studio, None, "--show", "night-shift", *arguments)
    assert found[0] == code
    assert sentence in found[2]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.csv", "--show", "night-shift"], "nowhere.csv cannot be read: No such file or directory."),
        (["old.csv", "--show", "nope"], "There is no show with the slug “nope”. There is night-shift."),
        (["old.csv", "--show", "night-shift", "--episode", "S7E7"], "Night Shift has no episode “S7E7”."),
    ],
)
async def test_what_cannot_be_meant_is_a_sentence(
    studio: Path, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    file_of(tmp_path, GOOD)
    code, out, err = await run(studio, tmp_path / arguments[0], *arguments[1:])
    assert (code, out) == (1, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


async def test_a_database_that_is_not_set_up_is_left_alone(tmp_path: Path) -> None:
    code, _, err = await run(tmp_path / "none.db", file_of(tmp_path, GOOD), "--show", "night-shift")
    assert (code, err) == (1, "The database is not at this version yet. Run `showrunner migrate` first.\n")


def everything(database: Path) -> list[list[Any]]:
    """All that an import writes, without the times."""
    return [
        ask(database, query)
        for query in (
            "SELECT id, show_id, episode_id, number, artist_id, title, licence, import_key FROM works ORDER BY id",
            "SELECT id, guild_id, user_id, imported_name, name FROM artists ORDER BY id",
            "SELECT work_id, artist_id, share_bp, state FROM credits ORDER BY work_id, artist_id",
            "SELECT work_id, source_work_id, outside_title, share_bp FROM sources ORDER BY work_id, source_work_id",
            "SELECT work_id, kind, detail FROM work_events ORDER BY work_id",
            "SELECT id, number, title, phase FROM episodes",
            "SELECT episode_id, to_phase FROM episode_moves ORDER BY id",
            "SELECT next_work, next_episode FROM shows",
        )
    ]


async def hold_half_way(database: Path) -> sqlite3.Connection:
    """Take the write lock when some batches are in and others are not; the import is another process."""
    connection = sqlite3.connect(database, isolation_level=None, timeout=0)
    async with asyncio.timeout(60):
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                await asyncio.sleep(0.0005)
                continue
            if connection.execute("SELECT count(*) FROM works").fetchone()[0]:
                return connection
            connection.execute("ROLLBACK")
            await asyncio.sleep(0.0005)


@pytest.mark.fault
async def test_a_kill_half_way_and_again_is_the_same_as_once(studio: Path, tmp_path: Path) -> None:
    lines = [f"{n},Title {n},A{n % 90}|B{n % 70},{n // 2 or ''}" for n in range(1, ROWS + 1)]
    path = file_of(tmp_path, "\n".join(["work,title,artists,sources", *lines]) + "\n")
    once = tmp_path / "once.db"
    shutil.copyfile(studio, once)
    process = await start(studio, path, "--show", "night-shift")
    lock = await hold_half_way(studio)
    (found,) = lock.execute("SELECT count(*) FROM works").fetchone()
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    lock.execute("ROLLBACK")
    lock.close()
    assert 0 < found < ROWS
    assert found % 200 == 0
    code, out, _ = await run(studio, path, "--show", "night-shift")
    assert (code, f"{ROWS - found:,} of {ROWS:,} works were imported" in out) == (0, True)
    assert (await run(once, path, "--show", "night-shift"))[0] == 0
    assert everything(studio) == everything(once)
