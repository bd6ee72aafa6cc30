"""Changing a work: its words and licence, taking it out and back in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from db.models import Source, SourceState, Work, WorkState
from domain.errors import UserError
from domain.licences import Licence
from services import outbox
from services.access import Actor, require_producer
from services.episodes.notices import keep_current
from services.store import Transaction, writes
from services.views import WorkRef
from services.works import grants, words
from services.works.records import (
    TAKING,
    Held,
    changed,
    hold,
    note,
    refresh_cards,
    require_hand,
    require_taking,
    require_timely,
)
from services.works.sources import licence_problem

MOST_HOURS = 14 * 24
"""For how long a producer can allow changes after the deadline."""


@dataclass(frozen=True, slots=True)
class Change:
    """What to change; None leaves it as it is."""

    title: str | None = None
    note: str | None = None
    licence: Licence | None = None


@writes
async def edit(tx: Transaction, actor: Actor, work_id: int, change: Change, *, at: datetime, now: datetime) -> None:
    """Change a work's title, note or licence, until the deadline; as a producer until the episode is out.

    UserError for an empty title, or a licence that one of its sources does not allow.
    """
    held = await hold(tx, work_id)
    require_hand(held, actor, "edit it")
    require_timely(held, at, "edit a work", by=actor)
    before = words_in(held.work)
    if change.title is not None:
        held.work.title = words.cut_title(change.title)
        if not held.work.title:
            raise UserError("A work needs a title.")
    if change.note is not None:
        held.work.note = change.note.strip()[: words.NOTE]
    if change.licence is not None and change.licence is not held.work.licence:
        problem = await licence_problem(tx, held, change.licence)
        if problem:
            raise UserError(problem)
        held.work.licence = change.licence
    await record(tx, held, "edited", actor.user_id, before, now)
    if held.work.licence.value != before["licence"]:
        await grants.record_change(tx, held.work, grants.Cause.LICENCE, actor.user_id, now)


@writes
async def withdraw(tx: Transaction, actor: Actor, work_id: int, *, at: datetime, now: datetime) -> None:
    """Take one's work out, until the deadline; it can be restored until then. Asked twice it stays out."""
    held = await hold(tx, work_id)
    require_hand(held, actor, "withdraw it")
    if held.work.state is WorkState.WITHDRAWN:
        return
    if held.work.state is WorkState.DISQUALIFIED:
        raise UserError(f"#{held.work.number} is disqualified already: {held.work.reason}")
    require_timely(held, at, "withdraw a work", by=actor)
    await take_out(tx, held, actor.user_id, now, reason="")


@writes
async def restore(tx: Transaction, actor: Actor, work_id: int, *, at: datetime, now: datetime) -> None:
    """Bring a work back: one's own withdrawn one until the deadline, as a producer a disqualified one too."""
    await _restore(tx, await hold(tx, work_id), actor, at, now)


@writes
async def bring_back(tx: Transaction, user_id: int, work_id: int, *, at: datetime, now: datetime) -> WorkRef:
    """restore() one's own withdrawn work from anywhere, direct messages included; the work as others mention it."""
    held = await hold(tx, work_id)
    if held.artist.user_id != user_id:
        raise UserError(f"Only {held.artist.name}, who posted #{held.work.number}, can bring it back here.")
    actor = Actor(
        guild_id=held.show.guild_id, guild_name="", user_id=user_id, name=held.artist.name, role_ids=frozenset(),
        manages_guild=False,
    )  # fmt: skip
    await _restore(tx, held, actor, at, now)
    return WorkRef(held.work.id, held.work.number, held.work.title, held.artist.name, held.work.state)


@writes
async def allow_changes(tx: Transaction, actor: Actor, work_id: int, *, hours: int, now: datetime) -> datetime:
    """As a producer, let a work's artist change it for some hours although the deadline has passed; until when.

    Asked again it counts from then; 0 ends it. UserError once the episode is out.
    """
    held = await hold(tx, work_id)
    require_producer(held.show, actor)
    if held.episode.phase not in TAKING:
        raise UserError("The episode is not taking changes: it is not open yet, or it is out.")
    if not 0 <= hours <= MOST_HOURS:
        raise UserError(f"Changes can be allowed for 1 to {MOST_HOURS} hours; 0 ends it.")
    until = now + timedelta(hours=hours)
    held.work.changes_until = until if hours else None
    note(tx, held.work, "changes_allowed", actor.user_id, now, hours=hours, until=int(until.timestamp()))
    await changed(tx, held, now)
    if hours and held.artist.user_id is not None:
        await outbox.say(
            tx, key=f"work:{work_id}:allowed:{held.work.version}", kind="work_allowed", show_id=held.show.id,
            subject={"work": work_id, "until": int(until.timestamp())}, user_id=held.artist.user_id,
            channel_id=held.work.channel_id, now=now,
        )  # fmt: skip
    return until


