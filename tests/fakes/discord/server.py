"""The HTTP side, and the state that all parts share."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from aiohttp import web

from tests.fakes.discord import gateway, rest
from tests.fakes.discord.driver import Guild, Person
from tests.fakes.discord.errors import Refused, unauthorized
from tests.fakes.discord.faults import Bucket, Fault
from tests.fakes.discord.interactions import Exchange, Interactions
from tests.fakes.discord.limits import EPHEMERAL, Json
from tests.fakes.discord.model import ChannelState, GuildState, Message, User, pinged

TOKEN = "the-token-of-the-fake-discord"
_PREFIX = "/api/v10"
_INTERACTION = ("/interactions/", "/webhooks/")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
"""Discord's own, from which its ids count (https://discord.com/developers/docs/reference#snowflakes)."""


@dataclass
class Request:
    """A request as it came in; `status` is what it was answered with (0: nothing)."""

    method: str
    path: str
    body: Any
    status: int = 0


class FakeDiscord:
    """A Discord of one's own. `async with FakeDiscord() as discord: …`

    time: what time it is; if none is given it stands still until `advance`, so that deadlines pass only when
    a test says so. Ids carry it, as Discord's do.
    seconds: by which rate limits are counted; those of the event loop if none are given.
    privileged: the privileged intents that are switched on for the bot.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        shards: int = 1,
        privileged: int = 0,
        time: Callable[[], datetime] = lambda: NOON,
        seconds: Callable[[], float] | None = None,
    ) -> None:
        self.token = token
        self.shards = shards
        self.privileged = privileged
        self._time = time
        self._seconds = seconds
        self._advanced = timedelta()
        self._numbers = itertools.count(1)
        self.people: dict[int, User] = {}
        self.guilds: dict[int, GuildState] = {}
        self.channels: dict[int, ChannelState] = {}
        self.messages: dict[int, Message] = {}
        self.commands: list[Json] = []
        self.requests: list[Request] = []
        self.connections: set[object] = set()
        self.faults: list[Fault] = []
        self.buckets: list[Bucket] = []
        self.overall: Bucket | None = None
        self.sockets: set[web.WebSocketResponse] = set()
        self.gateway = gateway.Gateway(self)
        self.interactions = Interactions(self)
        self.bot = self.new_user("whatis", bot=True)
        self.heard: Callable[[Message], None] | None = None
        """Called with each message as it comes to stand in a channel, before its sender hears so."""
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._through])
        app.router.add_get("/gateway", self.gateway.serve)
        for method, path, handler in rest.ROUTES:
            app.router.add_route(method, _PREFIX + path, self._handler(handler))
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for fault in self.faults:
            fault.release.set()
        await gateway.end(self.sockets)
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self._port}{_PREFIX}"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self._port}/gateway"

    # What tests say

    def guild(self, name: str = "AI Club", *, joined: bool = True) -> Guild:
        """A new server; the bot is in it from the start unless `joined` is false."""
        return Guild(self, name, joined=joined)

    def person(self, name: str, *, takes_dms: bool = True) -> Person:
        """Somebody who is not in any server yet; `person.dm()` writes to the bot."""
        return Person(self, self.new_user(name, takes_dms=takes_dms), None)

    def advance(self, seconds: float) -> None:
        """Lets time pass, for deadlines and tokens."""
        self._advanced += timedelta(seconds=seconds)

    @property
    def now(self) -> datetime:
        """The time here."""
        return self._time() + self._advanced

    @property
    def clock(self) -> float:
        """The same in seconds."""
        return self.now.timestamp()

    def fail(self, method: str, path: str, status: int, **how: Any) -> Fault:
        """Makes the next matching request go wrong (see Fault); `path` may hold `*`."""
        fault = Fault(method, path, status, **how)
        self.faults.append(fault)
        return fault

    def limit(self, method: str, path: str, most: int, per: float) -> None:
        """Puts a rate limit on a route, each channel by itself."""
        self.buckets.append(Bucket(method, path, most, per))

    def limit_all(self, most: int = 50, per: float = 1.0) -> None:
        """Puts the limit on the bot that Discord has for all requests but those in answer to interactions."""
        self.overall = Bucket("*", "*", most, per)

    async def until(self, holds: Callable[[], Any], what: str = "that", *, within: float = 10.0) -> Any:
        """Waits until something holds, and returns it.

        Looks again after each thing that happens here, and now and then for what happens elsewhere.
        """
        try:
            async with asyncio.timeout(within):
                while not (found := holds()):
                    self._changed.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(0.02):
                            await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"waited {within:g} s in vain for {what}") from None
        return found

    async def connected(self) -> None:
        """Waits until every shard has a session."""
        await self.until(lambda: len(self.gateway.live) >= self.shards, "the bot to connect")

    def sent(self, method: str, path: str = "") -> list[Request]:
        """The requests of a method whose path contains some text."""
        return [r for r in self.requests if r.method == method and path in r.path]

    # What the parts share

    def pulse(self) -> None:
        """Something happened: those who wait look again."""
        self._changed.set()

    def new_id(self, *, age: int = 0) -> int:
        """A snowflake of this moment, or of `age` milliseconds ago; each is larger than those before."""
        return ((self.now - _EPOCH) // timedelta(milliseconds=1) - age << 22) + next(self._numbers)

    def new_user(self, name: str, *, bot: bool = False, takes_dms: bool = True) -> User:
        user = User(self.new_id(), name, bot, takes_dms)
        self.people[user.id] = user
        return user

    def compose(self, channel: ChannelState, author: User, body: Json) -> Message:
        """A message out of a checked body."""
        content = body.get("content") or ""
        mentions, everyone = pinged(content, body.get("allowed_mentions"), self.people)
        return Message(
            self.new_id(),
            channel,
            author,
            content,
            body.get("embeds") or [],
            body.get("components") or [],
            body.get("flags", 0),
            mentions=mentions,
            pinged_everyone=everyone,
            born=self.clock,
            files=body.get("_files", {}),
        )

    async def publish(self, message: Message) -> None:
        """Puts the message into its channel and tells whoever may know."""
        self.messages[message.id] = message
        message.channel.messages[message.id] = message
        self.pulse()
        if self.heard is not None:
            self.heard(message)
        if not message.flags & EPHEMERAL:
            await self.gateway.message("MESSAGE_CREATE", message)

    async def change(self, message: Message, body: Json) -> Message:
        for name in ("content", "embeds", "components"):
            if name in body:
                setattr(message, name, body[name] or type(getattr(message, name))())
        message.files = body.get("_files", message.files)
        message.edits += 1
        self.pulse()
        if not message.flags & EPHEMERAL:
            await self.gateway.message("MESSAGE_UPDATE", message)
        return message

    async def remove(self, message: Message) -> None:
        self.messages.pop(message.id, None)
        message.channel.messages.pop(message.id, None)
        self.pulse()

    async def interact(self, exchange: Exchange, payload: Json) -> None:
        """Sends an interaction to the bot."""
        self.interactions.exchanges[exchange.token] = exchange
        await self.gateway.dispatch("INTERACTION_CREATE", payload, guild=exchange.channel.guild)

    # Each request's way

    def _handler(self, handler: rest.Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def serve(request: web.Request) -> web.Response:
            call = rest.Call(request.match_info, dict(request.query), await _body(request) or {})
            found = await handler(self, call)
            return web.Response(status=204) if found is None else _json(found)

        return serve

    @web.middleware
    async def _through(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path == "/gateway":
            return await handler(request)  # type: ignore[no-any-return]
        path = request.path.removeprefix(_PREFIX)
        seen = Request(request.method, path, await _body(request))
        self.requests.append(seen)
        self.connections.add(request.transport)
        self.pulse()
        response = await self._answered(request, path, handler)
        seen.status = response.status
        response.headers["Via"] = response.headers.get("Via", "1.1 google")
        if response.headers["Via"] == "none":
            del response.headers["Via"]
        self.pulse()
        return response

    async def _answered(self, request: web.Request, path: str, handler: Any) -> web.StreamResponse:
        fault = next((f for f in self.faults if f.meets(request.method, path)), None)
        if fault is not None and not fault.accepted:
            return await self._failed(request, fault)
        try:
            self._authorized(request, path)
            headers = self._taken(request.method, path)
            response: web.StreamResponse = await handler(request)
            response.headers.update(headers)
        except Refused as refused:
            response = _json(refused.body, refused.status)
            if "retry_after" in refused.body:
                response.headers["Retry-After"] = str(refused.body["retry_after"])
        return response if fault is None else await self._failed(request, fault)

    async def _failed(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.status < 0:
            await fault.release.wait()
        if fault.status <= 0:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        body: Json = {"message": "injected", "code": fault.code}
        if fault.status == 429:
            body |= {"retry_after": fault.retry_after, "global": False}
        response = _json(body, fault.status)
        if fault.status == 429:
            response.headers["Retry-After"] = str(fault.retry_after)
        if not fault.via:
            response.headers["Via"] = "none"
        return response

    def _authorized(self, request: web.Request, path: str) -> None:
        """Interaction callbacks and webhooks carry their own token, all else the bot's."""
        if path.startswith(_INTERACTION):
            return
        if request.headers.get("Authorization") != f"Bot {self.token}":
            raise unauthorized()

    def _taken(self, method: str, path: str) -> dict[str, str]:
        now = self._seconds() if self._seconds else asyncio.get_running_loop().time()
        if self.overall is not None and not path.startswith(_INTERACTION):
            _take(self.overall, "all", now)
        bucket = next((b for b in self.buckets if b.meets(method, path)), None)
        if bucket is None:
            return {}
        left, reset = _take(bucket, path, now)
        return {
            "X-RateLimit-Limit": str(bucket.most),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset-After": f"{reset:.3f}",
            "X-RateLimit-Bucket": f"{bucket.method}-{bucket.path}".encode().hex()[:32],
        }


def _take(bucket: Bucket, key: str, now: float) -> tuple[int, float]:
    left, reset = bucket.take(key, now)
    if left < 0:
        refused = Refused(429, 0, "You are being rate limited.")
        refused.body |= {"retry_after": round(reset, 3), "global": key == "all"}
        raise refused
    return left, reset


async def _body(request: web.Request) -> Any:
    """JSON, or with files a form that holds it (Discord: uploading files); `_files` are their contents."""
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        body = json.loads(str(form["payload_json"]))
        files = {f.filename: _content(f) for f in form.values() if isinstance(f, web.FileField)}
        body.get("data", body)["_files"] = files
        return body
    text = await request.text()
    return json.loads(text) if text else None


def _content(field: web.FileField) -> bytes:
    field.file.seek(0)
    return field.file.read()


def _json(body: Any, status: int = 200) -> web.Response:
    """discord.py reads JSON only when the content type is exactly this, without a charset."""
    headers = {"Content-Type": "application/json"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)
