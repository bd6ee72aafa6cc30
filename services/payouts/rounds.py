"""The life of a payout round: proposed, changed by accepted concerns, final, settled."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from sqlalchemy import func, select, update

from db.models import (
    Allocation,
    AllocationState,
    Concern,
    ConcernState,
    Episode,
    PayoutRound,
)
from domain import allocation, commitments, ledger
from domain.episode import Phase, RoundPhase, check_round_move, require_phase
from domain.errors import UserError
from domain.money import currency, parse_amount
from services.access import Actor, require_producer
from services.deadlines import drop_deadlines
from services.ledger import write_entry
from services.paying.balances import restate
from services.paying.claims import set_claim_deadlines
from services.paying.giving import fulfil_wishes
from services.paying.holds import fix_holds
from services.payouts.inputs import build_inputs
from services.payouts.names import Keys, artist_ids, keys_of, secret_for
from services.payouts.notices import announce_final, announce_proposal, announce_ready, announce_settled
from services.payouts.read import round_view
from services.payouts.rows import (
    advance,
    amounts_of,
    load_round,
    open_window,
    own_episode,
    own_round,
    store_allocation,
)
from services.payouts.views import RoundView
from services.pools import deal_of, free_pool, share_profit
from services.store import Transaction, writes

_OPEN = (RoundPhase.DRAFT, RoundPhase.PROPOSED)
_ALL_BP = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Other limits than the deal's, for a pool for which the deal's own cannot hold.

    `floor` as typed, `cap_bp` in basis points; None leaves the deal's.
    """

    floor: str | None = None
    cap_bp: int | None = None


@writes
async def propose(
    tx: Transaction, actor: Actor, *, episode_id: int, now: datetime, rng: Random, limits: Limits | None = None
) -> RoundView:
    """Propose how an episode's pool is shared, open for comment as long as the deal says.

    UserError unless the episode is out, there is money, and no other round is open; when the deal's floor or cap
    cannot hold for this pool, with the numbers that would; and for other `limits` while the deal's do hold.
    """
    episode, show, deal = await own_episode(tx, actor, episode_id)
    require_producer(show, actor)
    require_phase(episode.phase, Phase.RELEASED, doing="propose who gets what")
    number = await _next_number(tx, episode)
    await share_profit(tx, episode, deal, key=f"episode:{episode.id}:round:{number}:profit", by=actor.user_id, now=now)
    pool = await free_pool(tx, episode, deal.currency)
    if pool <= 0:
        raise UserError("There is no money to share for this episode yet. Enter it with /fund add first.")
    seed = f"{rng.getrandbits(128):032x}"
    secret = secret_for(deal, rng)
    found = await build_inputs(tx, episode.id, deal, pool=pool, seed=seed, keys=Keys(secret))
    inputs = _limited(found, limits or Limits())
    row = PayoutRound(
        episode_id=episode.id,
        number=number,
        phase=RoundPhase.PROPOSED,
        version=1,
        currency=deal.currency,
        pool=pool,
        seed=seed,
        secret=secret,
        inputs=allocation.to_json(inputs),
        created_at=now,
        proposed_at=now,
    )
    tx.add(row)
    await tx.flush()
    await store_allocation(tx, row, inputs)
    await open_window(tx, row, deal, show, now)
    await announce_proposal(tx, row, show, now)
    return await round_view(tx, row.id)


@writes
async def finalise(tx: Transaction, actor: Actor, *, round_id: int, now: datetime) -> RoundView:
    """Freeze a proposed round and put every allocation on its artist's balance, exactly once.

    UserError while a concern is open or the comment window runs; asked for again, the final round is returned.
    """
    row, episode, show = await own_round(tx, actor, round_id)
    require_producer(show, actor)
    if row.phase in (RoundPhase.FINAL, RoundPhase.SETTLED):
        return await round_view(tx, row.id)
    check_round_move(row.phase, RoundPhase.FINAL)
    await _refuse_unanswered(tx, row)
    if row.comments_until is not None and now < row.comments_until:
        stamp = int(row.comments_until.timestamp())
        raise UserError(f"Artists can comment until <t:{stamp}:F> (<t:{stamp}:R>). The round can be finalised then.")
    amounts = await amounts_of(tx, row.id)
    await advance(tx, row, RoundPhase.FINAL, finalised_at=now)
    await _freeze(tx, row, amounts)
    await tx.execute(update(Allocation).where(Allocation.round_id == row.id).values(state=AllocationState.CARRIED))
    held = await fix_holds(tx, row, amounts)
    free = {artist: amount - held.get(artist, 0) for artist, amount in amounts.items()}
    waiting = (row.id, sum(held.values()))
    entry = ledger.allocation(row.currency, episode.id, free, f"round {row.number}", held=waiting)
    await write_entry(
        tx,
        entry,
        key=f"round:{row.id}:allocation",
        show_id=show.id,
        episode_id=episode.id,
        by_user=actor.user_id,
        now=now,
    )
    await restate(tx, show.id, row.currency, held)
    await fulfil_wishes(tx, row, show, free, now)
    await drop_deadlines(tx, key=f"round:{row.id}:comments", now=now)
    await set_claim_deadlines(tx, row, await deal_of(tx, episode.id), show, now)
    await announce_final(tx, row, show, now)
    return await round_view(tx, row.id)


