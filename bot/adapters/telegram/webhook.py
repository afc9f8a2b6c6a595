"""Updates by webhook: Telegram calls, and is thanked only after each was claimed durably."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.adapters.telegram.receive import Raw, is_update

if TYPE_CHECKING:
    from aiohttp import web

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
MAX_BODY = 1 << 20
"""Bytes; an update is a few thousand."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""Bot API: setWebhook, secret_token."""

Take = Callable[[Sequence[Raw]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where Telegram calls (`url`, public), with which secret, and where this process listens (`host:port`).

    Raises ValueError when Telegram would not take them.
    """

    url: str
    secret: str = field(repr=False)
    listen: str = "127.0.0.1:8443"

    def __post_init__(self) -> None:
        if not _SECRET.fullmatch(self.secret):
            raise ValueError("the webhook's secret has 1 to 256 of A-Z, a-z, 0-9, _ and -")
        if not self.listen.rpartition(":")[2].isdecimal():
            raise ValueError("the webhook listens at host:port, for example 127.0.0.1:8443")


class Backlog:
    """Takes updates, and knows when as many came as had waited.

    waiting: how many that is; drained: set then, or at once when there are none.
    """

    def __init__(self, take: Take, waiting: int, drained: asyncio.Event) -> None:
        self._take = take
        self._waiting = waiting
        self._drained = drained
        self._look()

    async def take(self, updates: Sequence[Raw]) -> None:
        """Passes them on, and counts them when that is done."""
        await self._take(updates)
        self._waiting -= len(updates)
        self._look()

    def _look(self) -> None:
        if self._waiting <= 0:
            self._drained.set()


@asynccontextmanager
async def listening(settings: WebhookSettings, take: Take) -> AsyncIterator[None]:
    """Serves the webhook while the block runs. Raises OSError when the port is taken."""
    # Whoever polls, as nearly all do, need not wait for a server's library.
    from aiohttp import web  # noqa: PLC0415

    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_post(urlsplit(settings.url).path or "/", _handler(settings.secret, take))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        host, _, port = settings.listen.rpartition(":")
        await web.TCPSite(runner, host, int(port)).start()
        yield
    finally:
        await runner.cleanup()


def _handler(secret: str, take: Take) -> Callable[[web.Request], Awaitable[web.Response]]:
    from aiohttp import web  # noqa: PLC0415

    async def handle(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            raise web.HTTPUnauthorized
        update = _read(await request.read())
        if update is None:
            raise web.HTTPBadRequest
        await take([update])
        return web.Response()

    return handle


def _read(body: bytes) -> Raw | None:
    """The update, if it is one as far as it must be to be claimed."""
    try:
        update = json.loads(body)
    except ValueError:
        return None
    return update if is_update(update) else None
