"""Concerns: an artist objects to a proposed round, producers answer, both in the open."""

from datetime import datetime

from sqlalchemy import func, select

from db.models import Artist, Concern, ConcernKind, ConcernState, PayoutRound
from domain import allocation, rounds
from domain.episode import RoundPhase
from domain.errors import UserError
from domain.money import Money, currency
from services.access import Actor, remember_artist, require_producer
from services.funds import deal_of
from services.outbox import say
from services.payouts.inputs import artist_key, build_inputs, key_number
from services.payouts.read import concerns_of, round_view
from services.payouts.rounds import (
    amounts_of,
    load_round,
    refresh_proposal,
    restart_window,
    store_allocation,
    talk_channel,
)
from services.payouts.views import AnswerView, ChangeView, ConcernView
from services.store import Transaction, reads, writes
from services.views import ArtistView

MAX_TEXT = 1000


@writes
async def raise_concern(
    tx: Transaction, actor: Actor, *, round_id: int, kind: ConcernKind, text: str, asked_by: int, now: datetime
) -> ConcernView:
    """Object to a proposed round. `asked_by` is the interaction: asked again, it is the same concern.

    UserError when the round is not open for comment, for somebody of another server, or without words.
    """
    row, _, show = await load_round(tx, round_id)
    if actor.guild_id != show.guild_id:
        raise UserError("This payout belongs to another server.")
    known = await tx.scalar(select(Concern.id).where(Concern.asked_by == asked_by))
    if known is None:
        if row.phase is not RoundPhase.PROPOSED:
            raise UserError("This round is final; its amounts cannot change any more. Write to the producers instead.")
        words = _words(text, "Say in a sentence or two what is wrong; the producers answer in the open.")
        artist = await remember_artist(tx, show.guild_id, actor.user_id, actor.name, now)
        number = await tx.scalar(select(func.count()).select_from(Concern).where(Concern.round_id == row.id))
        concern = Concern(
            round_id=row.id,
            number=int(number or 0) + 1,
            artist_id=artist.id,
            kind=kind,
            text=words,
            state=ConcernState.OPEN,
            answer="",
            opened_at=now,
            asked_by=asked_by,
        )
        tx.add(concern)
        await tx.flush()
        known = concern.id
        await _announce(tx, row, concern, "raised", now)
    return await _concern_view(tx, row.id, known)


@writes
async def answer(
    tx: Transaction, actor: Actor, *, concern_id: int, accept: bool, text: str, now: datetime
) -> AnswerView:
    """Answer a concern. Accepting it allocates anew from the works' credits, sources and points as they are now.

    UserError for an answer without words, a concern that has its answer, or an acceptance that would change nothing.
    """
    concern = await tx.get(Concern, concern_id)
    if concern is None:
        raise UserError("There is no such concern. Pick one from the list that the command offers.")
    row, _, show = await load_round(tx, concern.round_id)
    require_producer(show, actor)
    if concern.state is not ConcernState.OPEN:
        raise UserError(f"Concern {concern.number} already has its answer: {concern.answer}")
    concern.answer = _words(text, "Give an answer that the artist and everybody else can read.")
    concern.answered_by, concern.answered_at = actor.user_id, now
    concern.state = ConcernState.ACCEPTED if accept else ConcernState.DECLINED
    found = await _apply(tx, row) if accept else ()
    restarts = any(change.material for change in found)
    if restarts:
        await restart_window(tx, row, await deal_of(tx, row.episode_id), show, now)
    await tx.flush()
    await _announce(tx, row, concern, "answered", now, changes=found)
    return AnswerView(
        round=await round_view(tx, row.id),
        concern=await _concern_view(tx, row.id, concern.id),
        changes=await _change_views(tx, row, found),
        window_restarts=restarts,
    )


@reads
async def get_concern(tx: Transaction, *, concern_id: int) -> ConcernView:
    """One concern with its answer."""
    concern = await tx.get(Concern, concern_id)
    if concern is None:
        raise UserError("There is no such concern.")
    return await _concern_view(tx, concern.round_id, concern.id)


async def _apply(tx: Transaction, row: PayoutRound) -> tuple[rounds.Change, ...]:
    """Allocate the round anew and say who gets more or less."""
    before = {artist_key(artist): amount for artist, amount in (await amounts_of(tx, row.id)).items()}
    deal = await deal_of(tx, row.episode_id)
    inputs = await build_inputs(tx, row.episode_id, deal, pool=row.pool, seed=row.seed)
    row.inputs = allocation.to_json(inputs)
    row.version += 1
    after = await store_allocation(tx, row, inputs)
    found = rounds.changes(before, after)
    if not found:
        raise UserError(
            "Accepting this would change nobody's amount yet. First put right what was wrong (the work's credits "
            "or sources with /work, its points with /cut points), then accept."
        )
    return found


async def _announce(
    tx: Transaction,
    row: PayoutRound,
    concern: Concern,
    what: str,
    now: datetime,
    changes: tuple[rounds.Change, ...] = (),
) -> None:
    _, _, show = await load_round(tx, row.id)
    moved = [[key_number(change.artist), change.before, change.after] for change in changes]
    await say(
        tx,
        key=f"concern:{concern.id}:{what}",
        kind=f"concern_{what}",
        show_id=show.id,
        subject={"round": row.id, "concern": concern.id, "changes": moved},
        channel_id=await talk_channel(tx, row, show),
        now=now,
    )
    await refresh_proposal(tx, row, show, now)


async def _change_views(
    tx: Transaction, row: PayoutRound, changes: tuple[rounds.Change, ...]
) -> tuple[ChangeView, ...]:
    unit = currency(row.currency)
    ids = [key_number(change.artist) for change in changes]
    people = {artist.id: artist for artist in await tx.scalars(select(Artist).where(Artist.id.in_(ids)))}
    return tuple(
        ChangeView(
            artist=ArtistView(artist_id, people[artist_id].user_id, people[artist_id].name),
            before=Money(change.before, unit),
            after=Money(change.after, unit),
            material=change.material,
        )
        for artist_id, change in zip(ids, changes, strict=True)
    )


@reads
async def changes_view(tx: Transaction, *, round_id: int, changes: list[list[int]]) -> tuple[ChangeView, ...]:
    """The before and after that an announcement carries ([artist id, before, after] each), with names."""
    row, _, _ = await load_round(tx, round_id)
    found = tuple(rounds.Change(artist_key(artist), before, after) for artist, before, after in changes)
    return await _change_views(tx, row, found)


async def _concern_view(tx: Transaction, round_id: int, concern_id: int) -> ConcernView:
    return next(view for view in await concerns_of(tx, round_id) if view.id == concern_id)


def _words(text: str, missing: str) -> str:
    words = text.strip()
    if not words:
        raise UserError(missing)
    if len(words) > MAX_TEXT:
        raise UserError(f"Keep it under {MAX_TEXT} characters; this has {len(words)}.")
    return words
