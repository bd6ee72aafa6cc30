"""What is said of a payout round: its proposal, kept current, and each step after it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from db.models import Allocation, Artist, Concern, PayoutRound, Post, Show
from domain import rounds
from services.news import post_news, post_to_producers, refresh_news
from services.outbox import say
from services.payouts.inputs import key_number
from services.store import Transaction


async def announce_proposal(tx: Transaction, row: PayoutRound, show: Show, now: datetime) -> None:
    """Post who would get what, with a thread for questions and concerns, and tell each artist their own."""
    await post_news(
        tx, show, key=f"round:{row.id}:proposal", kind="proposal", subject={"round": row.id},
        post_key=_post_key(row), now=now,
    )  # fmt: skip
    await _tell_everybody(tx, row, show, "proposed", now)


async def refresh_proposal(tx: Transaction, row: PayoutRound, show: Show, now: datetime) -> None:
    """Have the proposal's post brought up to date."""
    await refresh_news(tx, show, post_key=_post_key(row), kind="proposal", subject={"round": row.id}, now=now)


async def announce_ready(tx: Transaction, row: PayoutRound, show: Show, ended: datetime, now: datetime) -> None:
    """Tell the producers that the comment window, which `ended` then, leaves the round to be finalised."""
    await post_to_producers(
        tx, show, key=f"round:{row.id}:ready:{int(ended.timestamp())}", kind="round_ready",
        subject={"round": row.id}, now=now,
    )  # fmt: skip
    await refresh_proposal(tx, row, show, now)


async def announce_final(tx: Transaction, row: PayoutRound, show: Show, now: datetime) -> None:
    """Post the final amounts, and tell each artist their own."""
    await post_news(tx, show, key=f"round:{row.id}:final", kind="round_final", subject={"round": row.id}, now=now)
    await refresh_proposal(tx, row, show, now)
    await _tell_everybody(tx, row, show, "final", now)


async def announce_settled(tx: Transaction, row: PayoutRound, show: Show, now: datetime) -> None:
    """Post that the round is closed."""
    await post_news(tx, show, key=f"round:{row.id}:settled", kind="round_settled", subject={"round": row.id}, now=now)


async def announce_concern(tx: Transaction, row: PayoutRound, concern: Concern, show: Show, now: datetime) -> None:
    """Post a concern where the round is talked about, and point the producers to it."""
    await _say_of_concern(tx, row, concern, show, "raised", now)
    if show.producers_channel_id is not None:
        talk = await talk_channel(tx, row, show)
        await post_to_producers(
            tx, show, key=f"concern:{concern.id}:producers", kind="concern_raised",
            subject={"round": row.id, "concern": concern.id, "talk": talk}, now=now,
        )  # fmt: skip


async def announce_answer(
    tx: Transaction, row: PayoutRound, concern: Concern, show: Show, changes: Sequence[rounds.Change], now: datetime
) -> None:
    """Post the answer to a concern, with whom it gives more or less."""
    await _say_of_concern(tx, row, concern, show, "answered", now, changes)


async def announce_adjustment(
    tx: Transaction,
    row: PayoutRound,
    show: Show,
    which: str,
    adjustment_id: int,
    changes: Sequence[rounds.Change],
    now: datetime,
) -> None:
    """Post that producers moved money by hand, and why, with whom it gives more or less. `which` names the occasion."""
    moved = [[key_number(change.artist), change.before, change.after] for change in changes]
    await say(
        tx, key=f"adjustment:{which}", kind="adjusted", show_id=show.id,
        subject={"round": row.id, "adjustment": adjustment_id, "changes": moved},
        channel_id=await talk_channel(tx, row, show), now=now,
    )  # fmt: skip
    await refresh_proposal(tx, row, show, now)


async def _tell_everybody(tx: Transaction, row: PayoutRound, show: Show, step: str, now: datetime) -> None:
    """Tell every artist of a round their own share."""
    people = await tx.execute(
        select(Artist.id, Artist.user_id)
        .join(Allocation, Allocation.artist_id == Artist.id)
        .where(Allocation.round_id == row.id, Artist.user_id.is_not(None))
        .order_by(Artist.id)
    )
    kind = "allocation" if step == "final" else "proposed_share"
    talk = await talk_channel(tx, row, show)
    for artist_id, user_id in people:
        await say(
            tx, key=f"round:{row.id}:{step}:{artist_id}", kind=kind, show_id=show.id,
            subject={"round": row.id, "artist": artist_id}, user_id=user_id, channel_id=talk, now=now,
        )  # fmt: skip


async def _say_of_concern(
    tx: Transaction,
    row: PayoutRound,
    concern: Concern,
    show: Show,
    what: str,
    now: datetime,
    changes: Sequence[rounds.Change] = (),
) -> None:
    moved = [[key_number(change.artist), change.before, change.after] for change in changes]
    await say(
        tx, key=f"concern:{concern.id}:{what}", kind=f"concern_{what}", show_id=show.id,
        subject={"round": row.id, "concern": concern.id, "changes": moved},
        channel_id=await talk_channel(tx, row, show), now=now,
    )  # fmt: skip
    await refresh_proposal(tx, row, show, now)


async def talk_channel(tx: Transaction, row: PayoutRound, show: Show) -> int:
    """Where a round is talked about: the proposal's thread, or the news channel until there is one."""
    post = await tx.get(Post, _post_key(row))
    return post.thread_id if post is not None and post.thread_id is not None else show.news_channel_id


def _post_key(row: PayoutRound) -> str:
    return f"round:{row.id}"
