"""What is to be done, and when: rows that outlive the process.

A row is claimed with a lease and finished after the act. Setting a row again frees it: whoever held the
lease has nothing to finish any more, so a handler may set the very row it is working on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Function
from bot.store.tables import due
from bot.store.writer import upsert


@dataclass(frozen=True, slots=True)
class Due:
    """A row that was claimed; `attempts` counts the claims that came to nothing before."""

    kind: str
    key: str
    due_at: datetime
    payload: str
    attempts: int


def put(kind: str, key: str, due_at: datetime, payload: str = "") -> Function[None]:
    """Sets the row of that kind (16 characters at most) and key (60), or sets it anew."""

    async def write(connection: AsyncConnection) -> None:
        free = {"lease_until": None, "lease_token": None, "attempts": 0}
        row = {"kind": kind, "key": key, "due_at": due_at, "payload": payload}
        await connection.execute(upsert(connection, due, **row, **free))

    return write


def cancel(kind: str, key: str) -> Function[None]:
    """Takes the row away, whoever holds it."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(delete(due).where(due.c.kind == kind, due.c.key == key))

    return write


def claim(
    kinds: Collection[str], now: datetime, lease: timedelta, token: str, limit: int
) -> Function[list[Due]]:
    """Takes what is due of these kinds and free, or whose lease is over; the earliest first."""

    async def write(connection: AsyncConnection) -> list[Due]:
        free = or_(due.c.lease_until.is_(None), due.c.lease_until <= now)
        # Another process passes over what this one is taking (PostgreSQL); SQLite has one writer at a time.
        taken = (
            select(due.c.kind, due.c.key)
            .where(due.c.kind.in_(kinds), due.c.due_at <= now, free)
            .order_by(due.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = await connection.execute(
            update(due)
            .where(tuple_(due.c.kind, due.c.key).in_(taken))
            .values(lease_until=now + lease, lease_token=token)
            .returning(due.c.kind, due.c.key, due.c.due_at, due.c.payload, due.c.attempts)
        )
        return sorted((Due(*row) for row in rows), key=lambda row: row.due_at)

    return write


def release() -> Function[None]:
    """Frees what a process that died had claimed. On SQLite alone, where there is only one at a time."""

    async def write(connection: AsyncConnection) -> None:
        if connection.dialect.name == "sqlite":
            held = update(due).where(due.c.lease_until.is_not(None))
            await connection.execute(held.values(lease_until=None, lease_token=None))

    return write


def finish(row: Due, token: str) -> Function[bool]:
    """Takes the row away after the act; False when the lease is not ours any more."""

    async def write(connection: AsyncConnection) -> bool:
        return (await connection.execute(delete(due).where(_held(row, token)))).rowcount == 1

    return write


def put_off(row: Due, token: str, until: datetime) -> Function[bool]:
    """Frees the row for another attempt then; False when the lease is not ours any more."""

    async def write(connection: AsyncConnection) -> bool:
        later = {"due_at": until, "lease_until": None, "lease_token": None, "attempts": due.c.attempts + 1}
        return (await connection.execute(update(due).where(_held(row, token)).values(**later))).rowcount == 1

    return write


def earliest(kinds: Collection[str]) -> Function[datetime | None]:
    """When the next row of these kinds can be claimed; None when there is none."""

    async def read(connection: AsyncConnection) -> datetime | None:
        free_at = func.coalesce(due.c.lease_until, due.c.due_at, type_=due.c.due_at.type)
        query = select(func.min(free_at)).where(due.c.kind.in_(kinds))
        found: datetime | None = await connection.scalar(query)
        return found

    return read


def when(kind: str, key: str) -> Function[datetime | None]:
    """When the row is due; None when there is no such row."""

    async def read(connection: AsyncConnection) -> datetime | None:
        found: datetime | None = await connection.scalar(
            select(due.c.due_at).where(due.c.kind == kind, due.c.key == key)
        )
        return found

    return read


def _held(row: Due, token: str) -> ColumnElement[bool]:
    return (due.c.kind == row.kind) & (due.c.key == row.key) & (due.c.lease_token == token)
