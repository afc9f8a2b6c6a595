"""The weekly quiz comes at the hour its chat's wall clock shows, whatever the clocks do."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.rules import Rules, Weekly, kept_role, next_weekly, rules
from bot.quiz.model import Pace

UTC = dt.UTC


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_what_was_never_set_is_as_usual() -> None:
    assert rules({}) == Rules()


def test_what_was_set_is_read_back() -> None:
    weekly = Weekly(4, 18, "retrieval")
    kept = {
        "quiz-starters": "admins",
        "quiz-pace": "sprint",
        "zone": "Europe/Berlin",
        "quiz-weekly": weekly.encode(),
        "quiz-announce": "on",
    }
    expected = Rules(admins_only=True, pace=Pace.SPRINT, zone="Europe/Berlin", weekly=weekly, announced=True)
    assert rules(kept) == expected


@pytest.mark.parametrize("kept", ["off", "", "7 12", "1 24", "monday 12", "1", "-1 3"])
def test_a_week_nobody_can_read_is_no_week(kept: str) -> None:
    assert rules({"quiz-weekly": kept}).weekly is None


def test_a_zone_that_was_abolished_is_utc() -> None:
    assert rules({"zone": "Mars/Base"}).zone == "UTC"


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        ("UTC", "2026-11-24 12:00", "2026-11-27 18:00"),
        ("UTC", "2026-11-27 17:59", "2026-11-27 18:00"),
        ("UTC", "2026-11-27 18:00", "2026-12-04 18:00"),
        ("Europe/Berlin", "2026-11-24 12:00", "2026-11-27 17:00"),
        ("Europe/Berlin", "2026-06-23 12:00", "2026-06-26 16:00"),
        ("Asia/Kolkata", "2026-11-24 12:00", "2026-11-27 12:30"),
        ("Pacific/Kiritimati", "2026-11-27 03:59", "2026-11-27 04:00"),
        ("America/Los_Angeles", "2026-11-28 01:00", "2026-11-28 02:00"),
    ],
)
def test_friday_at_six_in_the_evening(zone: str, after: str, expected: str) -> None:
    assert next_weekly(Weekly(4, 18), zone, at(after)) == at(expected)


def test_an_hour_that_the_clocks_skip_comes_an_hour_later() -> None:
    assert next_weekly(Weekly(6, 2), "Europe/Berlin", at("2026-03-28 12:00")) == at("2026-03-29 01:00")


@given(
    st.integers(0, 6),
    st.integers(0, 23),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"]),
    st.integers(0, 6 * 365 * 24 * 3600),
)
def test_the_next_is_within_about_a_week_and_never_now(day: int, hour: int, zone: str, seconds: int) -> None:
    after = at("2024-01-01") + dt.timedelta(seconds=seconds)
    found = next_weekly(Weekly(day, hour), zone, after)
    assert dt.timedelta(0) < found - after <= dt.timedelta(days=7, hours=1)


def test_homes_and_roles_are_read_back() -> None:
    kept = {"quiz-starters": kept_role(77), "quiz-home": "t5", "posts-home": "c9", "quiz-weekly-at": "t0"}
    assert rules(kept) == Rules(role=77, quiz_home="t5", posts_home="c9", weekly_at="t0")


@pytest.mark.parametrize("kept", ["role-", "role-x", "role--5", "hosts", "", "role-" + "9" * 20])
def test_a_role_nobody_can_read_is_none(kept: str) -> None:
    assert rules({"quiz-starters": kept}) == Rules()


@pytest.mark.parametrize(
    ("kept", "room"),
    [
        ({}, ""),
        ({"quiz-weekly-at": "t3"}, "t3"),
        ({"quiz-weekly-at": "t3", "quiz-home": "t5"}, "t5"),
        ({"quiz-weekly-at": "t3", "quiz-home": "t5", "posts-home": "t7"}, "t7"),
    ],
)
def test_it_is_announced_where_posts_or_else_quizzes_live(kept: dict[str, str], room: str) -> None:
    assert rules(kept).announced_at == room
