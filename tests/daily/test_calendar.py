"""Local times as instants, across every kind of change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.daily.calendar import Planned, Quiet, Times, instant, next_post
from bot.daily.delivery import GRACE, LONGEST_PAUSE, Outcome, Record, Step, next_step, pause
from bot.daily.manners import Manners, kept_quiet, manners
from bot.daily.when import EVERY_DAY, WEEKDAYS
from bot.daily.zones import zone_info


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Berlin", "2026-03-28", "02:30", "2026-03-28 01:30"),
        # The clocks go from 2:00 to 3:00.
        ("Europe/Berlin", "2026-03-29", "01:59", "2026-03-29 00:59"),
        ("Europe/Berlin", "2026-03-29", "02:00", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-03-29", "09:00", "2026-03-29 07:00"),
        # The hour from 2:00 comes twice.
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25 00:30"),
        ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25 02:00"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08 07:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30"),
        # At midnight, so that the day begins at 1:00.
        ("Asia/Beirut", "2026-03-29", "00:00", "2026-03-28 22:00"),
        ("America/Havana", "2026-03-08", "00:30", "2026-03-08 05:00"),
        # By half an hour.
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30"),
        ("Asia/Kathmandu", "2026-06-01", "09:00", "2026-06-01 03:15"),
        ("UTC+05:30", "2026-06-01", "09:00", "2026-06-01 03:30"),
    ],
)
def test_an_instant(zone: str, day: str, at: str, expected: str) -> None:
    assert instant(date.fromisoformat(day), time.fromisoformat(at), zone_info(zone)) == utc(expected)


def test_a_day_that_was_left_out_has_no_time_at_all() -> None:
    """Samoa went over the date line at the end of 29 December 2011."""
    times = Times(time(9), "Pacific/Apia", EVERY_DAY)
    assert instant(date(2011, 12, 30), time(9), zone_info("Pacific/Apia")) is None
    before = utc("2011-12-29 20:00")
    assert next_post(times, before).day == date(2011, 12, 31)


@pytest.mark.parametrize(
    ("after", "since", "expected"),
    [
        ("2026-11-24 07:59", None, "2026-11-24 08:00"),
        ("2026-11-24 08:00", None, "2026-11-25 08:00"),
        ("2026-11-24 07:00", "2026-11-24", "2026-11-25 08:00"),
        ("2026-11-27 09:00", None, "2026-11-30 08:00"),
        ("2026-11-27 09:00", "2026-12-04", "2026-12-07 08:00"),
    ],
)
def test_the_next_post_on_weekdays(after: str, since: str | None, expected: str) -> None:
    times = Times(time(9), "Europe/Berlin", WEEKDAYS)
    found = next_post(times, utc(after), date.fromisoformat(since) if since else None)
    assert found == Planned(utc(expected).date(), utc(expected))


def test_no_day_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        next_post(Times(time(9), "UTC", 0), utc("2026-11-24 08:00"))


@pytest.mark.parametrize(
    ("quiet", "covered", "open_"),
    [
        (Quiet(22, 8), (22, 23, 0, 7), (8, 12, 21)),
        (Quiet(1, 5), (1, 4), (0, 5, 23)),
        (Quiet(0, 0), (), (0, 12, 23)),
    ],
)
def test_quiet_hours(quiet: Quiet, covered: tuple[int, ...], open_: tuple[int, ...]) -> None:
    assert all(quiet.covers(time(hour)) for hour in covered)
    assert not any(quiet.covers(time(hour)) for hour in open_)


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ({}, Manners()),
        ({"quiet": "21-7", "sound": "on"}, Manners(Quiet(21, 7), loud=True)),
        ({"quiet": "off"}, Manners(Quiet(0, 0))),
        ({"quiet": "25-8", "sound": "?"}, Manners()),
    ],
)
def test_what_a_chat_has_decided(kept: dict[str, str], read: Manners) -> None:
    assert manners(kept) == read
    assert manners({"quiet": kept_quiet(read.quiet)}).quiet == read.quiet


AT = utc("2026-11-24 19:30")
PLANNED = Planned(AT.date(), AT)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("record", "late", "repeat_within", "step"),
    [
        (None, 0, 0, Step.SEND),
        (Record(attempts=2), 30, 0, Step.SEND),
        (None, 149, 0, Step.SEND),
        (None, 151, 0, Step.LEAVE_OUT),  # 22:01, quiet
        (Record(attempted_at=AT), 1, 0, Step.GIVE_UP),
        (Record(attempted_at=AT), 1, 120, Step.REPEAT),
        (Record(attempted_at=AT), 2, 120, Step.GIVE_UP),
        (Record(Outcome.SENT, 1, AT), 1, 120, Step.NOTHING),
        (Record(Outcome.UNKNOWN, 1, AT), 0, 120, Step.NOTHING),
        (Record(Outcome.MISSED), 0, 0, Step.NOTHING),
    ],
)
def test_what_comes_next(record: Record | None, late: int, repeat_within: int, step: Step) -> None:
    found = next_step(
        record,
        PLANNED,
        "UTC",
        Quiet(),
        now=AT + late * MINUTE,
        repeat_within=timedelta(seconds=repeat_within),
    )
    assert found is step


def test_a_time_in_the_quiet_hours_was_somebodys_wish() -> None:
    at = utc("2026-11-24 23:00")
    for late, step in ((0, Step.SEND), (179, Step.SEND), (181, Step.LEAVE_OUT)):
        found = next_step(
            None, Planned(at.date(), at), "UTC", Quiet(), now=at + late * MINUTE, repeat_within=timedelta(0)
        )
        assert found is step


def test_pauses_grow_and_their_sum_uses_the_grace_well() -> None:
    pauses = [pause(n) for n in range(30)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=15)
    assert pauses[-1] == LONGEST_PAUSE < GRACE / 4
