"""The books: writing entries once, and reading balances. The rules of an entry are domain.ledger's."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from db.models import LedgerEntry, LedgerPosting
from domain.exchange import Exchange
from domain.ledger import Entry, EntryKind, Posting
from domain.money import Money, currency
from services.store import Transaction


async def write_entry(
    tx: Transaction,
    entry: Entry,
    *,
    key: str,
    show_id: int,
    now: datetime,
    episode_id: int | None = None,
    by_user: int | None = None,
    reverses_id: int | None = None,
) -> LedgerEntry:
    """Put an entry into the books of a show. `key` names the event: asked for twice, the first entry stands."""
    found = await tx.scalar(select(LedgerEntry).where(LedgerEntry.key == key))
    if found is not None:
        return found
    row = LedgerEntry(
        show_id=show_id,
        episode_id=episode_id,
        kind=entry.kind.value,
        currency=entry.currency,
        note=entry.note,
        key=key,
        reverses_id=reverses_id,
        by_user=by_user,
        at=now,
        foreign_amount=entry.exchange.foreign.amount if entry.exchange else None,
        foreign_currency=entry.exchange.foreign.currency.code if entry.exchange else None,
        rate=entry.exchange.rate if entry.exchange else None,
    )
    tx.add(row)
    await tx.flush()
    tx.add_all(LedgerPosting(entry_id=row.id, account=line.account, amount=line.amount) for line in entry.postings)
    await tx.flush()
    return row


async def balance(tx: Transaction, show_id: int, code: str, account: str) -> int:
    """What an account of a show holds in one currency, in minor units."""
    total = await tx.scalar(
        select(func.sum(LedgerPosting.amount))
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(LedgerEntry.show_id == show_id, LedgerEntry.currency == code, LedgerPosting.account == account)
    )
    return int(total or 0)


async def load_entry(tx: Transaction, row: LedgerEntry) -> Entry:
    """The domain's form of a stored entry."""
    lines = await tx.execute(
        select(LedgerPosting.account, LedgerPosting.amount)
        .where(LedgerPosting.entry_id == row.id)
        .order_by(LedgerPosting.id)
    )
    postings = tuple(Posting(account, amount) for account, amount in lines)
    return Entry(EntryKind(row.kind), row.currency, postings, row.note, exchange_of(row))


def exchange_of(row: LedgerEntry) -> Exchange | None:
    """What an entry was before it was converted; None where it was not."""
    return _exchange(row.foreign_amount, row.foreign_currency, row.rate)


def _exchange(amount: int | None, code: str | None, rate: str | None) -> Exchange | None:
    if amount is None or code is None or rate is None:
        return None
    return Exchange(Money(amount, currency(code)), rate)


async def entries_of(tx: Transaction, show_id: int) -> Sequence[Entry]:
    """All entries of a show in the order they were written."""
    rows = await tx.execute(
        select(
            LedgerEntry.id,
            LedgerEntry.kind,
            LedgerEntry.currency,
            LedgerEntry.note,
            LedgerEntry.foreign_amount,
            LedgerEntry.foreign_currency,
            LedgerEntry.rate,
            LedgerPosting.account,
            LedgerPosting.amount,
        )
        .outerjoin(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .where(LedgerEntry.show_id == show_id)
        .order_by(LedgerEntry.id, LedgerPosting.id)
    )
    heads: dict[int, tuple[EntryKind, str, str, Exchange | None]] = {}
    lines: dict[int, list[Posting]] = {}
    for entry_id, kind, code, note, foreign, foreign_code, rate, account, amount in rows:
        heads[entry_id] = (EntryKind(kind), code, note, _exchange(foreign, foreign_code, rate))
        if account is not None:
            lines.setdefault(entry_id, []).append(Posting(account, amount))
    return [
        Entry(kind, code, tuple(lines.get(i, ())), note, exchange) for i, (kind, code, note, exchange) in heads.items()
    ]
