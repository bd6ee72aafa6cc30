"""A person's own ballot, and what anybody may know of a vote: how many take part."""

from datetime import datetime

from sqlalchemy import func, select

from db.models import Ballot, Work, WorkState
from domain.episode import Phase
from domain.errors import UserError
from services.access import Actor
from services.ballots.booth import Booth, way_of
from services.ballots.hall import hall_of
from services.ballots.lines import given_of
from services.ballots.room import load_booths, load_room
from services.ballots.views import BallotView, BoothLine, TurnoutView
from services.ballots.voters import DOING
from services.blind import blind_ref
from services.store import Database, Transaction, reads
from services.views import VoteRules, WorkRef
from services.voting import VoteEpisode, find_episode, latest_episode, load_episode, turnout, works_in
from services.works.read import refs

AFTER_OPEN = (Phase.VOTING, Phase.CUTTING, Phase.RELEASED)


async def find_vote(db: Database, actor: Actor, *, show: str | None, channel_id: int | None, now: datetime) -> int:
    """The id of the episode to vote on; UserError that says where the show stands when no vote is open."""
    return await hall_of(db).vote((actor.guild_id, show, channel_id), DOING, now)


@reads
async def my_ballot(tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None) -> BallotView:
    """A person's ballot in the show's latest vote, open or over; UserError when they have none."""
    none = "There has been no vote here yet."
    episode = await latest_episode(tx, actor.guild_id, show=show, channel_id=channel_id, phases=AFTER_OPEN, none=none)
    return await _my_ballot(tx, episode, actor)


@reads
async def ballot_of(tx: Transaction, actor: Actor, *, episode_id: int) -> BallotView:
    """A person's ballot in one episode; UserError when they have none."""
    return await _my_ballot(tx, await load_episode(tx, episode_id), actor)


async def _my_ballot(tx: Transaction, episode: VoteEpisode, actor: Actor) -> BallotView:
    where = (Ballot.episode_id == episode.id, Ballot.voter_id == actor.user_id)
    changed_at = await tx.scalar(select(Ballot.changed_at).where(*where))
    if changed_at is None or episode.guild_id != actor.guild_id:
        raise UserError(f"You have no ballot in the vote on “{episode.title}”. You start one with /vote booth.")
    booth = (await load_booths(tx, episode, [actor.user_id], changed_at))[actor.user_id]
    room = await load_room(tx, episode.id)
    way = way_of(booth, room.works, room.exposure, room.own(actor.user_id))
    places = {work: place for place, work in enumerate(way.order, start=1)}
    works = {**await _named(tx, episode, booth), **room.works}
    order = booth.order if episode.rules.ranked else ()
    ranked = sorted(booth.marks, key=lambda work: _rank(booth, work, episode.rules, works[work]))
    lines = tuple(
        BoothLine(works[work], places.get(work), given_of(booth, work, episode.rules, order), seen=True)
        for work in ranked
    )
    return BallotView(episode, booth.receipt, lines, way.seen, len(way.order), changed_at)


async def _named(tx: Transaction, episode: VoteEpisode, booth: Booth) -> dict[int, WorkRef]:
    """The works that were marked, whatever has become of them."""
    found = await refs(tx, booth.marks)
    return {work: blind_ref(ref) for work, ref in found.items()} if episode.hides_artists else found


def _rank(booth: Booth, work: int, rules: VoteRules, ref: WorkRef) -> tuple[int, int]:
    """The best first: by weighted marks, or by picks."""
    given = booth.marks[work]
    if rules.ranked:
        return given[0] or 0, ref.number
    weights = [each.weight for each in rules.criteria] or [1]
    return -sum(weight * (mark or 0) for weight, mark in zip(weights, given, strict=True)), ref.number


async def status(db: Database, actor: Actor, *, show: str | None, channel_id: int | None, now: datetime) -> TurnoutView:
    """How many have voted in the show's open vote."""
    hall = hall_of(db)
    room = await hall.room(await hall.vote((actor.guild_id, show, channel_id), "see the turnout", now), now)
    return TurnoutView(room.episode, len(room.works), room.voters)


@reads
async def vote_view(tx: Transaction, *, episode_id: int) -> TurnoutView:
    """The vote as its announcement tells of it."""
    return await _turnout_view(tx, await load_episode(tx, episode_id))


@reads
async def suggest_works(tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None) -> list[WorkRef]:
    """The works of the show's open vote, by number, for picking one; none when no vote is open."""
    try:
        episode = await find_episode(
            tx, actor.guild_id, show=show, channel_id=channel_id, phase=Phase.VOTING, doing=DOING
        )
    except UserError:
        return []
    works = await works_in(tx, episode.id)
    return [blind_ref(work) for work in works] if episode.hides_artists else works


async def _turnout_view(tx: Transaction, episode: VoteEpisode) -> TurnoutView:
    query = select(func.count()).where(Work.episode_id == episode.id, Work.state == WorkState.IN)
    return TurnoutView(episode, await tx.scalar(query) or 0, await turnout(tx, episode.id))
