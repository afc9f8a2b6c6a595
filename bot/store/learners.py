"""Learners: their events, who is one person, what they chose, and their records."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.learning.events import Event, Kind
from bot.model import Platform, User
from bot.store.bulk import insert
from bot.store.database import Function
from bot.store.learning_tables import learning_events, people, records
from bot.store.writer import Writer, upsert

Account = tuple[Platform, int]
"""A platform, and somebody's id there."""
DEFAULT_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class Learner:
    """A person: their accounts in a fixed order, and what they chose.

    person: their number; 0 when nothing about them was kept yet. chosen: their zone, the last on any account.
    """

    person: int
    accounts: tuple[Account, ...]
    chosen: str = ""

    @property
    def zone(self) -> str:
        """The zone whose days are theirs."""
        return self.chosen or DEFAULT_ZONE


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a learner: the record as last worked out (empty for none), the count of events."""

    learner: Learner
    record: str
    events: int


def name_of(account: Account) -> str:
    """`telegram:123`."""
    return f"{account[0]}:{account[1]}"


def append_event(writer: Writer, event: Event) -> asyncio.Future[bool]:
    """Keeps an event with the next batch, unless it is there already."""
    return writer.append(learning_events, _row(event))


def add_events(events: Iterable[Event]) -> Function[None]:
    """Keeps events; those that are there already stay as they are."""
    rows = [_row(event) for event in events]

    async def write(connection: AsyncConnection) -> None:
        if rows:
            await connection.execute(insert(connection, learning_events).on_conflict_do_nothing(), rows)

    return write


def find(user: User) -> Function[Learner]:
    """The person behind an account; one of that account alone when nothing was kept yet."""

    async def read(connection: AsyncConnection) -> Learner:
        return await _learner(connection, (user.platform, user.id))

    return read


def chosen_zone(user: User) -> Function[str]:
    """The zone the person chose last, on any account; empty when they never did."""

    async def read(connection: AsyncConnection) -> str:
        return (await _learner(connection, (user.platform, user.id))).chosen

    return read


def kept(user: User) -> Function[Kept]:
    """The person behind an account, who has a number from now on, and their record."""

    async def write(connection: AsyncConnection) -> Kept:
        account = (user.platform, user.id)
        await _ensure(connection, account)
        learner = await _learner(connection, account)
        text = await connection.scalar(select(records.c.text).where(records.c.person == learner.person))
        mine = _of(learner.accounts)
        count = await connection.scalar(select(func.count()).select_from(learning_events).where(mine))
        return Kept(learner, text or "", count or 0)

    return write


def events_of(accounts: Sequence[Account], since: datetime | None = None) -> Function[list[Event]]:
    """Their events, from an instant on, in no order."""

    async def read(connection: AsyncConnection) -> list[Event]:
        query = select(learning_events).where(_of(accounts))
        if since is not None:
            query = query.where(learning_events.c.at >= since)
        return [_event(row) for row in await connection.execute(query)]

    return read


def keep_record(person: int, text: str) -> Function[None]:
    """Keeps a record, unless the person was forgotten meanwhile."""

    async def write(connection: AsyncConnection) -> None:
        if await connection.scalar(select(people.c.person).where(people.c.person == person).limit(1)):
            await connection.execute(upsert(connection, records, person=person, text=text))

    return write


def everybody() -> Function[list[Account]]:
    """One account of each person who has learnt anything, or chosen anything."""

    async def read(connection: AsyncConnection) -> list[Account]:
        table = learning_events.c
        pairs = select(table.platform, table.user_id).distinct()
        rows = await connection.execute(pairs.union(select(people.c.platform, people.c.user_id)))
        return [(Platform(platform), user_id) for platform, user_id in rows]

    return read


def drop_records() -> Function[None]:
    """Forgets every record as worked out so far."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(delete(records))

    return write


