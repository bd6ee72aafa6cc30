"""Everything that must hold of the books and what hangs on them; each invariant is a function that names what is off.

They read with other queries than the services that write, so that one mistake does not hide the other.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from db.models import (
    Adjustment,
    Allocation,
    AllocationLine,
    FundEntry,
    FundKind,
    Hold,
    HoldShare,
    HoldState,
    LedgerEntry,
    LedgerPosting,
    Payment,
    PaymentLine,
    PaymentRun,
    PaymentState,
    PayoutRound,
    Show,
)
from domain import allocation, commitments, ledger
from domain.episode import RoundPhase
from domain.errors import UserError
from domain.ledger import EntryKind
from services.ledger import entries_of
from services.payouts.names import artist_ids, keys_of
from services.store import Transaction, reads

Invariant = Callable[[Transaction], Awaitable[list[str]]]

_FINAL: Final = (RoundPhase.FINAL, RoundPhase.SETTLED)
_KINDS: Final = {
    FundKind.REVENUE: EntryKind.REVENUE, FundKind.COST: EntryKind.COST, FundKind.BUDGET: EntryKind.BUDGET_LINE,
    FundKind.FROM_RESERVE: EntryKind.FROM_RESERVE, FundKind.TO_RESERVE: EntryKind.TO_RESERVE,
}  # fmt: skip


@reads
async def check_books(tx: Transaction) -> list[str]:
    """Every invariant over a database; a sentence for each that is off, none when all hold."""
    return [problem for invariant in INVARIANTS for problem in await invariant(tx)]


async def _entries_balance(tx: Transaction) -> list[str]:
    """Every entry sums to zero, knows its accounts and comes to its foreign amount; no account is overdrawn."""
    problems: list[str] = []
    for show in await tx.scalars(select(Show).order_by(Show.id)):
        problems += [f"{show.name}: {problem}" for problem in ledger.check(await entries_of(tx, show.id))]
    return problems


async def _reversals_mirror(tx: Transaction) -> list[str]:
    """A reversal is the mirror image of what it reverses, in the same show and currency."""
    rows = list(await tx.scalars(select(LedgerEntry).where(LedgerEntry.reverses_id.is_not(None))))
    problems = []
    for row in rows:
        other = await tx.get_one(LedgerEntry, row.reverses_id)
        mirrored = {account: -amount for account, amount in (await _postings(tx, other.id)).items()}
        if await _postings(tx, row.id) != mirrored or (row.show_id, row.currency) != (other.show_id, other.currency):
            problems.append(f"Entry {row.id} is not the mirror image of entry {other.id}, which it reverses.")
    return problems


async def _postings(tx: Transaction, entry_id: int) -> dict[str, int]:
    rows = await tx.execute(
        select(LedgerPosting.account, func.sum(LedgerPosting.amount))
        .where(LedgerPosting.entry_id == entry_id)
        .group_by(LedgerPosting.account)
    )
    return {account: int(total) for account, total in rows}


async def _funds_are_booked(tx: Transaction) -> list[str]:
    """Every fund entry stands in the books with its kind, amount and currency."""
    rows = await tx.execute(
        select(FundEntry, LedgerEntry, _moved())
        .join(LedgerEntry, LedgerEntry.id == FundEntry.entry_id)
        .order_by(FundEntry.id)
    )
    return [
        f"Fund entry {fund.id} says {fund.kind} of {fund.amount} {fund.currency}, "
        f"but the books have {entry.kind} of {int(moved or 0)} {entry.currency}."
        for fund, entry, moved in rows
        if (_KINDS[fund.kind].value, fund.amount, fund.currency, fund.episode_id)
        != (entry.kind, int(moved or 0), entry.currency, entry.episode_id)
    ]


def _moved() -> Any:
    """What an entry moves: the sum of its postings above zero."""
    return (
        select(func.sum(LedgerPosting.amount))
        .where(LedgerPosting.entry_id == LedgerEntry.id, LedgerPosting.amount > 0)
        .correlate(LedgerEntry)
        .scalar_subquery()
    )


async def _rounds_share_their_pool(tx: Transaction) -> list[str]:
    """A round's allocations sum to its pool, and each to its lines; a proposal recomputes to them."""
    problems: list[str] = []
    for row in await _rounds(tx):
        amounts, lines = await _amounts(tx, row), await _lines(tx, row)
        if sum(amounts.values()) != row.pool:
            problems.append(f"{_name(row)}: the allocations sum to {sum(amounts.values())}, the pool is {row.pool}.")
        problems += [
            f"{_name(row)}: artist {artist} gets {amount}, but their lines sum to {lines.get(artist, 0)}."
            for artist, amount in amounts.items()
            if lines.get(artist, 0) != amount
        ]
        strangers = sorted(lines.keys() - amounts.keys())
        problems += [f"{_name(row)}: artist {artist} has lines, but no allocation." for artist in strangers]
        problems += await _recomputed(tx, row, amounts)
    return problems


