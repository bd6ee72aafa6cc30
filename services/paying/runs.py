"""Payment runs: who is paid what in one file, locked until it is known what became of each payment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.models import (
    Allocation,
    Artist,
    Deal,
    Episode,
    PayBy,
    PaymentLine,
    PaymentRun,
    PaymentState,
    PayoutRound,
    PayTo,
    PayWish,
    RunMethod,
    RunState,
    Show,
    Wish,
)
from domain import ledger, payments
from domain.errors import UserError
from domain.money import Money, currency
from domain.payments import Destination, PaymentFile, Payout
from services.access import Actor, find_show, require_producer
from services.ledger import write_entry
from services.paying.balances import FINAL, artist_balances, restate
from services.paying.details import opened
from services.paying.notices import announce_run
from services.paying.people import artist_view
from services.paying.views import ExportView, LeftOut, PaymentLineView, RunView
from services.store import Transaction, reads, writes
from services.vault import LockedError, Vault

NO_RUN = "There is no such payment run. `/payout runs` lists them."

_FITS: Mapping[RunMethod, frozenset[PayBy]] = {
    RunMethod.PAYPAL: frozenset({PayBy.PAYPAL}),
    RunMethod.WISE: frozenset({PayBy.WISE}),
    RunMethod.CSV: frozenset(PayBy),
}
_CALLED = {PayBy.PAYPAL: "PayPal", PayBy.WISE: "Wise", PayBy.OTHER: "other"}


@dataclass(frozen=True, slots=True, repr=False)
class _Due:
    """An artist whom the run pays."""

    artist: Artist
    amount: int
    by: PayBy
    to: Destination


@writes
async def export(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None,
    channel_id: int | None,
    method: RunMethod,
    vault: Vault,
    now: datetime,
) -> ExportView:
    """Make a payment run of everybody who is due and wants to be paid this way, with its files.

    While a run like it is open, that very run is returned with the same bytes: nothing is ever exported twice. The
    money is set apart from the balances in the same transaction. UserError when nobody is due, with the reason.
    """
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    vault.require()
    key = f"{found.id}:{method.value}:{found.currency}"
    run = await tx.scalar(select(PaymentRun).where(PaymentRun.open_key == key))
    again = run is not None
    due, left_out = await _due(tx, found, method, vault)
    if run is None:
        if not due:
            raise UserError(_nobody(left_out))
        run = await _make(tx, actor, found, method, due, key=key, vault=vault, now=now)
    view = await run_view(tx, run.id)
    return ExportView(view, again, left_out, await _files(tx, run, found, vault))


@reads
async def files_again(tx: Transaction, actor: Actor, *, run_id: int, vault: Vault) -> ExportView:
    """The files of an open run once more, to the byte; UserError once it is closed and forgot where money went."""
    run, show = await own_run(tx, actor, run_id)
    vault.require()
    if run.state is not RunState.OPEN:
        raise UserError(f"Run {run.number} is {run.state.value}; where its payments went is forgotten.")
    _, left_out = await _due(tx, show, run.method, vault)
    return ExportView(
        await run_view(tx, run.id), again=True, left_out=left_out, files=await _files(tx, run, show, vault)
    )


@writes
async def cancel(tx: Transaction, actor: Actor, *, run_id: int, now: datetime) -> RunView:
    """Let go of what of a run was not decided yet: it is on the balances again. Asked twice, it is done once."""
    run, show = await own_run(tx, actor, run_id)
    if run.state is RunState.OPEN:
        lines = await waiting_lines(tx, run.id)
        amounts = {line.artist_id: line.amount for line in lines}
        entry = ledger.not_sent(run.currency, amounts, f"payment run {run.number} canceled")
        await write_entry(tx, entry, key=f"run:{run.id}:cancel", show_id=show.id, by_user=actor.user_id, now=now)
        for line in lines:
            line.state, line.decided_at = PaymentState.CANCELED, now
        await tx.flush()
        await restate(tx, show.id, run.currency, list(amounts))
        await close_if_decided(tx, run, now)
    return await run_view(tx, run.id)


@reads
async def runs_of(tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None) -> tuple[RunView, ...]:
    """The payment runs of a show, newest first; producers only."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    ids = await tx.scalars(select(PaymentRun.id).where(PaymentRun.show_id == found.id).order_by(PaymentRun.id.desc()))
    return tuple([await run_view(tx, run_id) for run_id in list(ids)[:_RUNS_SHOWN]])


