"""A real remix community, 2,446 works with co-artists and sources: exact, and the same whatever things are called."""

import csv
import re
from pathlib import Path

import pytest

from domain.allocation import (
    AllocationWork,
    CreditShare,
    Inputs,
    LineKind,
    SourceShare,
    allocate,
    amounts,
    difference,
    statement,
)

REAL = Path(__file__).parents[4] / "shared" / "data" / "remixes.csv"


def community(pool: int, rename: str = "{}") -> Inputs:
    """Every work in the cut; co-artists share alike; a game's later remix is made from the game and the one before."""
    made_before: dict[str, str] = {}
    works = []
    with REAL.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            artists = list(dict.fromkeys(re.split(r", | & ", row["artists"])))
            each, more = divmod(10_000, len(artists))
            credited = [CreditShare(rename.format(name), each + (n < more)) for n, name in enumerate(artists)]
            game, name = row["made_from"], rename.format(row["work"])
            sources = [SourceShare(outside=game)]
            if game in made_before:
                sources.append(SourceShare(work=made_before[game]))
            made_before[game] = name
            works.append(AllocationWork(name, 1, True, tuple(credited), tuple(sources)))
    return Inputs("USD", pool, tuple(works), seed="s")


@pytest.mark.skipif(not REAL.exists(), reason="The real catalogue, ../shared/data/remixes.csv, is not here.")
def test_the_whole_community_shares_exactly_and_recomputes() -> None:
    inputs = community(5_000_000)
    result = allocate(inputs)
    assert len(inputs.works) == 2_446
    assert sum(result.allocations.values()) == 5_000_000
    assert sum(line.amount for line in result.lines) == 5_000_000
    passed = sum(line.amount for line in result.lines if line.kind is LineKind.LINEAGE)
    assert 100_000 < passed < 1_000_000
    assert difference(statement(inputs)) is None
    # Equal shares are rounded by lot of the name, so renamed artists may differ by their odd cent, and by no more.
    renamed = amounts(community(5_000_000, "artist of {}"))
    assert renamed.keys() == {f"artist of {name}" for name in result.allocations}
    assert all(abs(renamed[f"artist of {name}"] - amount) <= 1 for name, amount in result.allocations.items())
