"""Questions of the day, and how people answered them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, ChatKind, Platform, User
from bot.store.daily_tables import daily_answers, daily_questions
from bot.store.database import Function
from bot.store.writer import Writer, upsert


@dataclass(frozen=True, slots=True)
class DailyQuestion:
    """A question of one post. places: the positions of its options (0 is the key) as shown."""

    subscription: str
    day: date
    chat: Chat
    question: str
    places: tuple[int, ...]
    opened_at: datetime
    closes_at: datetime

    @property
    def key(self) -> int:
        """The position of the right answer as shown."""
        return self.places.index(0)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answered, and how many of them rightly."""

    answered: int
    right: int


def put(question: DailyQuestion) -> Function[None]:
    """Keeps the question of a post, in place of one that was not sent."""

    async def write(connection: AsyncConnection) -> None:
        row = {
            "subscription": question.subscription,
            "day": question.day,
            "platform": question.chat.platform,
            "chat_id": question.chat.id,
            "question": question.question,
            "places": ",".join(map(str, question.places)),
            "opened_at": question.opened_at,
            "closes_at": question.closes_at,
        }
        await connection.execute(upsert(connection, daily_questions, **row))

    return write


def of(token: str) -> Function[list[DailyQuestion]]:
    """All questions of a subscription, in whatever chat that is now."""

    async def read(connection: AsyncConnection) -> list[DailyQuestion]:
        query = select(daily_questions).where(daily_questions.c.subscription == token)
        return [_read(row) for row in await connection.execute(query)]

    return read


def of_day(token: str, day: date) -> Function[DailyQuestion | None]:
    """The question of a subscription's day."""

    async def read(connection: AsyncConnection) -> DailyQuestion | None:
        mine = (daily_questions.c.subscription == token) & (daily_questions.c.day == day)
        row = (await connection.execute(select(daily_questions).where(mine))).one_or_none()
        return _read(row) if row is not None else None

    return read


async def answer(writer: Writer, question: DailyQuestion, user: User, option: int, now: datetime) -> bool:
    """Keeps an answer, durably; False when this member has answered before."""
    row = {
        "subscription": question.subscription,
        "day": question.day,
        "platform": user.platform,
        "user_id": user.id,
        "option": option,
        "right": option == question.key,
        "at": now,
    }
    return await writer.append(daily_answers, row)


def tally(question: DailyQuestion) -> Function[Tally]:
    """How the answers so far went."""

    async def read(connection: AsyncConnection) -> Tally:
        table = daily_answers.c
        mine = (table.subscription == question.subscription) & (table.day == question.day)
        query = select(table.right, func.count()).where(mine).group_by(table.right)
        counts = {bool(right): count for right, count in await connection.execute(query)}
        return Tally(sum(counts.values()), counts.get(True, 0))

    return read


def _read(row: Row[Any]) -> DailyQuestion:
    chat = Chat(Platform(row.platform), row.chat_id, ChatKind.GROUP)
    places = tuple(int(place) for place in row.places.split(","))
    return DailyQuestion(row.subscription, row.day, chat, row.question, places, row.opened_at, row.closes_at)
