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
from pydantic import SecretStr

from bot import collector
from bot.adapters.base import Adapter
from bot.config import NOTHING_TO_SERVE, ConfigError, Owner, Settings
from bot.core import Core, build_core
from bot.features.services import Shelf
from bot.floodgate import CAPACITY, Floodgate
from bot.http import application, serving
from bot.keyring import open_keyring
from bot.library import snapshot
from bot.library.library import Library
from bot.library.load import content_root
from bot.library.problems import Problem
from bot.metrics import Metrics
from bot.model import Platform
from bot.store.backup import FOLDER, expire
from bot.store.store import Store, open_store
from bot.supervisor import Outcome, supervise
from bot.texts import Catalogue, load_catalogue
from bot.watch import watch

log = structlog.get_logger()
GREETING = timedelta(seconds=0.15)
WARM_AFTER = timedelta(seconds=10)
TIDY_EVERY = timedelta(hours=6)
REFUSED = 2
"""The exit code when every platform refuses the credentials, or none is configured."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The bot, built: its core, store and content, and the platforms it will serve."""

    core: Core
    store: Store
    shelf: Shelf
    catalogue: Catalogue
    metrics: Metrics
    platforms: dict[Platform, Adapter]


def utc_now() -> datetime:
    """The one clock of the bot."""
    return datetime.now(UTC)


@asynccontextmanager
async def opened(
    settings: Settings,
    database: str,
    *,
    exclusive: bool,
    burst: float = CAPACITY,
    owners: tuple[Owner, ...] = (),
) -> AsyncIterator[Rooms]:
    """The core with its store open and its content read. Raises StoreError.

    burst: how many requests a member may make at once; owners: who may read reports.
    """
    shelf = Shelf(_content(settings))
    async with open_store(database, utc_now, exclusive=exclusive) as store:
        platforms: dict[Platform, Adapter] = {}
        catalogue, metrics = load_catalogue(), Metrics()
        core = build_core(
            shelf,
            store,
            catalogue,
            clock=utc_now,
            chance=Random(),  # noqa: S311 - chooses tips, guards nothing
            platforms=platforms,
            owners=owners,
            floodgate=Floodgate(burst),
            metrics=metrics,
            keyring=open_keyring(settings.data_dir),
        )
        await core.prompts.load()
        yield Rooms(core, store, shelf, catalogue, metrics, platforms)


async def run(settings: Settings, *, watching: bool = False) -> int:
    """Serves every configured platform until told to stop; the exit code.

    0 after SIGTERM or SIGINT; 2 when no platform is configured or every one refuses its token.
    """
    if settings.telegram_token is None and settings.discord_token is None:
        raise ConfigError(NOTHING_TO_SERVE)
    async with opened(settings, settings.database, exclusive=True, owners=settings.owners) as rooms:
        add_platforms(rooms, settings)
        collector.started()
        web = lambda: application(rooms.platforms, rooms.metrics.registry)  # noqa: E731
        async with serving(settings.http_listen, web), rooms.core.at_work():
            return await _serve(rooms, settings, watching=watching)


async def _serve(rooms: Rooms, settings: Settings, *, watching: bool) -> int:
    stopped = asyncio.Event()
    _on_signals(stopped)
    async with asyncio.TaskGroup() as group:
        served = [group.create_task(supervise(a), name=a.platform) for a in rooms.platforms.values()]
        around = [
            group.create_task(_tidy(rooms.store, settings.data_dir / FOLDER)),
            group.create_task(_index(rooms.shelf)),
        ]
        around.append(group.create_task(_warm(rooms)))
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
    if settings.telegram_token is not None:
        rooms.platforms[Platform.TELEGRAM] = _telegram(rooms, settings, settings.telegram_token)
    if settings.discord_token is not None:
        rooms.platforms[Platform.DISCORD] = _discord(rooms, settings, settings.discord_token)


def _telegram(rooms: Rooms, settings: Settings, token: SecretStr) -> Adapter:
    from bot.adapters.telegram.adapter import TelegramAdapter  # noqa: PLC0415
    from bot.adapters.telegram.webhook import WebhookSettings  # noqa: PLC0415

    url, secret = settings.telegram_webhook_url, settings.telegram_webhook_secret
    hook = (
        WebhookSettings(url, secret.get_secret_value(), settings.telegram_webhook_listen)
        if url and secret
        else None
    )
    return TelegramAdapter(
        token.get_secret_value(),
        front=rooms.core.router,
        inbox=rooms.store,
        notebook=rooms.store,
        api_url=settings.telegram_api_url,
        catalogue=rooms.catalogue,
        webhook=hook,
        traffic=rooms.metrics,
    )


def _discord(rooms: Rooms, settings: Settings, token: SecretStr) -> Adapter:
    from bot.adapters.discord.adapter import DiscordAdapter  # noqa: PLC0415

    return DiscordAdapter(
        token.get_secret_value(),
        front=rooms.core.router,
        notebook=rooms.store,
        catalogue=rooms.catalogue,
        api_url=settings.discord_api_url or "",
        gateway_url=settings.discord_gateway_url or "",
        traffic=rooms.metrics,
    )


def _content(settings: Settings) -> Library:
    """What is sound of the content. A broken entry is left out and said so, since the rest is of use."""
    kept = settings.data_dir / snapshot.FILE
    library, wrong = snapshot.library_at(content_root(), settings.content_dir, kept)
    for problem in wrong:
        log.error("left out of the content", problem=str(problem))
    return library


def _on_signals(stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no handlers; Ctrl-C ends it there
            loop.add_signal_handler(name, stopped.set)


async def _index(shelf: Shelf) -> None:
    """Builds the search while the platforms answer to the greeting; whoever asks sooner waits for it.

    The greeting goes out first: both would only share one processor.
    """
    await asyncio.sleep(GREETING.total_seconds())
    await asyncio.to_thread(getattr, shelf.library, "search")


async def _warm(rooms: Rooms) -> None:
    """Makes what is wanted later, once the rush of the start is over: questions, the index of misspellings.

    A misspelt word, or a quiz, that comes sooner makes its own.
    """
    await asyncio.sleep(WARM_AFTER.total_seconds())
    await asyncio.to_thread(rooms.shelf.library.search.warm)
    await asyncio.to_thread(rooms.core.bank.warm)


async def _tidy(store: Store, backups: Path) -> None:
    while True:
        await store.tidy()
        for path in await asyncio.to_thread(expire, backups, utc_now()):
            log.info("backup deleted, as it was too old", path=str(path))
        await asyncio.sleep(TIDY_EVERY.total_seconds())


def _tell(wrong: tuple[Problem, ...]) -> None:
    for problem in wrong:
        log.error("content kept as it was", problem=str(problem))
    if not wrong:
        log.info("content reloaded")
