"""What the admins of a chat have chosen."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, ChatKind, Platform
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


def holder(key: str, value: str) -> Function[Chat | None]:
    """The group and thread where a setting has that value, under its id of today; None when none has."""

    async def read(connection: AsyncConnection) -> Chat | None:
        table = chat_settings.c
        query = select(table.platform, table.chat_id, table.thread)
        found = await connection.execute(query.where(table.key == key, table.value == value).limit(1))
        row = found.one_or_none()
        if row is None:
            return None
        return Chat(Platform(row.platform), row.chat_id, ChatKind.GROUP, thread=row.thread or None)

    return read


def having(key: str) -> Function[list[tuple[Chat, str]]]:
    """Every group and thread where the setting was made, with its value."""

    async def read(connection: AsyncConnection) -> list[tuple[Chat, str]]:
        table = chat_settings.c
        query = select(table.platform, table.chat_id, table.thread, table.value).where(table.key == key)
        return [
            (Chat(Platform(row.platform), row.chat_id, ChatKind.GROUP, thread=row.thread or None), row.value)
            for row in await connection.execute(query)
        ]

    return read
