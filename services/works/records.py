"""What every change of a work goes through: loading it, who may, until when, its history, its card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from db.models import Artist, Base, Deal, Episode, PayoutRound, Show, Work, WorkEvent
from domain.episode import Phase, RoundPhase, counts_for
from domain.errors import UserError
from services import outbox
from services.access import Actor, is_producer
from services.store import Transaction

TAKING = (Phase.OPEN, Phase.VOTING, Phase.CUTTING)
"""The phases in which a work still takes changes of its credits and sources, and late finds are collected."""


@dataclass(frozen=True, slots=True)
class Held:
    """A work with the rows around it, loaded for a change; `proposed`: a payout of its episode is being discussed."""

    work: Work
    episode: Episode
    deal: Deal
    show: Show
    artist: Artist
    proposed: bool = False


async def hold(tx: Transaction, work_id: int) -> Held:
    """Load a work for a change; UserError when there is none."""
    discussed = (PayoutRound.episode_id == Episode.id) & (PayoutRound.phase == RoundPhase.PROPOSED)
    row = (
        await tx.execute(
            select(Work, Episode, Deal, Show, Artist, select(PayoutRound.id).where(discussed).exists())
            .join(Episode, Episode.id == Work.episode_id)
            .join(Deal, Deal.episode_id == Episode.id)
            .join(Show, Show.id == Work.show_id)
            .join(Artist, Artist.id == Work.artist_id)
            .where(Work.id == work_id)
        )
    ).one_or_none()
    if row is None:
        raise UserError("This work is not here any more.")
    return Held(*row)


def require_hand(held: Held, actor: Actor, doing: str) -> None:
    """UserError unless `actor` posted the work or runs the show; `doing` completes "can ..."."""
    if actor.guild_id == held.show.guild_id and actor.user_id == held.artist.user_id:
        return
    if not is_producer(held.show, actor):
        raise UserError(f"Only {held.artist.name}, who posted #{held.work.number}, or a producer can {doing}.")


def in_time(held: Held, at: datetime) -> bool:
    """Whether the work's deadline, with its grace period, was still to come at `at`; or what a producer allowed."""
    opens, closes, allowed = held.episode.opens_at, held.episode.closes_at, held.work.changes_until
    if allowed is not None and at < allowed and held.episode.phase in TAKING:
        return True
    taking = held.episode.phase in (Phase.OPEN, Phase.VOTING)
    return taking and opens is not None and counts_for(at, opens, closes, held.deal.grace_seconds)


def timely(held: Held, at: datetime, *, by: Actor) -> bool:
    """Whether `by` can still change the work itself at `at`: anybody in time, producers until the episode is out."""
    return in_time(held, at) or (held.episode.phase in TAKING and is_producer(held.show, by))


def require_timely(held: Held, at: datetime, doing: str, *, by: Actor) -> None:
    """UserError once the deadline has passed, except for producers; `doing` completes "You can ..."."""
    if not timely(held, at, by=by):
        raise UserError(f"You can {doing} until submissions close, and they have. A producer can help.")


def still_taking(held: Held, *, by: Actor | None = None) -> bool:
    """Whether credits and sources can still change: until the episode is out.

    While a payout is proposed a producer can still put things right, or else no concern about them could be accepted;
    `by` is who asks, None for people who answer about their own share.
    """
    correcting = held.proposed and (by is None or is_producer(held.show, by))
    return held.episode.phase in TAKING or correcting


def require_taking(held: Held, doing: str, *, by: Actor | None = None) -> None:
    """UserError unless still_taking(); `doing` completes "You can ..."."""
    if not still_taking(held, by=by):
        raise UserError(
            f"You can {doing} until the episode is released. Now a concern on the payout proposal is the way."
        )


def note(tx: Transaction, work: Work, kind: str, by_user: int | None, now: datetime, **detail: Any) -> None:
    """Write one line of the work's history."""
    tx.add(WorkEvent(work_id=work.id, at=now, by_user=by_user, kind=kind, detail=detail))


async def write_rows(tx: Transaction, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Write many rows with one statement, without an object for each."""
    if rows:
        await tx.execute(insert(table), rows)


async def changed(tx: Transaction, held: Held, now: datetime) -> None:
    """Count the change and have the work's card brought up to date."""
    held.work.version += 1
    await refresh_card(tx, held.work, now)


async def refresh_card(tx: Transaction, work: Work, now: datetime) -> None:
    """Have the work's card rendered again."""
    await refresh_cards(tx, [work], now)


async def refresh_cards(tx: Transaction, works: Sequence[Work], now: datetime) -> None:
    """Have the cards of several works rendered again."""
    edits = [
        outbox.Edit(
            post_key=f"work:{work.id}", kind="work_card", show_id=work.show_id, subject={"work": work.id},
            channel_id=work.channel_id,
        )
        for work in works
    ]  # fmt: skip
    await outbox.refresh_all(tx, edits, now=now)
