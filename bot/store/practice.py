"""Sessions of questions, one step and its events in one commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.learning.events import Event
from bot.learning.session import Outcome, Session, decode, encode
from bot.model import User
from bot.store.database import Function
from bot.store.learners import Account, add_events
from bot.store.learning_tables import practice_sessions


@dataclass(frozen=True, slots=True)
class Numbered:
    """A session with its number."""

    id: int
    session: Session


@dataclass(frozen=True, slots=True)
class Stepped:
    """A session after an answer, and what the answer was; None when that question was not open."""

    session: Session
    outcome: Outcome | None


Step = Callable[[Session], tuple[Session, Outcome | None, list[Event]]]


def begin(user: User, session: Session, now: datetime) -> Function[int]:
    """Keeps a new session and returns its number; one that was left before is over."""

    async def write(connection: AsyncConnection) -> int:
        left = _of([(user.platform, user.id)]) & practice_sessions.c.ended_at.is_(None)
        await connection.execute(update(practice_sessions).where(left).values(ended_at=now))
        row = {"platform": user.platform, "user_id": user.id, "state": encode(session), "begun_at": now}
        statement = practice_sessions.insert().values(**row).returning(practice_sessions.c.id)
        return int((await connection.execute(statement)).scalar_one())

    return write


def unfinished(accounts: Sequence[Account]) -> Function[Numbered | None]:
    """The person's session that waits to be gone on with, the latest."""

    async def read(connection: AsyncConnection) -> Numbered | None:
        query = select(practice_sessions).where(_of(accounts), practice_sessions.c.ended_at.is_(None))
        row = (await connection.execute(query.order_by(practice_sessions.c.id.desc()).limit(1))).one_or_none()
        return Numbered(row.id, decode(row.state)) if row is not None else None

    return read


def answer(number: int, accounts: Sequence[Account], step: Step, now: datetime) -> Function[Stepped | None]:
    """Steps the session and keeps what came of it; None when it is over, not theirs, or none."""

    async def write(connection: AsyncConnection) -> Stepped | None:
        mine = _of(accounts) & (practice_sessions.c.id == number) & practice_sessions.c.ended_at.is_(None)
        state = await connection.scalar(select(practice_sessions.c.state).where(mine).with_for_update())
        if state is None:
            return None
        after, outcome, events = step(decode(state))
        if outcome is not None:
            kept = {"state": encode(after), "ended_at": now if after.over else None}
            await connection.execute(update(practice_sessions).where(mine).values(**kept))
            await add_events(events)(connection)
        return Stepped(after, outcome)

    return write


def _of(accounts: Sequence[Account]) -> ColumnElement[bool]:
    table = practice_sessions.c
    return or_(*((table.platform == p) & (table.user_id == i) for p, i in accounts))
