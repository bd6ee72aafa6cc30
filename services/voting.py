"""What ballots, tallies and cuts share: the episode as a vote knows it, and its works by number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.dialects import sqlite

from db.models import (
    Artist,
    Ballot,
    Base,
    Deal,
    Episode,
    Mark,
    Show,
    VoteMethod,
    Weights,
    Work,
    WorkState,
)
from domain.episode import Phase, require_phase
from domain.errors import UserError
from services.access import find_show
from services.blind import HIDING
from services.store import Transaction
from services.views import VoteRules, WorkRef, criteria_of

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


@dataclass(frozen=True, slots=True)
class VoteEpisode:
    """An episode as its vote and its cut speak of it. Guild and channel ids are Discord's."""

    id: int
    show_id: int
    show_name: str
    show_slug: str
    guild_id: int
    news_channel_id: int
    producers_channel_id: int | None
    season: int
    number: int
    title: str
    phase: Phase
    votes_until: datetime | None
    by_points: bool
    draw_commitment: str
    rules: VoteRules

    @property
    def code(self) -> str:
        """How people name the episode."""
        return f"S{self.season}E{self.number}"

    @property
    def method(self) -> VoteMethod:
        """How the vote is counted."""
        return self.rules.method

    @property
    def max_score(self) -> int:
        """The highest mark, where works are given scores."""
        return self.rules.max_score

    @property
    def seats(self) -> int:
        """How many works the vote puts into the cut."""
        return self.rules.seats

    @property
    def approval(self) -> bool:
        """Whether a mark is a plain yes; otherwise it is a score from 0 to `max_score`, or a rank."""
        return self.method is VoteMethod.APPROVAL

    @property
    def hides_artists(self) -> bool:
        """Whether nobody who votes is told whose a work is, because the vote is not over."""
        return self.rules.hide_artists and self.phase in HIDING


async def load_episode(tx: Transaction, episode_id: int) -> VoteEpisode:
    """The episode of that id; UserError when there is none."""
    found = await _episodes(tx, Episode.id == episode_id)
    if not found:
        raise UserError("That episode does not exist any more.")
    return found[0]


async def find_episode(
    tx: Transaction, guild_id: int, *, show: str | None, channel_id: int | None, phase: Phase, doing: str
) -> VoteEpisode:
    """The episode of the show that is meant which is in `phase`; of several, the one that came first.

    UserError that says where the show's latest episode stands when none is in that phase.
    """
    row = await find_show(tx, guild_id, name=show, channel_id=channel_id)
    episodes = await _episodes(tx, Episode.show_id == row.id, Episode.phase != Phase.CANCELED)
    if not episodes:
        raise UserError(f"{row.name} has no episode yet.")
    for episode in episodes:
        if episode.phase is phase:
            return episode
    require_phase(episodes[-1].phase, phase, doing=doing)
    raise AssertionError("unreachable: no episode is in that phase")


async def latest_episode(
    tx: Transaction, guild_id: int, *, show: str | None, channel_id: int | None, phases: Collection[Phase], none: str
) -> VoteEpisode:
    """The show's latest episode in one of `phases`; UserError with the sentence `none` when there is none."""
    row = await find_show(tx, guild_id, name=show, channel_id=channel_id)
    episodes = await _episodes(tx, Episode.show_id == row.id, Episode.phase.in_(phases))
    if not episodes:
        raise UserError(none)
    return episodes[-1]


async def works_numbered(tx: Transaction, show_id: int, numbers: Iterable[int]) -> list[WorkRef]:
    """A show's works with these numbers, whatever has become of them since."""
    return await _works(tx, Work.show_id == show_id, Work.number.in_(list(numbers)))


async def works_in(tx: Transaction, episode_id: int) -> list[WorkRef]:
    """The works that take part in an episode, by number."""
    return await _works(tx, Work.episode_id == episode_id, Work.state == WorkState.IN)


async def turnout(tx: Transaction, episode_id: int) -> int:
    """How many people have marked at least one work."""
    marked = select(Mark.ballot_id).where(Mark.ballot_id == Ballot.id).exists()
    counted = await tx.scalar(select(func.count()).select_from(Ballot).where(Ballot.episode_id == episode_id, marked))
    return counted or 0


def table_of(model: type[Base]) -> Table:
    """The table that a model is kept in."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not kept in a table")
    return table


def insert(tx: Transaction, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that can say ON CONFLICT, in the words of the database at hand."""
    if tx.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - time and memory that SQLite does not need

    return postgresql.insert(table)


_EPISODE = (
    Episode.id, Show.id, Show.name, Show.slug, Show.guild_id, Show.news_channel_id, Show.producers_channel_id,
    Episode.season, Episode.number, Episode.title, Episode.phase, Episode.votes_until,
    Deal.weights == Weights.POINTS, Episode.draw_commitment,
)  # fmt: skip
"""A VoteEpisode's fields, in their order, without the rules: whole entities would cost three times as much."""

_RULES = (
    Deal.vote_method, Deal.max_score, Deal.seats, Deal.criteria, Deal.normalise, Deal.few_votes, Deal.hide_artists,
    Deal.jury_role_id, Deal.jury_bp, Deal.voter_role_id, Deal.min_member_days, Deal.min_account_days,
)  # fmt: skip
"""The fields of VoteRules, in their order."""


async def _episodes(tx: Transaction, *where: ColumnElement[bool]) -> list[VoteEpisode]:
    query = (
        select(*_EPISODE, *_RULES)
        .select_from(Episode)
        .join(Show, Show.id == Episode.show_id)
        .join(Deal, Deal.episode_id == Episode.id)
        .where(*where)
        .order_by(Episode.id)
    )
    return [_episode(tuple(row)) for row in await tx.execute(query)]


def _episode(row: tuple[Any, ...]) -> VoteEpisode:
    method, max_score, seats, criteria, *others = row[len(_EPISODE) :]
    rules = VoteRules(method, max_score, seats, criteria_of(criteria), *others)
    fields: list[Any] = [*row[: len(_EPISODE)], rules]
    return VoteEpisode(*fields)


async def _works(tx: Transaction, *where: ColumnElement[bool]) -> list[WorkRef]:
    query = (
        select(Work.id, Work.number, Work.title, Artist.name, Work.state)
        .join(Artist, Artist.id == Work.artist_id)
        .where(*where)
        .order_by(Work.number)
    )
    return [WorkRef(*row) for row in await tx.execute(query)]
