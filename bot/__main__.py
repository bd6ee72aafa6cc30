"""The command line of Showrunner; `showrunner --help` lists the commands. Imports late what not all need."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from bot import accounts, counting, keys
from bot.importing import add_arguments, run_import
from bot.settings import Settings, SettingsError, load_settings
from domain.errors import UserError

_GARBAGE = (50_000, 20, 20)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. 0 when it went well, 1 with a sentence on stderr when it did not, 2 for wrong usage."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["demo"]:
        from sandbox.demo import main as demo  # noqa: PLC0415 - a bot in service has no sandbox

        return int(demo(arguments[1:]))
    if arguments and arguments[0] in counting.COMMANDS:
        return counting.main(arguments)
    given = _parser().parse_args(arguments)
    try:
        settings = load_settings(os.environ, given.env_file)
        command: Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, int]] = given.command
        return asyncio.run(_with_sentences(command(settings, given), settings))
    except SettingsError as error:
        return _complain(*error.problems)
    except UserError as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="showrunner", description="Turns a Discord server into a studio.")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    run = _command(commands, "run", _run, "start the bot and the gallery with the settings of .env")
    migrate = _command(commands, "migrate", _migrate, "bring the database to this version and do nothing else")
    migrate.add_argument("--check", action="store_true", help="change nothing; exit 1 if something would be done")
    check = _command(
        commands, "check", _check, "look at the settings, the database and the books without starting anything"
    )
    importing = _command(commands, "import", run_import, "bring a back catalogue from a CSV or JSON file into a show")
    add_arguments(importing)
    secret = _command(commands, "keys", keys.run_keys, "make or exchange the keys that payment details are kept under")
    keys.add_arguments(secret)
    ledger = _command(commands, "ledger", accounts.run_ledger, "check the books, or write them out as plain text")
    accounts.add_arguments(ledger)
    for command in (run, migrate, check, importing, secret, ledger):
        command.add_argument(
            "--env-file", type=Path, default=Path(".env"), metavar="FILE", help="where settings are (default .env)"
        )
    commands.add_parser("tally", help="count the ballots of a file and print the result as JSON", add_help=False)
    commands.add_parser("allocate", help="share out the pool of a file and print the result as JSON", add_help=False)
    commands.add_parser("verify", help="check published ballots or a published statement", add_help=False)
    commands.add_parser("demo", help="play a whole episode in a Discord that runs on this machine", add_help=False)
    return parser


class _Version(argparse.Action):
    """Looks the version up when it is asked for, not at every start."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it and exit."""
        from importlib.metadata import version  # noqa: PLC0415 - see above

        _say(f"showrunner {version('showrunner')}")
        parser.exit()


def _command(commands: Any, name: str, command: object, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text.capitalize() + ".")
    parser.set_defaults(command=command)
    return parser


async def _run(settings: Settings, given: argparse.Namespace) -> int:
    del given
    settings.token()
    # Imports, and then a bot's state, make much that stays: look for garbage in it less often than Python would.
    gc.set_threshold(*_GARBAGE)
    _import_structlog_alone()
    from bot.logs import configure_logs  # noqa: PLC0415

    configure_logs(sys.stderr, level=settings.log_level, layout=settings.log_format, secrets=settings.secrets())
    from bot.run import run  # noqa: PLC0415 - half a second of imports, after the settings are known to be good

    await run(settings)
    return 0


def _import_structlog_alone() -> None:
    """Import structlog as where rich is not installed: it imports rich for traces that these logs never print.

    A twentieth of the time that a start takes, and four megabytes for as long as the bot runs.
    """
    if "rich" in sys.modules:
        return
    sys.modules["rich"] = None  # type: ignore[assignment]  # what Python takes for "there is no such module"
    try:
        import structlog  # noqa: F401, PLC0415
    finally:
        del sys.modules["rich"]


async def _migrate(settings: Settings, given: argparse.Namespace) -> int:
    from db.migrate import HEAD, current, migrate  # noqa: PLC0415

    address = settings.database_url.get_secret_value()
    if given.check:
        found = await current(address)
        if found != HEAD:
            raise UserError(f"The database is at {found or 'nothing'}; this version needs {HEAD}.")
        before: str | None = found
    else:
        before = await migrate(address)
    _say(f"{settings.shown_database()} is at {HEAD}" + ("." if before == HEAD else f" (was {before or 'empty'})."))
    return 0


async def _check(settings: Settings, given: argparse.Namespace) -> int:
    del given
    from db.migrate import HEAD, current, known_revisions  # noqa: PLC0415

    settings.token()
    found = await current(settings.database_url.get_secret_value())
    if found is not None and found not in known_revisions():
        raise UserError(
            f"This database was made by a newer Showrunner (revision {found}; this one knows up to {HEAD}). "
            "Start the newer version, or restore a backup made by this one."
        )
    _say("The settings are complete.")
    state = "up to date" if found == HEAD else "empty; it is set up at the first start" if found is None else "older"
    _say(f"The database {settings.shown_database()} is {state}.")
    return await _check_books(settings.database_url.get_secret_value()) if found == HEAD else 0


async def _check_books(address: str) -> int:
    """Check every invariant of the books, and every work's history; 1 when something is off, with a line for each."""
    from db.engine import Database  # noqa: PLC0415
    from services.works.history import unexplained  # noqa: PLC0415

    db = Database(address)
    try:
        books, strange = await accounts.check(db), await unexplained(db)
        for sentence in strange:
            _say(sentence)
        if not strange:
            _say("Every work's history leads to what the work is.")
        return books or int(bool(strange))
    finally:
        await db.close()


async def _with_sentences(command: Awaitable[int], settings: Settings) -> int:
    """Turn what the database's drivers raise into a sentence that shows no secret."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    try:
        return await command
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise UserError(f"The database {settings.shown_database()} cannot be used: {_line(cause, settings)}") from error
    except ConnectionError as error:
        raise UserError(f"{settings.shown_database()} does not answer: {_line(error, settings)}") from error
    except PermissionError as error:
        raise UserError(f"{error.filename} cannot be written: {error.strerror}.") from error
    except ModuleNotFoundError as error:
        if error.name != "asyncpg":
            raise
        raise UserError("PostgreSQL needs the extra `postgres`: pip install 'showrunner[postgres]'.") from error


def _line(error: BaseException, settings: Settings) -> str:
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    for secret in settings.secrets():
        line = line.replace(secret, "***")
    return line


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


def _complain(*sentences: str) -> int:
    sys.stderr.writelines(f"{sentence}\n" for sentence in sentences)
    return 1


if __name__ == "__main__":
    sys.exit(main())
