"""Whatever people do to sources, the remix graph has no circle, parts make a whole, and histories explain the works.

networkx is the oracle for what may be linked and what may not.
"""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from shutil import copyfile
from typing import Any

import networkx as nx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.models import Dispute, DisputeState, Source, SourceState
from domain.errors import UserError
from services.access import Actor
from services.shows import ShowView
from services.store import Database
from services.works import disputes, edit, history, sources
from tests.support.studio import NOW, PRODUCER, actor, make_show
from tests.support.works import SITE, opened, work_id

WORKS = 5
PEOPLE = [actor(f"{n} person") for n in range(WORKS)]
"""Whose works they are: each has one, #1 to #5."""

_Node = st.integers(1, WORKS)
_Pair = st.tuples(_Node, _Node)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["link", "unlink", "dispute", "claim", "agree", "take back"]), _Pair, st.just(False)),
        st.tuples(st.sampled_from(["settle", "part"]), _Pair, st.booleans()),
        st.tuples(st.sampled_from(["withdraw", "restore"]), _Pair, st.just(False)),
    ),
    max_size=22,
)


class Studio:
    """Five works, and what can be done to their sources."""

    def __init__(self, db: Database) -> None:
        self.db = db

    async def do(self, doing: str, pair: tuple[int, int], flag: bool) -> None:
        """One step; what the services refuse is refused."""
        work, source = pair
        poster, other = PEOPLE[work - 1], PEOPLE[source - 1]
        ways: dict[str, Callable[[], Coroutine[Any, Any, Any]]] = {
            "link": lambda: self.link(work, source, poster),
            "unlink": lambda: self.unlink(work, source, poster),
            "part": lambda: self.part(work, poster, by_hand=flag),
            "dispute": lambda: disputes.dispute(self.db, other.user_id, work, source, reason="no", now=NOW),
            "claim": lambda: disputes.claim(
                self.db, other, work, source=f"#{source}", reason="mine", site_url=SITE, now=NOW
            ),
            "agree": lambda: self.about(work, source, lambda it: disputes.agree(self.db, poster.user_id, it, now=NOW)),
            "take back": lambda: self.about(
                work, source, lambda it: disputes.take_back(self.db, other.user_id, it, now=NOW)
            ),
            "settle": lambda: self.about(
                work, source, lambda it: disputes.settle(self.db, PRODUCER, it, uphold=flag, reason="so", now=NOW)
            ),
            "withdraw": lambda: edit.withdraw(self.db, poster, work, at=NOW, now=NOW),
            "restore": lambda: edit.restore(self.db, poster, work, at=NOW, now=NOW),
        }
        refused = await _refusal(ways[doing]())
        if "circle" in refused:
            assert await self.would_close(work, source), (doing, pair, refused)
        if doing == "link" and not refused:
            assert await self.edges(work, source), "what is not refused is there"

    async def link(self, work: int, source: int, who: Actor) -> None:
        """Credit a source; the graph decides whether that may be, and the oracle whether the graph is right."""
        closes = await self.would_close(work, source)
        known = bool(await self.edges(work, source))
        await sources.add(self.db, who, work, text=f"#{source}", site_url=SITE, now=NOW)
        assert known or not closes, f"#{work} from #{source} closed a circle"

    async def unlink(self, work: int, source: int, who: Actor) -> None:
        for edge in await self.edges(work, source):
            await sources.remove(self.db, who, work, edge, now=NOW)

    async def part(self, work: int, who: Actor, *, by_hand: bool) -> None:
        """Give each source of a work a part, the first what is left."""
        found = [edge for edge in await self.rows() if edge.work_id == work]
        if found:
            least = [100 // len(found)] * (len(found) - 1)
            lines = [
                f"#{edge.source_work_id} {part}%" for edge, part in zip(found, [100 - sum(least), *least], strict=True)
            ]
            await sources.add(
                self.db, who, work, text="\n".join(lines if by_hand else lines[::-1]), site_url=SITE, now=NOW
            )

    async def about(self, work: int, source: int, act: Callable[[int], Coroutine[Any, Any, Any]]) -> None:
        """Something about the open dispute between two works, if there is one."""
        where = (Dispute.work_id == work, Dispute.source_work_id == source, Dispute.state == DisputeState.OPEN)
        async with self.db.reading() as tx:
            found = await tx.scalar(select(Dispute.id).where(*where))
        if found is not None:
            await act(found)

    async def rows(self) -> list[Source]:
        async with self.db.reading() as tx:
            return list(await tx.scalars(select(Source).where(Source.state != SourceState.REMOVED).order_by(Source.id)))

    async def edges(self, work: int, source: int) -> list[int]:
        return [edge.id for edge in await self.rows() if (edge.work_id, edge.source_work_id) == (work, source)]

    async def graph(self) -> "nx.DiGraph[int]":
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(range(1, WORKS + 1))
        graph.add_edges_from((edge.work_id, edge.source_work_id) for edge in await self.rows())
        return graph

    async def would_close(self, work: int, source: int) -> bool:
        return nx.has_path(await self.graph(), source, work)

    async def check(self) -> None:
        """What always holds."""
        assert nx.is_directed_acyclic_graph(await self.graph())
        rows = await self.rows()
        for work in {edge.work_id for edge in rows}:
            shares = [edge.share_bp for edge in rows if edge.work_id == work]
            assert all(share is None for share in shares) or sum(share or 0 for share in shares) == 10_000, shares
            assert None not in shares or set(shares) == {None}, shares
        async with self.db.reading() as tx:
            opened = await tx.execute(
                select(Dispute.work_id, Dispute.source_work_id, Dispute.kind).where(Dispute.state == DisputeState.OPEN)
            )
            wrong = {(work, source) for work, source, kind in opened if kind.value == "wrong"}
        disputed = {(edge.work_id, edge.source_work_id) for edge in rows if edge.state is SourceState.DISPUTED}
        assert disputed == wrong, "an edge is disputed as long as a dispute about it is open"
        assert await history.unexplained(self.db) == []


async def _refusal(step: Coroutine[Any, Any, Any]) -> str:
    """What a step is refused with; nothing where it is done."""
    try:
        await step
    except UserError as error:
        return str(error)
    return ""


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
@example([("link", (2, 1), False), ("dispute", (2, 1), False), ("link", (1, 2), False), ("settle", (2, 1), True),
          ("link", (1, 2), False), ("claim", (2, 1), False)])  # fmt: skip
@example([("claim", (2, 1), False), ("link", (1, 2), False), ("settle", (2, 1), True), ("agree", (2, 1), False)])
@example([("link", (3, 1), False), ("link", (3, 2), False), ("part", (3, 1), True), ("dispute", (3, 1), False),
          ("withdraw", (1, 1), False), ("settle", (3, 1), True), ("restore", (1, 1), False)])  # fmt: skip
async def test_no_order_of_steps_closes_a_circle(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, tuple[int, int], bool]]
) -> None:
    path = tmp_path_factory.mktemp("lineage") / "x.db"
    copyfile(migrated_file, path)
    db = Database(f"sqlite:///{path}")
    try:
        await make_show(db)
        await opened(db)
        for person in PEOPLE:
            await work_id(db, person, f"Work of {person.name}")
        studio = Studio(db)
        for doing, pair, flag in steps:
            await studio.do(doing, pair, flag)
        await studio.check()
    finally:
        await db.close()


