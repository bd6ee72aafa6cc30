"""Disputes as rows: finding, opening and closing them, and having everybody concerned told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models import Artist, Dispute, DisputeKind, DisputeState, Show, Source, SourceState, Work
from domain.errors import UserError
from services import outbox
from services.store import Transaction
from services.views import ArtistView, WorkRef
from services.works.loading import refs
from services.works.records import note


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A dispute about whether `work` was made from `source`, raised by `by`; `poster` is who posted the work.

    `settled_by` is a Discord user id. `linked`: the source is credited as things stand.
    """

    id: int
    show_id: int
    guild_id: int
    kind: DisputeKind
    state: DisputeState
    work: WorkRef
    source: WorkRef
    by: ArtistView
    poster: ArtistView
    reason: str
    answer: str
    verdict: str
    opened_at: datetime
    settled_by: int | None
    linked: bool


async def open_between(tx: Transaction, work_id: int, source_id: int) -> Dispute | None:
    """The open dispute about a work and a source, if there is one."""
    return await tx.scalar(
        select(Dispute).where(
            Dispute.work_id == work_id, Dispute.source_work_id == source_id, Dispute.state == DisputeState.OPEN
        )
    )


async def require_not_upheld(tx: Transaction, work_id: int, source: Work) -> None:
    """UserError where a dispute took this source off the work: then only producers put it back."""
    where = (Dispute.work_id == work_id, Dispute.source_work_id == source.id, Dispute.kind == DisputeKind.WRONG)
    upheld = select(Dispute.id).where(*where, Dispute.state == DisputeState.UPHELD).limit(1)
    if await tx.scalar(upheld) is not None:
        raise UserError(f"#{source.number} was taken off this work after a dispute. Ask a producer to put it back.")


async def settled_before(
    tx: Transaction, work_id: int, source_id: int, kind: DisputeKind, state: DisputeState
) -> Dispute | None:
    """The last dispute of this kind between two works that ended so."""
    where = (Dispute.work_id == work_id, Dispute.source_work_id == source_id, Dispute.kind == kind)
    query = select(Dispute).where(*where, Dispute.state == state).order_by(Dispute.id.desc()).limit(1)
    return await tx.scalar(query)


async def begin(tx: Transaction, dispute: Dispute, *, show: Show, work: Work, by: int, now: datetime) -> None:
    """Write a new dispute down and have the poster and the producers told."""
    tx.add(dispute)
    await tx.flush()
    kind = "source_disputed" if dispute.kind is DisputeKind.WRONG else "source_claimed"
    note(tx, work, kind, by, now, source=dispute.source_work_id, reason=dispute.reason)
    poster = await tx.get_one(Artist, work.artist_id)
    if poster.user_id is not None:
        await outbox.say(
            tx, key=f"dispute:{dispute.id}:raised", kind="dispute_raised", show_id=show.id,
            subject={"dispute": dispute.id, "user": poster.user_id}, user_id=poster.user_id,
            channel_id=work.channel_id, now=now,
        )  # fmt: skip
    await outbox.say(
        tx, key=_card(dispute), kind="dispute_card", show_id=show.id, subject={"dispute": dispute.id},
        channel_id=show.producers_channel_id or show.news_channel_id, post_key=_card(dispute), now=now,
    )  # fmt: skip


async def end(
    tx: Transaction,
    dispute: Dispute,
    state: DisputeState,
    *,
    show: Show,
    work: Work,
    by: int,
    verdict: str = "",
    now: datetime,
) -> None:
    """Close a dispute, and have both sides told, but not who closed it; the producers' card follows."""
    dispute.state, dispute.verdict, dispute.settled_by, dispute.settled_at = state, verdict, by, now
    dispute.undecided = None
    await tx.flush()
    detail = {"source": dispute.source_work_id, "dispute": dispute.kind.value, "ended": state.value, "reason": verdict}
    note(tx, work, "dispute_settled", by, now, **detail)
    raised = await tx.get_one(Artist, dispute.by_artist_id)
    for person in {artist.id: artist for artist in (raised, await tx.get_one(Artist, work.artist_id))}.values():
        if person.user_id is None or person.user_id == by:
            continue
        await outbox.say(
            tx, key=f"dispute:{dispute.id}:settled:{person.id}", kind="dispute_settled", show_id=show.id,
            subject={"dispute": dispute.id, "user": person.user_id}, user_id=person.user_id,
            channel_id=work.channel_id, now=now,
        )  # fmt: skip
    await refresh_card(tx, dispute, show=show, now=now)


async def end_between(
    tx: Transaction, show: Show, work: Work, source_id: int, kind: DisputeKind, *, by: int, now: datetime
) -> None:
    """Uphold the open dispute of this kind about a source, because what it asks for was just done."""
    dispute = await open_between(tx, work.id, source_id)
    if dispute is not None and dispute.kind is kind:
        await end(tx, dispute, DisputeState.UPHELD, show=show, work=work, by=by, now=now)


async def refresh_card(tx: Transaction, dispute: Dispute, *, show: Show, now: datetime) -> None:
    """Have the producers' card brought up to date."""
    await outbox.refresh(
        tx, post_key=_card(dispute), kind="dispute_card", show_id=show.id, subject={"dispute": dispute.id},
        channel_id=show.producers_channel_id or show.news_channel_id, now=now,
    )  # fmt: skip


async def dispute_views(tx: Transaction, disputes: list[Dispute]) -> list[DisputeView]:
    """Disputes as callers see them."""
    if not disputes:
        return []
    works = await refs(tx, {work for one in disputes for work in (one.work_id, one.source_work_id)})
    held = {
        work.id: (work, show)
        for work, show in await tx.execute(
            select(Work, Show).join(Show, Show.id == Work.show_id).where(Work.id.in_({one.work_id for one in disputes}))
        )
    }
    wanted = {one.by_artist_id for one in disputes} | {work.artist_id for work, _ in held.values()}
    people = {artist.id: artist for artist in await tx.scalars(select(Artist).where(Artist.id.in_(wanted)))}
    links = await _linked(tx, disputes)
    found = []
    for one in disputes:
        work, show = held[one.work_id]
        found.append(
            DisputeView(
                id=one.id, show_id=show.id, guild_id=show.guild_id, kind=one.kind, state=one.state,
                work=works[one.work_id], source=works[one.source_work_id], by=_view(people[one.by_artist_id]),
                poster=_view(people[work.artist_id]), reason=one.reason, answer=one.answer, verdict=one.verdict,
                opened_at=one.opened_at, settled_by=one.settled_by,
                linked=(one.work_id, one.source_work_id) in links,
            )
        )  # fmt: skip
    return found


async def _linked(tx: Transaction, disputes: list[Dispute]) -> set[tuple[int, int | None]]:
    rows = await tx.execute(
        select(Source.work_id, Source.source_work_id).where(
            Source.work_id.in_({one.work_id for one in disputes}), Source.state != SourceState.REMOVED
        )
    )
    return {(work_id, source_id) for work_id, source_id in rows}


def _view(artist: Artist) -> ArtistView:
    return ArtistView(artist.id, artist.user_id, artist.name)


def _card(dispute: Dispute) -> str:
    return f"dispute:{dispute.id}:card"
