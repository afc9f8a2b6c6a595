"""Streaks that are kind: counted in one's own zone, with a free day in each week, lost in silence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.daily.zones import zone_info

_DAY = timedelta(days=1)
FREE_EVERY = timedelta(days=7)
"""At most one missed day in any seven is forgiven."""


@dataclass(frozen=True, slots=True)
class Streak:
    """days: active days in the running streak, 0 when it has ended; best: the longest ever.

    today: whether today counts already. free: whether a day may be missed now without losing it.
    """

    days: int = 0
    best: int = 0
    today: bool = False
    free: bool = True


def days_of(instants: Iterable[datetime], zone: str) -> frozenset[date]:
    """The local days on which something was done. Raises ValueError for an unknown zone."""
    place = zone_info(zone)
    return frozenset(at.astimezone(place).date() for at in instants)


def streak(active: Collection[date], today: date) -> Streak:
    """The streak of somebody who was active on these days (later ones than today are left out).

    A missed day is forgiven when none was in the six days before it; two in a row never are. Forgiven days
    count nothing. Today is not missed before it is over.
    """
    length, best, previous, forgiven = 0, 0, None, None
    for day in sorted(day for day in active if day <= today):
        gap = _missed(previous, day)
        if gap and not (gap == 1 and _may_miss(day - _DAY, forgiven)):
            length, forgiven = 0, None
        elif gap:
            forgiven = day - _DAY
        length, previous = length + 1, day
        best = max(best, length)
    return _now(length, best, previous, forgiven, today)


def _now(length: int, best: int, last: date | None, forgiven: date | None, today: date) -> Streak:
    gap = _missed(last, today)
    if last is None or gap > 1 or (gap == 1 and not _may_miss(today - _DAY, forgiven)):
        return Streak(best=best)
    forgiven = today - _DAY if gap else forgiven
    return Streak(length, best, last == today, _may_miss(today, forgiven))


def _missed(before: date | None, day: date) -> int:
    """Days that were left out between two."""
    return max((day - before).days - 1, 0) if before is not None else 0


def _may_miss(day: date, forgiven: date | None) -> bool:
    return forgiven is None or day - forgiven >= FREE_EVERY
