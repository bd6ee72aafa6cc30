"""Any sequence of what people do with an episode's money: after every step the books hold and nothing is lost."""

import asyncio
import shutil
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from db.models import Allocation, FundKind, LedgerEntry, LedgerPosting, Payment, PayoutRound
from domain.episode import RoundPhase
from domain.errors import UserError
from services import cuts, funds, invariants
from services.payouts import adjusting, concerns, read, rounds
from services.payouts.adjusting import Side
from services.payouts.views import RoundView
from services.store import Database
from tests.support import money
from tests.support.finished import Finished, finish_episode
from tests.support.studio import NOW, PRODUCER, actor, after, make_show, rng

T = TypeVar("T")

NAMES = ["Ann", "Bo", "Cy", "Di"]
POOLS = st.sampled_from(["100.01", "7", "0.03", "0.01", "50,000"])
PAYMENTS = st.sampled_from(["0.01", "1", "25", "1,000"])
SIDES = st.sampled_from(
    [
        Side(),
        Side(work=1),
        Side(work=3),
        *(Side(user_id=actor(name).user_id, name=name) for name in ("Ann", "Di", "Eve")),
    ]
)


class Payout(RuleBasedStateMachine):
    """Producers and artists at one episode, on a real database file. A refusal (UserError) must change nothing."""

    template: Path
    folder: Path
    files = 0

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        type(self).files += 1
        path = self.folder / f"{self.files}.db"
        shutil.copyfile(self.template, path)
        self.db = Database(f"sqlite:///{path}")
        self.path = path
        self.asked = 0
        self.day = 0
        self.round: RoundView | None = None
        self.waiting: list[int] = []

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

    @initialize(amount=POOLS)
    def show(self, amount: str) -> None:
        async def prepare() -> Finished:
            shown = await make_show(self.db)
            return await finish_episode(
                self.db, shown.id, artists=NAMES, works={name.lower(): name for name in NAMES},
                cut=["bo", "cy", "di"], sources=[("bo", "ann"), ("cy", "bo")],
            )  # fmt: skip

        self.done = self.run(prepare())
        self.propose(amount)

    @rule(kind=st.sampled_from(FundKind), amount=POOLS)
    def fund(self, kind: FundKind, amount: str) -> None:
        self.attempt(money.put_in(self.db, self.done.episode, amount, self.next_id(), kind))

    @rule(kind=st.sampled_from(funds.CONVERTED), amount=POOLS, rate=st.sampled_from(["1.0832", "0.5", "7"]))
    def convert(self, kind: FundKind, amount: str, rate: str) -> None:
        self.attempt(
            funds.add(
                self.db, PRODUCER, episode_id=self.done.episode, kind=kind, amount=amount, source="Festival", note="",
                received_on=None, asked_by=self.next_id(), now=NOW, conversion=funds.Conversion("EUR", rate=rate),
            )
        )  # fmt: skip

    @precondition(lambda self: self.round is not None)
    @rule(giver=SIDES, taker=SIDES, amount=PAYMENTS, times=st.integers(1, 2))
    def adjust(self, giver: Side, taker: Side, amount: str, times: int) -> None:
        assert self.round is not None
        asked_by = self.next_id()
        for _ in range(times):
            self.attempt(
                adjusting.adjust(
                    self.db, PRODUCER, round_id=self.round.id, giver=giver, taker=taker, amount=amount,
                    reason="As agreed", asked_by=asked_by, now=after(days=self.day),
                )
            )  # fmt: skip

    @precondition(lambda self: self.round is not None)
    @rule(number=st.integers(1, 3))
    def undo(self, number: int) -> None:
        assert self.round is not None
        self.attempt(adjusting.undo(self.db, PRODUCER, round_id=self.round.id, number=number, now=after(days=self.day)))

    @rule(number=st.integers(1, 6))
    def take_back(self, number: int) -> None:
        self.attempt(funds.take_back(self.db, PRODUCER, fund_id=number, reason="typo", now=NOW))

    @rule(amount=POOLS)
    def propose(self, amount: str) -> None:
        self.fund(FundKind.BUDGET, amount)
        made = self.attempt(
            rounds.propose(
                self.db, PRODUCER, episode_id=self.done.episode, now=after(days=self.day), rng=rng(self.asked)
            )
        )
        if made is not None:
            self.round, self.waiting = made, []
            assert sum(money.amounts(made).values()) == made.pool.amount > 0

    @precondition(lambda self: self.round is not None)
    @rule(who=st.sampled_from(NAMES))
    def object_to(self, who: str) -> None:
        assert self.round is not None
        raised = self.attempt(money.object_to(self.db, self.round, actor(who), asked_by=self.next_id(), days=self.day))
        if raised is not None:
            self.waiting.append(raised.id)

    @precondition(lambda self: self.waiting)
    @rule(accept=st.booleans(), change=st.sampled_from(["add", "remove", None]), work=st.integers(1, 4))
    def answer(self, *, accept: bool, change: str | None, work: int) -> None:
        if change is not None:
            do = cuts.add if change == "add" else cuts.remove
            self.attempt(
                do(
                    self.db, PRODUCER, show=None, channel_id=None, work=f"#{work}", reason="As it is in the film",
                    now=NOW,
                )
            )  # fmt: skip
        answered = self.attempt(
            concerns.answer(
                self.db, PRODUCER, concern_id=self.waiting[0], accept=accept, text="Thank you.",
                now=after(days=self.day),
            )
        )  # fmt: skip
        if answered is not None:
            self.waiting.pop(0)
            before, now = (sum(getattr(one, at).amount for one in answered.changes) for at in ("before", "after"))
            assert before == now

    @precondition(lambda self: self.round is not None)
    @rule(times=st.integers(1, 2), days=st.sampled_from([15, 1]), decline=st.booleans())
    def finalise(self, *, times: int, days: int, decline: bool) -> None:
        assert self.round is not None
        self.day += days
        while decline and self.waiting:
            self.answer(accept=False, change=None, work=1)
        for _ in range(times):
            final = self.attempt(rounds.finalise(self.db, PRODUCER, round_id=self.round.id, now=after(days=self.day)))
            if final is not None:
                assert self.waiting == []

    @rule(who=st.sampled_from(NAMES), amount=PAYMENTS, times=st.integers(1, 2))
    def pay(self, who: str, amount: str, times: int) -> None:
        asked_by = self.next_id()
        for _ in range(times):
            self.attempt(money.pay(self.db, who, amount, asked_by))

    @precondition(lambda self: self.round is not None)
    @rule()
    def settle(self) -> None:
        assert self.round is not None
        self.attempt(rounds.settle(self.db, PRODUCER, round_id=self.round.id, now=NOW))

    async def books(self) -> list[tuple[int, str, int]]:
        async with self.db.reading() as tx:
            rows = await tx.execute(
                select(LedgerPosting.entry_id, LedgerPosting.account, LedgerPosting.amount).order_by(LedgerPosting.id)
            )
            return [(entry, account, amount) for entry, account, amount in rows]

    @invariant()
    def the_books_hold(self) -> None:
        assert self.run(invariants.check_books(self.db)) == []

    @invariant()
    def what_artists_have_is_what_was_final_less_what_was_paid(self) -> None:
        async def look() -> None:
            async with self.db.reading() as tx:
                final = PayoutRound.phase.in_([RoundPhase.FINAL, RoundPhase.SETTLED])
                shared = list(
                    await tx.scalars(
                        select(Allocation.amount).join(PayoutRound, PayoutRound.id == Allocation.round_id).where(final)
                    )
                )
                sent = list(await tx.scalars(select(Payment.amount)))
                held = await tx.execute(
                    select(LedgerPosting.account, LedgerPosting.amount).where(LedgerPosting.account.like("artist:%"))
                )
                assert sum(amount for _, amount in held) == sum(shared) - sum(sent)

        self.run(look())

    @invariant()
    def every_round_shares_its_pool_whole_and_statements_recompute(self) -> None:
        async def look() -> None:
            async with self.db.reading() as tx:
                for row in list(await tx.scalars(select(PayoutRound))):
                    view = await read.round_view(tx, row.id)
                    assert sum(share.amount.amount for share in view.allocations) == row.pool
                    entry = select(LedgerEntry.id).where(LedgerEntry.key == f"round:{row.id}:allocation")
                    booked = await tx.scalar(entry) is not None
                    assert booked == (row.phase in (RoundPhase.FINAL, RoundPhase.SETTLED)) == (row.digest is not None)

        self.run(look())

    def teardown(self) -> None:
        self.run(self.db.close())
        self.loop.close()
        self.path.unlink()


def test_any_sequence_keeps_the_books(tmp_path: Path, migrated_file: Path) -> None:
    machine = type("Here", (Payout,), {"template": migrated_file, "folder": tmp_path})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=14, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
