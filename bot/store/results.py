"""How people did in quizzes that have ended: the leaderboards, from the bot's own rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, Platform, User
from bot.store.bulk import insert
from bot.store.database import Function
from bot.store.tables import members, quiz_results, unlisted


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


def leaders(chat: Chat, since: datetime | None, limit: int) -> Function[list[Leader]]:
    """The best of the chat in quizzes that ended since then (None: ever), without those who opted out."""

    async def read(connection: AsyncConnection) -> list[Leader]:
        table = quiz_results.c
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
            func.sum(table.right_answers).label("right"),
            func.sum(table.answered).label("answered"),
            func.count().label("quizzes"),
            func.rank().over(order_by=points.desc()).label("rank"),
        )
        query = select(*columns).where(table.platform == chat.platform, table.chat_id == chat.id)
        query = query.where(~hidden.exists())
        if since is not None:
            query = query.where(table.at >= since)
        query = query.group_by(table.platform, table.user_id).order_by(points.desc(), table.user_id)
        found = await connection.execute(query.limit(limit))
        return [
            Leader(
                User(Platform(r.platform), r.user_id, r.name),
                int(r.points), int(r.right), int(r.answered), r.quizzes, r.rank,
            )
            for r in found
        ]  # fmt: skip

    return read


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