_RUNS_SHOWN = 25


@reads
async def get_run(tx: Transaction, actor: Actor, *, run_id: int) -> RunView:
    """One payment run; UserError for who does not run its show."""
    run, _ = await own_run(tx, actor, run_id)
    return await run_view(tx, run.id)


@reads
async def announced_run(tx: Transaction, *, run_id: int) -> RunView:
    """One payment run, for the message that tells its producers."""
    return await run_view(tx, run_id)


async def own_run(tx: Transaction, actor: Actor, run_id: int) -> tuple[PaymentRun, Show]:
    """A run of a show that `actor` produces; UserError for any other."""
    run = await tx.get(PaymentRun, run_id)
    show = await tx.get_one(Show, run.show_id) if run is not None else None
    if run is None or show is None or show.guild_id != actor.guild_id:
        raise UserError(NO_RUN)
    require_producer(show, actor)
    return run, show


async def waiting_lines(tx: Transaction, run_id: int) -> Sequence[PaymentLine]:
    """The lines of a run of which nobody knows yet what became of them."""
    query = select(PaymentLine).where(PaymentLine.run_id == run_id, PaymentLine.state == PaymentState.WAITING)
    return list(await tx.scalars(query.order_by(PaymentLine.place)))


async def close_if_decided(tx: Transaction, run: PaymentRun, now: datetime) -> None:
    """Close a run of which no line waits any more, and forget where its payments went."""
    if run.state is not RunState.OPEN or await waiting_lines(tx, run.id):
        return
    lines = list(await tx.scalars(select(PaymentLine).where(PaymentLine.run_id == run.id)))
    sent = any(line.state is not PaymentState.CANCELED for line in lines)
    run.state = RunState.DONE if sent else RunState.CANCELED
    run.open_key, run.closed_at = None, now
    for line in lines:
        line.secret = ""
    await tx.flush()


async def run_view(tx: Transaction, run_id: int) -> RunView:
    """A run with its lines."""
    run = await tx.get_one(PaymentRun, run_id)
    show = await tx.get_one(Show, run.show_id)
    unit = currency(run.currency)
    rows = await tx.execute(
        select(PaymentLine, Artist)
        .join(Artist, Artist.id == PaymentLine.artist_id)
        .where(PaymentLine.run_id == run.id)
        .order_by(PaymentLine.place)
    )
    lines = tuple(
        PaymentLineView(
            line.place, artist_view(artist), Money(line.amount, unit), line.reference, line.state, line.reason
        )
        for line, artist in rows
    )
    return RunView(
        id=run.id,
        show_id=show.id,
        show_name=show.name,
        number=run.number,
        method=run.method,
        state=run.state,
        created_at=run.created_at,
        closed_at=run.closed_at,
        by_user=run.by_user,
        lines=lines,
        total=Money(sum(line.amount.amount for line in lines), unit),
    )


async def _make(
    tx: Transaction,
    actor: Actor,
    show: Show,
    method: RunMethod,
    due: Sequence[_Due],
    *,
    key: str,
    vault: Vault,
    now: datetime,
) -> PaymentRun:
    count = await tx.scalar(select(func.count()).select_from(PaymentRun).where(PaymentRun.show_id == show.id))
    run = PaymentRun(
        show_id=show.id,
        number=int(count or 0) + 1,
        method=method,
        currency=show.currency,
        state=RunState.OPEN,
        open_key=key,
        by_user=actor.user_id,
        created_at=now,
    )
    tx.add(run)
    await tx.flush()
    tx.add_all(_line(run, place, each, vault) for place, each in enumerate(due, start=1))
    await tx.flush()
    amounts = {each.artist.id: each.amount for each in due}
    entry = ledger.sending(run.currency, amounts, f"payment run {run.number}")
    await write_entry(tx, entry, key=f"run:{run.id}:sending", show_id=show.id, by_user=actor.user_id, now=now)
    await restate(tx, show.id, run.currency, list(amounts))
    await announce_run(tx, run, show, now)
    return run


def _line(run: PaymentRun, place: int, due: _Due, vault: Vault) -> PaymentLine:
    values = {
        "email": due.to.email, "name": due.to.name, "words": due.to.words, "artist_name": due.artist.name,
        "by": due.by.value,
    }  # fmt: skip
    return PaymentLine(
        run_id=run.id,
        place=place,
        artist_id=due.artist.id,
        amount=due.amount,
        reference=f"SR{run.show_id}-{run.number}-{place}",
        secret=vault.seal(due.artist.id, values),
        state=PaymentState.WAITING,
        reason="",
    )


