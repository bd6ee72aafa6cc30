"""Shows as they are read: snapshots for cards, autocomplete and the check."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from db.models import (
    Collecting,
    Deadline,
    DeadlineState,
    Episode,
    Funding,
    Show,
    ShownAs,
    Theme,
    ThemeState,
    Unclaimed,
    VoteMethod,
    Weights,
)
from domain.episode import Phase
from domain.errors import UserError
from domain.filekinds import named_kinds
from domain.licences import Licence
from domain.money import Currency, currency
from services.access import Actor, find_show
from services.store import Transaction, reads
from services.views import VoteRules, vote_rules

WEEKDAYS = 7


@dataclass(frozen=True, slots=True)
class ShowRef:
    """A show as others mention it; the role and channels are Discord's ids."""

    id: int
    name: str
    slug: str
    works_channel_id: int
    producer_role_id: int | None


@dataclass(frozen=True, slots=True)
class EpisodeRef:
    """An episode as a show mentions it; `until` is when its phase ends by the clock."""

    id: int
    code: str
    title: str
    phase: Phase
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ShowView:
    """A show with its rules. Seconds, basis points, minor units of `currency`; weekdays with Monday 0.

    `next_theme_at` is None when nothing goes out by itself (paused, or no weekdays). `max_file_mb` is None where files
    may be as large as is kept at all, `file_kinds` empty where every kind is taken.
    """

    id: int
    guild_id: int
    name: str
    slug: str
    works_channel_id: int
    news_channel_id: int
    producers_channel_id: int | None
    producer_role_id: int | None
    timezone: str
    currency: Currency
    weekdays: tuple[int, ...]
    post_at: str
    every_weeks: int
    anchor: date
    open_seconds: int
    voting_seconds: int
    comment_seconds: int
    grace_seconds: int
    collecting: Collecting
    licence: Licence
    vote_method: VoteMethod
    max_score: int
    seats: int
    weights: Weights
    lineage_bp: int
    house_bp: int
    floor: int
    cap_bp: int
    payout_min: int
    claim_days: int
    voting: VoteRules
    funding: Funding
    promised: int
    equal_parts: int
    points_parts: int
    votes_parts: int
    unclaimed: Unclaimed
    shown_as: ShownAs
    receipts_public: bool
    comment_min_seconds: int
    season: int
    paused: bool
    queued: int
    next_theme_at: datetime | None
    episodes: tuple[EpisodeRef, ...]
    max_files: int = 10
    commercial: bool = False
    max_file_mb: int | None = None
    file_kinds: tuple[str, ...] = ()


async def show_view(tx: Transaction, show: Show) -> ShowView:
    """The snapshot of a show, with what runs in it now."""
    return ShowView(
        id=show.id, guild_id=show.guild_id, name=show.name, slug=show.slug,
        works_channel_id=show.works_channel_id, news_channel_id=show.news_channel_id,
        producers_channel_id=show.producers_channel_id, producer_role_id=show.producer_role_id,
        timezone=show.timezone, currency=currency(show.currency), weekdays=weekday_numbers(show.weekdays),
        post_at=show.post_at, every_weeks=show.every_weeks, anchor=show.anchor, open_seconds=show.open_seconds,
        voting_seconds=show.voting_seconds, comment_seconds=show.comment_seconds, grace_seconds=show.grace_seconds,
        collecting=show.collecting, licence=show.licence, vote_method=show.vote_method, max_score=show.max_score,
        seats=show.seats, weights=show.weights, lineage_bp=show.lineage_bp, house_bp=show.house_bp, floor=show.floor,
        cap_bp=show.cap_bp, payout_min=show.payout_min, claim_days=show.claim_days, voting=vote_rules(show),
        funding=show.funding, promised=show.promised, equal_parts=show.equal_parts, points_parts=show.points_parts,
        votes_parts=show.votes_parts, unclaimed=show.unclaimed, shown_as=show.shown_as,
        receipts_public=show.receipts_public, comment_min_seconds=show.comment_min_seconds, season=show.season,
        paused=show.paused, queued=await queue_length(tx, show.id), next_theme_at=await next_theme_at(tx, show.id),
        episodes=await _running(tx, show.id),
        commercial=show.commercial, max_files=show.max_files, max_file_mb=show.max_file_mb,
        file_kinds=named_kinds(show.file_kinds),
    )  # fmt: skip


