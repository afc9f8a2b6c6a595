"""What readers say is wrong or missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.learning.events import Event, Kind
from bot.model import Platform, User
from bot.store.database import Function
from bot.store.learners import add_events, name_of
from bot.store.tables import reports

NOTE_MAX = 500
FOUND_IN = frozenset({"term", "tip", "question", "model", "use"})
"""The subjects in which an error can be found; the others are remarks and suggestions."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report; `subject` is what it is about (term, tip, question, other) and `subject_id` which."""

    id: int
    created_at: datetime
    platform: str
    subject: str
    subject_id: str
    reason: str
    note: str


def add(user: User, subject: str, subject_id: str, *, reason: str, note: str, now: datetime) -> Function[int]:
    """Keeps a report and returns its number. Said twice by the same person, it is one report."""

    async def write(connection: AsyncConnection) -> int:
        mine = (
            (reports.c.platform == user.platform)
            & (reports.c.user_id == user.id)
            & (reports.c.subject == subject)
            & (reports.c.subject_id == subject_id)
            & (reports.c.reason == reason)
            & (reports.c.note == note[:NOTE_MAX])
            & (reports.c.resolved_at.is_(None))
        )
        said = {"note": note[:NOTE_MAX], "created_at": now}
        known: int | None = await connection.scalar(select(reports.c.id).where(mine))
        if known is not None:
            await connection.execute(update(reports).where(reports.c.id == known).values(**said))
            return known
        row = {"platform": user.platform, "user_id": user.id, "subject": subject, "subject_id": subject_id}
        added = await connection.execute(reports.insert().values(**row, **said, reason=reason))
        return int(added.inserted_primary_key[0]) if added.inserted_primary_key else 0

    return write


def unresolved(limit: int) -> Function[list[Report]]:
    """The reports nobody has dealt with, the oldest first."""

    async def read(connection: AsyncConnection) -> list[Report]:
        query = select(reports).where(reports.c.resolved_at.is_(None)).order_by(reports.c.id).limit(limit)
        return [_report(row) for row in await connection.execute(query)]

    return read


def resolve(number: int, now: datetime, *, helped: bool = True) -> Function[bool]:
    """Marks a report as dealt with; False when there is no open one of that number.

    helped: whether it was right, which whoever found an error in the content is thanked for.
    """

    async def write(connection: AsyncConnection) -> bool:
        open_one = (reports.c.id == number) & (reports.c.resolved_at.is_(None))
        row = (await connection.execute(select(reports).where(open_one))).one_or_none()
        if row is None:
            return False
        await connection.execute(update(reports).where(reports.c.id == number).values(resolved_at=now))
        if helped and row.subject in FOUND_IN:
            about = f"{row.subject} {row.subject_id}"
            reporter = name_of((Platform(row.platform), row.user_id))
            await add_events([Event(reporter, f"helped:{number}", Kind.HELPED, about, now)])(connection)
        return True

    return write


def _report(row: Row[tuple[object, ...]]) -> Report:
    return Report(row.id, row.created_at, row.platform, row.subject, row.subject_id, row.reason, row.note)
