"""`python -m tests.bench [--json] [--only NAME]... [--quick | --full]`: the table, or one JSON document on stdout."""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench import allocating, answering, collecting, counting, finding, lineage, serving, starting, storing
from tests.bench.lines import Line, Measure, Plan

MEASURES: Sequence[Measure] = (
    starting.MEASURE, answering.MEASURE, collecting.MEASURE, storing.MEASURE, lineage.MEASURE, finding.MEASURE,
    allocating.MEASURE, counting.MEASURE, serving.MEASURE,
)  # fmt: skip
_STATES = {True: "yes", False: "NO", None: ""}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and show; 0 however the goals fare, 1 when a measure failed."""
    given = _parser().parse_args(argv)
    chosen = [measure for measure in MEASURES if not given.only or measure.name in given.only]
    load_before = os.getloadavg()[0]
    found, failed = asyncio.run(_measure(chosen, quick=given.quick, full=given.full))
    if given.json:
        machine = {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "load": [load_before, os.getloadavg()[0]],
        }
        lines = [line.as_json(name, judged=not given.quick) for name, line in found]
        document = {"machine": machine, "quick": given.quick, "lines": lines, "failed": failed}
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
    else:
        _show(found, load_before, judged=not given.quick)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Ours beside a floor or a peer.")
    names = ", ".join(f"{measure.name} ({measure.about})" for measure in MEASURES)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout instead of the table")
    parser.add_argument(
        "--only", action="append", choices=[measure.name for measure in MEASURES], metavar="NAME", help=names
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small and once: shows that it works, not how fast")
    size.add_argument("--full", action="store_true", help="also the peers that take minutes and a gigabyte")
    return parser


async def _measure(
    chosen: Sequence[Measure], *, quick: bool, full: bool
) -> tuple[list[tuple[str, Line]], list[dict[str, Any]]]:
    found: list[tuple[str, Line]] = []
    failed: list[dict[str, Any]] = []
    for measure in chosen:
        sys.stderr.write(f"{measure.name}: {measure.about} ...\n")
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            try:
                lines = await measure.run(Plan(Path(folder), quick, full))
            except Exception as error:  # noqa: BLE001 - the others are still worth measuring
                sys.stderr.write(f"{measure.name} failed: {error}\n")
                failed.append({"measure": measure.name, "error": f"{type(error).__name__}: {error}"})
            else:
                found += [(measure.name, line) for line in lines]
    return found, failed


def _show(found: Sequence[tuple[str, Line]], load_before: float, *, judged: bool) -> None:
    table = Table(caption=f"{os.cpu_count()} cores; load {load_before:.1f} before, {os.getloadavg()[0]:.1f} after")
    for name in ("", "what", "ours", "beside", "other", "ratio", "goal", "met"):
        table.add_column(name, justify="right" if name in ("ours", "other", "ratio") else "left")
    last = ""
    for name, line in found:
        row = line.as_json(name, judged=judged)
        table.add_row(
            "" if name == last else name, line.what, _figure(line.ours, line.unit), line.beside,
            _figure(line.other, line.unit), "" if line.ratio is None else f"{line.ratio:.2f}x", row["goal"] or "",
            _STATES[row["met"]],
        )  # fmt: skip
        last = name
    Console(width=None if sys.stdout.isatty() else 150).print(table)


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 3
    return f"{value:,.{digits}f}{'' if unit.startswith('/') else ' '}{unit}"


if __name__ == "__main__":
    sys.exit(main())
