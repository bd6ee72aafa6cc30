"""The life of a payout round: proposed, changed by accepted concerns, final, settled."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import delete, func, select, update

from db.models import (
    Allocation,
    AllocationLine,
    AllocationState,
    Artist,
    Concern,
    ConcernState,
    DeadlineKind,
    Deal,
    Episode,
    PayoutRound,
    Post,
    Show,
    Work,
)
from domain import allocation, commitments, ledger
from domain.episode import Phase, RoundPhase, check_round_move, require_phase
from domain.errors import UserError
from domain.money import currency, parse_amount
from services.access import Actor, require_producer
from services.deadlines import drop_deadlines, set_deadline
from services.funds import deal_of, free_pool, share_profit
from services.ledger import write_entry
from services.outbox import refresh, say
from services.payouts.inputs import build_inputs, key_number
from services.payouts.read import round_view
from services.payouts.views import RoundView
from services.store import Transaction, writes

_OPEN = (RoundPhase.DRAFT, RoundPhase.PROPOSED)
_ALL_BP = 10_000
_NO_EPISODE = "There is no such episode. Pick one from the list that the command offers."
_NO_ROUND = "There is no such payout round. Pick one from the list that the command offers."


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
    episode, show, deal = await load_episode(tx, episode_id)
    if show.guild_id != actor.guild_id:
        raise UserError(_NO_EPISODE)
    require_producer(show, actor)
    require_phase(episode.phase, Phase.RELEASED, doing="propose who gets what")
    number = await _next_number(tx, episode)
    await share_profit(tx, episode, deal, key=f"episode:{episode.id}:round:{number}:profit", by=actor.user_id, now=now)
    pool = await free_pool(tx, episode, deal.currency)
    if pool <= 0:
        raise UserError("There is no money to share for this episode yet. Enter it with /fund add first.")
    seed = f"{rng.getrandbits(128):032x}"
    inputs = _limited(await build_inputs(tx, episode.id, deal, pool=pool, seed=seed), limits or Limits())
    row = PayoutRound(
        episode_id=episode.id,
        number=number,
        phase=RoundPhase.PROPOSED,
        version=1,
        currency=deal.currency,
        pool=pool,
        seed=seed,
        inputs=allocation.to_json(inputs),
        created_at=now,
        proposed_at=now,
        comments_until=now + timedelta(seconds=deal.comment_seconds),
    )
    tx.add(row)
    await tx.flush()
    await store_allocation(tx, row, inputs)
    await _comment_deadline(tx, row, show.id)
    await say(
        tx,
        key=f"round:{row.id}:proposal",
        kind="proposal",
        show_id=show.id,
        subject={"round": row.id},
        channel_id=show.news_channel_id,
        post_key=f"round:{row.id}",
        now=now,
    )
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
    entry = ledger.allocation(row.currency, episode.id, amounts, f"round {row.number}")
    await write_entry(
        tx,
        entry,
        key=f"round:{row.id}:allocation",
        show_id=show.id,
        episode_id=episode.id,
        by_user=actor.user_id,
        now=now,
    )
    await drop_deadlines(tx, key=f"round:{row.id}:comments", now=now)
    await _announce_final(tx, row, show, now)
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
    await say(
        tx,
        key=f"round:{row.id}:settled",
        kind="round_settled",
        show_id=show.id,
        subject={"round": row.id},
        channel_id=show.news_channel_id,
        now=now,
    )
    return await round_view(tx, row.id)


async def comments_ended(tx: Transaction, round_id: int, now: datetime) -> None:
    """The comment window of a round has run out: tell the producers that it can be finalised."""
    row, _, show = await load_round(tx, round_id)
    if row.phase is not RoundPhase.PROPOSED or row.comments_until is None:
        return
    await say(
        tx,
        key=f"round:{row.id}:ready:{int(row.comments_until.timestamp())}",
        kind="round_ready",
        show_id=show.id,
        subject={"round": row.id},
        channel_id=show.producers_channel_id or show.news_channel_id,
        now=now,
    )
    await refresh_proposal(tx, row, show, now)


async def load_episode(tx: Transaction, episode_id: int) -> tuple[Episode, Show, Deal]:
    """An episode with its show and terms; UserError when there is none."""
    episode = await tx.get(Episode, episode_id)
    if episode is None:
        raise UserError(_NO_EPISODE)
    return episode, await tx.get_one(Show, episode.show_id), await deal_of(tx, episode.id)


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
    found = await build_inputs(tx, row.episode_id, deal, pool=row.pool, seed=row.seed)
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


async def store_allocation(tx: Transaction, row: PayoutRound, inputs: allocation.Inputs) -> Mapping[str, int]:
    """Allocate and keep the result with every line; replaces what the round said before."""
    result = allocation.allocate(inputs)
    works = await _work_ids(tx, row.episode_id)
    for table in (AllocationLine, Allocation):
        await tx.execute(delete(table).where(table.round_id == row.id))
    tx.add_all(
        Allocation(round_id=row.id, artist_id=key_number(artist), amount=amount, state=AllocationState.PROPOSED)
        for artist, amount in result.allocations.items()
    )
    tx.add_all(
        AllocationLine(
            round_id=row.id,
            artist_id=key_number(line.artist),
            work_id=works[key_number(line.work)] if line.work else None,
            kind=line.kind.value,
            from_work_id=works[key_number(line.remix)] if line.remix else None,
            amount=line.amount,
            note="",
        )
        for line in result.lines
    )
    await tx.flush()
    return result.allocations


async def amounts_of(tx: Transaction, round_id: int) -> dict[int, int]:
    """What each artist gets in a round: minor units by artist id."""
    rows = await tx.execute(select(Allocation.artist_id, Allocation.amount).where(Allocation.round_id == round_id))
    return dict(rows.all())


async def refresh_proposal(tx: Transaction, row: PayoutRound, show: Show, now: datetime) -> None:
    """Have the proposal's post brought up to date."""
    await refresh(
        tx,
        post_key=f"round:{row.id}",
        kind="proposal",
        show_id=show.id,
        subject={"round": row.id},
        channel_id=show.news_channel_id,
        now=now,
    )


