"""An episode as a gallery shows it: works with real files, remixes, a vote, a cut with a change, money, a concern."""

import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from PIL import Image
from sqlalchemy import select

from db.models import (
    Artist,
    Ballot,
    ConcernKind,
    Credit,
    CreditState,
    Deal,
    Episode,
    EpisodeMove,
    FileState,
    FundKind,
    Mark,
    Show,
    Source,
    SourceState,
    VoteMethod,
    Weights,
    Work,
    WorkFile,
    WorkLink,
    WorkState,
)
from domain.commitments import commit
from domain.episode import Phase
from domain.licences import Licence
from sandbox.demo.pictures import Scene, new_scene, paint
from sandbox.demo.sounds import compose
from services import cuts, funds, tallies
from services.media import MediaStore
from services.payouts import concerns, rounds
from services.payouts.views import RoundView
from services.store import Database, Transaction, writes
from tests.support.studio import GUILD, NOW, PRODUCER, WORKS_CHANNEL, actor, after

SEED = "0123456789abcdef0123456789abcdef"
COUNTED, RELEASED = after(days=-1), after(hours=-20)

_NAMES = (
    "Mira Okafor", "Bo", "Tomás Vidal", "Ingrid", "J. P. Ferreira", "Yuki Tanaka", "Nadia", "Old Sailor", "Lena K.",
    "Ravi", "Ana-Lucía de la Cruz", "Sam", "Zoë", "Kwame Mensah", "ピクセル猫", "Petra",
)  # fmt: skip
_TITLES = (
    "Last car to Ostend", "Platform nine, rain", "The conductor's dream", "Sleepers", "Night Trains",
    "Where the rails hum", "Window seat", "Signal, then nothing", "A town that only exists at speed",
    "Red light over snow",
    "Two minutes in Novi Sad", "Lullaby for a dining car", "Tunnel", "The long whistle", "Moon in carriage four",
    "Everyone asleep but us", "Timetable of small hours", "Departures",
)  # fmt: skip


@dataclass
class Piece:
    """A work to hang: its files as (name, content type, bytes), and by place what it was made from."""

    title: str
    artist: str
    medium: str = "picture"
    files: Sequence[tuple[str, str, bytes]] = ()
    links: Sequence[str] = ()
    note: str = ""
    made_from: Sequence[int] = ()
    outside: tuple[str, str] | None = None
    with_artists: Sequence[str] = ()
    state: WorkState = WorkState.IN
    thanks: str = ""


@dataclass
class Exhibition:
    """Row ids of what hangs: the episode and its works by place; keys of the files kept, by name."""

    episode: int
    works: list[int] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)


def pieces(count: int, seed: int = 7) -> list[Piece]:
    """Varied works of varied people; about half are remixes of earlier ones."""
    rng = Random(seed)
    scenes: list[Scene | None] = []
    made: list[Piece] = []
    for place in range(count):
        title = _TITLES[place % len(_TITLES)] + (f" {place // len(_TITLES) + 1}" if place >= len(_TITLES) else "")
        piece = Piece(title, rng.choice(_NAMES))
        earlier = list(range(max(0, place - 12), place))
        if earlier and rng.random() < 0.55:
            piece.made_from = rng.sample(earlier, k=min(len(earlier), rng.choice((1, 1, 1, 2))))
            piece.thanks = rng.choice(("", "Your light started this.", ""))
        if rng.random() < 0.2:
            piece.with_artists = [rng.choice([name for name in _NAMES if name != piece.artist])]
        kind = rng.random()
        scene = None
        if kind < 0.72 or place < 3:
            source = next((scenes[i] for i in piece.made_from if scenes[i] is not None), None)
            scene = source.remixed(rng) if source else new_scene(rng)
            piece.files = [(f"{title}.jpg", "image/jpeg", paint(scene))]
        elif kind < 0.86:
            piece.medium, piece.files = "sound", [(f"{title}.wav", "audio/wav", compose(rng.getrandbits(30)))]
        elif kind < 0.94:
            piece.medium = "text"
            piece.note = "The train does not stop here any more.\nStill, at ten past two, the cups begin to speak."
        else:
            piece.medium, piece.links = "link", ["https://video.example/night-trains-live"]
        if rng.random() < 0.1:
            piece.outside = ("Station recordings, 1931", "https://archive.example/1931")
        scenes.append(scene)
        made.append(piece)
    return made


