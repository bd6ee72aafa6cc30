"""Money in and out of an episode, as producers enter it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from db.models import Deal, Episode, FundEntry, FundKind, LedgerEntry, PayoutRound, Show
from domain import ledger
from domain.episode import Phase, require_phase
from domain.errors import UserError
from domain.exchange import Exchange, converted, rate_between
from domain.ledger import Entry, EntryKind
from domain.money import Currency, Money, currency, parse_amount
from services.access import Actor, require_producer
from services.episodes.views import episode_view, find_episode
from services.ledger import balance, exchange_of, load_entry, write_entry
from services.pools import deal_of, free_pool, house_bp_of, unshared
from services.receipts import ReceiptFile, ReceiptView, attach, receipts_of
from services.store import Transaction, reads, writes
from services.views import EpisodeView

MAX_SOURCE = 200
MAX_NOTE = 1000


@dataclass(frozen=True, slots=True)
class FundLine:
    """One fund entry; `reversed` when it was taken back.

    `foreign` and `rate` are what it was before it was converted, `receipt` the file that proves it.
    """

    id: int
    kind: FundKind
    amount: Money
    source: str
    note: str
    received_on: date
    by_user: int
    reversed: bool
    foreign: Money | None = None
    rate: str | None = None
    receipt: ReceiptView | None = None


@dataclass(frozen=True, slots=True)
class FundsView:
    """An episode's money: what came in, what the house keeps of a profit, and what artists will share.

    `pool` is what the next round can distribute: budget and reserve, and the pool's part of the profit so far.
    `reserve` is what the show has put aside. `missing` is how much less than promised the episode's rounds come to.
    """

    episode_id: int
    episode: str
    lines: tuple[FundLine, ...]
    revenue: Money
    costs: Money
    house: Money
    house_bp: int
    pool: Money
    reserve: Money
    missing: Money | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a foreign amount becomes the episode's currency, as typed: the rate, or what it became; one of the two."""

    currency: str
    rate: str | None = None
    became: str | None = None


CONVERTED = (FundKind.REVENUE, FundKind.COST, FundKind.BUDGET)
"""Kinds of money that may come in another currency."""

FUNDED = (Phase.RELEASED, Phase.CUTTING, Phase.VOTING, Phase.OPEN)
"""Whose money is meant when no episode is named: the newest that is out, else the one under way."""


@reads
async def money_episode(
    tx: Transaction, actor: Actor, *, episode: str | None, show: str | None, channel_id: int | None
) -> EpisodeView:
    """The episode whose money a producer means; UserError for anybody else."""
    found, row = await find_episode(
        tx, actor.guild_id, text=episode, show=show, channel_id=channel_id, phases=FUNDED, what="episode to fund"
    )
    require_producer(found, actor)
    return await episode_view(tx, row.id)


@reads
async def funds_view(tx: Transaction, actor: Actor, *, episode_id: int) -> FundsView:
    """What an episode is funded with; producers only."""
    episode, _ = await _load(tx, actor, episode_id)
    return await view(tx, episode)


@writes
async def add(
    tx: Transaction,
    actor: Actor,
    *,
    episode_id: int,
    kind: FundKind,
    amount: str,
    source: str,
    note: str,
    received_on: date | None,
    asked_by: int,
    now: datetime,
    receipt: ReceiptFile | None = None,
    conversion: Conversion | None = None,
) -> FundsView:
    """Enter money for an episode. `amount` as typed, `asked_by` the interaction: asked again, it is the same money.

    With `conversion` the amount is in another currency; it is entered converted, and the entry keeps both.
    UserError for a wrong amount or currency, a canceled episode, or more than the reserve (or pool) holds.
    """
    episode, show = await _load(tx, actor, episode_id)
    if await tx.scalar(select(FundEntry.id).where(FundEntry.asked_by == asked_by)) is not None:
        return await view(tx, episode)
    doing = "enter money for it"
    require_phase(episode.phase, Phase.OPEN, Phase.VOTING, Phase.CUTTING, Phase.RELEASED, doing=doing)
    if received_on is not None and received_on > now.date() + timedelta(days=1):
        raise UserError(f"{received_on.isoformat()} is still to come. Enter money once it is there.")
    unit = currency((await deal_of(tx, episode.id)).currency)
    money, exchange = _read(amount, unit, kind, conversion)
    entry = replace(
        await _entry(tx, episode, kind, money, note=_words(source, MAX_SOURCE, "source")), exchange=exchange
    )
    row = await write_entry(
        tx, entry, key=f"fund:{asked_by}", show_id=show.id, episode_id=episode.id, by_user=actor.user_id, now=now
    )
    fund = FundEntry(
        episode_id=episode.id, kind=kind, amount=money.amount, currency=unit.code, source=source.strip(),
        note=_words(note, MAX_NOTE, "note"), received_on=received_on or now.date(), by_user=actor.user_id, at=now,
        entry_id=row.id, asked_by=asked_by,
    )  # fmt: skip
    tx.add(fund)
    await tx.flush()
    if receipt is not None:
        await attach(tx, fund.id, receipt, now)
    return await view(tx, episode)


