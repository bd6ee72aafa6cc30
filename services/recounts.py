"""Striking ballots: only after the vote, with a public reason, and by a recount that is published beside the first.

A ballot is named by the id that it is published under, so that nobody strikes a person. That the ballot is struck, and
why, stands in the result and in the published file, and its voter's receipt says so.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from db.models import Ballot, Recount, Show, Strike
from domain import commitments
from domain.episode import Phase, require_phase
from domain.errors import UserError
from domain.voting.publication import ballot_id
from services import outbox
from services.access import Actor, find_show, require_producer
from services.elections import number_of
from services.store import Transaction, reads, writes
from services.tallies import RecountView, ResultView, count_again, load_document, result_view
from services.voting import VoteEpisode, find_episode, load_episode

MIN_REASON = 10
MAX_REASON = 500
MOST = 50
SHORTEST = 6
"""Digits of an id that are enough to name a ballot, if they are its alone."""

_DOING = "strike ballots or let them count again"
_ID = re.compile(rf"[0-9a-f]{{{SHORTEST},32}}")


@dataclass(frozen=True, slots=True)
class RecountNews:
    """A recount as everybody is told of it: what it changed in the vote's choice (by work number), and the new root.

    `result` is the result as it stands now, which may be that of a later recount.
    """

    result: ResultView
    recount: RecountView
    root: str
    came: tuple[int, ...]
    went: tuple[int, ...]


@reads
async def recount(tx: Transaction, *, episode_id: int, number: int) -> RecountNews:
    """A recount of an episode's vote by its number; UserError when there is none."""
    before = await load_document(tx, episode_id, number)
    view = await result_view(tx, episode_id)
    later = number < len(view.recounts)
    following = await load_document(tx, episode_id, number + 1 if later else None)
    chosen_before, chosen = _chosen(before), _chosen(following)
    return RecountNews(
        result=view,
        recount=view.recounts[number - 1],
        root=following.get("root", ""),
        came=tuple(sorted(chosen - chosen_before)),
        went=tuple(sorted(chosen_before - chosen)),
    )


def _chosen(document: Mapping[str, Any]) -> set[int]:
    """The works that the vote chose, by number, as a published document says it."""
    result = document.get("result", document)
    names = [*result["winners"], *result["drawn"]]
    return {number_of(name) for name in names if result["numbers"][name]["votes"]}


@reads
async def require_striking(tx: Transaction, actor: Actor, *, episode_id: int) -> str:
    """The show (its slug) of a vote whose ballots a producer may strike now; UserError where they may not."""
    episode = await load_episode(tx, episode_id)
    require_producer(await tx.get_one(Show, episode.show_id), actor)
    require_phase(episode.phase, Phase.CUTTING, doing=_DOING)
    return episode.show_slug


@writes
async def strike(
    tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None, ballots: str, reason: str, now: datetime
) -> ResultView:
    """Strike ballots, named by their published ids (the first digits do), and count again while the cut is made.

    Everybody is told, with the reason and both fingerprints. Asked again for ballots that are struck already, nothing
    changes. UserError for who is no producer, in another phase, for an id that is none's or several's, and without
    a reason.
    """
    episode, meant, struck = await _asked(tx, actor, show, channel_id, ballots, reason)
    if meant - struck:
        await _recount(tx, actor, episode, reason, now, strike=meant - struck)
    return await result_view(tx, episode.id)


@writes
async def restore(
    tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None, ballots: str, reason: str, now: datetime
) -> ResultView:
    """Let struck ballots count again, by the same rules and as publicly as they were struck.

    For ballots that count anyway nothing changes.
    """
    episode, meant, struck = await _asked(tx, actor, show, channel_id, ballots, reason)
    if meant & struck:
        await _recount(tx, actor, episode, reason, now, restore=meant & struck)
    return await result_view(tx, episode.id)


