"""What the bot posted in chats where its posts do not stay, and when each is to go.

One due row a platform brings the next look; a look takes all that has to go by then, chat by chat, so that
a busy chat costs few calls. When the row is due follows from the messages, so no chat's id stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, ChatKind, Platform, User
from bot.staying import STAY, gone_at, kept_stay, read_stay
from bot.store import chat_settings, due
from bot.store.database import Function
from bot.store.tables import own_messages, quiz_asked, quiz_posts, quiz_rooms
from bot.store.writer import upsert

DUE = "clean"
"""The kind of the due rows; the key is the platform."""
EVERY = timedelta(minutes=1)
"""From one look to the next, unless the last could not take all: what goes in a minute goes in one call."""
MOST_ATTEMPTS = 8
_OFFER = "offer"
"""The one message of a quiz that goes to a private chat."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the bot, and when it was sent."""

    message_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of one chat that are to go; attempts: how often the one tried most was tried."""

    chat: Chat
    message_ids: tuple[int, ...]
    attempts: int


def posted(chat: Chat, sent: Sequence[Sent], over_at: datetime) -> Function[None]:
    """Notes what was posted, if posts do not stay in this chat; over_at: when it is over."""

    async def write(connection: AsyncConnection) -> None:
        stay = None if chat.private else await _stay(connection, chat)
        if stay is None or not sent:
            return
        for one in sent:
            await _keep(connection, chat, one, over_at, stay)
        await _look_by(connection, chat.platform, min(gone_at(one.at, over_at, stay) for one in sent))

    return write


def changed(chat: Chat, message_id: int, now: datetime) -> Function[None]:
    """A message was edited, and counts from now. One that is not noted (a welcome, say) stays as it is."""

    async def write(connection: AsyncConnection) -> None:
        stay, here = await _stay(connection, chat), _is(chat.platform, chat.id, (message_id,))
        row = (await connection.execute(select(own_messages).where(here))).one_or_none()
        if row is not None and stay is not None:
            await _plan(connection, row, max(row.over_at, now), stay)

    return write


def choose(chat: Chat, stay: timedelta | None, by: User | None = None) -> Function[None]:
    """Sets how long posts stay in the whole group or server of the chat, also for what stands there already.

    None is for ever.
    """

    async def write(connection: AsyncConnection) -> None:
        await chat_settings.put(chat, STAY, kept_stay(stay), by)(connection)
        mine = own_messages.c
        here = (mine.platform == chat.platform) & mine.chat_id.in_(chat_settings.rooms(chat))
        if stay is None:
            await connection.execute(delete(own_messages).where(here))
            return
        for row in (await connection.execute(select(own_messages).where(here))).all():
            await _plan(connection, row, row.over_at, stay)
        earliest = await connection.scalar(select(func.min(mine.gone_at)).where(here))
        if earliest is not None:
            await _look_by(connection, chat.platform, earliest)

    return write


def quiz_over(quiz: int, now: datetime) -> Function[None]:
    """Notes all that a quiz has posted, in its rooms where posts do not stay.

    A room that has moved since the quiz began is left out: its first messages have their numbers in another
    chat, and by the same number somebody else's message would go.
    """

    async def write(connection: AsyncConnection) -> None:
        room = quiz_rooms.c
        mine = (room.quiz_id == quiz) & (room.kind != ChatKind.PRIVATE) & room.moved.is_(None)
        for row in (await connection.execute(select(quiz_rooms).where(mine))).all():
            chat = Chat(Platform(row.platform), row.chat_id, ChatKind(row.kind), thread=row.thread or None)
            if await _stay(connection, chat) is not None:
                sent = await _sent_by(connection, quiz, row.room)
                await posted(chat, sent, now)(connection)

    return write


def overdue(platform: Platform, now: datetime, *, chats: int, each: int) -> Function[list[Batch]]:
    """What has to go by now, of so many chats at most and so many messages of each; the earliest first."""

    async def read(connection: AsyncConnection) -> list[Batch]:
        mine = own_messages.c
        late = (mine.platform == platform) & (mine.gone_at <= now)
        first = select(mine.chat_id).where(late).group_by(mine.chat_id).order_by(func.min(mine.gone_at))
        found = (await connection.scalars(first.limit(chats))).all()
        return [await _batch(connection, platform, chat_id, late, each) for chat_id in found]

    return read


def gone(batch: Batch) -> Function[None]:
    """They are gone, or cannot be deleted at all."""

    async def write(connection: AsyncConnection) -> None:
        here = _is(batch.chat.platform, batch.chat.id, batch.message_ids)
        await connection.execute(delete(own_messages).where(here))

    return write


def put_off(batch: Batch, until: datetime) -> Function[None]:
    """They could not be deleted just now; those tried too often are given up."""

    async def write(connection: AsyncConnection) -> None:
        here = _is(batch.chat.platform, batch.chat.id, batch.message_ids)
        given_up = own_messages.c.attempts + 1 >= MOST_ATTEMPTS
        await connection.execute(delete(own_messages).where(here, given_up))
        later = {"gone_at": until, "attempts": own_messages.c.attempts + 1}
        await connection.execute(update(own_messages).where(here).values(**later))

    return write


def drop(platform: Platform, before: datetime) -> Function[int]:
    """Forgets what was sent before that, since it cannot be deleted any more; how much that was."""

    async def write(connection: AsyncConnection) -> int:
        mine = own_messages.c
        old = delete(own_messages).where(mine.platform == platform, mine.sent_at < before)
        return (await connection.execute(old)).rowcount

    return write


def look_again(platform: Platform, now: datetime, soonest: datetime) -> Function[datetime | None]:
    """Sets the next look, and says when: at `soonest` or later, unless something has to go by now.

    None when there is nothing left.
    """

    async def write(connection: AsyncConnection) -> datetime | None:
        earliest = await _earliest(connection, platform)
        if earliest is None:
            await due.cancel(DUE, platform)(connection)
            return None
        at = earliest if earliest <= now else max(earliest, soonest)
        await due.put(DUE, platform, at)(connection)
        return at

    return write


def look_at(platform: Platform, at: datetime) -> Function[None]:
    """The next look is then."""
    return due.put(DUE, platform, at)


def platforms() -> Function[list[Platform]]:
    """Those where something has to go."""

    async def read(connection: AsyncConnection) -> list[Platform]:
        query = select(own_messages.c.platform).distinct()
        return [Platform(name) for name in await connection.scalars(query)]

    return read


def look_by() -> Function[None]:
    """Sets the looks that should be set and are not."""

    async def write(connection: AsyncConnection) -> None:
        for platform in await platforms()(connection):
            earliest = await _earliest(connection, platform)
            if earliest is not None:
                await _look_by(connection, platform, earliest)

    return write


async def _earliest(connection: AsyncConnection, platform: Platform) -> datetime | None:
    query = select(func.min(own_messages.c.gone_at)).where(own_messages.c.platform == platform)
    found: datetime | None = await connection.scalar(query)
    return found


async def _stay(connection: AsyncConnection, chat: Chat) -> timedelta | None:
    kept = await chat_settings.of_chat(chat)(connection)
    return read_stay(kept.get(STAY, ""))


async def _keep(
    connection: AsyncConnection, chat: Chat, sent: Sent, over_at: datetime, stay: timedelta
) -> None:
    row = {
        "platform": chat.platform,
        "chat_id": chat.id,
        "message_id": sent.message_id,
        "sent_at": sent.at,
        "over_at": over_at,
        "gone_at": gone_at(sent.at, over_at, stay),
        "attempts": 0,
    }
    await connection.execute(upsert(connection, own_messages, **row))


async def _plan(connection: AsyncConnection, row: Row[Any], over_at: datetime, stay: timedelta) -> None:
    here = _is(row.platform, row.chat_id, (row.message_id,))
    planned = {"over_at": over_at, "gone_at": gone_at(row.sent_at, over_at, stay)}
    await connection.execute(update(own_messages).where(here).values(**planned))


async def _look_by(connection: AsyncConnection, platform: Platform, at: datetime) -> None:
    """The next look is then at the latest. One under way sets the next by itself."""
    planned = await due.when(DUE, platform)(connection)
    if planned is None or planned > at:
        await due.put(DUE, platform, at)(connection)


async def _sent_by(connection: AsyncConnection, quiz: int, room: int) -> list[Sent]:
    found: list[Sent] = []
    for table in (quiz_asked, quiz_posts):
        here = (table.c.quiz_id == quiz) & (table.c.room == room) & table.c.message_id.is_not(None)
        if "name" in table.c:
            here &= table.c.name != _OFFER
        rows = await connection.execute(select(table.c.message_id, table.c.attempted_at).where(here))
        found += [Sent(message_id, at) for message_id, at in rows]
    return found


async def _batch(
    connection: AsyncConnection, platform: Platform, chat_id: int, late: ColumnElement[bool], each: int
) -> Batch:
    mine = own_messages.c
    query = select(mine.message_id, mine.attempts).where(late, mine.chat_id == chat_id)
    rows = (await connection.execute(query.order_by(mine.gone_at, mine.message_id).limit(each))).all()
    chat, ids = Chat(platform, chat_id, ChatKind.GROUP), tuple(row.message_id for row in rows)
    return Batch(chat, ids, max(row.attempts for row in rows))


def _is(platform: str, chat_id: int, message_ids: Iterable[int]) -> ColumnElement[bool]:
    mine = own_messages.c
    return (mine.platform == platform) & (mine.chat_id == chat_id) & mine.message_id.in_(tuple(message_ids))
