"""Where the bot is: seen, welcomed, left, moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Column, ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, Migrated, Platform
from bot.store.columns import CHAT
from bot.store.database import Function
from bot.store.tables import BOUND, chats, metadata
from bot.store.writer import upsert


def seen(chat: Chat, now: datetime) -> Function[None]:
    """Notes that the bot is in the chat, and what it is called now."""

    async def write(connection: AsyncConnection) -> None:
        # A private chat is called as the person is, and that is kept in one place only.
        title = "" if chat.private else chat.title
        row = {"platform": chat.platform, "id": chat.id, "kind": chat.kind, "title": title}
        if chat.space is not None:  # not everybody who speaks of a chat knows of which group it is a room
            row["space"] = chat.space
        await connection.execute(
            upsert(connection, chats, **row, seen_at=now, left_at=None, left_reason=None)
        )

    return write


def named(chat: Chat) -> Function[Chat]:
    """The chat under the name it was last seen by, if nobody said a newer."""

    async def read(connection: AsyncConnection) -> Chat:
        title = await connection.scalar(select(chats.c.title).where(_is(chat.platform, chat.id)))
        return replace(chat, title=chat.title or title or "")

    return read


def welcome(chat: Chat, now: datetime) -> Function[bool]:
    """Notes that the chat gets its welcome now; False when it had one already."""

    async def write(connection: AsyncConnection) -> bool:
        await seen(chat, now)(connection)
        first = update(chats).where(_is(chat.platform, chat.id), chats.c.welcomed_at.is_(None))
        return (await connection.execute(first.values(welcomed_at=now))).rowcount == 1

    return write


def left(chat: Chat, reason: str, now: datetime) -> Function[None]:
    """Notes that the chat cannot be reached any more, and why."""

    async def write(connection: AsyncConnection) -> None:
        where = update(chats).where(_is(chat.platform, chat.id))
        await connection.execute(where.values(left_at=now, left_reason=reason))

    return write


def move(moved: Migrated) -> Function[None]:
    """Gives every row of a chat its new id. What the new id has already (it was seen first) stays.

    Rows that name messages by number go: the new chat has numbers of its own.
    """

    async def write(connection: AsyncConnection) -> None:
        for table in metadata.sorted_tables:
            if table.info.get(BOUND):
                old = (table.c.platform == moved.platform, table.c.chat_id == moved.old_id)
                await connection.execute(delete(table).where(*old))
            for column in table.columns:
                if column.info.get(CHAT):
                    await _move(connection, moved, column)

    return write


async def _move(connection: AsyncConnection, moved: Migrated, column: Column[int]) -> None:
    """Rows whose key is taken at the new id are dropped, the others renumbered."""
    table = column.table
    other_keys = [key for key in table.primary_key if key.name not in {"platform", column.name}]
    there = table.alias()
    taken = select(there).where(there.c.platform == moved.platform, there.c[column.name] == moved.new_id)
    taken = taken.where(*(there.c[key.name] == key for key in other_keys)).correlate(table)
    mine = (table.c.platform == moved.platform, column == moved.old_id)
    if column.primary_key:
        await connection.execute(delete(table).where(*mine, taken.exists()))
    told = {"moved": True} if "moved" in table.c else {}
    await connection.execute(update(table).where(*mine).values({column.name: moved.new_id, **told}))


def _is(platform: Platform, chat_id: int) -> ColumnElement[bool]:
    return (chats.c.platform == platform) & (chats.c.id == chat_id)
