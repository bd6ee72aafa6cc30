"""An episode that is out, written straight into the tables: what the money tests begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from db.engine import writes
from db.models import (
    Artist,
    Credit,
    CreditState,
    CutEntry,
    Deal,
    Episode,
    Guild,
    Show,
    Source,
    SourceState,
    VoteMethod,
    Weights,
    Work,
    WorkState,
)
from domain.commitments import commit
from domain.episode import Phase
from domain.licences import Licence
from services.store import Database, Transaction
from tests.support.studio import NOW, actor


@dataclass(frozen=True, slots=True)
class Finished:
    """Row ids: the episode, and by name its works and artists."""

    episode: int
    works: dict[str, int]
    artists: dict[str, int]


@writes
async def finish_episode(
    tx: Transaction,
    show_id: int,
    *,
    artists: Sequence[str],
    works: dict[str, str],
    cut: Sequence[str],
    sources: Sequence[tuple[str, str]] = (),
    phase: Phase = Phase.RELEASED,
    user_ids: Mapping[str, int] | None = None,
    **terms: int | str | Weights,
) -> Finished:
    """Write an episode with its works (name -> artist), the cut, and sources (work, made from).

    `user_ids` are the artists' Discord ids, where tests meet them in a guild.
    """
    show = await tx.get_one(Show, show_id)
    assert await tx.get(Guild, show.guild_id) is not None
    people = {name: await _artist(tx, show.guild_id, name, (user_ids or {}).get(name)) for name in artists}
    episode = await _episode(tx, show, phase, terms)
    made = {name: await _work(tx, episode, people[artist], name) for name, artist in works.items()}
    tx.add_all(
        CutEntry(
            episode_id=episode.id, work_id=made[name], in_cut=True, by_vote=True, points=1, reason="", outcome=None
        )
        for name in cut
    )
    tx.add_all(
        Source(
            work_id=made[work],
            source_work_id=made[origin],
            thanks="",
            state=SourceState.CONFIRMED,
            added_by=1,
            added_at=NOW,
        )
        for work, origin in sources
    )
    await tx.flush()
    return Finished(episode.id, made, people)


async def in_one(db: Database, show_id: int, count: int) -> Finished:
    """An episode with `count` works in the cut, each by an artist of its own."""
    names = [f"artist {i}" for i in range(count)]
    works = {f"work {i}": name for i, name in enumerate(names)}
    return await finish_episode(db, show_id, artists=names, works=works, cut=list(works))


async def _artist(tx: Transaction, guild_id: int, name: str, user_id: int | None) -> int:
    user_id = user_id or (actor(name).user_id if len(name) < 7 else hash_id(name))
    row = await tx.scalar(select(Artist).where(Artist.guild_id == guild_id, Artist.user_id == user_id))
    if row is None:
        row = Artist(guild_id=guild_id, user_id=user_id, name=name, created_at=NOW)
        tx.add(row)
        await tx.flush()
    return row.id


def hash_id(name: str) -> int:
    """A Discord id for a name that is too long for `actor` to tell apart."""
    return 600_000_000_000_000_000 + int.from_bytes(name.encode()[-6:], "big")


async def _episode(tx: Transaction, show: Show, phase: Phase, terms: dict[str, int | str | Weights]) -> Episode:
    episode = Episode(
        show_id=show.id,
        season=1,
        number=show.next_episode,
        title="Night Trains",
        prompt="",
        phase=phase,
        version=1,
        planned_at=NOW,
        draw_seed="seed",
        draw_commitment=commit("seed"),
    )
    show.next_episode += 1
    tx.add(episode)
    await tx.flush()
    given = {
        "currency": "USD", "vote_method": VoteMethod.SCORE, "max_score": 5, "seats": 12, "weights": Weights.EQUAL,
        "lineage_bp": 2000, "house_bp": 5000, "floor": 0, "cap_bp": 10000, "payout_min": 1000,
        "comment_seconds": 14 * 86400, "grace_seconds": 600, "claim_days": 365, "locked_at": NOW,
    } | terms  # fmt: skip
    tx.add(Deal(episode_id=episode.id, **given))
    await tx.flush()
    return episode


async def _work(tx: Transaction, episode: Episode, artist_id: int, title: str) -> int:
    show = await tx.get_one(Show, episode.show_id)
    work = Work(
        show_id=show.id,
        episode_id=episode.id,
        number=show.next_work,
        artist_id=artist_id,
        title=title,
        note="",
        medium="picture",
        licence=Licence("CC-BY-4.0"),
        state=WorkState.IN,
        reason="",
        channel_id=1,
        message_id=1_000_000 + show.next_work,
        by_form=False,
        submitted_at=NOW,
        collected_at=NOW,
        version=1,
    )
    show.next_work += 1
    tx.add(work)
    await tx.flush()
    tx.add(Credit(work_id=work.id, artist_id=artist_id, role="artist", share_bp=10000, state=CreditState.CONFIRMED))
    await tx.flush()
    return work.id
