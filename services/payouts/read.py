"""Reading payout rounds: the proposal, one artist's explanation, the statement, what an artist earned."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import case, func, select

from db.models import (
    Allocation,
    AllocationLine,
    Artist,
    Concern,
    ConcernState,
    Deal,
    Episode,
    LedgerEntry,
    LedgerPosting,
    PayoutRound,
    Show,
    Work,
)
from domain import allocation, commitments, ledger
from domain.episode import RoundPhase
from domain.errors import UserError
from domain.money import Money, currency
from domain.pseudonyms import spoken
from services.access import Actor, find_show, is_producer
from services.episodes.views import code_of, find_episode
from services.paying.holds import held_of
from services.paying.totals import in_transit, paid_by_year
from services.payouts.adjusted import shown_adjustments
from services.payouts.inputs import ALL_BP, parts_of
from services.payouts.names import keys_of
from services.payouts.views import (
    AllocationView,
    ConcernView,
    EarningsView,
    EarningView,
    ExplainView,
    HeldView,
    LineView,
    OpenConcern,
    RoundView,
    StatementView,
)
from services.store import Transaction, reads
from services.views import ArtistView, WorkRef


@reads
async def get_round(tx: Transaction, *, round_id: int) -> RoundView:
    """A round with everything its proposal shows."""
    return await round_view(tx, round_id)


@reads
async def latest_round(
    tx: Transaction,
    *,
    guild_id: int,
    episode: str | None,
    show: str | None = None,
    channel_id: int | None = None,
    phase: RoundPhase | None = None,
) -> RoundView:
    """The newest round of the episode named ("S1E3"), or else of the show; one in `phase` goes before newer ones.

    UserError when there is none.
    """
    found = await find_show(tx, guild_id, name=show, channel_id=channel_id)
    query = select(PayoutRound.id).join(Episode, Episode.id == PayoutRound.episode_id)
    query = query.where(Episode.show_id == found.id)
    name = found.name
    if episode is not None:
        _, row = await find_episode(tx, guild_id, text=episode, show=found.name)
        query, name = query.where(Episode.id == row.id), episode_name(row)
    if phase is not None:
        query = query.order_by(case((PayoutRound.phase == phase, 0), else_=1))
    newest = await tx.scalar(query.order_by(PayoutRound.id.desc()).limit(1))
    if newest is None:
        raise UserError(f"No payout of {name} has been proposed yet. Producers propose one with /payout propose.")
    return await round_view(tx, newest)


@reads
async def explain(
    tx: Transaction, *, guild_id: int, round_id: int, user_id: int, name: str, asker: Actor | None = None
) -> ExplainView:
    """How a Discord user's amount in a round came about, line by line.

    `asker` is who wants to know, None for the artist themself. UserError for a round of another guild, and for somebody
    else's amount where the deal keeps names and amounts apart: only producers see those.
    """
    view = await round_view(tx, round_id)
    if view.guild_id != guild_id:
        raise UserError("This payout belongs to another server.")
    if view.hidden and asker is not None and asker.user_id != user_id:
        show = await tx.get_one(Show, view.show_id)
        if not is_producer(show, asker):
            raise UserError(
                f"In {view.show_name} amounts are not shown by name; everybody sees their own with /payout explain."
            )
    artist = await tx.scalar(select(Artist).where(Artist.guild_id == guild_id, Artist.user_id == user_id))
    if artist is None:
        return ExplainView(view, ArtistView(0, user_id, name), None, ())
    return await _explain(tx, view, artist)


@reads
async def explain_artist(tx: Transaction, *, round_id: int, artist_id: int) -> ExplainView:
    """How an artist's amount in a round came about, for the message that tells them."""
    return await _explain(tx, await round_view(tx, round_id), await tx.get_one(Artist, artist_id))


@reads
async def in_private(tx: Transaction, *, round_id: int, user_id: int) -> Actor:
    """Who presses a button in their direct messages: an artist of the round's guild; UserError for anybody else."""
    view = await round_view(tx, round_id)
    artist = await tx.scalar(select(Artist).where(Artist.guild_id == view.guild_id, Artist.user_id == user_id))
    if artist is None:
        raise UserError("You have not taken part in this show. Look at the payout in the server itself.")
    return Actor(view.guild_id, "", user_id, artist.name, frozenset(), manages_guild=False)