@pytest.mark.parametrize("last", ["link", "agree", "settle"])
async def test_what_closes_a_circle_together_is_refused_once_whoever_does_it(
    studio_db: Database, show: ShowView, last: str
) -> None:
    """A link and a claim that is granted, or two links, made at the same moment: one of them is too late."""
    await opened(studio_db)
    for person in PEOPLE:
        await work_id(studio_db, person, f"Work of {person.name}")
    studio = Studio(studio_db)
    for work in range(2, WORKS + 1):
        if work != 3:
            await studio.link(work, work - 1, PEOPLE[work - 1])
    made = await disputes.claim(studio_db, PEOPLE[1], 3, source="#2", reason="mine", site_url=SITE, now=NOW)
    middle = {
        "link": lambda: sources.add(studio_db, PEOPLE[2], 3, text="#2", site_url=SITE, now=NOW),
        "agree": lambda: disputes.agree(studio_db, PEOPLE[2].user_id, made.id, now=NOW),
        "settle": lambda: disputes.settle(studio_db, PRODUCER, made.id, uphold=True, reason="so", now=NOW),
    }[last]
    ends = [sources.add(studio_db, PEOPLE[0], 1, text=f"#{WORKS}", site_url=SITE, now=NOW) for _ in range(2)]
    done = await asyncio.gather(middle(), *ends, return_exceptions=True)
    refused = [isinstance(one, UserError) for one in done]
    assert refused in ([False, True, True], [True, False, False]), done
    await studio.check()
