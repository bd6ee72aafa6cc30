"""What an episode's money comes to: what was not shared yet, what its pool holds, and how a profit is split."""

from datetime import datetime

from sqlalchemy import func, select

from db.models import Deal, Episode, Funding, LedgerEntry, LedgerPosting, PayoutRound
from domain import ledger
from domain.episode import RoundPhase
from domain.money import Money, currency
from services.ledger import balance, write_entry
from services.store import Transaction

_ALL_BP = 10_000


async def deal_of(tx: Transaction, episode_id: int) -> Deal:
    """The terms of an episode."""
    return await tx.get_one(Deal, episode_id)


def house_bp_of(deal: Deal) -> int:
    """What part of a profit is the house's, in basis points: all of it where artists share a budget alone."""
    return _ALL_BP if deal.funding is Funding.POOL else deal.house_bp


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
        deal.currency, episode.id, revenue_total=earned, costs_total=spent, house_bp=house_bp_of(deal)
    )
    await write_entry(tx, entry, key=key, show_id=episode.show_id, episode_id=episode.id, by_user=by, now=now)


async def give_back(tx: Transaction, episode: Episode, *, by: int | None, now: datetime) -> None:
    """Put what a canceled episode holds into its show's reserve, once."""
    deal = await deal_of(tx, episode.id)
    earned, spent = await unshared(tx, episode, deal.currency)
    held = await balance(tx, episode.show_id, deal.currency, ledger.pool_account(episode.id))
    note = f"S{episode.season}E{episode.number} was canceled"
    entry = ledger.give_back(deal.currency, episode.id, pool=held, revenue_total=earned, costs_total=spent, note=note)
    if entry is not None:
        await write_entry(
            tx,
            entry,
            key=_returned_key(episode.id),
            show_id=episode.show_id,
            episode_id=episode.id,
            by_user=by,
            now=now,
        )


async def given_back(tx: Transaction, episode: Episode) -> Money | None:
    """What went to the reserve when an episode was canceled; None when there was nothing."""
    deal = await deal_of(tx, episode.id)
    amount = await tx.scalar(
        select(func.sum(LedgerPosting.amount))
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(LedgerEntry.key == _returned_key(episode.id), LedgerPosting.account == ledger.RESERVE)
    )
    return Money(int(amount), currency(deal.currency)) if amount else None


def _returned_key(episode_id: int) -> str:
    return f"episode:{episode_id}:canceled"
