"""One work."""

from sqlalchemy import func, select

from db.models import CutEntry, Tally, Work, WorkState
from services import tallies
from services.blind import hidden_works, without_names
from services.cuts import CutLine
from services.episodes.views import episode_view
from services.gallery.episodes import timezone_of
from services.gallery.views import WorkPage
from services.store import Transaction, reads
from services.views import WorkRef, WorkView
from services.works import history
from services.works import read as works
from services.works.family import family_of

RELATIVES = 40
"""Works of its lineage that a work's page draws."""


@reads
async def work_page(tx: Transaction, *, work_id: int, relatives: int = RELATIVES) -> WorkPage:
    """A work by its id, with so many works of its lineage; UserError when there is none."""
    work = await works.work_view(tx, work_id)
    counted = await tx.scalar(select(func.count()).select_from(Tally).where(Tally.episode_id == work.episode_id))
    result = await tallies.result_view(tx, work.episode_id) if counted else None
    cut = await _cut_line(tx, work)
    before, after = await _neighbours(tx, work)
    hidden = await hidden_works(tx)
    page = WorkPage(
        work=work,
        episode=await episode_view(tx, work.episode_id),
        timezone=await timezone_of(tx, work.episode_id),
        outcome=cut.outcome if cut else None,
        cut=cut,
        result=next((line for line in result.works if line.work.id == work.id), None) if result else None,
        top=result.top if result else 0,
        before=before,
        after=after,
        lineage=await family_of(tx, work_id, most=relatives),
        history=await history.public(tx, work_id) if work.state is WorkState.IN and work_id not in hidden else (),
    )
    return without_names(page, hidden)


async def _neighbours(tx: Transaction, work: WorkView) -> tuple[int | None, int | None]:
    """The works that take part with the next lower and the next higher number."""
    where = (Work.episode_id == work.episode_id, Work.state == WorkState.IN)
    lower = select(Work.id).where(*where, Work.number < work.number).order_by(Work.number.desc()).limit(1)
    higher = select(Work.id).where(*where, Work.number > work.number).order_by(Work.number).limit(1)
    return await tx.scalar(lower), await tx.scalar(higher)


async def _cut_line(tx: Transaction, work: WorkView) -> CutLine | None:
    """The work's place in the cut of its episode; None while nobody has put it in or out."""
    entry = await tx.get(CutEntry, (work.episode_id, work.id))
    if entry is None:
        return None
    ref = WorkRef(work.id, work.number, work.title, work.artist.name, work.state)
    return CutLine(ref, entry.in_cut, entry.by_vote, entry.points, entry.reason, entry.outcome)
