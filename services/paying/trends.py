"""Does pay go up or down? What was earned per episode, and how long it took from release to payment."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, median_low

from sqlalchemy import select

from db.models import Allocation, AllocationState, Artist, Episode, PayoutRound, Show
from domain.errors import UserError
from domain.money import Money, currency
from services.access import find_show
from services.episodes.views import code_of
from services.paying.balances import FINAL
from services.store import Transaction, reads

MOST = 60
"""Episodes that are looked back on."""


@dataclass(frozen=True, slots=True)
class EpisodeTrend:
    """An episode's final rounds together: what was shared, over how many artists, the median and the largest share.

    `paid` is what was sent of it in full shares, `days` the median of days from release to payment over those, and
    `days_to_final` from release to the first round that was final. None while there is nothing to say.
    """

    code: str
    title: str
    released_at: datetime | None
    pool: Money
    artists: int
    median: Money
    largest: Money
    paid: Money
    people_paid: int
    days_to_final: int | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Trends:
    """A show's episodes with final payouts in one currency, oldest first; or what one artist earned in each of them."""

    show_id: int
    show_name: str
    show_slug: str
    currency: str
    episodes: tuple[EpisodeTrend, ...]
    artist: str = ""


@dataclass(frozen=True, slots=True)
class _Share:
    amount: int
    artist_id: int
    paid_at: datetime | None


@reads
async def show_trends(
    tx: Transaction, *, guild_id: int, show: str | None, channel_id: int | None, user_id: int | None = None
) -> Trends:
    """The trends of a show that people of its server ask for; with `user_id` only what that person earned there."""
    found = await find_show(tx, guild_id, name=show, channel_id=channel_id)
    if user_id is None:
        return await trends_of(tx, found)
    artist = await tx.scalar(select(Artist).where(Artist.guild_id == guild_id, Artist.user_id == user_id))
    if artist is None:
        raise UserError("You have not taken part in a show here yet. Post a work in the show's channel to start.")
    return await trends_of(tx, found, artist)


@reads
async def public_trends(tx: Transaction, *, slug: str) -> Trends:
    """The trends of a show for its page: no names, only sums over everybody."""
    show = await tx.scalar(select(Show).where(Show.slug == slug))
    if show is None:
        raise UserError("There is no such show.")
    return await trends_of(tx, show)


async def trends_of(tx: Transaction, show: Show, artist: Artist | None = None) -> Trends:
    """A show's trends in its currency."""
    query = (
        select(Episode, PayoutRound, Allocation)
        .join(PayoutRound, PayoutRound.episode_id == Episode.id)
        .join(Allocation, Allocation.round_id == PayoutRound.id)
        .where(Episode.show_id == show.id, PayoutRound.phase.in_(FINAL), PayoutRound.currency == show.currency)
        .order_by(Episode.season, Episode.number)
    )
    if artist is not None:
        query = query.where(Allocation.artist_id == artist.id)
    episodes: dict[int, Episode] = {}
    shares: dict[int, list[_Share]] = defaultdict(list)
    finals: dict[int, datetime] = {}
    for episode, row, share in await tx.execute(query):
        episodes[episode.id] = episode
        paid = share.gone_at if share.state is AllocationState.PAID else None
        shares[episode.id].append(_Share(share.amount, share.artist_id, paid))
        if row.finalised_at is not None:
            finals[episode.id] = min(row.finalised_at, finals.get(episode.id, row.finalised_at))
    found = [_episode(each, shares[each.id], finals.get(each.id), show.currency) for each in episodes.values()]
    name = artist.name if artist is not None else ""
    return Trends(show.id, show.name, show.slug, show.currency, tuple(found[-MOST:]), name)


def _episode(episode: Episode, shares: Sequence[_Share], final: datetime | None, code: str) -> EpisodeTrend:
    unit = currency(code)
    by_artist: dict[int, int] = defaultdict(int)
    for share in shares:
        by_artist[share.artist_id] += share.amount
    sums = sorted(by_artist.values())
    sent = [share for share in shares if share.paid_at is not None]
    waited = [_days(episode.released_at, share.paid_at) for share in sent]
    known = [days for days in waited if days is not None]
    return EpisodeTrend(
        code=code_of(episode),
        title=episode.title,
        released_at=episode.released_at,
        pool=Money(sum(sums), unit),
        artists=len(sums),
        median=Money(median_low(sums), unit),
        largest=Money(sums[-1], unit),
        paid=Money(sum(share.amount for share in sent), unit),
        people_paid=len({share.artist_id for share in sent}),
        days_to_final=_days(episode.released_at, final),
        days=round(median(known)) if known else None,
    )


def _days(start: datetime | None, end: datetime | None) -> int | None:
    if start is None or end is None:
        return None
    return max(0, (end - start) // timedelta(days=1))
