"""A voter's booth before a press is carried out: their ballot, their order of works, what they marked and saw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from random import Random

from sqlalchemy import and_, func, select

from db.models import Ballot, Exposure, Mark, Work
from domain.errors import UserError
from services.access import Actor
from services.store import Transaction
from services.views import WorkRef
from services.voting import VoteEpisode, load_episode, own_works, works_in

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Booth:
    """All that is known of a voter before a press is carried out. `ballot_id` is None before the first one."""

    episode: VoteEpisode
    ballot_id: int | None
    receipt: str
    order: tuple[int, ...]
    works: Mapping[int, WorkRef]
    own: frozenset[int]
    marks: Mapping[int, int]
    seen: Mapping[int, datetime]

    def following(self, work_id: int) -> int | None:
        """The next work of this voter's order, or, after the last, one they have not seen yet."""
        after = self.order[self.order.index(work_id) + 1 :] if work_id in self.order else ()
        unseen = (work for work in self.order if work not in self.seen and work != work_id)
        return next(iter(after), None) or next(unseen, None)

    def preceding(self, work_id: int) -> int | None:
        """The work before it in this voter's order; outside the order, where they had been."""
        if work_id not in self.order:
            return self.current()
        at = self.order.index(work_id)
        return self.order[at - 1] if at else None

    def current(self) -> int | None:
        """Where the voter left off: the last work shown if it has no mark, else one unseen, else one unmarked."""
        shown = [work for work in self.order if work in self.seen]
        latest = max(shown, key=lambda work: self.seen[work], default=None)
        if latest is not None and latest not in self.marks:
            return latest
        unseen = (work for work in self.order if work not in self.seen)
        unmarked = (work for work in self.order if work not in self.marks)
        return next(unseen, None) or next(unmarked, None) or next(iter(self.order), None)


async def load_booth(tx: Transaction, voter: Actor, *, episode_id: int, rng: Random) -> Booth:
    """What is known of `voter` in an episode's vote; without a ballot yet, the order and receipt it would get."""
    episode = await load_episode(tx, episode_id)
    if episode.guild_id != voter.guild_id:
        raise UserError("This vote is held in another server.")
    works = {work.id: work for work in await works_in(tx, episode_id)}
    own = await own_works(tx, episode_id, voter.user_id)
    where = (Ballot.episode_id == episode_id, Ballot.voter_id == voter.user_id)
    ballot = (await tx.execute(select(Ballot.id, Ballot.receipt).where(*where))).one_or_none()
    exposure = await exposure_of(tx, episode_id, works)
    if ballot is None:
        receipt = new_receipt(rng)
        order = now_in_order(receipt, {}, exposure, own)
        return Booth(episode, None, receipt, order, works, frozenset(own), {}, {})
    ballot_id, receipt = ballot[0], ballot[1]
    marks, seen = await marks_and_seen(tx, ballot_id)
    order = now_in_order(receipt, seen, exposure, own)
    return Booth(episode, ballot_id, receipt, order, works, frozenset(own), marks, seen)


def order_for(receipt: str, exposure: Mapping[int, int]) -> tuple[int, ...]:
    """The order a ballot meets works in: least often shown first, equals by a hash that is the ballot's own."""
    return tuple(sorted(exposure, key=lambda work: (exposure[work], _lot(receipt, work))))


def now_in_order(
    receipt: str, seen: Mapping[int, datetime], exposure: Mapping[int, int], own: set[int]
) -> tuple[int, ...]:
    """What the voter was shown, in that order, and then what they have yet to see; without what they cannot mark."""
    shown = sorted(seen, key=lambda work: (seen[work], _lot(receipt, work)))
    order = (*shown, *(work for work in order_for(receipt, exposure) if work not in seen))
    return tuple(work for work in order if work in exposure and work not in own)


def _lot(receipt: str, work_id: int) -> bytes:
    return sha256(f"{receipt}:{work_id}".encode()).digest()


def new_receipt(rng: Random) -> str:
    """Four groups of five characters that are hard to misread: 100 bits, so that nobody guesses another's."""
    return "-".join("".join(rng.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


async def exposure_of(tx: Transaction, episode_id: int, works: Mapping[int, WorkRef]) -> dict[int, int]:
    """How many people were shown each of these works."""
    query = (
        select(Exposure.work_id, func.count())
        .join(Work, Work.id == Exposure.work_id)
        .where(Work.episode_id == episode_id)
        .group_by(Exposure.work_id)
    )
    counts = {row[0]: row[1] for row in await tx.execute(query)}
    return {work_id: counts.get(work_id, 0) for work_id in works}


async def marks_and_seen(tx: Transaction, ballot_id: int) -> tuple[dict[int, int], dict[int, datetime]]:
    """A ballot's marks by work id, and when each work was first shown; a work with a mark was always shown before."""
    query = (
        select(Exposure.work_id, Exposure.at, Mark.mark)
        .outerjoin(Mark, and_(Mark.ballot_id == Exposure.ballot_id, Mark.work_id == Exposure.work_id))
        .where(Exposure.ballot_id == ballot_id)
    )
    rows = list(await tx.execute(query))
    return {work: given for work, _, given in rows if given is not None}, {work: at for work, at, _ in rows}
