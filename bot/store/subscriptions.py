"""Who wants a daily post, when, and of what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily.calendar import Times
from bot.daily.wish import Kinds
from bot.model import Chat, ChatKind, Platform, User
from bot.store.daily_tables import subscriptions
from bot.store.database import Function
from bot.store.tables import chats


@dataclass(frozen=True, slots=True)
class Subscription:
    """A daily post. token: its name, the same as long as it exists; topic: an id, empty for all.

    by: who asked for it last, and is told when it has to end. off_reason: why it is off, if not by a wish.
    asked: the room in whose settings it was set up, so that it goes where the group's posts go; empty when
    it was asked for by command, in the chat itself, where it stays.
    """

    token: str
    chat: Chat
    times: Times
    kinds: Kinds
    topic: str
    by: User
    on: bool = True
    off_reason: str = ""
    asked: str = ""


def of_chat(chat: Chat) -> Function[Subscription | None]:
    """The one of this chat and thread, on or off."""

    async def read(connection: AsyncConnection) -> Subscription | None:
        return _read((await connection.execute(_with_space().where(_here(chat)))).one_or_none())

    return read


def in_chat(platform: Platform, chat_id: int) -> Function[list[Subscription]]:
    """All of a chat, whatever the thread, on or off."""

    async def read(connection: AsyncConnection) -> list[Subscription]:
        table = subscriptions.c
        query = _with_space().where(table.platform == platform, table.chat_id == chat_id)
        rows = (await connection.execute(query.order_by(table.thread))).all()
        return [found for row in rows if (found := _read(row)) is not None]

    return read


def by_token(token: str) -> Function[Subscription | None]:
    """The one of that name, wherever its chat is now."""

    async def read(connection: AsyncConnection) -> Subscription | None:
        return _read((await connection.execute(_BY_TOKEN, {"wanted": token})).one_or_none())

    return read


def set_up_in(chat: Chat) -> Function[list[Subscription]]:
    """Those that are on and were set up in the settings of the chat's group or server, the oldest first."""

    async def read(connection: AsyncConnection) -> list[Subscription]:
        table = subscriptions.c
        whole = func.coalesce(chats.c.space, table.chat_id) == chat.whole
        on = (table.platform == chat.platform) & table.off_at.is_(None) & (table.asked != "")
        rows = await connection.execute(_with_space().where(whole, on).order_by(table.created_at))
        return [found for row in rows if (found := _read(row)) is not None]

    return read


def keep(wanted: Subscription, now: datetime) -> Function[Subscription]:
    """Sets the one of this chat and thread, switched on; it keeps the token it had. Returns it as it is."""

    async def write(connection: AsyncConnection) -> Subscription:
        before = await of_chat(wanted.chat)(connection)
        if before is None:
            row = {**_fields(wanted), **_place(wanted.chat), "token": wanted.token, "created_at": now}
            await connection.execute(subscriptions.insert().values(**row))
            return wanted
        mine = subscriptions.c.token == before.token
        await connection.execute(update(subscriptions).where(mine).values(**_fields(wanted)))
        kept = await of_chat(wanted.chat)(connection)
        assert kept is not None  # noqa: S101 - it was read a moment ago in the same transaction
        return kept

    return write


def move(token: str, to: Chat) -> Function[bool]:
    """Takes one with all its history to another chat and thread; False when that has one of its own."""

    async def write(connection: AsyncConnection) -> bool:
        there = await of_chat(to)(connection)
        if there is not None and there.on:
            return False
        await connection.execute(delete(subscriptions).where(_here(to)))
        title = select(chats.c.title).where(chats.c.platform == to.platform, chats.c.id == to.id)
        name = to.title or await connection.scalar(title) or ""
        place = {**_place(to), "chat_kind": to.kind, "title": name}
        mine = subscriptions.c.token == token
        await connection.execute(update(subscriptions).where(mine).values(**place))
        return True

    return write


def switch_off(token: str, now: datetime, reason: str = "") -> Function[bool]:
    """Ends one, for a reason or because somebody wished so; False when it was off."""

    async def write(connection: AsyncConnection) -> bool:
        on = (subscriptions.c.token == token) & subscriptions.c.off_at.is_(None)
        off = update(subscriptions).where(on).values(off_at=now, off_reason=reason)
        return (await connection.execute(off)).rowcount == 1

    return write


def _with_space() -> Select[Any]:
    """The rows, each with the group or server of its chat."""
    same = (chats.c.platform == subscriptions.c.platform) & (chats.c.id == subscriptions.c.chat_id)
    return select(subscriptions, chats.c.space).select_from(subscriptions.outerjoin(chats, same))


_BY_TOKEN = _with_space().where(subscriptions.c.token == bindparam("wanted"))
"""Made once, since each daily post asks for it."""


def _here(chat: Chat) -> ColumnElement[bool]:
    table = subscriptions.c
    return (
        (table.platform == chat.platform) & (table.chat_id == chat.id) & (table.thread == (chat.thread or 0))
    )


def _place(chat: Chat) -> dict[str, Any]:
    return {"platform": chat.platform, "chat_id": chat.id, "thread": chat.thread or 0}


def _fields(wanted: Subscription) -> dict[str, Any]:
    return {
        "chat_kind": wanted.chat.kind,
        "title": wanted.chat.title,
        "kinds": wanted.kinds,
        "time": f"{wanted.times.at:%H:%M}",
        "zone": wanted.times.zone,
        "days": wanted.times.days,
        "topic": wanted.topic,
        "by_id": wanted.by.id,
        "by_name": wanted.by.name,
        "off_at": None,
        "off_reason": "",
        "asked": wanted.asked,
    }


def _read(row: Row[Any] | None) -> Subscription | None:
    if row is None:
        return None
    platform = Platform(row.platform)
    return Subscription(
        token=row.token,
        chat=Chat(platform, row.chat_id, ChatKind(row.chat_kind), row.title, row.thread or None, row.space),
        times=Times(time.fromisoformat(row.time), row.zone, row.days),
        kinds=Kinds(row.kinds),
        topic=row.topic,
        by=User(platform, row.by_id, row.by_name),
        on=row.off_at is None,
        off_reason=row.off_reason,
        asked=row.asked,
    )
