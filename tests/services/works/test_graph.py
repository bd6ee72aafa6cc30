"""Who was made from whom, asked of the database, against a walk over the same edges in memory; and what is drawn."""

from itertools import pairwise
from random import Random

import networkx as nx
import pytest

from db.models import Source, SourceState, Work, WorkState
from domain.errors import UserError
from services.shows import ShowView
from services.store import Database, Transaction
from services.works import graph, sources
from services.works.collect import collect_many
from services.works.family import COUNTED, Family, family
from tests.support.studio import GUILD, NOW, actor
from tests.support.works import SITE, opened, posting

MIA = actor("Mia")


async def works(db: Database, count: int) -> list[int]:
    await opened(db)
    postings = [posting(MIA, f"Part {place}") for place in range(count)]
    return [one.work_id or 0 for one in await collect_many(db, postings, site_url=SITE, now=NOW)]


async def joined(db: Database, edges: list[tuple[int, int]], state: SourceState = SourceState.CONFIRMED) -> None:
    async def add(tx: Transaction) -> None:
        tx.add_all(
            Source(work_id=work, source_work_id=source, thanks="", state=state, added_at=NOW) for work, source in edges
        )

    await db.write(add)


def dag(ids: list[int], rng: Random) -> list[tuple[int, int]]:
    pairs = {(rng.choice(ids), rng.choice(ids)) for _ in range(len(ids) * 2)}
    return sorted({(max(pair), min(pair)) for pair in pairs if pair[0] != pair[1]})


async def test_ancestors_and_descendants_as_networkx_sees_them(studio_db: Database, show: ShowView) -> None:
    ids = await works(studio_db, 24)
    edges = dag(ids, Random(3))
    away = edges[::7]
    await joined(studio_db, [edge for edge in edges if edge not in away])
    await joined(studio_db, away, SourceState.REMOVED)
    seen = nx.DiGraph([edge for edge in edges if edge not in away])
    seen.add_nodes_from(ids)
    async with studio_db.reading() as tx:
        for work in ids:
            up, down = await graph.ancestors(tx, work), await graph.descendants(tx, work)
            assert (set(up), set(down)) == (nx.descendants(seen, work), nx.ancestors(seen, work))
            assert (len(up), len(down)) == (len(set(up)), len(set(down)))
            for other in ids:
                assert await graph.made_from(tx, work, other) is (other in up)
        assert await graph.edges_among(tx, ids) == sorted(seen.edges)
        assert await graph.edges_among(tx, ids[:9]) == sorted(seen.subgraph(ids[:9]).edges)


async def test_the_nearest_come_first_where_not_all_are_wanted(studio_db: Database, show: ShowView) -> None:
    ids = await works(studio_db, 12)
    await joined(studio_db, [(one, other) for other, one in pairwise(ids)])
    async with studio_db.reading() as tx:
        assert await graph.ancestors(tx, ids[8], most=3) == [ids[7], ids[6], ids[5]]
        assert await graph.descendants(tx, ids[8], most=2) == [ids[9], ids[10]]
        assert await graph.ancestors(tx, ids[0], most=3) == []


async def test_a_long_chain_and_many_diamonds_are_walked_once(studio_db: Database, show: ShowView) -> None:
    """Each diamond doubles the paths: a walk along paths would never end."""
    ids = await works(studio_db, 61)
    edges = []
    for place in range(0, 60, 3):
        one, left, right, other = ids[place : place + 4]
        edges += [(left, one), (right, one), (other, left), (other, right)]
    await joined(studio_db, edges)
    async with studio_db.reading() as tx:
        assert len(await graph.ancestors(tx, ids[60])) == 60
        assert await graph.made_from(tx, ids[60], ids[0])
        assert not await graph.made_from(tx, ids[0], ids[60])


async def drawn(db: Database, work: int, most: int = 60) -> Family:
    return await family(db, work, most=most)


async def test_a_lineage_has_both_sides_and_no_one_elses(studio_db: Database, show: ShowView) -> None:
    first, aunt, itself, child, cousin, outside_only = await works(studio_db, 6)
    await joined(studio_db, [(aunt, first), (itself, first), (child, itself), (cousin, aunt), (child, first)])
    await sources.add(studio_db, MIA, itself, text="A waltz", site_url=SITE, now=NOW)
    await sources.add(studio_db, MIA, child, text="a tango https://tango.example/1\nA waltz", site_url=SITE, now=NOW)
    found = await drawn(studio_db, itself)
    assert {member.work.id: member.steps for member in found.members} == {itself: 0, first: -1, child: 1}
    assert [(one.id, one.title, one.url) for one in found.outside] == [
        (-1, "A waltz", None), (-2, "a tango", "https://tango.example/1")
    ]  # fmt: skip
    assert {work: set(made_from) for work, made_from in found.sources.items()} == {
        itself: {first, -1}, child: {itself, first, -1, -2}, first: set()
    }  # fmt: skip
    assert (found.above, found.below, found.more, found.whole) == (1, 1, False, True)
    assert found.itself.work.title == "Part 2"
    assert (await drawn(studio_db, outside_only)).alone


async def test_withdrawn_remixes_are_left_out_unless_they_led_on(studio_db: Database, show: ShowView) -> None:
    first, middle, last, ended = await works(studio_db, 4)
    await joined(studio_db, [(middle, first), (last, middle), (ended, first)])

    async def withdraw(tx: Transaction) -> None:
        for work in (middle, ended):
            (await tx.get_one(Work, work)).state = WorkState.WITHDRAWN

    await studio_db.write(withdraw)
    found = await drawn(studio_db, first)
    assert {member.work.id for member in found.members} == {first, middle, last}
    assert found.below == 2
    assert {member.work.id for member in (await drawn(studio_db, last)).members} == {last, middle, first}


async def test_what_does_not_fit_is_counted_where_it_hangs(studio_db: Database, show: ShowView) -> None:
    ids = await works(studio_db, 14)
    itself = ids[5]
    await joined(studio_db, [(itself, source) for source in ids[:5]] + [(remix, itself) for remix in ids[6:]])
    found = await drawn(studio_db, itself, most=7)
    assert [member.work.id for member in found.members] == [itself, *ids[:3], *ids[6:9]]
    assert (found.above, found.below, found.whole) == (5, 8, False)
    assert found.itself.hidden == 2 + 5
    wide = await drawn(studio_db, itself, most=12)
    assert [member.steps for member in wide.members].count(-1) == 5


async def test_doubts_are_told(studio_db: Database, show: ShowView) -> None:
    first, second = await works(studio_db, 2)
    await joined(studio_db, [(second, first)], SourceState.DISPUTED)
    assert (await drawn(studio_db, first)).disputed == {(second, first)}


async def test_a_work_of_another_server_is_not_here(studio_db: Database, show: ShowView) -> None:
    (work,) = await works(studio_db, 1)
    assert not (await family(studio_db, work, most=5, guild_id=GUILD)).more
    with pytest.raises(UserError, match="not here any more"):
        await family(studio_db, work, most=5, guild_id=GUILD + 1)
    with pytest.raises(UserError, match="not here any more"):
        await drawn(studio_db, COUNTED * 1000)
