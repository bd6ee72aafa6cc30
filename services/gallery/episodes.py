"""An episode: whole, for programs, and as its page shows it."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from db.models import Episode, PayoutRound, Show, Source, SourceState, Tally, Work, WorkState
from domain.episode import RoundPhase
from domain.errors import UserError
from services import cuts, tallies, voting
from services.blind import hidden_works, without_names
from services.episodes.views import episode_view, moves_of
from services.gallery.views import EpisodeFront, EpisodePage, Lineage
from services.payouts.read import round_view
from services.payouts.views import RoundView
from services.store import Transaction, reads
from services.views import WorkView
from services.works import read as works

PUBLIC = (WorkState.IN, WorkState.WITHDRAWN, WorkState.DISQUALIFIED)
PER_PAGE = 48


@reads
async def episode_page(tx: Transaction, *, episode_id: int) -> EpisodePage:
    """An episode by its id; UserError when there is none."""
    page = await _page(tx, episode_id, await works.views(tx, episode_id, states=PUBLIC))
    return without_names(page, await hidden_works(tx))


@reads
async def episode_front(tx: Transaction, *, episode_id: int, page: int = 1) -> EpisodeFront:
    """An episode by its id with one page of its works; UserError when there is no such episode or page."""
    query = select(Work.id, Work.state).where(Work.episode_id == episode_id).order_by(Work.number)
    rows = list(await tx.execute(query))
    taking_part = [work_id for work_id, state in rows if state is WorkState.IN]
    pages = max(1, -(-len(taking_part) // PER_PAGE))
    if not 1 <= page <= pages:
        raise UserError(f"This episode has {pages} page{'' if pages == 1 else 's'} of works.")
    shown = taking_part[(page - 1) * PER_PAGE : page * PER_PAGE]
    left = [work_id for work_id, state in rows if state is not WorkState.IN]
    refs = await works.refs(tx, left)
    front = EpisodeFront(
        whole=await _page(tx, episode_id, await works.views_of(tx, shown)),
        page=page,
        pages=pages,
        left=tuple(refs[work_id] for work_id in left),
        lineage=await lineage_of(tx, episode_id),
    )
    return without_names(front, await hidden_works(tx))


async def _page(tx: Transaction, episode_id: int, made: Sequence[WorkView]) -> EpisodePage:
    episode = await episode_view(tx, episode_id)
    counted = await tx.scalar(select(func.count()).select_from(Tally).where(Tally.episode_id == episode_id))
    return EpisodePage(
        episode=episode,
        timezone=await timezone_of(tx, episode_id),
        moves=await moves_of(tx, episode_id),
        works=tuple(made),
        outcomes=await cuts.outcomes_of(tx, [work.id for work in made]),
        turnout=await voting.turnout(tx, episode_id),
        result=await tallies.result_view(tx, episode_id) if counted else None,
        cut=await cuts.view_of(tx, episode_id),
        rounds=await public_rounds(tx, episode_id),
    )


async def timezone_of(tx: Transaction, episode_id: int) -> str:
    """The time zone of the show that an episode belongs to."""
    query = select(Show.timezone).join(Episode, Episode.show_id == Show.id).where(Episode.id == episode_id)
    return (await tx.scalars(query)).one()


async def public_rounds(tx: Transaction, episode_id: int) -> tuple[RoundView, ...]:
    """The payout rounds of an episode that have been proposed, oldest first."""
    where = (PayoutRound.episode_id == episode_id, PayoutRound.phase != RoundPhase.DRAFT)
    ids = list(await tx.scalars(select(PayoutRound.id).where(*where).order_by(PayoutRound.number)))
    return tuple([await round_view(tx, round_id) for round_id in ids])


async def lineage_of(tx: Transaction, episode_id: int) -> Lineage:
    """Confirmed sources into and out of an episode's works, over works that take part."""
    here = frozenset(await tx.scalars(select(Work.id).where(Work.episode_id == episode_id, Work.state == WorkState.IN)))
    mine = select(Work.id).where(Work.episode_id == episode_id)
    query = (
        select(Source.work_id, Source.source_work_id)
        .join(Work, Work.id == Source.work_id)
        .where(
            Source.state == SourceState.CONFIRMED,
            Source.source_work_id.is_not(None),
            Work.state == WorkState.IN,
            or_(Source.work_id.in_(mine), Source.source_work_id.in_(mine)),
        )
        .order_by(Source.id)
    )
    edges = tuple((work_id, source_id) for work_id, source_id in await tx.execute(query) if source_id is not None)
    return Lineage(edges, await works.refs(tx, {work_id for edge in edges for work_id in edge}), here)
