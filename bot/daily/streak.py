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

    A missed day is forgiven when none was in the six days before it; if one was, the streak begins anew
    after that one. Two missed in a row end it. Forgiven days count nothing; today is not missed before it
    is over. So one more active day never makes a streak shorter.
    """
    run, best = _Run(), 0
    for day in sorted(day for day in active if day <= today):
        run = run.up_to(day)
        run = _Run(run.days + 1, run.since_free + 1, day, run.free_day)
        best = max(best, run.days)
    now = run.up_to(today)
    free = now.free_day is None or today - now.free_day >= FREE_EVERY
    return Streak(now.days, best, run.last == today, free)


@dataclass(frozen=True, slots=True)
class _Run:
    """Active days in a row, and of them those after the last forgiven day."""

    days: int = 0
    since_free: int = 0
    last: date | None = None
    free_day: date | None = None

    def up_to(self, day: date) -> _Run:
        """What is left of it on the morning of a day."""
        missed = (day - self.last).days - 1 if self.last is not None else 0
        if missed <= 0:
            return self
        if missed > 1:
            return _Run()
        free_day = day - _DAY
        spent = self.free_day is not None and free_day - self.free_day < FREE_EVERY
        return _Run(self.since_free if spent else self.days, 0, self.last, free_day)
