"""The store's tables and queries on a real SQLite, without its threads: a year of posts in minutes.

Each transaction commits by itself. Before and after each is a moment at which a test can let the bot die.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, create_engine

from bot.store.database import Function
from bot.store.schema import migrate
from bot.store.store import Store
from tests.conftest import Clock

T = TypeVar("T")


class _Connection:
    """As much of an asynchronous connection as the store's functions use."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.dialect = connection.dialect

    async def execute(self, *arguments: Any) -> Any:
        return self._connection.execute(*arguments)

    async def scalar(self, *arguments: Any) -> Any:
        return self._connection.scalar(*arguments)


class DirectStore:
    """`get` and `transact` of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, function: Function[T]) -> T:
        return await self.transact(function)

    async def transact(self, function: Function[T]) -> T:
        await asyncio.sleep(0)
        with self._connection.begin():
            found = await function(cast("Any", _Connection(self._connection)))
        await asyncio.sleep(0)
        return found


@asynccontextmanager
async def open_directly(address: str, clock: Clock) -> AsyncIterator[Store]:
    engine = create_engine(address)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.commit()
        with connection.begin():
            migrate(connection)
        yield cast("Store", DirectStore(connection))
    engine.dispose()
