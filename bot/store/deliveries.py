"""What was posted to whom: on record before it is tried, and never twice for one local day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily.calendar import Planned, local_day
from bot.daily.delivery import Outcome, Record
from bot.model import Chat
from bot.store import chat_settings, daily_questions, subscriptions
from bot.store.daily_questions import DailyQuestion
from bot.store.daily_tables import deliveries
from bot.store.database import Function
from bot.store.subscriptions import Subscription
from bot.store.writer import upsert

_SEEN = (Outcome.SENT, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is needed to make one post.

    day: the local day of the post. settings: of the chat. record: of this post, None before its first
    attempt; tip, question: what it was to hold then. seen_tips, seen_questions: the last day of each.
    last: the question of the post before, if any.
    """

    subscription: Subscription
    day: date
    settings: Mapping[str, str]
    record: Record | None
    tip: str
    question: DailyQuestion | None
    seen_tips: Mapping[str, date]
    seen_questions: Mapping[str, date]
    last: DailyQuestion | None


def dossier(token: str, day: date) -> Function[Dossier | None]:
    """Of a subscription and day; None when there is no such subscription."""

    async def read(connection: AsyncConnection) -> Dossier | None:
        found = await subscriptions.by_token(token)(connection)
        if found is None:
            return None
        sent = list(await connection.execute(select(deliveries).where(deliveries.c.subscription == token)))
        asked = {question.day: question for question in await daily_questions.of(token)(connection)}
        row = next((row for row in sent if row.day == day), None)
        before = [row for row in sent if row.day != day and row.outcome in _SEEN]
        return Dossier(
            subscription=found,
            day=day,
            settings=await chat_settings.of_chat(found.chat)(connection),
            record=Record(Outcome(row.outcome), row.attempts, row.attempted_at) if row else None,
            tip=row.tip if row else "",
            question=asked.get(day),
            seen_tips=_latest((row.tip, row.day) for row in before if row.tip),
            seen_questions=_latest((q.question, q.day) for q in asked.values() if q.day != day),
            last=asked.get(max((row.day for row in before if row.day < day), default=date.min)),
        )

    return read


def attempt(
    token: str, planned: Planned, tip: str, question: DailyQuestion | None, now: datetime
) -> Function[None]:
    """Notes, before it is tried, that and with what a post is tried."""

    async def write(connection: AsyncConnection) -> None:
        key = {"subscription": token, "day": planned.day}
        row = {"due_at": planned.at, "attempted_at": now, "outcome": Outcome.OPEN, "tip": tip, "reason": ""}
        mine = (deliveries.c.subscription == token) & (deliveries.c.day == planned.day)
        again = update(deliveries).where(mine).values(**row, attempts=deliveries.c.attempts + 1)
        if (await connection.execute(again)).rowcount == 0:
            await connection.execute(deliveries.insert().values(**key, **row, attempts=1))
        if question is not None:
            await daily_questions.put(question)(connection)

    return write


def failed(token: str, day: date, reason: str) -> Function[None]:
    """Notes that the attempt surely came to nothing, so that another may follow."""
    return _change(token, day, attempted_at=None, reason=reason)


def settle(
    token: str, planned: Planned, outcome: Outcome, *, message_id: int | None = None, reason: str = ""
) -> Function[None]:
    """Notes what became of a post, tried or not."""

    async def write(connection: AsyncConnection) -> None:
        ended = {"outcome": outcome, "message_id": message_id, "reason": reason}
        mine = (deliveries.c.subscription == token) & (deliveries.c.day == planned.day)
        done = await connection.execute(update(deliveries).where(mine).values(**ended))
        if done.rowcount == 0:
            row = {"subscription": token, "day": planned.day, "due_at": planned.at, "attempts": 0, "tip": ""}
            await connection.execute(upsert(connection, deliveries, **row, **ended))

    return write


def posted(chat: Chat, now: datetime) -> Function[bool]:
    """Whether the chat and thread had its daily post today, by the clocks of its subscription."""

    async def read(connection: AsyncConnection) -> bool:
        found = await subscriptions.of_chat(chat)(connection)
        if found is None:
            return False
        today = local_day(now, found.times.zone)
        mine = (deliveries.c.subscription == found.token) & (deliveries.c.day == today)
        return await connection.scalar(select(deliveries.c.outcome).where(mine)) in _SEEN

    return read


def last_day(token: str) -> Function[date | None]:
    """The latest day for which something was tried or settled."""

    async def read(connection: AsyncConnection) -> date | None:
        query = select(func.max(deliveries.c.day)).where(deliveries.c.subscription == token)
        found: date | None = await connection.scalar(query)
        return found

    return read


def _change(token: str, day: date, **values: Any) -> Function[None]:
    async def write(connection: AsyncConnection) -> None:
        mine = (deliveries.c.subscription == token) & (deliveries.c.day == day)
        await connection.execute(update(deliveries).where(mine).values(**values))

    return write


def _latest(shown: Iterable[tuple[str, date]]) -> dict[str, date]:
    return dict(sorted(shown, key=itemgetter(1)))
