"""Results: what came out of a counted vote, with every number, and what was published of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, select

from db.models import Recount, Tally, VoteMethod
from domain.episode import Phase
from domain.errors import UserError
from services.access import Actor
from services.elections import number_of
from services.store import Transaction, reads
from services.views import WorkRef
from services.voting import VoteEpisode, latest_episode, load_episode, works_numbered

_NOT_COUNTED = "This vote has not been counted yet. Nobody sees any marks before it ends."


@dataclass(frozen=True, slots=True)
class ResultWork:
    """A work's numbers in the result.

    `place` counts from 1 and is the same for works that tie. `mean` is what the order follows (for approval, the
    number of approvals), `corrected` the mean reduced for few votes, `low` and `high` the interval of uncertainty on
    the same scale, `total` the sum of its marks. `shown` is how many people were shown it, None where nobody
    counted. `drawn` says that the draw decided whether it was chosen. `criteria` are its means by criterion.
    """

    work: WorkRef
    place: int
    votes: int
    mean: Fraction
    corrected: Fraction
    low: Fraction
    high: Fraction
    total: Fraction
    shown: int | None
    chosen: bool
    drawn: bool
    criteria: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a count in rounds: what happened to which works (by number), and everybody's votes before it.

    `kind` is "seated", "out" or "left"; `drawn` are the works of which lots chose the one that is out.
    """

    kind: str
    works: tuple[int, ...]
    votes: Mapping[int, Fraction]
    drawn: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MeetingView:
    """Two works (by number), and how many ballots hold the first higher, and how many the second."""

    first: int
    second: int
    wins: int
    losses: int


@dataclass(frozen=True, slots=True)
class RecountView:
    """A recount: the public reason, how many ballots were struck or count again, what was published until then."""

    number: int
    reason: str
    struck: int
    restored: int
    before_digest: str
    before_root: str
    by_user: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ResultView:
    """A counted vote: works by place, ties by work number, and what it takes to check the draw and the count.

    `ballots` counts everybody's and `jury` those of jurors among them. `ties` are the groups of equals of which not
    all found a seat. `top` is the end of the scale the means are on. `root` is the Merkle root of what is published and
    `digest` the SHA-256 of the whole document; `root` is empty for a count from before there was one.
    """

    episode: VoteEpisode
    ballots: int
    jury: int
    works: tuple[ResultWork, ...]
    ties: tuple[tuple[int, ...], ...]
    top: int
    meetings: tuple[MeetingView, ...]
    stages: tuple[Stage, ...]
    quota: Fraction | None
    seed: str
    root: str
    digest: str
    counted_at: datetime
    recounts: tuple[RecountView, ...]

    @property
    def scale(self) -> int:
        """Where a chart of the means ends: points and votes stay far from all that is possible, so with the best."""
        if self.episode.method not in (VoteMethod.STAR, VoteMethod.STV):
            return max(self.top, 1)
        return max((ceil(max(line.mean, line.high)) for line in self.works if line.votes), default=1) or 1


@reads
async def result(tx: Transaction, *, episode_id: int) -> ResultView:
    """The counted result; UserError while there is none."""
    return await result_view(tx, episode_id)


@reads
async def latest_result(tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None) -> ResultView:
    """The result of the show's latest vote that is over; UserError when there is none."""
    none = "No vote has been counted here yet."
    phases = (Phase.CUTTING, Phase.RELEASED)
    episode = await latest_episode(tx, actor.guild_id, show=show, channel_id=channel_id, phases=phases, none=none)
    return await result_view(tx, episode.id)


@reads
async def document(tx: Transaction, *, episode_id: int, before: int | None = None) -> dict[str, Any]:
    """What is published of the vote: DESIGN 8's ballots with commitments and result. Its digest is the tally's.

    `before` asks for what was published before that recount (they count from 1). UserError while there is none.
    """
    return await load_document(tx, episode_id, before)


async def load_document(tx: Transaction, episode_id: int, before: int | None = None) -> dict[str, Any]:
    """document(), for use inside a transaction."""
    if before is not None:
        where = (Recount.episode_id == episode_id, Recount.number == before)
        earlier: dict[str, Any] | None = await tx.scalar(select(Recount.before).where(*where))
        if earlier is None:
            raise UserError("There was no such recount of this vote.")
        return earlier
    found = (await tx.execute(select(Tally.election, Tally.result).where(_of(episode_id)))).one_or_none()
    if found is None:
        raise UserError(_NOT_COUNTED)
    return _whole(found.election, found.result)


