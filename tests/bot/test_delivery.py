"""Delivery against a Discord that answers, refuses, fails, or swallows the answer: nothing is lost or doubled."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import undeliverable
from bot.delivery import Delivery
from cogs.common.outgoing import Outgoing
from cogs.runtime import Runtime
from db.models import OutboxRow, OutboxState, Post
from domain.errors import UserError
from services import deliveries, undelivered
from services.access import Actor
from tests.support.bot_studio import SAYERS, Stage, card, delivering, until

MESSAGES = r"/channels/\d+/messages$"


async def state(stage: Stage, key: str) -> OutboxRow:
    async with stage.runtime.db.reading() as tx:
        return (await tx.scalars(select(OutboxRow).where(OutboxRow.key == key))).one()


async def until_state(stage: Stage, key: str, wanted: OutboxState) -> OutboxRow:
    async def look() -> OutboxRow | None:
        row = await state(stage, key)
        return row if row.state is wanted else None

    return await until(look)


async def test_messages_to_one_channel_arrive_in_order_and_are_written_down(stage: Stage) -> None:
    for number in range(9):
        await stage.say(f"n{number}")
    async with delivering(stage):
        await stage.wait_for_text("About n8")
        last = await until_state(stage, "n8", OutboxState.SENT)
    assert await stage.texts() == [f"About n{number}" for number in range(9)]
    assert last.message_id == (await stage.member.messages(stage.news))[-1].id


async def test_a_wake_has_new_rows_said_at_once(stage: Stage) -> None:
    async with delivering(stage) as delivery:
        await stage.say("first")
        delivery.wake()
        await stage.wait_for_text("About first")
        await stage.say("second")
        delivery.wake()
        await stage.wait_for_text("About second")


async def test_a_reply_shows_as_one_and_a_thread_is_started_and_remembered(stage: Stage) -> None:
    post = await stage.member.post(stage.works, "My work")
    await stage.say("card", reply_to=post.id, channel_id=stage.works.id)
    await stage.say("proposal", subject={"text": "Proposal", "thread": "Talk about it"}, post_key="round:1")
    async with delivering(stage):
        reply = await stage.wait_for_text("About card", stage.works)
        await until_state(stage, "proposal", OutboxState.SENT)
    assert reply.reply_to == post.id
    async with stage.runtime.db.reading() as tx:
        remembered = await tx.get_one(Post, "round:1")
    channels = {channel.id: channel.name for channel in await stage.member.channels(stage.guild)}
    assert remembered.thread_id is not None
    assert channels[remembered.thread_id] == "Talk about it"


async def test_a_reply_to_a_deleted_message_is_said_all_the_same(stage: Stage) -> None:
    post = await stage.member.post(stage.works, "Gone soon")
    await stage.member.delete(post)
    await stage.say("card", reply_to=post.id, channel_id=stage.works.id)
    async with delivering(stage):
        await stage.wait_for_text("About card", stage.works)


async def test_a_post_is_edited_when_it_changes(stage: Stage) -> None:
    await stage.say("opened", kind="card", subject={"text": "0 works"}, post_key="episode:1")
    async with delivering(stage) as delivery:
        await stage.wait_for_text("0 works")
        await until_state(stage, "opened", OutboxState.SENT)
        for number in range(1, 6):
            await stage.refresh("episode:1", kind="card", subject={"text": f"{number} works"})
            delivery.wake()
        await stage.wait_for_text("5 works")
    assert await stage.texts() == ["5 works"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 500, "times": 2},
        {"kind": "refuse", "times": 2},
        {"kind": "rate_limit", "retry_after": 0.3, "times": 2},
        {"kind": "lose_answer"},
        {"kind": "lose_answer", "times": 3},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault.get('status', '')}-{fault.get('times', 1)}",
)
async def test_trouble_that_passes_neither_loses_nor_doubles_nor_reorders(stage: Stage, fault: dict[str, Any]) -> None:
    await stage.discord.control.fault(**fault, method="POST", path=MESSAGES)
    await stage.say("a")
    await stage.say("b", kind="card")
    await stage.say("c")
    async with delivering(stage):
        await until_state(stage, "c", OutboxState.SENT)
    assert await stage.texts() == ["About a", "About b", "About c"]


@pytest.mark.parametrize("kind", ["text", "card"])
async def test_after_discord_forgot_the_nonce_the_message_is_found_in_the_history(stage: Stage, kind: str) -> None:
    await sent_but_not_written_down(stage, kind)
    stage.sandbox.world._nonces.clear()
    stage.clock.ahead = timedelta(hours=3)
    await deliveries.forget_leases(stage.runtime.db)
    await stage.say("later")
    async with delivering(stage):
        row = await until_state(stage, "a", OutboxState.SENT)
        await until_state(stage, "later", OutboxState.SENT)
    assert await stage.texts() == ["About a", "About later"]
    assert row.message_id == (await stage.member.messages(stage.news))[0].id


async def test_a_layout_is_found_in_the_history_though_it_reads_differently_now(stage: Stage) -> None:
    await sent_but_not_written_down(stage, "card")
    stage.sandbox.world._nonces.clear()
    stage.clock.ahead = timedelta(hours=3)

    async def changed(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
        return await card(runtime, {"text": f"{subject['text']}, changed"})

    await deliveries.forget_leases(stage.runtime.db)
    async with delivering(stage, {"card": changed}):
        await until_state(stage, "a", OutboxState.SENT)
    assert await stage.texts() == ["About a"]


async def test_an_equal_text_of_another_row_is_not_taken_for_the_missing_one(stage: Stage) -> None:
    await stage.say("a", subject={"text": "The same"})
    async with delivering(stage):
        await until_state(stage, "a", OutboxState.SENT)
    await stage.say("b", subject={"text": "The same"})
    (row,) = (await deliveries.claim(stage.runtime.db, now=stage.clock(), lease=timedelta(minutes=5), limit=1)).rows
    assert row.tried_at is None  # leased by a process that was killed before it sent anything
    stage.clock.ahead = timedelta(hours=3)
    async with delivering(stage):
        await until_state(stage, "b", OutboxState.SENT)
    assert await stage.texts() == ["The same", "The same"]


async def sent_but_not_written_down(stage: Stage, kind: str) -> None:
    """As after a SIGKILL between Discord's answer and the commit."""
    await stage.say("a", kind=kind)
    (row,) = (await deliveries.claim(stage.runtime.db, now=stage.clock(), lease=timedelta(minutes=5), limit=1)).rows
    delivery = Delivery(stage.client, stage.runtime, SAYERS)
    assert await delivery._say(row) is not None
    assert (await state(stage, "a")).state is OutboxState.WAITING


