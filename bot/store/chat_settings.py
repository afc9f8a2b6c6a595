"""What the admins of a chat have chosen."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat
from bot.store.database import Function
from bot.store.tables import chat_settings
from bot.store.writer import upsert


def of_chat(chat: Chat) -> Function[dict[str, str]]:
    """All that was set in this chat and thread, by key."""

    async def read(connection: AsyncConnection) -> dict[str, str]:
        table = chat_settings.c
        here = (table.platform == chat.platform) & (table.chat_id == chat.id)
        query = select(table.key, table.value).where(here, table.thread == (chat.thread or 0))
        return {row.key: row.value for row in await connection.execute(query)}

    return read


def put(chat: Chat, key: str, value: str) -> Function[None]:
    """Sets one (its key has at most 24 characters) for this chat and thread."""

    async def write(connection: AsyncConnection) -> None:
        where = {"platform": chat.platform, "chat_id": chat.id, "thread": chat.thread or 0}
        await connection.execute(upsert(connection, chat_settings, **where, key=key, value=value))

    return write
