"""All that is kept of a person, found by the marks of the columns: to be shown to them, or to be deleted.

Whatever table comes later is found too, as long as its columns of ids are marked (see `bot.store.tables`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Platform
from bot.store.columns import CHAT, USER
from bot.store.database import Function
from bot.store.learners import Account, name_of
from bot.store.learning_tables import forgotten, people, records
from bot.store.tables import (
    due,
    metadata,
    quiz_answers,
    quiz_participants,
    quiz_rooms,
    quizzes,
)
from bot.store.writer import upsert

Place = tuple[Platform, int]
"""A private chat: its platform and id."""
Rows = list[dict[str, Any]]
_OWN = frozenset({"id", "user_id"})
"""Columns whose row is the person's own; others (`opener_id`, `by_id`) say who did a thing for many."""
_NOBODY = -1


def everything(accounts: Sequence[Account], chats: Collection[Place]) -> Function[dict[str, Rows]]:
    """Every row about these accounts and private chats, by table, empty tables left out."""

    async def read(connection: AsyncConnection) -> dict[str, Rows]:
        found: dict[str, Rows] = {}
        for table in metadata.sorted_tables:
            if conditions := [*_about(table, USER, accounts), *_about(table, CHAT, chats)]:
                found[table.name] = await _rows(connection, table, or_(*conditions))
        found["quiz_answers"] = await _answers(connection, accounts)
        mine = select(people.c.person).where(*_about(people, USER, accounts))
        found["records"] = await _rows(connection, records, records.c.person.in_(mine))
        return {name: rows for name, rows in found.items() if rows}

    return read


def forget(
    accounts: Sequence[Account], chats: Collection[Place], marks: Mapping[str, datetime]
) -> Function[None]:
    """Deletes all that is about these accounts and private chats, and keeps that it was asked for, and when.

    Quizzes of groups keep the answers, as nobody's; what the person set up for a group stays, nobody's too.
    """

    async def write(connection: AsyncConnection) -> None:
        for mark, at in marks.items():
            await connection.execute(upsert(connection, forgotten, hash=mark, at=at))
        if not accounts:
            return
        mine = select(people.c.person).where(*_about(people, USER, accounts))
        await connection.execute(delete(records).where(records.c.person.in_(mine)))
        await _forget_quizzes(connection, accounts)
        for platform, user_id in accounts:
            await connection.execute(delete(due).where(due.c.key == name_of((platform, user_id))))
            signed = due.c.payload.startswith(f"{user_id} ", autoescape=True)
            await connection.execute(update(due).where(signed).values(payload=f"{_NOBODY} "))
        for table in metadata.sorted_tables:
            await _forget_rows(connection, table, accounts, chats)

    return write


def forgotten_marks() -> Function[dict[str, datetime]]:
    """The marks of all who asked to be forgotten, with when."""

    async def read(connection: AsyncConnection) -> dict[str, datetime]:
        return {row.hash: row.at for row in await connection.execute(select(forgotten))}

    return read


def all_accounts() -> Function[set[Account]]:
    """Every account that anything is kept of."""

    async def read(connection: AsyncConnection) -> set[Account]:
        found: set[Account] = set()
        for table in metadata.sorted_tables:
            for column in _marked(table, USER):
                pairs = await connection.execute(select(table.c.platform, column).distinct())
                found |= {(Platform(platform), user_id) for platform, user_id in pairs}
        return found

    return read


def private_chats(accounts: Sequence[Account]) -> Function[set[Place]]:
    """Their private chats, as far as rows tell: on Telegram it has the person's id (Bot API: Chat.id)."""

    async def read(connection: AsyncConnection) -> set[Place]:
        alone = quizzes.join(quiz_rooms, quiz_rooms.c.quiz_id == quizzes.c.id)
        opened = tuple_(quizzes.c.platform, quizzes.c.opener_id).in_(accounts) & (quizzes.c.kind == "alone")
        query = select(quiz_rooms.c.platform, quiz_rooms.c.chat_id).select_from(alone).where(opened)
        found = {(Platform(p), c) for p, c in await connection.execute(query.distinct())}
        return found | {account for account in accounts if account[0] is not Platform.DISCORD}

    return read


async def _forget_quizzes(connection: AsyncConnection, accounts: Sequence[Account]) -> None:
    opened = tuple_(quizzes.c.platform, quizzes.c.opener_id).in_(accounts)
    alone = list(await connection.scalars(select(quizzes.c.id).where(opened, quizzes.c.kind == "alone")))
    for table in metadata.sorted_tables:
        if alone and "quiz_id" in table.c:
            await connection.execute(delete(table).where(table.c.quiz_id.in_(alone)))
    if alone:
        await connection.execute(delete(quizzes).where(quizzes.c.id.in_(alone)))
    table = quiz_participants
    theirs = or_(*_about(table, USER, accounts))
    # As in `bot.hosting.game.nobody`: the numbers of the others must stay as they are.
    await connection.execute(update(table).where(theirs).values(user_id=-table.c.participant))


async def _forget_rows(
    connection: AsyncConnection, table: Table, accounts: Sequence[Account], chats: Collection[Place]
) -> None:
    own = [c for column in _marked(table, USER) if column.name in _OWN for c in _is(column, accounts)]
    if conditions := [*own, *_about(table, CHAT, chats)]:
        await connection.execute(delete(table).where(or_(*conditions)))
    for column in _marked(table, USER):
        if column.name not in _OWN:
            name = column.name.removesuffix("_id") + "_name"
            nobody = {column.name: _NOBODY, **({name: ""} if name in table.c else {})}
            await connection.execute(update(table).where(*_is(column, accounts)).values(nobody))


async def _rows(connection: AsyncConnection, table: Table, condition: ColumnElement[bool]) -> Rows:
    found = await connection.execute(select(table).where(condition).order_by(*table.primary_key))
    return [dict(row._mapping) for row in found]  # noqa: SLF001 - SQLAlchemy's public name for it


async def _answers(connection: AsyncConnection, accounts: Sequence[Account]) -> Rows:
    """Answers carry the participant's number only."""
    a, p = quiz_answers.c, quiz_participants.c
    same = (a.quiz_id == p.quiz_id) & (a.participant == p.participant)
    query = (
        select(quiz_answers).join(quiz_participants, same).where(*_about(quiz_participants, USER, accounts))
    )
    found = await connection.execute(query.order_by(a.quiz_id, a.number))
    return [dict(row._mapping) for row in found]  # noqa: SLF001 - SQLAlchemy's public name for it


def _about(table: Table, mark: str, pairs: Collection[tuple[Platform, int]]) -> list[ColumnElement[bool]]:
    return [condition for column in _marked(table, mark) for condition in _is(column, pairs)]


def _marked(table: Table, mark: str) -> Iterator[Column[Any]]:
    return (column for column in table.columns if column.info.get(mark))


def _is(column: Column[Any], pairs: Collection[tuple[Platform, int]]) -> list[ColumnElement[bool]]:
    """That the column, with its row's platform, is one of the pairs; nothing when there are none."""
    if not pairs:
        return []
    platform = column.table.c.platform
    return [or_(*((platform == name) & (column == id_) for name, id_ in pairs))]