async def test_what_is_forbidden_is_told_to_the_producers_once_and_said_after_it_was_mended(stage: Stage) -> None:
    everyone = stage.guild.id
    await stage.discord.control.set_overwrite(stage.news, everyone, deny=["send_messages"])
    await stage.say("a")
    await stage.say("b")
    async with delivering(stage, undeliverable.SAYINGS) as delivery:
        told = await stage.wait_for_text("I could not post", stage.producers)
        assert "Try again** in `/doctor`" in told.text
        assert f"<#{stage.news.id}>" in told.text
        await until_state(stage, "b", OutboxState.FAILED)
        await stage.discord.control.set_overwrite(stage.news, everyone, allow=["send_messages"])
        producer = Actor(stage.guild.id, "Night Owls", 1, "Olga", frozenset(), manages_guild=True)
        assert await undelivered.retry_failed(stage.runtime.db, producer, now=stage.clock()) == 2
        delivery.wake()
        await until_state(stage, "b", OutboxState.SENT)
    assert await stage.texts() == ["About a", "About b"]
    assert len(await stage.texts(stage.producers)) == 1


async def test_a_channel_that_is_gone_is_a_failure_that_says_so(stage: Stage) -> None:
    await stage.discord.control.delete_channel(stage.news)
    await stage.say("a")
    async with delivering(stage, undeliverable.SAYINGS):
        row = await until_state(stage, "a", OutboxState.FAILED)
        await stage.wait_for_text("no longer exists", stage.producers)
    assert "no longer exists" in row.error


@pytest.mark.parametrize("gone", ["message", "channel"])
async def test_an_edit_of_a_deleted_post_is_dropped(stage: Stage, gone: str) -> None:
    await stage.say("a", post_key="episode:1")
    async with delivering(stage) as delivery:
        await until_state(stage, "a", OutboxState.SENT)
        (post,) = await stage.member.messages(stage.news)
        if gone == "message":
            await stage.discord.member(stage.guild.owner_id).delete(post)
        else:
            await stage.discord.control.delete_channel(stage.news)
        await stage.refresh("episode:1", subject={"text": "changed"})
        delivery.wake()
        await until_state(stage, "edit:episode:1", OutboxState.DROPPED)
    if gone == "message":
        assert await stage.texts() == []


async def test_a_direct_message_reaches_the_person(stage: Stage) -> None:
    await stage.say("a", user_id=stage.member.id, channel_id=None)
    async with delivering(stage):
        await until_state(stage, "a", OutboxState.SENT)
    assert [message.text for message in await stage.member.dms()] == ["About a"]
    assert await stage.texts() == []


