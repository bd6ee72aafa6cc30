"""What is between one person and a work's sources: questions to answer, disputes, what they can object to or claim."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from db.models import Artist, Credit, CreditState, SourceState, Work, WorkState
from domain.licences import conflict, flag
from services.access import Actor
from services.store import Transaction, reads
from services.views import WorkRef, WorkView
from services.works import disputes, lookalikes
from services.works.dispute_rows import DisputeView
from services.works.lookalikes import LikenessView
from services.works.read import work_view
from services.works.records import Held, hold, still_taking


@dataclass(frozen=True, slots=True)
class Standing:
    """`questions` are the poster's alone; `disputable` are the sources that the person may object to being named as.

    `may_claim`: they may say that the work was made from one of theirs. `flags` say what licences stand in the way of.
    """

    questions: tuple[LikenessView, ...] = ()
    disputes: tuple[DisputeView, ...] = ()
    disputable: tuple[WorkRef, ...] = ()
    may_claim: bool = False
    flags: tuple[str, ...] = ()


async def standing(tx: Transaction, held: Held, work: WorkView, actor: Actor, *, hand: bool) -> Standing:
    """How `actor` stands to a work; `hand`: they posted it or run the show."""
    own = actor.user_id == held.artist.user_id
    taking = still_taking(held) and held.work.state is WorkState.IN
    open_ones = await disputes.concerning(tx, held, actor)
    return Standing(
        questions=await lookalikes.waiting(tx, held.work.id) if own and still_taking(held) else (),
        disputes=open_ones,
        disputable=await _disputable(tx, work, actor) if taking and not own else (),
        may_claim=taking and not own and await _has_work(tx, held, actor),
        flags=_flags(held, work) if hand else (),
    )


@reads
async def flags(tx: Transaction, work_id: int) -> tuple[str, ...]:
    """What the licences of a work and of its sources stand in the way of, for whoever has just chosen them."""
    return _flags(await hold(tx, work_id), await work_view(tx, work_id))


async def _disputable(tx: Transaction, work: WorkView, actor: Actor) -> tuple[WorkRef, ...]:
    linked = [edge.work for edge in work.sources if edge.work is not None and edge.state is SourceState.CONFIRMED]
    if not linked:
        return ()
    mine = await disputes.parts_in(tx, actor.user_id, actor.guild_id, [source.id for source in linked])
    return tuple(source for source in linked if source.id in mine)


async def _has_work(tx: Transaction, held: Held, actor: Actor) -> bool:
    """Whether the person has a confirmed part in any work of the show."""
    part = (
        select(Credit.id)
        .join(Artist, Artist.id == Credit.artist_id)
        .join(Work, Work.id == Credit.work_id)
        .where(Artist.guild_id == actor.guild_id, Artist.user_id == actor.user_id, Work.show_id == held.show.id)
        .where(Credit.state == CreditState.CONFIRMED, Work.id != held.work.id)
    )
    return bool(await tx.scalar(select(exists(part))))


def _flags(held: Held, work: WorkView) -> tuple[str, ...]:
    """What the work's own licence, and those of its sources as they are now, stand in the way of."""
    commercial = held.deal.commercial
    found = [flag(work.licence, commercial=commercial)]
    for edge in work.sources:
        problem = conflict(edge.licence, work.licence, commercial=commercial) if edge.licence else None
        name = f"#{edge.work.number}" if edge.work else f"“{edge.outside_title}”"
        found.append(f"{name}: {problem}" if problem else None)
    return tuple(sentence for sentence in found if sentence)
