"""Small texts that must outlive the process, by key."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Function
from bot.store.tables import notes
from bot.store.writer import upsert


def read(key: str) -> Function[str]:
    """The text, empty when there is none."""

    async def run(connection: AsyncConnection) -> str:
        return await connection.scalar(select(notes.c.text).where(notes.c.key == key)) or ""

    return run


def write(key: str, text: str) -> Function[None]:
    """Replaces the text."""

    async def run(connection: AsyncConnection) -> None:
        await connection.execute(upsert(connection, notes, key=key, text=text))

    return run
