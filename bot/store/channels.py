"""Channels in which the bot may post, and who let it in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, ChatKind, Platform, User
from bot.store import chats
from bot.store.database import Function
from bot.store.tables import channels
from bot.store.tables import chats as chats_table
from bot.store.writer import upsert


def keep(channel: Chat, by: User, now: datetime) -> Function[None]:
    """Notes that the bot may post there, what it is called now, and by whose doing."""

    async def write(connection: AsyncConnection) -> None:
        await chats.seen(channel, now)(connection)
        row = {"platform": channel.platform, "chat_id": channel.id, "by_id": by.id, "at": now}
        await connection.execute(upsert(connection, channels, **row))

    return write


def known(user: User, most: int) -> Function[list[Chat]]:
    """Channels of the person's platform that the bot has not lost: theirs first, then the latest."""

    async def read(connection: AsyncConnection) -> list[Chat]:
        chat, kept = chats_table.c, channels.c
        same = (chat.platform == kept.platform) & (chat.id == kept.chat_id)
        query = select(chat.id, chat.title).join_from(channels, chats_table, same)
        query = query.where(chat.platform == user.platform, chat.left_at.is_(None))
        theirs = case((kept.by_id == user.id, 0), else_=1)
        found = await connection.execute(query.order_by(theirs, kept.at.desc()).limit(most))
        return [Chat(Platform(user.platform), row.id, ChatKind.CHANNEL, row.title) for row in found]

    return read
