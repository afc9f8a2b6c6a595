"""Quizzes, their rooms and people, and everything they sent and were answered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, ChatKind, Platform, User
from bot.store import due
from bot.store.bulk import insert
from bot.store.database import Function
from bot.store.members import seen as member_seen
from bot.store.tables import (
    members,
    quiz_answers,
    quiz_asked,
    quiz_participants,
    quiz_places,
    quiz_posts,
    quiz_rooms,
    quizzes,
)
from bot.store.writer import Writer, upsert

DUE = "quiz"
"""The kind of its due rows; the key is the quiz's number."""


class Overtaken(Exception):
    """Somebody else has moved the quiz on: what was computed from the older snapshot must not be kept."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who plays: their number, who they are as last seen, and the room they play in."""

    number: int
    user: User
    room: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as kept."""

    number: int
    participant: int
    option: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Sending:
    """An item sent to a room, or tried to be; `message_id`, `poll` and `asked_at` come with its arrival."""

    number: int
    room: int
    attempted_at: datetime
    message_id: int | None = None
    poll: str = ""
    asked_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Another message of the quiz in a room, or the attempt to send it."""

    room: int
    name: str
    attempted_at: datetime
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A quiz as kept, with all that belongs to it. state: the snapshot; settings: how it was asked for."""

    id: int
    version: int
    state: str
    settings: str
    opener: User
    ended_at: datetime | None
    told_at: datetime | None
    rooms: dict[int, Chat]
    participants: tuple[Participant, ...] = ()
    answers: tuple[Answer, ...] = ()
    sendings: tuple[Sending, ...] = ()
    posts: tuple[Post, ...] = ()


def create(
    opener: User,
    rooms: dict[int, Chat],
    *,
    state: str,
    settings: str,
    alone: bool,
    due_at: datetime | None,
    now: datetime,
) -> Function[int]:
    """Keeps a new quiz at version 1, with its due row, and returns its number.

    The opener is participant 1, in the first room.

    Raises Overtaken when a quiz runs in one of the rooms.
    """

    async def write(connection: AsyncConnection) -> int:
        row = {
            "created_at": now,
            "version": 1,
            "state": state,
            "settings": settings,
            "platform": opener.platform,
            "opener_id": opener.id,
            "opener_name": opener.name,
            "kind": "alone" if alone else "group",
        }
        made = await connection.execute(quizzes.insert().values(**row).returning(quizzes.c.id))
        quiz = int(made.scalar_one())
        await _take_places(connection, quiz, list(rooms.values()))
        kept = [{"quiz_id": quiz, "room": room, **_chat_row(chat)} for room, chat in rooms.items()]
        await connection.execute(quiz_rooms.insert(), kept)
        first = Participant(1, opener, min(rooms))
        await connection.execute(quiz_participants.insert().values(**_participant_row(quiz, first)))
        await member_seen(opener, now)(connection)
        await remind(quiz, due_at)(connection)
        return quiz

    return write


async def _take_places(connection: AsyncConnection, quiz: int, chats: list[Chat]) -> None:
    rows = [{**_place(chat), "quiz_id": quiz} for chat in chats]
    for row in rows:
        taken = await connection.execute(
            insert(connection, quiz_places).values(**row).on_conflict_do_nothing()
        )
        if taken.rowcount != 1:
            raise Overtaken(f"a quiz runs in {row['platform']} {row['chat_id']}")


def remind(quiz: int, at: datetime | None) -> Function[None]:
    """The due row that brings the quiz on; None takes it away."""
    return due.put(DUE, str(quiz), at) if at else due.cancel(DUE, str(quiz))


def running_in(chat: Chat) -> Function[int | None]:
    """The number of the quiz that runs in this chat and thread."""

    async def read(connection: AsyncConnection) -> int | None:
        found: int | None = await connection.scalar(select(quiz_places.c.quiz_id).where(_here(chat)))
        return found

    return read


def unfinished() -> Function[list[int]]:
    """The quizzes that run, or have something left to say."""

    async def read(connection: AsyncConnection) -> list[int]:
        query = select(quizzes.c.id).where(quizzes.c.told_at.is_(None)).order_by(quizzes.c.id)
        return list(await connection.scalars(query))

    return read


def last_opened(chat: Chat, opener: User | None = None) -> Function[datetime | None]:
    """When a quiz was last opened in this chat (by this member, if one is named); None if never."""

    async def read(connection: AsyncConnection) -> datetime | None:
        room = quiz_rooms.c
        query = select(quizzes.c.created_at).join(quiz_rooms, room.quiz_id == quizzes.c.id)
        query = query.where(room.platform == chat.platform, room.chat_id == chat.id)
        if opener is not None:
            query = query.where(quizzes.c.platform == opener.platform, quizzes.c.opener_id == opener.id)
        found: datetime | None = await connection.scalar(query.order_by(quizzes.c.id.desc()).limit(1))
        return found

    return read


def load(quiz: int) -> Function[Saved | None]:
    """Everything that is kept of a quiz; None when there is no such quiz."""

    async def read(connection: AsyncConnection) -> Saved | None:
        row = (await connection.execute(select(quizzes).where(quizzes.c.id == quiz))).one_or_none()
        if row is None:
            return None
        rooms = await _rows(connection, quiz_rooms, quiz)
        answers = await _rows(connection, quiz_answers, quiz)
        return Saved(
            id=row.id,
            version=row.version,
            state=row.state,
            settings=row.settings,
            opener=User(Platform(row.platform), row.opener_id, row.opener_name),
            ended_at=row.ended_at,
            told_at=row.told_at,
            rooms={r.room: _chat(r) for r in rooms},
            participants=await _participants(connection, quiz),
            answers=tuple(Answer(r.number, r.participant, r.option, r.at) for r in answers),
            sendings=tuple(map(_sending, await _rows(connection, quiz_asked, quiz))),
            posts=tuple(
                Post(r.room, r.name, r.attempted_at, r.message_id)
                for r in await _rows(connection, quiz_posts, quiz)
            ),
        )

    return read


def advance(quiz: int, version: int, state: str) -> Function[None]:
    """Replaces the snapshot of that version by the next. Raises Overtaken when it has another version."""

    async def write(connection: AsyncConnection) -> None:
        mine = (quizzes.c.id == quiz) & (quizzes.c.version == version)
        changed = await connection.execute(
            update(quizzes).where(mine).values(state=state, version=version + 1)
        )
        if changed.rowcount != 1:
            raise Overtaken(f"quiz {quiz} is not at version {version} any more")

    return write


def leave(quiz: int, room: int, chat: Chat, now: datetime) -> Function[None]:
    """A room is lost, and free for another quiz."""

    async def write(connection: AsyncConnection) -> None:
        lost = update(quiz_rooms).where(quiz_rooms.c.quiz_id == quiz, quiz_rooms.c.room == room)
        await connection.execute(lost.values(lost_at=now))
        mine = quiz_places.c.quiz_id == quiz
        await connection.execute(delete(quiz_places).where(_here(chat), mine))

    return write


def end(quiz: int, now: datetime) -> Function[None]:
    """Nothing can happen in the quiz any more, and its places are free."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(delete(quiz_places).where(quiz_places.c.quiz_id == quiz))
        ended = update(quizzes).where(quizzes.c.id == quiz, quizzes.c.ended_at.is_(None))
        await connection.execute(ended.values(ended_at=now))

    return write


