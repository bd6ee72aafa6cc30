"""Money that nobody claims: artists are reminded in time, and after the deadline it goes where the deal says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from db.models import (
    Allocation,
    AllocationState,
    Artist,
    DeadlineKind,
    Deal,
    Episode,
    PayoutRound,
    PayTo,
    PayWish,
    Show,
    Unclaimed,
    Wish,
)
from domain import ledger
from domain.errors import UserError
from domain.ledger import Entry
from domain.money import Money, currency
from services.deadlines import set_deadline
from services.episodes.views import code_of
from services.ledger import write_entry
from services.paying.balances import restate, standing_of
from services.paying.details import keep_wish
from services.paying.lineage import shares_of_sources
from services.paying.notices import remind_of_claim, tell_claims_over, tell_received, tell_unclaimed
from services.payouts.rows import load_round
from services.store import Transaction, reads, writes

REMINDED = (30, 7)
"""Days before the deadline at which artists who have not claimed their money are reminded."""


@dataclass(frozen=True, slots=True)
class ClaimView:
    """An artist's money of a round that nobody has claimed (or that went, by the deal), and until when they can."""

    show_name: str
    episode: str
    artist_id: int
    amount: Money
    until: datetime | None
    goes: Unclaimed
    claimed: bool


@dataclass(frozen=True, slots=True)
class ClaimsOver:
    """What was not claimed of a round, in all."""

    show_name: str
    episode: str
    amount: Money
    people: int
    goes: Unclaimed


async def set_claim_deadlines(tx: Transaction, row: PayoutRound, deal: Deal, show: Show, now: datetime) -> None:
    """From now on a round's money can be claimed for as long as its deal says; no days mean for ever."""
    if deal.claim_days <= 0:
        return
    ends = now + timedelta(days=deal.claim_days)
    times = [(f"round:{row.id}:claim", DeadlineKind.CLAIM_END, ends)]
    times += [
        (f"round:{row.id}:claim:{days}", DeadlineKind.CLAIM_SOON, ends - timedelta(days=days))
        for days in REMINDED
        if days < deal.claim_days
    ]
    for key, kind, due_at in times:
        await set_deadline(
            tx, key=key, kind=kind, show_id=show.id, due_at=due_at, episode_id=row.episode_id, round_id=row.id
        )


async def remind(tx: Transaction, round_id: int, key: str, now: datetime) -> None:
    """Tell everybody whose money of a round is unclaimed, once for each of its reminders (`key`)."""
    row, _, show = await load_round(tx, round_id)
    for artist in await _silent(tx, row, show):
        await remind_of_claim(tx, row, artist, show, key, now)


async def expire(tx: Transaction, round_id: int, now: datetime) -> None:
    """Let what nobody claimed of a round go where its deal says, exactly once, and tell those it was meant for."""
    row, episode, show = await load_round(tx, round_id)
    deal = await tx.get_one(Deal, row.episode_id)
    total, touched = 0, []
    for artist, amount in (await _silent(tx, row, show)).items():
        for suffix, entry in await _entries(tx, row, episode, deal, (artist.id, amount)):
            written = await write_entry(
                tx, entry, key=f"claim:{row.id}:{artist.id}{suffix}", show_id=show.id, episode_id=episode.id, now=now
            )
            takers = {
                int(line.account.split(":")[1]): line.amount
                for line in entry.postings
                if line.amount > 0 and line.account.startswith("artist:")
            }
            await tell_received(tx, written, show, takers, now)
        await tell_unclaimed(tx, row, artist, show, amount, now)
        total += amount
        touched.append(artist.id)
    if touched:
        await restate(tx, show.id, row.currency, touched)
        await tell_claims_over(tx, row, show, total, len(touched), now)


@writes
async def keep(tx: Transaction, *, artist_id: int, user_id: int, now: datetime) -> None:
    """Somebody says that their money is theirs: it stays on their balance. UserError for anybody else."""
    artist = await tx.get(Artist, artist_id)
    if artist is None or artist.user_id != user_id:
        raise UserError("This is about somebody else's money.")
    if await tx.get(PayWish, artist.id) is None:
        await keep_wish(tx, artist.id, Wish.PAY, now)


@reads
async def claim_view(tx: Transaction, *, round_id: int, artist_id: int) -> ClaimView:
    """An artist's unclaimed money of a round, for the message that reminds them."""
    row, episode, show = await load_round(tx, round_id)
    deal = await tx.get_one(Deal, row.episode_id)
    artist = await tx.get_one(Artist, artist_id)
    left = (await _silent(tx, row, show)).get(artist, 0)
    until = row.finalised_at + timedelta(days=deal.claim_days) if row.finalised_at else None
    return ClaimView(
        show_name=show.name,
        episode=_name(episode),
        artist_id=artist_id,
        amount=Money(left, currency(row.currency)),
        until=until,
        goes=deal.unclaimed,
        claimed=not left,
    )


@reads
async def claims_over(tx: Transaction, *, round_id: int, amount: int, people: int) -> ClaimsOver:
    """What went unclaimed of a round, for the message that says so."""
    row, episode, show = await load_round(tx, round_id)
    deal = await tx.get_one(Deal, row.episode_id)
    return ClaimsOver(show.name, _name(episode), Money(amount, currency(row.currency)), people, deal.unclaimed)


async def _silent(tx: Transaction, row: PayoutRound, show: Show) -> Mapping[Artist, int]:
    """Whose money of a round is on their balance though they never said what to do with it: minor units.

    People whom an import knows by name only are not among them: nobody could ask them.
    """
    people = list(
        await tx.scalars(
            select(Artist)
            .join(Allocation, Allocation.artist_id == Artist.id)
            .outerjoin(PayTo, PayTo.artist_id == Artist.id)
            .outerjoin(PayWish, PayWish.artist_id == Artist.id)
            .where(
                Allocation.round_id == row.id,
                Allocation.state == AllocationState.CARRIED,
                Allocation.amount > 0,
                Artist.user_id.is_not(None),
                PayTo.artist_id.is_(None),
                PayWish.artist_id.is_(None),
            )
            .order_by(Artist.id)
        )
    )
    standings = await standing_of(tx, show.id, row.currency, [artist.id for artist in people])
    found = {}
    for artist in people:
        standing = standings.get(artist.id, {}).get(row.id)
        if standing is not None and standing.left:
            found[artist] = standing.left
    return found


async def _entries(
    tx: Transaction, row: PayoutRound, episode: Episode, deal: Deal, unclaimed: tuple[int, int]
) -> list[tuple[str, Entry]]:
    """The entries, with a suffix for the key of each, that take an artist's money where the deal says."""
    artist_id, amount = unclaimed
    note = f"unclaimed, round {row.number}"
    takers = {Unclaimed.HOUSE: ledger.HOUSE, Unclaimed.POOL: ledger.pool_account(episode.id)}
    if deal.unclaimed is not Unclaimed.SOURCES:
        taker = takers.get(deal.unclaimed, ledger.RESERVE)
        return [("", ledger.unclaimed(row.currency, artist_id, taker, amount, note))]
    parts, kept = await shares_of_sources(tx, artist_id, [row.id], amount)
    found = [("", ledger.unclaimed_to_sources(row.currency, artist_id, parts, note))] if parts else []
    if kept:
        found.append((":rest", ledger.unclaimed(row.currency, artist_id, ledger.RESERVE, kept, note)))
    return found


def _name(episode: Episode) -> str:
    return f"{code_of(episode)} {episode.title}"
