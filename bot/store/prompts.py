"""Commands that wait for one more word, kept so that they still do after a restart."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Function
from bot.store.tables import prompts
from bot.store.writer import upsert

COMMAND_MAX = 100
"""Characters kept of a command as typed so far."""
Place = tuple[str, int, int]
"""Platform, chat, person."""


def ask(place: Place, command: str, now: datetime) -> Function[None]:
    """The command waits for this person in this chat; an earlier one waits no longer."""

    async def write(connection: AsyncConnection) -> None:
        platform, chat_id, user_id = place
        where = {"platform": platform, "chat_id": chat_id, "user_id": user_id}
        await connection.execute(upsert(connection, prompts, **where, command=command, asked_at=now))

    return write


def answered(place: Place) -> Function[None]:
    """Nothing waits for this person in this chat any more."""

    async def write(connection: AsyncConnection) -> None:
        key = (prompts.c.platform, prompts.c.chat_id, prompts.c.user_id)
        matches = (column == value for column, value in zip(key, place, strict=True))
        await connection.execute(delete(prompts).where(*matches))

    return write


def waiting(since: datetime) -> Function[dict[Place, tuple[str, datetime]]]:
    """All that wait and were asked since then: command and time, by place."""

    async def read(connection: AsyncConnection) -> dict[Place, tuple[str, datetime]]:
        found = await connection.execute(select(prompts).where(prompts.c.asked_at >= since))
        return {(r.platform, r.chat_id, r.user_id): (r.command, r.asked_at) for r in found}

    return read
