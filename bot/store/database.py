"""Opens the database: its address, its settings, one connection that writes and a few that read."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.schema import StoreError, check_sqlite, migrate

T = TypeVar("T")
Function = Callable[[AsyncConnection], Awaitable[T]]

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_SCRUB_SECONDS = 30
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # NORMAL would not sync at commit, and an acknowledged answer could be lost with the power.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    # What is deleted is overwritten, so that "forget me" means it.
    "PRAGMA secure_delete=ON",
)


class Database:
    """Two engines on one database: `writing` begins with the write lock, `reading` never waits for it."""

    def __init__(self, writing: AsyncEngine, reading: AsyncEngine, lock: sqlite3.Connection | None) -> None:
        self.writing = writing
        self._reading = reading
        self._lock = lock

    async def read(self, function: Function[T]) -> T:
        """Runs a function that only reads, on a connection of its own."""
        async with self._reading.connect() as connection:
            return await function(connection)

    async def scrub(self) -> None:
        """Empties the write-ahead log, so that nothing that was deleted can be read in it any more.

        PostgreSQL overwrites what was deleted in its own time.
        """
        if self.writing.dialect.name == "sqlite":
            await asyncio.to_thread(_truncate_log, str(self.writing.url.database))

    async def close(self) -> None:
        """Closes every connection and lets go of the lock."""
        await self.writing.dispose()
        await self._reading.dispose()
        if self._lock is not None:
            self._lock.close()


async def open_database(address: str, *, exclusive: bool = False) -> Database:
    """Opens and migrates.

    address: `sqlite:///path` or `postgresql://…`; the driver is found here.
    exclusive: refuse when another process holds the same SQLite file this way.
    Raises StoreError with a sentence that helps.
    """
    url = _url(address)
    database = _sqlite_database(url, exclusive) if _is_sqlite(url) else _server_database(url)
    try:
        async with database.writing.begin() as connection:
            await connection.run_sync(migrate)
    except (StoreError, SQLAlchemyError, OSError) as error:
        await database.close()
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"The database cannot be opened. Check WHATIS_DATABASE_URL. {error}") from error
    return database


def sqlite_path(address: str) -> Path | None:
    """The file of a SQLite database; None for another kind. Raises StoreError as `open_database`."""
    url = _url(address)
    return Path(url.database or "") if _is_sqlite(url) else None


def hold(address: str) -> sqlite3.Connection:
    """Keeps a SQLite file from being served, until closed. Raises StoreError when it is being served."""
    return _locked(_url(address))


def _truncate_log(path: str) -> None:
    # It waits for those who read; a connection of its own, since this cannot be done in a transaction.
    with contextlib.closing(sqlite3.connect(path, timeout=_SCRUB_SECONDS)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _server_database(url: URL) -> Database:
    engine = create_async_engine(url, pool_pre_ping=True)
    return Database(engine, engine, None)


def _sqlite_database(url: URL, exclusive: bool) -> Database:  # noqa: FBT001 - handed on
    check_sqlite()
    lock = _locked(url) if exclusive else None
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    writing = _sqlite(url, begin="BEGIN IMMEDIATE", pool_size=1)
    return Database(writing, _sqlite(url, begin="BEGIN", pool_size=2), lock)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _url(address: str) -> URL:
    try:
        url = make_url(address)
        return url.set(drivername=_DRIVERS[url.drivername])
    except (ArgumentError, KeyError) as error:
        raise StoreError(
            "WHATIS_DATABASE_URL is not understood. Write sqlite:///path/to/file.db or postgresql://user@host/name."
        ) from error


def _sqlite(url: URL, *, begin: str, pool_size: int) -> AsyncEngine:
    # Whoever takes a connection ends its transaction, so it need not be rolled back once more.
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0, pool_reset_on_return=None)

    def on_connect(connection: Any, _record: object) -> None:
        # The driver must not begin transactions by itself: it would do so too late for savepoints.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    def on_begin(connection: Connection) -> None:
        # One hop to the driver's thread, where a cursor of SQLAlchemy's would take three.
        adapted: Any = connection.connection.dbapi_connection
        adapted.run_async(lambda driver: driver.execute_fetchall(begin))

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", on_begin)
    return engine


def _locked(url: URL) -> sqlite3.Connection:
    """A lock that the system lets go of when the process dies, however it dies."""
    path = Path(f"{url.database}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        raise StoreError(
            f"Another whatis-bot runs on {url.database}. "
            "Stop it first, or give this one its own WHATIS_DATA_DIR."
        ) from error
    return lock