async def _recomputed(tx: Transaction, row: PayoutRound, amounts: dict[int, int]) -> list[str]:
    """A round's inputs are those of the round, and give what is stored."""
    try:
        inputs = allocation.from_json(row.inputs)
        stated = allocation.amounts(inputs)
    except UserError as error:
        return [f"{_name(row)}: the inputs cannot be read: {error}"]
    if (inputs.pool, inputs.currency, inputs.seed) != (row.pool, row.currency, row.seed):
        return [f"{_name(row)}: the inputs have another pool, currency or seed than the round."]
    try:
        ids = await artist_ids(tx, row, keys_of(row), stated)
    except (KeyError, ValueError):
        return [f"{_name(row)}: the inputs name an artist who is not here."]
    if {ids[name]: amount for name, amount in stated.items()} != amounts:
        return [f"{_name(row)}: the inputs give other amounts than the allocations that are stored."]
    return []


async def _final_rounds_are_booked(tx: Transaction) -> list[str]:
    """Exactly the final rounds are in the books, with every artist's amount, on the balance or held."""
    problems = []
    for row in await _rounds(tx):
        entry = await tx.scalar(select(LedgerEntry).where(LedgerEntry.key == f"round:{row.id}:allocation"))
        if (entry is not None) != (row.phase in _FINAL):
            problems.append(f"{_name(row)} is {row.phase}, but {'is' if entry else 'is not'} in the books.")
        if entry is None or row.phase not in _FINAL:
            continue
        booked = await _postings(tx, entry.id)
        held = await _held(tx, row)
        wanted: dict[str, int] = {ledger.pool_account(row.episode_id): -row.pool}
        for artist, amount in (await _amounts(tx, row)).items():
            wanted[ledger.artist_account(artist)] = amount - held.get(artist, 0)
        wanted[ledger.held_account(row.id)] = sum(held.values())
        if booked != {account: amount for account, amount in wanted.items() if amount}:
            problems.append(f"{_name(row)}: the books have other amounts than the allocations.")
    return problems


async def _statements_hold(tx: Transaction) -> list[str]:
    """A final round has a statement that has its digest, recomputes, and comes from the round's inputs."""
    problems = []
    for row in await _rounds(tx):
        if (row.statement is None or row.digest is None) != (row.phase not in _FINAL):
            has = "has no" if row.statement is None else "has a"
            problems.append(f"{_name(row)} is {row.phase}, but {has} statement.")
        if row.statement is None:
            continue
        if commitments.digest(row.statement) != row.digest:
            problems.append(f"{_name(row)}: the statement does not have the digest that was announced.")
        try:
            found = allocation.difference(row.statement)
        except UserError as error:
            found = str(error)
        if found is not None:
            problems.append(f"{_name(row)}: the statement does not hold: {found}")
        if any(row.statement.get(name) != value for name, value in row.inputs.items()):
            problems.append(f"{_name(row)}: the statement has other inputs than the round.")
    return problems


async def _pools_hold_what_is_promised(tx: Transaction) -> list[str]:
    """What a proposed round shares is in its episode's pool."""
    rows = await tx.execute(
        select(PayoutRound.episode_id, PayoutRound.currency, func.sum(PayoutRound.pool))
        .where(PayoutRound.phase.in_((RoundPhase.DRAFT, RoundPhase.PROPOSED)))
        .group_by(PayoutRound.episode_id, PayoutRound.currency)
    )
    problems = []
    for episode_id, code, spoken_for in rows.all():
        held = int(await tx.scalar(_balance(ledger.pool_account(episode_id), code)) or 0)
        if held < int(spoken_for):
            problems.append(
                f"Episode {episode_id}: a proposal shares {int(spoken_for)} {code}, but the pool holds {held}."
            )
    return problems


def _balance(account: str, code: str) -> Any:
    return (
        select(func.sum(LedgerPosting.amount))
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(LedgerPosting.account == account, LedgerEntry.currency == code)
    )


async def _payments_are_booked(tx: Transaction) -> list[str]:
    """Every payment is in the books, and what the books say was paid is the payments that did not come back."""
    problems: list[str] = []
    paid: dict[tuple[int, str], int] = defaultdict(int)
    rows = await tx.execute(
        select(Payment, LedgerEntry, _moved()).join(LedgerEntry, LedgerEntry.id == Payment.entry_id)
    )
    for one, entry, moved in rows:
        if (entry.kind, entry.currency, int(moved or 0)) != (EntryKind.PAYMENT.value, one.currency, one.amount):
            problems.append(f"Payment {one.id} of {one.amount} {one.currency} is not in the books as such.")
        if one.returned_at is None:
            paid[one.show_id, one.currency] += one.amount
    booked = await _sums(tx, LedgerPosting.account == ledger.PAID)
    return problems + [
        f"Show {key[0]}: payments come to {paid.get(key, 0)} {key[1]}, the books say {booked.get(key, 0)}."
        for key in sorted(paid.keys() | booked.keys())
        if paid.get(key, 0) != booked.get(key, 0)
    ]


