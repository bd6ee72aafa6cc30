"""What producers have moved by hand in a round, as its documents say it."""

from sqlalchemy import select

from db.models import Adjustment, PayoutRound, Work
from domain import allocation
from services.payouts.names import Keys, keys_of
from services.store import Transaction


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