def _read(amount: str, unit: Currency, kind: FundKind, conversion: Conversion | None) -> tuple[Money, Exchange | None]:
    """The amount in the episode's currency, and how it came about if it was in another."""
    if conversion is None:
        return parse_amount(amount, unit), None
    if kind not in CONVERTED:
        raise UserError("Only revenue, costs and budget lines come in other currencies; the reserve has the show's.")
    other = currency(conversion.currency)
    if other == unit:
        raise UserError(f"This episode counts in {unit.code} already; enter it with /fund add.")
    if (conversion.rate is None) == (conversion.became is None):
        raise UserError(f"Give either the rate (how many {unit.code} one {other.code} is worth) or what it became.")
    foreign = parse_amount(amount, other)
    if foreign.amount == 0:
        raise UserError("An amount of zero changes nothing; say how much it is.")
    if conversion.became is not None:
        became = parse_amount(conversion.became, unit)
        exchange = Exchange(foreign, rate_between(foreign, became))
    else:
        exchange = Exchange(foreign, (conversion.rate or "").strip())
    return converted(exchange, unit), exchange


@writes
async def take_back(tx: Transaction, actor: Actor, *, fund_id: int, reason: str, now: datetime) -> FundsView:
    """Reverse a fund entry that was wrong; the books keep both. Taken back twice, it is taken back once."""
    fund = await tx.get(FundEntry, fund_id)
    if fund is None or await _guild_of(tx, fund) != actor.guild_id:
        raise UserError("There is no such entry. /fund show lists them with their numbers.")
    episode, show = await _load(tx, actor, fund.episode_id)
    if not reason.strip():
        raise UserError("Say why the entry is taken back; the books keep the reason.")
    row = await tx.get_one(LedgerEntry, fund.entry_id)
    undo = ledger.reversal(await load_entry(tx, row), _words(reason, MAX_NOTE, "reason"))
    await write_entry(
        tx,
        undo,
        key=f"reverse:{row.id}",
        show_id=show.id,
        episode_id=episode.id,
        by_user=actor.user_id,
        reverses_id=row.id,
        now=now,
    )
    await _refuse_overdrawn(tx, episode)
    return await view(tx, episode)


async def view(tx: Transaction, episode: Episode) -> FundsView:
    """What an episode is funded with."""
    deal = await deal_of(tx, episode.id)
    unit = currency(deal.currency)
    earned, spent = await unshared(tx, episode, deal.currency)
    house_bp = house_bp_of(deal)
    house, profit = _split(earned, spent, house_bp)
    pool = profit + await free_pool(tx, episode, deal.currency)
    return FundsView(
        episode_id=episode.id,
        episode=f"S{episode.season}E{episode.number} {episode.title}",
        lines=await _lines(tx, episode.id),
        revenue=Money(earned, unit),
        costs=Money(spent, unit),
        house=Money(house, unit),
        house_bp=house_bp,
        pool=Money(pool, unit),
        reserve=Money(await balance(tx, episode.show_id, unit.code, ledger.RESERVE), unit),
        missing=await _missing(tx, episode, deal, pool),
    )


