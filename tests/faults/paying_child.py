"""Handles an episode's money in a process that is killed before one of its statements, and looks at what is left.

python -m tests.faults.paying_child SCENARIO FOLDER TEMPLATE FIRST STEP

A fork for each kill point: a fresh copy of TEMPLATE is funded or paid out and killed before statement FIRST,
FIRST + STEP and so on; then the books must hold, and doing it from the start again must end as it does without a
kill. Prints how many kills there were; anything else ends with an error.
"""

import asyncio
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Coroutine
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from db.models import LedgerEntry, LedgerPosting, PaymentLine
from domain.episode import RoundPhase
from domain.payment_reports import Result
from services import invariants
from services.kinds import HoldState, RunMethod, Wish
from services.paying import giving, holds, runs
from services.paying.views import RunView
from services.payouts import read
from services.payouts.views import RoundView
from services.store import Database
from services.vault import Vault
from tests.faults.funding import fund_and_share
from tests.support import money, paying
from tests.support.money import WINDOW_OVER
from tests.support.studio import GUILD, PRODUCER, actor

VAULT = Vault(["A" * 43 + "="])


async def pay_out(db: Database) -> None:
    """Everything between a proposal and the last result; each step is safe to ask for again."""
    view = await money_round(db)
    if view.phase is RoundPhase.PROPOSED:
        await paying.hold(db, view, 2)
    [held] = await holds.holds_of(db, guild_id=GUILD)
    await money.finalise(db, view)
    for name in ("Ann", "Bo", "Cy"):
        await paying.say_how(db, name, vault=VAULT)
    run = await _run(db)
    await _mark(db, run, "1", Result.PAID)
    await _mark(db, run, "2", Result.FAILED)
    await paying.decide(db, held, HoldState.CREDITED)
    await giving.give(db, actor("Di"), show_id=run.show_id, wish=Wish.DONATE, amount=2500, asked_by=5, now=WINDOW_OVER)
    await _mark(db, run, "1", Result.RETURNED)
    await runs.cancel(db, PRODUCER, run_id=run.id, now=WINDOW_OVER)


async def money_round(db: Database) -> RoundView:
    """The round that the template has proposed."""
    return await read.get_round(db, round_id=1)


async def _run(db: Database) -> RunView:
    """The run; where it is closed by now, as it was left."""
    async with db.reading() as tx:
        made = await tx.scalar(select(func.min(PaymentLine.run_id)))
        if made is not None:
            return await runs.run_view(tx, made)
    found = await runs.export(
        db, PRODUCER, show=None, channel_id=None, method=RunMethod.PAYPAL, vault=VAULT, now=WINDOW_OVER
    )
    return found.run


async def _mark(db: Database, run: RunView, which: str, result: Result) -> None:
    """Mark, unless a later result says more."""
    if result is Result.PAID and (await _run(db)).lines[0].state.value == "returned":
        return
    await paying.mark(db, run, which, result)


async def balances(db: Database) -> dict[str, int]:
    """What every account holds."""
    async with db.reading() as tx:
        rows = await tx.execute(
            select(LedgerPosting.account, func.sum(LedgerPosting.amount)).group_by(LedgerPosting.account)
        )
        entries = await tx.scalar(select(func.count()).select_from(LedgerEntry))
        return {**{account: int(total) for account, total in rows if total}, "entries": int(entries or 0)}


def die_before(statement: int) -> None:
    """Have this process killed before its so-manieth statement, a commit among them."""
    numbers = count(1)

    def tick(*_: object) -> None:
        if next(numbers) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", tick)
    event.listen(Engine, "commit", tick)


def in_a_fork(work: Callable[[], Coroutine[Any, Any, None]], statement: int = 0) -> int:
    """Run `work` in a fork, killed before that statement; the fork's exit code (negative: the signal)."""
    child = os.fork()
    if child == 0:
        if statement:
            die_before(statement)
        code = 1
        try:
            asyncio.run(work())
            code = 0
        except Exception:  # noqa: BLE001 - the fork ends here whatever it was, and says what
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


SCENARIOS = {"paying": pay_out, "funding": fund_and_share}


def main(scenario: str, folder: Path, template: Path, first: int, step: int) -> int:
    """Kill at every kill point; see above."""
    path, play = folder / "killed.db", SCENARIOS[scenario]

    async def work() -> None:
        db = Database(f"sqlite:///{path}")
        await play(db)
        await db.close()

    async def look() -> None:
        db = Database(f"sqlite:///{path}")
        assert await invariants.check_books(db) == []
        await db.close()

    async def end() -> None:
        db = Database(f"sqlite:///{path}")
        await play(db)
        assert await invariants.check_books(db) == []
        (folder / "end").write_text(repr(sorted((await balances(db)).items())))
        await db.close()

    def fresh() -> None:
        for left in folder.glob("killed.db*"):
            left.unlink()
        shutil.copyfile(template, path)

    fresh()
    assert in_a_fork(end) == 0
    expected = (folder / "end").read_text()
    for kills, statement in enumerate(count(first, step)):
        fresh()
        code = in_a_fork(work, statement)
        if code == 0:
            print(kills)
            return 0
        assert code == -signal.SIGKILL, code
        assert in_a_fork(look) == 0, statement
        assert in_a_fork(end) == 0, statement
        assert (folder / "end").read_text() == expected, statement
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])))
