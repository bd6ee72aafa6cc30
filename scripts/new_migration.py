"""Write the next migration from what the models have and the migrations do not: `make migration ARGS="why"`.

Read what it wrote before you commit it: a renamed column looks like one that went and one that came. `--again` writes
the newest one anew, which is right only while nobody has run it.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import Script
from sqlalchemy import Connection, create_engine, inspect

from db.migrate import known_revisions, migrate
from db.models import Base

ROOT = Path(__file__).resolve().parent.parent
_HEAD_LINE = re.compile(r'^HEAD = "[0-9]+"$', re.MULTILINE)
_BATCH = re.compile(
    r"(?P<indent> +)with op\.batch_alter_table\(['\"](?P<table>\w+)['\"], schema=None\) as batch_op:\n"
    r"(?P<body>(?:(?P=indent) +.*\n|\n)+)"
)
_PORTABLE = {
    "sa.Boolean(), server_default=sa.text('0')": "sa.Boolean(), server_default=sa.false()",
    "sa.Boolean(), server_default=sa.text('1')": "sa.Boolean(), server_default=sa.true()",
    "sqlite.JSON()": "sa.JSON()",
}
"""What is written by looking at SQLite, and how every database understands it."""

Checks = dict[str, dict[str, str]]
"""The CHECK constraints of each table: name -> condition."""


def write(root: Path, why: str, *, again: bool = False) -> Path:
    """Write the migration that follows the newest in `root` (or takes its place); returns its file."""
    revisions = known_revisions()
    if again and len(revisions) > 1:
        for old in (root / "db" / "migrations" / "versions").glob(f"{revisions.pop()}_*.py"):
            old.unlink()
    number = f"{int(revisions[-1]) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'before.db'}"
        asyncio.run(migrate(address, revisions[-1]))
        engine = create_engine(address)
        with engine.begin() as connection:
            path = _revision(connection, root, number, why)
            before = _checks(connection)
        engine.dispose()
    _keep_checks(path, before, _wanted_checks())
    place = root / "db" / "migrate.py"
    place.write_text(_HEAD_LINE.sub(f'HEAD = "{number}"', place.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def _revision(connection: Connection, root: Path, number: str, why: str) -> Path:
    config = Config()
    config.set_main_option("script_location", str(root / "db" / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    script = command.revision(config, message=why, autogenerate=True, rev_id=number)
    if not isinstance(script, Script):
        raise TypeError("Alembic wrote other than one migration")
    return Path(script.path)


def _checks(connection: Connection) -> Checks:
    inspector = inspect(connection)
    return {
        table: {
            str(check["name"]): " ".join(str(check["sqltext"]).split())
            for check in inspector.get_check_constraints(table)
        }
        for table in inspector.get_table_names()
    }


def _wanted_checks() -> Checks:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        return _checks(connection)


def _keep_checks(path: Path, before: Checks, after: Checks) -> None:
    """Have the CHECK constraints of tables that existed change too: Alembic does not compare them."""
    text = path.read_text(encoding="utf-8")
    for found, portable in _PORTABLE.items():
        text = text.replace(found, portable)
    head, upgrade, downgrade = re.split(r"(?=^def (?:up|down)grade)", text, flags=re.MULTILINE)
    changed = {table for table in before.keys() & after.keys() if before[table] != after[table]}
    path.write_text(
        head + _rewritten(upgrade, changed, before, after) + _rewritten(downgrade, changed, after, before),
        encoding="utf-8",
    )


def _rewritten(function: str, tables: set[str], old: Checks, new: Checks) -> str:
    done = set()

    def rewrite(found: re.Match[str]) -> str:
        table = found["table"]
        if table not in tables:
            return found[0]
        done.add(table)
        body = found["body"].rstrip().replace("create_constraint=True", "create_constraint=False")
        return f"{_batch(table, old[table], new[table], body)}\n\n"

    text = _BATCH.sub(rewrite, function).rstrip()
    for table in sorted(tables - done):
        text += f"\n\n{_batch(table, old[table], new[table])}"
    return text + "\n\n\n"


def _batch(table: str, old: Mapping[str, str], new: Mapping[str, str], body: str = "") -> str:
    """The block that changes one table: constraints that go, then what Alembic wrote, then those that come."""
    lines = [f'    with op.batch_alter_table("{table}", schema=None) as batch_op:']
    lines += [
        f'        batch_op.drop_constraint(op.f("{name}"), type_="check")'
        for name in sorted(old)
        if old[name] != new.get(name)
    ]
    lines += [body] if body else []
    lines += [
        f'        batch_op.create_check_constraint(op.f("{name}"), sa.text({new[name]!r}))'
        for name in sorted(new)
        if old.get(name) != new[name]
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Write it and say where."""
    parser = argparse.ArgumentParser(prog="make migration", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("why", nargs="+", help="what changes, in a few words; they name the file")
    parser.add_argument("--again", action="store_true", help="write the newest one anew, while nobody has run it")
    given = parser.parse_args(arguments)
    path = write(ROOT, " ".join(given.why), again=given.again)
    print(f"{path.relative_to(ROOT)} is the newest migration now. Read it, then: make format && make check")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