@writes
async def settle(tx: Transaction, actor: Actor, *, round_id: int, now: datetime) -> RoundView:
    """Close a final round: what was not paid yet stays on the artists' balances and is carried on.

    Asked for again, the settled round is returned; UserError while it is not final.
    """
    row, _, show = await own_round(tx, actor, round_id)
    require_producer(show, actor)
    if row.phase is RoundPhase.SETTLED:
        return await round_view(tx, row.id)
    check_round_move(row.phase, RoundPhase.SETTLED)
    await advance(tx, row, RoundPhase.SETTLED, settled_at=now)
    await announce_settled(tx, row, show, now)
    return await round_view(tx, row.id)


async def comments_ended(tx: Transaction, round_id: int, now: datetime) -> None:
    """The comment window of a round has run out: tell the producers that it can be finalised."""
    row, _, show = await load_round(tx, round_id)
    if row.phase is not RoundPhase.PROPOSED or row.comments_until is None:
        return
    await announce_ready(tx, row, show, row.comments_until, now)


def _limited(inputs: allocation.Inputs, limits: Limits) -> allocation.Inputs:
    """The inputs with limits that hold; UserError where the deal's do not and no others are given, or the reverse."""
    allocation.amounts(replace(inputs, floor=0, cap_bp=_ALL_BP))
    try:
        allocation.amounts(inputs)
    except UserError as error:
        if limits != Limits():
            return _with(inputs, limits)
        hint = "Put in more with /fund add, or propose with the `floor` or `cap` that holds; the proposal will say so."
        raise UserError(f"{error} {hint}") from error
    if limits != Limits():
        raise UserError("The deal's floor and cap hold for this pool, so they stand: artists joined on those terms.")
    return inputs


def _with(inputs: allocation.Inputs, limits: Limits) -> allocation.Inputs:
    floor, cap_bp = inputs.floor, inputs.cap_bp
    if limits.floor is not None:
        floor = parse_amount(limits.floor, currency(inputs.currency)).amount
    if limits.cap_bp is not None:
        cap_bp = limits.cap_bp
    if not 1 <= cap_bp <= _ALL_BP:
        raise UserError("A cap is between 0.01% and 100% of the pool.")
    return replace(inputs, floor=floor, cap_bp=cap_bp)


async def _next_number(tx: Transaction, episode: Episode) -> int:
    rounds = list(await tx.scalars(select(PayoutRound).where(PayoutRound.episode_id == episode.id)))
    for row in rounds:
        if row.phase in _OPEN:
            raise UserError(f"Round {row.number} of this episode is already proposed. Finalise it first.")
    return len(rounds) + 1


async def _refuse_unanswered(tx: Transaction, row: PayoutRound) -> None:
    waiting = await tx.scalar(
        select(func.count()).select_from(Concern).where(Concern.round_id == row.id, Concern.state == ConcernState.OPEN)
    )
    if waiting:
        what = "a concern is" if waiting == 1 else f"{waiting} concerns are"
        raise UserError(f"The round cannot be finalised while {what} open. Answer with /payout answer first.")


async def _freeze(tx: Transaction, row: PayoutRound, amounts: Mapping[int, int]) -> None:
    inputs = allocation.from_json(row.inputs)
    statement = allocation.statement(inputs)
    stated = statement["allocations"]
    ids = await artist_ids(tx, row, keys_of(row), stated)
    if {ids[name]: amount for name, amount in stated.items()} != amounts:
        # What people saw and commented on must be what they get, whatever has changed in the rules since.
        raise RuntimeError(f"round {row.id} does not recompute to what was proposed")
    row.statement, row.digest = statement, commitments.digest(statement)
    await tx.flush()