def set_zone(user: User, zone: str, now: datetime) -> Function[None]:
    """The person's days are those of that zone from now on."""

    async def write(connection: AsyncConnection) -> None:
        await _ensure(connection, (user.platform, user.id))
        await connection.execute(update(people).where(_is(user)).values(zone=zone, zone_at=now))

    return write


def set_reminders(user: User, *, wanted: bool) -> Function[None]:
    """Whether this account wants to be reminded."""

    async def write(connection: AsyncConnection) -> None:
        await _ensure(connection, (user.platform, user.id))
        await connection.execute(update(people).where(_is(user)).values(reminders=wanted))

    return write


def reminded(user: User) -> Function[bool]:
    """Whether this account wants to be reminded."""

    async def read(connection: AsyncConnection) -> bool:
        return bool(await connection.scalar(select(people.c.reminders).where(_is(user))))

    return read


def join(one: Account, other: Account) -> Function[bool]:
    """Makes two accounts, and all that belong to either, one person; False when they were that already."""

    async def write(connection: AsyncConnection) -> bool:
        first = (await _learner(connection, await _ensure(connection, one))).person
        second = (await _learner(connection, await _ensure(connection, other))).person
        if first == second:
            return False
        person, gone = min(first, second), max(first, second)
        await connection.execute(delete(records).where(records.c.person.in_((first, second))))
        await connection.execute(update(people).where(people.c.person == gone).values(person=person))
        return True

    return write


def part(user: User) -> Function[bool]:
    """Makes an account a person of its own again, with the events that happened to it; False if it is one."""

    async def write(connection: AsyncConnection) -> bool:
        learner = await _learner(connection, (user.platform, user.id))
        if len(learner.accounts) < 2:
            return False
        await connection.execute(delete(records).where(records.c.person == learner.person))
        await connection.execute(update(people).where(_is(user)).values(person=_number()))
        return True

    return write


async def _ensure(connection: AsyncConnection, account: Account) -> Account:
    row = {"platform": account[0], "user_id": account[1], "person": _number(), "zone": "", "reminders": False}
    await connection.execute(insert(connection, people).values(**row).on_conflict_do_nothing())
    return account


def _number() -> int:
    """A number nobody has: 62 bits, so that two never meet, and it tells nothing of who came when."""
    return secrets.randbits(62) | 1


async def _learner(connection: AsyncConnection, account: Account) -> Learner:
    platform, user_id = account
    mine = select(people.c.person).where(people.c.platform == platform, people.c.user_id == user_id)
    query = select(people).where(people.c.person == mine.scalar_subquery())
    rows = (await connection.execute(query.order_by(people.c.platform, people.c.user_id))).all()
    if not rows:
        return Learner(0, (account,))
    chosen = [(row.zone_at, row.platform, row.zone) for row in rows if row.zone_at and row.zone]
    accounts = tuple((Platform(row.platform), row.user_id) for row in rows)
    return Learner(rows[0].person, accounts, max(chosen)[2] if chosen else "")


def _is(user: User) -> ColumnElement[bool]:
    return (people.c.platform == user.platform) & (people.c.user_id == user.id)


def _of(accounts: Sequence[Account]) -> ColumnElement[bool]:
    table = learning_events.c
    return or_(*((table.platform == p) & (table.user_id == i) for p, i in accounts))


def _row(event: Event) -> dict[str, Any]:
    platform, _, user_id = event.account.partition(":")
    return {
        "platform": platform,
        "user_id": int(user_id),
        "ref": event.ref,
        "kind": event.kind,
        "subject": event.subject,
        "detail": event.detail,
        "right": event.right,
        "slow": event.slow,
        "attempt": event.attempt,
        "at": event.at,
    }


def _event(row: Row[Any]) -> Event:
    return Event(
        account=f"{row.platform}:{row.user_id}",
        ref=row.ref,
        kind=Kind(row.kind),
        subject=row.subject,
        at=row.at,
        detail=row.detail,
        right=row.right,
        slow=row.slow,
        attempt=row.attempt,
    )
