"""How people did in quizzes that have ended: the leaderboards, from the bot's own rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, case, delete, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, Platform, User
from bot.quiz.score import RIGHT
from bot.store.bulk import insert
from bot.store.daily_tables import daily_answers, daily_questions
from bot.store.database import Function
from bot.store.tables import chats, members, quiz_results, unlisted


@dataclass(frozen=True, slots=True)
class Result:
    """One participant's result of one quiz, in the chat they played it in."""

    user: User
    chat: Chat
    points: int
    right: int
    answered: int
    rank: int


@dataclass(frozen=True, slots=True)
class Leader:
    """One line of a leaderboard; rank: equal points share it, the next are skipped. user: as last seen."""

    user: User
    points: int
    right: int
    answered: int
    quizzes: int
    rank: int


def keep(quiz: int, results: Sequence[Result], now: datetime) -> Function[None]:
    """Replaces the results of a quiz."""
    rows = [_row(quiz, result, now) for result in results]

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(delete(quiz_results).where(quiz_results.c.quiz_id == quiz))
        if rows:
            await connection.execute(quiz_results.insert(), rows)

    return write


def leaders(chat: Chat, since: datetime | None, limit: int, *, whole: bool = False) -> Function[list[Leader]]:
    """The best of the chat since then (None: ever), without those who opted out; of all of its group or
    server with `whole`.

    Quizzes that ended count, and questions of the day, each right answer of which has a quiz's points.
    """

    async def read(connection: AsyncConnection) -> list[Leader]:
        played = _played(chat, since, whole=whole)
        table = played.c
        points = func.sum(table.points)
        name = select(members.c.name).where(
            members.c.platform == table.platform, members.c.id == table.user_id
        )
        hidden = select(unlisted).where(
            unlisted.c.platform == table.platform, unlisted.c.user_id == table.user_id
        )
        columns = (
            table.platform,
            table.user_id,
            func.coalesce(name.scalar_subquery(), "").label("name"),
            points.label("points"),
            func.sum(table.right).label("right"),
            func.sum(table.answered).label("answered"),
            func.sum(table.quizzes).label("quizzes"),
            func.rank().over(order_by=points.desc()).label("rank"),
        )
        query = select(*columns).where(~hidden.exists())
        query = query.group_by(table.platform, table.user_id).order_by(points.desc(), table.user_id)
        found = await connection.execute(query.limit(limit))
        return [
            Leader(
                User(Platform(r.platform), r.user_id, r.name),
                int(r.points), int(r.right), int(r.answered), int(r.quizzes), r.rank,
            )
            for r in found
        ]  # fmt: skip

    return read


def _played(chat: Chat, since: datetime | None, *, whole: bool) -> Subquery:
    """A row for each quiz, and each answer to a question of the day, of each member in the chat."""
    ended, given, asked = quiz_results.c, daily_answers.c, daily_questions.c
    quizzes = select(
        ended.platform,
        ended.user_id,
        ended.points,
        ended.right_answers.label("right"),
        ended.answered,
        literal(1).label("quizzes"),
    ).where(ended.platform == chat.platform, _there(ended.chat_id, chat, whole=whole))
    right = case((given.right, 1), else_=0)
    daily = (
        select(given.platform, given.user_id, right * RIGHT, right, literal(1), literal(0))
        .join(daily_questions, (asked.subscription == given.subscription) & (asked.day == given.day))
        .where(asked.platform == chat.platform, _there(asked.chat_id, chat, whole=whole))
    )
    if since is not None:
        quizzes, daily = quizzes.where(ended.at >= since), daily.where(given.at >= since)
    return quizzes.union_all(daily).subquery()


def _there(column: ColumnElement[int], chat: Chat, *, whole: bool) -> ColumnElement[bool]:
    if not whole:
        return column == chat.id
    rooms = select(chats.c.id).where(chats.c.platform == chat.platform, chats.c.space == chat.whole)
    return column.in_(rooms)


def hide(user: User) -> Function[None]:
    """The member is on no leaderboard any more."""

    async def write(connection: AsyncConnection) -> None:
        row = insert(connection, unlisted).values(platform=user.platform, user_id=user.id)
        await connection.execute(row.on_conflict_do_nothing())

    return write


def show(user: User) -> Function[None]:
    """The member is on leaderboards again."""

    async def write(connection: AsyncConnection) -> None:
        mine = (unlisted.c.platform == user.platform) & (unlisted.c.user_id == user.id)
        await connection.execute(delete(unlisted).where(mine))

    return write


def hidden(user: User) -> Function[bool]:
    """Whether the member wants to be on no leaderboard."""

    async def read(connection: AsyncConnection) -> bool:
        mine = (unlisted.c.platform == user.platform) & (unlisted.c.user_id == user.id)
        return await connection.scalar(select(unlisted.c.user_id).where(mine)) is not None

    return read


def _row(quiz: int, result: Result, now: datetime) -> dict[str, object]:
    return {
        "quiz_id": quiz,
        "platform": result.user.platform,
        "user_id": result.user.id,
        "chat_id": result.chat.id,
        "points": result.points,
        "right_answers": result.right,
        "answered": result.answered,
        "rank": result.rank,
        "at": now,
    }
