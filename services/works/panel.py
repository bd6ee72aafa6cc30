"""What a person sees, and may do now, behind a work's More button."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from db.models import WorkState
from domain.episode import Outcome
from domain.errors import UserError
from services.access import Actor, is_producer
from services.cuts import outcomes_of
from services.episodes.views import code_of
from services.store import Transaction, reads
from services.views import WorkView
from services.works import history
from services.works.history import Moment
from services.works.read import work_view
from services.works.records import Held, hold, still_taking, timely
from services.works.standing import Standing, standing

SHOWN = 6
"""Lines of a work's history that a panel shows."""


class Doing(StrEnum):
    """What can be done with a work of one's own, or of one's show."""

    SOURCE = "source"
    CREDIT = "credit"
    EDIT = "edit"
    FILES = "files"
    WITHDRAW = "withdraw"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Panel:
    """A work for one person. `hand`: they posted it (`own`) or run the show; `may` is what they can do with it now.

    `outcome` is there once the episode is out. `history` is newest first, `earlier` the number of lines before it.
    """

    work: WorkView
    episode_id: int
    episode_code: str
    episode_title: str
    hand: bool
    may: tuple[Doing, ...]
    outcome: Outcome | None
    history: tuple[Moment, ...]
    earlier: int
    own: bool = False
    standing: Standing = field(default_factory=Standing)


@reads
async def panel(tx: Transaction, actor: Actor, work_id: int, *, at: datetime) -> Panel:
    """A work as `actor` sees it at `at`; UserError when their server has none such."""
    held = await hold(tx, work_id)
    if held.show.guild_id != actor.guild_id:
        raise UserError("This work is not here any more.")
    producer = is_producer(held.show, actor)
    hand = producer or actor.user_id == held.artist.user_id
    shown = await history.newest(tx, work_id, limit=SHOWN)
    lines = await history.count(tx, work_id) if len(shown) == SHOWN else len(shown)
    work = await work_view(tx, work_id)
    return Panel(
        work=work, standing=await standing(tx, held, work, actor, hand=hand), episode_id=held.episode.id,
        episode_code=code_of(held.episode),
        episode_title=held.episode.title, hand=hand, may=_may(held, actor, at) if hand else (),
        outcome=(await outcomes_of(tx, [work_id])).get(work_id), history=shown,
        earlier=lines - len(shown), own=actor.user_id == held.artist.user_id,
    )  # fmt: skip


def _may(held: Held, actor: Actor, at: datetime) -> tuple[Doing, ...]:
    """What a poster or producer can do; the services hold them to the same rules."""
    in_time, taking = timely(held, at, by=actor), still_taking(held, by=actor)
    if held.work.state is WorkState.DISQUALIFIED:
        return (Doing.RESTORE,) if taking and is_producer(held.show, actor) else ()
    if held.work.state is WorkState.WITHDRAWN:
        return (Doing.RESTORE,) if in_time else ()
    linking = (Doing.SOURCE, Doing.CREDIT) if taking else ()
    return (Doing.EDIT, Doing.FILES, *linking, Doing.WITHDRAW) if in_time else linking