async def _asked(
    tx: Transaction, actor: Actor, show: str | None, channel_id: int | None, ballots: str, reason: str
) -> tuple[VoteEpisode, set[int], set[int]]:
    """The episode, the ballots that a producer names, and those of them that are struck already."""
    row = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(row, actor)
    _checked(reason)
    episode = await find_episode(tx, actor.guild_id, show=row.slug, channel_id=None, phase=Phase.CUTTING, doing=_DOING)
    meant = await _meant(tx, episode, ballots)
    return episode, meant, set(await tx.scalars(select(Strike.ballot_id).where(Strike.ballot_id.in_(meant))))


def _checked(reason: str) -> str:
    words = " ".join(reason.split())
    if len(words) < MIN_REASON:
        raise UserError(f"Everybody reads the reason: write at least {MIN_REASON} letters.")
    if len(words) > MAX_REASON:
        raise UserError(f"Keep the reason under {MAX_REASON} characters; yours has {len(words)}.")
    return words


async def _meant(tx: Transaction, episode: VoteEpisode, text: str) -> set[int]:
    """The row ids of the ballots that are named."""
    typed = [part for part in re.split(r"[\s,;]+", text.strip().lower()) if part]
    if not typed or len(typed) > MOST:
        raise UserError(
            f"Name the ballots by their ids, {MOST} at most, with commas between. /result watch lists them."
        )
    document = await load_document(tx, episode.id)
    if "root" not in document:
        raise UserError("This vote was counted before ballots were published with ids, so none can be struck.")
    sides = [*document["commitments"], *document.get("jury", {}).get("commitments", ()), *document.get("struck", ())]
    published = {one["id"] for one in sides}
    query = select(Ballot.id, Ballot.receipt).where(Ballot.episode_id == episode.id)
    rows = {ballot_id(receipt): key for key, receipt in await tx.execute(query)}
    ids = {name: key for name, key in rows.items() if name in published}
    found = set()
    for part in typed:
        fitting = [key for name, key in ids.items() if name.startswith(part)] if _ID.fullmatch(part) else []
        if len(fitting) != 1:
            what = "several ballots begin so; write more of it" if fitting else "no ballot of this vote has that id"
            raise UserError(f"“{part[:40]}”: {what}. The ids are in the published ballots and in /result watch.")
        found.add(fitting[0])
    return found


async def _recount(
    tx: Transaction,
    actor: Actor,
    episode: VoteEpisode,
    reason: str,
    now: datetime,
    *,
    strike: Collection[int] = (),
    restore: Collection[int] = (),
) -> None:
    earlier = await tx.scalar(select(func.count()).select_from(Recount).where(Recount.episode_id == episode.id)) or 0
    row = Recount(
        episode_id=episode.id, number=earlier + 1, before={}, before_digest="", before_root="", struck=len(strike),
        restored=len(restore), reason=_checked(reason), by_user=actor.user_id, at=now,
    )  # fmt: skip
    tx.add(row)
    await tx.flush()
    tx.add_all(Strike(ballot_id=ballot, recount_id=row.id) for ballot in sorted(strike))
    await tx.execute(delete(Strike).where(Strike.ballot_id.in_(restore)))
    await tx.flush()
    before = await count_again(tx, episode, now)
    row.before, row.before_digest, row.before_root = before, commitments.digest(before), before.get("root", "")
    await tx.flush()
    await _announce(tx, episode, row.number, now)


async def _announce(tx: Transaction, episode: VoteEpisode, number: int, now: datetime) -> None:
    subject = {"episode": episode.id}
    await outbox.say(
        tx, key=f"episode:{episode.id}:recount:{number}", kind="recount", show_id=episode.show_id,
        subject={**subject, "number": number}, channel_id=episode.news_channel_id, now=now,
    )  # fmt: skip
    for post_key, kind in ((f"results:{episode.id}", "results"), (f"cut:{episode.id}", "cut")):
        await outbox.refresh(
            tx, post_key=post_key, kind=kind, show_id=episode.show_id, subject=subject,
            channel_id=episode.news_channel_id, now=now,
        )  # fmt: skip
