"""Tying an artist who is known by an imported name only to the Discord user that they are.

Somebody new here simply gets the account. Who has taken part here before gets the works, the parts in works and the
balance; what was published about earlier payouts stays as it was, under the old name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update

from db.models import (
    Allocation,
    Artist,
    Credit,
    CreditState,
    Episode,
    Hold,
    HoldShare,
    HoldState,
    LedgerEntry,
    LedgerPosting,
    PayoutRound,
    Show,
    Work,
)
from domain import ledger
from domain.episode import Phase, RoundPhase
from domain.errors import UserError
from domain.money import Money, currency
from services.access import Actor, find_show, require_producer
from services.ledger import write_entry
from services.paying.balances import restate
from services.store import Transaction, reads, writes
from services.works.records import note, refresh_cards

_WHOLE = 10_000
_ROLE = 60
_LISTED = 25


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a person got with an imported name: works they posted, parts in others' works, and balances.

    `again`: it was theirs already, and nothing changed. `user_id` is a Discord id.
    """

    name: str
    user_id: int
    works: int
    parts: int
    balances: tuple[Money, ...]
    again: bool = False


@writes
async def claim_here(
    tx: Transaction, actor: Actor, *, name: str, user_id: int, shown: str, channel_id: int | None, now: datetime
) -> Claimed:
    """claim() by a producer in Discord; `shown` is what the person is called there."""
    show = await find_show(tx, actor.guild_id, channel_id=channel_id)
    require_producer(show, actor)
    return await _claim(tx, show.guild_id, name, user_id, shown, by=actor.user_id, now=now)


@writes
async def claim(tx: Transaction, *, show: str, name: str, user_id: int, now: datetime) -> Claimed:
    """Make `user_id` the artist of that imported name, in the server of the show with this slug.

    UserError, and nothing changed, where that cannot be, or cannot be now.
    """
    found = await tx.scalar(select(Show).where(Show.slug == show.strip()))
    if found is None:
        raise UserError(f"There is no show with the slug “{show.strip()[:60]}”.")
    return await _claim(tx, found.guild_id, name, user_id, "", by=None, now=now)


@reads
async def unclaimed(tx: Transaction, guild_id: int, text: str) -> tuple[str, ...]:
    """Imported names that nobody here is yet, and that contain what somebody has typed."""
    wanted = text.strip().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    query = select(Artist.imported_name).where(
        Artist.guild_id == guild_id, Artist.user_id.is_(None), Artist.claimed_by_id.is_(None),
        Artist.imported_name.ilike(f"%{wanted}%", escape="\\"),
    )  # fmt: skip
    names = await tx.scalars(query.order_by(Artist.imported_name).limit(_LISTED))
    return tuple(name for name in names if name is not None)


async def _claim(
    tx: Transaction, guild_id: int, name: str, user_id: int, shown: str, *, by: int | None, now: datetime
) -> Claimed:
    if not 0 < user_id < 2**63:
        raise UserError("That is no Discord user. A user's id is a long number: turn on developer mode to copy it.")
    imported = await _imported(tx, guild_id, name)
    owner = imported if imported.claimed_by_id is None else await tx.get_one(Artist, imported.claimed_by_id)
    if owner.user_id == user_id:
        return Claimed(imported.imported_name or "", user_id, 0, 0, (), again=True)
    if owner.user_id is not None:
        raise UserError(f"“{imported.imported_name}” is {owner.name} already.")
    person = await tx.scalar(select(Artist).where(Artist.guild_id == guild_id, Artist.user_id == user_id))
    await _require_no_vote(tx, imported)
    if person is None:
        return await _name_them(tx, imported, user_id, shown, by=by, now=now)
    return await _hand_over(tx, imported, person, by=by, now=now)


async def _imported(tx: Transaction, guild_id: int, name: str) -> Artist:
    wanted = " ".join(name.split())
    found = await tx.scalar(select(Artist).where(Artist.guild_id == guild_id, Artist.imported_name == wanted))
    if found is not None:
        return found
    like = select(Artist.imported_name).where(
        Artist.guild_id == guild_id, func.lower(Artist.imported_name) == wanted.lower()
    )
    near = await tx.scalar(like)
    hint = f" Did you mean “{near}”?" if near else ""
    raise UserError(f"No import brought an artist called “{wanted[:60]}”.{hint}")


async def _name_them(
    tx: Transaction, imported: Artist, user_id: int, shown: str, *, by: int | None, now: datetime
) -> Claimed:
    """Somebody who has not taken part here: the artist row becomes theirs, with all that hangs on it."""
    imported.user_id, imported.name = user_id, shown.strip()[:100] or imported.name
    works, parts = await _works_of(tx, imported), await _credits_of(tx, imported)
    await _note(tx, imported, [*works, *await _works_in(tx, parts)], user_id, by, now)
    balances = [Money(amount, currency(code)) for _, code, amount in await _balances(tx, imported)]
    others = len(parts) - len({work.id for work in works} & {part.work_id for part in parts})
    return Claimed(imported.imported_name or "", user_id, len(works), others, tuple(balances))


