"""Write the next migration from what the models have and the migrations do not: `make migration ARGS="why"`.

Read what it wrote before you commit it: a renamed column looks like one that went and one that came, and CHECK
constraints of tables that exist are not seen (`python -m db.check` says which differ).
"""

import argparse
import asyncio
import re
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import Script
from sqlalchemy import Connection, create_engine

from db.migrate import HEAD, migrate

ROOT = Path(__file__).resolve().parent.parent
_HEAD_LINE = re.compile(r'^HEAD = "[0-9]+"$', re.MULTILINE)


def write(root: Path, why: str) -> Path:
    """Write the migration that follows the newest in `root`, and make it the newest; returns its file."""
    number = f"{int(HEAD) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'before.db'}"
        asyncio.run(migrate(address))
        engine = create_engine(address)
        with engine.begin() as connection:
            path = _revision(connection, root, number, why)
        engine.dispose()
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


def main(arguments: list[str]) -> int:
    """Write it and say where."""
    parser = argparse.ArgumentParser(prog="make migration", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("why", nargs="+", help="what changes, in a few words; they name the file")
    path = write(ROOT, " ".join(parser.parse_args(arguments).why))
    print(f"{path.relative_to(ROOT)} is the newest migration now. Read it, then: make format && make check")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
