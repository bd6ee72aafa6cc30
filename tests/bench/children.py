"""Work done in a process of its own, so that its time and memory are its own.

`python -m tests.bench.children MODULE:FUNCTION NUMBER...` calls FUNCTION(NUMBER...) to prepare; what that returns is
called, and its result printed as JSON with the seconds of processor time and the megabytes it took at most.
"""

import asyncio
import gc
import importlib
import json
import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Took:
    """What a piece of work took (processor time, which a busy machine changes least), and what it said."""

    seconds: float
    megabytes: float
    said: Any


async def in_child(function: Callable[..., Callable[[], Any]], *numbers: int) -> Took:
    """Prepare and run in a new process; RuntimeError with its last words if it fails."""
    name = f"{function.__module__}:{function.__qualname__}"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, name, *map(str, numbers), cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, errors = await child.communicate()
    if child.returncode:
        raise RuntimeError(f"{name} failed.\n{errors.decode(errors='replace')[-2000:]}")
    return Took(**json.loads(out))


def resident(pid: int | str = "self", field: str = "VmRSS") -> float:
    """Megabytes of memory of a process that are in use; VmHWM for the most there were."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used so far, in all its threads."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text(encoding="ascii").split()[0]) for thread in threads) / 1e9


def warm_environment(folder: Path) -> dict[str, str]:
    """An environment in which compiled modules are kept under `folder`, as an installed program finds its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV") if name in os.environ}
    return kept | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def main(name: str, numbers: list[int]) -> None:
    """Do it."""
    module, _, function = name.partition(":")
    work: Callable[[], Any] = getattr(importlib.import_module(module), function)(*numbers)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # let VmHWM begin again from here
    before, start = resident(), time.process_time()
    said = work()
    seconds = time.process_time() - start
    took = {"seconds": seconds, "megabytes": max(0.0, resident(field="VmHWM") - before), "said": said}
    sys.stdout.write(json.dumps(took))


if __name__ == "__main__":
    main(sys.argv[1], [int(number) for number in sys.argv[2:]])
