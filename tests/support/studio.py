"""A guild with a show, as service and cog tests begin with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import update

from db.models import Show, ShownAs
from services import shows
from services.access import Actor
from services.store import Database

NOW = datetime(2026, 6, 1, 18, 0, tzinfo=UTC)
"""A Monday; where a test's time begins."""

GUILD = 900_000_000_000_000_001
WORKS_CHANNEL, NEWS_CHANNEL, PRODUCERS_CHANNEL = GUILD + 1, GUILD + 2, GUILD + 3
PRODUCER_ROLE = GUILD + 4


def after(**span: float) -> datetime:
    """An instant some time after NOW."""
    return NOW + timedelta(**span)


def rng(seed: int = 1) -> Random:
    """Chance that repeats."""
    return Random(seed)


def actor(name: str = "Mira", *, user_id: int = 0, producer: bool = False, manager: bool = False) -> Actor:
    """A member of the guild; each name has an id of its own."""
    return Actor(
        guild_id=GUILD,
        guild_name="Night Owls",
        user_id=user_id or 500_000_000_000_000_000 + sum(ord(c) * 131**i for i, c in enumerate(name[:6])),
        name=name,
        role_ids=frozenset({PRODUCER_ROLE}) if producer else frozenset(),
        manages_guild=manager,
    )


MANAGER = actor("Manager", manager=True)
PRODUCER = actor("Producer", producer=True)


def elsewhere(who: Actor) -> Actor:
    """The same person in another guild."""
    return replace(who, guild_id=GUILD + 1000, guild_name="Elsewhere")


async def make_show(db: Database, *, now: datetime = NOW, **changes: str | int | None) -> shows.ShowView:
    """A show that posts on Mondays at 18:00 UTC, open 7 days, voting 3, unless `changes` say otherwise.

    Its payouts name everybody with their amount, which a new show's do not: most tests look for people in them.
    """
    setup = shows.ShowSetup(
        name="Night Shift",
        works_channel_id=WORKS_CHANNEL,
        news_channel_id=NEWS_CHANNEL,
        producers_channel_id=PRODUCERS_CHANNEL,
        producer_role_id=PRODUCER_ROLE,
        timezone="UTC",
    )
    made = await shows.setup_show(db, MANAGER, setup=replace(setup, **changes), now=now)  # type: ignore[arg-type]  # fields by name
    await db.write(lambda tx: tx.execute(update(Show).where(Show.id == made.id).values(shown_as=ShownAs.NAMES)))
    return replace(made, shown_as=ShownAs.NAMES)
