"""What an artist asks for: where to be paid, and whether to be paid at all."""

from datetime import datetime

from sqlalchemy import func, select

from db.models import Artist, PayBy, PaymentLine, PaymentState, PayTo, PayWish, Wish
from domain.payments import Destination, email_destination, other_destination
from services.access import Actor, remember_artist, remember_guild
from services.paying.people import artist_of
from services.paying.views import PayView
from services.store import Transaction, reads, writes
from services.vault import LockedError, Vault


@reads
async def pay_view(tx: Transaction, actor: Actor, *, vault: Vault) -> PayView:
    """How the person who asks wants to be paid; for nobody else. Who has not taken part yet may say so already."""
    query = select(Artist.id).where(Artist.guild_id == actor.guild_id, Artist.user_id == actor.user_id)
    artist_id = await tx.scalar(query)
    return await _view(tx, artist_id, vault) if artist_id is not None else PayView(None, None, None, None)


@writes
async def set_details(
    tx: Transaction, actor: Actor, *, by: PayBy, fields: dict[str, str], vault: Vault, now: datetime
) -> PayView:
    """Keep where the person who asks wants to be paid: `fields` as typed (email, name, words). It replaces what was.

    UserError for what nobody could be paid to, and where the operator has set no key.
    """
    vault.require()
    to = _destination(by, fields)
    await remember_guild(tx, actor.guild_id, actor.guild_name, now)
    artist = await remember_artist(tx, actor.guild_id, actor.user_id, actor.name, now)
    row = await tx.get(PayTo, artist.id)
    if row is None:
        row = PayTo(artist_id=artist.id)
        tx.add(row)
    row.by, row.changed_at = by, now
    row.secret = vault.seal(artist.id, {"email": to.email, "name": to.name, "words": to.words})
    await tx.flush()
    return await _view(tx, artist.id, vault)


@writes
async def delete_details(tx: Transaction, actor: Actor, *, vault: Vault) -> PayView:
    """Forget where the person who asks wants to be paid; a payment on its way keeps its own copy until it is done."""
    artist = await artist_of(tx, actor.guild_id, actor.user_id)
    row = await tx.get(PayTo, artist.id)
    if row is not None:
        await tx.delete(row)
        await tx.flush()
    return await _view(tx, artist.id, vault)


@writes
async def set_wish(tx: Transaction, actor: Actor, *, wish: Wish, vault: Vault, now: datetime) -> PayView:
    """Keep what the person who asks wants done with what they earn from now on."""
    artist = await artist_of(tx, actor.guild_id, actor.user_id)
    await keep_wish(tx, artist.id, wish, now)
    return await _view(tx, artist.id, vault)


async def keep_wish(tx: Transaction, artist_id: int, wish: Wish, now: datetime) -> None:
    """Write a standing wish down."""
    row = await tx.get(PayWish, artist_id)
    if row is None:
        row = PayWish(artist_id=artist_id)
        tx.add(row)
    row.wish, row.changed_at = wish, now
    await tx.flush()


def opened(row: PayTo, vault: Vault) -> Destination:
    """Where an artist is paid; LockedError where no key opens it."""
    values = vault.open(row.artist_id, row.secret)
    return Destination(values.get("email", ""), values.get("name", ""), values.get("words", ""))


async def _view(tx: Transaction, artist_id: int, vault: Vault) -> PayView:
    row, wish = await tx.get(PayTo, artist_id), await tx.get(PayWish, artist_id)
    waiting = await tx.scalar(
        select(func.count())
        .select_from(PaymentLine)
        .where(PaymentLine.artist_id == artist_id, PaymentLine.state == PaymentState.WAITING)
    )
    to, locked = None, False
    if row is not None:
        try:
            to = opened(row, vault) if vault else None
            locked = not vault
        except LockedError:
            locked = True
    return PayView(
        by=row.by if row else None,
        to=to,
        wish=wish.wish if wish else None,
        changed_at=row.changed_at if row else None,
        locked=locked,
        on_its_way=int(waiting or 0),
    )


def _destination(by: PayBy, fields: dict[str, str]) -> Destination:
    if by is PayBy.PAYPAL:
        return email_destination(fields.get("email", ""))
    if by is PayBy.WISE:
        return email_destination(fields.get("email", ""), fields.get("name", ""))
    return other_destination(fields.get("words", ""))
