"""Setting a show up: one call makes it, the same call again goes over it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.models import Collecting, Show, ShownAs, VoteMethod, Weights
from domain.errors import UserError
from domain.licences import Licence
from domain.money import currency
from domain.schedule import parse_clock, zone
from services.access import Actor, remember_guild, require_manager
from services.shows.schedule import apply_schedule, read_weekdays, schedule_next
from services.shows.settings import (
    apply_channels,
    apply_durations,
    change_currency,
    read_durations,
    require_currency,
    require_free_channel,
)
from services.shows.views import ShowView, show_view
from services.store import Transaction, reads, writes

MAX_NAME = 80
DEFAULT_PAYOUT_MIN = 10
"""In major units of the show's currency."""


@dataclass(frozen=True, slots=True)
class ShowSetup:
    """What a producer chose; None keeps what the show has, or the default for a new one.

    Weekdays, time and durations are as people write them ("mon,thu", "18:00", "7d"); weekdays "none" means that
    producers open every episode themselves.
    """

    name: str
    works_channel_id: int | None = None
    news_channel_id: int | None = None
    producers_channel_id: int | None = None
    producer_role_id: int | None = None
    timezone: str | None = None
    currency: str | None = None
    weekdays: str | None = None
    time: str | None = None
    every_weeks: int | None = None
    open_for: str | None = None
    voting: str | None = None
    comments: str | None = None
    grace: str | None = None


@reads
async def check_setup(tx: Transaction, actor: Actor, *, setup: ShowSetup) -> None:
    """UserError for anything in `setup` that setup_show would refuse; to ask before channels are made for it."""
    require_manager(actor)
    name = _checked_name(setup.name)
    if setup.currency is not None:
        currency(setup.currency)
    if setup.timezone is not None:
        zone(setup.timezone)
    if setup.weekdays is not None:
        read_weekdays(setup.weekdays)
    if setup.time is not None:
        parse_clock(setup.time)
    read_durations(open_for=setup.open_for, voting=setup.voting, comments=setup.comments, grace=setup.grace)
    show = await _of_name(tx, actor.guild_id, name)
    if setup.works_channel_id is not None:
        await require_free_channel(tx, setup.works_channel_id, show.id if show else None)
    if show is not None and setup.currency is not None:
        await require_currency(tx, show, setup.currency)


@writes
async def setup_show(tx: Transaction, actor: Actor, *, setup: ShowSetup, now: datetime) -> ShowView:
    """Make the show, or bring the one of that name to what is asked; either way its next theme is set.

    UserError without Manage Server, for a name that is empty or too long, an unknown zone, currency, weekday or
    duration, or a works channel that another show uses; then nothing changes.
    """
    require_manager(actor)
    name = _checked_name(setup.name)
    await remember_guild(tx, actor.guild_id, actor.guild_name, now)
    show = await _of_name(tx, actor.guild_id, name)
    if show is None:
        show = await _new_show(tx, actor.guild_id, name, setup, now)
    else:
        await _bring_up(tx, show, setup)
    apply_durations(show, open_for=setup.open_for, voting=setup.voting, comments=setup.comments, grace=setup.grace)
    apply_schedule(
        show,
        weekdays=setup.weekdays,
        time=setup.time,
        timezone=setup.timezone,
        every_weeks=setup.every_weeks,
        now=now,
    )
    tx.add(show)
    await tx.flush()
    await schedule_next(tx, show, now)
    return await show_view(tx, show)


async def _bring_up(tx: Transaction, show: Show, setup: ShowSetup) -> None:
    await apply_channels(
        tx,
        show,
        setup.works_channel_id,
        setup.news_channel_id,
        setup.producers_channel_id,
        setup.producer_role_id,
    )
    if setup.currency is not None:
        await change_currency(tx, show, setup.currency)


def _checked_name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise UserError("A show needs a name.")
    if len(name) > MAX_NAME:
        raise UserError(f"That name has {len(name)} characters; a show's name can have up to {MAX_NAME}.")
    return name


async def _of_name(tx: Transaction, guild_id: int, name: str) -> Show | None:
    for show in await tx.scalars(select(Show).where(Show.guild_id == guild_id)):
        if show.name.casefold() == name.casefold():
            return show
    return None


async def _new_show(tx: Transaction, guild_id: int, name: str, setup: ShowSetup, now: datetime) -> Show:
    if setup.works_channel_id is None:
        raise UserError("A show needs a channel where its works are posted. Choose one with `works_channel`.")
    await require_free_channel(tx, setup.works_channel_id, None)
    money = currency(setup.currency or "USD")
    return Show(
        guild_id=guild_id, name=name, slug=await _free_slug(tx, name),
        works_channel_id=setup.works_channel_id, news_channel_id=setup.news_channel_id or setup.works_channel_id,
        producers_channel_id=setup.producers_channel_id, producer_role_id=setup.producer_role_id,
        timezone="UTC", currency=money.code, weekdays=0b1, post_at="18:00:00", every_weeks=1,
        anchor=now.date(), open_seconds=7 * 86_400, voting_seconds=3 * 86_400, comment_seconds=14 * 86_400,
        grace_seconds=600, collecting=Collecting.EVERYTHING, licence=Licence.CC_BY, vote_method=VoteMethod.SCORE,
        max_score=5, seats=12, weights=Weights.EQUAL, lineage_bp=2000, house_bp=5000, floor=0, cap_bp=10_000,
        payout_min=DEFAULT_PAYOUT_MIN * 10**money.exponent, claim_days=365, season=1, next_episode=1, next_work=1,
        shown_as=ShownAs.PSEUDONYMS, paused=False, created_at=now,
    )  # fmt: skip


async def _free_slug(tx: Transaction, name: str) -> str:
    """An address part made of the name, with a number when it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_NAME] or "show"
    taken = set(await tx.scalars(select(Show.slug).where(func.substr(Show.slug, 1, len(base)) == base)))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
