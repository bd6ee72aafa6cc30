"""Finding the artist who asks, and the balances they have."""

from dataclasses import dataclass

from sqlalchemy import func, select

from db.models import Artist, LedgerEntry, LedgerPosting, Show
from domain import ledger
from domain.errors import UserError
from domain.money import Money, currency
from services.access import Actor
from services.store import Transaction, reads
from services.views import ArtistView

_NOT_YET = "You have not taken part in a show here yet. Post a work in the show's channel to start."


@dataclass(frozen=True, slots=True)
class BalanceView:
    """What an artist holds with a show."""

    show_id: int
    show_name: str
    amount: Money


async def artist_of(tx: Transaction, guild_id: int, user_id: int) -> Artist:
    """The artist that a Discord user is in a guild; UserError for who has not taken part."""
    found = await tx.scalar(select(Artist).where(Artist.guild_id == guild_id, Artist.user_id == user_id))
    if found is None:
        raise UserError(_NOT_YET)
    return found


async def balances_of(tx: Transaction, artist_id: int) -> tuple[BalanceView, ...]:
    """What an artist holds, by show and currency; also where it is nothing by now."""
    rows = await tx.execute(
        select(Show.id, Show.name, LedgerEntry.currency, func.sum(LedgerPosting.amount))
        .join(LedgerEntry, LedgerEntry.show_id == Show.id)
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .where(LedgerPosting.account == ledger.artist_account(artist_id))
        .group_by(Show.id, Show.name, LedgerEntry.currency)
        .order_by(Show.name, LedgerEntry.currency)
    )
    return tuple(BalanceView(show, name, Money(int(total), currency(code))) for show, name, code, total in rows)


def artist_view(artist: Artist) -> ArtistView:
    """The artist as others see them."""
    return ArtistView(artist.id, artist.user_id, artist.name)


@reads
async def my_balances(tx: Transaction, actor: Actor) -> tuple[BalanceView, ...]:
    """What the person who asks holds in this guild."""
    return await balances_of(tx, (await artist_of(tx, actor.guild_id, actor.user_id)).id)
