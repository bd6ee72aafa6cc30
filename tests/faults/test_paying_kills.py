"""SIGKILL between any two statements of funding and paying out: the books hold, and asking again ends the same."""

import asyncio
import shutil
import sys
from pathlib import Path
from random import Random

import pytest

from domain.episode import Phase
from services.store import Database
from tests.support import money
from tests.support.bot_process import ROOT
from tests.support.finished import finish_episode
from tests.support.studio import make_show

pytestmark = pytest.mark.fault

NAMES = ("Ann", "Bo", "Cy", "Di")
STEPS = {"paying": 53, "funding": 97}
"""Every so-manieth statement, from a random one on: another set of kill points in every run of the tests."""


async def proposed(path: Path) -> None:
    """One proposed round in a migrated database: $25 for each of four artists."""
    db = Database(f"sqlite:///{path}")
    show = await make_show(db)
    done = await finish_episode(
        db, show.id, artists=NAMES, works={name.lower(): name for name in NAMES}, cut=[name.lower() for name in NAMES]
    )
    await money.propose(db, done)
    await finish_episode(db, show.id, artists=["Ann"], works={"late": "Ann"}, cut=["late"], phase=Phase.CUTTING)
    await db.close()


@pytest.mark.parametrize("scenario", STEPS)
async def test_killed_between_any_two_statements_nothing_is_lost_or_paid_twice(
    tmp_path: Path, migrated_file: Path, scenario: str
) -> None:
    template = tmp_path / "template.db"
    shutil.copyfile(migrated_file, template)
    await proposed(template)
    step = STEPS[scenario]
    first = Random().randint(1, step)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.paying_child", scenario, str(tmp_path), str(template), str(first),
        str(step), cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, errors = await child.communicate()
    assert child.returncode == 0, f"from statement {first}:\n{errors.decode()}"
    assert int(out) >= 3
