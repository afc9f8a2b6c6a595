"""Streaks: kind, and nobody can cheat with them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.daily.streak import Streak, days_of, streak

START = date(2026, 6, 1)


def active(pattern: str) -> tuple[set[date], date]:
    """`##.#`: the days on which something was done, and the last of them, which is today."""
    days = {START + timedelta(days=n) for n, mark in enumerate(pattern) if mark == "#"}
    return days, START + timedelta(days=len(pattern) - 1)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("#", Streak(1, 1, today=True)),
        (".", Streak()),
        ("###", Streak(3, 3, today=True)),
        ("###.", Streak(3, 3)),  # today is not over
        ("###..", Streak(3, 3, free=False)),  # yesterday was the free day
        ("###...", Streak(0, 3)),
        ("###.#", Streak(4, 4, today=True, free=False)),
        ("##.##.#", Streak(3, 4, today=True, free=False)),  # the second within seven days: from the first on
        ("#.######.#", Streak(8, 8, today=True, free=False)),
        ("#.#####.#", Streak(6, 6, today=True, free=False)),
        ("#..#", Streak(1, 1, today=True)),
        ("#.########", Streak(9, 9, today=True)),
    ],
)
def test_a_streak(pattern: str, expected: Streak) -> None:
    assert streak(*active(pattern)) == expected


@given(st.sets(st.integers(0, 60)), st.integers(0, 60))
def test_one_more_active_day_never_shortens_it(numbers: set[int], more: int) -> None:
    days, today = {START + timedelta(days=n) for n in numbers}, START + timedelta(days=60)
    both = days | {START + timedelta(days=more)}
    assert streak(both, today).best >= streak(days, today).best
    assert streak(both, today).days >= streak(days, today).days


def test_days_are_those_of_ones_own_zone() -> None:
    late = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    assert days_of([late], "UTC") == {date(2026, 6, 1)}
    assert days_of([late], "Asia/Tokyo") == {date(2026, 6, 2)}
    assert days_of([late, late + timedelta(hours=1)], "America/New_York") == {date(2026, 6, 1)}