@pytest.mark.parametrize("kind", ["text", "card"])
async def test_where_direct_messages_are_closed_the_channel_gets_a_mention(stage: Stage, kind: str) -> None:
    await stage.discord.control.edit_member(stage.guild, stage.member, dms_open=False)
    await stage.say("a", kind=kind, user_id=stage.member.id)
    async with delivering(stage):
        message = await stage.wait_for_text("About a")
        await until_state(stage, "a", OutboxState.SENT)
    assert stage.member.mention in message.text
    assert [user["id"] for user in message.raw["mentions"]] == [str(stage.member.id)]


async def test_the_renderer_knows_that_others_will_read_it(stage: Stage) -> None:
    await stage.discord.control.edit_member(stage.guild, stage.member, dms_open=False)
    seen = []

    async def allocation(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
        seen.append(subject.get("dm_closed", False))
        return Outgoing(content="in public" if subject.get("dm_closed") else "your 100 dollars")

    await stage.say("a", kind="allocation", user_id=stage.member.id)
    async with delivering(stage, {"allocation": allocation}):
        await stage.wait_for_text("in public")
    assert seen == [False, True]


async def test_closed_direct_messages_without_a_channel_are_told_to_the_producers(stage: Stage) -> None:
    await stage.discord.control.edit_member(stage.guild, stage.member, dms_open=False)
    await stage.say("a", user_id=stage.member.id, channel_id=None)
    async with delivering(stage, undeliverable.SAYINGS):
        told = await stage.wait_for_text("does not take direct messages", stage.producers)
    assert stage.member.mention in told.text


async def test_what_is_no_longer_worth_saying_is_dropped(stage: Stage) -> None:
    async def nothing(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
        return None

    await stage.say("a", kind="late")
    async with delivering(stage, {"late": nothing}):
        await until_state(stage, "a", OutboxState.DROPPED)
    assert await stage.texts() == []


async def test_what_cannot_be_rendered_fails_and_does_not_block_the_channel(stage: Stage) -> None:
    async def broken(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
        raise RuntimeError("a bug")

    async def refused(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
        raise UserError("There is no episode.")

    async def huge(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
        return Outgoing(content="x" * 2001)

    for kind in ("broken", "refused", "huge", "unheard_of", "text"):
        await stage.say(kind, kind=kind)
    async with delivering(stage, {"broken": broken, "refused": refused, "huge": huge}):
        await stage.wait_for_text("About text")
        errors = {kind: (await state(stage, kind)).error for kind in ("broken", "refused", "huge", "unheard_of")}
    assert "reference" in errors["broken"]
    assert errors["refused"] == "There is no episode."
    assert "2,001 characters" in errors["huge"]
    assert "unheard_of" in errors["unheard_of"]
    assert await stage.texts() == ["About text"]


async def test_a_slow_discord_is_not_waited_for_for_ever(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.TOTAL_TIMEOUT", 0.3)
    await stage.discord.control.fault("delay", seconds=1.0, method="POST", path=MESSAGES)
    await stage.say("a")
    async with delivering(stage):
        await until_state(stage, "a", OutboxState.SENT)
    assert await stage.texts() == ["About a"]


async def test_one_channel_in_trouble_does_not_hold_up_another(stage: Stage) -> None:
    await stage.discord.control.fault(
        "status", status=503, times=None, method="POST", path=rf"/channels/{stage.news.id}/messages$"
    )
    await stage.say("a")
    await stage.say("b", channel_id=stage.works.id)
    async with delivering(stage):
        await stage.wait_for_text("About b", stage.works)
        assert (await state(stage, "a")).state is OutboxState.WAITING


async def test_stopping_lets_the_current_send_finish_and_leaves_the_rest_for_later(stage: Stage) -> None:
    await stage.discord.control.fault("delay", seconds=0.4, method="POST", path=MESSAGES)
    for key in ("a", "b", "c"):
        await stage.say(key)
    begun = asyncio.Event()

    async def telling(runtime: Runtime, subject: Mapping[str, Any]) -> Outgoing | None:
        begun.set()
        return await SAYERS["text"](runtime, subject)

    delivery = Delivery(stage.client, stage.runtime, {**SAYERS, "text": telling})
    running = asyncio.create_task(delivery.run())
    await begun.wait()
    await delivery.stop()
    await running
    assert (await state(stage, "a")).state is OutboxState.SENT
    rest = [await state(stage, key) for key in ("b", "c")]
    assert [(row.state, row.leased_until, row.tried_at) for row in rest] == [(OutboxState.WAITING, None, None)] * 2
