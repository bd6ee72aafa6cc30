"""What artists were paid in a calendar year: for themselves, and for the producers' forms."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from db.models import Artist, LedgerEntry, LedgerPosting, Payment
from domain import ledger
from domain.errors import UserError
from domain.money import Money, currency
from domain.payments import table
from domain.totals import Threshold, threshold_of
from services.access import Actor, find_show, require_producer
from services.store import Transaction, reads

_FIRST, _LAST = 2000, 2999
_HEAD = ("year", "artist", "discord_id", "currency", "total", "payments", "at_or_above")


@dataclass(frozen=True, slots=True)
class YearTotal:
    """What an artist was paid in a year, in how many payments; `over` the threshold that the settings name, if any."""

    artist: str
    user_id: int | None
    amount: Money
    payments: int
    over: Money | None


@dataclass(frozen=True, slots=True)
class TotalsView:
    """What a show paid in a calendar year (UTC), largest first, and the same as a CSV file."""

    show_name: str
    show_slug: str
    year: int
    lines: tuple[YearTotal, ...]
    data: bytes


@reads
async def totals(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None,
    channel_id: int | None,
    year: int,
    thresholds: tuple[Threshold, ...],
) -> TotalsView:
    """What each artist of a show was paid in a year; producers only. What came back does not count."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    if not _FIRST <= year <= _LAST:
        raise UserError(f"Name a year as in 2026; {year} is none that anybody was paid in.")
    rows = await tx.execute(
        select(Artist.name, Artist.user_id, Payment.currency, func.sum(Payment.amount), func.count())
        .join(Payment, Payment.artist_id == Artist.id)
        .where(
            Payment.show_id == found.id,
            Payment.returned_at.is_(None),
            Payment.at >= datetime(year, 1, 1, tzinfo=UTC),
            Payment.at < datetime(year + 1, 1, 1, tzinfo=UTC),
        )
        .group_by(Artist.id, Artist.name, Artist.user_id, Payment.currency)
    )
    lines = [
        YearTotal(
            name,
            user_id,
            amount := Money(int(total), currency(code)),
            int(count),
            _over(amount, year, thresholds),
        )
        for name, user_id, code, total, count in rows
    ]
    lines.sort(key=lambda line: (line.amount.currency.code, -line.amount.amount, line.artist))
    return TotalsView(found.name, found.slug, year, tuple(lines), _file(year, lines))


async def paid_by_year(tx: Transaction, artist_id: int) -> tuple[tuple[int, Money], ...]:
    """What an artist was paid, by calendar year and currency, newest first."""
    rows = await tx.execute(
        select(Payment.at, Payment.amount, Payment.currency).where(
            Payment.artist_id == artist_id, Payment.returned_at.is_(None)
        )
    )
    sums: Counter[tuple[int, str]] = Counter()
    for at, amount, code in rows:
        sums[at.year, code] += amount
    ranked = sorted(sums.items(), key=lambda each: (-each[0][0], each[0][1]))
    return tuple((year, Money(total, currency(code))) for (year, code), total in ranked)


async def in_transit(tx: Transaction, artist_id: int) -> tuple[Money, ...]:
    """What payment runs are sending to an artist, by currency."""
    rows = await tx.execute(
        select(LedgerEntry.currency, func.sum(LedgerPosting.amount))
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .where(LedgerPosting.account == ledger.transit_account(artist_id))
        .group_by(LedgerEntry.currency)
        .order_by(LedgerEntry.currency)
    )
    return tuple(Money(int(total), currency(code)) for code, total in rows if total)


def _over(amount: Money, year: int, thresholds: tuple[Threshold, ...]) -> Money | None:
    least = threshold_of(year, amount.currency.code, thresholds)
    return least if least is not None and amount.amount >= least.amount else None


def _file(year: int, lines: list[YearTotal]) -> bytes:
    return table(
        _HEAD,
        [
            (
                str(year),
                line.artist,
                str(line.user_id or ""),
                line.amount.currency.code,
                line.amount.decimal_text(),
                str(line.payments),
                line.over.decimal_text() if line.over else "",
            )
            for line in lines
        ],
    )
