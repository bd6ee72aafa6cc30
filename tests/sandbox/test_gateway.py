"""The gateway by hand: identify, resume, replay, compression, faults; and a real bot that comes back."""

import asyncio
import json
import zlib

import aiohttp
import pytest

from sandbox.client import SandboxClient
from sandbox.gateway import ACK_SECONDS, BUFFER_EVENTS
from sandbox.server import DEFAULT_TOKEN, Sandbox
from tests.sandbox.support import House

ALL_INTENTS = 53608447


class Socket:
    """A gateway client as small as can be."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, zipped: bool = False) -> None:
        self.socket = socket
        self.unzip = zlib.decompressobj() if zipped else None

    async def send(self, op: int, d: object) -> None:
        await self.socket.send_str(json.dumps({"op": op, "d": d}))

    async def next(self) -> dict:
        message = await self.socket.receive(timeout=5)
        if message.type is aiohttp.WSMsgType.CLOSE:
            return {"op": "closed", "code": message.data}
        if self.unzip is not None:
            assert message.data.endswith(b"\x00\x00\xff\xff")
            return json.loads(self.unzip.decompress(message.data))
        return json.loads(message.data)

    async def until(self, event: str) -> dict:
        while True:
            frame = await self.next()
            if frame.get("t") == event or frame["op"] == "closed":
                return frame


async def connect(sandbox: Sandbox, http: aiohttp.ClientSession, compress: str = "") -> Socket:
    query = f"?v=10&encoding=json{'&compress=' + compress if compress else ''}"
    socket = Socket(await http.ws_connect(sandbox.gateway_url + query, max_msg_size=0), zipped=bool(compress))
    hello = await socket.next()
    assert hello["op"] == 10
    assert hello["d"]["heartbeat_interval"] > 0
    return socket


async def identified(sandbox: Sandbox, http: aiohttp.ClientSession, intents: int = ALL_INTENTS) -> tuple[Socket, str]:
    socket = await connect(sandbox, http)
    await socket.send(2, {"token": DEFAULT_TOKEN, "intents": intents})
    ready = await socket.until("READY")
    assert ready["s"] == 1
    assert ready["d"]["resume_gateway_url"] == sandbox.gateway_url
    return socket, ready["d"]["session_id"]


async def room(client: SandboxClient):
    guild = await client.control.create_guild("Studio", owner="ada")
    return client.member(guild.owner_id), await client.control.create_channel(guild, "general"), guild


@pytest.mark.parametrize("compress", ["", "zlib-stream"])
async def test_hello_heartbeat_ready_and_guilds(sandbox, client, http, compress):
    await room(client)
    socket = await connect(sandbox, http, compress)
    await socket.send(1, None)
    assert (await socket.next())["op"] == 11
    await socket.send(2, {"token": DEFAULT_TOKEN, "intents": ALL_INTENTS})
    ready = await socket.next()
    assert ready["t"] == "READY"
    assert ready["d"]["guilds"][0]["unavailable"] is True
    create = await socket.next()
    assert (create["t"], create["s"], create["d"]["name"]) == ("GUILD_CREATE", 2, "Studio")


async def test_a_heartbeat_is_answered_only_after_its_sender_has_noted_it(sandbox, client, http):
    """discord.py notes the time of sending after the frame is gone: a quicker answer counts as an interval late."""
    socket = await connect(sandbox, http)
    loop = asyncio.get_running_loop()
    sent = loop.time()
    await socket.send(1, None)
    assert (await socket.next())["op"] == 11
    assert loop.time() - sent >= ACK_SECONDS


async def test_a_wrong_token_an_unapproved_intent_and_nonsense_close_the_socket(sandbox, client, http):
    socket = await connect(sandbox, http)
    await socket.send(2, {"token": "wrong", "intents": 0})
    assert (await socket.next())["code"] == 4004
    await client.control.set_bot(intents=["members"])
    socket = await connect(sandbox, http)
    await socket.send(2, {"token": DEFAULT_TOKEN, "intents": 1 << 15})
    assert (await socket.next())["code"] == 4014
    socket = await connect(sandbox, http)
    await socket.send(8, {"guild_id": "1"})
    assert (await socket.next())["code"] == 4003
    socket = await connect(sandbox, http)
    await socket.socket.send_str("{")
    assert (await socket.next())["code"] == 4002


async def test_resume_replays_what_was_missed_in_order(sandbox, client, http):
    ada, channel, _ = await room(client)
    socket, session = await identified(sandbox, http)
    await ada.post(channel, "seen")
    seen = await socket.until("MESSAGE_CREATE")
    assert await client.control.drop_gateway() == 1
    assert (await socket.next())["code"] == 4000
    for number in range(3):
        await ada.post(channel, f"missed {number}")
    again = await connect(sandbox, http)
    await again.send(6, {"token": DEFAULT_TOKEN, "session_id": session, "seq": seen["s"]})
    frames = [await again.next() for _ in range(4)]
    assert [frame["d"].get("content") for frame in frames] == ["missed 0", "missed 1", "missed 2", None]
    assert frames[-1]["t"] == "RESUMED"
    assert [frame["s"] for frame in frames] == [seen["s"] + n for n in range(1, 5)]
    await ada.post(channel, "live")
    assert (await again.next())["d"]["content"] == "live"
    assert (await client.control.status())["replayed"] == 3


async def test_what_cannot_be_resumed_is_op_9(sandbox, client, http):
    ada, channel, _ = await room(client)
    _, session = await identified(sandbox, http)
    await client.control.drop_gateway()
    for wrong in ({"session_id": "unknown", "seq": 1}, {"session_id": session, "seq": 999}):
        socket = await connect(sandbox, http)
        await socket.send(6, {"token": DEFAULT_TOKEN, **wrong})
        assert await socket.next() == {"op": 9, "d": False, "s": None, "t": None}
    kept = sandbox.gateway.sessions[session]
    while kept.buffer[0][0] <= 3:  # pushes more than the buffer holds, without as many requests
        kept.push("TYPING_START", b"{}")
    assert len(kept.buffer) == BUFFER_EVENTS
    socket = await connect(sandbox, http)
    await socket.send(6, {"token": DEFAULT_TOKEN, "session_id": session, "seq": 1})
    assert (await socket.next())["op"] == 9
    await client.control.drop_gateway(resumable=False)
    await ada.post(channel, "nobody hears")


async def test_reconnect_pause_and_lost_events(sandbox, client, http):
    ada, channel, _ = await room(client)
    socket, _ = await identified(sandbox, http)
    await socket.until("GUILD_CREATE")
    await client.control.pause_gateway()
    await ada.post(channel, "held back")
    await client.control.reconnect_gateway()
    await client.control.unpause_gateway()
    assert (await socket.next())["d"]["content"] == "held back"
    assert (await socket.next())["op"] == 7
    await client.control.lose_events("MESSAGE_CREATE")
    await ada.post(channel, "lost")
    await ada.post(channel, "heard")
    assert (await socket.next())["d"]["content"] == "heard"


async def test_member_chunks_by_ids_by_name_and_for_all(sandbox, client, http):
    _, _, guild = await room(client)
    people = await client.control.add_members(guild, [f"artist{n}" for n in range(1200)], announce=False)
    socket, _ = await identified(sandbox, http)
    await socket.send(8, {"guild_id": str(guild.id), "query": "", "limit": 0, "nonce": "n", "presences": True})
    chunks = [(await socket.until("GUILD_MEMBERS_CHUNK"))["d"] for _ in range(2)]
    assert [len(chunk["members"]) for chunk in chunks] == [1000, 202]
    assert [(c["chunk_index"], c["chunk_count"], c["nonce"]) for c in chunks] == [(0, 2, "n"), (1, 2, "n")]
    assert len(chunks[0]["presences"]) == 1000
    ids = [str(people[0].id), "123"]
    await socket.send(8, {"guild_id": str(guild.id), "user_ids": ids, "limit": 0})
    found = (await socket.until("GUILD_MEMBERS_CHUNK"))["d"]
    assert [m["user"]["username"] for m in found["members"]] == ["artist0"]
    assert found["not_found"] == ["123"]
    await socket.send(8, {"guild_id": str(guild.id), "query": "ARTIST11", "limit": 5})
    found = (await socket.until("GUILD_MEMBERS_CHUNK"))["d"]
    assert len(found["members"]) == 5


async def test_two_sessions_hear_the_same_and_intents_choose_what(sandbox, client, http):
    ada, channel, guild = await room(client)
    everything, _ = await identified(sandbox, http)
    little, _ = await identified(sandbox, http, intents=1 | 1 << 9)
    await client.control.add_member(guild, "mira")
    await ada.post(channel, "words", files=[("a.png", b"1")])
    assert (await everything.until("GUILD_MEMBER_ADD"))["d"]["user"]["username"] == "mira"
    assert (await everything.until("MESSAGE_CREATE"))["d"]["content"] == "words"
    await little.until("GUILD_CREATE")
    heard = await little.next()
    assert heard["t"] == "MESSAGE_CREATE"
    assert (heard["d"]["content"], heard["d"]["attachments"]) == ("", [])
    own = (await client.control.status())["bot"]["id"]
    await ada.post(channel, f"<@{own}> words for you")
    assert (await little.next())["d"]["content"].endswith("words for you")
    await ada.post_dm("private words")
    assert (await everything.until("MESSAGE_CREATE"))["d"]["content"].endswith("words for you")
    assert (await everything.until("MESSAGE_CREATE"))["d"]["content"] == "private words"


async def test_a_channel_the_bot_cannot_see_is_silent(sandbox, client, http):
    ada, channel, _ = await room(client)
    own = (await client.control.status())["bot"]["id"]
    await client.control.set_overwrite(channel, own, deny=["view_channel"])
    socket, _ = await identified(sandbox, http)
    await socket.until("GUILD_CREATE")
    await ada.post(channel, "behind closed doors")
    await client.control.set_overwrite(channel, own)
    await socket.until("CHANNEL_UPDATE")
    await ada.post(channel, "in the open")
    assert (await socket.next())["d"]["content"] == "in the open"


async def test_a_real_bot_resumes_after_a_drop_and_identifies_anew_when_it_must(house: House):
    control = house.client.control
    mira = house.member(house.mira)
    resumes = (await control.status())["resumes"]
    await control.drop_gateway()
    during = await mira.post(house.general, "echo during the drop")
    await control.wait_connected(resumes=resumes + 1)
    await control.wait_for_message(channel=house.general, replies_to=during.id, author="bot")
    identifies = (await control.status())["identifies"]
    await control.reconnect_gateway()
    await control.wait_connected(resumes=resumes + 2)
    await control.drop_gateway(resumable=False)
    await control.wait_connected(identifies=identifies + 1)
    after = await mira.post(house.general, "echo afterwards")
    reply = await control.wait_for_message(channel=house.general, replies_to=after.id, author="bot")
    assert reply.content == "heard echo afterwards"


async def test_a_slow_reader_does_not_stop_the_sandbox(sandbox, client, http):
    ada, channel, _ = await room(client)
    await identified(sandbox, http)
    posts = [ada.post(channel, f"number {n}") for n in range(50)]
    made = await asyncio.wait_for(asyncio.gather(*posts), 10)
    assert len({message.id for message in made}) == 50
