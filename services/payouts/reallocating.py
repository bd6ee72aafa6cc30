"""A proposed round worked out anew, and what that does to each person."""

from sqlalchemy import select

from db.models import Artist, PayoutRound
from domain import allocation, rounds
from domain.money import Money, currency
from services.payouts.names import artist_key, key_number, keys_of
from services.payouts.rows import amounts_of, inputs_now, store_allocation
from services.payouts.views import ChangeView
from services.store import Transaction
from services.views import ArtistView


async def reallocate(tx: Transaction, row: PayoutRound) -> tuple[rounds.Change, ...]:
    """Allocate a round from everything as it is now, and say who gets more or less."""
    before = await amounts_of(tx, row.id)
    inputs = await inputs_now(tx, row)
    row.inputs = allocation.to_json(inputs)
    row.version += 1
    after = await store_allocation(tx, row, inputs)
    return rounds.changes(
        {artist_key(artist): amount for artist, amount in before.items()},
        {artist_key(artist): amount for artist, amount in after.items()},
    )


async def change_views(tx: Transaction, row: PayoutRound, changes: tuple[rounds.Change, ...]) -> tuple[ChangeView, ...]:
    """Before and after with the names that others may see."""
    unit, keys = currency(row.currency), keys_of(row)
    ids = [key_number(change.artist) for change in changes]
    people = {artist.id: artist for artist in await tx.scalars(select(Artist).where(Artist.id.in_(ids)))}
    return tuple(
        ChangeView(
            artist=keys.shown(ArtistView(artist_id, people[artist_id].user_id, people[artist_id].name)),
            before=Money(change.before, unit),
            after=Money(change.after, unit),
            material=change.material,
        )
        for artist_id, change in zip(ids, changes, strict=True)
    )
