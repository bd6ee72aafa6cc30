"""A migration written from changed models: it is the newest, and models and migrations agree again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from db.migrate import HEAD

ROOT = Path(__file__).parents[2]
NEXT = f"{int(HEAD) + 1:04d}"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a migration is made from, copied, with a column that no migration knows."""
    for name in ("db", "domain"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "new_migration.py", tmp_path / "scripts")
    models = tmp_path / "db" / "models" / "show.py"
    table = '    __tablename__ = "guilds"\n'
    text = models.read_text()
    assert table in text
    models.write_text(text.replace(table, f"{table}\n    motto: Mapped[str | None] = mapped_column(String(80))\n"))
    return tmp_path


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )


def test_the_next_migration_makes_models_and_migrations_agree_again(checkout: Path) -> None:
    before = run(checkout, "-m", "db.check")
    assert before.returncode == 1
    assert "motto" in before.stdout + before.stderr
    done = run(checkout, "scripts/new_migration.py", "Guilds", "have a motto")
    assert done.returncode == 0, done.stderr
    written = f"db/migrations/versions/{NEXT}_guilds_have_a_motto.py"
    assert f"{written} is the newest migration now." in done.stdout
    assert f'down_revision = "{HEAD}"' in (checkout / written).read_text().replace("'", '"')
    assert f'HEAD = "{NEXT}"\n' in (checkout / "db" / "migrate.py").read_text()
    after = run(checkout, "-m", "db.check")
    assert after.returncode == 0, after.stdout + after.stderr


def test_a_changed_check_constraint_gets_into_the_migration(checkout: Path) -> None:
    models = checkout / "db" / "models" / "show.py"
    text = models.read_text()
    for old, new in (
        ('CheckConstraint("length(title) > 0", name="title")', 'CheckConstraint("length(title) > 1", name="title")'),
        ('    REMOVED = "removed"\n', '    REMOVED = "removed"\n    FORGOTTEN = "forgotten"\n'),
    ):
        assert old in text
        text = text.replace(old, new)
    models.write_text(text)
    done = run(checkout, "scripts/new_migration.py", "Themes", "change")
    assert done.returncode == 0, done.stderr
    written = (checkout / f"db/migrations/versions/{NEXT}_themes_change.py").read_text()
    assert "forgotten" in written.partition("def downgrade")[0]
    after = run(checkout, "-m", "db.check")
    assert after.returncode == 0, after.stdout + after.stderr


def test_the_newest_migration_is_written_again(checkout: Path) -> None:
    assert run(checkout, "scripts/new_migration.py", "first", "try").returncode == 0
    models = checkout / "db" / "models" / "show.py"
    models.write_text(models.read_text().replace("    motto: Mapped[str | None] = mapped_column(String(80))\n", ""))
    models.write_text(
        models.read_text().replace("    name: Mapped[str]", "    song: Mapped[str | None]\n    name: Mapped[str]", 1)
    )
    done = run(checkout, "scripts/new_migration.py", "--again", "second", "try")
    assert done.returncode == 0, done.stderr
    (written,) = (checkout / "db" / "migrations" / "versions").glob(f"{NEXT}_*.py")
    assert written.name == f"{NEXT}_second_try.py"
    assert "song" in written.read_text()
    assert "motto" not in written.read_text()
    assert run(checkout, "-m", "db.check").returncode == 0


def test_a_migration_is_named(checkout: Path) -> None:
    done = run(checkout, "scripts/new_migration.py")
    assert done.returncode == 2
    assert "why" in done.stderr
    assert sorted(path.name for path in (checkout / "db" / "migrations" / "versions").glob(f"{NEXT}*")) == []
