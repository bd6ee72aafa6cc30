"""What is on artists' balances, and what became of each allocation whose money left them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from db.models import (
    Allocation,
    AllocationState,
    Episode,
    Hold,
    HoldShare,
    HoldState,
    LedgerEntry,
    LedgerPosting,
    PayoutRound,
)
from domain import ledger
from domain.episode import RoundPhase
from domain.ledger import EntryKind
from domain.settling import Move, Standing, Way, standings
from services.store import Transaction

FINAL = (RoundPhase.FINAL, RoundPhase.SETTLED)
_WAYS = {
    EntryKind.SENDING: Way.SENDING,
    EntryKind.NOT_SENT: Way.SENDING,
    EntryKind.PAYMENT: Way.PAID,
    EntryKind.RETURNED: Way.PAID,
    EntryKind.DONATION: Way.DONATED,
    EntryKind.PASS_ON: Way.PASSED_ON,
    EntryKind.UNCLAIMED: Way.UNCLAIMED,
}
_COMES_IN = frozenset({EntryKind.PASS_ON, EntryKind.UNCLAIMED})
"""Kinds by which money leaves one artist for another: whoever gets it has it as their own."""


async def artist_balances(tx: Transaction, show_id: int, code: str) -> dict[int, int]:
    """What every artist of a show holds in one currency, in minor units by artist id; nobody who holds nothing."""
    rows = await tx.execute(
        select(LedgerPosting.account, func.sum(LedgerPosting.amount))
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(LedgerEntry.show_id == show_id, LedgerEntry.currency == code, LedgerPosting.account.like("artist:%"))
        .group_by(LedgerPosting.account)
    )
    return {int(account.split(":")[1]): int(total) for account, total in rows if total}


async def standing_of(
    tx: Transaction, show_id: int, code: str, artists: Collection[int]
) -> dict[int, dict[int, Standing]]:
    """Where the money of each final round stands, by artist id and round id."""
    moves = await _moves(tx, show_id, code, artists)
    return {artist: standings(found) for artist, found in moves.items()}


async def restate(tx: Transaction, show_id: int, code: str, artists: Collection[int]) -> None:
    """Bring the state of the artists' allocations in line with the books, after money moved."""
    found = await standing_of(tx, show_id, code, artists)
    held = await _still_held(tx, artists)
    shares = await tx.scalars(
        select(Allocation)
        .join(PayoutRound, PayoutRound.id == Allocation.round_id)
        .join(Episode, Episode.id == PayoutRound.episode_id)
        .where(
            Episode.show_id == show_id,
            PayoutRound.currency == code,
            PayoutRound.phase.in_(FINAL),
            Allocation.artist_id.in_(artists),
            Allocation.amount > 0,
        )
    )
    for share in shares:
        standing = found.get(share.artist_id, {}).get(share.round_id)
        waits = (share.round_id, share.artist_id) in held
        share.state, share.gone_at = _state(standing, waits=waits)
    await tx.flush()


def _state(standing: Standing | None, *, waits: bool) -> tuple[AllocationState, datetime | None]:
    if standing is not None and standing.left:
        return AllocationState.CARRIED, None
    if waits:
        return AllocationState.HELD, None
    if standing is None:  # nothing ever came: it was held, and went to others
        return AllocationState.REDIRECTED, None
    if standing.way is None:
        return AllocationState.CARRIED, None
    return AllocationState(standing.way.value), standing.at


async def _still_held(tx: Transaction, artists: Collection[int]) -> set[tuple[int, int]]:
    rows = await tx.execute(
        select(Hold.round_id, HoldShare.artist_id)
        .join(HoldShare, HoldShare.hold_id == Hold.id)
        .where(Hold.state == HoldState.HELD, HoldShare.artist_id.in_(artists))
    )
    return {(round_id, artist_id) for round_id, artist_id in rows}


async def _moves(tx: Transaction, show_id: int, code: str, artists: Collection[int]) -> dict[int, list[Move]]:
    """Every move of the artists' balances in the order of the books."""
    accounts = [name(artist) for artist in artists for name in (ledger.artist_account, ledger.transit_account)]
    rows = await tx.execute(
        select(LedgerPosting.account, LedgerPosting.amount, LedgerEntry.kind, LedgerEntry.key, LedgerEntry.at)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(LedgerEntry.show_id == show_id, LedgerEntry.currency == code, LedgerPosting.account.in_(accounts))
        .order_by(LedgerEntry.id, LedgerPosting.id)
    )
    holds = await _hold_rounds(tx, artists)
    moves: dict[int, list[Move]] = defaultdict(list)
    for account, amount, kind, key, at in rows:
        place, _, artist = account.partition(":")
        known = EntryKind(kind)
        if place == "transit":
            if known is EntryKind.PAYMENT:  # what was on its way got there
                moves[int(artist)] += [Move(amount, at, Way.SENDING), Move(-amount, at, Way.PAID)]
            continue
        moves[int(artist)].append(_move(known, amount, at, _round_of(key, holds)))
    return moves


def _move(kind: EntryKind, amount: int, at: datetime, round_id: int | None) -> Move:
    way = _WAYS.get(kind)
    if way is None or (kind in _COMES_IN and amount > 0):
        return Move(amount, at, None, round_id if amount > 0 and kind not in _COMES_IN else None)
    return Move(-amount, at, way, round_id if amount < 0 else None)


def _round_of(key: str, holds: dict[int, int]) -> int | None:
    """The round that an entry's key names: round:5:allocation, round:5:wish:7, claim:5:7, or hold:3:decision."""
    words = key.split(":")
    if words[0] in ("round", "claim"):
        return int(words[1])
    return holds.get(int(words[1])) if words[0] == "hold" else None


async def _hold_rounds(tx: Transaction, artists: Collection[int]) -> dict[int, int]:
    rows = await tx.execute(
        select(Hold.id, Hold.round_id)
        .join(HoldShare, HoldShare.hold_id == Hold.id)
        .where(HoldShare.artist_id.in_(artists))
    )
    return dict(rows.all())