async def _what_is_on_its_way_is_in_a_run(tx: Transaction) -> list[str]:
    """What the books say is on its way is what open payment runs still wait for."""
    rows = await tx.execute(
        select(PaymentRun.show_id, PaymentRun.currency, func.sum(PaymentLine.amount))
        .join(PaymentLine, PaymentLine.run_id == PaymentRun.id)
        .where(PaymentLine.state == PaymentState.WAITING)
        .group_by(PaymentRun.show_id, PaymentRun.currency)
    )
    waiting = {(show_id, code): int(total) for show_id, code, total in rows}
    booked = await _sums(tx, LedgerPosting.account.like("transit:%"))
    return [
        f"Show {key[0]}: payment runs wait for {waiting.get(key, 0)} {key[1]}, the books say {booked.get(key, 0)}."
        for key in sorted(waiting.keys() | booked.keys())
        if waiting.get(key, 0) != booked.get(key, 0)
    ]


async def _what_is_held_waits_for_a_decision(tx: Transaction) -> list[str]:
    """What the books hold back of a round is what its holds that are not decided yet come to."""
    rows = await tx.execute(
        select(Hold.round_id, func.sum(HoldShare.amount))
        .join(HoldShare, HoldShare.hold_id == Hold.id)
        .where(Hold.state == HoldState.HELD)
        .group_by(Hold.round_id)
    )
    waiting = {ledger.held_account(round_id): int(total) for round_id, total in rows}
    booked = await tx.execute(
        select(LedgerPosting.account, func.sum(LedgerPosting.amount))
        .where(LedgerPosting.account.like("held:%"))
        .group_by(LedgerPosting.account)
    )
    held = {account: int(total) for account, total in booked}
    return [
        f"Account {account} has {held.get(account, 0)}, but {waiting.get(account, 0)} waits for a decision."
        for account in sorted(held.keys() | waiting.keys())
        if held.get(account, 0) != waiting.get(account, 0)
    ]


async def _sums(tx: Transaction, where: ColumnElement[bool]) -> dict[tuple[int, str], int]:
    rows = await tx.execute(
        select(LedgerEntry.show_id, LedgerEntry.currency, func.sum(LedgerPosting.amount))
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .where(where)
        .group_by(LedgerEntry.show_id, LedgerEntry.currency)
    )
    return {(show_id, code): int(total) for show_id, code, total in rows}


async def _adjustments_are_in_the_inputs(tx: Transaction) -> list[str]:
    """What producers moved by hand, and nothing else, is in a round's inputs."""
    problems = []
    for row in await _rounds(tx):
        kept = await tx.execute(
            select(Adjustment.amount, Adjustment.reason)
            .where(Adjustment.round_id == row.id, Adjustment.undone_at.is_(None))
            .order_by(Adjustment.number)
        )
        stated = [(one.get("amount"), one.get("reason")) for one in row.inputs.get("adjustments", [])]
        if [tuple(one) for one in kept] != stated:
            problems.append(f"{_name(row)}: the inputs have other adjustments than producers made.")
    return problems


async def _rounds(tx: Transaction) -> Sequence[PayoutRound]:
    return list(await tx.scalars(select(PayoutRound).order_by(PayoutRound.id)))


def _name(row: PayoutRound) -> str:
    return f"Round {row.number} of episode {row.episode_id}"


async def _amounts(tx: Transaction, row: PayoutRound) -> dict[int, int]:
    rows = await tx.execute(
        select(Allocation.artist_id, Allocation.amount)
        .where(Allocation.round_id == row.id)
        .order_by(Allocation.artist_id)
    )
    return dict(rows.all())


async def _lines(tx: Transaction, row: PayoutRound) -> dict[int, int]:
    rows = await tx.execute(
        select(AllocationLine.artist_id, func.sum(AllocationLine.amount))
        .where(AllocationLine.round_id == row.id)
        .group_by(AllocationLine.artist_id)
    )
    return {artist: int(total) for artist, total in rows}


async def _held(tx: Transaction, row: PayoutRound) -> dict[int, int]:
    rows = await tx.execute(
        select(HoldShare.artist_id, func.sum(HoldShare.amount))
        .join(Hold, Hold.id == HoldShare.hold_id)
        .where(Hold.round_id == row.id)
        .group_by(HoldShare.artist_id)
    )
    return {artist: int(total) for artist, total in rows}


INVARIANTS: Final[Sequence[Invariant]] = (
    _entries_balance, _reversals_mirror, _funds_are_booked, _rounds_share_their_pool, _final_rounds_are_booked,
    _statements_hold, _pools_hold_what_is_promised, _payments_are_booked, _what_is_on_its_way_is_in_a_run,
    _what_is_held_waits_for_a_decision,
    _adjustments_are_in_the_inputs,
)  # fmt: skip
"""Checked in this order."""
