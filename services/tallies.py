"""Tallies: the vote counted, and published with the ballots it was counted from; services.results reads them."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select, update

from db.models import CutAction, CutChange, CutEntry, Episode, Recount, Show, Tally
from domain import commitments
from domain.cut import initial_cut
from domain.voting import TallyResult, WorkNumbers
from services import outbox
from services.elections import Counted, counted, counted_again, number_of
from services.results import (
    MeetingView,
    RecountView,
    ResultView,
    ResultWork,
    Stage,
    document,
    latest_result,
    load_document,
    result,
    result_view,
)
from services.store import Transaction
from services.voting import VoteEpisode, insert, load_episode, table_of, works_in
from services.watch import point_out

__all__ = [
    "START_POINTS", "MeetingView", "RecountView", "ResultView", "ResultWork", "Stage", "count", "count_again",
    "document", "latest_result", "load_document", "result", "result_view",
]  # fmt: skip

START_POINTS = 10
"""What a work weighs when the vote puts it into the cut; producers may change it where points count."""

_BALLOTS = ("ballots", "commitments")


async def count(tx: Transaction, episode_id: int, now: datetime) -> None:
    """Count an episode's vote, once, and let its cut start from the selection.

    For use inside the transaction that moves the episode to cutting; announces the result and the cut. A second
    call changes nothing.
    """
    if await tx.scalar(select(Tally.episode_id).where(Tally.episode_id == episode_id)) is not None:
        return
    episode = await load_episode(tx, episode_id)
    seed = (await tx.scalars(select(Episode.draw_seed).where(Episode.id == episode_id))).one()
    found = await counted(tx, episode, seed)
    new = insert(tx, table_of(Tally)).values(episode_id=episode.id, **_columns(found, seed, now))
    made = new.on_conflict_do_nothing(index_elements=["episode_id"]).returning(Tally.episode_id)
    if await tx.scalar(made) is None:
        return
    await _select_by_vote(tx, episode, found.document, seed)
    await _announce(tx, episode, now, ballots=_turnout(found.document))
    await point_out(tx, await tx.get_one(Show, episode.show_id), episode_id, when="end", now=now)


async def count_again(tx: Transaction, episode: VoteEpisode, now: datetime) -> dict[str, Any]:
    """Count a vote anew without the ballots that are struck by now, and let the cut follow.

    What producers put in or took out by hand stays as they decided. Returns what was published before. For use inside
    the transaction that strikes ballots or lets them count again.
    """
    before = await load_document(tx, episode.id)
    seed = str(before["seed"])
    first = await tx.scalar(select(Recount.before).where(Recount.episode_id == episode.id, Recount.number == 1))
    again = await counted_again(tx, episode, first or before)
    await tx.execute(update(Tally).where(Tally.episode_id == episode.id).values(**_columns(again, seed, now)))
    await _select_by_vote(tx, episode, again.document, seed)
    return before


async def _select_by_vote(tx: Transaction, episode: VoteEpisode, whole: Mapping[str, Any], seed: str) -> None:
    """Let the cut be what the vote chose, but for works that producers put in or took out by hand."""
    ids = {work.number: work.id for work in await works_in(tx, episode.id)}
    chosen = initial_cut(_counted(whole), episode.seats, seed)
    reasons = {ids[number_of(one.work)]: one.reason for one in chosen if number_of(one.work) in ids}
    query = select(CutEntry).where(CutEntry.episode_id == episode.id)
    entries = {entry.work_id: entry for entry in await tx.scalars(query)}
    by_hand = await _by_hand(tx, episode.id)
    for work_id in reasons.keys() - entries.keys():
        entries[work_id] = CutEntry(episode_id=episode.id, work_id=work_id, points=START_POINTS, outcome=None)
        tx.add(entries[work_id])
    for work_id, entry in entries.items():
        entry.by_vote = work_id in reasons
        if work_id not in by_hand:
            entry.in_cut, entry.reason = entry.by_vote, reasons.get(work_id, "Not chosen by the recount")
    await tx.flush()


async def _by_hand(tx: Transaction, episode_id: int) -> set[int]:
    query = select(CutChange.work_id).where(CutChange.episode_id == episode_id, CutChange.action != CutAction.POINTS)
    return set(await tx.scalars(query))


def _columns(found: Counted, seed: str, now: datetime) -> dict[str, Any]:
    """A tally's columns; `result` is the document without its ballots, which a page need not load."""
    whole = found.document
    shown: dict[str, Any] = {key: value for key, value in whole.items() if key not in _BALLOTS}
    if "jury" in shown:
        shown["jury"] = {key: value for key, value in shown["jury"].items() if key not in _BALLOTS}
    shown["meetings"] = [[one.first, one.second, one.wins, one.losses] for one in found.meetings]
    return {
        "method": whole["method"], "ballots": _turnout(whole), "election": dict(whole), "result": shown,
        "seed": seed, "digest": commitments.digest(whole), "counted_at": now,
    }  # fmt: skip


def _turnout(whole: Mapping[str, Any]) -> int:
    return int(whole["turnout"]["voters"]) + int(whole["turnout"]["jury"])


def _counted(whole: Mapping[str, Any]) -> TallyResult:
    """As much of a published result as the cut starts from."""
    return TallyResult(
        order=tuple(tuple(group) for group in whole["order"]),
        winners=tuple(whole["winners"]),
        ties=tuple(tuple(group) for group in whole["ties"]),
        scores={name: Fraction(score) for name, score in whole["scores"].items()},
        numbers={name: _numbers(numbers) for name, numbers in whole["numbers"].items()},
    )


def _numbers(numbers: Mapping[str, Any]) -> WorkNumbers:
    total, low, high = (Fraction(numbers[key]) for key in ("total", "low", "high"))
    return WorkNumbers(numbers["votes"], total, low, high)


async def _announce(tx: Transaction, episode: VoteEpisode, now: datetime, *, ballots: int) -> None:
    results, cut = f"results:{episode.id}", f"cut:{episode.id}"
    await _say(tx, episode, now, kind="results", key=f"episode:{episode.id}:results", post_key=results)
    await _say(tx, episode, now, kind="cut", key=cut, post_key=cut)
    if ballots == 0:
        await _say(tx, episode, now, kind="no_ballots", key=f"episode:{episode.id}:no_ballots", to_producers=True)


async def _say(
    tx: Transaction,
    episode: VoteEpisode,
    now: datetime,
    *,
    kind: str,
    key: str,
    post_key: str | None = None,
    to_producers: bool = False,
) -> None:
    producers = episode.producers_channel_id if to_producers else None
    await outbox.say(
        tx, key=key, kind=kind, show_id=episode.show_id, subject={"episode": episode.id}, now=now,
        channel_id=producers or episode.news_channel_id, post_key=post_key,
    )  # fmt: skip
