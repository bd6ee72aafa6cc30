"""REST by hand: who may ask, limits and their headers, what nobody knows, and the record."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from sandbox.client import SandboxClient, SandboxError
from sandbox.server import DEFAULT_TOKEN, Options, Sandbox

AUTH = {"Authorization": f"Bot {DEFAULT_TOKEN}"}


async def call(http: aiohttp.ClientSession, method: str, url: str, **more):
    async with http.request(method, url, headers=AUTH, **more) as response:
        raw = await response.read()
        return response.status, response.headers, json.loads(raw) if raw else None


@pytest.fixture
async def place(client: SandboxClient):
    guild = await client.control.create_guild("Studio", owner="ada")
    channel = await client.control.create_channel(guild, "general")
    return client.member(guild.owner_id), channel, guild


async def test_only_the_accepted_token_gets_in(sandbox, client, http):
    status, headers, me = await call(http, "GET", f"{sandbox.api_url}/users/@me")
    assert (status, headers["Content-Type"], me["bot"]) == (200, "application/json", True)
    async with http.get(f"{sandbox.api_url}/users/@me", headers={"Authorization": "Bot wrong"}) as response:
        assert response.status == 401
    await client.control.set_bot(tokens=["another"])
    assert (await call(http, "GET", f"{sandbox.api_url}/users/@me"))[0] == 401


async def test_login_addresses_and_application_flags(sandbox, client, http):
    status, _, body = await call(http, "GET", f"{sandbox.api_url}/gateway/bot")
    assert (status, body["url"]) == (200, sandbox.gateway_url)
    await client.control.set_bot(intents=["members"])
    _, _, app = await call(http, "GET", f"{sandbox.api_url}/oauth2/applications/@me")
    assert app["flags"] == 1 << 15


async def test_five_messages_in_five_seconds_then_429(sandbox, http, place):
    _, channel, _ = place
    url = f"{sandbox.api_url}/channels/{channel.id}/messages"
    left = []
    for number in range(5):
        status, headers, _ = await call(http, "POST", url, json={"content": str(number)})
        assert status == 200
        left.append(headers["X-RateLimit-Remaining"])
    assert left == ["4", "3", "2", "1", "0"]
    status, headers, body = await call(http, "POST", url, json={"content": "6"})
    assert status == 429
    assert headers["Via"]
    assert 0 < body["retry_after"] <= 5
    assert body["global"] is False
    assert float(headers["Retry-After"]) >= body["retry_after"]


async def test_fifty_requests_a_second_over_all(sandbox, http, place):
    _, channel, _ = place
    answers = [
        await call(http, "GET", f"{sandbox.api_url}/channels/{channel.id}/messages/{number}") for number in range(25)
    ] + [await call(http, "GET", f"{sandbox.api_url}/users/{number}") for number in range(30)]
    refused = [body for status, _, body in answers if status == 429]
    assert refused
    assert all(body["global"] for body in refused)


async def test_an_unknown_route_is_loud(sandbox, client, http):
    status, _, _ = await call(http, "GET", f"{sandbox.api_url}/nobody/knows")
    assert status == 501
    assert "/nobody/knows" in (await client.control.status())["problems"][0]


async def test_a_nonce_counts_with_enforce_nonce_only(sandbox, http, place):
    _, channel, _ = place
    url = f"{sandbox.api_url}/channels/{channel.id}/messages"
    body = {"content": "once", "nonce": "7", "enforce_nonce": True}
    first = (await call(http, "POST", url, json=body))[2]
    second = (await call(http, "POST", url, json={**body, "content": "again"}))[2]
    third = (await call(http, "POST", url, json={"content": "new", "nonce": "7"}))[2]
    assert first["id"] == second["id"]
    assert second["content"] == "once"
    assert first["nonce"] == "7"
    assert third["id"] != first["id"]


async def test_interactions_end(sandbox, client, http, place):
    ada, channel, _ = place
    commands = f"{sandbox.api_url}/applications/{(await client.control.status())['application_id']}/commands"
    await call(http, "PUT", commands, json=[{"name": "go", "description": "Go", "type": 1}])
    with pytest.raises(SandboxError):
        await ada.slash("go", channel=channel)
    record = next(iter(sandbox.world.backend.interactions.values()))
    callback = f"{sandbox.api_url}/interactions/{record.id}/{record.token}/callback"
    status, _, body = await call(http, "POST", callback, json={"type": 4, "data": {"content": "late"}})
    assert (status, body["code"]) == (404, 10062)
    record.initial_response_deadline = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    assert (await call(http, "POST", callback, json={"type": 5}))[0] == 204
    status, _, body = await call(http, "POST", callback, json={"type": 5})
    assert (status, body["code"]) == (400, 40060)
    status, _, body = await call(http, "POST", callback.replace(record.token, "other"), json={"type": 5})
    assert (status, body["code"]) == (404, 10062)


async def test_ids_tell_the_time_and_grow(client, place):
    ada, channel, _ = place
    before = datetime.now(UTC)
    made = [await ada.post(channel, str(number)) for number in range(20)]
    assert [m.id for m in made] == sorted({m.id for m in made})
    told = datetime.fromtimestamp(((made[0].id >> 22) + 1420070400000) / 1000, UTC)
    assert abs((told - before).total_seconds()) < 5
    past = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    old = await client.control.post_as(ada, channel, "old", created_at=past)
    assert datetime.fromtimestamp(((old.id >> 22) + 1420070400000) / 1000, UTC) == past
    assert (await ada.messages(channel))[0].content == "old"


async def test_every_exchange_is_recorded_at_once(tmp_path: Path, http):
    record = tmp_path / "traffic.jsonl"
    async with Sandbox(Options(record=record, fast_limits=True)) as sandbox, SandboxClient(sandbox.base_url) as client:
        guild = await client.control.create_guild("Studio", owner="ada")
        channel = await client.control.create_channel(guild, "general")
        url = f"{sandbox.api_url}/channels/{channel.id}/messages"
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", json.dumps({"content": "with a file"}), content_type="application/json")
        form.add_field("files[0]", b"bytes", filename="a.txt")
        await call(http, "POST", f"{url}?x=1", data=form)
        await call(http, "POST", url, json={"content": "x" * 2001})
        await client.control.fault("refuse", path="/messages$", times=None)
        with pytest.raises(aiohttp.ClientConnectionError):
            await call(http, "POST", url, json={"content": "dropped"})
        lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert [line["status"] for line in lines][:2] == [200, 400]
    assert {line["status"] for line in lines[2:]} == {0}
    assert lines[0]["request"] == {"content": "with a file"}
    assert (lines[0]["files"], lines[0]["query"]) == (["a.txt"], {"x": "1"})
    assert lines[0]["response"]["attachments"][0]["filename"] == "a.txt"
    assert set(lines[0]) == {"t", "method", "path", "query", "request", "files", "status", "response", "fault"}
    assert lines[2]["fault"] == "refuse"


async def test_members_keep_to_their_permissions(client, place):
    ada, channel, guild = place
    mira = await client.control.add_member(guild, "mira")
    await client.control.set_overwrite(channel, guild, deny=["send_messages"])
    with pytest.raises(SandboxError, match="Missing Permissions") as caught:
        await mira.post(channel, "let me")
    assert caught.value.code == 50013
    posted = await ada.post(channel, "the owner may")
    with pytest.raises(SandboxError, match="authored by another user"):
        await mira.edit(posted, "no")
    with pytest.raises(SandboxError, match="Missing Permissions"):
        await mira.delete(posted)
    await client.control.set_overwrite(channel, guild, deny=["view_channel"])
    with pytest.raises(SandboxError):
        await mira.messages(channel)
    await ada.edit(posted, "edited")
    await ada.react(posted, "🎨")
    seen = await ada.message(posted)
    assert seen.content == "edited"
    assert seen.raw["reactions"][0]["count"] == 1
    await ada.delete(posted)
    assert await ada.messages(channel) == []


async def test_wrong_wishes_are_told_in_sentences(client, place):
    _, channel, guild = place
    with pytest.raises(SandboxError, match="kind must be one of"):
        await client.control.fault("nonsense")
    with pytest.raises(SandboxError, match="Waited 0 s in vain"):
        await client.control.wait_for_message(channel=channel, contains="never", timeout_s=0)
    with pytest.raises(SandboxError, match="no permission called 'fly'"):
        await client.control.create_role(guild, "pilot", permissions=["fly"])
    with pytest.raises(SandboxError, match="Unknown Channel"):
        await client.member(guild.owner_id).post(1, "nowhere")
