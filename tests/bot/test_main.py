"""The command line: what an operator must mend is one sentence on stderr, without a trace and without a secret."""

import asyncio
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.__main__ import main
from db.lock import process_lock
from db.migrate import HEAD
from db.models import LedgerPosting
from domain import ledger
from sandbox.server import Sandbox
from services.ledger import write_entry
from services.store import Database, Transaction, writes
from tests.support.bot_process import ROOT
from tests.support.studio import NOW, make_show

TOKEN = "a-secret-token-of-the-bot"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as running:
        yield running


async def showrunner(*arguments: str, **settings: str) -> tuple[int, str, str]:
    """Run the command in a process of its own; its exit code, stdout and stderr."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=ROOT, env={"PATH": "/usr/bin:/bin", **settings},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


def settings(folder: Path, sandbox: Sandbox | None = None, **more: str) -> dict[str, str]:
    base = sandbox.api_url if sandbox else "http://127.0.0.1:9/api/v10"
    return {
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_BASE": base,
        "DATABASE_URL": f"sqlite:///{folder / 'showrunner.db'}",
        "SHOWRUNNER_MEDIA": str(folder / "media"),
        "SHOWRUNNER_LINK_PREVIEWS": "false",
        "SHOWRUNNER_WEB_PORT": "0",
        "SHOWRUNNER_LOG_LEVEL": "error",
        **more,
    }


def only_sentences(text: str) -> bool:
    return "Traceback" not in text and TOKEN not in text and len(text.strip().splitlines()) == 1


async def test_a_token_that_discord_refuses(tmp_path: Path, sandbox: Sandbox) -> None:
    code, _, err = await showrunner("run", "--env-file", "none", **settings(tmp_path, sandbox))
    assert code == 1
    assert err.startswith("Discord refused the token.")
    assert only_sentences(err)


async def test_an_intent_that_discord_refuses(tmp_path: Path, sandbox: Sandbox) -> None:
    sandbox.world.approved_intents = set()
    token = sandbox.options.token
    code, _, err = await showrunner("run", "--env-file", "none", **settings(tmp_path, sandbox, DISCORD_TOKEN=token))
    assert code == 1
    assert "SHOWRUNNER_MESSAGE_CONTENT=false" in err
    assert "Traceback" not in err


async def test_a_database_of_a_newer_version(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "showrunner.db") as db:
        db.execute("CREATE TABLE alembic_version (version_num TEXT)")
        db.execute("INSERT INTO alembic_version VALUES ('9999')")
    db.close()
    for command in ("run", "migrate", "check"):
        code, _, err = await showrunner(command, "--env-file", "none", **settings(tmp_path))
        assert code == 1
        assert "made by a newer Showrunner (revision 9999" in err
        assert only_sentences(err)


async def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _, err = await showrunner("run", "--env-file", "none", **settings(tmp_path, SHOWRUNNER_WEB_PORT=port))
    assert code == 1
    assert f"port {port}: another program uses it" in err
    assert only_sentences(err)


async def test_a_second_process_on_one_sqlite_file(tmp_path: Path) -> None:
    lock = process_lock(f"sqlite:///{tmp_path / 'showrunner.db'}")
    assert await lock.acquire()
    try:
        code, _, err = await showrunner("run", "--env-file", "none", **settings(tmp_path))
    finally:
        await lock.release()
    assert code == 1
    assert "Another Showrunner is running on" in err
    assert only_sentences(err)


async def test_a_database_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "showrunner.db").write_text("this is no database, whatever its name says, and it is long enough")
    code, _, err = await showrunner("migrate", "--env-file", "none", **settings(tmp_path))
    assert code == 1
    assert "cannot be used: file is not a database" in err
    assert only_sentences(err)


async def test_a_postgresql_that_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql://me:secret@127.0.0.1:9/{tmp_path.name}"
    code, _, err = await showrunner("migrate", "--env-file", "none", **settings(tmp_path, DATABASE_URL=url))
    assert code == 1
    assert "127.0.0.1:9" in err
    assert "secret" not in err
    assert only_sentences(err)


async def test_migrate_and_check(tmp_path: Path) -> None:
    given = settings(tmp_path)
    assert (await showrunner("migrate", "--check", "--env-file", "none", **given))[0] == 1
    code, out, _ = await showrunner("migrate", "--env-file", "none", **given)
    assert (code, f"at {HEAD} (was empty)" in out) == (0, True)
    assert (await showrunner("migrate", "--check", "--env-file", "none", **given))[0] == 0
    code, out, _ = await showrunner("check", "--env-file", "none", **given)
    assert code == 0
    assert "up to date" in out
    assert "The books are in order." in out


async def test_check_names_what_is_off_in_the_books(tmp_path: Path) -> None:
    given = settings(tmp_path)
    await showrunner("migrate", "--env-file", "none", **given)
    await tamper(f"sqlite:///{tmp_path / 'showrunner.db'}")
    code, out, _ = await showrunner("check", "--env-file", "none", **given)
    assert code == 1
    assert "does not sum to zero: it is off by 7 minor units of USD" in out


async def tamper(url: str) -> None:
    """A show with one entry whose postings do not balance, which no service would write."""
    db = Database(url)
    show = await make_show(db)

    @writes
    async def unbalance(tx: Transaction) -> None:
        row = await write_entry(tx, ledger.revenue("USD", 500), key="x", show_id=show.id, now=NOW)
        tx.add(LedgerPosting(entry_id=row.id, account=ledger.REVENUE, amount=7))

    await unbalance(db)
    await db.close()


def test_unknown_settings_and_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings"
    file.write_text("SHOWRUNNER_WEB_PROT=1\nDISCORD_TOKEN=two parts\n")
    for name in ("DISCORD_TOKEN", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert main(["check", "--env-file", str(file)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in lines] == ["SHOWRUNNER_WEB_PROT", "DISCORD_TOKEN"]
    for arguments in (["walk"], [], ["run", "--fast"]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith("showrunner 0.")
