"""What the last words of an episode are made of: the credits of a released one, the reason of a canceled one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from db.models import (
    Artist,
    Credit,
    CreditState,
    CutEntry,
    Episode,
    EpisodeMove,
    Source,
    SourceState,
    Work,
)
from domain.episode import Outcome, Phase
from domain.money import Money
from services.episodes.views import episode_view
from services.pools import given_back
from services.store import Transaction, reads
from services.views import EpisodeView


@dataclass(frozen=True, slots=True)
class CreditedWork:
    """A work with the artists behind it, who posted it first; `thanks` are its remixer's words to its sources."""

    id: int
    number: int
    title: str
    artists: tuple[str, ...]
    thanks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A released episode: the works in its cut, and those that these were made from."""

    episode: EpisodeView
    cut: tuple[CreditedWork, ...]
    influences: tuple[CreditedWork, ...]
    artists: int
    note: str


@dataclass(frozen=True, slots=True)
class CanceledView:
    """A canceled episode with the public reason, and what of its money went to the show's reserve."""

    episode: EpisodeView
    reason: str
    returned: Money | None = None


@reads
async def release_view(tx: Transaction, episode_id: int) -> ReleaseView:
    """Everything the credits roll names."""
    cut = await _works(tx, episode_id, used=True)
    influences = await _works(tx, episode_id, used=False)
    move = await _move(tx, episode_id, Phase.RELEASED)
    return ReleaseView(
        episode=await episode_view(tx, episode_id),
        cut=cut,
        influences=influences,
        artists=len({name for work in (*cut, *influences) for name in work.artists}),
        note=move.reason if move else "",
    )


@reads
async def canceled_view(tx: Transaction, episode_id: int) -> CanceledView:
    """Why an episode was canceled."""
    move = await _move(tx, episode_id, Phase.CANCELED)
    return CanceledView(
        episode=await episode_view(tx, episode_id),
        reason=move.reason if move else "",
        returned=await given_back(tx, await tx.get_one(Episode, episode_id)),
    )


async def _move(tx: Transaction, episode_id: int, to: Phase) -> EpisodeMove | None:
    where = (EpisodeMove.episode_id == episode_id, EpisodeMove.to_phase == to)
    found: EpisodeMove | None = await tx.scalar(select(EpisodeMove).where(*where))
    return found


async def _works(tx: Transaction, episode_id: int, *, used: bool) -> tuple[CreditedWork, ...]:
    fits = CutEntry.in_cut.is_(True) if used else CutEntry.outcome == Outcome.INFLUENCE
    query = (
        select(Work, Artist)
        .join(CutEntry, CutEntry.work_id == Work.id)
        .join(Artist, Artist.id == Work.artist_id)
        .where(CutEntry.episode_id == episode_id, fits)
        .order_by(Work.number)
    )
    rows = (await tx.execute(query)).all()
    ids = [work.id for work, _ in rows]
    credited, thanks = await _credits(tx, ids), await _thanks(tx, ids)
    return tuple(
        CreditedWork(
            id=work.id,
            number=work.number,
            title=work.title,
            artists=(artist.name, *(name for name in credited[work.id] if name != artist.name)),
            thanks=tuple(thanks[work.id]),
        )
        for work, artist in rows
    )


async def _credits(tx: Transaction, ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(Credit.work_id, Artist.name)
        .join(Artist, Artist.id == Credit.artist_id)
        .where(Credit.work_id.in_(ids), Credit.state == CreditState.CONFIRMED)
        .order_by(Credit.share_bp.desc(), Credit.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for work_id, name in await tx.execute(query):
        found[work_id].append(name)
    return found


async def _thanks(tx: Transaction, ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(Source.work_id, Source.thanks)
        .where(Source.work_id.in_(ids), Source.state != SourceState.REMOVED, Source.thanks != "")
        .order_by(Source.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for work_id, words in await tx.execute(query):
        found[work_id].append(words)
    return found