def told(quiz: int, now: datetime) -> Function[None]:
    """Nothing is left to send."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(update(quizzes).where(quizzes.c.id == quiz).values(told_at=now))

    return write


def keep_sending(quiz: int, sending: Sending) -> Function[None]:
    """Keeps that an item is being sent, has arrived, or is closed."""

    async def write(connection: AsyncConnection) -> None:
        row = {
            "quiz_id": quiz,
            "number": sending.number,
            "room": sending.room,
            "attempted_at": sending.attempted_at,
            "message_id": sending.message_id,
            "poll": sending.poll or None,
            "asked_at": sending.asked_at,
            "closed_at": sending.closed_at,
        }
        await connection.execute(upsert(connection, quiz_asked, **row))

    return write


def keep_post(quiz: int, post: Post) -> Function[None]:
    """Keeps that another message is being sent, or has arrived."""

    async def write(connection: AsyncConnection) -> None:
        row = {
            "quiz_id": quiz,
            "room": post.room,
            "name": post.name,
            "attempted_at": post.attempted_at,
            "message_id": post.message_id,
        }
        await connection.execute(upsert(connection, quiz_posts, **row))

    return write


def append_answer(writer: Writer, quiz: int, answer: Answer) -> asyncio.Future[bool]:
    """Keeps an answer with the next batch; its place in the queue is taken at once."""
    row = {
        "quiz_id": quiz,
        "number": answer.number,
        "participant": answer.participant,
        "option": answer.option,
        "at": answer.at,
    }
    return writer.append(quiz_answers, row)


def append_participant(
    writer: Writer, quiz: int, participant: Participant, now: datetime
) -> list[asyncio.Future[bool]]:
    """Keeps who plays, and the name of somebody never seen before, with the next batch."""
    user = participant.user
    row = {"platform": user.platform, "id": user.id, "name": user.name, "seen_at": now}
    return [
        writer.append(quiz_participants, _participant_row(quiz, participant)),
        writer.append(members, row),
    ]


def together(functions: Sequence[Function[None]]) -> Function[None]:
    """All of them, or none."""

    async def write(connection: AsyncConnection) -> None:
        for function in functions:
            await function(connection)

    return write


async def _rows(connection: AsyncConnection, table: Table, quiz: int) -> Sequence[Row[Any]]:
    query = select(table).where(table.c.quiz_id == quiz).order_by(*table.primary_key)
    return (await connection.execute(query)).all()


async def _participants(connection: AsyncConnection, quiz: int) -> tuple[Participant, ...]:
    table = quiz_participants.c
    named = (members.c.platform == table.platform) & (members.c.id == table.user_id)
    query = select(quiz_participants, members.c.name).join(members, named, isouter=True)
    found = await connection.execute(query.where(table.quiz_id == quiz).order_by(table.participant))
    return tuple(
        Participant(r.participant, User(Platform(r.platform), r.user_id, r.name or ""), r.room) for r in found
    )


def _participant_row(quiz: int, participant: Participant) -> dict[str, Any]:
    return {
        "quiz_id": quiz,
        "participant": participant.number,
        "platform": participant.user.platform,
        "user_id": participant.user.id,
        "room": participant.room,
    }


def _place(chat: Chat) -> dict[str, Any]:
    return {"platform": chat.platform, "chat_id": chat.id, "thread": chat.thread or 0}


def _chat_row(chat: Chat) -> dict[str, Any]:
    return {**_place(chat), "kind": chat.kind, "title": "" if chat.private else chat.title}


def _here(chat: Chat) -> ColumnElement[bool]:
    place = quiz_places.c
    here = (place.platform == chat.platform) & (place.chat_id == chat.id)
    return here & (place.thread == (chat.thread or 0))


def _chat(row: Row[Any]) -> Chat:
    return Chat(Platform(row.platform), row.chat_id, ChatKind(row.kind), row.title, row.thread or None)


def _sending(row: Row[Any]) -> Sending:
    return Sending(
        row.number,
        row.room,
        row.attempted_at,
        row.message_id,
        row.poll or "",
        row.asked_at,
        row.closed_at,
    )
