"""What came of the episode, read from the gallery's public API and from the chat, and everything that is off."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.demo.plan import Plan
from sandbox.demo.proof import verify
from sandbox.demo.stage import Stage

PHASES = ("open", "voting", "cutting", "released")


async def read_gallery(site: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The newest episode and its works, as the public API tells them."""
    async with aiohttp.ClientSession(site) as session:
        shows = await _get(session, "/api/v1/shows")
        newest = max((each for show in shows["shows"] for each in show["episodes"]), key=lambda each: each["id"])
        episode = await _get(session, f"/api/v1/episodes/{newest['id']}")
        return episode, await _get(session, f"/api/v1/episodes/{newest['id']}/works")


async def summarise(
    stage: Stage, plan: Plan, site: str, *, folder: Path, logs: Mapping[str, Path], seconds: float
) -> dict[str, Any]:
    """Counts per kind, phases with their times, the pool and the sum of its allocations, and problems (sentences).

    What the gallery publishes is kept in `folder` and recomputed from there: `verified` names what held.
    """
    episode, works = await read_gallery(site)
    round_ = episode["rounds"][-1] if episode["rounds"] else {}
    messages = await _bot_messages(stage)
    verified, wrong = await verify(site, folder, episode, round_)
    return {
        "episode": f"{episode['code']} {episode['title']}",
        "counts": episode["counts"] | {"artists": len(plan.artists), "bot_messages": sum(messages.values())},
        "phases": {move["to"]: move["at"] for move in episode["moves"]},
        "currency": round_.get("currency"),
        "pool": round_.get("pool"),
        "allocated": round_.get("allocated"),
        "artists_paid": round_.get("artists"),
        "round": round_.get("phase"),
        "concerns": len(round_.get("concerns", ())),
        "statement_sha256": round_.get("digest"),
        "verified": verified,
        "seconds": round(seconds, 1),
        "problems": _problems(plan, episode, works)
        + _money_problems(round_)
        + wrong
        + await _said_twice(stage, messages)
        + await _not_known(stage)
        + [problem for name, path in logs.items() for problem in _log_problems(name, path)],
    }


async def _get(session: aiohttp.ClientSession, path: str) -> dict[str, Any]:
    async with session.get(path) as response:
        response.raise_for_status()
        return dict(await response.json())


def _problems(plan: Plan, episode: dict[str, Any], works: dict[str, Any]) -> list[str]:
    counts = episode["counts"]
    wanted = {
        "works": len(plan.pieces),
        "credits": plan.credits,
        "sources_inside": plan.inside_sources,
        "sources_outside": plan.outside_sources,
    }
    found = [
        f"{counts[what]} {what.replace('_', ' ')} were collected, {number} were made."
        for what, number in wanted.items()
        if counts[what] != number
    ]
    found += [f"The episode never was {phase}." for phase in PHASES if phase not in _phases(episode)]
    lost = [file["name"] for work in works["works"] for file in work["files"] if file["state"] != "kept"]
    found += [f"The file {name} was not kept." for name in lost[:5]]
    titles = {work["title"] for work in works["works"]}
    found += [f"“{piece.title}” is missing." for piece in plan.pieces if piece.title not in titles][:5]
    if not counts["ballots"]:
        found.append("Nobody voted.")
    return found


def _phases(episode: dict[str, Any]) -> list[str]:
    return [move["to"] for move in episode["moves"]]


def _money_problems(round_: Mapping[str, Any]) -> list[str]:
    if not round_:
        return ["No payout was proposed."]
    found = []
    if round_["allocated"] != round_["pool"]:
        found.append(f"The allocations sum to {round_['allocated']}, the pool is {round_['pool']}.")
    if round_["phase"] != "settled":
        found.append(f"The payout round is {round_['phase']}, not settled.")
    if round_["open_concerns"]:
        found.append(f"{round_['open_concerns']} concerns are open.")
    return found


async def _bot_messages(stage: Stage) -> dict[str, int]:
    status = await stage.client.control.status()
    del status
    found: dict[str, int] = {}
    for channel in (stage.works, stage.news, stage.producers_room):
        seen = await _all_messages(stage, channel.id)
        found[channel.name] = sum(message.author_name == "Showrunner" for message in seen)
    return found


async def _all_messages(stage: Stage, channel: int) -> list[Any]:
    found: list[Any] = []
    after = 0
    while page := await stage.producer.messages(channel, after=after):
        found += page
        after = max(message.id for message in page)
    return found


async def _said_twice(stage: Stage, messages: Mapping[str, int]) -> list[str]:
    """One card for each work, and no announcement twice."""
    del messages
    cards = Counter(
        message.reply_to
        for message in await _all_messages(stage, stage.works.id)
        if message.author_name == "Showrunner" and message.reply_to is not None
    )
    found = [f"A work got {count} cards." for count in cards.values() if count > 1]
    news = Counter(
        message.text for message in await _all_messages(stage, stage.news.id) if message.author_name == "Showrunner"
    )
    return found + [f"Said {count} times: {text[:80]}" for text, count in news.items() if count > 1]


async def _not_known(stage: Stage) -> list[str]:
    status = await stage.client.control.status()
    return [f"The sandbox does not know: {call}" for call in status.get("problems", ())]


def _log_problems(name: str, path: Path) -> list[str]:
    """Errors that a process logged (JSON lines)."""
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            if "Traceback" in line:
                found.append(f"{name} logged a traceback.")
            continue
        if isinstance(entry, dict) and entry.get("level") in ("error", "critical"):
            found.append(f"{name} logged an error: {str(entry.get('event'))[:160]}")
    return found[:10]
