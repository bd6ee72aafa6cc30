"""The links of works, on their way to a title and a picture: which wait, and what became of each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from db.models import LinkState, Work, WorkLink, WorkState
from services.store import Transaction, reads, writes
from services.works.records import refresh_card


@dataclass(frozen=True, slots=True)
class WaitingLink:
    """A link to look at. `attempts` counts the tries that failed."""

    id: int
    work_id: int
    url: str
    attempts: int


@dataclass(frozen=True, slots=True)
class WaitingLinks:
    """What can be looked at now, and when to look again if nothing happens before (None: never)."""

    links: tuple[WaitingLink, ...]
    next_at: datetime | None


@reads
async def waiting(tx: Transaction, *, now: datetime, limit: int, without: Collection[int] = ()) -> WaitingLinks:
    """The links of works that take part, oldest first, leaving out those under way (`without`)."""
    state = (WorkLink.state == LinkState.WAITING) & (Work.state == WorkState.IN)
    due = or_(WorkLink.next_try_at.is_(None), WorkLink.next_try_at <= now)
    rows = await tx.execute(
        select(WorkLink.id, WorkLink.work_id, WorkLink.url, WorkLink.attempts)
        .join(Work, Work.id == WorkLink.work_id)
        .where(state, due, WorkLink.id.not_in(without))
        .order_by(WorkLink.attempts, WorkLink.id)
        .limit(limit)
    )
    found = tuple(WaitingLink(*row) for row in rows)
    later = select(func.min(WorkLink.next_try_at)).join(Work, Work.id == WorkLink.work_id)
    return WaitingLinks(found, await tx.scalar(later.where(state, WorkLink.next_try_at > now)))


@writes
async def known(
    tx: Transaction, link_id: int, *, title: str, site: str, preview: str | None, now: datetime, url: str = ""
) -> None:
    """What the link leads to; `preview` is the media key of a picture of it. The work's card shows it from now on.

    `url` is what was looked at, here as below: a link that was taken out meanwhile may have left its id to another.
    """
    link = await _still(tx, link_id, url)
    if link is None or link.state is not LinkState.WAITING:
        return
    link.state, link.title, link.site, link.preview, link.error = LinkState.KNOWN, title, site, preview, ""
    await refresh_card(tx, await tx.get_one(Work, link.work_id), now)


@writes
async def postponed(tx: Transaction, link_id: int, *, error: str, at: datetime, url: str = "") -> None:
    """The try failed and the next is at `at`."""
    link = await _still(tx, link_id, url)
    if link is not None and link.state is LinkState.WAITING:
        link.attempts, link.next_try_at, link.error = link.attempts + 1, at, error


@writes
async def failed(tx: Transaction, link_id: int, *, error: str, url: str = "") -> None:
    """Nothing will be known of the link, for this reason. It stays a link all the same."""
    link = await _still(tx, link_id, url)
    if link is not None and link.state is LinkState.WAITING:
        link.state, link.error = LinkState.FAILED, error


async def _still(tx: Transaction, link_id: int, url: str) -> WorkLink | None:
    link = await tx.get(WorkLink, link_id)
    return link if link is None or not url or link.url == url else None
