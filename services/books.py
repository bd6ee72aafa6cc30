"""Looking into the books: what a show's accounts hold, and every entry for export."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select

from db.models import Episode, FundEntry, LedgerEntry, LedgerPosting, Show
from domain import ledger
from domain.errors import UserError
from domain.journal import Recorded
from domain.ledger import Entry, EntryKind, Posting
from domain.money import Money, currency
from services.access import Actor, find_show, require_producer
from services.ledger import exchange_of
from services.store import Transaction, reads


@dataclass(frozen=True, slots=True)
class PoolBalance:
    """What an episode's pool holds."""

    episode: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CurrencyBalances:
    """What a show holds in one currency: where it came from (`came_in`), where it is, and what went out.

    `revenue` and `costs` were not shared yet. `artists` is on the balances of `people`, `on_its_way` in payment runs,
    `held` waits for decisions. All sums: came_in = revenue - costs + house + reserve + pools + artists + on_its_way +
    held + paid.
    """

    came_in: Money
    revenue: Money
    costs: Money
    house: Money
    reserve: Money
    pools: tuple[PoolBalance, ...]
    artists: Money
    people: int
    on_its_way: Money
    held: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class BalancesView:
    """A show's balances, a part for each currency that its books have."""

    show_name: str
    currencies: tuple[CurrencyBalances, ...]


@reads
async def balances(tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None) -> BalancesView:
    """What every account of a show holds; for its producers."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    rows = await tx.execute(
        select(LedgerEntry.currency, LedgerPosting.account, func.sum(LedgerPosting.amount))
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .where(LedgerEntry.show_id == found.id)
        .group_by(LedgerEntry.currency, LedgerPosting.account)
    )
    by_currency: dict[str, dict[str, int]] = defaultdict(dict)
    for code, account, total in rows:
        by_currency[code][account] = int(total)
    episodes = {
        episode.id: f"S{episode.season}E{episode.number} {episode.title}"
        for episode in await tx.scalars(select(Episode).where(Episode.show_id == found.id).order_by(Episode.id))
    }
    parts = tuple(_part(code, sums, episodes) for code, sums in sorted(by_currency.items()))
    return BalancesView(found.name, parts)


def _part(code: str, sums: dict[str, int], episodes: dict[int, str]) -> CurrencyBalances:
    unit = currency(code)

    def of(account: str) -> Money:
        return Money(sums.get(account, 0), unit)

    def each(kind: str) -> dict[int, int]:
        return {int(name.split(":")[1]): total for name, total in sums.items() if name.startswith(f"{kind}:") and total}

    pools, artists = each("pool"), each("artist")
    return CurrencyBalances(
        came_in=-of(ledger.OUTSIDE),
        revenue=of(ledger.REVENUE),
        costs=-of(ledger.COSTS),
        house=of(ledger.HOUSE),
        reserve=of(ledger.RESERVE),
        pools=tuple(PoolBalance(name, Money(pools[i], unit)) for i, name in episodes.items() if i in pools),
        artists=Money(sum(artists.values()), unit),
        people=len(artists),
        on_its_way=Money(sum(each("transit").values()), unit),
        held=Money(sum(each("held").values()), unit),
        paid=of(ledger.PAID),
    )


@reads
async def journal(tx: Transaction, *, show: str | None = None) -> tuple[Recorded, ...]:
    """Every entry as it was written, of one show (its name or slug) or of all; UserError for an unknown one."""
    query = select(LedgerEntry, Show.slug, FundEntry.received_on).join(Show, Show.id == LedgerEntry.show_id)
    if show is not None:
        wanted = show.strip()
        ids = list(
            await tx.scalars(select(Show.id).where((Show.slug == wanted) | (func.lower(Show.name) == wanted.lower())))
        )
        if not ids:
            raise UserError(f"There is no show called “{wanted[:80]}”.")
        query = query.where(Show.id.in_(ids))
    rows = (
        await tx.execute(query.outerjoin(FundEntry, FundEntry.entry_id == LedgerEntry.id).order_by(LedgerEntry.id))
    ).all()
    lines = await _lines(tx)
    return tuple(
        Recorded(
            number=row.id,
            at=row.at,
            show=slug,
            entry=Entry(EntryKind(row.kind), row.currency, tuple(lines[row.id]), row.note, exchange_of(row)),
            received=received.isoformat() if received else "",
            reverses=row.reverses_id,
        )
        for row, slug, received in rows
    )


async def _lines(tx: Transaction) -> dict[int, list[Posting]]:
    found: dict[int, list[Posting]] = defaultdict(list)
    rows = await tx.execute(
        select(LedgerPosting.entry_id, LedgerPosting.account, LedgerPosting.amount).order_by(LedgerPosting.id)
    )
    for entry_id, account, amount in rows:
        found[entry_id].append(Posting(account, amount))
    return found
