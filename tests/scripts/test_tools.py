"""The scripts behind make: hygiene's finds, how check goes on after a failure, and which Python is taken."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import check, hygiene

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("see https://files.python" + "hosted.org/x.whl", "a download host"),
        ("path = '/ro" + "ot/.cache'", "a path of one machine"),
        ("cd /ho" + "me/ada/show", "a path of one machine"),
        ("# TO" + "DO: later", "unfinished work"),
    ],
)
def test_what_may_not_be_committed_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, what: str
) -> None:
    monkeypatch.setattr(hygiene, "ROOT", tmp_path)
    (tmp_path / "file.py").write_text(f"fine = 1\n{line}\n")
    (found,) = hygiene.problems("file.py")
    assert found.startswith(f"file.py:2: names {what}: ")


@pytest.mark.parametrize("line", ["/srv/showrunner/var", "GET /works/12", "todo = []", "https://discord.com"])
def test_harmless_lines_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr(hygiene, "ROOT", tmp_path)
    (tmp_path / "file.py").write_text(line)
    assert list(hygiene.problems("file.py")) == []


def test_a_long_file_is_named_and_a_picture_is_not_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hygiene, "ROOT", tmp_path)
    (tmp_path / "long.py").write_text("x = 1\n" * (hygiene.MOST_LINES + 1))
    (tmp_path / "work.png").write_bytes(b"\x89PNG\xff\xfe")
    assert "451 lines" in next(iter(hygiene.problems("long.py")))
    assert list(hygiene.problems("work.png")) == []


def test_every_check_runs_even_when_one_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = check.Step("bad", (sys.executable, "-c", "print('what is wrong'); raise SystemExit(3)"))
    good = check.Step("good", (sys.executable, "-c", "print('not of interest')"))
    monkeypatch.setattr(check, "STEPS", (bad, good))
    assert check.main([]) == 1
    said = capsys.readouterr().out
    assert "FAIL bad" in said
    assert "what is wrong" in said
    assert "ok   good" in said
    assert "not of interest" not in said
    assert check.main(["good"]) == 0
    assert check.main(["other"]) == 2


def find_python(path: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": f"{path}", **environ}
    return subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "find-python"], env=environment, capture_output=True, text=True, check=False
    )


def test_a_python_that_is_too_old_is_a_clear_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" || exit 1\n')
    old.chmod(0o755)
    done = find_python(tmp_path)
    assert done.returncode == 1
    assert "Showrunner needs Python 3.11 or newer" in done.stderr
    assert f"{old} (Python 3.9.2)" in done.stderr


def test_a_newer_one_is_found_beside_it_and_the_one_asked_for_comes_first(tmp_path: Path) -> None:
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    for name in ("python3.12", "mine"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 0\n")
    for file in tmp_path.iterdir():
        file.chmod(0o755)
    assert find_python(tmp_path).stdout.strip() == str(tmp_path / "python3.12")
    assert find_python(tmp_path, PYTHON="mine").stdout.strip() == str(tmp_path / "mine")