async def _files(tx: Transaction, run: PaymentRun, show: Show, vault: Vault) -> tuple[PaymentFile, ...]:
    """The run's files, from what was written down when it was made."""
    unit = currency(run.currency)
    payouts = []
    for line in await tx.scalars(select(PaymentLine).where(PaymentLine.run_id == run.id).order_by(PaymentLine.place)):
        try:
            values = vault.open(line.artist_id, line.secret)
        except LockedError as error:
            raise UserError(
                f"Run {run.number} was encrypted with a key that is not set any more. "
                "Whoever runs this bot adds it to SHOWRUNNER_PAYMENT_KEYS again."
            ) from error
        to = Destination(values["email"], values["name"], values["words"])
        amount = Money(line.amount, unit)
        payouts.append(Payout(line.reference, values["artist_name"], amount, _CALLED[PayBy(values["by"])], to))
    stem, note = f"{show.slug}-run-{run.number}-{run.method.value}", f"Your share of {show.name}"
    match run.method:
        case RunMethod.PAYPAL:
            return payments.paypal_files(payouts, stem=stem, note=note)
        case RunMethod.WISE:
            return payments.wise_files(payouts, stem=stem)
        case RunMethod.CSV:
            return payments.plain_files(payouts, stem=stem, note=note)


async def _due(tx: Transaction, show: Show, method: RunMethod, vault: Vault) -> tuple[list[_Due], LeftOut]:
    """Whom a run pays, in the order of their names, and a count of who is left out."""
    balances = await artist_balances(tx, show.id, show.currency)
    least = await _minimums(tx, show)
    people = {artist.id: artist for artist in await tx.scalars(select(Artist).where(Artist.id.in_(balances)))}
    ways = {row.artist_id: row for row in await tx.scalars(select(PayTo).where(PayTo.artist_id.in_(balances)))}
    others = set(
        await tx.scalars(select(PayWish.artist_id).where(PayWish.artist_id.in_(balances), PayWish.wish != Wish.PAY))
    )
    due: list[_Due] = []
    silent, small, other, locked = [], [], 0, 0
    for artist_id, held in sorted(balances.items(), key=lambda each: (people[each[0]].name.casefold(), each[0])):
        row = ways.get(artist_id)
        if held < least.get(artist_id, show.payout_min):
            small.append(held)
        elif artist_id in others:
            other += 1
        elif row is None:
            silent.append(held)
        elif row.by not in _FITS[method]:
            other += 1
        else:
            try:
                due.append(_Due(people[artist_id], held, row.by, opened(row, vault)))
            except LockedError:
                locked += 1
    unit = currency(show.currency)
    return due, LeftOut(len(silent), Money(sum(silent), unit), other, len(small), Money(sum(small), unit), locked)


async def _minimums(tx: Transaction, show: Show) -> dict[int, int]:
    """From what balance each artist is paid: the lowest that any of their deals or the show says, in minor units."""
    rows = await tx.execute(
        select(Allocation.artist_id, func.min(Deal.payout_min))
        .join(PayoutRound, PayoutRound.id == Allocation.round_id)
        .join(Episode, Episode.id == PayoutRound.episode_id)
        .join(Deal, Deal.episode_id == Episode.id)
        .where(Episode.show_id == show.id, PayoutRound.currency == show.currency, PayoutRound.phase.in_(FINAL))
        .group_by(Allocation.artist_id)
    )
    return {artist: max(1, min(least, show.payout_min)) for artist, least in rows}


def _nobody(left_out: LeftOut) -> str:
    """Why there is nobody to pay, and what to do."""
    reasons = []
    if left_out.silent:
        reasons.append(f"{left_out.silent} have not said how they want to be paid (they do with /my payment)")
    if left_out.small:
        reasons.append(f"{left_out.small} hold less than the minimum")
    if left_out.other:
        reasons.append(f"{left_out.other} want it another way")
    if left_out.locked:
        reasons.append(f"{left_out.locked} cannot be opened with the keys that are set")
    why = f" Of those with a balance, {'; '.join(reasons)}." if reasons else " Nobody has a balance."
    return f"There is nobody to pay this way now.{why}"
