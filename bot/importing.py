"""`showrunner import`: a back catalogue from a file into a show, with every row accounted for."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

from bot.settings import Settings
from domain.errors import UserError

if TYPE_CHECKING:
    from services.imports import Report
    from services.imports.claiming import Claimed

_TITLE = "Back catalogue"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", nargs="?", help="CSV or JSON; docs/operators.md says what is in it"
    )
    parser.add_argument("--show", required=True, metavar="SLUG", help="the show, as its gallery address names it")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--episode", metavar="S1E3", help="an episode that is there")
    where.add_argument(
        "--new-episode", default=_TITLE, metavar="TITLE", help=f"one made for the import, and out (default {_TITLE})"
    )
    parser.add_argument("--strict", action="store_true", help="import nothing unless every row is good")
    parser.add_argument("--dry-run", action="store_true", help="change nothing, say what would happen")
    parser.add_argument(
        "--claim",
        action="append",
        default=[],
        metavar="NAME=ID",
        type=_claim,
        help="this artist of an import is the Discord user with this id; may be given several times",
    )
    parser.add_argument("--json", action="store_true", help="say it as JSON")


async def run_import(settings: Settings, given: argparse.Namespace) -> int:
    """Import, and say what came of it. 0 when every row was good, 1 when some were refused.

    Claims come after the import, each by itself: the first that cannot be made ends the command.
    """
    from db.engine import Database  # noqa: PLC0415 - half a second of imports, after the arguments are known to be good
    from db.migrate import HEAD, current  # noqa: PLC0415
    from services.imports import Into, import_works, read_catalogue  # noqa: PLC0415
    from services.imports.claiming import claim  # noqa: PLC0415

    catalogue = read_catalogue(_bytes(given.file), given.file.name) if given.file is not None else None
    _require_sense(given)
    address = settings.database_url.get_secret_value()
    if await current(address) != HEAD:
        raise UserError("The database is not at this version yet. Run `showrunner migrate` first.")
    db, report, claims = Database(address), None, []
    try:
        if catalogue is not None:
            report = await import_works(
                db, catalogue, show=given.show, into=Into(given.episode, given.new_episode), strict=given.strict,
                dry_run=given.dry_run, now=datetime.now(UTC), rng=SystemRandom(),
            )  # fmt: skip
        for name, user_id in given.claim:
            claims.append(await claim(db, show=given.show, name=name, user_id=user_id, now=datetime.now(UTC)))
    finally:
        await db.close()
        _tell(report, claims, as_json=given.json)
    return 1 if report is not None and report.refused else 0


def _claim(text: str) -> tuple[str, int]:
    """An imported name and a Discord id, as "Ada=123"."""
    name, _, user_id = text.rpartition("=")
    if not name.strip() or not (user_id.isascii() and user_id.isdecimal()):
        raise argparse.ArgumentTypeError("it must look like NAME=ID, with the Discord id of the user")
    return name.strip(), int(user_id)


def _require_sense(given: argparse.Namespace) -> None:
    if given.file is None and not given.claim:
        raise UserError("Name a file to import, or somebody with --claim NAME=ID.")
    if given.dry_run and given.claim:
        raise UserError("--claim has no dry run. Run the import with --dry-run first, and the claims afterwards.")


def _tell(report: "Report | None", claims: "Sequence[Claimed]", *, as_json: bool) -> None:
    """Also what was done before something ended the command."""
    if as_json and (report is not None or claims):
        found = asdict(report) if report is not None else {}
        said = [{"name": one.name, "user": str(one.user_id), "works": one.works, "parts": one.parts} for one in claims]
        sys.stdout.write(json.dumps({**found, "claimed": said}, ensure_ascii=False, indent=2) + "\n")
    if as_json:
        return
    sys.stdout.writelines(f"{line}\n" for line in (_lines(report) if report is not None else ()))
    sys.stdout.writelines(f"{_claimed(one)}\n" for one in claims)


def _claimed(one: "Claimed") -> str:
    if one.again:
        return f"“{one.name}” is the user {one.user_id} already."
    moved = "".join(f", a balance of {amount}" for amount in one.balances)
    works = f"{one.works:,} work{'' if one.works == 1 else 's'}"
    parts = f" and a part in {one.parts:,} other{'' if one.parts == 1 else 's'}" if one.parts else ""
    return f"“{one.name}” is the user {one.user_id} now, with {works}{parts}{moved}."


def _lines(report: "Report") -> Iterator[str]:
    if report.ignored:
        yield f"Ignored columns: {', '.join(report.ignored)}."
    for row in report.refused:
        yield f"Refused, {report.unit} {row.place} ({row.work or 'no id'}, “{row.title}”): {row.sentence}"
    for change in report.changed:
        yield f"Changed, {report.unit} {change.place} ({change.work}, “{change.title}”): {change.sentence}"
    yield _summary(report)


def _summary(report: "Report") -> str:
    rest = [
        f"{count:,} {what}"
        for count, what in (
            (report.unchanged, "imported before"),
            (len(report.changed), "changed since and left alone"),
            (len(report.refused), "refused"),
        )
        if count
    ]
    tail = f" ({', '.join(rest)})" if rest else ""
    if report.held_back:
        return f"Nothing {'would be' if report.dry_run else 'was'} imported, because of --strict: {', '.join(rest)}."
    if not report.imported:
        return f"Nothing new in {report.rows:,} rows{tail}."
    verb = "would be" if report.dry_run else "were"
    return f"{report.imported:,} of {report.rows:,} works {verb} imported into {report.episode} of {report.show}{tail}."


def _bytes(path: Path) -> bytes:
    from services.imports.reading import MAX_BYTES  # noqa: PLC0415

    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