async def result_view(tx: Transaction, episode_id: int) -> ResultView:
    """The counted result; UserError while there is none."""
    found = await _read(tx, episode_id)
    result, episode = found.result, await load_episode(tx, episode_id)
    numbers = [number_of(name) for name in result["scores"]]
    works = {work.number: work for work in await works_numbered(tx, episode.show_id, numbers)}
    votes = result["numbers"]
    ties = [group for group in result["ties"] if any(votes[name]["votes"] for name in group)]
    turnout = result.get("turnout", {"jury": 0})
    return ResultView(
        episode=episode,
        ballots=found.ballots,
        jury=turnout["jury"],
        works=tuple(_result_works(result, works)),
        ties=tuple(tuple(sorted(number_of(name) for name in group)) for group in ties),
        top=_top(episode, found.ballots, len(works)),
        meetings=tuple(_meeting(*one) for one in result.get("meetings", ())),
        stages=tuple(_stage(stage) for stage in result.get("stages", ())),
        quota=Fraction(result["quota"]) if "quota" in result else None,
        seed=found.seed,
        root=result.get("root", ""),
        digest=found.digest,
        counted_at=found.counted_at,
        recounts=await recounts_of(tx, episode_id),
    )


async def announced_root(tx: Transaction, episode_id: int) -> str:
    """The root of what is published now; UserError while there is none. The ballots are not loaded."""
    root = (await _read(tx, episode_id)).result.get("root")
    if not root:
        raise UserError("This vote was counted before ballots were published with receipts.")
    return str(root)


async def recounts_of(tx: Transaction, episode_id: int) -> tuple[RecountView, ...]:
    """Every recount of a vote, in order."""
    columns = (
        Recount.number, Recount.reason, Recount.struck, Recount.restored, Recount.before_digest,
        Recount.before_root, Recount.by_user, Recount.at,
    )  # fmt: skip
    query = select(*columns).where(Recount.episode_id == episode_id).order_by(Recount.number)
    return tuple(RecountView(*row) for row in await tx.execute(query))


@dataclass(frozen=True, slots=True)
class _Read:
    """A tally without its ballots, which may be many."""

    result: Mapping[str, Any]
    ballots: int
    seed: str
    digest: str
    counted_at: datetime


async def _read(tx: Transaction, episode_id: int) -> _Read:
    query = select(Tally.result, Tally.ballots, Tally.seed, Tally.digest, Tally.counted_at).where(_of(episode_id))
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise UserError(_NOT_COUNTED)
    return _Read(*row)


def _of(episode_id: int) -> ColumnElement[bool]:
    return Tally.episode_id == episode_id


def _whole(election: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """The published document; counts from before there were commitments kept the result apart."""
    return dict(election) if "root" in election else {**election, "result": result}


def _top(episode: VoteEpisode, ballots: int, works: int) -> int:
    """The most that a work can reach on the scale that the order follows."""
    most = {
        VoteMethod.SCORE: episode.max_score,
        VoteMethod.STAR: episode.max_score * ballots,
        VoteMethod.SCHULZE: max(works - 1, 1),
    }
    return most.get(episode.method, ballots)


def _meeting(first: str, second: str, wins: int, losses: int) -> MeetingView:
    return MeetingView(number_of(first), number_of(second), wins, losses)


def _stage(stage: Mapping[str, Any]) -> Stage:
    return Stage(
        kind=stage["kind"],
        works=tuple(number_of(name) for name in stage["works"]),
        votes={number_of(name): Fraction(votes) for name, votes in stage["votes"].items()},
        drawn=tuple(number_of(name) for name in stage.get("drawn", ())),
    )


def _result_works(result: Mapping[str, Any], works: Mapping[int, WorkRef]) -> list[ResultWork]:
    tied = {name for group in result["ties"] for name in group}
    chosen = {*result["winners"], *result["drawn"]}
    found: list[ResultWork] = []
    for group in result["order"]:
        place = len(found) + 1
        found += [_result_work(result, works[number_of(name)], name, place, chosen, tied) for name in group]
    return found


def _result_work(
    result: Mapping[str, Any], work: WorkRef, name: str, place: int, chosen: set[str], tied: set[str]
) -> ResultWork:
    numbers, mean = result["numbers"][name], Fraction(result["scores"][name])
    return ResultWork(
        work=work,
        place=place,
        votes=numbers["votes"],
        mean=mean,
        corrected=Fraction(numbers.get("corrected", mean)),
        low=Fraction(numbers["low"]),
        high=Fraction(numbers["high"]),
        total=Fraction(numbers["total"]),
        shown=numbers.get("exposure"),
        # A work that nobody marked takes no seat, so it was neither chosen nor drawn.
        chosen=name in chosen and numbers["votes"] > 0,
        drawn=name in tied and numbers["votes"] > 0,
        criteria={each: Fraction(value) for each, value in numbers.get("criteria", {}).items()},
    )
