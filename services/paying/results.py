"""What became of a run's payments: marked by a producer, or read from the provider's report."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models import Artist, Payment, PaymentLine, PaymentRun, PaymentState, RunState, Show
from domain import ledger
from domain.errors import UserError
from domain.money import Money, currency, parse_amount
from domain.payment_reports import Report, ReportRow, Result
from services.access import Actor, find_show, require_producer
from services.ledger import write_entry
from services.paying.balances import restate
from services.paying.notices import tell_result
from services.paying.people import artist_view
from services.paying.runs import close_if_decided, own_run, run_view
from services.paying.views import ImportView, PaymentLineView, RunView
from services.store import Transaction, reads, writes
from services.vault import LockedError, Vault

MAX_REASON = 200

_STATES = {Result.PAID: PaymentState.PAID, Result.FAILED: PaymentState.FAILED, Result.RETURNED: PaymentState.RETURNED}
_BACK = (PaymentState.FAILED, PaymentState.RETURNED)


@writes
async def mark(
    tx: Transaction, actor: Actor, *, run_id: int, which: str, result: Result, reason: str, now: datetime
) -> RunView:
    """Write down what became of payments of a run. `which` as typed: "all" (that still wait), "3", "2, 5-7".

    Marked the same twice, it happened once. UserError for a payment whose money is back on the balance already.
    """
    run, show = await own_run(tx, actor, run_id)
    words = reason.strip()
    if len(words) > MAX_REASON:
        raise UserError(f"Keep the reason under {MAX_REASON} characters; yours has {len(words)}.")
    lines = await _chosen(tx, run, which)
    for line in lines:
        await _decide(tx, line, run, show, _STATES[result], words, by=actor.user_id, now=now)
    await _settle(tx, {run.id: run}, lines, now)
    return await run_view(tx, run.id)


@writes
async def take_report(
    tx: Transaction,
    actor: Actor,
    report: Report,
    *,
    show: str | None,
    channel_id: int | None,
    vault: Vault,
    now: datetime,
) -> ImportView:
    """Write down what a provider's report says: by the reference, else by recipient and amount where only one fits.

    What does not fit is named and changes nothing. The same report again changes nothing.
    """
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    known = await _Lines.load(tx, found, vault)
    counts: Counter[str] = Counter()
    unmatched = list(report.problems)
    touched: list[PaymentLine] = []
    for row in report.rows:
        line, trouble = known.find(row)
        if line is None:
            unmatched.append(f"Line {row.line}: {trouble}")
        elif row.result is Result.WAITING:
            counts["waiting"] += 1
        elif line.state is _STATES[row.result]:
            counts["known"] += 1
        else:
            try:
                await _decide(
                    tx, line, known.runs[line.run_id], found, _STATES[row.result], row.reason,
                    by=actor.user_id, now=now,
                )  # fmt: skip
            except UserError as error:
                unmatched.append(f"Line {row.line}: {error}")
                continue
            counts[row.result.value] += 1
            touched.append(line)
    runs = {line.run_id: known.runs[line.run_id] for line in touched}
    await _settle(tx, runs, touched, now)
    return ImportView(
        paid=counts["paid"],
        failed=counts["failed"],
        returned=counts["returned"],
        waiting=counts["waiting"],
        known=counts["known"],
        unmatched=tuple(unmatched),
        runs=tuple([await run_view(tx, run_id) for run_id in sorted(runs)]),
    )


@reads
async def told_result(tx: Transaction, *, line_id: int) -> tuple[PaymentLineView, str]:
    """A payment and the name of its show, for the message that tells its artist."""
    line = await tx.get_one(PaymentLine, line_id)
    run = await tx.get_one(PaymentRun, line.run_id)
    show = await tx.get_one(Show, run.show_id)
    artist = await tx.get_one(Artist, line.artist_id)
    amount = Money(line.amount, currency(run.currency))
    view = PaymentLineView(line.place, artist_view(artist), amount, line.reference, line.state, line.reason)
    return view, show.name


async def _decide(
    tx: Transaction,
    line: PaymentLine,
    run: PaymentRun,
    show: Show,
    state: PaymentState,
    reason: str,
    *,
    by: int,
    now: datetime,
) -> None:
    """Book what became of one payment."""
    if line.state is state:
        return
    note = f"payment run {run.number}, {line.reference}"
    if line.state is PaymentState.WAITING and state is PaymentState.PAID:
        entry = ledger.sent(run.currency, line.artist_id, line.amount, note)
    elif line.state is PaymentState.WAITING:
        entry = ledger.not_sent(run.currency, {line.artist_id: line.amount}, note)
    elif line.state is PaymentState.PAID and state is PaymentState.RETURNED:
        entry = ledger.returned(run.currency, line.artist_id, line.amount, note)
    else:
        raise UserError(_refusal(line, state))
    key = f"payment-line:{line.id}:{state.value}"
    row = await write_entry(tx, entry, key=key, show_id=show.id, by_user=by, now=now)
    if state is PaymentState.PAID:
        tx.add(
            Payment(
                show_id=show.id, artist_id=line.artist_id, amount=line.amount, currency=run.currency,
                reference=line.reference, entry_id=row.id, by_user=by, at=now, line_id=line.id,
            )
        )  # fmt: skip
    elif line.state is PaymentState.PAID:
        payment = await tx.scalar(select(Payment).where(Payment.line_id == line.id))
        if payment is not None:
            payment.returned_at = now
    line.state, line.decided_at, line.reason = state, now, reason if state in _BACK else ""
    await tx.flush()
    await tell_result(tx, line, show, now)


def _refusal(line: PaymentLine, state: PaymentState) -> str:
    if line.state is PaymentState.PAID:
        return f"{line.reference} is marked as paid. If it came back, mark it as returned."
    back = f"{line.reference} is {line.state.value}, and its money is on the artist's balance again."
    if state is PaymentState.PAID:
        return f"{back} If it was paid after all, record that with /payout paid."
    return back


async def _settle(tx: Transaction, runs: dict[int, PaymentRun], lines: Sequence[PaymentLine], now: datetime) -> None:
    for run in runs.values():
        artists = {line.artist_id for line in lines if line.run_id == run.id}
        await restate(tx, run.show_id, run.currency, artists)
        await close_if_decided(tx, run, now)


async def _chosen(tx: Transaction, run: PaymentRun, which: str) -> list[PaymentLine]:
    lines = list(await tx.scalars(select(PaymentLine).where(PaymentLine.run_id == run.id).order_by(PaymentLine.place)))
    if which.strip().casefold() == "all":
        return [line for line in lines if line.state is PaymentState.WAITING]
    places = set(_places(which, len(lines)))
    return [line for line in lines if line.place in places]


def _places(which: str, most: int) -> Iterable[int]:
    """The numbers in "3", "2, 5-7"; UserError for anything else."""
    for part in which.split(","):
        found = re.fullmatch(r"\s*#?([0-9]{1,6})(?:\s*-\s*([0-9]{1,6}))?\s*", part, re.ASCII)
        first = int(found[1]) if found else 0
        last = int(found[2] or first) if found else 0
        if not 1 <= first <= last <= most:
            raise UserError(f"Name payments by their numbers from 1 to {most}, as in `3` or `2, 5-7`, or say `all`.")
        yield from range(first, last + 1)


@dataclass(slots=True)
class _Lines:
    """A show's payments as a report may name them."""

    by_reference: dict[str, PaymentLine]
    by_recipient: dict[tuple[str, int], list[PaymentLine]]
    runs: dict[int, PaymentRun]

    @classmethod
    async def load(cls, tx: Transaction, show: Show, vault: Vault) -> "_Lines":
        """All lines by reference, and those of open runs by where they go."""
        runs = {run.id: run for run in await tx.scalars(select(PaymentRun).where(PaymentRun.show_id == show.id))}
        lines = list(await tx.scalars(select(PaymentLine).where(PaymentLine.run_id.in_(runs))))
        by_recipient: dict[tuple[str, int], list[PaymentLine]] = {}
        for line in lines:
            if runs[line.run_id].state is not RunState.OPEN or not vault:
                continue
            try:
                email = vault.open(line.artist_id, line.secret).get("email", "")
            except LockedError:
                continue
            if email:
                by_recipient.setdefault((email.casefold(), line.amount), []).append(line)
        return cls({line.reference.casefold(): line for line in lines}, by_recipient, runs)

    def find(self, row: ReportRow) -> tuple[PaymentLine | None, str]:
        """The payment that a row is about, or why it is none of ours."""
        if row.reference:
            line = self.by_reference.get(row.reference.casefold())
            if line is not None:
                return line, ""
        if not row.recipient:
            return None, f"no payment of this show has the reference “{row.reference[:40]}”."
        fitting = self._of_recipient(row)
        if len(fitting) == 1:
            return fitting[0], ""
        if fitting:
            return None, "several payments fit its recipient and amount; mark it by hand."
        return None, "no open payment of this show fits its reference, or its recipient and amount."

    def _of_recipient(self, row: ReportRow) -> list[PaymentLine]:
        found = []
        for (recipient, amount), lines in self.by_recipient.items():
            if recipient != row.recipient:
                continue
            unit = currency(self.runs[lines[0].run_id].currency)
            try:
                said = parse_amount(row.amount, unit).amount if row.amount else amount
            except UserError:
                continue
            if said == amount:
                found += lines
        return found
