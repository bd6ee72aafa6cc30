"""A work's history leads to what the work is, whatever is done with it and in whatever order."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from db.models import Credit, Dispute, Source, Work, WorkFile
from domain.errors import UserError
from domain.history import Past, replay
from domain.licences import Licence
from services.access import Actor
from services.shows import ShowView
from services.store import Database, Transaction, writes
from services.works import credits, disputes, edit, files, following, history, parts, replacing, sources, thanks
from services.works.storing import Posting
from tests.support.studio import NOW, PRODUCER, actor, make_show
from tests.support.works import SITE, opened, picture, posting, work_id

MIA, LEO, ZOE = actor("Mia"), actor("Leo"), actor("Zoe")


@dataclass
class Play:
    """A show with three works, and somebody who does things with them at random."""

    db: Database
    rng: Random
    works: list[int] = field(default_factory=list)
    messages: dict[int, Posting] = field(default_factory=dict)
    done: int = 0
    minutes: Any = field(default_factory=lambda: count(1))

    async def begin(self) -> None:
        for who, title in ((MIA, "Dawn"), (LEO, "Noon, from #1"), (MIA, "Dusk")):
            message = posting(
                who, f"{title}\nhttps://a.example/{title[:4]}", attachments=(picture("a.png"), picture("b.png"))
            )
            self.works.append(await work_id(self.db, who, message_id=message.message_id, text=message.text,
                                            attachments=message.attachments))  # fmt: skip
            self.messages[self.works[-1]] = message

    async def step(self, name: str) -> None:
        """One thing; what the services refuse changes nothing."""
        work = self.rng.choice(self.works)
        try:
            await getattr(self, name)(work, self.rng.choice((MIA, LEO, ZOE, PRODUCER)))
        except UserError:
            return
        self.done += 1

    @property
    def now(self) -> Any:
        return NOW + timedelta(minutes=next(self.minutes))

    async def edit(self, work: int, who: Actor) -> None:
        change = edit.Change(
            title=self.rng.choice((None, "Day", "Night", "")), note=self.rng.choice((None, "A note", "")),
            licence=self.rng.choice((None, *Licence)),
        )  # fmt: skip
        now = self.now
        await edit.edit(self.db, who, work, change, at=now, now=now)

    async def edit_message(self, work: int, who: Actor) -> None:
        del who
        before = self.messages[work]
        now = self.now
        text = self.rng.choice(("Day", "Night\nhttps://b.example", "Noon, from #3\nand a note", before.text))
        kept = before.attachments[: self.rng.choice((0, 1, 2, 2, 2))]
        self.messages[work] = replace(before, text=text, attachments=kept, edited_at=now)
        await following.message_edited(self.db, self.messages[work], site_url=SITE, now=now)

    async def delete_message(self, work: int, who: Actor) -> None:
        del who
        await following.message_deleted(self.db, (self.messages[work].message_id,), now=self.now)

    async def withdraw(self, work: int, who: Actor) -> None:
        now = self.now
        await edit.withdraw(self.db, who, work, at=now, now=now)

    async def restore(self, work: int, who: Actor) -> None:
        now = self.now
        await edit.restore(self.db, who, work, at=now, now=now)

    async def disqualify(self, work: int, who: Actor) -> None:
        await edit.disqualify(self.db, who, work, reason=self.rng.choice(("No", "Not yours")), now=self.now)

    async def allow(self, work: int, who: Actor) -> None:
        await edit.allow_changes(self.db, who, work, hours=self.rng.choice((0, 5)), now=self.now)

    async def replace_file(self, work: int, who: Actor) -> None:
        now = self.now
        new = picture(f"{next(self.minutes)}.png")
        await replacing.replace_file(self.db, who, work, await self.file(work), new, at=now, now=now)

    async def add_file(self, work: int, who: Actor) -> None:
        now = self.now
        await replacing.add_file(self.db, who, work, picture(f"{next(self.minutes)}.png"), at=now, now=now)

    async def remove_file(self, work: int, who: Actor) -> None:
        now = self.now
        await replacing.remove_file(self.db, who, work, await self.file(work), at=now, now=now)

    async def keep_file(self, work: int, who: Actor) -> None:
        del who
        sha256 = f"{self.rng.getrandbits(256):064x}"
        await files.kept(self.db, await self.file(work), sha256=sha256, size=3, content_type="image/png", preview=None,
                         now=self.now)  # fmt: skip

    async def fail_file(self, work: int, who: Actor) -> None:
        del who
        await files.failed(self.db, await self.file(work), sentence="Gone.", now=self.now)

    async def offer(self, work: int, who: Actor) -> None:
        to = self.rng.choice((LEO, ZOE, PRODUCER))
        await credits.offer(self.db, who, work, user_id=to.user_id, name=to.name, role=self.rng.choice(("", "drums")),
                            share_bp=self.rng.choice((1000, 2500, 6000)), now=self.now)  # fmt: skip

    async def answer(self, work: int, who: Actor) -> None:
        await credits.answer(self.db, who.user_id, work, confirm=self.rng.random() < 0.7, now=self.now)

    async def take_off(self, work: int, who: Actor) -> None:
        await credits.remove(self.db, who, work, user_id=self.rng.choice((LEO, ZOE)).user_id, now=self.now)

    async def add_source(self, work: int, who: Actor) -> None:
        text = self.rng.choice(("#1", "#2", "#3", "A waltz", "A waltz https://w.example", "#1\nA hum CC0"))
        await sources.add(
            self.db, who, work, text=text, thanks=self.rng.choice(("", "Thank you!")), site_url=SITE, now=self.now
        )

    async def thank(self, work: int, who: Actor) -> None:
        text = self.rng.choice(("", "You made my day"))
        await thanks.thank(self.db, who.user_id, work, await self.edge(work), text=text, now=self.now)

    async def remove_source(self, work: int, who: Actor) -> None:
        await sources.remove(self.db, who, work, await self.edge(work), now=self.now)

    async def part_sources(self, work: int, who: Actor) -> None:
        async with self.db.reading() as tx:
            live = list(await tx.scalars(select(Source.id).where(Source.work_id == work, Source.state != "removed")))
        shares = [10_000 // len(live)] * len(live) if live else []
        if shares:
            shares[0] += 10_000 - sum(shares)
        given: dict[int, int | None] = dict(zip(live, shares, strict=True))
        if self.rng.random() < 0.3:
            given = dict.fromkeys(live)
        await parts.set_parts(self.db, who, work, given, now=self.now)

    async def dispute(self, work: int, who: Actor) -> None:
        del work, who
        async with self.db.reading() as tx:
            live = (Source.state != "removed", Source.source_work_id.is_not(None))
            edges = list(await tx.execute(select(Source.work_id, Source.source_work_id).where(*live)))
        if not edges:
            raise UserError("Nothing is made from anything.")
        remix, source = self.rng.choice(edges)
        owner = (MIA, LEO, MIA)[self.works.index(source)]
        await disputes.dispute(self.db, owner.user_id, remix, source, reason="I never made that", now=self.now)

    async def claim(self, work: int, who: Actor) -> None:
        await disputes.claim(
            self.db, who, work, source=self.rng.choice(("#1", "#2", "#3")), reason="Mine", site_url=SITE, now=self.now
        )

    async def settle(self, work: int, who: Actor) -> None:
        del work
        uphold = self.rng.random() < 0.5
        await disputes.settle(self.db, who, await self.quarrel(), uphold=uphold, reason="So", now=self.now)

    async def agree(self, work: int, who: Actor) -> None:
        del work
        await disputes.agree(self.db, who.user_id, await self.quarrel(), now=self.now)

    async def take_back(self, work: int, who: Actor) -> None:
        del work
        await disputes.take_back(self.db, who.user_id, await self.quarrel(), now=self.now)

    async def quarrel(self) -> int:
        async with self.db.reading() as tx:
            return self.rng.choice(list(await tx.scalars(select(Dispute.id))) or [0])

    async def file(self, work: int) -> int:
        async with self.db.reading() as tx:
            return self.rng.choice(list(await tx.scalars(select(WorkFile.id).where(WorkFile.work_id == work))) or [0])

    async def edge(self, work: int) -> int:
        async with self.db.reading() as tx:
            return self.rng.choice(list(await tx.scalars(select(Source.id).where(Source.work_id == work))) or [0])


HELPERS = ("begin", "step", "file", "edge", "quarrel")
STEPS = [name for name, found in vars(Play).items() if asyncio.iscoroutinefunction(found) and name not in HELPERS]


# A failure names its steps and seed, which is enough: making it smaller would take minutes.
@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.sampled_from(STEPS), min_size=20, max_size=50), st.integers(0, 2**32))
def test_every_history_leads_to_its_work(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, names: list[str], seed: int
) -> None:
    path = tmp_path_factory.mktemp("history") / "showrunner.db"
    shutil.copyfile(migrated_file, path)

    async def run() -> None:
        db = Database(f"sqlite:///{path}")
        try:
            await make_show(db)
            await opened(db)
            play = Play(db, Random(seed))
            await play.begin()
            for name in names:
                await play.step(name)
            assert await history.unexplained(db) == [], (names, seed)
        finally:
            await db.close()

    # A loop of its own: hypothesis calls a plain function many times.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, run()).result()


async def test_each_step_can_succeed(db: Database) -> None:
    """Or else the test above would prove less than it seems to."""
    await make_show(db)
    await opened(db)
    succeeded: set[str] = set()
    play = Play(db, Random(5))
    await play.begin()
    for _ in range(200):
        for name in [step for step in STEPS if step not in succeeded]:
            before = play.done
            await play.step(name)
            succeeded |= {name} if play.done > before else set()
        if succeeded == set(STEPS):
            break
        for name in ("restore", "add_source", "offer"):
            await play.step(name)
    assert succeeded == set(STEPS)
    assert await history.unexplained(db) == []


async def test_a_work_that_was_changed_behind_its_historys_back_is_named(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    work = await work_id(studio_db, MIA, text="Dawn")
    assert await history.unexplained(studio_db) == []

    @writes
    async def tamper(tx: Transaction) -> None:
        await tx.execute(update(Work).values(title="Mine"))
        await tx.execute(update(Credit).values(share_bp=9000))

    await tamper(studio_db)
    assert await history.unexplained(studio_db) == [
        f"The history of work {work} does not lead to its title, own share."
    ]


async def test_pages_and_who_may_read_them(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    work = await work_id(studio_db, MIA, text="Dawn")
    for number in range(40):
        await edit.edit(studio_db, MIA, work, edit.Change(title=f"Day {number}"), at=NOW, now=NOW)
    first = await history.history(studio_db, MIA, work)
    assert (first.lines, first.pages, first.page, len(first.moments)) == (41, 3, 0, 15)
    assert first.moments[0].detail["changed"] == {"title": ["Day 38", "Day 39"]}
    last = await history.history(studio_db, PRODUCER, work, page=99)
    assert (last.page, last.moments[-1].kind) == (2, "collected")
    with pytest.raises(UserError, match="Only Mia"):
        await history.history(studio_db, LEO, work)


def test_lines_that_change_nothing_are_passed_over() -> None:
    first = {"artist": 1, "title": "Dawn", "note": "", "licence": "CC0-1.0", "files": ["a"], "links": []}
    assert replay([("collected", first), ("file_failed", {}), ("changes_allowed", {}), ("unheard of", {})]) == Past(
        artist=1, title="Dawn", licence="CC0-1.0", files={0: ("a", None)}
    )
