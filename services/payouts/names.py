"""What artists and works are called in a round's documents: by their numbers, or by pseudonyms of the round."""

from collections.abc import Iterable
from random import Random

from sqlalchemy import select

from db.models import Artist, Deal, Episode, PayoutRound, Show, ShownAs, Work
from domain.pseudonyms import artist_pseudonym, spoken, work_pseudonym
from services.store import Transaction
from services.views import ArtistView


def artist_key(artist_id: int) -> str:
    """The name an artist has where names are public: a7 for row 7."""
    return f"a{artist_id}"


def work_key(number: int) -> str:
    """The name a work has where names are public: w12 is the #12 that people type."""
    return f"w{number}"


def key_number(key: str) -> int:
    """The number in a name that work_key or artist_key made."""
    return int(key[1:])


class Keys:
    """The names in one round's documents. With a secret they are pseudonyms, and say nothing to others."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    @property
    def hidden(self) -> bool:
        """Whether the names are pseudonyms."""
        return bool(self.secret)

    def artist(self, artist_id: int) -> str:
        """What an artist (row id) is called."""
        return artist_pseudonym(self.secret, artist_id) if self.secret else artist_key(artist_id)

    def work(self, number: int) -> str:
        """What a work (its number in the show) is called."""
        return work_pseudonym(self.secret, number) if self.secret else work_key(number)

    def artists(self, ids: Iterable[int]) -> dict[str, int]:
        """Row ids by what the artists are called."""
        return {self.artist(one): one for one in ids}

    def works(self, ids: dict[int, int]) -> dict[str, int]:
        """Row ids by what the works are called, of row ids by number."""
        return {self.work(number): found for number, found in ids.items()}

    def shown(self, artist: ArtistView) -> ArtistView:
        """An artist as others may see them beside an amount."""
        return ArtistView(artist.id, None, spoken(self.artist(artist.id))) if self.secret else artist


def keys_of(row: PayoutRound) -> Keys:
    """The names in a round's documents."""
    return Keys(row.secret)


def secret_for(deal: Deal, rng: Random) -> str:
    """The secret of a new round where the deal keeps names from others, else none."""
    return f"{rng.getrandbits(128):032x}" if deal.shown_as is ShownAs.PSEUDONYMS else ""


async def artist_ids(tx: Transaction, row: PayoutRound, keys: Keys, names: Iterable[str]) -> dict[str, int]:
    """The row ids of the artists that are called so in a round."""
    wanted = list(names)
    if not keys.hidden:
        return {name: key_number(name) for name in wanted}
    guild = (
        select(Show.guild_id)
        .join(Episode, Episode.show_id == Show.id)
        .where(Episode.id == row.episode_id)
        .scalar_subquery()
    )
    found = keys.artists(await tx.scalars(select(Artist.id).where(Artist.guild_id == guild)))
    return {name: found[name] for name in wanted}


async def work_ids(tx: Transaction, row: PayoutRound, keys: Keys) -> dict[str, int]:
    """The row ids of the works of a round's show, by what they are called in the round."""
    show_id = select(Episode.show_id).where(Episode.id == row.episode_id).scalar_subquery()
    rows = await tx.execute(select(Work.number, Work.id).where(Work.show_id == show_id))
    return keys.works(dict(rows.all()))
