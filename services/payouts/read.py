"""Reading payout rounds: the proposal, one artist's explanation, the statement, what an artist earned."""

from collections.abc import Iterable

from sqlalchemy import func, select

from db.models import (
    Allocation,
    AllocationLine,
    Artist,
    Concern,
    CutEntry,
    Deal,
    Episode,
    LedgerEntry,
    LedgerPosting,
    PayoutRound,
    Show,
    Work,
)
from domain import allocation, commitments, ledger
from domain.errors import UserError
from domain.money import Money, currency
from services.access import find_show
from services.episodes.views import find_episode
from services.payouts.views import (
    AllocationView,
    ConcernView,
    EarningsView,
    EarningView,
    ExplainView,
    LineView,
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
async def rounds_of(tx: Transaction, *, episode_id: int) -> list[RoundView]:
    """The rounds of an episode, oldest first."""
    ids = await tx.scalars(
        select(PayoutRound.id).where(PayoutRound.episode_id == episode_id).order_by(PayoutRound.number)
    )
    return [await round_view(tx, round_id) for round_id in list(ids)]


@reads
async def latest_round(
    tx: Transaction, *, guild_id: int, episode: str | None, channel_id: int | None = None
) -> RoundView:
    """The newest round of the episode named ("S1E3"), or else of the show; UserError when there is none."""
    show = await find_show(tx, guild_id, channel_id=channel_id)
    query = select(PayoutRound.id).join(Episode, Episode.id == PayoutRound.episode_id)
    query = query.where(Episode.show_id == show.id).order_by(PayoutRound.id.desc()).limit(1)
    if episode is not None:
        _, row = await find_episode(tx, guild_id, text=episode, channel_id=channel_id)
        query = query.where(Episode.id == row.id)
    found = await tx.scalar(query)
    if found is None:
        raise UserError("No payout has been proposed yet. Producers propose one with /payout propose.")
    return await round_view(tx, found)


@reads
async def explain(
    tx: Transaction, *, round_id: int, user_id: int | None = None, artist_id: int | None = None
) -> ExplainView:
    """How an artist's amount in a round came about, line by line; the artist by Discord user or by row."""
    view = await round_view(tx, round_id)
    who = Artist.user_id == user_id if artist_id is None else Artist.id == artist_id
    artist = await tx.scalar(select(Artist).where(Artist.guild_id == view.guild_id, who))
    if artist is None:
        raise UserError("Nobody by that name has taken part in a show here yet.")
    lines = list(
        await tx.scalars(
            select(AllocationLine)
            .where(AllocationLine.round_id == round_id, AllocationLine.artist_id == artist.id)
            .order_by(AllocationLine.amount.desc(), AllocationLine.id)
        )
    )
    works = await _refs(tx, [i for line in lines for i in (line.work_id, line.from_work_id) if i is not None])
    unit = view.pool.currency
    amount = next((share.amount for share in view.allocations if share.artist.id == artist.id), Money(0, unit))
    return ExplainView(
        round=view,
        artist=_artist(artist),
        amount=amount,
        lines=tuple(
            LineView(
                kind=line.kind,
                work=works.get(line.work_id or 0),
                remix=works.get(line.from_work_id or 0),
                amount=Money(line.amount, unit),
            )
            for line in lines
        ),
    )


@reads
async def statement(tx: Transaction, *, round_id: int) -> StatementView:
    """A round's statement in the form of DESIGN 8: the frozen one, or what the proposal would freeze."""
    row = await tx.get(PayoutRound, round_id)
    if row is None:
        raise UserError("There is no such payout round.")
    if row.statement is not None and row.digest is not None:
        return StatementView(row.id, row.statement, row.digest)
    document = row.inputs | allocation.allocation_to_json(allocation.allocate(allocation.from_json(row.inputs)))
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
            round_id=row.id,
            phase=row.phase,
            amount=Money(share.amount, currency(row.currency)),
            state=share.state,
        )
        for name, episode, row, share in rows
    )
    return EarningsView(_artist(artist), found, await _balances(tx, artist.id))


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
    in_cut = await tx.scalar(
        select(func.count()).select_from(CutEntry).where(CutEntry.episode_id == episode.id, CutEntry.in_cut)
    )
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
        works_in_cut=int(in_cut or 0),
        allocations=await _allocations(tx, row),
        concerns=await concerns_of(tx, row.id),
        proposed_at=row.proposed_at,
        comments_until=row.comments_until,
        finalised_at=row.finalised_at,
        settled_at=row.settled_at,
        digest=row.digest,
    )


async def concerns_of(tx: Transaction, round_id: int) -> tuple[ConcernView, ...]:
    """The concerns of a round in the order they were raised."""
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
        )
        for concern, artist in rows
    )


def episode_name(episode: Episode) -> str:
    """How an episode is named in a sentence: S1E3 Night Trains."""
    return f"S{episode.season}E{episode.number} {episode.title}"


async def _allocations(tx: Transaction, row: PayoutRound) -> tuple[AllocationView, ...]:
    unit = currency(row.currency)
    rows = await tx.execute(
        select(Allocation, Artist)
        .join(Artist, Artist.id == Allocation.artist_id)
        .where(Allocation.round_id == row.id)
        .order_by(Allocation.amount.desc(), Artist.name, Artist.id)
    )
    return tuple(AllocationView(_artist(artist), Money(share.amount, unit), share.state) for share, artist in rows)


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
