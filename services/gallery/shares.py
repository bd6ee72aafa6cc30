"""One artist's share of a payout round, told step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models import Artist, PayoutRound, Work
from domain import allocation
from domain.allocation.story import Story, tell
from domain.errors import UserError
from domain.money import Money
from domain.pseudonyms import spoken
from services.episodes.views import episode_view
from services.gallery.episodes import timezone_of
from services.paying.holds import held_of
from services.payouts.names import Keys, key_number, keys_of
from services.payouts.read import round_view
from services.payouts.views import HeldView, RoundView
from services.store import Transaction, reads
from services.views import EpisodeView, WorkRef
from services.works import read as works

_NOBODY = "Nobody in this payout is called so."


@dataclass(frozen=True, slots=True)
class SharePage:
    """An artist's share of a round. `works` are those its steps speak of, by what the statement calls them.

    Under pseudonyms there are no works to link to: `titles` says what each is called.
    """

    episode: EpisodeView
    timezone: str
    round: RoundView
    name: str
    key: str
    story: Story
    works: Mapping[str, WorkRef]
    titles: Mapping[str, str]
    held: tuple[HeldView, ...]
    made_at: datetime | None


@reads
async def share_page(tx: Transaction, *, round_id: int, key: str) -> SharePage:
    """A share by what the statement calls its artist; UserError where there is none."""
    view = await round_view(tx, round_id)
    row = await tx.get_one(PayoutRound, round_id)
    keys = keys_of(row)
    artist_id = next((share.artist.id for share in view.allocations if keys.artist(share.artist.id) == key), None)
    story = tell(allocation.from_json(row.inputs), key) if artist_id is not None else None
    if artist_id is None or story is None:
        raise UserError(_NOBODY)
    named = {name for step in story.steps for name in (*step.way, step.line.work) if name is not None}
    named |= {line.work for line in story.moved if line.work is not None}
    refs = {} if keys.hidden else await _refs(tx, view, named)
    artist = await tx.get_one(Artist, artist_id)
    return SharePage(
        episode=await episode_view(tx, view.episode_id),
        timezone=await timezone_of(tx, view.episode_id),
        round=view,
        name=spoken(key) if keys.hidden else artist.name,
        key=key,
        story=story,
        works=refs,
        titles={name: f"#{refs[name].number} {refs[name].title}" if name in refs else spoken(name) for name in named},
        held=() if keys.hidden else await _held(tx, view, artist_id),
        made_at=row.finalised_at or row.proposed_at,
    )


async def _refs(tx: Transaction, view: RoundView, names: set[str]) -> dict[str, WorkRef]:
    numbers = {key_number(name) for name in names}
    rows = await tx.execute(select(Work.id, Work.number).where(Work.show_id == view.show_id, Work.number.in_(numbers)))
    ids: dict[int, int] = dict(rows.all())
    plain = Keys("")
    return {plain.work(ids[found]): ref for found, ref in (await works.refs(tx, set(ids))).items()}


async def _held(tx: Transaction, view: RoundView, artist_id: int) -> tuple[HeldView, ...]:
    waiting = await held_of(tx, view.id, artist_id)
    refs = await works.refs(tx, {hold.work_id for hold, _ in waiting})
    unit = view.pool.currency
    return tuple(HeldView(refs[hold.work_id], hold.reason, Money(amount, unit)) for hold, amount in waiting)
