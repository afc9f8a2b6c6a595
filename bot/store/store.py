"""The store as the rest of the bot sees it: read, transact, and a few things that must be quick."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from bot.store import lookups, notes, updates
from bot.store.database import Database, Function, open_database
from bot.store.tables import updates as updates_table
from bot.store.writer import Writer

T = TypeVar("T")
Clock = Callable[[], datetime]
KEEP_UPDATES = timedelta(days=3)


class Store:
    """The open database. Also the adapters' `Inbox` and `Notebook`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._tally = lookups.Tally()
        self._counting: asyncio.Task[None] | None = None
        self.writer = Writer(database.writing)

    async def get(self, function: Function[T]) -> T:
        """Runs a function that only reads."""
        return await self._database.read(function)

    async def transact(self, function: Function[T]) -> T:
        """Runs a function that writes; returns after the commit."""
        return await self.writer.transact(function)

    def shown(self, term: str) -> None:
        """Counts that a term was shown; committed with the next batch."""
        self._tally.shown[term] += 1
        self._count()

    def missed(self, text: str) -> None:
        """Counts a text that was not found, as far as it may be kept."""
        if kept := lookups.presentable(text):
            self._tally.missed[kept] += 1
            self._count()

    async def claim(self, update_ids: Sequence[int]) -> set[int]:
        """Takes the updates that are new, durably (see `bot.adapters.base.Inbox`)."""
        now = self._clock()
        rows = [{"id": update_id, "taken_at": now} for update_id in update_ids]
        new = await self.writer.append_all(updates_table, rows)
        return {update_id for update_id, is_new in zip(update_ids, new, strict=True) if is_new}

    async def read(self, key: str) -> str:
        """A note (see `bot.adapters.base.Notebook`)."""
        return await self.get(notes.read(key))

    async def write(self, key: str, text: str) -> None:
        """Replaces a note."""
        await self.transact(notes.write(key, text))

    async def tidy(self) -> None:
        """Drops what nobody needs any more."""
        await self.transact(updates.forget(self._clock() - KEEP_UPDATES))

    async def scrub(self) -> None:
        """After something was deleted for good: leaves no trace of it beside the database either."""
        await self._database.scrub()

    async def settle(self) -> None:
        """Waits until everything counted so far is committed."""
        while self._counting is not None and not self._counting.done():
            await self._counting

    def _count(self) -> None:
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._write_counts())

    async def _write_counts(self) -> None:
        while self._tally.shown or self._tally.missed:
            shown, texts = self._tally.take()
            day = self._clock().date()
            await self.transact(lookups.count(day, shown, texts))


@asynccontextmanager
async def open_store(address: str, clock: Clock, *, exclusive: bool = False) -> AsyncIterator[Store]:
    """The store, with its writer running; closed at the end, with everything that waited committed.

    Raises StoreError when the database cannot be used.
    """
    database = await open_database(address, exclusive=exclusive)
    try:
        store = Store(database, clock)
        writing = asyncio.create_task(store.writer.run())
        try:
            yield store
            await store.settle()
        finally:
            store.writer.close()
            await writing
    finally:
        await database.close()
