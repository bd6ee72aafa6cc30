"""Recomputing what the gallery publishes, with the program's own command and nothing but the files."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp


async def verify(
    site: str, folder: Path, episode: Mapping[str, Any], payout_round: Mapping[str, Any]
) -> tuple[list[str], list[str]]:
    """Download what an episode published and run `showrunner verify` on each file.

    The names of what holds, and a sentence for each that does not.
    """
    published = {}
    if episode["result"]:
        published["the ballots"] = f"/api/v1/episodes/{episode['id']}/ballots"
    if payout_round.get("digest"):
        published["the statement"] = f"/api/v1/rounds/{payout_round['id']}/statement"
    holds, wrong = [], []
    async with aiohttp.ClientSession(site) as session:
        for what, path in published.items():
            async with session.get(path) as response:
                response.raise_for_status()
                content = await response.read()
            file = folder / f"{what.split()[-1]}.json"
            file.write_bytes(content)
            code, said = await _run(file)
            if code:
                wrong.append(f"{what.capitalize()} cannot be recomputed: {said}")
            else:
                holds.append(what)
    return holds, wrong


async def _run(file: Path) -> tuple[int, str]:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "verify", str(file)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await program.communicate()
    return program.returncode or 0, output.decode(errors="replace").strip()
