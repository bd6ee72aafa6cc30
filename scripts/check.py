"""Run every static check and say how long each took. All of them run, even when one fails; no network is needed.

`python scripts/check.py NAME...` runs only the steps of those names.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Step:
    """One check: its name and the command that exits nonzero when something is wrong."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What became of a step."""

    step: Step
    passed: bool
    seconds: float
    output: str


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    """The command of a tool that is installed beside the running Python."""
    return (str(BIN / name), *arguments)


def python(*arguments: str) -> tuple[str, ...]:
    """A command of the running Python itself."""
    return (sys.executable, *arguments)


# The slow ones first: two run at a time.
STEPS = (
    Step("types", tool("mypy")),
    Step("types-scripts", tool("mypy", "scripts")),
    Step("migrations", python("-m", "db.check")),
    Step("contracts", tool("lint-imports", "--no-logo", "--no-cache")),
    Step("dead-code", tool("vulture")),
    Step("format", tool("ruff", "format", "--check", "--output-format=concise")),
    Step("lint", tool("ruff", "check", "--output-format=concise")),
    Step("locks", python("scripts/lock.py", "--check")),
    Step("hygiene", python("scripts/hygiene.py")),
)


def run(step: Step) -> Report:
    """Run one step and keep what it said."""
    started = time.monotonic()
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        done = subprocess.run(step.command, cwd=ROOT, env=environment, check=False, stdout=output, stderr=output)
        output.seek(0)
        said = output.read().strip()
    return Report(step, done.returncode == 0, time.monotonic() - started, said)


def tell(report: Report) -> None:
    """Print one line for a step that holds, and all that it said for one that does not."""
    print(f"{'ok  ' if report.passed else 'FAIL'} {report.step.name:<14} {report.seconds:6.1f} s", flush=True)
    if not report.passed:
        print(f"     $ {' '.join(Path(part).name if part.startswith('/') else part for part in report.step.command)}")
        print("\n".join(f"     {line}" for line in report.output.splitlines()), flush=True)


def main(names: list[str]) -> int:
    """Run the named steps, or all; 0 only if every one holds."""
    if unknown := sorted(set(names) - {step.name for step in STEPS}):
        print(f"No such check: {', '.join(unknown)}. There are: {', '.join(step.name for step in STEPS)}.")
        return 2
    steps = [step for step in STEPS if not names or step.name in names]
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for report in pool.map(run, steps):
            tell(report)
            if not report.passed:
                failed.append(report.step.name)
    if failed:
        print(f"make check: {len(failed)} of {len(steps)} failed: {', '.join(failed)}")
        return 1
    print(f"make check: all {len(steps)} hold")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
