"""The websocket side: HELLO, IDENTIFY, READY, heartbeats, RESUME, and events as the intents allow.

https://discord.com/developers/docs/events/gateway
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.fakes.discord.limits import Json
from tests.fakes.discord.model import GuildState, Message

if TYPE_CHECKING:
    from tests.fakes.discord.server import FakeDiscord

GUILDS, GUILD_MESSAGES, DM_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, INVALID, HELLO, ACK = 0, 1, 2, 6, 9, 10, 11


@dataclass(eq=False)
class Session:
    """One shard's session; it outlives its socket, so that it can be resumed."""

    id: str
    intents: int
    shard: tuple[int, int]
    socket: web.WebSocketResponse | None = None
    log: list[str] = field(default_factory=list)

    def wants(self, guild_id: int | None, intent: int) -> bool:
        """Whether an event is for this session: private ones go to shard 0."""
        mine = (guild_id is None and self.shard[0] == 0) or (
            guild_id is not None and (guild_id >> 22) % self.shard[1] == self.shard[0]
        )
        return mine and (not intent or bool(self.intents & intent))

    async def dispatch(self, event: str, data: Json) -> None:
        """Numbers the event, keeps it for a resumption, and sends it if somebody listens."""
        text = json.dumps({"op": DISPATCH, "t": event, "s": len(self.log) + 1, "d": data})
        self.log.append(text)
        await self.send(text)

    async def send(self, text: str) -> None:
        if self.socket is not None and not self.socket.closed:
            try:
                await self.socket.send_str(text)
            except ConnectionResetError:
                self.socket = None


class Gateway:
    """All sessions, and what went over them."""

    def __init__(self, fake: FakeDiscord) -> None:
        self._fake = fake
        self.sessions: dict[str, Session] = {}
        self.identified: list[Json] = []
        self.resumed: list[Json] = []
        self.heartbeats = 0
        self.refuse_with = 0

    @property
    def live(self) -> list[Session]:
        """The sessions with somebody at the other end."""
        return [s for s in self.sessions.values() if s.socket is not None and not s.socket.closed]

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from HELLO to its end."""
        socket = web.WebSocketResponse(max_msg_size=4096)
        await socket.prepare(request)
        self._fake.sockets.add(socket)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": 41250}})
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._received(socket, json.loads(frame.data))
        finally:
            self._fake.sockets.discard(socket)
            self._fake.pulse()
        return socket

    async def dispatch(self, event: str, data: Json, *, guild: GuildState | None, intent: int = 0) -> None:
        for session in list(self.sessions.values()):
            if session.wants(guild.id if guild else None, intent):
                await session.dispatch(event, data)

    async def message(self, event: str, message: Message) -> None:
        """A message event, without its text where the intents do not cover it."""
        guild = message.channel.guild
        intent = GUILD_MESSAGES if guild else DM_MESSAGES
        for session in list(self.sessions.values()):
            if session.wants(guild.id if guild else None, intent):
                await session.dispatch(event, self._as_seen(message, session))

    async def drop(self, code: int = 4000) -> None:
        """Closes every connection; the sessions can be resumed."""
        for session in self.live:
            assert session.socket is not None
            await session.socket.close(code=code)

    async def invalidate(self) -> None:
        """Tells every shard that its session is over and must be begun anew."""
        for session in self.live:
            del self.sessions[session.id]
            await session.send(json.dumps({"op": INVALID, "d": False}))

    def _as_seen(self, message: Message, session: Session) -> Json:
        data = message.json()
        guild = message.channel.guild
        if guild is not None:
            data["guild_id"] = str(guild.id)
            data["member"] = {k: v for k, v in guild.member_json(message.author).items() if k != "user"}
        bot = self._fake.bot
        addressed = guild is None or message.author is bot or bot in message.mentions
        if not addressed and not session.intents & MESSAGE_CONTENT:
            data |= {"content": "", "embeds": [], "components": []}
        return data

    async def _received(self, socket: web.WebSocketResponse, frame: Json) -> None:
        match frame["op"]:
            case 1:
                self.heartbeats += 1
                await socket.send_json({"op": ACK})
            case 2:
                await self._identify(socket, frame["d"])
            case 6:
                await self._resume(socket, frame["d"])
            case op:
                await socket.close(code=4001, message=f"unknown opcode {op}".encode())
        self._fake.pulse()

    async def _identify(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.identified.append(data)
        if refusal := self.refuse_with or self._refusal(data):
            await socket.close(code=refusal)
            return
        shard, count = data.get("shard", [0, 1])
        session = Session(f"session-{len(self.identified)}", data["intents"], (shard, count), socket)
        self.sessions[session.id] = session
        guilds = [g for g in self._fake.guilds.values() if g.has_bot and session.wants(g.id, GUILDS)]
        await session.dispatch("READY", self._ready(session, guilds))
        for guild in guilds:
            await session.dispatch("GUILD_CREATE", guild.json(self._fake.bot))

    def _refusal(self, data: Json) -> int:
        if data.get("token") != self._fake.token:
            return 4004
        if data.get("intents", 0) & PRIVILEGED & ~self._fake.privileged:
            return 4014
        shard, count = data.get("shard", [0, 1])
        return 0 if 0 <= shard < count else 4010

    def _ready(self, session: Session, guilds: list[GuildState]) -> Json:
        return {
            "v": 10,
            "user": self._fake.bot.json(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self._fake.gateway_url,
            "shard": list(session.shard),
            "application": {"id": str(self._fake.bot.id), "flags": 0},
        }

    async def _resume(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.resumed.append(data)
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self._fake.token:
            await socket.send_json({"op": INVALID, "d": False})
            return
        session.socket = socket
        for text in session.log[data["seq"] :]:
            await session.send(text)
        await session.dispatch("RESUMED", {})


async def end(sockets: set[web.WebSocketResponse]) -> None:
    """Closes what is still open when the server ends."""
    closing = [socket.close(code=WSCloseCode.GOING_AWAY) for socket in list(sockets)]
    results: list[Any] = await asyncio.gather(*closing, return_exceptions=True)
    assert all(not isinstance(r, AssertionError) for r in results)
