"""The group-commit writer: whoever waits at the same time shares one transaction, then each is woken.

Committing every row by itself is bound by the disk's sync; one statement for all that wait is fifty times
faster and as durable. A batch that fails is replayed one by one, so one bad row harms nobody else.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Insert, Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.bulk import Key, Row, insert, insert_new
from bot.store.database import Function

T = TypeVar("T")
LARGEST = 2000
"""Jobs in one transaction, so that nobody waits for everybody."""
_FAULTS = (SQLAlchemyError, sqlite3.Error, OSError)


@dataclass(slots=True)
class _Append:
    table: Table
    row: Row
    done: asyncio.Future[bool]

    @property
    def key(self) -> Key:
        return tuple(self.row[column.name] for column in self.table.primary_key)


@dataclass(slots=True)
class _Transact:
    function: Function[Any]
    done: asyncio.Future[Any]


_Job = _Append | _Transact


class Writer:
    """Takes jobs from anywhere in the event loop; `run` commits them until cancelled."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._jobs: deque[_Job] = deque()
        self._wake = asyncio.Event()
        self._closing = False

    def append(self, table: Table, row: Row) -> asyncio.Future[bool]:
        """Inserts the row unless its primary key is there. True when it was new; done after the commit.

        The call takes its place in the queue, whenever it is awaited: commits follow the order of the calls.
        """
        return self._put(_Append(table, row, asyncio.get_running_loop().create_future()))

    async def append_all(self, table: Table, rows: Sequence[Row]) -> list[bool]:
        """`append` for several rows at once, in order."""
        return list(await asyncio.gather(*(self.append(table, row) for row in rows)))

    def transact(self, function: Function[T]) -> asyncio.Future[T]:
        """Runs the function in a savepoint. What it raises undoes its own work only, and is raised here.

        Its place in the queue is taken as by `append`.
        """
        return self._put(_Transact(function, asyncio.get_running_loop().create_future()))

    async def run(self) -> None:
        """Commits whatever waits, until closed and nothing waits any more."""
        while not (self._closing and not self._jobs):
            await self._wake.wait()
            await self._flush()

    def close(self) -> None:
        """Lets `run` return after the last commit. A commit is never cut short, so nobody waits in vain."""
        self._closing = True
        self._wake.set()

    def _put(self, job: _Job) -> asyncio.Future[Any]:
        self._jobs.append(job)
        self._wake.set()
        return job.done

    async def _flush(self) -> None:
        self._wake.clear()
        while self._jobs:
            taken = [self._jobs.popleft() for _ in range(min(len(self._jobs), LARGEST))]
            await self._commit([job for job in taken if not job.done.cancelled()])

    async def _commit(self, jobs: list[_Job]) -> None:
        try:
            outcomes = await self._together(jobs)
        except _FAULTS:
            outcomes = [await self._alone(job) for job in jobs]
        for job, outcome in zip(jobs, outcomes, strict=True):
            if job.done.done():
                continue
            if isinstance(outcome, BaseException):
                job.done.set_exception(outcome)
            else:
                job.done.set_result(outcome)

    async def _together(self, jobs: list[_Job]) -> list[Any]:
        async with self._engine.begin() as connection:
            accepted = await _insert_all(connection, [job for job in jobs if isinstance(job, _Append)])
            return [
                accepted[id(job)] if isinstance(job, _Append) else await _outcome(connection, job.function)
                for job in jobs
            ]

    async def _alone(self, job: _Job) -> Any:
        try:
            return (await self._together([job]))[0]
        except _FAULTS as error:
            return error


async def _outcome(connection: AsyncConnection, function: Function[Any]) -> Any:
    """The function's result, or what it raised: the others in the transaction must not suffer for it."""
    outcomes = await asyncio.gather(_savepoint(connection, function), return_exceptions=True)
    return outcomes[0]


async def _savepoint(connection: AsyncConnection, function: Function[Any]) -> Any:
    async with connection.begin_nested():
        return await function(connection)


async def _insert_all(connection: AsyncConnection, appends: list[_Append]) -> dict[int, bool]:
    """One statement a table. The first row of a key wins, within the batch and against the table."""
    accepted = {id(append): False for append in appends}
    alike: dict[tuple[Table, Key], dict[Key, _Append]] = {}
    for append in appends:
        alike.setdefault((append.table, tuple(append.row)), {}).setdefault(append.key, append)
    for (table, _), first in alike.items():
        for key in await insert_new(connection, table, [append.row for append in first.values()]):
            accepted[id(first[key])] = True
    return accepted


def upsert(connection: AsyncConnection, table: Table, **row: Any) -> Insert:
    """Inserts the row, or replaces the rest of the one with the same primary key."""
    statement = insert(connection, table).values(**row)
    keys = {column.name for column in table.primary_key}
    return statement.on_conflict_do_update(
        index_elements=sorted(keys),
        set_={name: statement.excluded[name] for name in row if name not in keys},
    )