async def restart_window(tx: Transaction, row: PayoutRound, deal: Deal, show: Show, now: datetime) -> None:
    """Give everybody the whole comment window again."""
    row.comments_until = now + timedelta(seconds=deal.comment_seconds)
    await tx.flush()
    await _comment_deadline(tx, row, show.id)


async def talk_channel(tx: Transaction, row: PayoutRound, show: Show) -> int:
    """Where a round is talked about: the proposal's thread, or the news channel until there is one."""
    post = await tx.get(Post, f"round:{row.id}")
    return post.thread_id if post is not None and post.thread_id is not None else show.news_channel_id


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


async def _comment_deadline(tx: Transaction, row: PayoutRound, show_id: int) -> None:
    if row.comments_until is None:
        return
    await set_deadline(
        tx,
        key=f"round:{row.id}:comments",
        kind=DeadlineKind.COMMENTS_END,
        show_id=show_id,
        episode_id=row.episode_id,
        round_id=row.id,
        due_at=row.comments_until,
    )


async def _refuse_unanswered(tx: Transaction, row: PayoutRound) -> None:
    waiting = await tx.scalar(
        select(func.count()).select_from(Concern).where(Concern.round_id == row.id, Concern.state == ConcernState.OPEN)
    )
    if waiting:
        what = "a concern is" if waiting == 1 else f"{waiting} concerns are"
        raise UserError(f"The round cannot be finalised while {what} open. Answer with /payout answer first.")


async def _freeze(tx: Transaction, row: PayoutRound, amounts: Mapping[int, int]) -> None:
    result = allocation.allocate(allocation.from_json(row.inputs))
    if {key_number(artist): amount for artist, amount in result.allocations.items()} != amounts:
        # What people saw and commented on must be what they get, whatever has changed in the rules since.
        raise RuntimeError(f"round {row.id} does not recompute to what was proposed")
    statement = row.inputs | allocation.allocation_to_json(result)
    row.statement, row.digest = statement, commitments.digest(statement)
    await tx.flush()


async def _work_ids(tx: Transaction, episode_id: int) -> dict[int, int]:
    show_id = select(Episode.show_id).where(Episode.id == episode_id).scalar_subquery()
    rows = await tx.execute(select(Work.number, Work.id).where(Work.show_id == show_id))
    return dict(rows.all())


async def _announce_final(tx: Transaction, row: PayoutRound, show: Show, now: datetime) -> None:
    await say(
        tx,
        key=f"round:{row.id}:final",
        kind="round_final",
        show_id=show.id,
        subject={"round": row.id},
        channel_id=show.news_channel_id,
        now=now,
    )
    await refresh_proposal(tx, row, show, now)
    people = await tx.execute(
        select(Artist.id, Artist.user_id)
        .join(Allocation, Allocation.artist_id == Artist.id)
        .where(Allocation.round_id == row.id, Artist.user_id.is_not(None))
        .order_by(Artist.id)
    )
    talk = await talk_channel(tx, row, show)
    for artist_id, user_id in people:
        await say(
            tx,
            key=f"round:{row.id}:artist:{artist_id}",
            kind="allocation",
            show_id=show.id,
            subject={"round": row.id, "artist": artist_id},
            user_id=user_id,
            channel_id=talk,
            now=now,
        )
