"""A PostgreSQL cluster of the tests' own: in a temporary folder, on a Unix socket, as an unprivileged user.

Nothing of the machine's own PostgreSQL is touched, and nobody else can reach it over a network.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

MISSING = "PostgreSQL's server is missing: apt-get install postgresql"
_OWNER = "showrunner"
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",  # the cluster is thrown away: nothing in it has to survive a power cut
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",  # in the folder, so that it goes away with it
}
_INITDB = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
_READY = "ready to accept connections"
# Stops the server, at once, when its standard input ends: when `stop` closes it, and when the tests are killed.
_KEEPER = '"$0" "$@" & exec 2>&-; read -r _; kill -QUIT $!; wait $!'
_ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}


def binaries() -> Path | None:
    """The folder with initdb and postgres of the newest installed version; None where there is none."""
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if versions:
        return max(versions, key=lambda path: [int(part) for part in path.parent.name.split(".")])
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _identity() -> dict[str, Any]:
    """Arguments for subprocess: PostgreSQL refuses to run as root, so root hands over to another user."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@dataclass
class Cluster:
    """A running server. `start` makes one; whoever starts it must `stop` it."""

    bin: Path
    folder: Path
    identity: dict[str, Any]
    keeper: "subprocess.Popen[str] | None" = None
    _numbers: "count[int]" = field(default_factory=count)

    @classmethod
    def start(cls) -> "Cluster":
        """Create the cluster and wait until it answers. RuntimeError carries what the server said."""
        found = binaries()
        if found is None:
            raise RuntimeError(MISSING)
        cluster = cls(found, Path(tempfile.mkdtemp(prefix="showrunner-pg-")), _identity())
        try:
            if cluster.identity:
                os.chown(cluster.folder, cluster.identity["user"], cluster.identity["group"])
            cluster._run("initdb", "-D", "data", "-U", _OWNER, *_INITDB)
            cluster._serve()
        except BaseException:
            cluster.stop()
            raise
        return cluster

    def _serve(self) -> None:
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        command = [
            "/bin/sh",
            "-c",
            _KEEPER,
            str(self.bin / "postgres"),
            "-D",
            "data",
            "-k",
            str(self.folder),
            *settings,
        ]
        self.keeper = subprocess.Popen(
            command,
            cwd=self.folder,
            env=_ENVIRONMENT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **self.identity,
        )
        said: list[str] = []
        told = threading.Event()
        threading.Thread(target=_listen, args=(self.keeper, said, told), daemon=True).start()
        told.wait(60)
        if not any(_READY in line for line in said):
            raise RuntimeError(f"postgres did not start: {''.join(said)}")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.bin / program), *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=_ENVIRONMENT, capture_output=True, text=True, check=False, **self.identity
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")

    def url(self, database: str) -> str:
        """The DATABASE_URL of one of the cluster's databases."""
        return f"postgresql://{_OWNER}@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A fresh database, as a copy of `template`; returns its name."""
        name = f"t{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database even if a test left a connection open."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Run one statement as the cluster's owner, outside of any test's database."""
        self._run("psql", "-X", "-q", "-h", str(self.folder), "-U", _OWNER, "-d", "postgres", "-c", statement)

    def stop(self) -> None:
        """Stop the server that this object started, and remove its folder."""
        if self.keeper is not None and self.keeper.stdin is not None:
            self.keeper.stdin.close()
            self.keeper.wait(30)
        shutil.rmtree(self.folder)


def _listen(keeper: "subprocess.Popen[str]", said: list[str], told: threading.Event) -> None:
    """Read what the server says to its end, so that it never waits for a reader; tell when it is ready or gone."""
    assert keeper.stderr is not None
    with keeper.stderr:
        for line in keeper.stderr:
            said.append(line)
            if _READY in line:
                told.set()
    told.set()