@reads
async def open_concerns(tx: Transaction, actor: Actor) -> list[OpenConcern]:
    """What waits for an answer in the shows that `actor` runs, oldest first."""
    rows = await tx.execute(
        select(Show, Episode, Concern, Artist)
        .join(Episode, Episode.show_id == Show.id)
        .join(PayoutRound, PayoutRound.episode_id == Episode.id)
        .join(Concern, Concern.round_id == PayoutRound.id)
        .join(Artist, Artist.id == Concern.artist_id)
        .where(Show.guild_id == actor.guild_id, Concern.state == ConcernState.OPEN)
        .order_by(Concern.id)
    )
    return [
        OpenConcern(concern.id, concern.number, code_of(episode), artist.name, concern.text)
        for show, episode, concern, artist in rows
        if is_producer(show, actor)
    ]


@reads
async def statement(tx: Transaction, *, round_id: int) -> StatementView:
    """A round's statement in the form of DESIGN 8: the frozen one, or what the proposal would freeze."""
    row = await tx.get(PayoutRound, round_id)
    if row is None:
        raise UserError("There is no such payout round.")
    if row.statement is not None and row.digest is not None:
        return StatementView(row.id, row.statement, row.digest)
    document = allocation.statement(allocation.from_json(row.inputs))
    return StatementView(row.id, document, commitments.digest(document))


@reads
async def earnings(tx: Transaction, *, guild_id: int, user_id: int) -> EarningsView:
    """What an artist earned in this guild, and what their balances hold."""
    artist = await tx.scalar(select(Artist).where(Artist.guild_id == guild_id, Artist.user_id == user_id))
    if artist is None:
        raise UserError("You have not taken part in a show here yet. Post a work in the show's channel to start.")
    rows = await tx.execute(
        select(Show.name, Episode, PayoutRound, Allocation)
        .join(Episode, Episode.show_id == Show.id)
        .join(PayoutRound, PayoutRound.episode_id == Episode.id)
        .join(Allocation, Allocation.round_id == PayoutRound.id)
        .where(Allocation.artist_id == artist.id)
        .order_by(PayoutRound.id.desc())
    )
    found = tuple(
        EarningView(
            show_name=name,
            episode=episode_name(episode),
            number=row.number,
            amount=Money(share.amount, currency(row.currency)),
            state=share.state,
        )
        for name, episode, row, share in rows
    )
    balances = await _balances(tx, artist.id)
    years, on_its_way = await paid_by_year(tx, artist.id), await in_transit(tx, artist.id)
    return EarningsView(_artist(artist), found, balances, years, on_its_way)


async def round_view(tx: Transaction, round_id: int) -> RoundView:
    """A round with everything its proposal shows; UserError when there is none."""
    found = (
        await tx.execute(
            select(PayoutRound, Episode, Show, Deal)
            .join(Episode, Episode.id == PayoutRound.episode_id)
            .join(Show, Show.id == Episode.show_id)
            .join(Deal, Deal.episode_id == Episode.id)
            .where(PayoutRound.id == round_id)
        )
    ).one_or_none()
    if found is None:
        raise UserError("There is no such payout round.")
    row, episode, show, deal = found
    unit = currency(row.currency)
    return RoundView(
        id=row.id,
        show_id=show.id,
        show_name=show.name,
        guild_id=show.guild_id,
        episode_id=episode.id,
        episode=episode_name(episode),
        number=row.number,
        phase=row.phase,
        pool=Money(row.pool, unit),
        weights=deal.weights,
        lineage_bp=deal.lineage_bp,
        works_in_cut=sum(work["in_cut"] for work in row.inputs["works"]),
        floor=Money(row.inputs["floor"], unit),
        cap_bp=row.inputs["cap_bp"],
        deal_floor=Money(deal.floor, unit),
        deal_cap_bp=deal.cap_bp,
        allocations=await _allocations(tx, row),
        concerns=await concerns_of(tx, row.id),
        proposed_at=row.proposed_at,
        comments_until=row.comments_until,
        finalised_at=row.finalised_at,
        settled_at=row.settled_at,
        digest=row.digest,
        hidden=keys_of(row).hidden,
        parts=parts_of(deal),
        adjustments=await shown_adjustments(tx, row),
        missing=await _missing(tx, deal, row),
    )


async def _missing(tx: Transaction, deal: Deal, row: PayoutRound) -> Money | None:
    """How much less than was promised this round and those before it come to."""
    so_far = await tx.scalar(
        select(func.sum(PayoutRound.pool)).where(
            PayoutRound.episode_id == row.episode_id, PayoutRound.number <= row.number
        )
    )
    short = deal.promised - int(so_far or 0)
    return Money(short, currency(row.currency)) if short > 0 else None


