"""`showrunner tally`, `allocate` and `verify`: count ballots, share out a pool, or check what was published.

Exit 0 when it holds, 1 when it does not (with the first difference), 2 for a malformed file (with the place).
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from domain import jsonread
from domain.errors import UserError

_HOLDS, _DIFFERS, _MALFORMED = 0, 1, 2

COMMANDS: Final = frozenset({"tally", "allocate", "verify"})
"""The commands of this file; `main` takes them."""


def main(arguments: list[str]) -> int:
    """Run one of COMMANDS with its arguments."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a letter shows its number, rather than no verdict.
            stream.reconfigure(errors="backslashreplace")
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    try:
        return command(given)
    except UserError as error:
        sys.stderr.write(f"{given.file}: {error}\n")
        return _MALFORMED
    except RecursionError:
        sys.stderr.write(f"{given.file}: the file: is nested too deeply.\n")
        return _MALFORMED
    except BrokenPipeError:
        # Whoever reads has seen enough. Python would complain about the rest when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _HOLDS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="showrunner")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, text, command in (
        ("tally", "count the ballots of a file and print the result as JSON", _tally),
        ("allocate", "share out the pool of a file and print the result as JSON", _allocate),
        ("verify", "check a published file: ballots, an inclusion proof, or a statement", _verify),
    ):
        one = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        one.add_argument("file", metavar="FILE", help="a JSON file; - reads standard input")
        one.set_defaults(command=command)
    one.add_argument("--root", metavar="HEX", help="the root that was announced: the file must have this one")
    one.add_argument("--digest", metavar="HEX", help="the SHA-256 of a statement that was announced")
    one.add_argument("--receipt", metavar="CODE", help="show the ballot that belongs to this receipt")
    one.add_argument("--json", action="store_true", help="say it as JSON")
    return parser


def _tally(given: argparse.Namespace) -> int:
    from domain.voting import from_json, report  # noqa: PLC0415 - what a command does not need stays out

    _say_json(report(from_json(_read(given.file))))
    return _HOLDS


def _allocate(given: argparse.Namespace) -> int:
    from domain.allocation import allocate, allocation_to_json, from_json  # noqa: PLC0415

    _say_json(allocation_to_json(allocate(from_json(_read(given.file)))))
    return _HOLDS


def _verify(given: argparse.Namespace) -> int:
    document = _read(given.file)
    kind = jsonread.Reader(document, "").text("kind")
    check = _KINDS.get(kind)
    if check is None:
        raise UserError(f"kind: must be one of {', '.join(_KINDS)}, not “{kind[:40]}”.")
    if kind != "ballots" and given.receipt:
        raise UserError("A receipt belongs to published ballots; this file is of another kind.")
    difference, shown = check(document, given)
    if given.json:
        _say_json({"holds": difference is None, "difference": difference, "shown": shown})
    else:
        lines = [*shown, "It holds."] if difference is None else ["It does not hold.", difference]
        sys.stdout.writelines(f"{line}\n" for line in lines)
    return _HOLDS if difference is None else _DIFFERS


def _ballots(document: Any, given: argparse.Namespace) -> tuple[str | None, list[str]]:
    from domain.voting import find_ballot, verify  # noqa: PLC0415

    verdict = verify(document, root=given.root)
    shown = list(verdict.shown)
    if verdict.difference is not None or not given.receipt:
        return verdict.difference, shown
    if "root" not in document:
        raise UserError("root: is missing; this file was not published with commitments, so no receipt leads into it.")
    found = find_ballot(document, given.receipt)
    if found is None:
        return "commitments: no ballot belongs to this receipt. Look whether it is of this vote, and typed right.", []
    if found.struck is not None:
        return f"struck: the ballot {found.id} was taken out of the count, because: {found.struck}", []
    place = f"number {found.number + 1} of the {found.electorate}"
    shown.append(f"The ballot of this receipt is in the count: {found.id}, {place}.")
    shown += _marks(found.ballot, document.get("about"))
    return None, shown


def _marks(ballot: Mapping[str, Any], about: Any) -> list[str]:
    titles = about.get("titles") if isinstance(about, dict) else None
    named = titles if isinstance(titles, dict) else {}
    lines = []
    for work, mark in ballot.items():
        marks = mark.items() if isinstance(mark, dict) else [("", mark)]
        said = ", ".join(f"{criterion} {value}".strip() for criterion, value in marks)
        title = f" “{named[work]}”" if work in named else ""
        # Names and titles are somebody's text: what steers a terminal is left out.
        lines.append("".join(letter for letter in f"  {work}{title}: {said}" if letter.isprintable()))
    return lines


def _inclusion(document: Any, given: argparse.Namespace) -> tuple[str | None, list[str]]:
    from domain.voting import check_inclusion  # noqa: PLC0415

    verdict = check_inclusion(document, root=given.root)
    marks = [] if verdict.difference is not None else _marks(document["ballot"], None)
    return verdict.difference, [*verdict.shown, *marks]


def _allocation(document: Any, given: argparse.Namespace) -> tuple[str | None, list[str]]:
    from domain.allocation import difference  # noqa: PLC0415
    from domain.commitments import digest  # noqa: PLC0415

    if given.root:
        raise UserError("A root belongs to published ballots; this file is of another kind.")
    found = difference(document)
    if found is not None:
        return found, []
    name = digest(document)
    if given.digest and given.digest.strip().lower() != name:
        return f"digest: the statement's SHA-256 is {name}, not the one that was announced.", []
    return None, [f"Every amount follows from the inputs. The statement's SHA-256 is {name}."]


_KINDS: Final[Mapping[str, Callable[[Any, argparse.Namespace], tuple[str | None, list[str]]]]] = {
    "ballots": _ballots,
    "inclusion": _inclusion,
    "allocation": _allocation,
}
"""How each kind of file is checked: the first difference or None, and sentences on what holds."""


def _read(name: str) -> Any:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}.") from error
    return jsonread.load(data)


def _say_json(document: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(document, indent=2) + "\n")
