"""Who has used the bot."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import User
from bot.store.database import Function
from bot.store.tables import members
from bot.store.writer import upsert


def seen(user: User, now: datetime) -> Function[None]:
    """Notes the member's name as it is now."""

    async def write(connection: AsyncConnection) -> None:
        row = {"platform": user.platform, "id": user.id, "name": user.name, "seen_at": now}
        await connection.execute(upsert(connection, members, **row))

    return write


def name_as_seen(account: tuple[str, int]) -> Function[str]:
    """What the account was called last; empty when it is not known."""

    async def read(connection: AsyncConnection) -> str:
        mine = (members.c.platform == account[0]) & (members.c.id == account[1])
        return await connection.scalar(select(members.c.name).where(mine)) or ""

    return read
