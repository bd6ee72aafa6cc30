"""What producers have moved by hand in a round, as its documents say it."""

from sqlalchemy import select

from db.models import Adjustment, Artist, PayoutRound, Work
from domain import allocation
from domain.money import Money, currency
from services.payouts.names import Keys, keys_of
from services.payouts.views import AdjustmentView
from services.store import Transaction
from services.views import ArtistView


async def shown_adjustments(tx: Transaction, row: PayoutRound) -> tuple[AdjustmentView, ...]:
    """The adjustments of a round that stand, in the order they were made, with the names that others may see."""
    made = await tx.scalars(
        select(Adjustment)
        .where(Adjustment.round_id == row.id, Adjustment.undone_at.is_(None))
        .order_by(Adjustment.number)
    )
    return tuple([await adjustment_view(tx, row, one) for one in list(made)])


async def adjustment_view(tx: Transaction, row: PayoutRound, made: Adjustment) -> AdjustmentView:
    """An adjustment with the names that others may see."""
    return AdjustmentView(
        id=made.id,
        round_id=row.id,
        number=made.number,
        giver=await _named(tx, row, made.from_artist_id, made.from_work_id),
        taker=await _named(tx, row, made.to_artist_id, made.to_work_id),
        amount=Money(made.amount, currency(row.currency)),
        reason=made.reason,
        by_user=made.by_user,
        undone=made.undone_at is not None,
    )


async def _named(tx: Transaction, row: PayoutRound, artist_id: int | None, work_id: int | None) -> str:
    keys = keys_of(row)
    if artist_id is not None:
        artist = await tx.get_one(Artist, artist_id)
        return keys.shown(ArtistView(artist.id, artist.user_id, artist.name)).name
    if work_id is None:
        return ""
    work = await tx.get_one(Work, work_id)
    return "a work's artists" if keys.hidden else f"the artists of #{work.number} {work.title}"


async def adjustments_of(tx: Transaction, row: PayoutRound) -> tuple[allocation.Adjustment, ...]:
    """The adjustments of a round that were not undone, in the order they were made."""
    rows = list(
        await tx.scalars(
            select(Adjustment)
            .where(Adjustment.round_id == row.id, Adjustment.undone_at.is_(None))
            .order_by(Adjustment.number)
        )
    )
    ids = {found for one in rows for found in (one.from_work_id, one.to_work_id) if found is not None}
    numbers = dict((await tx.execute(select(Work.id, Work.number).where(Work.id.in_(ids)))).all())
    keys = keys_of(row)
    return tuple(
        allocation.Adjustment(
            giver=_party(keys, one.from_artist_id, numbers.get(one.from_work_id or 0)),
            taker=_party(keys, one.to_artist_id, numbers.get(one.to_work_id or 0)) or allocation.Party(),
            amount=one.amount,
            reason=one.reason,
        )
        for one in rows
    )


def _party(keys: Keys, artist_id: int | None, number: int | None) -> allocation.Party | None:
    if artist_id is not None:
        return allocation.Party(artist=keys.artist(artist_id))
    return None if number is None else allocation.Party(work=keys.work(number))
