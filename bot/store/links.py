"""One-time codes that join two accounts: kept as hashes, for minutes, and hard to guess at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Platform, User
from bot.store.database import Function
from bot.store.learners import Account, join
from bot.store.learning_tables import link_codes, link_tries
from bot.store.members import name_as_seen
from bot.store.writer import upsert

VALID = timedelta(minutes=10)
TRIES, TRIES_WITHIN = 5, timedelta(minutes=10)
"""How many codes an account may type in that time: of 2^40 codes nobody hits one so."""


class Failure(Enum):
    """Why a code joined nothing."""

    UNKNOWN = auto()
    """Never given, used already, or too old: nobody is told which."""
    TOO_OFTEN = auto()
    OWN = auto()
    """It was given to this very account."""
    JOINED = auto()
    """The two were one person already."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The other account, whose code it was, named as last seen."""

    other: User


def give(code: str, user: User, now: datetime) -> Function[None]:
    """Keeps the hash of a new code for an account; an older code of it is worth nothing any more."""

    async def write(connection: AsyncConnection) -> None:
        mine = (link_codes.c.platform == user.platform) & (link_codes.c.user_id == user.id)
        await connection.execute(delete(link_codes).where(mine | (link_codes.c.expires_at <= now)))
        row = {"hash": code, "platform": user.platform, "user_id": user.id, "expires_at": now + VALID}
        await connection.execute(link_codes.insert().values(**row))

    return write


def redeem(code: str, user: User, now: datetime) -> Function[Linked | Failure]:
    """Uses up a code (given as its hash) and makes the two accounts one person."""

    async def write(connection: AsyncConnection) -> Linked | Failure:
        if not await _may_try(connection, user, now):
            return Failure.TOO_OFTEN
        found = await connection.execute(select(link_codes).where(link_codes.c.hash == code))
        row = found.one_or_none()
        if row is None or row.expires_at <= now:
            return Failure.UNKNOWN
        other: Account = (Platform(row.platform), row.user_id)
        if other == (user.platform, user.id):
            return Failure.OWN
        await connection.execute(delete(link_codes).where(link_codes.c.hash == code))
        if not await join((user.platform, user.id), other)(connection):
            return Failure.JOINED
        return Linked(User(*other, await name_as_seen(other)(connection)))

    return write


async def _may_try(connection: AsyncConnection, user: User, now: datetime) -> bool:
    mine = (link_tries.c.platform == user.platform) & (link_tries.c.user_id == user.id)
    row = (await connection.execute(select(link_tries).where(mine))).one_or_none()
    if row is None or now - row.since > TRIES_WITHIN:
        first = {"platform": user.platform, "user_id": user.id, "since": now, "tries": 1}
        await connection.execute(upsert(connection, link_tries, **first))
        return True
    await connection.execute(update(link_tries).where(mine).values(tries=row.tries + 1))
    return bool(row.tries < TRIES)
