"""Discord's gateway v10 on loopback: sessions, zlib-stream, heartbeats, RESUME with replay, member chunks.

A session outlives its socket for a while: events are numbered and kept, so that a bot that comes back with RESUME gets
what it missed. What a session cannot replay any more is answered with op 9, as Discord does.
"""

import asyncio
import contextlib
import re
import zlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from sandbox.chunks import member_chunks
from sandbox.state import World, serializers

HEARTBEAT_MS = 41_250
ACK_SECONDS = 0.05
"""How long after a heartbeat its answer goes out. discord.py notes the time of sending in another thread, after the
frame is gone: an answer that is quicker than that looks to it as late as the whole interval."""
BUFFER_EVENTS = 2_000
DETACHED_SECONDS = 90.0
CLOSE_SECONDS = 0.5
MESSAGE_CONTENT = 1 << 15
HEARTBEAT, IDENTIFY, PRESENCE, VOICE_STATE, RESUME, REQUEST_MEMBERS = 1, 2, 3, 4, 6, 8
RESUMABLE_CODE, GOING_AWAY = 4000, (1000, 1001)


@dataclass(eq=False)
class Session:
    """One identified bot session and what it has not seen yet."""

    id: str
    intents: int
    shard: tuple[int, int]
    seq: int = 0
    buffer: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=BUFFER_EVENTS))
    unsent: deque[bytes] = field(default_factory=deque)
    socket: web.WebSocketResponse | None = None
    detached_at: float | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def push(self, event: str, data: bytes) -> None:
        """Number one dispatch, keep it for a replay, and queue it when a socket is there."""
        self.seq += 1
        frame = b'{"op":0,"s":%d,"t":"%b","d":%b}' % (self.seq, event.encode(), data)
        self.buffer.append((self.seq, frame))
        if self.socket is not None:
            self.unsent.append(frame)
            self.wake.set()

    def missed(self, seq: int) -> list[bytes] | None:
        """Return the frames after `seq`, None when they are no longer kept."""
        oldest = self.buffer[0][0] if self.buffer else self.seq + 1
        if seq > self.seq or seq + 1 < oldest:
            return None
        return [frame for number, frame in self.buffer if number > seq]


@dataclass
class Loss:
    """Events that shall never arrive: `pattern` matches the name, `times` counts down (None: for ever)."""

    pattern: re.Pattern[str]
    times: int | None
    lost: int = 0


