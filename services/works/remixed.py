"""Telling artists that something was made from their work: one message for each remix of it, with its thanks."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select

from db.models import Artist, Credit, CreditState, OutboxRow, Show, Source, Work
from domain.errors import UserError
from services import outbox
from services.store import Transaction, writes

Edge = tuple[Work, Work]
"""A remix and its source."""


async def tell(tx: Transaction, edges: Iterable[Edge], *, now: datetime) -> None:
    """Write to everybody with a confirmed credit on a source of these edges, once for each, but not to the remixer."""
    edges = list(edges)
    people = await credited(tx, {source.id for _, source in edges})
    rows = [
        outbox.Saying(
            key=key_of(remix.id, source.id, artist.id), kind="work_remixed", show_id=remix.show_id,
            subject={"work": remix.id, "source": source.id, "user": artist.user_id}, channel_id=source.channel_id,
            user_id=artist.user_id, post_key=key_of(remix.id, source.id, artist.id),
        )
        for remix, source in edges
        for artist in people.get(source.id, ())
        if artist.user_id is not None and artist.told_of_remixes and artist.id != remix.artist_id
    ]  # fmt: skip
    if not rows:
        return
    said = set(await tx.scalars(select(OutboxRow.key).where(OutboxRow.key.in_([row.key for row in rows]))))
    await outbox.say_new(tx, [row for row in rows if row.key not in said], now=now)


@writes
async def wants(tx: Transaction, user_id: int, work_id: int, *, told: bool) -> None:
    """Have a person told, or told no more, of remixes of their works in the server of this one."""
    found = await tx.scalar(
        select(Artist)
        .join(Show, Show.guild_id == Artist.guild_id)
        .join(Work, Work.show_id == Show.id)
        .where(Work.id == work_id, Artist.user_id == user_id)
    )
    if found is None:
        raise UserError("You have no works here that could be remixed.")
    found.told_of_remixes = told


async def retell(tx: Transaction, remix: Work, edge: Source, *, now: datetime) -> None:
    """Bring what was told about an edge up to date: its thanks, or that it is disputed or gone."""
    if edge.source_work_id is None:
        return
    people = (await credited(tx, [edge.source_work_id])).get(edge.source_work_id, ())
    keys = {key_of(remix.id, edge.source_work_id, artist.id): artist for artist in people}
    said = set(await tx.scalars(select(OutboxRow.key).where(OutboxRow.key.in_(keys))))
    await outbox.refresh_all(
        tx,
        [
            outbox.Edit(
                post_key=key, kind="work_remixed", show_id=remix.show_id, channel_id=remix.channel_id,
                subject={"work": remix.id, "source": edge.source_work_id, "user": artist.user_id, "told": True},
            )
            for key, artist in keys.items() if key in said
        ],
        now=now,
    )  # fmt: skip


async def credited(tx: Transaction, work_ids: Collection[int]) -> dict[int, list[Artist]]:
    """Everybody with a confirmed part in these works, by work; who posted one is in it, whatever is left to them."""
    if not work_ids:
        return {}
    rows = await tx.execute(
        select(Credit.work_id, Artist)
        .join(Artist, Artist.id == Credit.artist_id)
        .where(Credit.work_id.in_(work_ids), Credit.state == CreditState.CONFIRMED)
        .order_by(Credit.id)
    )
    found: dict[int, list[Artist]] = {}
    for work_id, artist in rows:
        found.setdefault(work_id, []).append(artist)
    return found


def key_of(remix_id: int, source_id: int, artist_id: int) -> str:
    """What a notice is known by, also once it is a message."""
    return f"remixed:{remix_id}:{source_id}:{artist_id}"
