"""Which of Telegram's updates were taken, so that each is handled at most once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Function
from bot.store.tables import updates


def forget(before: datetime) -> Function[None]:
    """Drops what was taken before then; Telegram itself keeps updates for a day (Bot API: getUpdates)."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(delete(updates).where(updates.c.taken_at < before))

    return write
