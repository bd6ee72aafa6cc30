"""Recording what was actually sent to an artist from their balance."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models import Artist, LedgerEntry, Payment
from domain import ledger
from domain.errors import UserError
from domain.money import Money, currency, parse_amount
from services.access import Actor, find_show, require_producer
from services.ledger import balance, write_entry
from services.paying.balances import restate
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
        await restate(tx, found.id, unit.code, [artist.id])
    left = Money(await balance(tx, found.id, unit.code, account), unit)
    return PaymentView(ArtistView(artist.id, artist.user_id, artist.name), money, left)
