"""The lock check finds every way in which a lock and pyproject.toml can part, without a network."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from scripts import lock

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's files to spoil."""
    for name in ("pyproject.toml", lock.RUNTIME.name, lock.DEV.name):
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    return tmp_path


def problems(folder: Path) -> list[str]:
    project = tomllib.loads((folder / "pyproject.toml").read_text())
    return [*lock.check(lock.RUNTIME, project), *lock.check(lock.DEV, project), *lock.superset()]


def edit(path: Path, pattern: str, replacement: str) -> None:
    before = path.read_text()
    after = re.sub(pattern, replacement, before, count=1)
    assert after != before
    path.write_text(after)


def test_the_locks_of_this_project_hold(folder: Path) -> None:
    assert problems(folder) == []


def test_a_new_dependency_asks_for_a_new_lock(folder: Path) -> None:
    edit(folder / "pyproject.toml", r'"tzdata>=[^"]*"', '"tzdata>=2025.2", "leftpad>=1"')
    assert "requirements.lock lacks leftpad." in problems(folder)
    assert sum("run `make lock`" in problem for problem in problems(folder)) == 2


def test_a_range_that_the_lock_does_not_meet(folder: Path) -> None:
    edit(folder / "pyproject.toml", r'"structlog>=[^"]*"', '"structlog>=99"')
    assert any("has structlog" in problem and "wants structlog>=99" in problem for problem in problems(folder))


def test_a_range_of_a_tool_matters_only_to_the_lock_for_development(folder: Path) -> None:
    edit(folder / "pyproject.toml", r'"ruff>=[^"]*"', '"ruff>=99"')
    assert [problem.split()[0] for problem in problems(folder) if "ruff" in problem] == [lock.DEV.name]


def test_other_versions_for_tests_than_for_production(folder: Path) -> None:
    edit(folder / lock.DEV.name, r"\nstructlog==\S+", "\nstructlog==0.99.0")
    assert any(problem.startswith("structlog is [") for problem in problems(folder))


def test_a_pin_without_a_hash(folder: Path) -> None:
    edit(folder / lock.RUNTIME.name, r"\nfiletype==(\S+)( \\\n\s+--hash=\S+)+", r"\nfiletype==\1")
    assert any("filetype" in problem and "not pinned with hashes" in problem for problem in problems(folder))


@pytest.mark.parametrize("line", ["--extra-index-url https://mirror.example/simple", "six @ file:///wheels/six.whl"])
def test_an_address_or_a_path(folder: Path, line: str) -> None:
    path = folder / lock.RUNTIME.name
    path.write_text(f"# {line}\n{path.read_text()}")
    assert any("names an address or a path" in problem for problem in problems(folder))


def test_a_missing_lock(folder: Path) -> None:
    (folder / lock.RUNTIME.name).unlink()
    assert problems(folder) == ["requirements.lock is missing: run `make lock`."]
