"""Whether tips helped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import User
from bot.store.daily_tables import tip_votes
from bot.store.database import Function
from bot.store.writer import upsert


@dataclass(frozen=True, slots=True)
class Votes:
    """How many found a tip helpful, and how many did not."""

    tip: str
    helpful: int
    not_helpful: int


def put(tip: str, user: User, now: datetime, *, helpful: bool) -> Function[None]:
    """Keeps a member's vote, in place of an earlier one."""

    async def write(connection: AsyncConnection) -> None:
        row = {"tip": tip, "platform": user.platform, "user_id": user.id, "helpful": helpful, "at": now}
        await connection.execute(upsert(connection, tip_votes, **row))

    return write


def counts(limit: int) -> Function[list[Votes]]:
    """The tips that were voted on, those first that helped least."""

    async def read(connection: AsyncConnection) -> list[Votes]:
        query = select(tip_votes.c.tip, tip_votes.c.helpful, func.count())
        found: dict[str, dict[bool, int]] = {}
        for tip, helpful, count in await connection.execute(
            query.group_by(tip_votes.c.tip, tip_votes.c.helpful)
        ):
            found.setdefault(tip, {})[bool(helpful)] = count
        votes = [Votes(tip, n.get(True, 0), n.get(False, 0)) for tip, n in found.items()]
        return sorted(votes, key=lambda v: (v.helpful - v.not_helpful, v.tip))[:limit]

    return read
