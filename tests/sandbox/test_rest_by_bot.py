"""What a real bot gets to hear: limits, lost answers, nonces, permissions, validation, files."""

import pytest

from sandbox.client import SandboxError
from tests.sandbox.support import House


async def attempt(house: House, what: str) -> str:
    answer = await house.member(house.mira).slash("attempt", channel=house.general, what=what, wait=20)
    return answer.text


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("long", "400 50035"),
        ("mixed", "400 50035"),
        ("wide", "400 50035"),
        ("long_text", "400 50035"),
        ("options", "400 50035"),
        ("embeds", "400 50035"),
        ("closed", "Forbidden 403 50013"),
        ("hidden", "Forbidden 403 50001"),
    ],
)
async def test_refusals_carry_discords_codes(house: House, what: str, expected: str):
    assert expected in await attempt(house, what)


async def test_a_dm_arrives_and_a_closed_one_is_50007(house: House):
    mira = house.member(house.mira)
    assert await attempt(house, "dm") == "dm sent"
    assert (await mira.dms())[-1].content == "a private word"
    await house.client.control.edit_member(house.guild, mira, dms_open=False)
    assert "Forbidden 403 50007" in await attempt(house, "dm")
    await house.client.control.edit_member(house.guild, mira, dms_open=True)


async def test_a_nonce_makes_one_message(house: House):
    assert await attempt(house, "nonce") == "same True"
    found = await house.client.control.wait_for_messages(channel=house.general, contains="said once")
    assert len(found) == 1


async def test_discordpy_waits_out_a_429_and_retries_a_502(house: House):
    control = house.client.control
    before = await control.last_request()
    await control.fault("rate_limit", method="POST", path=f"/channels/{house.general.id}/messages", retry_after=0.05)
    await control.fault("status", method="POST", path=f"/channels/{house.general.id}/messages", status=502)
    assert await attempt(house, "retry") == "sent"
    made = await control.wait_for_requests(f"/channels/{house.general.id}/messages$", method="POST", after=before)
    assert [request["status"] for request in made] == [429, 502, 200]
    assert len(await control.wait_for_messages(channel=house.general, contains="sent at last")) == 1


async def test_a_lost_answer_was_carried_out_and_a_nonce_saves_the_retry(house: House):
    await house.client.control.fault("lose_answer", method="POST", path=f"/channels/{house.general.id}/messages")
    words = await attempt(house, "lost")
    assert "ServerDisconnected" in words or "then lost answer" in words
    found = await house.client.control.wait_for_messages(channel=house.general, contains="lost answer", author="bot")
    assert len([m for m in found if m.content == "lost answer"]) == 1


async def test_a_refused_connection_carries_nothing_out(house: House):
    await house.client.control.fault("refuse", method="POST", path=f"/channels/{house.general.id}/messages", times=9)
    before = await house.member(house.mira).messages(house.general, limit=500)
    await house.member(house.mira).slash("attempt", channel=house.general, what="lost", wait=1)
    after = await house.member(house.mira).messages(house.general, limit=500)
    new = [m for m in after if m.id not in {seen.id for seen in before}]
    assert [m for m in new if m.content == "lost answer"] == []


async def test_threads_forums_and_events(house: House):
    assert await attempt(house, "thread") == "a talk a post a.txt"
    assert await attempt(house, "event") == "event the deadline"
    forum_posts = [c for c in await house.member(house.mira).channels(house.guild) if c.name == "a post"]
    messages = await house.member(house.mira).messages(forum_posts[0])
    assert messages[0].content == "its text"


async def test_what_a_bot_sets_up(house: House):
    assert await attempt(house, "setup") == "True picture Show"
    status = await house.client.control.status()
    assert [problem for problem in status["problems"] if "/guilds/" in problem or "/channels/" in problem] == []


async def test_history_is_read_in_pages(house: House):
    mira = house.member(house.mira)
    channel = await house.client.control.create_channel(house.guild, "long")
    for number in range(120):
        await mira.post(channel, f"quiet {number}")
    answer = await mira.slash("attempt", channel=channel, what="history")
    assert answer.text in ("120 messages", "121 messages")


async def test_members_come_in_chunks(house: House):
    assert await attempt(house, "members") == "1503 cached, 100 found, 1503 counted"


async def test_embeds_show_their_file_and_edits_keep_attachments(house: House):
    assert await attempt(house, "embed") == "True 2"


async def test_addresses_expire_and_a_fresh_fetch_gives_good_ones(house: House):
    mira = house.member(house.mira)
    posted = await mira.post(house.general, "", files=[("my picture ü.png", b"\x89PNG fake")])
    assert posted.files[0].filename == "my_picture_.png"
    assert posted.files[0].content_type == "image/png"
    url = posted.files[0].url
    assert await house.client.download(url) == b"\x89PNG fake"
    with pytest.raises(SandboxError):
        await house.client.download(url.replace("hm=", "hm=0"))
    with pytest.raises(SandboxError):
        await house.client.download(url.partition("?")[0])
    await house.client.control.expire_attachments(posted)
    with pytest.raises(SandboxError, match="no longer available"):
        await house.client.download(url)
    fetched = await attempt(house, "fetch")
    assert fetched != url
    assert await house.client.download(fetched) == b"\x89PNG fake"


async def test_files_have_faults_too(house: House):
    posted = await house.member(house.mira).post(house.general, "", files=[("a.txt", b"text")])
    await house.client.control.fault("status", path="^/cdn/attachments", status=403, message="no")
    with pytest.raises(SandboxError) as caught:
        await house.client.download(posted.files[0].url)
    assert caught.value.status == 403
    assert await house.client.download(posted.files[0].url) == b"text"


async def test_a_late_followup_has_an_invalid_token(house: House):
    answer = await house.member(house.mira).slash("submit", channel=house.general)
    await house.client.control.expire_interaction(answer)
    raw = (await house.client.control.requests())[-1]
    token = raw["path"].split("/")[3]
    status = await house.client.control.status()
    url = f"{house.sandbox.base_url}/api/v10/webhooks/{status['application_id']}/{token}"
    async with house.client.transport.session.post(url, json={"content": "late"}) as response:
        assert response.status == 401
        assert (await response.json())["code"] == 50027
    assert raw["response"]["interaction"]["id"] == str(answer.interaction)
