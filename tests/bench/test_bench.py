"""The bench itself: what it prints has its shape. No time is judged here, or in any test."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import pytest

from tests.bench.lines import Line, at_least, at_most

ROOT = Path(__file__).parents[2]
CHEAP = ("allocation", "tally", "storing", "collecting", "lineage", "finding")
KEYS = {"measure", "what", "unit", "ours", "beside", "other", "ratio", "goal", "met"}


async def _bench(*arguments: str) -> tuple[int | None, str, str]:
    bench = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench", *arguments, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    out, errors = await bench.communicate()
    return bench.returncode, out.decode(), errors.decode()


async def test_the_cheap_measures_come_as_one_document() -> None:
    code, out, errors = await _bench("--quick", "--json", *(part for name in CHEAP for part in ("--only", name)))
    assert code == 0, errors
    document: dict[str, Any] = json.loads(out)
    assert document["quick"] is True
    assert document["failed"] == []
    assert document["machine"]["cores"] >= 1
    lines = document["lines"]
    assert {line["measure"] for line in lines} == set(CHEAP)
    for line in lines:
        assert set(line) == KEYS
        assert line["ours"] >= 0
        assert (line["ratio"] is None) == (not line["other"])
        assert line["met"] is None  # too small to be judged


async def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    code, out, errors = await _bench("--only", "speed")
    assert (code, out) == (2, "")
    assert "gallery" in errors


@pytest.mark.parametrize(
    ("line", "ratio", "met"),
    [
        (Line("a", "s", 3.0, "b", 2.0, at_most(1.5)), 1.5, True),
        (Line("a", "s", 3.1, "b", 2.0, at_most(1.5)), 1.55, False),
        (Line("a", "/s", 600.0, "b", 1000.0, at_least(500, of="ours")), 0.6, True),
        (Line("a", "/s", 600.0, "b", 1000.0, at_least(0.7)), 0.6, False),
        (Line("a", "MB", 91.0, goal=at_most(90, of="ours")), None, False),
        (Line("a", "s", 3.0, "b", 2.0), 1.5, None),
        (Line("a", "s", 3.0, goal=at_most(1)), None, None),
    ],
)
def test_goals_bound_the_ratio_or_our_own_figure(line: Line, ratio: float | None, met: bool | None) -> None:
    assert line.ratio == ratio
    assert line.met is met


def test_goals_read_as_words() -> None:
    assert at_most(1.5).text("s") == "at most 1.5x"
    assert at_least(1000, of="ours").text("/s") == "at least 1,000/s"
    assert at_most(90, of="ours").text("MB") == "at most 90 MB"
