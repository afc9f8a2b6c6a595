"""What the admins of a chat have chosen: for the whole group or server, and for a chat or thread alone.

New settings hold for the whole. What a chat or thread has alone stands above that; it was set when there
was nothing else, and goes when the same is set anew from there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    bindparam,
    delete,
    func,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, ChatKind, Platform, User
from bot.store.database import Function
from bot.store.tables import chat_settings, chats, space_settings
from bot.store.writer import upsert

NOBODY = -1
"""Who set something, when that is not known (any more)."""


@dataclass(frozen=True, slots=True)
class Held:
    """Where a setting was found, and all that is set at that level.

    chat: the chat and thread that has it alone, or one that stands for the whole group or server.
    """

    chat: Chat
    settings: Mapping[str, str]


def of_chat(chat: Chat) -> Function[dict[str, str]]:
    """All that holds in this chat and thread, by key."""

    async def read(connection: AsyncConnection) -> dict[str, str]:
        found = await connection.execute(
            _BOTH,
            {
                "platform": chat.platform,
                "chat": chat.id,
                "thread": chat.thread or 0,
                "space": chat.space,
            },
        )
        return {row.key: row.value for row in sorted(found, key=attrgetter("alone"))}

    return read


def alone(chat: Chat) -> Function[dict[str, str]]:
    """What this chat and thread has alone, by key."""

    async def read(connection: AsyncConnection) -> dict[str, str]:
        return {row.key: row.value for row in await connection.execute(_alone(chat))}

    return read


def put(chat: Chat, key: str, value: str, by: User | None = None) -> Function[None]:
    """Sets one (its key has at most 24 characters) for the whole group or server of the chat."""

    async def write(connection: AsyncConnection) -> None:
        space = await connection.scalar(select(_whole(chat)))
        row = {"platform": chat.platform, "space_id": space, "key": key, "value": value}
        who = by.id if by is not None else NOBODY
        await connection.execute(upsert(connection, space_settings, **row, by_id=who))
        await drop_alone(chat, (key,))(connection)

    return write


def put_alone(chat: Chat, key: str, value: str) -> Function[None]:
    """Sets one for this chat and thread alone."""

    async def write(connection: AsyncConnection) -> None:
        where = {"platform": chat.platform, "chat_id": chat.id, "thread": chat.thread or 0}
        await connection.execute(upsert(connection, chat_settings, **where, key=key, value=value))

    return write


def drop_alone(chat: Chat, keys: Collection[str]) -> Function[None]:
    """Leaves to the whole what this chat and thread had alone."""

    async def write(connection: AsyncConnection) -> None:
        mine = delete(chat_settings).where(_here(chat), chat_settings.c.key.in_(keys))
        await connection.execute(mine)

    return write


def drop(chat: Chat, key: str, value: str) -> Function[User | None]:
    """Ends a setting of the whole, unless it has another value by now: who had set it, None if it had."""

    async def write(connection: AsyncConnection) -> User | None:
        table = space_settings.c
        mine = (table.platform == chat.platform) & (table.space_id == _whole(chat)) & (table.key == key)
        gone = delete(space_settings).where(mine, table.value == value).returning(table.by_id)
        by = await connection.scalar(gone)
        return None if by is None else User(chat.platform, by, "")

    return write


def holder(key: str, value: str) -> Function[Held | None]:
    """Where a setting has that value, under the ids of today; None when nowhere."""

    async def read(connection: AsyncConnection) -> Held | None:
        chat = await _chat_with(connection, key, value)
        if chat is not None:
            return Held(chat, await alone(chat)(connection))
        table = space_settings.c
        query = select(table.platform, table.space_id).where(table.key == key, table.value == value).limit(1)
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        platform = Platform(row.platform)
        found = await connection.execute(_of_space(platform, literal(row.space_id)))
        whole = Chat(platform, row.space_id, ChatKind.GROUP)
        return Held(whole, {row.key: row.value for row in found})

    return read


def having(key: str) -> Function[list[tuple[Chat, str]]]:
    """Every group or server where the setting was made, as one chat that stands for it, with its value."""

    async def read(connection: AsyncConnection) -> list[tuple[Chat, str]]:
        table = space_settings.c
        query = select(table.platform, table.space_id, table.value).where(table.key == key)
        return [
            (Chat(Platform(row.platform), row.space_id, ChatKind.GROUP), row.value)
            for row in await connection.execute(query)
        ]

    return read


async def _chat_with(connection: AsyncConnection, key: str, value: str) -> Chat | None:
    table = chat_settings.c
    same = (chats.c.platform == table.platform) & (chats.c.id == table.chat_id)
    query = select(table.platform, table.chat_id, table.thread, chats.c.space)
    query = query.select_from(chat_settings.outerjoin(chats, same))
    found = await connection.execute(query.where(table.key == key, table.value == value).limit(1))
    row = found.one_or_none()
    if row is None:
        return None
    platform, thread = Platform(row.platform), row.thread or None
    return Chat(platform, row.chat_id, ChatKind.GROUP, thread=thread, space=row.space)


def rooms(chat: Chat) -> Select[tuple[int]]:
    """The ids of all chats of the group or server, as far as they were seen, and of the whole itself."""
    whole = _whole(chat)
    seen = select(chats.c.id).where(chats.c.platform == chat.platform, chats.c.space == whole)
    return select(seen.union(select(whole)).subquery().c.id)


def _whole(chat: Chat) -> ColumnElement[int]:
    """The id of the whole that the chat is a room of, by what it knows itself or what was once seen."""
    if chat.space is not None:
        return literal(chat.space)
    seen = select(chats.c.space).where(chats.c.platform == chat.platform, chats.c.id == chat.id)
    return func.coalesce(seen.scalar_subquery(), chat.id)


def _both() -> CompoundSelect[tuple[str, str, int]]:
    """What holds in a chat, whole and alone. Made once, since each daily post asks for it."""
    platform = bindparam("platform", type_=String)
    chat, thread = (bindparam(name, type_=BigInteger) for name in ("chat", "thread"))
    whole, mine = space_settings.c, chat_settings.c
    seen = select(chats.c.space).where(chats.c.platform == platform, chats.c.id == chat).scalar_subquery()
    space = func.coalesce(bindparam("space", type_=BigInteger), seen, chat)
    of_space = select(whole.key, whole.value, literal(0).label("alone"))
    alone = select(mine.key, mine.value, literal(1).label("alone"))
    return of_space.where(whole.platform == platform, whole.space_id == space).union_all(
        alone.where(mine.platform == platform, mine.chat_id == chat, mine.thread == thread)
    )


_BOTH = _both()


def _of_space(platform: Platform, space: ColumnElement[int]) -> Select[tuple[str, str]]:
    table = space_settings.c
    return select(table.key, table.value).where(table.platform == platform, table.space_id == space)


def _alone(chat: Chat) -> Select[tuple[str, str]]:
    return select(chat_settings.c.key, chat_settings.c.value).where(_here(chat))


def _here(chat: Chat) -> ColumnElement[bool]:
    table = chat_settings.c
    return (
        (table.platform == chat.platform) & (table.chat_id == chat.id) & (table.thread == (chat.thread or 0))
    )
