"""A community's works posted over real sockets: what is stored is what was posted, source by source."""

import csv
from pathlib import Path
from random import Random

from tests.scenarios import posting

_WORKS = 100


def catalogue(path: Path) -> Path:
    """A file in the shape of a real remix community's: a few things that many remix, co-artists, odd titles."""
    rng = Random(12)
    things = ["1942", "Night Trains", "Röyksopp — “Eple”", *(f"Tune {number}" for number in range(12))]
    artists = [f"Artist {number}" for number in range(60)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["work", "title", "made_from", "artists"])
        for number in range(_WORKS):
            title = rng.choice(["Dawn", "Bonk's *Adventure*", "夜の電車", "(2000 Mix)", "A_b_c", "Piano & Strings"])
            makers = rng.sample(artists, rng.choice([1, 1, 1, 1, 2, 3]))
            writer.writerow([number, f"{title} {number}", min(rng.choices(things, k=2)), "|".join(makers)])
    return path


async def test_what_is_stored_is_what_was_posted(tmp_path: Path) -> None:
    rows = posting.read(catalogue(tmp_path / "works.csv"))
    assert sum(row.source is not None for row in rows) > _WORKS // 2
    assert sum(len(row.artists) > 1 for row in rows) > 15
    report = await posting.run(tmp_path, rows, at_once=12)
    assert report.differences == []
    assert report.works == _WORKS


def test_what_differs_is_named() -> None:
    wanted, found = [(1, "Dawn"), (2, "Dusk")], [(1, "Dawn"), (2, "Day")]
    lines = posting._differences("works", wanted, found)
    assert lines == ["works: (2, 'Dusk') is missing", "works: (2, 'Day') was never said"]
    assert posting._differences("works", wanted, [*wanted, (1, "Dawn")]) == ["works: some are there twice"]
