"""Money of a disputed work, held apart from everybody else's until the producers have decided."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from db.models import Allocation, AllocationLine, Episode, Hold, HoldShare, HoldState, PayoutRound, Show, Work
from domain import ledger
from domain.allocation.splitting import split
from domain.episode import RoundPhase
from domain.errors import UserError
from domain.money import Money, currency
from services.access import Actor, require_producer
from services.episodes.views import code_of
from services.ledger import write_entry
from services.paying.balances import restate
from services.paying.lineage import credits_of
from services.paying.notices import announce_hold
from services.paying.views import HoldView
from services.payouts.rows import load_round, own_round
from services.store import Transaction, reads, writes
from services.works import read as works

MAX_REASON = 500

_NO_HOLD = "There is no such hold. Pick one from the list that the command offers."


@writes
async def hold(tx: Transaction, actor: Actor, *, round_id: int, work: int, reason: str, now: datetime) -> HoldView:
    """Hold a work's money of a proposed round: when the round becomes final, only that waits. `work` is its number.

    Asked twice, it is held once. UserError for a work that gets nothing in the round, and once the round is final.
    """
    row, _, show = await own_round(tx, actor, round_id)
    require_producer(show, actor)
    found = await tx.scalar(select(Work).where(Work.show_id == show.id, Work.number == work))
    of_it = (Hold.round_id == row.id, Hold.work_id == (found.id if found is not None else None))
    known = await tx.scalar(select(Hold).where(*of_it))
    if known is not None and known.state is HoldState.HELD:
        return await hold_view(tx, known.id)
    if row.phase is not RoundPhase.PROPOSED:
        raise UserError("This round is final: its shares are on their artists' balances already.")
    if found is None or not await _lines(tx, row.id, found.id):
        raise UserError(f"#{work} gets nothing in this round, so there is nothing to hold.")
    words = _words(reason, "Say why it is held; everybody can read it.")
    if known is None:
        known = Hold(round_id=row.id, work_id=found.id)
        tx.add(known)
    known.reason, known.state, known.by_user, known.at = words, HoldState.HELD, actor.user_id, now
    known.decision, known.decided_by, known.decided_at = "", None, None
    await tx.flush()
    await announce_hold(tx, known, show, now)
    return await hold_view(tx, known.id)


@writes
async def decide(
    tx: Transaction, actor: Actor, *, hold_id: int, to: HoldState, decision: str, now: datetime
) -> HoldView:
    """Let a work's money go: to whom it was meant for, to its artists as its credits are now, or back to the pool.

    Decided twice the same, it happened once. UserError without words, or when it was decided otherwise already.
    """
    row = await tx.get(Hold, hold_id)
    if row is None:
        raise UserError(_NO_HOLD)
    of, episode, show = await load_round(tx, row.round_id)
    if show.guild_id != actor.guild_id:
        raise UserError(_NO_HOLD)
    require_producer(show, actor)
    if row.state is not HoldState.HELD:
        if row.state is to:
            return await hold_view(tx, row.id)
        raise UserError(f"This was decided already: {row.decision}")
    row.decision = _words(decision, "Say what was decided and why; everybody can read it.")
    row.state, row.decided_by, row.decided_at = to, actor.user_id, now
    await tx.flush()
    if of.phase is not RoundPhase.PROPOSED:
        await _book(tx, row, of, episode, show, by=actor.user_id, now=now)
    await announce_hold(tx, row, show, now)
    return await hold_view(tx, row.id)


@reads
async def holds_of(tx: Transaction, *, guild_id: int, only_held: bool = False) -> tuple[HoldView, ...]:
    """The holds of a guild's shows, newest first."""
    query = (
        select(Hold.id)
        .join(PayoutRound, PayoutRound.id == Hold.round_id)
        .join(Episode, Episode.id == PayoutRound.episode_id)
        .join(Show, Show.id == Episode.show_id)
        .where(Show.guild_id == guild_id)
    )
    if only_held:
        query = query.where(Hold.state == HoldState.HELD)
    ids = list(await tx.scalars(query.order_by(Hold.id.desc()).limit(25)))
    return tuple([await hold_view(tx, hold_id) for hold_id in ids])


@reads
async def get_hold(tx: Transaction, *, hold_id: int) -> HoldView:
    """One hold."""
    return await hold_view(tx, hold_id)


