"""The outbox as delivery sees it: order, leases, pauses, failures that are kept and told."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.models import OutboxRow, OutboxState, Post
from domain.errors import UserError
from services import deliveries, outbox, undelivered
from services.deliveries import DueRow
from services.shows import ShowView
from services.store import Database, writes
from tests.support.studio import NEWS_CHANNEL, NOW, PRODUCER, PRODUCERS_CHANNEL, WORKS_CHANNEL, actor, after

LEASE = timedelta(minutes=5)
MESSAGE = 700_000_000_000_000_000

say = writes(outbox.say)
refresh = writes(outbox.refresh)


async def news(db: Database, show: ShowView, *keys: str, **more: Any) -> None:
    for key in keys:
        values: dict[str, Any] = {
            "key": key, "kind": "news", "subject": {"about": key}, "channel_id": NEWS_CHANNEL, "now": NOW, **more
        }  # fmt: skip
        await say(db, show_id=show.id, **values)


async def claim(db: Database, now: datetime = NOW, *, limit: int = 8) -> tuple[DueRow, ...]:
    return (await deliveries.claim(db, now=now, lease=LEASE, limit=limit)).rows


async def said(db: Database, row: DueRow, message_id: int = MESSAGE) -> bool:
    return await deliveries.delivered(
        db, row, channel_id=row.channel_id or 1, message_id=message_id, thread_id=None, now=NOW
    )


async def row_of(db: Database, key: str) -> OutboxRow:
    async with db.reading() as tx:
        return (await tx.scalars(select(OutboxRow).where(OutboxRow.key == key))).one()


def about(rows: tuple[DueRow, ...]) -> list[str]:
    return [row.subject["about"] for row in rows]


async def test_rows_of_a_channel_come_in_order_and_are_leased_to_one_caller(
    studio_db: Database, show: ShowView
) -> None:
    await news(studio_db, show, "a", "b", "c")
    assert about(await claim(studio_db)) == ["a", "b", "c"]
    assert await claim(studio_db) == ()


async def test_two_callers_at_once_never_get_the_same_row(studio_db: Database, show: ShowView) -> None:
    for number in range(12):
        await news(studio_db, show, f"n{number}", channel_id=WORKS_CHANNEL + 100 + number)
    both = await asyncio.gather(*(claim(studio_db, limit=12) for _ in range(4)))
    got = [row.id for rows in both for row in rows]
    assert len(got) == len(set(got))
    got += [row.id for row in await claim(studio_db, limit=12)]
    assert len(set(got)) == 12


async def test_a_lease_runs_out_and_the_row_remembers_its_first_try(studio_db: Database, show: ShowView) -> None:
    await news(studio_db, show, "a")
    (first,) = await claim(studio_db)
    assert first.tried_at is None
    assert await claim(studio_db, NOW + LEASE - timedelta(seconds=1)) == ()
    (second,) = await claim(studio_db, NOW + LEASE)
    (third,) = await claim(studio_db, NOW + 2 * LEASE)
    assert (second.tried_at, third.tried_at) == (NOW, NOW)
    await deliveries.not_in_history(studio_db, third, now=NOW + 2 * LEASE)
    (fourth,) = await claim(studio_db, NOW + 3 * LEASE)
    assert fourth.tried_at == NOW + 2 * LEASE


async def test_the_leases_of_a_killed_process_are_forgotten_at_the_next_start(
    studio_db: Database, show: ShowView
) -> None:
    await news(studio_db, show, "a", "b")
    before = await claim(studio_db)
    assert await deliveries.forget_leases(studio_db) == 2
    again = await claim(studio_db)
    assert [row.id for row in again] == [row.id for row in before]
    assert [row.tried_at for row in again] == [NOW, NOW]


async def test_a_row_in_a_pause_holds_back_what_comes_later_in_its_channel_only(
    studio_db: Database, show: ShowView
) -> None:
    await news(studio_db, show, "a", "b")
    first, second = await claim(studio_db)
    await deliveries.postponed(studio_db, first, error="Discord did not answer.", at=after(seconds=2))
    await deliveries.released(studio_db, [second])
    await news(studio_db, show, "elsewhere", channel_id=WORKS_CHANNEL)
    await news(studio_db, show, "person", user_id=5, channel_id=NEWS_CHANNEL)
    assert about(await claim(studio_db, after(seconds=1))) == ["elsewhere", "person"]
    assert about(await claim(studio_db, after(seconds=2))) == ["a", "b"]


async def test_the_next_time_to_look_is_told(studio_db: Database, show: ShowView) -> None:
    assert (await deliveries.claim(studio_db, now=NOW, lease=LEASE, limit=1)).next_at is None
    await news(studio_db, show, "a")
    (row,) = await claim(studio_db)
    await deliveries.postponed(studio_db, row, error="later", at=after(seconds=7))
    assert (await deliveries.claim(studio_db, now=NOW, lease=LEASE, limit=1)).next_at == after(seconds=7)


async def test_released_rows_count_as_not_tried(studio_db: Database, show: ShowView) -> None:
    await news(studio_db, show, "a")
    await deliveries.released(studio_db, await claim(studio_db))
    (row,) = await claim(studio_db)
    assert row.tried_at is None


async def test_what_was_said_is_written_down_once_and_remembered_as_a_post(studio_db: Database, show: ShowView) -> None:
    await news(studio_db, show, "a", post_key="episode:1")
    (row,) = await claim(studio_db)
    assert await said(studio_db, row)
    assert not await said(studio_db, row, MESSAGE + 1)
    stored = await row_of(studio_db, "a")
    assert (stored.state, stored.message_id) == (OutboxState.SENT, MESSAGE)
    async with studio_db.reading() as tx:
        assert (await tx.get_one(Post, "episode:1")).message_id == MESSAGE
    assert await deliveries.taken_messages(studio_db, [MESSAGE, MESSAGE + 1]) == {MESSAGE}


async def edit(db: Database, show: ShowView, now: datetime = NOW, **subject: Any) -> None:
    await refresh(
        db, post_key="episode:1", kind="news", show_id=show.id, subject={"about": "edit", **subject},
        channel_id=NEWS_CHANNEL, now=now,
    )  # fmt: skip


async def test_an_edit_waits_for_its_post_and_many_changes_make_one_edit(studio_db: Database, show: ShowView) -> None:
    await news(studio_db, show, "a", post_key="episode:1")
    await edit(studio_db, show, works=1)
    await edit(studio_db, show, works=2)
    (row,) = await claim(studio_db)
    assert about((row,)) == ["a"]
    await said(studio_db, row)
    (changed,) = await claim(studio_db)
    assert changed.edit
    assert changed.subject["works"] == 2
    assert changed.post is not None
    assert changed.post.message_id == MESSAGE


async def test_a_change_during_an_edit_has_it_done_again_after_a_moment(studio_db: Database, show: ShowView) -> None:
    await news(studio_db, show, "a", post_key="episode:1")
    (row,) = await claim(studio_db)
    await said(studio_db, row)
    await edit(studio_db, show, works=1)
    (first,) = await claim(studio_db)
    await edit(studio_db, show, works=2)
    assert not await said(studio_db, first)
    again = await deliveries.claim(studio_db, now=NOW, lease=LEASE, limit=1)
    assert (again.rows, again.next_at) == ((), NOW + deliveries.EDIT_PACE)
    (second,) = await claim(studio_db, NOW + deliveries.EDIT_PACE)
    assert second.subject["works"] == 2
    assert await said(studio_db, second)


async def test_an_edit_whose_post_was_deleted_is_dropped_with_the_post(studio_db: Database, show: ShowView) -> None:
    await news(studio_db, show, "a", post_key="episode:1")
    (row,) = await claim(studio_db)
    await said(studio_db, row)
    await edit(studio_db, show)
    (changed,) = await claim(studio_db)
    await deliveries.dropped(studio_db, changed, reason="The message was deleted.", forget_post=True)
    assert (await row_of(studio_db, "edit:episode:1")).state is OutboxState.DROPPED
    async with studio_db.reading() as tx:
        assert await tx.get(Post, "episode:1") is None


async def test_a_failure_is_kept_and_told_to_the_producers_once_per_cause(studio_db: Database, show: ShowView) -> None:
    await news(studio_db, show, "a", "b")
    for row in await claim(studio_db):
        await deliveries.failed(studio_db, row, error="I can't post there.", now=NOW)
    (told,) = await claim(studio_db)
    assert (told.kind, told.channel_id) == ("undeliverable", PRODUCERS_CHANNEL)
    failure = await undelivered.failure(studio_db, told.subject["row"])
    assert failure is not None
    assert (failure.error, failure.alike, failure.show_name) == ("I can't post there.", 2, "Night Shift")
    await deliveries.failed(studio_db, told, error="Neither here.", now=NOW)
    assert await claim(studio_db) == ()


async def test_what_cannot_be_said_in_the_producers_channel_is_told_in_the_news(
    studio_db: Database, show: ShowView
) -> None:
    await news(studio_db, show, "a", channel_id=PRODUCERS_CHANNEL)
    (row,) = await claim(studio_db)
    await deliveries.failed(studio_db, row, error="I can't post there.", now=NOW)
    (told,) = await claim(studio_db)
    assert told.channel_id == NEWS_CHANNEL


async def test_a_failure_of_one_channel_does_not_hold_back_what_comes_later(
    studio_db: Database, show: ShowView
) -> None:
    await news(studio_db, show, "a")
    (row,) = await claim(studio_db)
    await deliveries.failed(studio_db, row, error="This is a bug.", now=NOW)
    await news(studio_db, show, "b")
    assert "b" in [row.subject.get("about") for row in await claim(studio_db)]


async def test_producers_have_failures_tried_again_and_are_told_again_if_that_fails_too(
    studio_db: Database, show: ShowView
) -> None:
    await news(studio_db, show, "a", "b")
    for row in await claim(studio_db):
        await deliveries.failed(studio_db, row, error="I can't post there.", now=NOW)
    with pytest.raises(UserError, match="Only producers"):
        await undelivered.retry_failed(studio_db, actor("Nosy"), now=NOW)
    (told,) = await claim(studio_db)
    failure = await undelivered.failure(studio_db, told.subject["row"])
    assert failure is not None
    assert failure.alike == 2
    await said(studio_db, told, MESSAGE + 5)
    assert await undelivered.retry_failed(studio_db, PRODUCER, now=after(hours=1)) == 2
    assert await undelivered.failure(studio_db, told.subject["row"]) is None
    first, second = await claim(studio_db, after(hours=1))
    assert first.attempts == 0
    await said(studio_db, second)
    await deliveries.failed(studio_db, first, error="I can't post there.", now=after(hours=1))
    (again,) = await claim(studio_db, after(hours=1))
    assert again.kind == "undeliverable"