async def _restore(tx: Transaction, held: Held, actor: Actor, at: datetime, now: datetime) -> None:
    if held.work.state is WorkState.IN:
        return
    if held.work.state is WorkState.DISQUALIFIED:
        require_producer(held.show, actor)
        require_taking(held, "restore works", by=actor)
    else:
        require_hand(held, actor, "restore it")
        require_timely(held, at, "bring a work back", by=actor)
    was_disqualified = held.work.state is WorkState.DISQUALIFIED
    held.work.state, held.work.reason = WorkState.IN, ""
    note(tx, held.work, "restored", actor.user_id, now)
    await _counted_anew(tx, held, now)
    if was_disqualified:
        await _tell_artist(tx, held, now)


@writes
async def disqualify(tx: Transaction, actor: Actor, work_id: int, *, reason: str, now: datetime) -> None:
    """As a producer, take a work out for a reason, which its artist is told."""
    held = await hold(tx, work_id)
    require_producer(held.show, actor)
    require_taking(held, "disqualify works", by=actor)
    reason = reason.strip()[:500]
    if not reason:
        raise UserError("Give the reason: the artist will read it.")
    if (held.work.state, held.work.reason) == (WorkState.DISQUALIFIED, reason):
        return
    held.work.state, held.work.reason = WorkState.DISQUALIFIED, reason
    note(tx, held.work, "disqualified", actor.user_id, now, reason=reason)
    await _counted_anew(tx, held, now)
    await _tell_artist(tx, held, now)


def words_in(work: Work) -> dict[str, str]:
    """What record() compares: a work's title, note and licence."""
    return {"title": work.title, "note": work.note, "licence": work.licence.value}


async def record(
    tx: Transaction, held: Held, kind: str, by: int | None, before: dict[str, str], now: datetime, **detail: Any
) -> None:
    """Write down what differs from `before`, with what else `detail` says, and bring the cards up to date."""
    after = words_in(held.work)
    differs = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if not differs and not detail:
        return
    note(tx, held.work, kind, by, now, changed=differs, **detail)
    await changed(tx, held, now)
    if "title" in differs:
        await _refresh_neighbours(tx, held.work, now)


async def take_out(tx: Transaction, held: Held, by: int | None, now: datetime, *, reason: str) -> None:
    """Withdraw the work, whoever asked for it."""
    held.work.state, held.work.reason = WorkState.WITHDRAWN, reason
    note(tx, held.work, "withdrawn", by, now, reason=reason)
    await _counted_anew(tx, held, now)


async def _counted_anew(tx: Transaction, held: Held, now: datetime) -> None:
    await changed(tx, held, now)
    await keep_current(tx, held.episode.id, now)
    await _refresh_neighbours(tx, held.work, now)


async def _refresh_neighbours(tx: Transaction, work: Work, now: datetime) -> None:
    """Have the cards of the works beside it in the graph rendered again: they name it."""
    live = Source.state != SourceState.REMOVED
    above = select(Source.source_work_id).where(Source.work_id == work.id, Source.source_work_id.is_not(None), live)
    below = select(Source.work_id).where(Source.source_work_id == work.id, live)
    others = await tx.scalars(select(Work).where(Work.id.in_(above.union(below))))
    await refresh_cards(tx, list(others), now)


async def _tell_artist(tx: Transaction, held: Held, now: datetime) -> None:
    if held.artist.user_id is None:  # somebody known by an import only: there is nobody to write to
        return
    await outbox.say(
        tx, key=f"work:{held.work.id}:judged:{held.work.version}", kind="work_judged", show_id=held.show.id,
        subject={"work": held.work.id}, user_id=held.artist.user_id, channel_id=held.work.channel_id, now=now,
    )  # fmt: skip
