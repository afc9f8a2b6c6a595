"""What a chat was asked before, and how it did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat
from bot.store.bulk import insert
from bot.store.database import Function
from bot.store.tables import seen_questions


@dataclass(frozen=True, slots=True)
class Seen:
    """When a question was asked last in a chat, how many answers it got there, how many wrong ones."""

    last_at: datetime
    asked: int
    wrong: int


def of_chat(chat: Chat) -> Function[dict[str, Seen]]:
    """All that was asked in this chat, in whatever thread, by question id."""

    async def read(connection: AsyncConnection) -> dict[str, Seen]:
        table = seen_questions.c
        query = select(seen_questions).where(table.platform == chat.platform, table.chat_id == chat.id)
        return {r.question: Seen(r.last_at, r.asked, r.wrong) for r in await connection.execute(query)}

    return read


def add(chats: Iterable[Chat], question: str, *, asked: int, wrong: int, now: datetime) -> Function[None]:
    """Adds to what these chats were asked: so many answers, so many of them wrong."""
    counts = {"question": question, "last_at": now, "asked": asked, "wrong": wrong}
    # A set: two threads of a chat are one chat here.
    places = sorted({(chat.platform, chat.id) for chat in chats})
    rows = [{"platform": platform, "chat_id": id_, **counts} for platform, id_ in places]

    async def write(connection: AsyncConnection) -> None:
        if not rows:
            return
        statement, table = insert(connection, seen_questions), seen_questions.c
        more = {
            "last_at": statement.excluded.last_at,
            "asked": table.asked + statement.excluded.asked,
            "wrong": table.wrong + statement.excluded.wrong,
        }
        keys = ["platform", "chat_id", "question"]
        await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=more), rows)

    return write