def weekday_numbers(bits: int) -> tuple[int, ...]:
    """The weekdays in a show's bit set, Monday 0."""
    return tuple(day for day in range(WEEKDAYS) if bits >> day & 1)


async def queue_length(tx: Transaction, show_id: int) -> int:
    """How many themes wait for their episode."""
    where = (Theme.show_id == show_id, Theme.state == ThemeState.QUEUED)
    return int(await tx.scalar(select(func.count()).select_from(Theme).where(*where)) or 0)


def theme_key(show_id: int) -> str:
    """The key of the deadline that brings a show's next theme."""
    return f"show:{show_id}:theme"


async def next_theme_at(tx: Transaction, show_id: int) -> datetime | None:
    """When the show's next theme goes out by itself."""
    where = (Deadline.key == theme_key(show_id), Deadline.state == DeadlineState.WAITING)
    found: datetime | None = await tx.scalar(select(Deadline.due_at).where(*where))
    return found


async def _running(tx: Transaction, show_id: int) -> tuple[EpisodeRef, ...]:
    where = (Episode.show_id == show_id, Episode.phase.not_in((Phase.RELEASED, Phase.CANCELED)))
    rows = await tx.scalars(select(Episode).where(*where).order_by(Episode.id))
    until = {Phase.PLANNED: "opens_at", Phase.OPEN: "closes_at", Phase.VOTING: "votes_until"}
    return tuple(
        EpisodeRef(
            id=row.id,
            code=f"S{row.season}E{row.number}",
            title=row.title,
            phase=row.phase,
            until=getattr(row, until[row.phase]) if row.phase in until else None,
        )
        for row in rows
    )


@reads
async def get_show(
    tx: Transaction, guild_id: int, *, show: str | None = None, channel_id: int | None = None
) -> ShowView:
    """The show that is meant (see services.access.find_show); UserError when none or several could be."""
    return await show_view(tx, await find_show(tx, guild_id, name=show, channel_id=channel_id))


@reads
async def show_by_id(tx: Transaction, show_id: int) -> ShowView:
    """The show with this row id; UserError when it is gone."""
    show = await tx.get(Show, show_id)
    if show is None:
        raise UserError("That show does not exist any more.")
    return await show_view(tx, show)


@reads
async def list_shows(tx: Transaction, guild_id: int) -> tuple[ShowRef, ...]:
    """The guild's shows by name, for choosing one."""
    rows = await tx.scalars(select(Show).where(Show.guild_id == guild_id).order_by(Show.name))
    return tuple(ShowRef(row.id, row.name, row.slug, row.works_channel_id, row.producer_role_id) for row in rows)


@reads
async def setup_target(tx: Transaction, actor: Actor, name: str | None) -> ShowView | None:
    """The show that /setup with this name would go over again; None when it would make a new one.

    Without a name that is the guild's only show. UserError when it has several: then one must be named.
    """
    rows = list(await tx.scalars(select(Show).where(Show.guild_id == actor.guild_id).order_by(Show.name)))
    if name is not None:
        wanted = " ".join(name.split()).casefold()
        rows = [row for row in rows if row.name.casefold() == wanted]
    if len(rows) > 1:
        names = ", ".join(row.name for row in rows)
        raise UserError(
            f"This server has several shows: {names}. Say with `name` which one to go over, or name a new one."
        )
    return await show_view(tx, rows[0]) if rows else None
