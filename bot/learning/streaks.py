"""Streaks: days in a row on which somebody learnt, with one free day a week.

A missed day does not end a streak when it is the only one missed in its week (Monday to Sunday); it adds
nothing either. Today is not missed before it is over. Days are those of the person's own time zone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

FREE_A_WEEK = 1
_DAY = timedelta(days=1)


def streak(days: Collection[date], today: date) -> int:
    """The days learnt on in the streak that still stands today; 0 when none does."""
    past = sorted(day for day in days if day <= today)
    if not past:
        return 0
    run = list(_runs(past))[-1]
    return len(run) if _bridged(run, today) else 0


def longest(days: Collection[date]) -> int:
    """The days learnt on in the longest streak there ever was."""
    return max((len(run) for run in _runs(sorted(days))), default=0)


def _runs(days: list[date]) -> Iterator[list[date]]:
    run: list[date] = []
    for day in days:
        if run and not _bridged(run, day):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _bridged(run: list[date], day: date) -> bool:
    """Whether a streak reaches that day, with the free days it has used before."""
    if (day - run[-1]).days > 7 * FREE_A_WEEK + 2:
        return False
    missed: dict[tuple[int, int], int] = {}
    held = set(run)
    first = max(run[0], run[-1] - timedelta(days=7))
    while first < day:
        if first not in held:
            week = first.isocalendar()[:2]
            missed[week] = missed.get(week, 0) + 1
        first += _DAY
    return all(count <= FREE_A_WEEK for count in missed.values())
