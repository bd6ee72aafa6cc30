"""A payout round's rows: found, allocated, moved on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from db.models import (
    Allocation,
    AllocationLine,
    AllocationState,
    Base,
    DeadlineKind,
    Deal,
    Episode,
    PayoutRound,
    Show,
)
from domain import allocation
from domain.episode import RoundPhase
from domain.errors import UserError
from services.access import Actor
from services.deadlines import set_deadline
from services.payouts.adjusted import adjustments_of
from services.payouts.inputs import build_inputs
from services.payouts.names import artist_ids, keys_of, work_ids
from services.pools import deal_of
from services.store import Transaction

_NO_EPISODE = "There is no such episode. Pick one from the list that the command offers."
_NO_ROUND = "There is no such payout round. Pick one from the list that the command offers."


async def own_episode(tx: Transaction, actor: Actor, episode_id: int) -> tuple[Episode, Show, Deal]:
    """An episode of the actor's guild, with its show and terms; UserError when there is none."""
    episode = await tx.get(Episode, episode_id)
    show = await tx.get_one(Show, episode.show_id) if episode is not None else None
    if episode is None or show is None or show.guild_id != actor.guild_id:
        raise UserError(_NO_EPISODE)
    return episode, show, await deal_of(tx, episode.id)


async def load_round(tx: Transaction, round_id: int) -> tuple[PayoutRound, Episode, Show]:
    """A round with its episode and show; UserError when there is none."""
    row = await tx.get(PayoutRound, round_id)
    if row is None:
        raise UserError(_NO_ROUND)
    episode = await tx.get_one(Episode, row.episode_id)
    return row, episode, await tx.get_one(Show, episode.show_id)


async def own_round(tx: Transaction, actor: Actor, round_id: int) -> tuple[PayoutRound, Episode, Show]:
    """A round of the actor's guild, with its episode and show; UserError when there is none."""
    row, episode, show = await load_round(tx, round_id)
    if show.guild_id != actor.guild_id:
        raise UserError(_NO_ROUND)
    return row, episode, show


async def inputs_now(tx: Transaction, row: PayoutRound) -> allocation.Inputs:
    """What a round would be allocated from by the credits, sources and cut as they are now; its limits stay."""
    deal = await deal_of(tx, row.episode_id)
    found = await build_inputs(tx, row.episode_id, deal, pool=row.pool, seed=row.seed, keys=keys_of(row))
    found = replace(found, adjustments=await adjustments_of(tx, row))
    return replace(found, floor=row.inputs["floor"], cap_bp=row.inputs["cap_bp"])


async def advance(tx: Transaction, row: PayoutRound, phase: RoundPhase, **stamps: datetime) -> None:
    """Move a round on by compare-and-set, so that two who ask at once make one move; `stamps` name when."""
    moved = await tx.execute(
        update(PayoutRound)
        .where(PayoutRound.id == row.id, PayoutRound.phase == row.phase, PayoutRound.version == row.version)
        .values(phase=phase, version=row.version + 1, **stamps)
        .execution_options(synchronize_session=False)
    )
    if getattr(moved, "rowcount", 0) != 1:
        raise UserError("Somebody else just changed this round. Look at it again, then decide.")
    await tx.refresh(row)


async def store_allocation(tx: Transaction, row: PayoutRound, inputs: allocation.Inputs) -> dict[int, int]:
    """Allocate and keep the result with every line; replaces what the round said before. Amounts by artist id."""
    result, keys = allocation.allocate(inputs), keys_of(row)
    artists = await artist_ids(tx, row, keys, result.allocations)
    works = await work_ids(tx, row, keys)
    for table in (AllocationLine, Allocation):
        await tx.execute(delete(table).where(table.round_id == row.id))
    amounts = {artists[name]: amount for name, amount in result.allocations.items()}
    await _add_all(tx, Allocation, [
        {"round_id": row.id, "artist_id": artist, "amount": amount, "state": AllocationState.PROPOSED}
        for artist, amount in amounts.items()
    ])  # fmt: skip
    await _add_all(tx, AllocationLine, [
        {
            "round_id": row.id, "artist_id": artists[line.artist], "work_id": works[line.work] if line.work else None,
            "kind": line.kind.value, "from_work_id": works[line.remix] if line.remix else None, "amount": line.amount,
            "note": line.reason,
        }
        for line in result.lines
    ])  # fmt: skip
    return amounts


async def _add_all(tx: Transaction, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows at once; the session does not get to know them."""
    if rows:
        await tx.execute(insert(table), rows)


async def amounts_of(tx: Transaction, round_id: int) -> dict[int, int]:
    """What each artist gets in a round: minor units by artist id."""
    rows = await tx.execute(select(Allocation.artist_id, Allocation.amount).where(Allocation.round_id == round_id))
    return dict(rows.all())


async def open_window(tx: Transaction, row: PayoutRound, deal: Deal, show: Show, now: datetime) -> None:
    """Give everybody the whole comment window, from now on; it is never shorter than the show's minimum."""
    row.comments_until = now + timedelta(seconds=max(deal.comment_seconds, show.comment_min_seconds))
    await tx.flush()
    await set_deadline(
        tx,
        key=f"round:{row.id}:comments",
        kind=DeadlineKind.COMMENTS_END,
        show_id=show.id,
        episode_id=row.episode_id,
        round_id=row.id,
        due_at=row.comments_until,
    )
