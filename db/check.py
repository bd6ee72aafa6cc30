"""`python -m db.check`: do the models and the migrations describe the same database?

Alembic's own comparison does not see CHECK constraints, so both are built and everything the
database knows about them is compared.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Inspector, inspect

from db.engine import Database
from db.migrate import HEAD, known_revisions, migrate
from db.models import Base

Schema = dict[str, dict[str, Any]]


def describe(connection: Connection) -> Schema:
    """Everything the database says about its tables, in a form that compares."""
    inspector = inspect(connection)
    return {
        table: _describe_table(inspector, table) for table in inspector.get_table_names() if table != "alembic_version"
    }


def _describe_table(inspector: Inspector, table: str) -> dict[str, Any]:
    columns = {
        column["name"]: (str(column["type"]), column["nullable"], str(column["default"]))
        for column in inspector.get_columns(table)
    }
    indexes = {
        str(index["name"]): (index["column_names"], bool(index["unique"]))
        for index in inspector.get_indexes(table)
        if not index.get("duplicates_constraint")
    }
    return {
        "columns": columns,
        "indexes": indexes,
        "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
        "foreign keys": sorted(
            (key["constrained_columns"], key["referred_table"], key["referred_columns"])
            for key in inspector.get_foreign_keys(table)
        ),
        "unique": sorted(
            (str(unique["name"]), unique["column_names"]) for unique in inspector.get_unique_constraints(table)
        ),
        "checks": sorted(
            (str(check["name"]), " ".join(str(check["sqltext"]).split()))
            for check in inspector.get_check_constraints(table)
        ),
    }


def differences(models: Schema, migrations: Schema) -> list[str]:
    """What differs between two descriptions, one sentence each."""
    found = [f"table {name} is only in the models" for name in sorted(models.keys() - migrations.keys())]
    found += [f"table {name} is only in the migrations" for name in sorted(migrations.keys() - models.keys())]
    for table in sorted(models.keys() & migrations.keys()):
        for part, wanted in models[table].items():
            if wanted != migrations[table][part]:
                found.append(f"{table}: {part}: models have {wanted}, migrations {migrations[table][part]}")
    return found


async def compare(models_at: str, migrations_at: str) -> list[str]:
    """Build the models in one empty database and run the migrations in another; what differs."""
    if known_revisions()[-1:] != [HEAD]:
        return [f"db.migrate.HEAD is {HEAD}, the newest migration is {known_revisions()[-1:]}"]
    await migrate(migrations_at)
    by_models, by_migrations = Database(models_at), Database(migrations_at)
    try:
        async with by_models.writer.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
            wanted = await connection.run_sync(describe)
        async with by_migrations.writer.begin() as connection:
            found = await connection.run_sync(describe)
    finally:
        await by_models.close()
        await by_migrations.close()
    return differences(wanted, found)


def main() -> int:
    """Compare on two SQLite files in a temporary folder; 0 when they agree."""
    with tempfile.TemporaryDirectory() as folder:
        problems = asyncio.run(
            compare(f"sqlite:///{Path(folder) / 'models.db'}", f"sqlite:///{Path(folder) / 'migrations.db'}")
        )
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    sys.stdout.write(f"models and migrations: {'differ' if problems else 'agree'}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
