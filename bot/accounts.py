"""`showrunner ledger check` and `showrunner ledger export`: the books looked over, and written out as plain text."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings
from domain.errors import UserError

if TYPE_CHECKING:
    from db.engine import Database

_FORMATS = ("hledger", "beancount", "csv")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    actions = parser.add_subparsers(dest="action", metavar="check|export", required=True)
    actions.add_parser("check", help="check every invariant of the books; exit 1 when something is off")
    export = actions.add_parser("export", help="print every entry for hledger or beancount, or as CSV")
    export.add_argument("--format", choices=_FORMATS, default="hledger", help="for which program (default hledger)")
    export.add_argument("--show", metavar="NAME", help="only the books of this show (its name or slug)")
    export.add_argument("--output", type=Path, metavar="FILE", help="a file to write to instead of standard output")


async def run_ledger(settings: Settings, given: argparse.Namespace) -> int:
    """Check or export the books of the database that the settings name."""
    from db.engine import Database  # noqa: PLC0415 - half a second of imports, after the settings are known to be good
    from db.migrate import HEAD, current  # noqa: PLC0415

    address = settings.database_url.get_secret_value()
    if await current(address) != HEAD:
        raise UserError("The database is not at this version yet. Run `showrunner migrate` first.")
    db = Database(address)
    try:
        return await check(db) if given.action == "check" else await _export(db, given)
    finally:
        await db.close()


async def check(db: "Database") -> int:
    """Check every invariant of the books; 1 when something is off, with a line for each."""
    from services.invariants import check_books  # noqa: PLC0415

    problems = await check_books(db)
    for problem in problems:
        _say(problem)
    _say(f"The books: {len(problems)} problems." if problems else "The books are in order.")
    return 1 if problems else 0


async def _export(db: "Database", given: argparse.Namespace) -> int:
    from domain.journal import WRITERS  # noqa: PLC0415
    from services.books import journal  # noqa: PLC0415

    text = WRITERS[given.format](await journal(db, show=given.show))
    if given.output is None:
        sys.stdout.write(text)
        return 0
    try:
        given.output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UserError(f"{given.output} cannot be written: {error.strerror}.") from error
    _say(f"Written to {given.output}.")
    return 0


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