async def concerns_of(tx: Transaction, round_id: int) -> tuple[ConcernView, ...]:
    """The concerns of a round in the order they were raised."""
    unit = currency((await tx.get_one(PayoutRound, round_id)).currency)
    rows = await tx.execute(
        select(Concern, Artist)
        .join(Artist, Artist.id == Concern.artist_id)
        .where(Concern.round_id == round_id)
        .order_by(Concern.number)
    )
    return tuple(
        ConcernView(
            id=concern.id,
            round_id=round_id,
            number=concern.number,
            artist=_artist(artist),
            kind=concern.kind,
            text=concern.text,
            state=concern.state,
            answer=concern.answer,
            answered_by=concern.answered_by,
            amount=Money(concern.amount, unit) if concern.amount is not None else None,
        )
        for concern, artist in rows
    )


def episode_name(episode: Episode) -> str:
    """How an episode is named in a sentence: S1E3 Night Trains."""
    return f"{code_of(episode)} {episode.title}"


async def _explain(tx: Transaction, view: RoundView, artist: Artist) -> ExplainView:
    found = list(
        await tx.scalars(
            select(AllocationLine)
            .where(AllocationLine.round_id == view.id, AllocationLine.artist_id == artist.id)
            .order_by(AllocationLine.amount.desc(), AllocationLine.id)
        )
    )
    works = await _refs(tx, [i for line in found for i in (line.work_id, line.from_work_id) if i is not None])
    row = await tx.get_one(PayoutRound, view.id)
    keys = keys_of(row)
    shares = _credited(row.inputs, keys.artist(artist.id))
    lines = tuple(
        LineView(
            kind=line.kind,
            work=(work := works.get(line.work_id or 0)),
            remix=works.get(line.from_work_id or 0),
            amount=Money(line.amount, view.pool.currency),
            share_bp=shares.get(keys.work(work.number), 0) if work else ALL_BP,
            reason=line.note,
        )
        for line in found
    )
    amount = next((share.amount for share in view.allocations if share.artist.id == artist.id), None)
    waiting = await held_of(tx, view.id, artist.id)
    refs = await _refs(tx, [each.work_id for each, _ in waiting])
    unit = view.pool.currency
    held = tuple(HeldView(refs[each.work_id], each.reason, Money(part, unit)) for each, part in waiting)
    called = spoken(keys.artist(artist.id)) if keys.hidden else ""
    return ExplainView(view, _artist(artist), amount, lines, held, called, keys.artist(artist.id))


def _credited(inputs: Mapping[str, Any], artist: str) -> dict[str, int]:
    """An artist's credits in basis points, by the names that works have in a statement."""
    return {
        work["id"]: credit["bp"] for work in inputs["works"] for credit in work["credits"] if credit["artist"] == artist
    }


async def _allocations(tx: Transaction, row: PayoutRound) -> tuple[AllocationView, ...]:
    unit = currency(row.currency)
    rows = await tx.execute(
        select(Allocation, Artist)
        .join(Artist, Artist.id == Allocation.artist_id)
        .where(Allocation.round_id == row.id)
        .order_by(Allocation.amount.desc(), Artist.name, Artist.id)
    )
    keys = keys_of(row)
    found = [
        AllocationView(keys.shown(_artist(artist)), Money(share.amount, unit), share.state) for share, artist in rows
    ]
    # Sorted by the real name, equal amounts under pseudonyms would say something of who is who.
    return tuple(sorted(found, key=_by_amount)) if keys.hidden else tuple(found)


def _by_amount(one: AllocationView) -> tuple[int, str]:
    return -one.amount.amount, one.artist.name


async def _balances(tx: Transaction, artist_id: int) -> tuple[tuple[str, Money], ...]:
    rows = await tx.execute(
        select(Show.name, LedgerEntry.currency, func.sum(LedgerPosting.amount))
        .join(LedgerEntry, LedgerEntry.show_id == Show.id)
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .where(LedgerPosting.account == ledger.artist_account(artist_id))
        .group_by(Show.name, LedgerEntry.currency)
        .order_by(Show.name, LedgerEntry.currency)
    )
    return tuple((name, Money(int(total), currency(code))) for name, code, total in rows)


async def _refs(tx: Transaction, works: Iterable[int]) -> dict[int, WorkRef]:
    rows = await tx.execute(
        select(Work, Artist.name).join(Artist, Artist.id == Work.artist_id).where(Work.id.in_(set(works)))
    )
    return {work.id: WorkRef(work.id, work.number, work.title, name, work.state) for work, name in rows}


def _artist(artist: Artist) -> ArtistView:
    return ArtistView(artist.id, artist.user_id, artist.name)
