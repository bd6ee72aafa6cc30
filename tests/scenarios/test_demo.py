"""Whole episodes as `showrunner demo` plays them: real bot, real sockets, to the last cent, also when it is killed."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.openapi_check import check_recording

ROOT = Path(__file__).parents[2]
OPENAPI = ROOT.parent / "shared" / "discord" / "openapi.json"

pytestmark = pytest.mark.scenario


@dataclass(frozen=True)
class Played:
    """How a demo ended."""

    code: int
    summary: dict[str, Any]
    shown: str


async def play(*arguments: str) -> Played:
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        "--once",
        "--json",
        *arguments,
        cwd=ROOT,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )
    out, err = await demo.communicate()
    return Played(demo.returncode or 0, json.loads(out) if out.strip() else {}, err.decode())


def assert_whole(played: Played) -> None:
    """The episode went through every phase, nothing was off, and the allocations sum to the pool."""
    assert played.summary.get("problems") == [], played.shown
    assert played.code == 0
    assert list(played.summary["phases"]) == ["planned", "open", "voting", "cutting", "released"]
    times = list(played.summary["phases"].values())
    assert times == sorted(times)
    assert played.summary["pool"] == played.summary["allocated"] == 5_000_000
    assert played.summary["round"] == "settled"
    assert played.summary["verified"] == ["the ballots", "the statement"]


async def test_a_whole_episode_and_every_request_as_discord_describes_it(tmp_path: Path) -> None:
    recording = tmp_path / "requests.jsonl"
    played = await play("--record", str(recording))
    assert_whole(played)
    counts = played.summary["counts"]
    assert counts["works"] == counts["artists"] == 24
    assert counts["cut_changes"] == 1
    assert played.summary["concerns"] == 1
    if not OPENAPI.exists():
        pytest.skip(
            "Discord's description (shared/discord/openapi.json beside the repository) is not here to check against"
        )
    assert check_recording(recording, json.loads(OPENAPI.read_text(encoding="utf-8"))) == []
    assert len(recording.read_text(encoding="utf-8").splitlines()) > 300


async def test_killed_in_every_phase_nothing_is_lost_or_said_twice() -> None:
    assert_whole(await play("--kill", "all", "--artists", "12"))


async def test_a_csv_of_remixes_with_co_artists_and_sources(tmp_path: Path) -> None:
    rows = [
        "work,title,made_from,artists,has_lyrics",
        "1,Prehistoric Waltz,A Caveman's Song,Ann,0",
        '2,"Trance, Slowly",Ghosts of the Lift,Bo|Cleo,0',
        "4,Second Waltz,A Caveman's Song,Cleo,1",
        "5,Third Waltz *bold* @everyone,A Caveman's Song,Dee|Ann|Bo,0",
        "6,Not Played,Nothing,Eve,0",
    ]
    file = tmp_path / "works.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    played = await play("--works", str(file), "--limit", "4")
    assert_whole(played)
    counts = played.summary["counts"]
    assert {key: counts[key] for key in ("works", "artists", "credits", "sources_inside", "sources_outside")} == {
        "works": 4,
        "artists": 4,
        "credits": 7,
        "sources_inside": 2,
        "sources_outside": 4,
    }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--artists", "2"], "at least 3 artists"),
        (["--works", "there-is-no-such.csv"], "cannot be read"),
    ],
)
async def test_a_demo_that_cannot_be_played_says_why(arguments: list[str], says: str) -> None:
    played = await play(*arguments)
    assert played.code == 1
    assert says in played.shown
    assert "Traceback" not in played.shown
