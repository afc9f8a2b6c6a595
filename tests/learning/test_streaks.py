"""A streak forgives one day a week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.learning.streaks import longest, streak

MONDAY = date(2026, 11, 2)


def learnt(marks: str) -> set[date]:
    """`x` for a day learnt on, from Monday on."""
    return {MONDAY + timedelta(days=n) for n, mark in enumerate(marks.replace(" ", "")) if mark == "x"}


@pytest.mark.parametrize(
    ("marks", "now"),
    [
        ("", 0),
        ("x", 1),
        ("xxx", 3),
        ("xx.", 2),  # today is not over
        ("xx.x", 3),  # one free day
        ("xx..", 2),  # one missed, and today
        ("xx...", 0),  # two missed in a week
        ("xx.x.x", 1),  # the second missed day of a week ends it
        ("xx.xxxx xxx.xxx", 12),  # one in each week
        ("xxxxxx. .xxxxxx", 12),  # Sunday and Monday are of two weeks
        ("xxxxxx. ..xxxxx", 5),
    ],
)
def test_one_day_a_week_is_free(marks: str, now: int) -> None:
    days = learnt(marks)
    today = MONDAY + timedelta(days=max(len(marks.replace(" ", "")) - 1, 0))
    assert streak(days, today) == now


def test_the_longest_streak_stays_when_it_is_over() -> None:
    days = learnt("xxxxxxx xx....x")
    assert longest(days) == 9
    assert longest([]) == 0


def test_days_to_come_count_for_nothing() -> None:
    assert streak(learnt("xxxx"), MONDAY) == 1
