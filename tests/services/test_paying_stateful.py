"""Any sequence of paying out, holding, giving and claiming: after every step the books hold and no cent is lost."""

import asyncio
import shutil
from collections.abc import Awaitable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from db.models import Allocation, AllocationState, Artist, LedgerPosting, Payment, PaymentLine, PaymentState
from domain.errors import UserError
from domain.payment_reports import Result
from services import clock, invariants
from services.kinds import HoldState, RunMethod, Wish
from services.paying import details, giving, holds, results, runs
from services.payouts import rounds
from services.store import Database
from tests.support import money, paying
from tests.support.finished import Finished, finish_episode
from tests.support.studio import GUILD, NOW, PRODUCER, actor, make_show, rng

T = TypeVar("T")

NAMES = ("Ann", "Bo", "Cy", "Di")
WHO = st.sampled_from(NAMES)


class Paying(RuleBasedStateMachine):
    """A producer and four artists after the comments are over; time only goes on. A refusal changes nothing."""

    template: Path
    folder: Path
    files = 0

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        type(self).files += 1
        self.path = self.folder / f"{self.files}.db"
        shutil.copyfile(self.template, self.path)
        self.db = Database(f"sqlite:///{self.path}")
        self.asked = 0
        self.now = NOW
        self.funded = 0

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self.loop.run_until_complete(wait())

    def attempt(self, work: Awaitable[T]) -> T | None:
        before = self.run(self.books())
        try:
            return self.run(work)
        except UserError:
            assert self.run(self.books()) == before
            return None

    def next_id(self) -> int:
        self.asked += 1
        return self.asked

    @property
    def later(self) -> datetime:
        self.now += timedelta(days=15)
        return self.now

    @initialize()
    def begin(self) -> None:
        async def prepare() -> tuple[int, Finished]:
            show = await make_show(self.db)
            return show.id, await finish_episode(
                self.db, show.id, artists=NAMES, works={name.lower(): name for name in NAMES}, cut=["bo", "cy", "di"],
                sources=[("bo", "ann"), ("cy", "bo")], claim_days=100, payout_min=1,
            )  # fmt: skip

        self.show_id, self.done = self.run(prepare())
        self.share(hold=2, amount="100.01")

    @rule(hold=st.integers(0, 4), amount=st.sampled_from(["100.01", "7", "0.03"]))
    def share(self, hold: int, amount: str) -> None:
        before = self.run(self.total())
        self.run(money.put_in(self.db, self.done.episode, amount, self.next_id()))
        self.funded += self.run(self.total()) - before
        view = self.attempt(
            rounds.propose(self.db, PRODUCER, episode_id=self.done.episode, now=self.now, rng=rng(self.asked))
        )
        if view is not None:
            if hold:
                self.attempt(holds.hold(self.db, PRODUCER, round_id=view.id, work=hold, reason="Whose?", now=self.now))
            self.run(rounds.finalise(self.db, PRODUCER, round_id=view.id, now=self.later))

    @rule(to=st.sampled_from([state for state in HoldState if state is not HoldState.HELD]), times=st.integers(1, 2))
    def decide(self, to: HoldState, times: int) -> None:
        for each in self.run(holds.holds_of(self.db, guild_id=GUILD))[:1]:
            for _ in range(times):
                self.attempt(holds.decide(self.db, PRODUCER, hold_id=each.id, to=to, decision="Hers", now=self.now))

    @rule(who=WHO, forget=st.booleans())
    def say_how(self, who: str, forget: bool) -> None:
        if forget:
            self.attempt(details.delete_details(self.db, actor(who), vault=paying.VAULT))
        else:
            self.run(paying.say_how(self.db, who))

    @rule(who=WHO, wish=st.sampled_from(Wish))
    def wish(self, who: str, wish: Wish) -> None:
        self.run(paying.wish(self.db, who, wish))

    @rule(method=st.sampled_from(RunMethod), times=st.integers(1, 2))
    def export(self, method: RunMethod, times: int) -> None:
        made = [
            self.attempt(
                runs.export(
                    self.db, PRODUCER, show=None, channel_id=None, method=method, vault=paying.VAULT, now=self.now
                )
            )
            for _ in range(times)
        ]
        found = [each for each in made if each is not None]
        assert len({each.run.id for each in found}) <= 1
        assert len({file.data for each in found for file in each.files}) <= 1

    @rule(run=st.integers(1, 3), which=st.sampled_from(["all", "1", "1-2"]), result=st.sampled_from(list(Result)[:3]))
    def mark(self, run: int, which: str, result: Result) -> None:
        self.attempt(results.mark(self.db, PRODUCER, run_id=run, which=which, result=result, reason="", now=self.now))

    @rule(run=st.integers(1, 3))
    def cancel(self, run: int) -> None:
        self.attempt(runs.cancel(self.db, PRODUCER, run_id=run, now=self.now))

    @rule(who=WHO, wish=st.sampled_from([Wish.DONATE, Wish.PASS_ON]), times=st.integers(1, 2))
    def give(self, who: str, wish: Wish, times: int) -> None:
        shown = self.attempt(giving.gift(self.db, actor(who), show_id=self.show_id, wish=wish))
        asked = self.next_id()
        for _ in range(times if shown is not None else 0):
            assert shown is not None
            self.run(
                giving.give(
                    self.db, actor(who), show_id=self.show_id, wish=wish, amount=shown.amount.amount, asked_by=asked,
                    now=self.now,
                )
            )  # fmt: skip

    @rule(who=WHO, amount=st.sampled_from(["0.01", "1", "25"]))
    def pay(self, who: str, amount: str) -> None:
        self.attempt(money.pay(self.db, who, amount, self.next_id()))

    @rule(days=st.sampled_from([1, 75, 101]))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.run(clock.run_due(self.db, self.now, rng()))

    async def books(self) -> list[tuple[str, int]]:
        async with self.db.reading() as tx:
            rows = await tx.execute(select(LedgerPosting.account, LedgerPosting.amount).order_by(LedgerPosting.id))
            return [(account, amount) for account, amount in rows]

    async def total(self) -> int:
        """All that is inside: everything but the outside."""
        return sum(amount for account, amount in await self.books() if account != "outside")

    @invariant()
    def the_books_hold_and_nothing_leaves(self) -> None:
        assert self.run(invariants.check_books(self.db)) == []
        assert self.run(self.total()) == self.funded

    @invariant()
    def nothing_private_is_left_behind_and_states_fit_the_balances(self) -> None:
        async def look() -> None:
            async with self.db.reading() as tx:
                for line in await tx.scalars(select(PaymentLine).where(PaymentLine.state == PaymentState.WAITING)):
                    assert line.secret
                for artist in list(await tx.scalars(select(Artist))):
                    held = await tx.scalar(
                        select(func.sum(LedgerPosting.amount)).where(LedgerPosting.account == f"artist:{artist.id}")
                    )
                    states = set(
                        await tx.scalars(
                            select(Allocation.state).where(Allocation.artist_id == artist.id, Allocation.amount > 0)
                        )
                    )
                    assert held or AllocationState.CARRIED not in states
                returned = await tx.scalar(
                    select(func.count()).select_from(Payment).where(Payment.returned_at.is_not(None))
                )
                lines = await tx.scalar(
                    select(func.count())
                    .select_from(PaymentLine)
                    .join(Payment, Payment.line_id == PaymentLine.id)
                    .where(PaymentLine.state == PaymentState.RETURNED)
                )
                assert returned == lines

        self.run(look())

    def teardown(self) -> None:
        self.run(self.db.close())
        self.loop.close()
        self.path.unlink()


def test_any_sequence_keeps_the_books(tmp_path: Path, migrated_file: Path) -> None:
    machine = type("Here", (Paying,), {"template": migrated_file, "folder": tmp_path})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
