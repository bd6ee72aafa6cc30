"""Who is asking, which show they mean, and whether they may."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models import Artist, Guild, Show
from domain.errors import UserError
from services.store import Transaction


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of a guild who asks for something. All ids are Discord's; `joined_at` is None where it is not known."""

    guild_id: int
    guild_name: str
    user_id: int
    name: str
    role_ids: frozenset[int]
    manages_guild: bool
    joined_at: datetime | None = None


def is_producer(show: Show, actor: Actor) -> bool:
    """Whether `actor` runs `show`: by the producer role, or by Manage Server."""
    return actor.guild_id == show.guild_id and (
        actor.manages_guild or (show.producer_role_id is not None and show.producer_role_id in actor.role_ids)
    )


def require_producer(show: Show, actor: Actor) -> None:
    """UserError unless `actor` runs `show`."""
    if is_producer(show, actor):
        return
    role = f"the <@&{show.producer_role_id}> role or " if show.producer_role_id else ""
    raise UserError(f"Only producers of {show.name} can do this: it takes {role}the Manage Server permission.")


def require_manager(actor: Actor) -> None:
    """UserError unless `actor` has Manage Server (what sets up a show before it has producers)."""
    if not actor.manages_guild:
        raise UserError("Setting up a show takes the Manage Server permission. Ask someone who runs this server.")


async def find_show(tx: Transaction, guild_id: int, *, name: str | None = None, channel_id: int | None = None) -> Show:
    """The show that is meant: the one named, else the one of the channel, else the guild's only one.

    UserError when there is none, or when there are several and nothing says which.
    """
    shows = list(await tx.scalars(select(Show).where(Show.guild_id == guild_id).order_by(Show.name)))
    if not shows:
        raise UserError("This server has no show yet. Someone with Manage Server can start one with /setup.")
    if name is not None:
        return _named(shows, name)
    here = [
        show for show in shows if channel_id in (show.works_channel_id, show.news_channel_id, show.producers_channel_id)
    ]
    # Without a channel, a show that has no producers' channel is not the one of "here".
    candidates = (here if channel_id is not None else []) or shows
    if len(candidates) == 1:
        return candidates[0]
    names = ", ".join(show.name for show in candidates)
    raise UserError(f"Which show? This server has {names}. Name one with the `show` option.")


def _named(shows: list[Show], name: str) -> Show:
    wanted = name.strip().casefold()
    for show in shows:
        if wanted in (show.name.casefold(), show.slug):
            return show
    names = ", ".join(show.name for show in shows)
    raise UserError(f"There is no show called “{name.strip()[:80]}” here. There is {names}.")


async def remember_artist(tx: Transaction, guild_id: int, user_id: int, name: str, now: datetime) -> Artist:
    """The artist for a Discord user, made on first sight, with the name brought up to date."""
    name = name.strip()[:100] or str(user_id)
    found = await tx.scalar(select(Artist).where(Artist.guild_id == guild_id, Artist.user_id == user_id))
    if found is None:
        found = Artist(guild_id=guild_id, user_id=user_id, name=name, created_at=now)
        tx.add(found)
        await tx.flush()
    elif found.name != name:
        found.name = name
    return found


async def remember_artists(tx: Transaction, guild_id: int, people: Mapping[int, str], now: datetime) -> dict[int, int]:
    """remember_artist() for several people (user id -> name); the artists' row ids, by user id."""
    query = select(Artist).where(Artist.guild_id == guild_id, Artist.user_id.in_(people.keys()))
    found = {artist.user_id: artist for artist in await tx.scalars(query) if artist.user_id is not None}
    for user_id, name in people.items():
        shown = name.strip()[:100] or str(user_id)
        artist = found.get(user_id)
        if artist is None:
            found[user_id] = Artist(guild_id=guild_id, user_id=user_id, name=shown, created_at=now)
            tx.add(found[user_id])
        elif artist.name != shown:
            artist.name = shown
    await tx.flush()
    return {user_id: artist.id for user_id, artist in found.items()}


async def remember_guild(tx: Transaction, guild_id: int, name: str, now: datetime) -> Guild:
    """The guild's row, made on first sight, with the name brought up to date."""
    found = await tx.get(Guild, guild_id)
    if found is None:
        found = Guild(id=guild_id, name=name[:100], created_at=now)
        tx.add(found)
        await tx.flush()
    else:
        found.name = name[:100]
    return found