async def hang(
    db: Database, store: MediaStore, hung: Sequence[Piece], *, title: str = "Night Trains", phase: Phase = Phase.OPEN,
    weights: Weights = Weights.POINTS, prompt: str = "What moves while everybody sleeps?",
) -> Exhibition:  # fmt: skip
    """Hang works in a new episode of the only show, with their files in the store."""
    kept = {}
    for piece in hung:
        for name, kind, body in piece.files:
            key = (await store.put(_one(body), limit=10**8)).sha256
            preview = (await store.put(_one(_small(body)), limit=10**8)).sha256 if kind.startswith("image/") else None
            kept[name] = (key, preview, len(body))
    show = await _rows(db, hung, kept, title=title, phase=phase, weights=weights, prompt=prompt)
    show.keys = {name: key for name, (key, _, _) in kept.items()}
    return show


def receipt(number: int) -> str:
    """The receipt of the ballot with that number, from 0."""
    return f"{number:05}-EXHIB-ITION-VOTES"


async def vote(db: Database, shown: Exhibition, voters: int, *, seed: int = 3) -> None:
    """Ballots of strangers, each with marks for about a third of the works."""
    rng = Random(seed)
    taste = {work: rng.uniform(1, 4.6) for work in shown.works}

    async def cast(tx: Transaction) -> None:
        for number in range(voters):
            ballot = Ballot(
                episode_id=shown.episode, voter_id=300 + number, receipt=receipt(number),
                started_at=NOW, changed_at=NOW,
            )  # fmt: skip
            tx.add(ballot)
            await tx.flush()
            for work in rng.sample(shown.works, k=max(1, len(shown.works) // 3)):
                tx.add(Mark(ballot_id=ballot.id, work_id=work, mark=max(0, min(5, round(rng.gauss(taste[work], 1.1))))))

    await db.write(cast)


async def count(db: Database, shown: Exhibition) -> None:
    """Count the vote and begin the cut."""
    await _move(db, shown.episode, Phase.CUTTING, COUNTED)
    await db.write(lambda tx: tallies.count(tx, shown.episode, COUNTED))


async def change_cut(db: Database, work: str, reason: str, *, take_out: bool = False) -> None:
    """A producer's change to the cut."""
    call = cuts.remove if take_out else cuts.add
    await call(db, PRODUCER, show=None, channel_id=WORKS_CHANNEL, work=work, reason=reason, now=COUNTED)


async def release(db: Database, shown: Exhibition) -> None:
    """The episode is out."""
    await _move(db, shown.episode, Phase.RELEASED, RELEASED)
    await db.write(lambda tx: cuts.settle_outcomes(tx, shown.episode, RELEASED))


async def propose(db: Database, shown: Exhibition, amount: str = "$50,000") -> RoundView:
    """Money, and who gets what of it."""
    await funds.add(
        db, PRODUCER, episode_id=shown.episode, kind=FundKind.BUDGET, amount=amount, source="Network", note="",
        received_on=None, asked_by=shown.episode, now=NOW,
    )  # fmt: skip
    return await rounds.propose(db, PRODUCER, episode_id=shown.episode, now=NOW, rng=Random(1))


async def object_to(db: Database, view: RoundView, *, name: str = "Mira Okafor", text: str) -> None:
    """A concern, declined with an answer."""
    raised = await concerns.raise_concern(
        db, actor(name, user_id=_user(name)), round_id=view.id, kind=ConcernKind.TOO_LOW, text=text,
        asked_by=view.id * 1000, at=after(days=1), now=after(days=1),
    )  # fmt: skip
    await concerns.answer(
        db, PRODUCER, concern_id=raised.id, accept=False, now=after(days=2),
        text="The deal says that a remix passes on 20%, and it was posted before the episode opened.",
    )  # fmt: skip


async def finish(db: Database, view: RoundView) -> RoundView:
    """The comment window is over; the round is final."""
    return await rounds.finalise(db, PRODUCER, round_id=view.id, now=after(days=40))


@writes
async def set_work(tx: Transaction, work_id: int, **columns: Any) -> None:
    """Change a work behind everybody's back."""
    work = await tx.get_one(Work, work_id)
    for name, value in columns.items():
        setattr(work, name, value)


@writes
async def link(tx: Transaction, work_id: int, source_id: int) -> None:
    """Say that a work was made from another, whatever episode that is of."""
    tx.add(
        Source(
            work_id=work_id, source_work_id=source_id, thanks="", state=SourceState.CONFIRMED, added_by=1, added_at=NOW
        )
    )  # fmt: skip


async def _move(db: Database, episode_id: int, phase: Phase, at: datetime) -> None:
    async def move(tx: Transaction) -> None:
        episode = await tx.get_one(Episode, episode_id)
        tx.add(
            EpisodeMove(episode_id=episode_id, from_phase=episode.phase, to_phase=phase, at=at, by_user=None, reason="")
        )
        episode.phase = phase
        if phase is Phase.RELEASED:
            episode.released_at, episode.release_url = at, "https://video.example/night-trains"

    await db.write(move)


@writes
async def _rows(
    tx: Transaction, hung: Sequence[Piece], kept: dict[str, tuple[str, str | None, int]], *, title: str, phase: Phase,
    weights: Weights, prompt: str,
) -> Exhibition:  # fmt: skip
    show = (await tx.scalars(select(Show))).one()
    episode = Episode(
        show_id=show.id, season=1, number=show.next_episode, title=title, prompt=prompt, phase=phase, version=1,
        planned_at=after(days=-12), opens_at=after(days=-11), closes_at=after(days=-4), votes_until=COUNTED,
        draw_seed=SEED, draw_commitment=commit(SEED),
    )  # fmt: skip
    show.next_episode += 1
    tx.add(episode)
    await tx.flush()
    order = (Phase.PLANNED, Phase.OPEN, Phase.VOTING)
    for step, at in zip(order[: order.index(phase) + 1], (-12, -11, -4), strict=False):
        tx.add(
            EpisodeMove(
                episode_id=episode.id, from_phase=None, to_phase=step, at=after(days=at), by_user=None, reason=""
            )
        )
    tx.add(
        Deal(
            episode_id=episode.id, currency="USD", vote_method=VoteMethod.SCORE, max_score=5, seats=8, weights=weights,
            lineage_bp=2000, house_bp=5000, floor=0, cap_bp=10_000, payout_min=1000, comment_seconds=1_209_600,
            grace_seconds=600, claim_days=365, locked_at=NOW,
        )
    )  # fmt: skip
    people: dict[str, int] = {}
    shown = Exhibition(episode.id)
    for piece in hung:
        shown.works.append(await _work(tx, show, episode.id, piece, people, kept, shown))
    return shown


async def _work(
    tx: Transaction, show: Show, episode_id: int, piece: Piece, people: dict[str, int],
    kept: dict[str, tuple[str, str | None, int]], shown: Exhibition,
) -> int:  # fmt: skip
    at = after(days=-10) + timedelta(minutes=7 * show.next_work)
    work = Work(
        show_id=show.id, episode_id=episode_id, number=show.next_work,
        artist_id=await _artist(tx, piece.artist, people), title=piece.title, note=piece.note,
        medium=piece.medium, licence=Licence.CC_BY, state=piece.state, reason="",
        channel_id=WORKS_CHANNEL, message_id=600_000_000_000_000_000 + show.next_work, by_form=False, submitted_at=at,
        collected_at=at, version=1,
    )  # fmt: skip
    show.next_work += 1
    tx.add(work)
    await tx.flush()
    parts = [piece.artist, *piece.with_artists]
    for name in parts:
        tx.add(
            Credit(
                work_id=work.id, artist_id=await _artist(tx, name, people), share_bp=10_000 // len(parts),
                role="" if name == piece.artist else "melody", state=CreditState.CONFIRMED,
            )
        )  # fmt: skip
    for position, (name, kind, _) in enumerate(piece.files):
        key, preview, size = kept[name]
        tx.add(
            WorkFile(
                work_id=work.id, position=position, name=name, content_type=kind, size=size, url="", attempts=0,
                state=FileState.KEPT, sha256=key, preview=preview, next_try_at=NOW, error="",
            )
        )  # fmt: skip
    tx.add_all(WorkLink(work_id=work.id, position=place, url=url) for place, url in enumerate(piece.links))
    common = {"work_id": work.id, "state": SourceState.CONFIRMED, "added_by": 1, "added_at": NOW}
    tx.add_all(Source(source_work_id=shown.works[place], thanks=piece.thanks, **common) for place in piece.made_from)
    if piece.outside:
        tx.add(Source(outside_title=piece.outside[0], outside_url=piece.outside[1], thanks="", **common))
    await tx.flush()
    return work.id


async def _artist(tx: Transaction, name: str, people: dict[str, int]) -> int:
    if name not in people:
        row = await tx.scalar(select(Artist).where(Artist.guild_id == GUILD, Artist.name == name))
        if row is None:
            row = Artist(guild_id=GUILD, user_id=_user(name), name=name, created_at=NOW)
            tx.add(row)
            await tx.flush()
        people[name] = row.id
    return people[name]


def _user(name: str) -> int:
    return 700_000_000_000_000_000 + int.from_bytes(sha256(name.encode()).digest()[:5], "big")


def _small(body: bytes) -> bytes:
    picture = Image.open(io.BytesIO(body))
    picture.thumbnail((640, 640))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80)
    return out.getvalue()


async def _one(body: bytes) -> AsyncIterator[bytes]:
    yield body
