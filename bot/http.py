"""Health and metrics for machines: `/healthz` (alive), `/readyz` (serving), `/metrics` (Prometheus)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from bot.adapters.base import Adapter
from bot.model import Platform

if TYPE_CHECKING:
    from aiohttp import web


def application(platforms: Mapping[Platform, Adapter], metrics: CollectorRegistry) -> web.Application:
    """The web application; `/readyz` says 503 while no platform is being served."""
    # Without an address to serve at, nobody waits for the library.
    from aiohttp import web  # noqa: PLC0415

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_request: web.Request) -> web.Response:
        ready = {name: adapter.ready for name, adapter in platforms.items()}
        return web.json_response({"platforms": ready}, status=200 if any(ready.values()) else 503)

    async def shown(_request: web.Request) -> web.Response:
        headers = {"Content-Type": CONTENT_TYPE_LATEST}
        return web.Response(body=generate_latest(metrics), headers=headers)

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", shown)])
    return app


@asynccontextmanager
async def serving(address: str | None, build: Callable[[], web.Application]) -> AsyncIterator[None]:
    """Serves at `host:port` while inside; does nothing when there is no address."""
    if address is None:
        yield
        return
    from aiohttp import web  # noqa: PLC0415

    host, _, port = address.rpartition(":")
    runner = web.AppRunner(build(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, int(port)).start()
        yield
    finally:
        await runner.cleanup()
