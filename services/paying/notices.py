"""What is said of payments: to producers about runs, to an artist about their own money, and never where to."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from db.models import Artist, Hold, LedgerEntry, PaymentLine, PaymentRun, PayoutRound, Show
from services.news import post_news, post_to_producers
from services.outbox import say
from services.payouts.notices import talk_channel
from services.store import Transaction


async def announce_run(tx: Transaction, run: PaymentRun, show: Show, now: datetime) -> None:
    """Tell the producers that a run was made: how many payments and how much, not to whom."""
    await post_to_producers(tx, show, key=f"run:{run.id}:made", kind="run_made", subject={"run": run.id}, now=now)


async def tell_result(tx: Transaction, line: PaymentLine, show: Show, now: datetime) -> None:
    """Tell an artist that they were paid, or that it did not work out."""
    artist = await tx.get_one(Artist, line.artist_id)
    if artist.user_id is None:
        return
    await say(
        tx, key=f"payment:{line.id}:{line.state.value}", kind="payment_result", show_id=show.id,
        subject={"line": line.id, "state": line.state.value}, user_id=artist.user_id,
        channel_id=show.news_channel_id, now=now,
    )  # fmt: skip


async def tell_received(
    tx: Transaction, entry: LedgerEntry, show: Show, parts: Mapping[int, int], now: datetime
) -> None:
    """Tell artists, by id, that somebody passed money on to them."""
    people = await tx.scalars(select(Artist).where(Artist.id.in_(parts), Artist.user_id.is_not(None)))
    for artist in people:
        await say(
            tx, key=f"entry:{entry.id}:received:{artist.id}", kind="money_received", show_id=show.id,
            subject={"show": show.name, "amount": parts[artist.id], "currency": entry.currency},
            user_id=artist.user_id, channel_id=show.news_channel_id, now=now,
        )  # fmt: skip


async def announce_hold(tx: Transaction, hold: Hold, show: Show, now: datetime) -> None:
    """Say in the open that a work's money waits, or what was decided about it."""
    row = await tx.get_one(PayoutRound, hold.round_id)
    stamp = int((hold.decided_at or hold.at).timestamp())
    await say(
        tx, key=f"hold:{hold.id}:{hold.state.value}:{stamp}", kind="hold", show_id=show.id,
        subject={"hold": hold.id, "state": hold.state.value}, channel_id=await talk_channel(tx, row, show), now=now,
    )  # fmt: skip


async def remind_of_claim(
    tx: Transaction, row: PayoutRound, artist: Artist, show: Show, key: str, now: datetime
) -> None:
    """Remind an artist that money waits for a word of theirs."""
    await say(
        tx, key=f"{key}:{artist.id}", kind="claim_reminder", show_id=show.id,
        subject={"round": row.id, "artist": artist.id}, user_id=artist.user_id,
        channel_id=await talk_channel(tx, row, show), now=now,
    )  # fmt: skip


async def tell_unclaimed(
    tx: Transaction, row: PayoutRound, artist: Artist, show: Show, amount: int, now: datetime
) -> None:
    """Tell an artist that their money went where the deal says."""
    await say(
        tx, key=f"round:{row.id}:unclaimed:{artist.id}", kind="unclaimed", show_id=show.id,
        subject={"round": row.id, "amount": amount, "people": 1, "own": True}, user_id=artist.user_id,
        channel_id=show.news_channel_id, now=now,
    )  # fmt: skip


async def tell_claims_over(
    tx: Transaction, row: PayoutRound, show: Show, amount: int, people: int, now: datetime
) -> None:
    """Say in the open what went unclaimed, in all."""
    await post_news(
        tx, show, key=f"round:{row.id}:unclaimed", kind="unclaimed",
        subject={"round": row.id, "amount": amount, "people": people}, now=now,
    )  # fmt: skip
