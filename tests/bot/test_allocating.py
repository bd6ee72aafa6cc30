"""`showrunner allocate` and `verify` on statements, `showrunner ledger` on a database: exit codes and words."""

import asyncio
import json
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from bot.__main__ import main
from domain.allocation import from_json, statement
from domain.commitments import digest
from services.store import Database, Transaction
from tests.domain.allocation.test_verify import changed, numbers, real
from tests.services.test_books import a_payout

EXAMPLE: dict[str, Any] = {
    "kind": "allocation", "currency": "USD", "pool": 5_000_000, "lineage_bp": 2_000, "floor": 0, "cap_bp": 10_000,
    "seed": "s",
    "works": [
        {
            "id": "w1", "weight": 3, "in_cut": True, "credits": [{"artist": "a1", "bp": 10_000}],
            "sources": [{"work": "w2", "bp": None}],
        },
        {"id": "w2", "weight": 0, "in_cut": False, "credits": [{"artist": "a2", "bp": 10_000}], "sources": []},
    ],
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command on a document; the file is written as it is when it is bytes."""

    def run_on(command: str, document: Any, *arguments: str) -> SimpleNamespace:
        file = tmp_path / "file.json"
        file.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
        code = main([command, str(file), *arguments])
        said = capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err.replace(f"{file}: ", ""))

    return run_on


def test_allocate_prints_the_shares_of_the_designs_example(run: Any) -> None:
    said = run("allocate", EXAMPLE)
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out) == {
        "allocations": {"a1": 4_000_000, "a2": 1_000_000},
        "lines": [
            {"artist": "a1", "work": "w1", "kind": "own", "from": None, "amount": 4_000_000},
            {"artist": "a2", "work": "w2", "kind": "lineage", "from": "w1", "amount": 1_000_000},
        ],
        "unallocated": 0,
    }


def test_a_statement_holds_and_names_its_digest(run: Any) -> None:
    document = real()
    said = run("verify", document, "--digest", digest(document).upper())
    assert said.code == 0
    assert digest(document) in said.out
    other = run("verify", document, "--digest", "0" * 64)
    assert other.code == 1
    assert "not the one that was announced" in other.out
    # Inputs with the results of `allocate` added are a statement too.
    assert run("verify", EXAMPLE | json.loads(run("allocate", EXAMPLE).out)).code == 0


def test_every_changed_number_is_named_with_exit_code_1(run: Any) -> None:
    document = real()
    for path in numbers(document):
        said = run("verify", changed(document, path, 1))
        assert said.code == 1, path
        assert str(path[0]) in said.out, path


def test_what_is_malformed_is_2_with_the_place_and_never_a_trace(run: Any) -> None:
    rng = Random(3)
    whole = json.dumps(real()).encode()
    cases: list[Any] = [b"", b"{", b"[]", b"\xff", b'{"kind": "allocation"}', b'{"kind": "x"}', b"[" * 3_000]
    cases += [json.dumps(EXAMPLE | {"works": EXAMPLE["works"], "pool": -1}).encode()]
    for _ in range(60):
        start = rng.randrange(len(whole))
        cases.append(whole[:start] + bytes(rng.choices(b'"{}[],:0-9ae\\', k=rng.randint(0, 4))) + whole[start + 3 :])
    for case in cases:
        for command in ("allocate", "verify"):
            said = run(command, case)
            assert said.code in (1, 2) or (said.code == 0 and command == "allocate"), case
            if said.code == 2:
                assert len(said.err.strip().splitlines()) == 1, said.err


def test_a_circle_is_named(run: Any) -> None:
    first, second = EXAMPLE["works"]
    works = [first, second | {"sources": [{"work": "w1"}]}]
    said = run("allocate", EXAMPLE | {"works": works})
    assert said.code == 2
    assert "circle" in said.err


def test_the_statement_of_a_pure_input_is_what_is_published(run: Any) -> None:
    made = statement(from_json(EXAMPLE))
    assert run("verify", made).code == 0
    made["digests"]["works"][0] = "0" * 16
    assert run("verify", made).code == 1


@pytest.fixture
async def books(tmp_path: Path, db: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database with a payout, named by the environment."""
    await a_payout(db)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'showrunner.db'}")
    monkeypatch.setenv("SHOWRUNNER_MEDIA", str(tmp_path / "media"))
    monkeypatch.chdir(tmp_path)
    return db


async def ledger(*arguments: str) -> int:
    """The command as a process would run it, in this loop's thread pool: it has a loop of its own."""
    return await asyncio.to_thread(main, ["ledger", *arguments])


async def test_ledger_check_and_export(books: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await ledger("check") == 0
    assert capsys.readouterr().out == "The books are in order.\n"
    for name in ("hledger", "beancount", "csv"):
        assert await ledger("export", "--format", name, "--show", "Night Shift") == 0
        assert "60.50" in capsys.readouterr().out
    assert await ledger("export", "--output", str(tmp_path / "books.journal")) == 0
    assert "@@ 60.50 USD" in (tmp_path / "books.journal").read_text()
    assert await ledger("export", "--show", "Nowhere") == 1

    async def work(tx: Transaction) -> None:
        await tx.execute(text("UPDATE allocations SET amount = amount + 1 WHERE artist_id = 1"))

    await books.write(work)
    assert await ledger("check") == 1
    assert "lines sum to" in capsys.readouterr().out
