"""The fake Bot API on loopback, spoken to over real HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.telegram.errors import NOT_FOUND, UNAUTHORIZED, Refusal
from tests.fakes.telegram.faults import Fault, Faults
from tests.fakes.telegram.methods import Methods
from tests.fakes.telegram.params import check, decode
from tests.fakes.telegram.rates import Rates
from tests.fakes.telegram.state import JSON, Bot
from tests.fakes.telegram.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_PAGE = "<html><head><title>502 Bad Gateway</title></head></html>"


@dataclass
class Call:
    """One call of a bot: what it said and how it went (`ok`, the refusal's words, or the fault's name)."""

    method: str
    params: JSON
    outcome: str = ""


class Server:
    """Listens on a port of 127.0.0.1. `strict` off takes all as it comes, for benchmarks.

    now: seconds by which rates are counted; date: seconds since 1970, by which messages are dated.
    """

    def __init__(
        self,
        *,
        strict: bool = True,
        now: Callable[[], float] = time.monotonic,
        date: Callable[[], float] = time.time,
    ) -> None:
        self.world = World(date)
        self.rates = Rates(now)
        self.faults = Faults()
        self.calls: list[Call] = []
        self._strict = strict
        self._methods = Methods(self.world, self.rates, strict=strict)
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._closing = asyncio.Event()
        self._hooks: dict[int, asyncio.Task[None]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def plug_in(self) -> None:
        """Starts to listen, on the same port as before."""
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        self._closing = asyncio.Event()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def unplug(self) -> None:
        """Ends all connections; new ones are refused until `plug_in`."""
        self._closing.set()
        for bot in self.world.bots.values():
            bot.wake()
        for task in self._hooks.values():
            task.cancel()
        await asyncio.gather(*self._hooks.values(), return_exceptions=True)
        self._hooks.clear()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        call = Call(method, await _given(request))
        self.calls.append(call)
        fault = self.faults.next(method)
        try:
            if isinstance(fault, Refusal):
                raise fault
            answer = await self._faulty(fault, request, call) if fault else await self._done(request, call)
        except Refusal as refusal:
            call.outcome = refusal.description
            answer = web.json_response(refusal.body, status=refusal.status)
        self.world.changed.fire()
        return answer

    async def _done(self, request: web.Request, call: Call) -> web.Response:
        bot = self.world.bots.get(request.match_info["token"])
        if bot is None:
            raise UNAUTHORIZED
        method = self._methods.find(call.method)
        if method is None:
            raise NOT_FOUND
        given = check(call.method, call.params) if self._strict else decode(call.params)
        result = await method(bot, given)
        call.outcome = "ok"
        self._tend_webhook(bot)
        return web.json_response({"ok": True, "result": result})

    async def _faulty(self, fault: Fault, request: web.Request, call: Call) -> web.StreamResponse:
        call.outcome = fault.name
        match fault:
            case Fault.BAD_GATEWAY:
                return web.Response(status=502, text=_PAGE, content_type="text/html")
            case Fault.HANG:
                await self._closing.wait()
            case Fault.TRUNCATED:
                whole = (await self._done(request, call)).text or ""
                call.outcome = fault.name
                return web.Response(text=whole[: len(whole) // 2], content_type="application/json")
            case Fault.CUT_AFTER:
                await self._done(request, call)
                call.outcome = fault.name
        self.world.changed.fire()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    # --- webhooks

    def _tend_webhook(self, bot: Bot) -> None:
        """A bot with a webhook is called; one without is not any more."""
        task = self._hooks.get(bot.id)
        if bot.webhook.get("url") and (task is None or task.done()):
            self._hooks[bot.id] = asyncio.create_task(self._call_webhook(bot))
        elif task is not None and not bot.webhook.get("url"):
            task.cancel()

    async def _call_webhook(self, bot: Bot) -> None:
        """Delivers in order; what is not answered with 200 is delivered again."""
        async with aiohttp.ClientSession() as session:
            while True:
                await bot.wait(50.0)
                if bot.updates and await self._delivered(session, bot, bot.updates[0]):
                    bot.updates.pop(0)
                    self.world.changed.fire()

    async def _delivered(self, session: aiohttp.ClientSession, bot: Bot, update: JSON) -> bool:
        headers = {SECRET_HEADER: bot.webhook["secret"]}
        try:
            async with session.post(bot.webhook["url"], json=update, headers=headers) as answer:
                delivered = answer.status == 200
        except aiohttp.ClientError:
            delivered = False
        if not delivered:
            await asyncio.sleep(0.02)  # how soon it is delivered again
        return delivered


async def _given(request: web.Request) -> dict[str, Any]:
    """The parameters, from wherever the Bot API takes them (Bot API: making requests)."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body: dict[str, Any] = json.loads(await request.read() or b"{}")
        return given | body
    if request.content_type.startswith(("multipart/", "application/x-www-form-urlencoded")):
        form = await request.post()
        files = {name: field.file.read() for name, field in form.items() if isinstance(field, web.FileField)}
        return given | dict(form) | files
    return given
