"""Write requirements.lock and requirements-dev.lock, or check offline that they agree with pyproject.toml.

python scripts/lock.py            resolve again, keeping the locked versions that still fit
python scripts/lock.py --upgrade  resolve again, taking the newest versions
python scripts/lock.py --check    read only; exit 1 and one line for each disagreement
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("postgres", "s3", "heif", "sandbox")
GROUPS = ("dev", "oracles")
STAMP = "# pyproject: sha256:"


@dataclass(frozen=True)
class Lock:
    """One lock file: its name, what it is for, and the dependency groups beyond the runtime and its extras."""

    name: str
    purpose: str
    groups: tuple[str, ...]

    @property
    def path(self) -> Path:
        """Where the file lives."""
        return ROOT / self.name


RUNTIME = Lock("requirements.lock", "What Showrunner needs to run, with every extra.", ())
DEV = Lock(
    "requirements-dev.lock",
    "requirements.lock and what tests and checks need. Install with --no-deps: see tool.uv in pyproject.toml.",
    GROUPS,
)


def main() -> int:
    """Run the command line; the exit code says whether the locks hold."""
    parser = argparse.ArgumentParser(description="Write the dependency locks, or check them offline.")
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 if a lock disagrees")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    options = parser.parse_args()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    if not options.check:
        write(RUNTIME, project, upgrade=options.upgrade, constraint=None)
        write(DEV, project, upgrade=options.upgrade, constraint=RUNTIME)
    problems = [*check(RUNTIME, project), *check(DEV, project), *superset()]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def write(lock: Lock, project: Mapping[str, Any], *, upgrade: bool, constraint: Lock | None) -> None:
    """Resolve with uv for every platform and Python from the oldest supported one, and write the file."""
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "-", "--quiet"),
        *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header"),
        *("--universal", "--python-version", "3.11", "--output-file", lock.name),
    ]
    command += [f"--extra={extra}" for extra in EXTRAS] + [f"--group={group}" for group in lock.groups]
    if constraint is not None:
        command += ["--constraint", constraint.name]
    if upgrade:
        command.append("--upgrade")
    build = "\n".join(project["build-system"]["requires"])
    done = subprocess.run(command, cwd=ROOT, input=build, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    text = lock.path.read_text(encoding="utf-8").replace("pyproject.toml:", "")
    header = [f"# {lock.purpose}", "# Written by `make lock`; do not edit.", f"{STAMP}{tables_digest(project)}"]
    lock.path.write_text("\n".join([*header, text]), encoding="utf-8")


def tables_digest(project: Mapping[str, Any]) -> str:
    """Fingerprint of everything in pyproject.toml that decides what is locked."""
    tables = [
        project["build-system"]["requires"],
        project["project"]["requires-python"],
        project["project"]["dependencies"],
        project["project"]["optional-dependencies"],
        project["dependency-groups"],
        project["tool"]["uv"],
    ]
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


def wanted(lock: Lock, project: Mapping[str, Any]) -> Iterator[Requirement]:
    """Every requirement that `lock` answers, as pyproject.toml states it."""
    tables = project["project"]
    yield from map(Requirement, project["build-system"]["requires"])
    yield from map(Requirement, tables["dependencies"])
    for extra in tables["optional-dependencies"].values():
        yield from map(Requirement, extra)
    for group in lock.groups:
        yield from map(Requirement, project["dependency-groups"][group])


def entries(lock: Lock) -> list[tuple[Requirement, int]]:
    """The pins of a lock, each with its number of hashes. ValueError names a line that is not a pin."""
    text = lock.path.read_text(encoding="utf-8").replace("\\\n", " ")
    found = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pin = line.split(" --hash=")[0].strip()
        try:
            found.append((Requirement(pin), line.count("--hash=sha256:")))
        except InvalidRequirement as error:
            raise ValueError(f"{lock.name}: {pin!r} is not a pinned requirement") from error
    return found


def pins(lock: Lock) -> dict[str, set[str]]:
    """Locked versions by package name; several where platforms or Pythons differ."""
    versions: dict[str, set[str]] = {}
    for requirement, _ in entries(lock):
        version = str(requirement.specifier).removeprefix("==")
        versions.setdefault(canonicalize_name(requirement.name), set()).add(version)
    return versions


def check(lock: Lock, project: Mapping[str, Any]) -> Iterator[str]:
    """Sentences for whatever makes `lock` disagree with pyproject.toml or unfit to be committed."""
    if not lock.path.exists():
        yield f"{lock.name} is missing: run `make lock`."
        return
    text = lock.path.read_text(encoding="utf-8")
    if f"{STAMP}{tables_digest(project)}\n" not in text:
        yield f"{lock.name} was made from other dependencies than pyproject.toml now names: run `make lock`."
    if address := re.search(r"\S*(?:://|file:|-index-url|--find-links)\S*|@ \S+", text):
        yield f"{lock.name} names an address or a path: {address.group()}"
    for requirement, hashes in entries(lock):
        if not str(requirement.specifier).startswith("==") or not hashes:
            yield f"{lock.name}: {requirement} is not pinned with hashes."
    locked = pins(lock)
    for requirement in wanted(lock, project):
        versions = locked.get(canonicalize_name(requirement.name))
        if not versions:
            yield f"{lock.name} lacks {requirement.name}."
        elif wrong := [each for each in versions if not requirement.specifier.contains(each, prereleases=True)]:
            yield f"{lock.name} has {requirement.name} {wrong[0]}, pyproject.toml wants {requirement}."


def superset() -> Iterator[str]:
    """What is installed for tests is exactly what runs in production, plus tools."""
    if not (RUNTIME.path.exists() and DEV.path.exists()):
        return
    dev = pins(DEV)
    for name, versions in pins(RUNTIME).items():
        if dev.get(name) != versions:
            yield f"{name} is {sorted(versions)} in {RUNTIME.name} but {sorted(dev.get(name, ()))} in {DEV.name}."


if __name__ == "__main__":
    sys.exit(main())
