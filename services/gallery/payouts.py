"""Payout rounds with every line of them."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from db.models import AllocationLine, PayoutRound
from domain.money import Money
from services.episodes.views import episode_view
from services.gallery.episodes import public_rounds, timezone_of
from services.gallery.views import PayoutPage, RoundPage
from services.payouts.names import Keys
from services.payouts.views import LineView, RoundView
from services.store import Transaction, reads
from services.works import read as works

Lines = dict[int, list[LineView]]


@reads
async def payout_page(tx: Transaction, *, episode_id: int) -> PayoutPage:
    """Every round of an episode that has been proposed; UserError when there is no such episode."""
    episode = await episode_view(tx, episode_id)
    rounds = await public_rounds(tx, episode_id)
    lines, names = await _lines(tx, rounds), await _names(tx, rounds)
    return PayoutPage(
        episode=episode,
        timezone=await timezone_of(tx, episode_id),
        rounds=tuple(
            RoundPage(
                view,
                {artist: tuple(found) for artist, found in lines[view.id].items()},
                {share.artist.id: names[view.id].artist(share.artist.id) for share in view.allocations},
            )
            for view in reversed(rounds)
        ),
    )


async def _names(tx: Transaction, rounds: Sequence[RoundView]) -> dict[int, Keys]:
    """What the statement of each round calls its artists."""
    query = select(PayoutRound.id, PayoutRound.secret).where(PayoutRound.id.in_([view.id for view in rounds]))
    return {round_id: Keys(secret) for round_id, secret in await tx.execute(query)}


async def _lines(tx: Transaction, rounds: Sequence[RoundView]) -> dict[int, Lines]:
    """The lines by round and artist, in one query and one for the works they name."""
    # Works lead to their artists, so where names are kept apart from amounts the statement alone has the lines.
    units = {view.id: view.pool.currency for view in rounds if not view.hidden}
    query = (
        select(*AllocationLine.__table__.columns)
        .where(AllocationLine.round_id.in_(units))
        .order_by(AllocationLine.amount.desc(), AllocationLine.id)
    )
    rows = list(await tx.execute(query))
    refs = await works.refs(tx, {found for row in rows for found in (row.work_id, row.from_work_id) if found})
    lines: dict[int, Lines] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        amount = Money(row.amount, units[row.round_id])
        line = LineView(row.kind, refs.get(row.work_id or 0), refs.get(row.from_work_id or 0), amount)
        lines[row.round_id][row.artist_id].append(line)
    return lines
