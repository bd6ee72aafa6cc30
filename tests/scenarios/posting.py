"""A whole community's works, posted as messages by their artists, with their sources; then compared with the file.

`python -m tests.scenarios.posting FILE [--limit N] [--at-once N]` posts the works of a CSV with the columns title,
made_from and artists (separated by |) to a bot of its own and says what it took. A work made from the same thing as an
earlier one names that one as its source, by answering it, by its number or by a link to its message in turn; the thing
itself is named as a source outside. Exit 1 if what is stored differs from the file.
"""

import argparse
import asyncio
import csv
import json
import re
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.client import Member
from sandbox.results import Answer, SeenMessage
from sandbox.transport import SandboxError
from tests.bench.children import cpu_seconds, resident
from tests.scenarios.world import House, World, opened

_PATIENCE = 120.0
_TRIES = 5
_NUMBER = re.compile(r"#(\d+) ")
_HELP = 30  # percent that each work's helpers share


@dataclass(frozen=True, slots=True)
class Row:
    """A work of the file; `source` is the place of the row that it names as its source."""

    title: str
    made_from: str
    artists: tuple[str, ...]
    source: int | None


@dataclass
class Posted:
    """A row that is in: its message, its number."""

    message: SeenMessage
    number: int


@dataclass
class Report:
    """What it took, and how what is stored differs from the file. Seconds; megabytes of the bot's resident memory.

    `asked_again` counts commands and presses that were not answered within Discord's three seconds, and repeated.
    """

    works: int
    artists: int
    seconds: float
    processor_seconds: float
    memory_before: float
    memory_after: float
    asked_again: int = 0
    differences: list[str] = field(default_factory=list)


def read(path: Path, limit: int | None = None) -> list[Row]:
    """The works of a file, in its order."""
    with path.open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))[:limit]
    latest: dict[str, int] = {}
    rows = []
    for place, line in enumerate(lines):
        artists = tuple(dict.fromkeys(name.strip()[:32] for name in line["artists"].split("|") if name.strip()))
        rows.append(Row(line["title"], line["made_from"], artists, latest.get(line["made_from"])))
        latest[line["made_from"]] = place
    return rows


class _Patience:
    """People ask again where a bot does not answer."""

    def __init__(self) -> None:
        self.asked_again = 0

    async def ask(self, act: Callable[[], Awaitable[Answer]]) -> Answer:
        """Do something until it is answered; the sandbox's error when that never comes."""
        for _ in range(_TRIES):
            try:
                return await act()
            except SandboxError as error:
                if error.code != "no_answer":
                    raise
                self.asked_again += 1
        return await act()


async def post_all(house: House, rows: Sequence[Row], at_once: int, patience: _Patience) -> dict[int, Posted]:
    """Every work posted by its artist once the one that it is made from has its card, and all its parts agreed to."""
    names = list(dict.fromkeys(name for row in rows for name in row.artists))
    members = await house.world.discord.control.add_members(house.guild, names, announce=False)
    artists = dict(zip(names, members, strict=True))
    posted: dict[int, Posted] = {}
    there = {place: asyncio.Event() for place in range(len(rows))}
    gate = asyncio.Semaphore(at_once)

    async def bring(place: int) -> None:
        row = rows[place]
        if row.source is not None:
            await there[row.source].wait()
        async with gate:
            source = posted[row.source] if row.source is not None else None
            posted[place] = await _post(house, artists[row.artists[0]], place, row, source)
            there[place].set()
            await _credit(house, [artists[name] for name in row.artists], row, posted[place], patience)

    async with asyncio.TaskGroup() as group:
        for place in range(len(rows)):
            group.create_task(bring(place))
    return posted


async def _post(house: House, artist: Member, place: int, row: Row, source: Posted | None) -> Posted:
    lines, reply_to = [row.title, f"https://works.example/{place}"], None
    if source is not None and place % 3 == 0:
        reply_to = source.message
    elif source is not None and place % 3 == 1:
        lines.append(f"made from #{source.number}")
    elif source is not None:
        channel, message = source.message.channel_id, source.message.id
        lines.append(f"https://discord.com/channels/{house.guild.id}/{channel}/{message}")
    message = await artist.post(house.works, "\n".join(lines), reply_to=reply_to)
    card = await house.world.discord.control.wait_for_message(
        channel=house.works, author="bot", replies_to=message.id, timeout_s=_PATIENCE
    )
    found = _NUMBER.search(card.text)
    if found is None:
        raise RuntimeError(f"{row.title}: {card.text}")
    return Posted(message, int(found[1]))


