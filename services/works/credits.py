"""Who has a part in a work. Whoever posted it offers shares; each person decides about their own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.models import Artist, Credit, CreditState
from domain.errors import UserError
from services import outbox
from services.access import Actor, remember_artist
from services.store import Transaction, writes
from services.works.records import Held, changed, hold, note, require_hand, require_taking

WHOLE = 10_000
"""All of a work, in basis points."""

MOST = 25
"""People a work can credit."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A share that a person agreed to or declined, for the sentence that answers them. Basis points."""

    work_id: int
    number: int
    title: str
    share_bp: int
    confirmed: bool


@writes
async def offer(
    tx: Transaction,
    actor: Actor,
    work_id: int,
    *,
    user_id: int,
    name: str,
    role: str,
    share_bp: int,
    now: datetime,
) -> None:
    """Offer a person a share of a work; it counts once they confirm it, and the poster keeps the rest.

    Offered again with other terms it replaces the offer, and is to be confirmed anew. UserError for the poster's
    own share, a share outside 0.01% to 100%, or shares that would exceed the whole.
    """
    held = await hold(tx, work_id)
    require_hand(held, actor, "credit people on it")
    require_taking(held, "credit people", by=actor)
    if user_id == held.artist.user_id:
        raise UserError("Whoever posted the work always keeps what the others do not have. Credit somebody else.")
    if not 1 <= share_bp <= WHOLE:
        raise UserError("A share is between 0.01% and 100%.")
    artist = await remember_artist(tx, held.show.guild_id, user_id, name, now)
    credit = await tx.scalar(select(Credit).where(Credit.work_id == work_id, Credit.artist_id == artist.id))
    role = " ".join(role.split())[:60]
    if (
        credit is not None
        and credit.state is not CreditState.DECLINED
        and (credit.share_bp, credit.role) == (share_bp, role)
    ):
        return
    await _require_room(tx, held, artist.id, share_bp)
    if credit is None:
        credit = Credit(work_id=work_id, artist_id=artist.id)
        tx.add(credit)
    credit.role, credit.share_bp, credit.state = role, share_bp, CreditState.OFFERED
    note(tx, held.work, "credit_offered", actor.user_id, now, user=user_id, role=role, share_bp=share_bp)
    await _settle(tx, held)
    await changed(tx, held, now)
    await outbox.say(
        tx, key=f"credit:{work_id}:{artist.id}:{held.work.version}", kind="credit_offered", show_id=held.show.id,
        subject={"work": work_id, "user": user_id}, user_id=user_id, channel_id=held.work.channel_id, now=now,
    )  # fmt: skip


@writes
async def answer(tx: Transaction, user_id: int, work_id: int, *, confirm: bool, now: datetime) -> Decision:
    """Agree to the share one was offered, or decline it; it can be changed until the episode is released.

    UserError when nothing was offered to this person, or when what is left no longer holds the share.
    """
    held = await hold(tx, work_id)
    row = (
        await tx.execute(
            select(Credit, Artist)
            .join(Artist, Artist.id == Credit.artist_id)
            .where(Credit.work_id == work_id, Artist.user_id == user_id)
        )
    ).one_or_none()
    if row is None or row.Artist.id == held.artist.id:
        raise UserError(f"Nobody has offered you a share of #{held.work.number}.")
    credit: Credit = row.Credit
    wanted = CreditState.CONFIRMED if confirm else CreditState.DECLINED
    if credit.state is not wanted:
        require_taking(held, "answer this")
        await _decide(tx, held, credit, wanted, user_id, now)
    return Decision(work_id, held.work.number, held.work.title, credit.share_bp, confirm)


@writes
async def remove(tx: Transaction, actor: Actor, work_id: int, *, user_id: int, now: datetime) -> None:
    """Take an offer back, or a credit off; only the person themself or a producer can end a confirmed one."""
    held = await hold(tx, work_id)
    require_taking(held, "change credits", by=actor)
    row = (
        await tx.execute(
            select(Credit, Artist)
            .join(Artist, Artist.id == Credit.artist_id)
            .where(Credit.work_id == work_id, Artist.user_id == user_id, Artist.id != held.artist.id)
        )
    ).one_or_none()
    if row is None:
        raise UserError("This person has no part in the work that could be taken off.")
    credit: Credit = row.Credit
    if actor.user_id != user_id:
        require_hand(held, actor, "change its credits")
        if credit.state is CreditState.CONFIRMED and actor.user_id == held.artist.user_id:
            raise UserError(f"{row.Artist.name} has confirmed this share. Only they, or a producer, can take it off.")
    await _drop(tx, held, credit, actor.user_id, user_id, now)


async def _decide(
    tx: Transaction, held: Held, credit: Credit, wanted: CreditState, user_id: int, now: datetime
) -> None:
    if wanted is CreditState.CONFIRMED:
        await _require_room(tx, held, credit.artist_id, credit.share_bp)
    credit.state = wanted
    note(tx, held.work, f"credit_{wanted.value}", user_id, now, user=user_id, share_bp=credit.share_bp)
    await _settle(tx, held)
    await changed(tx, held, now)


async def _drop(tx: Transaction, held: Held, credit: Credit, by: int, user_id: int, now: datetime) -> None:
    await tx.delete(credit)
    note(tx, held.work, "credit_removed", by, now, user=user_id, share_bp=credit.share_bp)
    await _settle(tx, held)
    await changed(tx, held, now)


async def _require_room(tx: Transaction, held: Held, artist_id: int, share_bp: int) -> None:
    """UserError unless the share fits beside what the others have or are offered."""
    others = (Credit.work_id == held.work.id) & (Credit.state != CreditState.DECLINED)
    others &= Credit.artist_id.not_in([artist_id, held.artist.id])
    taken, people = (
        await tx.execute(select(func.coalesce(func.sum(Credit.share_bp), 0), func.count()).where(others))
    ).one()
    if people >= MOST - 1:
        raise UserError(f"A work can credit {MOST} people at most.")
    left = WHOLE - int(taken)
    if share_bp > left:
        raise UserError(
            f"Only {left / 100:g}% of #{held.work.number} is left to share; the others have or are offered the rest."
        )


async def _settle(tx: Transaction, held: Held) -> None:
    """Give whoever posted the work what the others have not confirmed, so that the confirmed shares are whole."""
    await tx.flush()
    confirmed = await tx.scalar(
        select(func.coalesce(func.sum(Credit.share_bp), 0)).where(
            Credit.work_id == held.work.id,
            Credit.state == CreditState.CONFIRMED,
            Credit.artist_id != held.artist.id,
        )
    )
    own = await tx.scalar(select(Credit).where(Credit.work_id == held.work.id, Credit.artist_id == held.artist.id))
    if own is None:
        raise RuntimeError(f"work {held.work.id} has no credit for the artist who posted it")
    own.share_bp = WHOLE - int(confirmed or 0)
    await tx.flush()
