"""What a show says in its own channels: news for everybody, and word to its producers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from db.models import Show
from services.outbox import refresh, say
from services.store import Transaction


async def post_news(
    tx: Transaction,
    show: Show,
    *,
    key: str,
    kind: str,
    subject: Mapping[str, Any],
    now: datetime,
    post_key: str | None = None,
) -> None:
    """Say something in the news channel once; `post_key` remembers the post, so that it can be kept current."""
    await say(
        tx, key=key, kind=kind, show_id=show.id, subject=subject, channel_id=show.news_channel_id, post_key=post_key,
        now=now,
    )  # fmt: skip


async def refresh_news(
    tx: Transaction, show: Show, *, post_key: str, kind: str, subject: Mapping[str, Any], now: datetime
) -> None:
    """Have a post of the news channel brought up to date."""
    await refresh(
        tx, post_key=post_key, kind=kind, show_id=show.id, subject=subject, channel_id=show.news_channel_id, now=now
    )


async def post_to_producers(
    tx: Transaction, show: Show, *, key: str, kind: str, subject: Mapping[str, Any], now: datetime
) -> None:
    """Tell the producers something once: in their channel, or in the news channel of a show that has none."""
    channel_id = show.producers_channel_id or show.news_channel_id
    await say(tx, key=key, kind=kind, show_id=show.id, subject=subject, channel_id=channel_id, now=now)
