"""What a remixer says of a source: a line of thanks, and under which licence something from outside is."""

from datetime import datetime

from db.models import Source, SourceState
from domain.errors import UserError
from domain.licences import Licence, conflict
from services.store import Transaction, writes
from services.views import SourceView
from services.works.read import work_view
from services.works.records import Held, changed, hold, note
from services.works.remixed import retell
from services.works.sourcelines import THANKS


@writes
async def thank(tx: Transaction, user_id: int, work_id: int, source_id: int, *, text: str, now: datetime) -> SourceView:
    """As the remixer, put a line of thanks beside a source (its edge's row id); empty takes it away.

    It is shown wherever the source is, and its artists are told. UserError for anybody else.
    """
    held, edge = await _mine(tx, user_id, work_id, source_id)
    text = " ".join(text.split())[:THANKS]
    if text != edge.thanks:
        edge.thanks = text
        note(tx, held.work, "source_thanked", user_id, now, **_named(edge), thanks=text)
        await tx.flush()
        await changed(tx, held, now)
        await retell(tx, held.work, edge, now=now)
    return await _view(tx, work_id, source_id)


@writes
async def licensed(
    tx: Transaction, user_id: int, work_id: int, source_id: int, *, licence: Licence | None, now: datetime
) -> SourceView:
    """As the remixer, say under which licence an outside source is (None: not known).

    UserError where that licence does not allow the remix, with what would solve it.
    """
    held, edge = await _mine(tx, user_id, work_id, source_id)
    if edge.outside_title is None:
        raise UserError("A work of this community has its own licence; its artist changes it with Edit.")
    problem = licence and conflict(licence, held.work.licence, commercial=held.deal.commercial)
    if problem:
        raise UserError(f"“{edge.outside_title}”: {problem}")
    if licence is not edge.outside_licence:
        edge.outside_licence = licence
        note(tx, held.work, "source_licensed", user_id, now, **_named(edge), licence=licence and licence.value)
        await tx.flush()
        await changed(tx, held, now)
    return await _view(tx, work_id, source_id)


async def _mine(tx: Transaction, user_id: int, work_id: int, source_id: int) -> tuple[Held, Source]:
    held = await hold(tx, work_id)
    if held.artist.user_id != user_id:
        raise UserError(f"The words beside a source are {held.artist.name}'s, who posted #{held.work.number}.")
    edge = await tx.get(Source, source_id)
    if edge is None or edge.work_id != work_id or edge.state is SourceState.REMOVED:
        raise UserError("This work no longer names that source.")
    return held, edge


async def _view(tx: Transaction, work_id: int, source_id: int) -> SourceView:
    work = await work_view(tx, work_id)
    return next(source for source in work.sources if source.id == source_id)


def _named(edge: Source) -> dict[str, int | str | None]:
    return {"source": edge.source_work_id, "outside": edge.outside_title, "url": edge.outside_url}