async def _credit(house: House, artists: Sequence[Member], row: Row, posted: Posted, patience: _Patience) -> None:
    work = f"#{posted.number}"
    # A name that is a number would be a work's: with a link it is not.
    outside = f"{row.made_from} https://games.example/" if row.made_from.isdigit() else row.made_from
    options: dict[str, Any] = {"work": work, "source": outside}
    said = await patience.ask(lambda: artists[0].slash("work source add", channel=house.works, options=options))
    if "is made from" not in said.text:
        raise RuntimeError(f"{row.title}: {said.text}")
    for helper in artists[1:]:
        share = str(_HELP // (len(artists) - 1))
        await _share(house, (artists[0], helper), {"work": work, "share": share}, posted.message, patience)


async def _share(
    house: House, who: tuple[Member, Member], part: dict[str, str], message: SeenMessage, patience: _Patience
) -> None:
    """The artist offers a helper a part in a work, and the helper agrees."""
    artist, helper = who
    options = {**part, "person": helper, "role": "helped"}
    await patience.ask(lambda: artist.slash("work credit add", channel=house.works, options=options))
    card = await house.world.discord.control.wait_for_message(
        channel=house.works, replies_to=message.id, contains="Confirm my share", timeout_s=_PATIENCE
    )
    answer = await patience.ask(lambda: helper.click(card, "Confirm my share"))
    if "Confirmed" not in answer.text:
        raise RuntimeError(f"{part['work']}: {answer.text}")


def differences(world: World, rows: Sequence[Row], posted: dict[int, Posted]) -> list[str]:
    """How the stored works, sources and credits differ from the file's; empty when they are the same."""
    place_of = {one.message.id: place for place, one in posted.items()}
    ids = dict(world.rows("SELECT id, message_id FROM works"))
    named = {work: place_of[message] for work, message in ids.items()}
    wanted = {
        "works": sorted((place, row.title, row.artists[0]) for place, row in enumerate(rows)),
        "sources": sorted((place, row.source) for place, row in enumerate(rows) if row.source is not None),
        "outside": sorted((place, row.made_from) for place, row in enumerate(rows)),
        "credits": sorted((place, name) for place, row in enumerate(rows) for name in row.artists),
    }
    works = "SELECT w.id, w.title, a.name FROM works w JOIN artists a ON a.id = w.artist_id WHERE w.state = 'in'"
    sources = "SELECT work_id, source_work_id FROM sources WHERE source_work_id IS NOT NULL AND state = 'confirmed'"
    outside = "SELECT work_id, outside_title FROM sources WHERE outside_title IS NOT NULL AND state = 'confirmed'"
    parts = "SELECT c.work_id, a.name FROM credits c JOIN artists a ON a.id = c.artist_id WHERE c.state = 'confirmed'"
    found = {
        "works": sorted((named[work], title, artist) for work, title, artist in world.rows(works)),
        "sources": sorted((named[work], named[source]) for work, source in world.rows(sources)),
        "outside": sorted((named[work], title) for work, title in world.rows(outside)),
        "credits": sorted((named[work], name) for work, name in world.rows(parts)),
    }
    return [line for what in wanted for line in _differences(what, wanted[what], found[what])]


def _differences(what: str, wanted: list[tuple[object, ...]], found: list[tuple[object, ...]]) -> list[str]:
    lost, added = set(wanted) - set(found), set(found) - set(wanted)
    lines = [f"{what}: {one} is missing" for one in sorted(lost, key=str)]
    lines += [f"{what}: {one} was never said" for one in sorted(added, key=str)]
    return lines if lines or len(wanted) == len(found) else [f"{what}: some are there twice"]


async def run(folder: Path, rows: Sequence[Row], at_once: int) -> Report:
    """Post everything to a bot of its own, and compare."""
    async with opened(folder) as world:
        house = await world.house("Night Owls", "Night Shift")
        await house.open("Remix everything")
        before, used, start = resident(world.bot.pid), cpu_seconds(world.bot.pid), time.perf_counter()
        patience = _Patience()
        posted = await post_all(house, rows, at_once, patience)
        seconds = time.perf_counter() - start
        return Report(
            works=len(rows),
            artists=len({name for row in rows for name in row.artists}),
            seconds=round(seconds, 1),
            processor_seconds=round(cpu_seconds(world.bot.pid) - used, 1),
            memory_before=round(before, 1),
            memory_after=round(resident(world.bot.pid), 1),
            asked_again=patience.asked_again,
            differences=differences(world, rows, posted),
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; the report as JSON on stdout."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios.posting", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--at-once", type=int, default=12)
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="posting-") as folder:
        report = asyncio.run(run(Path(folder), read(given.file, given.limit), given.at_once))
    said = {
        "works": report.works, "artists": report.artists, "seconds": report.seconds,
        "processor_seconds": report.processor_seconds, "memory_before": report.memory_before,
        "memory_after": report.memory_after, "asked_again": report.asked_again, "differences": report.differences,
    }  # fmt: skip
    sys.stdout.write(json.dumps(said, ensure_ascii=False, indent=1) + "\n")
    return 1 if report.differences else 0


if __name__ == "__main__":
    sys.exit(main())