class Gateway:
    """All sessions, and what can be done to them."""

    def __init__(self, world: World, url: Callable[[], str], new_id: Callable[[], str]) -> None:
        self.world = world
        self.url = url
        self.sessions: dict[str, Session] = {}
        self.identifies = self.resumes = self.replayed = 0
        self.paused = False
        self.losses: list[Loss] = []
        self._new_id = new_id
        world.listeners.append(self.dispatch)

    def routes(self) -> list[web.RouteDef]:
        """The routes for the application."""
        return [web.get("/gateway", self.handle), web.get("/gateway/", self.handle)]

    @property
    def connected(self) -> list[Session]:
        """Sessions with a socket, in the order they identified."""
        return [session for session in self.sessions.values() if session.socket is not None]

    # ------------------------------------------------------------------------ dispatch

    def dispatch(self, event: str, payload: Mapping[str, Any]) -> None:
        """Send an event to every session that wants it."""
        if not self.sessions or self._lose(event):
            return
        whole: bytes | None = None
        for session in self._alive():
            guild_id = payload.get("guild_id") if event != "GUILD_CREATE" else payload["id"]
            if guild_id is not None and (int(guild_id) >> 22) % session.shard[1] != session.shard[0]:
                continue
            if guild_id is None and session.shard[0] != 0:
                continue
            if not self.world.wanted(session.intents, event, payload):
                continue
            if event == "GUILD_CREATE":
                guild = self.world.backend.get_guild(int(payload["id"]))
                data = self.world.encode(self.world.guild_create(guild, session.intents))
            elif not session.intents & MESSAGE_CONTENT:
                data = self.world.encode(self.world.censored(event, payload))
            else:
                data = whole = whole or self.world.encode(payload)
            session.push(event, data)

    def _lose(self, event: str) -> bool:
        for loss in self.losses:
            if loss.pattern.fullmatch(event) and (loss.times is None or loss.lost < loss.times):
                loss.lost += 1
                return True
        return False

    def _alive(self) -> list[Session]:
        now = asyncio.get_running_loop().time()
        for session in list(self.sessions.values()):
            if session.detached_at is not None and now - session.detached_at > DETACHED_SECONDS:
                del self.sessions[session.id]
        return list(self.sessions.values())

    # ------------------------------------------------------------------- what faults do

    async def drop(self, *, resumable: bool, code: int = RESUMABLE_CODE) -> int:
        """Close every socket; without `resumable` the sessions are forgotten too. Return how many sockets."""
        sockets = [session.socket for session in self.connected if session.socket is not None]
        for session in list(self.sessions.values()):
            self._detach(session)
        if not resumable:
            self.sessions.clear()
        closing = (asyncio.wait_for(socket.close(code=code), CLOSE_SECONDS) for socket in sockets)
        await asyncio.gather(*closing, return_exceptions=True)
        return len(sockets)

    async def ask_to_reconnect(self) -> int:
        """Send op 7 to every socket."""
        for session in self.connected:
            session.unsent.append(b'{"op":7,"d":null,"s":null,"t":null}')
            session.wake.set()
        return len(self.connected)

    def pause(self, paused: bool) -> None:
        """Hold all dispatches back, or let them go."""
        self.paused = paused
        for session in self.connected:
            session.wake.set()

    def _detach(self, session: Session) -> None:
        if session.socket is not None:
            session.socket = None
            session.detached_at = asyncio.get_running_loop().time()
            session.unsent.clear()
            session.wake.set()
            self.world.signals.notify()

    # ----------------------------------------------------------------------- connections

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it closes."""
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        connection = _Connection(self, socket, zipped=request.query.get("compress") == "zlib-stream")
        try:
            await connection.serve()
        finally:
            session = connection.session
            if session is not None and session.socket is socket:
                if socket.close_code in GOING_AWAY:
                    self.sessions.pop(session.id, None)
                self._detach(session)
        return socket

    def identify(self, data: Mapping[str, Any]) -> Session:
        """Make a session with READY and the guilds in it."""
        backend = self.world.backend
        index, count = (int(part) for part in data.get("shard") or (0, 1))
        session = Session(self._new_id(), int(data.get("intents") or 0), (index, count))
        guilds = [g for g in backend.guilds.values() if (g.id >> 22) % count == index]
        ready = {
            "v": 10,
            "user": dict(serializers.user_payload(backend.bot_user)),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url(),
            "shard": [index, count],
            "application": {"id": str(backend.application_id), "flags": 0},
        }
        self.sessions[session.id] = session
        self.identifies += 1
        session.push("READY", self.world.encode(ready))
        for guild in guilds:
            if session.intents & 1:
                session.push("GUILD_CREATE", self.world.encode(self.world.guild_create(guild, session.intents)))
        return session


class _Connection:
    """One socket: its compressor, its session and the task that writes."""

    def __init__(self, gateway: Gateway, socket: web.WebSocketResponse, *, zipped: bool) -> None:
        self.gateway = gateway
        self.socket = socket
        self.session: Session | None = None
        self._zip = zlib.compressobj() if zipped else None
        self._writer: asyncio.Task[None] | None = None
        self._answers: set[asyncio.Task[None]] = set()

    async def send(self, frame: bytes) -> None:
        """Send one frame, compressed when the bot asked for it."""
        if self._zip is None:
            await self.socket.send_str(frame.decode())
        else:
            await self.socket.send_bytes(self._zip.compress(frame) + self._zip.flush(zlib.Z_SYNC_FLUSH))

    async def serve(self) -> None:
        """Greet, then answer what comes."""
        hello = {"op": 10, "s": None, "t": None, "d": {"heartbeat_interval": HEARTBEAT_MS, "_trace": []}}
        await self.send(orjson.dumps(hello))
        try:
            async for message in self.socket:
                if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    continue
                try:
                    packet = orjson.loads(message.data)
                    opcode = packet["op"]
                except (orjson.JSONDecodeError, KeyError, TypeError):
                    await self.socket.close(code=4002, message=b"Error while decoding payload.")
                    return
                await self._obey(opcode, packet.get("d"))
        finally:
            tasks = [*self._answers, *([self._writer] if self._writer is not None else [])]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _obey(self, opcode: int, data: Any) -> None:
        if opcode == HEARTBEAT:
            self._answers.add(answer := asyncio.create_task(self._acknowledge()))
            answer.add_done_callback(self._answers.discard)
        elif opcode == IDENTIFY:
            await self._identify(data)
        elif opcode == RESUME:
            await self._resume(data)
        elif self.session is None:
            await self.socket.close(code=4003, message=b"Not authenticated.")
        elif opcode == REQUEST_MEMBERS:
            for chunk in member_chunks(self.gateway.world, data):
                self.session.push("GUILD_MEMBERS_CHUNK", self.gateway.world.encode(chunk))
        elif opcode not in (PRESENCE, VOICE_STATE):
            await self.socket.close(code=4001, message=b"Unknown opcode.")

    async def _acknowledge(self) -> None:
        await asyncio.sleep(ACK_SECONDS)
        with contextlib.suppress(ConnectionError):
            await self.send(b'{"op":11,"d":null,"s":null,"t":null}')

    async def _identify(self, data: Mapping[str, Any]) -> None:
        world = self.gateway.world
        if self.session is not None:
            await self.socket.close(code=4005, message=b"Already authenticated.")
        elif str(data.get("token", "")).removeprefix("Bot ") not in world.tokens:
            await self.socket.close(code=4004, message=b"Authentication failed.")
        elif world.missing_approval(int(data.get("intents") or 0)):
            await self.socket.close(code=4014, message=b"Disallowed intent(s).")
        else:
            session = self.gateway.identify(data)
            self._attach(session, [frame for _, frame in session.buffer])

    async def _resume(self, data: Mapping[str, Any]) -> None:
        gateway = self.gateway
        session = gateway.sessions.get(str(data.get("session_id")))
        known_token = str(data.get("token", "")).removeprefix("Bot ") in gateway.world.tokens
        missed = session.missed(int(data.get("seq") or 0)) if session is not None and known_token else None
        if session is None or missed is None:
            await self.send(b'{"op":9,"d":false,"s":null,"t":null}')
            return
        gateway.resumes += 1
        gateway.replayed += len(missed)
        self._attach(session, missed)
        session.push("RESUMED", b'{"_trace":[]}')

    def _attach(self, session: Session, frames: list[bytes]) -> None:
        session.socket, session.detached_at = self.socket, None
        session.unsent = deque(frames)
        session.wake.set()
        self.session = session
        self._writer = asyncio.create_task(self._write(session))
        self.gateway.world.signals.notify()

    async def _write(self, session: Session) -> None:
        with contextlib.suppress(ConnectionError):
            while session.socket is self.socket:
                while session.unsent and not self.gateway.paused and session.socket is self.socket:
                    await self.send(session.unsent.popleft())
                session.wake.clear()
                if not session.unsent or self.gateway.paused:
                    await session.wake.wait()
