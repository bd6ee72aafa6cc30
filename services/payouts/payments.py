"""Recording what was actually sent to an artist from their balance."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.models import Allocation, AllocationState, Artist, Episode, LedgerEntry, Payment, PayoutRound
from domain import ledger
from domain.episode import RoundPhase
from domain.errors import UserError
from domain.money import Money, currency, parse_amount
from services.access import Actor, find_show, require_producer
from services.ledger import balance, write_entry
from services.store import Transaction, writes
from services.views import ArtistView

MAX_REFERENCE = 100


@dataclass(frozen=True, slots=True)
class PaymentView:
    """What was sent, and what the artist's balance still holds."""

    artist: ArtistView
    amount: Money
    left: Money


@writes
async def record_payment(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None,
    channel_id: int | None,
    user_id: int,
    amount: str,
    reference: str,
    asked_by: int,
    now: datetime,
) -> PaymentView:
    """Record that an artist was sent money. `asked_by` is the interaction: asked again, it is the same payment.

    The oldest allocations count as paid first. UserError when the balance does not hold that much.
    """
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    artist = await tx.scalar(select(Artist).where(Artist.guild_id == found.guild_id, Artist.user_id == user_id))
    if artist is None:
        raise UserError("This person has not taken part in a show here, so they have no balance.")
    unit = currency(found.currency)
    money = parse_amount(amount, unit)
    account = ledger.artist_account(artist.id)
    key = f"payment:{asked_by}"
    if await tx.scalar(select(LedgerEntry.id).where(LedgerEntry.key == key)) is None:
        held = await balance(tx, found.id, unit.code, account)
        if held < money.amount:
            raise UserError(
                f"{artist.name}'s balance is {Money(held, unit).decimal_text()} {unit.code}, less than that."
            )
        entry = ledger.payment(unit.code, artist.id, money.amount, reference.strip()[:MAX_REFERENCE])
        row = await write_entry(tx, entry, key=key, show_id=found.id, by_user=actor.user_id, now=now)
        tx.add(
            Payment(
                show_id=found.id,
                artist_id=artist.id,
                amount=money.amount,
                currency=unit.code,
                reference=entry.note,
                entry_id=row.id,
                by_user=actor.user_id,
                at=now,
            )
        )
        await tx.flush()
        await _mark_paid(tx, found.id, artist.id, unit.code)
    left = Money(await balance(tx, found.id, unit.code, account), unit)
    return PaymentView(ArtistView(artist.id, artist.user_id, artist.name), money, left)


async def _mark_paid(tx: Transaction, show_id: int, artist_id: int, code: str) -> None:
    """Mark an artist's allocations that their payments cover whole, oldest first."""
    paid = await tx.scalar(
        select(func.sum(Payment.amount)).where(
            Payment.show_id == show_id, Payment.artist_id == artist_id, Payment.currency == code
        )
    )
    left = int(paid or 0)
    shares = await tx.scalars(
        select(Allocation)
        .join(PayoutRound, PayoutRound.id == Allocation.round_id)
        .join(Episode, Episode.id == PayoutRound.episode_id)
        .where(
            Episode.show_id == show_id,
            Allocation.artist_id == artist_id,
            Allocation.amount > 0,
            PayoutRound.currency == code,
            PayoutRound.phase.in_([RoundPhase.FINAL, RoundPhase.SETTLED]),
        )
        .order_by(PayoutRound.finalised_at, PayoutRound.id)
    )
    for share in shares:
        left -= share.amount
        if left < 0:
            break
        share.state = AllocationState.PAID
    await tx.flush()