async def _missing(tx: Transaction, episode: Episode, deal: Deal, pool: int) -> Money | None:
    """How much less than was promised the episode's rounds and its pool come to."""
    rounds = await tx.scalar(select(func.sum(PayoutRound.pool)).where(PayoutRound.episode_id == episode.id))
    short = deal.promised - pool - int(rounds or 0)
    return Money(short, currency(deal.currency)) if short > 0 else None


async def _load(tx: Transaction, actor: Actor, episode_id: int) -> tuple[Episode, Show]:
    """An episode whose money `actor` may handle, with its show; UserError for another guild's, or nobody's."""
    episode = await tx.get(Episode, episode_id)
    show = await tx.get_one(Show, episode.show_id) if episode is not None else None
    if episode is None or show is None or show.guild_id != actor.guild_id:
        raise UserError("There is no such episode. Pick one from the list that the command offers.")
    require_producer(show, actor)
    return episode, show


async def _guild_of(tx: Transaction, fund: FundEntry) -> int | None:
    query = select(Show.guild_id).join(Episode, Episode.show_id == Show.id)
    return await tx.scalar(query.where(Episode.id == fund.episode_id))


async def _entry(tx: Transaction, episode: Episode, kind: FundKind, money: Money, *, note: str) -> Entry:
    code, amount = money.currency.code, money.amount
    if amount == 0:
        raise UserError("An amount of zero changes nothing; say how much it is.")
    match kind:
        case FundKind.REVENUE:
            return ledger.revenue(code, amount, note)
        case FundKind.COST:
            return ledger.cost(code, amount, note)
        case FundKind.BUDGET:
            return ledger.budget_line(code, episode.id, amount, note)
        case FundKind.FROM_RESERVE:
            held = await balance(tx, episode.show_id, code, ledger.RESERVE)
            _require_held("The show's reserve", held, money)
            return ledger.from_reserve(code, episode.id, amount, note)
        case FundKind.TO_RESERVE:
            _require_held("This episode's pool", await free_pool(tx, episode, code), money)
            return ledger.to_reserve(code, ledger.pool_account(episode.id), amount, note)


def _require_held(who: str, held: int, money: Money) -> None:
    if held < money.amount:
        there = Money(max(held, 0), money.currency).decimal_text()
        code = money.currency.code
        raise UserError(f"{who} holds {there} {code}; {money.decimal_text()} {code} is more than that.")


async def _refuse_overdrawn(tx: Transaction, episode: Episode) -> None:
    deal = await deal_of(tx, episode.id)
    earned, spent = await unshared(tx, episode, deal.currency)
    reserve = await balance(tx, episode.show_id, deal.currency, ledger.RESERVE)
    if min(earned, spent, reserve, await free_pool(tx, episode, deal.currency)) < 0:
        raise UserError(
            "This money is already shared out or set aside, so it cannot be taken back whole. "
            "Enter the correction as a cost, or as money for the next round."
        )


def _split(earned: int, spent: int, house_bp: int) -> tuple[int, int]:
    return ledger.split_profit(earned, spent, house_bp) if earned > spent else (0, 0)


async def _lines(tx: Transaction, episode_id: int) -> tuple[FundLine, ...]:
    undone = set(
        await tx.scalars(
            select(LedgerEntry.reverses_id).where(
                LedgerEntry.episode_id == episode_id, LedgerEntry.kind == EntryKind.REVERSAL.value
            )
        )
    )
    rows = await tx.execute(
        select(FundEntry, LedgerEntry)
        .join(LedgerEntry, LedgerEntry.id == FundEntry.entry_id)
        .where(FundEntry.episode_id == episode_id)
        .order_by(FundEntry.id)
    )
    receipts = await receipts_of(tx, episode_id)
    return tuple(
        FundLine(
            id=row.id,
            kind=row.kind,
            amount=Money(row.amount, currency(row.currency)),
            source=row.source,
            note=row.note,
            received_on=row.received_on,
            by_user=row.by_user,
            reversed=row.entry_id in undone,
            foreign=exchange.foreign if (exchange := exchange_of(entry)) else None,
            rate=entry.rate,
            receipt=receipts.get(row.id),
        )
        for row, entry in rows
    )


def _words(text: str, limit: int, name: str) -> str:
    words = text.strip()
    if len(words) > limit:
        raise UserError(f"Keep the {name} under {limit} characters; yours has {len(words)}.")
    return words