async def _hand_over(tx: Transaction, imported: Artist, person: Artist, *, by: int | None, now: datetime) -> Claimed:
    """Somebody who is here: everything of the name becomes theirs, but for what was published of earlier payouts."""
    await _require_settled(tx, imported)
    works, parts = await _works_of(tx, imported), await _credits_of(tx, imported)
    touched = [*works, *await _works_in(tx, parts)]
    for part in parts:
        await _merge(tx, part, person)
    await tx.execute(update(Work).where(Work.artist_id == imported.id).values(artist_id=person.id))
    moved = []
    for show_id, code, amount in await _balances(tx, imported):
        entry = ledger.pass_on(code, imported.id, {person.id: amount}, f"{imported.imported_name} is {person.name}")
        key = f"claimed:{imported.id}:{show_id}:{code}"
        await write_entry(tx, entry, key=key, show_id=show_id, now=now, by_user=by)
        await restate(tx, show_id, code, [imported.id, person.id])
        moved.append(Money(amount, currency(code)))
    imported.claimed_by_id = person.id
    await tx.flush()
    await _note(tx, imported, touched, person.user_id or 0, by, now)
    others = len(parts) - len({work.id for work in works} & {part.work_id for part in parts})
    return Claimed(imported.imported_name or "", person.user_id or 0, len(works), others, tuple(moved))


async def _merge(tx: Transaction, part: Credit, person: Artist) -> None:
    """Give a part in a work to the person; with one of their own there, both become one."""
    where = (Credit.work_id == part.work_id, Credit.artist_id == person.id)
    own = await tx.scalar(select(Credit).where(*where))
    if own is None:
        part.artist_id = person.id
        return
    if part.state is CreditState.CONFIRMED:
        share = own.share_bp if own.state is CreditState.CONFIRMED else 0
        own.share_bp, own.state = min(_WHOLE, share + part.share_bp), CreditState.CONFIRMED
    own.role = ", ".join(dict.fromkeys(role for role in (own.role, part.role) if role))[:_ROLE]
    await tx.delete(part)
    await tx.flush()


async def _require_no_vote(tx: Transaction, imported: Artist) -> None:
    """Nobody votes on works of their own: while a vote runs, nothing may become somebody's own."""
    credited = select(Credit.work_id).where(Credit.artist_id == imported.id)
    query = (
        select(Episode.title)
        .join(Work, Work.episode_id == Episode.id)
        .where(or_(Work.artist_id == imported.id, Work.id.in_(credited)), Episode.phase == Phase.VOTING)
        .limit(1)
    )
    title = await tx.scalar(query)
    if title is not None:
        raise UserError(
            f"A work of “{imported.imported_name}” is in the vote of “{title}”. Try again once it has ended."
        )


async def _require_settled(tx: Transaction, imported: Artist) -> None:
    """Money that is still being decided on, or on its way, must come to rest first."""
    open_rounds = (RoundPhase.DRAFT, RoundPhase.PROPOSED)
    discussed = await tx.scalar(
        select(PayoutRound.id)
        .join(Allocation, Allocation.round_id == PayoutRound.id)
        .where(Allocation.artist_id == imported.id, PayoutRound.phase.in_(open_rounds))
        .limit(1)
    )
    if discussed is not None:
        raise UserError(
            f"A payout that names “{imported.imported_name}” is being discussed. Try again once it is final, "
            f"or take it back and propose it anew afterwards."
        )
    held = await tx.scalar(
        select(HoldShare.hold_id)
        .join(Hold, Hold.id == HoldShare.hold_id)
        .where(HoldShare.artist_id == imported.id, Hold.state == HoldState.HELD)
        .limit(1)
    )
    if held is not None:
        raise UserError(f"Money of “{imported.imported_name}” is on hold. Decide on that first.")
    away = await tx.scalar(
        select(func.sum(LedgerPosting.amount)).where(LedgerPosting.account == ledger.transit_account(imported.id))
    )
    if away:
        raise UserError(f"Money is on its way to “{imported.imported_name}”. Mark what became of it first.")


async def _works_of(tx: Transaction, artist: Artist) -> Sequence[Work]:
    return (await tx.scalars(select(Work).where(Work.artist_id == artist.id).order_by(Work.id))).all()


async def _credits_of(tx: Transaction, artist: Artist) -> Sequence[Credit]:
    return (await tx.scalars(select(Credit).where(Credit.artist_id == artist.id).order_by(Credit.id))).all()


async def _works_in(tx: Transaction, parts: Sequence[Credit]) -> Sequence[Work]:
    ids = [part.work_id for part in parts]
    found: list[Work] = []
    for start in range(0, len(ids), 500):
        found += await tx.scalars(select(Work).where(Work.id.in_(ids[start : start + 500])))
    return found


async def _balances(tx: Transaction, artist: Artist) -> list[tuple[int, str, int]]:
    """What the artist holds, by show and currency, where it is anything."""
    rows = await tx.execute(
        select(LedgerEntry.show_id, LedgerEntry.currency, func.sum(LedgerPosting.amount))
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .where(LedgerPosting.account == ledger.artist_account(artist.id))
        .group_by(LedgerEntry.show_id, LedgerEntry.currency)
        .order_by(LedgerEntry.show_id, LedgerEntry.currency)
    )
    return [(show_id, code, int(amount)) for show_id, code, amount in rows if amount]


async def _note(
    tx: Transaction, imported: Artist, works: Sequence[Work], user_id: int, by: int | None, now: datetime
) -> None:
    """Write it into the works' histories, and bring up to date the cards that there are."""
    touched = {work.id: work for work in works}
    for work in touched.values():
        work.version += 1
        note(tx, work, "artist_claimed", by, now, name=imported.imported_name, user=user_id)
    await refresh_cards(tx, [work for work in touched.values() if work.message_id is not None], now)
