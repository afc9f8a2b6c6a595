"""The composition root: everything is built here, run in one TaskGroup, and stopped cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import structlog
from prometheus_client import CollectorRegistry

from bot.adapters.base import Adapter
from bot.config import NOTHING_TO_SERVE, ConfigError, Settings
from bot.core import Core, build_core
from bot.features.services import Shelf
from bot.floodgate import CAPACITY, Floodgate
from bot.http import application, serving
from bot.library.library import Library
from bot.library.load import content_root, load
from bot.library.problems import Problem, errors
from bot.model import Platform
from bot.store.store import Store, open_store
from bot.supervisor import Outcome, supervise
from bot.texts import load_catalogue
from bot.watch import watch

log = structlog.get_logger()
TIDY_EVERY = timedelta(hours=6)
REFUSED = 2
"""The exit code when every platform refuses the credentials, or none is configured."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The bot, built: its core, store and content, and the platforms it will serve."""

    core: Core
    store: Store
    shelf: Shelf
    platforms: dict[Platform, Adapter]


def utc_now() -> datetime:
    """The one clock of the bot."""
    return datetime.now(UTC)


@asynccontextmanager
async def opened(
    settings: Settings, database: str, *, exclusive: bool, burst: float = CAPACITY
) -> AsyncIterator[Rooms]:
    """The core with its store open and its content read. Raises StoreError.

    burst: how many requests a member may make at once.
    """
    shelf = Shelf(_content(settings.content_dir))
    async with open_store(database, utc_now, exclusive=exclusive) as store:
        platforms: dict[Platform, Adapter] = {}
        catalogue = load_catalogue()
        core = build_core(
            shelf,
            store,
            catalogue,
            clock=utc_now,
            chance=Random(),  # noqa: S311 - chooses tips, guards nothing
            platforms=platforms,
            floodgate=Floodgate(burst),
        )
        await core.prompts.load()
        yield Rooms(core, store, shelf, platforms)


async def run(settings: Settings, *, watching: bool = False) -> int:
    """Serves every configured platform until told to stop; the exit code.

    0 after SIGTERM or SIGINT; 2 when no platform is configured or every one refuses its token.
    """
    if settings.telegram_token is None and settings.discord_token is None:
        raise ConfigError(NOTHING_TO_SERVE)
    async with opened(settings, settings.database, exclusive=True) as rooms:
        add_platforms(rooms, settings)
        web = lambda: application(rooms.platforms, CollectorRegistry())  # noqa: E731
        async with serving(settings.http_listen, web):
            return await _serve(rooms, settings, watching=watching)


async def _serve(rooms: Rooms, settings: Settings, *, watching: bool) -> int:
    stopped = asyncio.Event()
    _on_signals(stopped)
    async with asyncio.TaskGroup() as group:
        served = [group.create_task(supervise(a), name=a.platform) for a in rooms.platforms.values()]
        around = [group.create_task(_tidy(rooms.store))]
        if watching:
            root = content_root()
            around.append(group.create_task(watch(rooms.shelf, root, settings.content_dir, _tell)))
        log.info("whatis-bot is up", platforms=[str(p) for p in rooms.platforms])
        stop = asyncio.create_task(stopped.wait())
        refused = asyncio.create_task(_all_of(served))
        await asyncio.wait((stop, refused), return_when=asyncio.FIRST_COMPLETED)
        for task in (*served, *around, stop, refused):
            task.cancel()
    log.info("whatis-bot has stopped")
    return 0 if stopped.is_set() else REFUSED


async def _all_of(served: Sequence[asyncio.Task[Outcome]]) -> None:
    await asyncio.wait(served)


def add_platforms(rooms: Rooms, settings: Settings) -> None:
    """Builds the adapters of the platforms that have a token. Imports only what is used."""
    router, store = rooms.core.router, rooms.store
    if settings.telegram_token is not None:
        from bot.adapters.telegram.adapter import telegram_adapter  # noqa: PLC0415

        rooms.platforms[Platform.TELEGRAM] = telegram_adapter(settings, router, store, utc_now)
    if settings.discord_token is not None:
        from bot.adapters.discord.adapter import discord_adapter  # noqa: PLC0415

        rooms.platforms[Platform.DISCORD] = discord_adapter(settings, router, store, utc_now)


def _content(overlay: Path | None) -> Library:
    """What is sound of the content. A broken entry is left out and said so, since the rest is of use."""
    loaded = load(content_root(), overlay)
    for problem in errors(loaded.problems):
        log.error("left out of the content", problem=str(problem))
    return loaded.library


def _on_signals(stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no handlers; Ctrl-C ends it there
            loop.add_signal_handler(name, stopped.set)


async def _tidy(store: Store) -> None:
    while True:
        await store.tidy()
        await asyncio.sleep(TIDY_EVERY.total_seconds())


def _tell(wrong: tuple[Problem, ...]) -> None:
    for problem in wrong:
        log.error("content kept as it was", problem=str(problem))
    if not wrong:
        log.info("content reloaded")
