"""What was asked for: terms shown, and words that were not found. No person and no chat is kept with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.bulk import insert
from bot.store.database import Function
from bot.store.tables import lookups, missed

MISSED_MAX = 60
ASKED_TWICE = 2
"""A word is shown to authors only after two askings: one alone could tell who asked."""
_PRIVATE = re.compile(r"\S*(?:://|www\.|@|\d)\S*")


def presentable(text: str) -> str:
    """What may be kept of a text that was not found: no links, names or numbers, at most 60 characters."""
    return " ".join(_PRIVATE.sub(" ", text.casefold()).split())[:MISSED_MAX].strip()


def count(day: date, shown: Mapping[str, int], texts: Mapping[str, int]) -> Function[None]:
    """Adds to the day's count of each term shown, and of each (presentable) text that was not found."""
    terms = [{"day": day, "term": term, "count": count} for term, count in shown.items()]
    words = [{"text": text, "count": count, "last_day": day} for text, count in texts.items()]

    async def write(connection: AsyncConnection) -> None:
        await _add(connection, lookups, ["day", "term"], terms)
        await _add(connection, missed, ["text"], words)

    return write


def most_missed(least: int, limit: int) -> Function[list[tuple[str, int]]]:
    """The texts asked for and not found at least so often, the most frequent first."""

    async def read(connection: AsyncConnection) -> list[tuple[str, int]]:
        query = select(missed.c.text, missed.c.count).where(missed.c.count >= least)
        found = await connection.execute(query.order_by(missed.c.count.desc(), missed.c.text).limit(limit))
        return [(text, count) for text, count in found]

    return read


def most_shown(since: date, limit: int) -> Function[list[tuple[str, int]]]:
    """The terms shown most since a day, with how often."""

    async def read(connection: AsyncConnection) -> list[tuple[str, int]]:
        total = func.sum(lookups.c.count)
        query = select(lookups.c.term, total).where(lookups.c.day >= since).group_by(lookups.c.term)
        found = await connection.execute(query.order_by(total.desc(), lookups.c.term).limit(limit))
        return [(term, count) for term, count in found]

    return read


def forget_missed(text: str) -> Function[None]:
    """Takes a word off the list, since its entry is written or it wants none."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(delete(missed).where(missed.c.text == text))

    return write


async def _add(
    connection: AsyncConnection, table: Table, keys: list[str], rows: list[dict[str, object]]
) -> None:
    if not rows:
        return
    statement = insert(connection, table)
    changed = {"count": table.c.count + statement.excluded["count"]}
    if "last_day" in table.c:
        changed["last_day"] = statement.excluded["last_day"]
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


class Tally:
    """Counts while the writer is busy, so that a thousand questions cost one statement."""

    def __init__(self) -> None:
        self.shown: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()

    def take(self) -> tuple[Counter[str], Counter[str]]:
        """What was counted since the last time."""
        taken = self.shown, self.missed
        self.shown, self.missed = Counter(), Counter()
        return taken