async def fix_holds(tx: Transaction, row: PayoutRound, amounts: Mapping[int, int]) -> dict[int, int]:
    """Fix what each artist does not get yet, as a round becomes final: minor units by artist id.

    A work's lines wait; where a cap took from an artist's lines, no more waits than the artist gets.
    """
    held: dict[int, int] = defaultdict(int)
    for each in await tx.scalars(
        select(Hold).where(Hold.round_id == row.id, Hold.state == HoldState.HELD).order_by(Hold.id)
    ):
        for artist_id, amount in (await _lines(tx, row.id, each.work_id)).items():
            part = min(amount, amounts.get(artist_id, 0) - held[artist_id])
            if part > 0:
                held[artist_id] += part
                tx.add(HoldShare(hold_id=each.id, artist_id=artist_id, amount=part))
    await tx.flush()
    return dict(held)


async def held_of(tx: Transaction, round_id: int, artist_id: int) -> tuple[tuple[Hold, int], ...]:
    """The holds of a round that an artist waits for, with how much (also before the round is final)."""
    found = []
    for each in await tx.scalars(
        select(Hold).where(Hold.round_id == round_id, Hold.state == HoldState.HELD).order_by(Hold.id)
    ):
        share = await tx.get(HoldShare, (each.id, artist_id))
        amount = share.amount if share else (await _lines(tx, round_id, each.work_id)).get(artist_id, 0)
        if amount > 0:
            found.append((each, amount))
    return tuple(found)


async def hold_view(tx: Transaction, hold_id: int) -> HoldView:
    """A hold with its sums; UserError when there is none."""
    row = await tx.get(Hold, hold_id)
    if row is None:
        raise UserError(_NO_HOLD)
    of, episode, show = await load_round(tx, row.round_id)
    shares = await _shares(tx, row)
    final = of.phase is not RoundPhase.PROPOSED
    if not shares and not final:
        shares = await _lines(tx, of.id, row.work_id)
    [work] = (await works.refs(tx, {row.work_id})).values()
    return HoldView(
        id=row.id,
        round_id=of.id,
        guild_id=show.guild_id,
        episode=f"{code_of(episode)} {episode.title}",
        work=work,
        reason=row.reason,
        state=row.state,
        amount=Money(sum(shares.values()), currency(of.currency)),
        people=len(shares),
        decision=row.decision,
        final=final,
        hidden=bool(of.secret),
    )


async def _book(
    tx: Transaction, row: Hold, of: PayoutRound, episode: Episode, show: Show, *, by: int, now: datetime
) -> None:
    """Move what was held where the decision says."""
    shares = await _shares(tx, row)
    total = sum(shares.values())
    if not total:
        return
    takers, back = dict(shares), 0
    if row.state is HoldState.POOLED:
        takers, back = {}, total
    elif row.state is HoldState.CREDITED:
        takers = await _by_credits(tx, row.work_id, total)
    entry = ledger.hold_decision(of.currency, of.id, takers, row.decision, pool=(episode.id, back))
    await write_entry(
        tx, entry, key=f"hold:{row.id}:decision", show_id=show.id, episode_id=episode.id, by_user=by, now=now
    )
    await restate(tx, show.id, of.currency, set(takers) | set(shares))


async def _by_credits(tx: Transaction, work_id: int, total: int) -> dict[int, int]:
    credited = (await credits_of(tx, [work_id])).get(work_id, ())
    if not credited:
        raise UserError("Nobody has a confirmed share in this work. Put its credits right first with /work credit.")
    parts = split(total, [bp for _, bp in credited], lambda index: f"{credited[index][0]:020d}")
    return {artist: part for (artist, _), part in zip(credited, parts, strict=True) if part}


async def _shares(tx: Transaction, row: Hold) -> dict[int, int]:
    rows = await tx.execute(select(HoldShare.artist_id, HoldShare.amount).where(HoldShare.hold_id == row.id))
    return dict(rows.all())


async def _lines(tx: Transaction, round_id: int, work_id: int) -> dict[int, int]:
    """What a work brings each artist in a round, in minor units by artist id."""
    rows = await tx.execute(
        select(AllocationLine.artist_id, func.sum(AllocationLine.amount))
        .join(
            Allocation,
            (Allocation.round_id == AllocationLine.round_id) & (Allocation.artist_id == AllocationLine.artist_id),
        )
        .where(AllocationLine.round_id == round_id, AllocationLine.work_id == work_id)
        .group_by(AllocationLine.artist_id)
        .order_by(AllocationLine.artist_id)
    )
    return {artist: int(amount) for artist, amount in rows if amount > 0}


def _words(text: str, missing: str) -> str:
    words = text.strip()
    if not words:
        raise UserError(missing)
    if len(words) > MAX_REASON:
        raise UserError(f"Keep it under {MAX_REASON} characters; this has {len(words)}.")
    return words
