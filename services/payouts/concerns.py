"""Concerns: an artist objects to a proposed round, producers answer, both in the open."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from db.models import Artist, Concern, ConcernKind, ConcernState, PayoutRound, Show
from domain import rounds
from domain.episode import RoundPhase, check_round_move
from domain.errors import UserError
from domain.money import currency, parse_amount
from services.access import Actor, remember_artist, require_producer
from services.payouts.inputs import artist_key
from services.payouts.notices import announce_answer, announce_concern
from services.payouts.read import concerns_of, round_view
from services.payouts.reallocating import change_views, reallocate
from services.payouts.rows import load_round, open_window, own_round
from services.payouts.views import AnswerView, ChangeView, ConcernView
from services.pools import deal_of
from services.store import Transaction, reads, writes

MAX_TEXT = 1000

MOST_OPEN = 5
"""Concerns that one person can have waiting in a round, so that nobody can hold everyone's money up by writing many."""

_NO_CONCERN = "There is no such concern. Pick one from the list that the command offers."


@reads
async def check_open(tx: Transaction, actor: Actor, *, round_id: int, now: datetime) -> None:
    """UserError when `actor` could not raise a concern about this round now."""
    row, _, show = await own_round(tx, actor, round_id)
    await _require_open(tx, actor, row, show, now)


@writes
async def raise_concern(
    tx: Transaction,
    actor: Actor,
    *,
    round_id: int,
    kind: ConcernKind,
    text: str,
    asked_by: int,
    at: datetime,
    now: datetime,
    amount: str = "",
) -> ConcernView:
    """Object to a proposed round. `asked_by` is the interaction: asked again, it is the same concern.

    `amount`, as typed, is what the artist would find right; empty where they do not say.

    `at` is when it was asked, by the clock that deadlines are held against.

    UserError when the round is not open for comment, for somebody of another server, without words, or when
    MOST_OPEN of theirs wait already.
    """
    row, _, show = await own_round(tx, actor, round_id)
    known = await tx.scalar(select(Concern.id).where(Concern.asked_by == asked_by))
    if known is None:
        await _require_open(tx, actor, row, show, at)
        words = _words(text, "Say in a sentence or two what is wrong; the producers answer in the open.")
        wanted = parse_amount(amount, currency(row.currency)).amount if amount.strip() else None
        artist = await remember_artist(tx, show.guild_id, actor.user_id, actor.name, now)
        number = await tx.scalar(select(func.count()).select_from(Concern).where(Concern.round_id == row.id))
        concern = Concern(
            round_id=row.id,
            number=int(number or 0) + 1,
            artist_id=artist.id,
            kind=kind,
            text=words,
            amount=wanted,
            state=ConcernState.OPEN,
            answer="",
            opened_at=now,
            asked_by=asked_by,
        )
        tx.add(concern)
        await tx.flush()
        known = concern.id
        await announce_concern(tx, row, concern, show, now)
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
        raise UserError(_NO_CONCERN)
    row, _, show = await load_round(tx, concern.round_id)
    if show.guild_id != actor.guild_id:
        raise UserError(_NO_CONCERN)
    require_producer(show, actor)
    if concern.state is not ConcernState.OPEN:
        raise UserError(f"Concern {concern.number} already has its answer: {concern.answer}")
    concern.answer = _words(text, "Give an answer that the artist and everybody else can read.")
    concern.answered_by, concern.answered_at = actor.user_id, now
    concern.state = ConcernState.ACCEPTED if accept else ConcernState.DECLINED
    check_round_move(row.phase, RoundPhase.FINAL)
    found = await _apply(tx, row) if accept else ()
    restarts = any(change.material for change in found)
    if restarts:
        await open_window(tx, row, await deal_of(tx, row.episode_id), show, now)
    await tx.flush()
    await announce_answer(tx, row, concern, show, found, now)
    return AnswerView(
        round=await round_view(tx, row.id),
        concern=await _concern_view(tx, row.id, concern.id),
        changes=await change_views(tx, row, found),
        window_restarts=restarts,
    )


@reads
async def get_concern(tx: Transaction, *, concern_id: int) -> ConcernView:
    """One concern with its answer."""
    concern = await tx.get(Concern, concern_id)
    if concern is None:
        raise UserError("There is no such concern.")
    return await _concern_view(tx, concern.round_id, concern.id)


async def _require_open(tx: Transaction, actor: Actor, row: PayoutRound, show: Show, now: datetime) -> None:
    if row.phase is not RoundPhase.PROPOSED or row.comments_until is None:
        raise UserError("This round is final; its amounts cannot change any more. Write to the producers instead.")
    deal = await deal_of(tx, row.episode_id)
    if now >= row.comments_until + timedelta(seconds=deal.grace_seconds):
        stamp = int(row.comments_until.timestamp())
        raise UserError(f"Comments on this payout closed <t:{stamp}:R>. Write to the producers of {show.name} instead.")
    waiting = await tx.scalar(
        select(func.count())
        .select_from(Concern)
        .join(Artist, Artist.id == Concern.artist_id)
        .where(Concern.round_id == row.id, Concern.state == ConcernState.OPEN, Artist.user_id == actor.user_id)
    )
    if (waiting or 0) >= MOST_OPEN:
        raise UserError(
            f"{MOST_OPEN} of your concerns wait for an answer already. Add to them in the proposal's thread."
        )


async def _apply(tx: Transaction, row: PayoutRound) -> tuple[rounds.Change, ...]:
    """Allocate the round anew and say who gets more or less; UserError when nobody does."""
    found = await reallocate(tx, row)
    if not found:
        raise UserError(
            "Accepting this would change nobody's amount yet. First put right what was wrong: a work's credits with "
            "/work credit (who gets a share confirms it), its sources with /work source, the cut with /cut. "
            "Then accept."
        )
    return found


@reads
async def changes_view(tx: Transaction, *, round_id: int, changes: list[list[int]]) -> tuple[ChangeView, ...]:
    """The before and after that an announcement carries ([artist id, before, after] each), with names."""
    row, _, _ = await load_round(tx, round_id)
    found = tuple(rounds.Change(artist_key(artist), before, after) for artist, before, after in changes)
    return await change_views(tx, row, found)


async def _concern_view(tx: Transaction, round_id: int, concern_id: int) -> ConcernView:
    return next(view for view in await concerns_of(tx, round_id) if view.id == concern_id)


def _words(text: str, missing: str) -> str:
    words = text.strip()
    if not words:
        raise UserError(missing)
    if len(words) > MAX_TEXT:
        raise UserError(f"Keep it under {MAX_TEXT} characters; this has {len(words)}.")
    return words
