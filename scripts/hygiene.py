"""Look through every tracked file for what may not be committed; prints one line for each find, exit 1 if there is any.

Not allowed: names of package download hosts, absolute paths of somebody's machine, notes to do something later, and
code files too long to be about one subject.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 450
MIGRATIONS = "db/migrations/versions/"  # a migration is as long as what it changes
CODE = {".py", ".js", ".css", ".html", ".sh"}

# Files that may be longer than MOST_LINES, each with the reason.
LONG: dict[str, str] = {}


def spelled(*parts: str) -> str:
    """Join a pattern from parts, so that this file does not contain what it looks for."""
    return "".join(parts)


HOSTS = re.compile(
    "|".join(
        re.escape(spelled(*parts))
        for parts in (
            ("pypi", ".org"),
            ("python", "hosted.org"),
            ("npmjs", ".org"),
            ("npmjs", ".com"),
            ("deb.", "debian.org"),
            ("security.", "debian.org"),
            ("archive.", "ubuntu.com"),
        )
    )
)
PATHS = re.compile(spelled(r"/(?:", "work|", "farm|", "root|", r"home/\w+|", r"Users/\w+", r")/"))
LATER = re.compile(spelled(r"\b(?:TO", "DO|", "FIX", r"ME)\b"))


def tracked() -> list[str]:
    """Paths of all files that git tracks and that are still there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def problems(name: str) -> Iterator[str]:
    """Sentences about one file; a file that is not text has none."""
    try:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return
    for number, line in enumerate(lines, 1):
        for found, what in ((HOSTS, "a download host"), (PATHS, "a path of one machine"), (LATER, "unfinished work")):
            if match := found.search(line):
                yield f"{name}:{number}: names {what}: {match.group()}"
    if Path(name).suffix in CODE and not name.startswith(MIGRATIONS) and len(lines) > MOST_LINES and name not in LONG:
        yield f"{name}: {len(lines)} lines, more than {MOST_LINES}: is it really about one subject?"


def main() -> int:
    """Check all tracked files."""
    found = [problem for name in tracked() for problem in problems(name)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
