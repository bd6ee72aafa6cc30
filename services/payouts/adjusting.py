"""Producers move money in a proposed round by hand: each time with a reason that everybody reads."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.models import Adjustment, PayoutRound, Show, Work
from domain.episode import RoundPhase
from domain.errors import UserError
from domain.money import currency, parse_amount
from services.access import Actor, remember_artist, require_producer
from services.payouts.adjusted import adjustment_view
from services.payouts.names import keys_of
from services.payouts.notices import announce_adjustment
from services.payouts.read import round_view
from services.payouts.reallocating import change_views, reallocate
from services.payouts.rows import load_round, open_window, own_round
from services.payouts.views import AdjustmentView, ChangeView, RoundView
from services.pools import deal_of
from services.store import Transaction, reads, writes

MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Side:
    """Whose money it is: a Discord user's (id and name), or a work's artists' (its number). Neither: the pool's."""

    user_id: int | None = None
    name: str = ""
    work: int | None = None

    @property
    def nobody(self) -> bool:
        """Whether it is the pool, off the top."""
        return self.user_id is None and self.work is None


@dataclass(frozen=True, slots=True)
class AdjustedView:
    """What an adjustment did: before and after, and whether the time for comments starts again."""

    round: RoundView
    adjustment: AdjustmentView
    changes: tuple[ChangeView, ...]
    window_restarts: bool


@writes
async def adjust(
    tx: Transaction,
    actor: Actor,
    *,
    round_id: int,
    giver: Side,
    taker: Side,
    amount: str,
    reason: str,
    asked_by: int,
    now: datetime,
) -> AdjustedView:
    """Move money in a proposed round: the round is worked out anew, and everybody sees before and after.

    `amount` as typed; `asked_by` is the interaction: asked again, it is the same adjustment. The sum stays the pool.
    UserError without a reason, for more than is there, or once the round is final.
    """
    row, _, show = await own_round(tx, actor, round_id)
    require_producer(show, actor)
    known = await tx.scalar(select(Adjustment).where(Adjustment.asked_by == asked_by))
    if known is not None:
        return await _as_it_was(tx, row, known)
    _require_proposed(row)
    words = _words(reason)
    money = parse_amount(amount, currency(row.currency))
    if money.amount == 0:
        raise UserError("An amount of zero changes nothing; say how much it is.")
    if taker.nobody:
        raise UserError("Say who gets it: `to_member`, or `to_work` for the artists of a work.")
    count = await tx.scalar(select(func.count()).select_from(Adjustment).where(Adjustment.round_id == row.id))
    made = Adjustment(
        round_id=row.id, number=int(count or 0) + 1, amount=money.amount, reason=words, by_user=actor.user_id, at=now,
        asked_by=asked_by,
    )  # fmt: skip
    made.from_artist_id, made.from_work_id = await _side(tx, row, show, giver, now)
    made.to_artist_id, made.to_work_id = await _side(tx, row, show, taker, now)
    if (made.from_artist_id, made.from_work_id) == (made.to_artist_id, made.to_work_id):
        raise UserError("Giver and taker are the same, so nothing would move.")
    tx.add(made)
    await tx.flush()
    return await _worked_out(tx, row, show, made, now)


@writes
async def undo(tx: Transaction, actor: Actor, *, round_id: int, number: int, now: datetime) -> AdjustedView:
    """Take an adjustment out of a proposed round again; undone twice, it is undone once."""
    row, _, show = await own_round(tx, actor, round_id)
    require_producer(show, actor)
    made = await tx.scalar(select(Adjustment).where(Adjustment.round_id == row.id, Adjustment.number == number))
    if made is None:
        raise UserError("There is no adjustment with that number. Pick one from the list that the command offers.")
    if made.undone_at is not None:
        return await _as_it_was(tx, row, made)
    _require_proposed(row)
    made.undone_at = now
    await tx.flush()
    return await _worked_out(tx, row, show, made, now)


@reads
async def get_adjustment(tx: Transaction, *, adjustment_id: int) -> AdjustmentView:
    """One adjustment, for the post that tells of it."""
    made = await tx.get(Adjustment, adjustment_id)
    if made is None:
        raise UserError("There is no such adjustment.")
    row, _, _ = await load_round(tx, made.round_id)
    return await adjustment_view(tx, row, made)


async def _worked_out(tx: Transaction, row: PayoutRound, show: Show, made: Adjustment, now: datetime) -> AdjustedView:
    found = await reallocate(tx, row)
    restarts = any(change.material for change in found)
    if restarts:
        await open_window(tx, row, await deal_of(tx, row.episode_id), show, now)
    await tx.flush()
    undone = made.undone_at is not None
    await announce_adjustment(tx, row, show, f"{made.id}:{'undone' if undone else 'made'}", made.id, found, now)
    return AdjustedView(
        round=await round_view(tx, row.id),
        adjustment=await adjustment_view(tx, row, made),
        changes=await change_views(tx, row, found),
        window_restarts=restarts,
    )


async def _as_it_was(tx: Transaction, row: PayoutRound, made: Adjustment) -> AdjustedView:
    return AdjustedView(
        round=await round_view(tx, row.id), adjustment=await adjustment_view(tx, row, made), changes=(),
        window_restarts=False,
    )  # fmt: skip


async def _side(
    tx: Transaction, row: PayoutRound, show: Show, side: Side, now: datetime
) -> tuple[int | None, int | None]:
    """The row ids of an artist or a work; a work must be in the round."""
    if side.user_id is not None and side.work is not None:
        raise UserError("Give either a member or a work, not both.")
    if side.user_id is not None:
        return (await remember_artist(tx, show.guild_id, side.user_id, side.name, now)).id, None
    if side.work is None:
        return None, None
    work = await tx.scalar(select(Work).where(Work.show_id == show.id, Work.number == side.work))
    if work is None or keys_of(row).work(side.work) not in {one["id"] for one in row.inputs["works"]}:
        raise UserError(f"#{side.work} is not in this round: only works in the cut and what they were made from are.")
    return None, work.id


def _require_proposed(row: PayoutRound) -> None:
    if row.phase is not RoundPhase.PROPOSED:
        raise UserError("This round is final; its amounts cannot change any more. A further round can.")


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise UserError("Say why; everybody can read it.")
    if len(words) > MAX_REASON:
        raise UserError(f"Keep the reason under {MAX_REASON} characters; yours has {len(words)}.")
    return words
