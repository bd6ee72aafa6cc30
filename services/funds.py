"""Money in and out of an episode, as producers enter it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from db.models import Deal, Episode, FundEntry, FundKind, LedgerEntry, LedgerPosting, PayoutRound, Show
from domain import ledger
from domain.episode import Phase, RoundPhase, require_phase
from domain.errors import UserError
from domain.ledger import Entry, EntryKind
from domain.money import Money, currency, parse_amount
from services.access import Actor, require_producer
from services.episodes.views import episode_view, find_episode
from services.ledger import balance, load_entry, write_entry
from services.store import Transaction, reads, writes
from services.views import EpisodeView

MAX_SOURCE = 200
MAX_NOTE = 1000


@dataclass(frozen=True, slots=True)
class FundLine:
    """One fund entry; `reversed` when it was taken back."""

    id: int
    kind: FundKind
    amount: Money
    source: str
    note: str
    received_on: date
    by_user: int
    reversed: bool


@dataclass(frozen=True, slots=True)
class FundsView:
    """An episode's money: what came in, what the house keeps of a profit, and what artists will share.

    `pool` is what the next round can distribute: budget and reserve, and the pool's part of the profit so far.
    `reserve` is what the show has put aside.
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
) -> FundsView:
    """Enter money for an episode. `amount` as typed, `asked_by` the interaction: asked again, it is the same money.

    UserError for a wrong amount or currency, a canceled episode, or more than the reserve (or pool) holds.
    """
    episode, show = await _load(tx, actor, episode_id)
    if await tx.scalar(select(FundEntry.id).where(FundEntry.asked_by == asked_by)) is None:
        doing = "enter money for it"
        require_phase(episode.phase, Phase.OPEN, Phase.VOTING, Phase.CUTTING, Phase.RELEASED, doing=doing)
        deal = await deal_of(tx, episode.id)
        money = parse_amount(amount, currency(deal.currency))
        if received_on is not None and received_on > now.date() + timedelta(days=1):
            raise UserError(f"{received_on.isoformat()} is still to come. Enter money once it is there.")
        entry = await _entry(tx, episode, kind, money, note=_words(source, MAX_SOURCE, "source"))
        row = await write_entry(
            tx, entry, key=f"fund:{asked_by}", show_id=show.id, episode_id=episode.id, by_user=actor.user_id, now=now
        )
        tx.add(
            FundEntry(
                episode_id=episode.id,
                kind=kind,
                amount=money.amount,
                currency=deal.currency,
                source=source.strip(),
                note=_words(note, MAX_NOTE, "note"),
                received_on=received_on or now.date(),
                by_user=actor.user_id,
                at=now,
                entry_id=row.id,
                asked_by=asked_by,
            )
        )
        await tx.flush()
    return await view(tx, episode)


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
    house, pool = _split(earned, spent, deal.house_bp)
    return FundsView(
        episode_id=episode.id,
        episode=f"S{episode.season}E{episode.number} {episode.title}",
        lines=await _lines(tx, episode.id),
        revenue=Money(earned, unit),
        costs=Money(spent, unit),
        house=Money(house, unit),
        house_bp=deal.house_bp,
        pool=Money(pool + await free_pool(tx, episode, deal.currency), unit),
        reserve=Money(await balance(tx, episode.show_id, unit.code, ledger.RESERVE), unit),
    )


async def unshared(tx: Transaction, episode: Episode, code: str) -> tuple[int, int]:
    """Revenue and costs of an episode that no profit share has cleared yet, in minor units."""
    rows = await tx.execute(
        select(LedgerPosting.account, func.sum(LedgerPosting.amount))
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(
            LedgerEntry.episode_id == episode.id,
            LedgerEntry.currency == code,
            LedgerPosting.account.in_([ledger.REVENUE, ledger.COSTS]),
        )
        .group_by(LedgerPosting.account)
    )
    sums = {account: int(amount) for account, amount in rows}
    return sums.get(ledger.REVENUE, 0), -sums.get(ledger.COSTS, 0)


async def free_pool(tx: Transaction, episode: Episode, code: str) -> int:
    """What an episode's pool holds beyond what a proposed round already speaks for, in minor units."""
    held = await balance(tx, episode.show_id, code, ledger.pool_account(episode.id))
    spoken_for = await tx.scalar(
        select(func.sum(PayoutRound.pool)).where(
            PayoutRound.episode_id == episode.id,
            PayoutRound.currency == code,
            PayoutRound.phase.in_([RoundPhase.DRAFT, RoundPhase.PROPOSED]),
        )
    )
    return held - int(spoken_for or 0)


async def share_profit(tx: Transaction, episode: Episode, deal: Deal, *, key: str, by: int, now: datetime) -> None:
    """Book the profit so far to house and pool, if there is any; what is shared once is not shared again."""
    earned, spent = await unshared(tx, episode, deal.currency)
    if earned <= spent:
        return
    entry = ledger.profit_share(
        deal.currency, episode.id, revenue_total=earned, costs_total=spent, house_bp=deal.house_bp
    )
    await write_entry(tx, entry, key=key, show_id=episode.show_id, episode_id=episode.id, by_user=by, now=now)


async def deal_of(tx: Transaction, episode_id: int) -> Deal:
    """The terms of an episode."""
    return await tx.get_one(Deal, episode_id)


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
    rows = await tx.scalars(select(FundEntry).where(FundEntry.episode_id == episode_id).order_by(FundEntry.id))
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
        )
        for row in rows
    )


def _words(text: str, limit: int, name: str) -> str:
    words = text.strip()
    if len(words) > limit:
        raise UserError(f"Keep the {name} under {limit} characters; yours has {len(words)}.")
    return words
